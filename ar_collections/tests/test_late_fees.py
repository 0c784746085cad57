"""Late fees and interest on real invoices: proposed, booked, waived, corrected."""

from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError

from .common import TODAY, CollectionsCase, day_in


class TestLateFees(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.income = cls.company_data["default_account_revenue"]
        cls.customer.ar_is_kind_confirmed = True
        cls.engine = cls.env["ar.late.fee.engine"].sudo()

    def rule(self, **values):
        return self.env["ar.late.fee.rule"].create(
            {
                "name": "Ten percent",
                "is_on": True,
                "has_interest": True,
                "interest_percent": 10.0,
                "frequency": "level",
                "account_id": self.income.id,
                **values,
            }
        )

    def flat(self, *tiers):
        return [
            Command.create({"amount_from": amount_from, "fee": fee})
            for amount_from, fee in tiers
        ]

    def product_without_account(self):
        category = self.env["product.category"].sudo().create({"name": "Charges"})
        category.property_account_income_categ_id = False
        self.env.company.sudo().income_account_id = False
        return self.env["product.product"].sudo().create(
            {"name": "Late fee", "type": "service", "categ_id": category.id}
        )

    def daily_pass(self, day=0):
        with self.on_day(day) as today:
            self.engine._propose_for_company(self.env.company, today)
        return self.charges()

    def charges(self, **domain):
        return self.env["ar.late.fee"].search(
            [(name, "=", value) for name, value in domain.items()], order="id"
        )

    # === PROPOSED === #

    def test_flat_sum_is_proposed_once_for_an_invoice_with_instalments(self):
        self.rule(has_interest=False, tier_ids=self.flat((0, 40)))
        self.create_invoice(terms=(-20, -5), amount=1000)
        self.assertEqual(self.daily_pass().mapped("amount"), [40])
        self.assertEqual(len(self.daily_pass(3)), 1)

    def test_the_tier_looks_at_the_open_amount_on_the_day_after_due(self):
        self.rule(has_interest=False, tier_ids=self.flat((0, 40), (1000, 70)))
        invoice = self.create_invoice(due_in=-20, amount=1000)
        self.pay(invoice, 500, day_in(-20))
        self.assertEqual(self.daily_pass().amount, 40)

    def test_kind_not_confirmed_no_charge(self):
        self.rule(tier_ids=self.flat((0, 40)))
        self.customer.ar_is_kind_confirmed = False
        self.create_invoice(due_in=-20)
        self.assertFalse(self.daily_pass())

    def test_a_tax_id_confirms_a_business(self):
        self.assertTrue(self.create_customer("Taxed Ltd", vat="X").ar_is_kind_confirmed)

    def test_consumers_bear_nothing_unless_a_rule_says_so(self):
        self.rule(tier_ids=self.flat((0, 40)))
        self.customer.ar_customer_kind = "consumer"
        self.create_invoice(due_in=-20)
        self.assertFalse(self.daily_pass())

    def test_exempt_customer_and_exempt_invoice(self):
        self.rule(tier_ids=self.flat((0, 40)))
        invoice = self.create_invoice(due_in=-20)
        invoice.ar_is_charge_exempt = True
        spared = self.create_customer("Spared Ltd", vat="Y", ar_is_charge_exempt=True)
        self.create_invoice(due_in=-20, partner=spared)
        self.assertFalse(self.daily_pass())

    def test_insolvency_stops_charges(self):
        self.rule(tier_ids=self.flat((0, 40)))
        self.create_invoice(due_in=-20)
        self.hold(self.customer, "insolvency")
        self.assertFalse(self.daily_pass())

    def test_interest_of_principal_paid_late_is_not_lost(self):
        self.rule()
        invoice = self.create_invoice(due_in=-30, amount=3650)
        self.pay(invoice, day=day_in(-20))
        charge = self.daily_pass()
        self.assertEqual((charge.amount, charge.date_to), (10.0, day_in(-20)))
        self.assertEqual(len(self.daily_pass(5)), 1)

    def test_part_payments_cut_the_stretches(self):
        self.rule(frequency="payment")
        invoice = self.create_invoice(due_in=-30, amount=3650)
        self.pay(invoice, 1825, day_in(-20))
        self.pay(invoice, 1825, day_in(-10))
        charge = self.daily_pass()
        self.assertEqual(charge.amount, 15.0)
        self.assertEqual([part["days"] for part in charge.example], [10, 10])

    def test_a_credit_note_counts_from_its_invoice_date(self):
        self.rule(frequency="payment")
        invoice = self.create_invoice(due_in=-30, amount=3650)
        note = self.create_credit_note(3650, invoice)
        (self.debts(invoice) | self.debts(note)).reconcile()
        charge = self.daily_pass()
        self.assertFalse(charge, "The credit note is older than the due date")

    def test_undone_payment_takes_the_proposal_back(self):
        self.rule()
        invoice = self.create_invoice(due_in=-30, amount=3650)
        self.pay(invoice, day=day_in(-20))
        charge = self.daily_pass()
        self.unmatch(invoice)
        self.assertEqual(charge.state, "cancelled")

    def test_foreign_currency_debt_is_charged_in_its_currency(self):
        self.rule(frequency="payment")
        currency = self.setup_other_currency("EUR")
        invoice = self.create_invoice(due_in=-30, amount=3650, currency=currency)
        self.pay(invoice, day=day_in(-20))
        charge = self.daily_pass()
        self.assertEqual((charge.currency_id, charge.amount), (currency, 10.0))

    def test_a_missing_rate_is_refused_by_name(self):
        reference = self.env["ar.reference.rate"].create(
            {
                "name": "Central bank",
                "code": "cb",
                "value_ids": [
                    Command.create(
                        {
                            "date_from": "2025-01-01",
                            "date_to": "2025-12-31",
                            "percent": 2.0,
                        }
                    )
                ],
            }
        )
        self.rule(reference_id=reference.id, frequency="payment")
        invoice = self.create_invoice(due_in=-30)
        self.pay(invoice, day=day_in(-20))
        with self.assertRaisesRegex(UserError, "Central bank"):
            self.daily_pass()

    # === WITH A NOTICE === #

    def test_automatic_charges_are_booked_with_the_notice_and_due_on_its_deadline(self):
        self.rule(mode="automatic", tier_ids=self.flat((0, 40)))
        self.create_policy([self.level(1, deadline_days=10)])
        invoice = self.create_invoice(due_in=-10, amount=3650)
        run = self.follow_up()
        charges = self.charges()
        document = charges.document_id
        self.assertEqual(len(document), 1)
        self.assertEqual(document.state, "posted")
        self.assertEqual(document.invoice_date_due, day_in(10))
        self.assertEqual(document.amount_total, 40 + 10)
        self.assertEqual(charges.notice_id, run.notice_ids)
        self.assertEqual(charges.move_id, invoice)

    def test_the_notice_tells_the_charges_and_asks_for_the_total(self):
        self.rule(mode="automatic", tier_ids=self.flat((0, 40)), legal_basis="The law")
        self.create_policy([self.level(1, deadline_days=10, is_example_printed=True)])
        self.create_invoice(due_in=-10, amount=3650)
        notice = self.follow_up().notice_ids
        [payment] = notice._get_payments()
        self.assertIn("3,700.00", payment["amount"])
        html = str(notice.details_html)
        for text in ("3,700.00", "The law", "3650.00 x 10.0 % x 10/365"):
            self.assertIn(text, html)

    def test_a_memo_is_shown_and_not_asked_for(self):
        self.rule(mode="memo", tier_ids=self.flat((0, 40)))
        self.create_policy([1])
        self.create_invoice(due_in=-10, amount=3650)
        notice = self.follow_up().notice_ids
        self.assertEqual(sum(notice._get_totals().values()), 3650)
        self.assertIn("not charged yet", str(notice.details_html))
        self.assertFalse(self.charges().document_id)

    def test_a_document_of_charges_never_starts_a_notice(self):
        self.rule(mode="automatic", tier_ids=self.flat((0, 40)))
        self.create_policy([self.level(1, deadline_days=5)])
        invoice = self.create_invoice(due_in=-10)
        self.follow_up()
        self.pay(invoice)
        self.assertNothingSaid(self.follow_up(20))

    def test_charges_bear_no_charges(self):
        self.rule(mode="automatic", tier_ids=self.flat((0, 40)))
        self.create_policy([self.level(1, deadline_days=5)])
        self.create_invoice(due_in=-10)
        self.follow_up()
        before = self.charges()
        self.assertEqual(self.daily_pass(40).move_id, before.move_id)

    def test_booking_that_fails_stops_the_notice_with_the_reason(self):
        rule = self.rule(mode="automatic", tier_ids=self.flat((0, 40)))
        self.create_policy([1])
        self.create_invoice(due_in=-10)
        product = self.product_without_account()
        self.env.cr.execute(
            "UPDATE ar_late_fee_rule SET account_id = NULL, product_id = %s WHERE id = %s",
            [product.id, rule.id],
        )
        rule.invalidate_recordset()
        run = self.follow_up()
        self.assertEqual(run.notice_ids.state, "failed")
        self.assertIn("income account", run.notice_ids.failure)
        self.assertFalse(self.charges())

    def test_reminder_fee_not_in_the_first_notice_and_once_per_notice(self):
        self.rule(has_interest=False, reminder_fee=12, mode="automatic")
        self.create_policy([1, 8])
        self.create_invoice(due_in=-2)
        self.create_invoice(due_in=-1)
        self.follow_up()
        self.assertFalse(self.charges())
        self.follow_up(7)
        self.assertEqual(self.charges().mapped("amount"), [12])

    def test_a_test_run_charges_nothing(self):
        self.rule(mode="automatic", tier_ids=self.flat((0, 40)))
        self.create_policy([1])
        self.create_invoice(due_in=-10)
        company = self.env.company
        company.write({"ar_test_email": "me@example.com", "ar_is_test_mode": True})
        self.follow_up()
        self.assertFalse(self.charges())

    # === DECIDED BY A PERSON === #

    def proposal(self, **values):
        self.rule(has_interest=False, tier_ids=self.flat((0, 40)), **values)
        self.create_invoice(due_in=-20)
        return self.daily_pass()

    def test_accepting_books_one_document_per_customer(self):
        self.rule(has_interest=False, tier_ids=self.flat((0, 40)))
        self.create_invoice(due_in=-20)
        self.create_invoice(due_in=-10)
        charges = self.daily_pass()
        charges.action_accept()
        self.assertEqual(charges.mapped("state"), ["posted", "posted"])
        self.assertEqual(len(charges.document_id), 1)
        self.assertEqual(charges.document_id.amount_total, 80)

    def test_a_journal_entry_where_the_rule_says_so(self):
        charge = self.proposal(document_type="entry")
        charge.action_accept()
        document = charge.document_id
        self.assertEqual((document.move_type, document.state), ("entry", "posted"))
        self.assertEqual(self.debts(document).amount_residual, 40)

    def test_waiving_needs_a_reason(self):
        with self.assertRaises(UserError):
            self.proposal().action_waive("")

    def test_waiving_a_part_keeps_the_rest(self):
        charge = self.proposal()
        charge.action_waive("Good customer", 15)
        self.assertEqual((charge.amount, charge.waived_amount), (25, 15))
        self.assertEqual(charge.state, "proposed")

    def test_waiving_a_booked_charge_makes_a_credit_note(self):
        charge = self.proposal()
        charge.action_accept()
        charge.action_waive("Goodwill")
        self.assertEqual(charge.state, "waived")
        self.assertEqual(charge.document_id.payment_state, "reversed")

    def test_waiving_a_booked_entry_makes_a_counter_entry(self):
        charge = self.proposal(document_type="entry")
        charge.action_accept()
        charge.action_waive("Goodwill")
        self.assertTrue(self.debts(charge.document_id).reconciled)

    def test_waived_keeps_its_key_cancelled_frees_it(self):
        charge = self.proposal()
        charge.action_waive("Goodwill")
        self.assertEqual(len(self.daily_pass(5)), 1)

    def test_cancelled_frees_the_key(self):
        self.proposal()._cancel_proposals()
        self.assertEqual(self.daily_pass(5).mapped("state"), ["cancelled", "proposed"])

    def test_only_managers_waive(self):
        charge = self.proposal()
        auditor = self.create_user("auditor", "auditor")
        with self.assertRaises(AccessError):
            charge.with_user(auditor).action_waive("Please")

    # === LOCKS AND BAD INPUT === #

    def test_a_locked_period_moves_the_document_to_the_first_open_day(self):
        charge = self.proposal()
        self.env.company.sudo().fiscalyear_lock_date = TODAY - timedelta(days=1)
        charge.action_accept()
        self.assertEqual(charge.document_id.state, "posted")

    def test_equal_tiers_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "same point"):
            self.rule(tier_ids=self.flat((0, 40), (0, 70)))

    def test_a_cap_under_the_minimum_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "under its minimum"):
            self.rule(cap_debt=5, minimum_amount=10)

    def test_a_rule_without_account_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "income account"):
            self.rule(account_id=False, product_id=self.product_without_account().id)

    def test_the_sales_journal_gives_the_account_where_a_rule_has_none(self):
        rule = self.rule(account_id=False)
        self.assertEqual(rule._get_income_account(self.env.company), self.income)

    def test_rate_gaps_are_refused(self):
        value = {"date_from": "2025-01-01", "date_to": "2025-06-30", "percent": 2.0}
        later = {"date_from": "2025-08-01", "date_to": "2025-12-31", "percent": 2.0}
        with self.assertRaisesRegex(ValidationError, "gap"):
            self.env["ar.reference.rate"].create(
                {
                    "name": "Gappy",
                    "code": "gappy",
                    "value_ids": [Command.create(value), Command.create(later)],
                }
            )

    def test_bad_rows_of_rates_are_listed_together(self):
        text = (
            "code,date_from,date_to,percent,source\n"
            "nobody,2026-01-01,2026-06-30,2,x\n"
            "nobody,soon,2026-06-30,2,x\n"
        )
        with self.assertRaisesRegex(UserError, "Line 2(.|\n)*Line 3"):
            self.env["ar.reference.rate"]._import_values(text)

    def test_the_sentence_of_a_rule(self):
        rule = self.rule(tier_ids=self.flat((0, 40), (1000, 70), (10000, 100)))
        self.assertEqual(
            rule.sentence, "10 % a year from the day after due, 40/70/100 USD once"
        )

    # === TWO COMPANIES === #

    def test_charges_of_another_company_stay_there(self):
        other = self.setup_other_company()["company"]
        self.rule(tier_ids=self.flat((0, 40)))
        self.create_invoice(due_in=-20, company=other)
        self.assertFalse(self.daily_pass())
