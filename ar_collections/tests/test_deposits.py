"""Deposits on invoices without an order, and the terms that are accepted."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user

from .common import TODAY, day_in
from .common_deposits import DepositCase


class TestInvoices(DepositCase):
    """The receivable is split into deposit and rest while the invoice is a draft."""

    def parts(self, invoice):
        """Give [(days from TODAY, amount)] of the receivable, first due first."""
        return [
            ((line.date_maturity - TODAY).days, line.amount_currency)
            for line in self.debts(invoice)
        ]

    def draft(self, amount=1000.0, **values):
        values = {"due_in": 30, "invoice_date": TODAY, "post": False, **values}
        return self.create_invoice(amount=amount, **values)

    def test_a_rule_splits_the_receivable(self):
        self.create_rule()
        invoice = self.draft()
        self.assertEqual(self.parts(invoice), [(5, 300.0), (30, 700.0)])
        invoice.action_post()
        self.assertEqual(self.parts(invoice), [(5, 300.0), (30, 700.0)])
        self.assertEqual(invoice.invoice_date_due, day_in(30))
        self.assertEqual(invoice.ar_deposit_residual, 300.0)

    def test_the_deposit_follows_the_lines_of_the_draft(self):
        self.create_rule()
        invoice = self.draft()
        invoice.invoice_line_ids.price_unit = 100.0
        self.assertEqual(self.parts(invoice), [(5, 30.0), (30, 70.0)])
        invoice.invoice_date = day_in(2)
        self.assertEqual(self.parts(invoice), [(7, 30.0), (30, 70.0)])

    def test_thirds_round_and_add_up(self):
        self.create_rule(**self.thirds())
        self.assertEqual(self.parts(self.draft(100.0)), [(5, 33.33), (30, 66.67)])

    def test_taxes_belong_to_the_whole_invoice(self):
        self.create_rule()
        line = {"name": "Goods", "price_unit": 1000.0, "tax_ids": self.tax_sale_a.ids}
        invoice = self.draft(invoice_line_ids=[Command.create(line)])
        self.assertEqual(invoice.amount_total, 1150.0)
        self.assertEqual(self.parts(invoice), [(5, 345.0), (30, 805.0)])

    def test_the_rest_keeps_the_instalments_of_its_payment_term(self):
        self.create_rule(percent=10.0)
        invoice = self.draft(terms=(20, 40), invoice_date=TODAY)
        days = [day for day, _amount in self.parts(invoice)]
        self.assertEqual([amount for _day, amount in self.parts(invoice)], [100, 450, 450])
        self.assertEqual(days[0], 5)
        self.assertEqual(days[2] - days[1], 20)

    def test_another_currency_is_split_in_both(self):
        self.create_rule()
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 3.0)])
        invoice = self.draft(100.0, currency=euro)
        lines = self.debts(invoice)
        self.assertEqual(lines.mapped("amount_currency"), [30.0, 70.0])
        self.assertEqual(lines.mapped("balance"), [10.0, 23.33])

    def test_the_deposit_climbs_its_own_ladder(self):
        self.create_policy((1, 8))
        self.create_rule()
        invoice = self.draft()
        invoice.action_post()
        self.assertNothingSaid(self.follow_up(5))
        run = self.follow_up(6)
        self.assertEqual(self.lines_said(run).mapped("open_amount"), [300.0])
        self.assertSaid(run, {invoice: [1]})

    def test_a_payment_of_a_part_pays_the_deposit_first(self):
        self.create_rule()
        invoice = self.draft()
        invoice.action_post()
        self.pay(invoice, 200.0)
        self.assertEqual(invoice.ar_deposit_residual, 100.0)
        self.pay(invoice, 150.0)
        self.assertEqual(invoice.ar_deposit_residual, 0.0)
        self.assertEqual(invoice.amount_residual, 650.0)

    def test_what_is_set_by_hand_stays(self):
        self.create_rule()
        invoice = self.draft()
        self.change(invoice, kind="fixed", amount=120.0, date=day_in(10))
        invoice.invoice_line_ids.price_unit = 2000.0
        self.assertEqual(self.parts(invoice), [(10, 120.0), (30, 1880.0)])
        self.assertEqual(invoice.ar_deposit_reason, "Agreed on the phone")
        self.assertFalse(invoice.ar_deposit_rule_id)
        self.assertIn("Agreed on the phone", invoice.message_ids[0].body)

    def test_no_deposit_by_hand_stays_too(self):
        self.create_rule()
        invoice = self.draft()
        self.change(invoice, kind="none")
        invoice.invoice_line_ids.price_unit = 2000.0
        self.assertEqual(self.parts(invoice), [(30, 2000.0)])

    def test_a_deposit_is_given_back_to_the_rules(self):
        rule = self.create_rule()
        invoice = self.draft()
        self.change(invoice, kind="none")
        self.change(invoice, kind="rule", reason=False)
        self.assertEqual(invoice.ar_deposit_rule_id, rule)
        self.assertEqual(self.parts(invoice), [(5, 300.0), (30, 700.0)])

    def test_given_back_where_no_rule_fits_there_is_none(self):
        invoice = self.draft()
        self.change(invoice, kind="fixed", amount=120.0, date=day_in(10))
        self.change(invoice, kind="rule", reason=False)
        self.assertEqual(self.parts(invoice), [(30, 1000.0)])

    def test_given_back_after_it_was_posted_once(self):
        self.create_rule()
        invoice = self.draft()
        self.change(invoice, kind="none")
        invoice.action_post()
        invoice.button_draft()
        self.change(invoice, kind="rule", reason=False)
        self.assertEqual(self.parts(invoice), [(5, 300.0), (30, 700.0)])

    def test_a_change_by_hand_needs_a_reason_and_an_amount(self):
        invoice = self.draft()
        for values in ({"reason": " "}, {"kind": "fixed", "amount": 0.0}, {"date": False}):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.change(invoice, **{"date": day_in(3), **values})
        with self.assertRaises(UserError):
            invoice.ar_deposit_amount = 10.0

    def test_nobody_sets_a_deposit_past_the_window(self):
        """Neither as a value, nor as a default, nor on what is posted."""
        rule = self.create_rule(is_on=False)
        posted = self.create_invoice()
        for name, value in (
            ("ar_deposit_amount", 30.0),
            ("ar_deposit_date", TODAY),
            ("ar_deposit_by_hand", True),
            ("ar_deposit_reason", "Made up"),
            ("ar_deposit_rule_id", rule.id),
        ):
            with self.subTest(name):
                with self.assertRefused("Change deposit"):
                    self.draft(**{name: value})
                with self.assertRefused("Change deposit"):
                    posted.write({name: value})
                moves = self.env["account.move"].with_context(**{f"default_{name}": value})
                with self.assertRefused("Change deposit"):
                    moves.create({"move_type": "out_invoice"})

    def test_the_day_of_an_instalment_is_refused_in_words(self):
        terms = self.create_terms((7, 30), TODAY)
        invoice = self.draft(invoice_payment_term_id=terms.id)
        with self.assertRefused("not before the rest"):
            self.change(invoice, kind="fixed", amount=10.0, date=day_in(7))
        self.change(invoice, kind="fixed", amount=10.0, date=day_in(6))
        invoice.action_post()
        self.assertEqual(invoice.ar_deposit_residual, 10.0)

    def test_a_day_that_is_not_before_the_rest_is_refused_in_words(self):
        invoice = self.draft()
        for day in (30, 31):
            with self.assertRefused("not before the rest"):
                self.change(invoice, kind="fixed", amount=100.0, date=day_in(day))
        with self.assertRefused("before the date of the invoice"):
            self.change(invoice, kind="fixed", amount=100.0, date=day_in(-1))
        with self.assertRefused("as much as the invoice"):
            self.change(invoice, kind="fixed", amount=1000.0, date=day_in(3))
        self.change(invoice, kind="fixed", amount=100.0, date=day_in(29))
        self.assertEqual(self.parts(invoice), [(29, 100.0), (30, 900.0)])

    def test_a_running_early_discount_is_refused_in_words(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2 % in 10 days",
                "early_discount": True,
                "discount_percentage": 2.0,
                "discount_days": 10,
                "line_ids": [Command.create({"value_amount": 100.0, "nb_days": 30})],
            }
        )
        invoice = self.draft()
        invoice.invoice_payment_term_id = term
        with self.assertRefused("discount"):
            self.change(invoice, kind="fixed", amount=100.0, date=day_in(3))
        self.create_rule()
        invoice.invoice_line_ids.price_unit = 900.0
        self.assertIn("discount", invoice.ar_deposit_problem)
        self.assertIn("ar_deposit", invoice._get_alerts())
        self.assertEqual(len(self.parts(invoice)), 1)
        invoice.action_post()
        self.assertFalse(invoice.ar_deposit_amount or invoice.ar_deposit_rule_id)
        self.assertFalse(invoice.ar_deposit_by_hand, "nobody has set it")
        self.assertIn("discount", invoice.message_ids.mapped("body")[0])

    def test_posted_weeks_later_a_rule_asks_for_nothing_that_was_due_before(self):
        self.create_rule()
        for values, parts in (
            ({}, [(30, 1000.0)]),
            ({"terms": [30]}, [(32, 300.0), (87, 700.0)]),
        ):
            with self.subTest(values):
                invoice = self.draft(**values)
                invoice.invoice_date = False
                with self.on_day(27):
                    invoice.action_post()
                self.assertEqual(invoice.invoice_date, day_in(27))
                self.assertEqual(self.parts(invoice), parts)
                self.assertEqual(invoice.ar_deposit_amount, 300.0 if values else 0.0)

    def test_without_a_due_date_of_the_rest_it_is_refused_in_words(self):
        invoice = self.draft()
        self.change(invoice, kind="fixed", amount=300.0, date=day_in(5))
        invoice.invoice_date_due = False
        with self.assertRefused("no due date"):
            invoice.action_post()

    def test_by_hand_it_cannot_be_posted_once_it_has_become_impossible(self):
        invoice = self.draft()
        self.change(invoice, kind="fixed", amount=100.0, date=day_in(10))
        invoice.invoice_date_due = day_in(10)
        with self.assertRefused("not before the rest"):
            invoice.action_post()

    def test_a_posted_invoice_keeps_its_deposit(self):
        rule = self.create_rule()
        invoice = self.draft()
        invoice.action_post()
        with self.assertRefused("draft"):
            invoice.action_ar_change_deposit()
        with self.assertRaises(UserError):
            invoice.write({"ar_deposit_amount": 1.0, "ar_deposit_reason": "x"})
        rule.is_on = False
        invoice.button_draft()
        invoice.action_post()
        self.assertEqual(self.parts(invoice), [(5, 300.0), (30, 700.0)])

    def test_credit_notes_bills_and_copies_have_none_of_their_own(self):
        self.create_rule()
        invoice = self.draft()
        invoice.action_post()
        note = invoice._reverse_moves()
        self.assertEqual(note.ar_deposit_amount, 0.0)
        bill = self.init_invoice("in_invoice", amounts=[1000.0])
        self.assertFalse(bill.ar_deposit_rule_id)
        self.change(draft := self.draft(), kind="none")
        self.assertFalse(draft.copy().ar_deposit_by_hand)

    def test_the_form_shows_and_saves_it(self):
        self.create_rule()
        with Form(self.env["account.move"].with_context(default_move_type="out_invoice")) as form:
            form.partner_id = self.customer
            form.invoice_date = TODAY
            form.invoice_date_due = day_in(30)
            with form.invoice_line_ids.new() as line:
                line.name = "Goods"
                line.price_unit = 500.0
                line.tax_ids.clear()
        self.assertEqual(self.parts(form.record), [(5, 150.0), (30, 350.0)])

    def test_it_is_told_in_plain_words(self):
        self.create_rule(text="It is deducted from the final invoice.")
        invoice = self.draft()
        sentences = invoice._ar_get_deposit_sentences()
        self.assertIn("A deposit of", sentences[0])
        self.assertIn("Monday, March 9, 2026", sentences[0])
        self.assertIn("Friday, April 3, 2026", sentences[0])
        self.assertEqual(
            sentences[1:],
            ["Nothing starts without it.", "It is deducted from the final invoice."],
        )
        html = self.env["ir.actions.report"]._render_qweb_html(
            "account.account_invoices", invoice.ids
        )[0]
        self.assertIn(b"Nothing starts without it.", html)


class TestTerms(DepositCase):
    """What a customer has accepted is kept word for word."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls.create_rule(name="Thirty")
        cls.invoice = cls.create_invoice(30, 1000.0, invoice_date=TODAY)

    def accept(self, **values):
        action = self.invoice.action_ar_accept_terms()
        wizard = self.env["ar.terms.accept"].with_context(**action["context"])
        wizard.create({"note": "E-mail of today", **values}).action_confirm()
        return self.invoice.ar_acceptance_ids

    def test_noted_by_hand(self):
        acceptance = self.accept(accepted_by="Ann Oak")
        self.assertEqual(acceptance.accepted_by, "Ann Oak")
        self.assertEqual(acceptance.way, "hand")
        self.assertEqual(acceptance.date.date(), TODAY)
        self.assertEqual(acceptance.user_id, self.env.user)
        self.assertIn("300.00", acceptance.text)
        self.assertIn("deposit “Thirty” 1", acceptance.version)
        self.assertEqual(len(acceptance.digest), 64)

    def test_the_text_stays_when_the_terms_change(self):
        self.env.company.invoice_terms = "<p>Old terms</p>"
        self.invoice.narration = "<p>Old terms</p>"
        before = self.accept()
        self.env.company.invoice_terms = "<p>New terms</p>"
        self.assertIn("Old terms", before.text)
        after = self.accept() - before
        self.assertNotEqual(after.version, before.version)

    def test_proof_is_never_changed(self):
        acceptance = self.accept()
        with self.assertRaises(AccessError):
            acceptance.accepted_by = "Somebody else"
        with self.assertRaises(AccessError):
            acceptance.sudo().date = date(2020, 1, 1)
        with self.assertRaises(AccessError):
            acceptance.unlink()

    def test_a_document_without_terms_has_nothing_to_accept(self):
        self.rule.is_on = False
        self.env.company.terms_type = "plain"
        self.invoice = self.create_invoice(30, 10.0)
        self.invoice.narration = False
        with self.assertRefused("no terms"):
            self.accept()

    def test_paying_online_accepts_them_once(self):
        transaction = self.create_transaction(self.invoice, "authorized", 300.0)
        transaction._post_process()
        transaction._post_process()
        self.assertEqual(self.invoice.ar_acceptance_ids.mapped("way"), ["payment"])


