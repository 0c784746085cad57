"""Credit on hold: each reason, on invoices without an order, lifted by paying."""

from odoo.exceptions import UserError
from odoo.tests import Form

from .common import day_in
from .common_credit import CreditCase


class TestCreditReasons(CreditCase):
    """What speaks against more credit, on the last day before and the first day after."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.decide(limit=1000.0)

    def test_overdue_for_exactly_the_days_borne_passes(self):
        self.create_invoice(due_in=-30, amount=100.0)
        self.assertEqual(self.stops(), [])
        with self.on_day(1):
            self.assertEqual(self.stops(), ["overdue"])

    def test_small_sums_overdue_stop_nothing(self):
        self.create_invoice(due_in=-60, amount=99.99)
        self.assertEqual(self.stops(), [])
        self.create_invoice(due_in=-60, amount=0.01)
        self.assertEqual(self.stops(), ["overdue"])

    def test_each_instalment_is_overdue_by_itself(self):
        self.create_invoice(terms=(-31, 20), amount=300.0)
        self.assertEqual(self.stops(), ["overdue"])

    def test_credits_are_set_off_against_what_is_overdue(self):
        self.create_invoice(due_in=-60, amount=150.0)
        self.create_credit_note(60.0)
        self.assertEqual(self.stops(), [])

    def test_disputed_amounts_do_not_count(self):
        invoice = self.create_invoice(due_in=-60, amount=150.0)
        for target in (invoice, self.customer):
            with self.subTest(target._name), self.isolated():
                self.hold(target, "dispute")
                self.assertEqual(self.stops(), [])

    def test_a_part_in_dispute_leaves_the_rest(self):
        invoice = self.create_invoice(due_in=-60, amount=150.0)
        hold = self.hold(invoice, "dispute", amount=50.0)
        self.assertEqual(self.stops(), ["overdue"])
        hold.action_lift()
        self.hold(invoice, "dispute", amount=50.01)
        self.assertEqual(self.stops(), [])

    def test_a_payment_plan_counts_while_it_lasts(self):
        invoice = self.create_invoice(due_in=-60, amount=150.0)
        self.hold(invoice, "plan", until=day_in(3))
        with self.on_day(3):
            self.assertEqual(self.stops(), [])
        with self.on_day(4):
            self.assertEqual(self.stops(), ["overdue"])

    def test_a_promise_lifts_nothing(self):
        invoice = self.create_invoice(due_in=-60, amount=150.0)
        self.hold(invoice, "promise", until=day_in(5))
        self.assertEqual(self.stops(), ["overdue"])

    def test_late_fees_stop_nothing(self):
        invoice = self.create_invoice(due_in=-60, amount=150.0)
        invoice.sudo().ar_is_charge = True
        self.assertEqual(self.stops(), [])

    def test_blocked_invoices_stop_nothing(self):
        self.create_invoice(due_in=-60, amount=150.0).action_toggle_block_payment()
        self.assertEqual(self.stops(), [])

    def test_a_part_of_a_foreign_invoice_in_dispute(self):
        euro = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        invoice = self.create_invoice(due_in=-60, amount=400.0, currency=euro)
        hold = self.hold(invoice, "dispute", amount=200.0)
        self.assertEqual(self.stops(), ["overdue"])
        hold.action_lift()
        self.hold(invoice, "dispute", amount=200.02)
        self.assertEqual(self.stops(), [])

    def test_a_level_that_stops_credit(self):
        self.create_policy([self.level(1), self.level(8, is_stopping_credit=True)])
        invoice = self.create_invoice(due_in=-1)
        self.follow_up()
        self.assertEqual(self.stops(), [])
        self.follow_up(7)
        self.assertEqual(self.stops(), ["level"])
        self.assertEqual(self.holds_of(), ["level"])
        self.pay(invoice)
        self.commit()
        self.assertEqual(self.stops(), [])
        self.assertEqual(self.holds_of(), [])

    def test_levels_above_stop_it_too(self):
        self.create_policy([self.level(1, is_stopping_credit=True), self.level(8)])
        self.create_invoice(due_in=-1)
        self.follow_up()
        self.follow_up(7)
        self.assertEqual(self.stops(), ["level"])

    def test_a_review_that_has_lapsed(self):
        self.decide(limit=1000.0, review_date=day_in(5))
        with self.on_day(5):
            self.assertEqual(self.stops(), [])
        with self.on_day(6):
            self.assertEqual(self.stops(), ["review_lapsed"])

    def test_a_temporary_increase_ends_after_its_last_day(self):
        self.decide(limit=1000.0, increase=500.0, increase_until=day_in(5))
        with self.on_day(5):
            self.assertEqual(self.stops(1500.0), [])
            self.assertEqual(self.stops(1500.01), ["over_limit"])
        with self.on_day(6):
            self.assertEqual(self.stops(1000.01), ["over_limit"])

    def test_a_stop_by_hand_and_its_end(self):
        self.case_of()._stop_credit("Cheque came back", day_in(2))
        self.assertEqual(self.stops(), ["by_hand"])
        self.assertEqual(self.stops(0.0), ["by_hand"])
        with self.on_day(3):
            self.assertEqual(self.stops(), [])

    def test_a_stop_by_hand_needs_a_reason_and_a_day_to_come(self):
        with self.assertRaisesRegex(UserError, "Say why"):
            self.case_of()._stop_credit(" ")
        with self.assertRaisesRegex(UserError, "choose a later day"):
            self.case_of()._stop_credit("Cheque came back", day_in(-1))
        self.case_of()._stop_credit("Cheque came back", day_in(0))
        self.assertEqual(self.stops(), ["by_hand"])

    def test_credit_is_stopped_by_hand_once(self):
        self.case_of()._stop_credit("Cheque came back")
        with self.assertRaisesRegex(UserError, "already"):
            self.case_of()._stop_credit("Once more")

    def test_every_reason_is_said_in_words(self):
        self.create_invoice(due_in=-60, amount=950.0)
        self.decide(limit=1000.0, review_date=day_in(0))
        self.case_of()._stop_credit("Cheque came back")
        with self.on_day(1):
            check = self.case_of()._check_credit(asked=60)
            found = self.case_of()._get_credit_sentences(check)
            sentences = {code: text for code, text, _sum in found}
        self.assertIn("10.00", sentences["over_limit"])
        self.assertIn("950.00", sentences["overdue"])
        self.assertIn("30 days", sentences["overdue"])
        self.assertIn("03/04/2026", sentences["review_lapsed"])
        self.assertIn("Cheque came back", sentences["by_hand"])


class TestHoldsOfCustomers(CreditCase):
    def test_the_daily_look_holds_and_paying_lifts(self):
        self.decide(limit=1000.0)
        invoice = self.create_invoice(due_in=-31, amount=100.0)
        cron = self.env.ref("ar_collections.ir_cron_credit")
        with self.enter_registry_test_mode():
            cron.sudo().method_direct_trigger()
        self.assertEqual(self.holds_of(), ["overdue"])
        self.pay(invoice, amount=0.5)
        self.commit()
        self.assertEqual(self.holds_of(), [])
        lifted = self.case_of().with_context(active_test=False).credit_hold_ids
        self.assertEqual(lifted.lift_reason, "cleared")
        self.assertEqual(len(self.log_of("credit_held")), 1)
        self.assertEqual(len(self.log_of("credit_lifted")), 1)

    def test_an_undone_payment_brings_the_hold_back(self):
        self.decide(limit=1000.0)
        invoice = self.create_invoice(due_in=-31, amount=100.0)
        case = self.case_of()
        case._refresh_credit_holds()
        self.pay(invoice)
        self.commit()
        self.assertEqual(self.holds_of(), [])
        self.unmatch(invoice)
        case._get_credit_candidates()._refresh_credit_holds()
        # The money is still the customer's, and covers the debt.
        self.assertEqual(self.holds_of(), [])
        payment = invoice.matched_payment_ids or self.env["account.payment"].search(
            [("partner_id", "=", self.customer.id)]
        )
        payment.action_draft()
        case._refresh_credit_holds()
        self.assertEqual(self.holds_of(), ["overdue"])

    def test_looking_twice_holds_once(self):
        self.decide(limit=1000.0)
        self.create_invoice(due_in=-31, amount=100.0)
        self.case_of()._refresh_credit_holds()
        self.case_of()._refresh_credit_holds()
        self.assertEqual(self.holds_of(), ["overdue"])
        self.assertEqual(len(self.log_of("credit_held")), 1)

    def test_only_an_approver_lifts_and_only_a_stop_by_hand(self):
        self.decide(limit=1000.0)
        self.create_invoice(due_in=-31, amount=100.0)
        self.case_of()._refresh_credit_holds()
        self.case_of()._stop_credit("Cheque came back")
        holds = self.case_of().credit_hold_ids
        collector = self.create_user("credit_collector", "collector")
        by_hand = holds.filtered(lambda hold: hold.reason == "by_hand")
        with self.assertRaisesRegex(Exception, "Credit approver"):
            by_hand.with_user(collector).action_lift()
        with self.assertRaisesRegex(UserError, "lift by"):
            (holds - by_hand).with_user(self.approver).action_lift()
        by_hand.with_user(self.approver).action_lift()
        self.assertEqual(self.holds_of(), ["overdue"])

    def test_merged_customers_keep_one_decision_and_their_holds(self):
        twin = self.create_customer("Acorn Limited")
        self.decide(limit=700.0, partner=twin)
        self.case_of(twin)._stop_credit("Cheque came back")
        self.case_of()._stop_credit("Once more")
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((self.customer | twin).ids, self.customer)
        self.assertEqual(self.case_of().credit_state, "limit")
        self.assertEqual(self.holds_of(), ["by_hand"])
        self.assertEqual(len(self.case_of().credit_review_ids), 1)


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
