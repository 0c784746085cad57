"""Credit holds of invoices without an order."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import Form

from .common import day_in
from .common_credit import CreditCase


class TestInvoicesWithoutOrder(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root.sudo().ar_credit_invoice_effect = "ask"
        cls.decide(limit=100.0)

    def test_an_invoice_at_the_limit_is_posted(self):
        invoice = self.create_draft(100.0)
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")

    def test_an_invoice_over_it_stays_a_draft_and_says_why(self):
        invoice = self.create_draft(100.01)
        action = invoice.action_post()
        self.assertEqual(invoice.state, "draft")
        self.assertIn("0.01", action["params"]["message"])
        self.assertEqual(self.holds_of(invoice), ["over_limit"])
        self.assertIn("0.01", invoice.message_ids[0].body)
        self.assertTrue(invoice.ar_is_on_credit_hold)
        self.assertIn(
            invoice, self.env["account.move"].search([("ar_is_on_credit_hold", "=", True)])
        )

    def test_a_batch_posts_the_others(self):
        other = self.create_customer("Birch Ltd")
        self.decide(limit=100.0, partner=other)
        over = self.create_draft(150.0)
        fits = self.create_draft(50.0, partner=other)
        (over | fits).action_post()
        self.assertEqual((over.state, fits.state), ("draft", "posted"))

    def test_more_customers_take_no_more_checks(self):
        """Nothing speaks against any of them: they are looked at together."""
        checked = []
        engine = type(self.env["ar.credit.engine"])
        check = engine._check

        def count(model, company, asked, exclude=None):
            checked.append(len(asked))
            return check(model, company, asked, exclude)

        self.patch(engine, "_check", count)
        self.create_draft(50.0).action_post()
        alone, checked[:] = len(checked), []
        drafts = self.env["account.move"]
        for name in ("Birch Ltd", "Cedar Ltd", "Elm Ltd"):
            other = self.create_customer(name)
            self.decide(limit=100.0, partner=other)
            drafts |= self.create_draft(50.0, partner=other)
        checked.clear()
        drafts.action_post()
        self.assertEqual(set(drafts.mapped("state")), {"posted"})
        self.assertEqual((len(checked), max(checked)), (alone, 3))

    def test_the_wizard_for_many_invoices_posts_the_others(self):
        other = self.create_customer("Birch Ltd")
        self.decide(limit=100.0, partner=other)
        over = self.create_draft(150.0)
        fits = self.create_draft(50.0, partner=other)
        wizard = self.env["validate.account.move"].with_context(
            active_model="account.move", active_ids=(over | fits).ids
        )
        told = wizard.create({"force_post": True}).validate_move()
        self.assertEqual((over.state, fits.state), ("draft", "posted"))
        self.assertIn("150.00", told["params"]["message"])
        self.assertEqual(told["params"]["next"], {"type": "ir.actions.act_window_close"})

    def test_writing_the_state_does_not_pass(self):
        invoice = self.create_draft(150.0)
        with self.assertRaisesRegex(UserError, "credit hold"):
            invoice.write({"state": "posted"})
        with self.assertRaisesRegex(UserError, "credit hold"):
            invoice.with_context(ar_release=True, force=True)._post()

    def test_what_runs_as_superuser_is_posted_and_put_on_record(self):
        """As a point of sale posts invoices of what was handed over."""
        invoice = self.create_draft(150.0)
        invoice.sudo()._post()
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(len(self.log_of("credit_warned")), 1)

    def test_warnings_post_and_are_put_on_record(self):
        self.root.sudo().ar_credit_invoice_effect = "warn"
        invoice = self.create_draft(150.0)
        self.assertIn("50.00", invoice.ar_credit_warning)
        self.assertFalse(invoice.ar_is_on_credit_hold)
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")
        self.assertIn("50.00", self.log_of("credit_warned").note)

    def test_of_one_customer_those_are_posted_that_fit(self):
        """Drafts do not hold each other, in a batch nor one by one."""
        drafts = [self.create_draft(amount) for amount in (40.0, 80.0, 60.0)]
        for post in (
            lambda moves: moves.action_post(),
            lambda moves: moves._post(),
            lambda moves: [move.action_post() for move in moves],
        ):
            with self.isolated():
                post(self.env["account.move"].union(*drafts))
                states = [move.state for move in drafts]
                self.assertEqual(states, ["posted", "draft", "posted"])

    def test_writing_the_state_of_several_posts_none_over_the_limit(self):
        drafts = self.create_draft(60.0) | self.create_draft(60.0)
        with self.assertRaisesRegex(UserError, "credit hold"), self.cr.savepoint():
            drafts.write({"state": "posted"})
        self.assertEqual(set(drafts.mapped("state")), {"draft"})

    def test_the_message_tells_drafts_apart_and_says_the_same_once(self):
        drafts = self.create_draft(150.0) | self.create_draft(150.0)
        other = self.create_customer("Birch Ltd")
        self.decide("none", partner=other)
        drafts |= self.create_draft(75.0, partner=other)
        message = drafts.action_post()["params"]["message"]
        money = self.root.currency_id.format
        self.assertEqual(message.count(f"Acorn Ltd, {money(150.0)}"), 2)
        self.assertEqual(message.count(f"Birch Ltd, {money(75.0)}"), 1)
        self.assertEqual(message.count("would be exceeded"), 1)

    def test_what_posts_itself_on_its_date_waits_too(self):
        over, fits = self.create_draft(150.0), self.create_draft(50.0)
        (over | fits).auto_post = "at_date"
        (over | fits).invoice_user_id = self.env.user
        cron = self.env.ref("account.ir_cron_auto_post_draft_entry").sudo()
        for _night in range(2):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
            self.assertEqual((over.state, fits.state), ("draft", "posted"))
        self.assertEqual(self.holds_of(over), ["over_limit"])
        tasks = over.sudo().activity_ids
        self.assertEqual((len(tasks), tasks.user_id), (1, self.env.user))

    def test_a_full_batch_of_held_invoices_keeps_nobody_else_back(self):
        """Core's job takes a hundred at a time, the newest first, and starts again."""
        other = self.create_customer("Birch Ltd")
        self.decide(limit=100.0, partner=other)
        over = self.create_draft(150.0)
        over.auto_post = "at_date"
        held = over | over.browse().union(*(over.copy() for _number in range(100)))
        held.write({"auto_post": "at_date", "invoice_date": day_in(0), "date": day_in(0)})
        fits = self.create_draft(50.0, partner=other)
        fits.write({"auto_post": "at_date", "invoice_date": day_in(-1), "date": day_in(-1)})
        cron = self.env.ref("account.ir_cron_auto_post_draft_entry").sudo()
        moves, passes = self.env.registry["account.move"], []
        post = moves._post

        def count(records, soft=True):
            passes.append(len(records))
            return post(records, soft=soft)

        for expected in ([100, 2], [0]):
            passes.clear()
            with self.enter_registry_test_mode(), patch.object(moves, "_post", count):
                cron.method_direct_trigger()
            self.assertEqual(passes, expected)
            self.assertEqual(set(held.mapped("state")), {"draft"})
            self.assertEqual(fits.state, "posted")
        self.decide("unlimited")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(set(held.mapped("state")), {"posted"})

    def test_receipts_on_credit_are_checked_as_invoices(self):
        receipt = self.create_draft(150.0, move_type="out_receipt")
        receipt.action_post()
        self.assertEqual(receipt.state, "draft")
        self.assertEqual(self.exposure(), {"draft_invoices": 150.0})
        self.open_request(receipt).with_user(self.approver).action_approve()
        receipt.action_post()
        self.assertEqual(receipt.state, "posted")

    def test_without_a_customer_core_says_what_is_missing(self):
        for effect in ("warn", "ask"):
            self.root.sudo().ar_credit_invoice_effect = effect
            with self.subTest(effect), self.isolated():
                draft = self.create_draft(50.0)
                draft.partner_id = False
                with self.assertRaisesRegex(UserError, "'Customer' field is required"):
                    (draft | self.create_draft(50.0)).action_post()

    def test_a_request_ends_with_its_hold(self):
        def cancel(invoice):
            invoice.button_cancel()

        def make_smaller(invoice):
            invoice.invoice_line_ids.price_unit = 50.0
            invoice.action_post()

        for end in (cancel, make_smaller):
            invoice = self.create_draft(150.0)
            request = self.open_request(invoice)
            end(invoice)
            with self.subTest(end.__name__):
                self.assertEqual(request.state, "withdrawn")
                self.assertFalse(request.sudo().activity_ids)
                self.assertFalse(invoice.ar_has_asked_release)

    def test_what_was_posted_is_posted_again_as_far_as_it_was(self):
        self.decide(limit=1000.0)
        invoice = self.create_draft(900.0)
        invoice.action_post()
        self.decide("none")
        invoice.button_draft()
        invoice.write({"ref": "PO 7", "ar_passed_credit": {str(self.customer.id): 5000.0}})
        with self.isolated():
            invoice.action_post()
            self.assertEqual(invoice.state, "posted")
        with self.isolated():
            invoice.invoice_line_ids.price_unit = 900.01
            invoice.action_post()
            self.assertEqual((invoice.state, self.holds_of(invoice)), ("draft", ["no_credit"]))
            self.assertIn("0.01 more", invoice.ar_credit_warning)
        other = self.create_customer("Beech Ltd")
        self.decide("none", partner=other)
        invoice.partner_id = other
        invoice.action_post()
        self.assertEqual(invoice.state, "draft", "it was posted for somebody else")

    def test_credit_notes_and_late_fees_are_never_held(self):
        note = self.create_invoice(amount=500.0, post=False, move_type="out_refund")
        fee = self.create_draft(500.0)
        fee.sudo().ar_is_charge = True
        bill = self.create_invoice(amount=500.0, post=False, move_type="in_invoice")
        (note | fee | bill).action_post()
        self.assertEqual(set((note | fee | bill).mapped("state")), {"posted"})

    def test_a_held_invoice_is_released_by_itself_but_not_posted(self):
        debt = self.create_invoice(amount=100.0)
        held = self.create_draft(60.0)
        held.action_post()
        self.assertEqual(self.holds_of(held), ["over_limit"])
        self.pay(debt)
        self.commit()
        self.assertEqual(self.holds_of(held), [])
        self.assertEqual(held.state, "draft")
        held.action_post()
        self.assertEqual(held.state, "posted")

    def test_a_draft_that_is_cancelled_leaves_its_credit_to_others(self):
        first, second = self.create_draft(80.0), self.create_draft(80.0)
        first.action_post()
        second.action_post()
        self.assertEqual(self.holds_of(second), ["over_limit"])
        first.button_draft()
        first.button_cancel()
        self.env.cr.precommit.run()
        self.assertEqual(self.holds_of(second), [])

    def test_the_warning_comes_while_the_invoice_is_typed(self):
        invoice = self.create_draft(50.0)
        self.assertFalse(invoice.ar_credit_warning)
        with Form(invoice) as form:
            with form.invoice_line_ids.edit(0) as line:
                line.price_unit = 150.0
            self.assertEqual(form.ar_credit_bar["free"], -50.0)

    def test_customers_on_the_portal_do_not_read_of_their_credit(self):
        invoice = self.create_invoice()
        portal = self.create_portal_user()
        for name in ("ar_credit_warning", "ar_credit_bar", "ar_is_on_credit_hold"):
            with self.subTest(name), self.assertRaisesRegex(Exception, "access"):
                invoice.with_user(portal).read([name])

    def create_portal_user(self):
        return self.env["res.users"].sudo().create(
            {
                "name": "Customer",
                "login": "credit_portal",
                "partner_id": self.customer.id,
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