class TestRights(DepositCase):
    """Who may do what with deposits."""

    def test_only_managers_change_rules(self):
        rule = self.create_rule()
        for role in ("auditor", "collector", "credit_approver"):
            user = self.create_user(f"deposit_{role}", role)
            self.assertTrue(rule.with_user(user).name)
            with self.subTest(role=role), self.assertRaises(AccessError):
                rule.with_user(user).percent = 1.0

    def test_a_biller_changes_a_deposit_and_a_reader_does_not(self):
        invoice = self.create_invoice(30, 1000.0, post=False)
        biller = new_test_user(self.env, "biller", "account.group_account_invoice")
        self.change(invoice.with_user(biller), kind="none")
        for name in ("base.group_user", "ar_collections.ar_collections_group_collector"):
            reader = new_test_user(self.env, f"reader {name}", name)
            with self.subTest(name=name), self.assertRaises(AccessError):
                invoice.with_user(reader).action_ar_change_deposit()

    def test_another_company_sees_neither_rule_nor_proof(self):
        rule = self.create_rule()
        invoice = self.create_invoice(30, 1000.0, invoice_date=TODAY)
        proof = self.env["ar.terms.acceptance"]._note(invoice, "hand", "Ann")
        other = self.setup_other_company(name="Elsewhere")["company"]
        user = self.create_user("elsewhere", "manager")
        user.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        for record in (rule, proof):
            with self.assertRaises(AccessError):
                record.with_user(user).read(["display_name"])
