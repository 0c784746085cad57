"""Late fees and interest on real invoices: proposed, booked, waived, corrected."""

from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError

from .common import day_in
from .common_late_fees import LateFeeCase


class TestLateFees(LateFeeCase):
    # === PROPOSED === #

    def test_flat_sum_is_proposed_once_for_an_invoice_with_instalments(self):
        self.rule(has_interest=False, tier_ids=self.flat((0, 40)))
        self.create_invoice(terms=(-20, -5), amount=1000)
        self.assertEqual(self.daily_pass().mapped("amount"), [40])
        self.assertEqual(len(self.daily_pass(3)), 1)

    def test_an_instalment_paid_in_time_does_not_take_the_flat_sum(self):
        self.flat_rule()
        invoice = self.create_invoice(terms=(-20, -5), amount=1000)
        first, second = self.debts(invoice)
        self.pay(first, 500, day=day_in(-21))
        charge = self.daily_pass()
        self.assertEqual(charge.item_id.move_line_id, second)
        self.assertEqual(charge.amount, 40)

    def test_a_cancelled_flat_sum_may_fall_on_the_other_instalment(self):
        self.flat_rule()
        invoice = self.create_invoice(terms=(-20, -5), amount=1000)
        first, second = self.debts(invoice)
        charge = self.daily_pass()
        self.assertEqual(charge.item_id.move_line_id, first)
        self.pay(first, 500, day=day_in(-21))
        self.assertEqual(charge.state, "cancelled")
        self.assertEqual(self.daily_pass(1)[-1].item_id.move_line_id, second)

    def test_another_rule_does_not_charge_the_same_again(self):
        first = self.rule(tier_ids=self.flat((0, 40)), frequency="month")
        self.create_invoice(due_in=-40, amount=3650)
        charges = self.daily_pass()
        charges.action_accept()
        first.is_on = False
        self.rule(tier_ids=self.flat((0, 70)), frequency="month")
        self.assertEqual(self.daily_pass(1), charges)
        again = self.daily_pass(28) - charges
        self.assertEqual(again.date_from, charges[1].date_to + timedelta(days=1))

    def test_debts_under_review_bear_nothing(self):
        self.flat_rule()
        self.env.company.sudo().ar_start_date = day_in(-10)
        self.create_invoice(due_in=-20)
        self.assertFalse(self.daily_pass())

    def test_a_sql_written_charge_is_like_one_of_the_orm(self):
        rule = self.rule(frequency="payment")
        self.pay(self.create_invoice(due_in=-30, amount=3650), day=day_in(-20))
        made = self.daily_pass()
        names = [
            name
            for name, field in made._fields.items()
            if field.store and name not in ("id", "create_date", "write_date")
        ]
        vals = made.copy_data()[0] | {"key": "again", "state": made.state}
        twin = self.env["ar.late.fee"].sudo().create(vals)
        self.assertEqual(rule, twin.rule_id)
        for name in set(names) - {"key"}:
            self.assertEqual(made[name], twin[name], name)

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

    def test_a_payment_undone_takes_the_proposal_back(self):
        self.rule()
        invoice = self.create_invoice(due_in=-30, amount=3650)
        self.pay(invoice, 1825, day=day_in(-25))
        self.pay(invoice, day=day_in(-20))
        first = self.daily_pass()
        self.assertEqual(first.amount, 7.5)
        self.unmatch(invoice)
        self.assertEqual(first.state, "cancelled")
        self.pay(invoice, day=day_in(-20))
        self.assertEqual(self.daily_pass(1)[-1].amount, 10.0)

    def test_what_a_payment_undone_does_not_concern_stays(self):
        self.rule()
        invoice = self.create_invoice(due_in=-30, amount=3650)
        self.pay(invoice, day=day_in(-20))
        charge = self.daily_pass()
        self.unmatch(invoice)
        self.assertEqual(charge.state, "proposed", "These days bore the interest anyway")

    def test_a_payment_told_later_takes_the_proposal_back(self):
        self.flat_rule()
        invoice = self.create_invoice(due_in=-30)
        charge = self.daily_pass()
        self.pay(invoice, day=day_in(-31))
        self.assertEqual(charge.state, "cancelled", "It was paid in time")
        self.assertEqual(len(self.daily_pass(1)), 1)

    def test_foreign_currency_debt_is_charged_in_its_currency(self):
        self.rule(frequency="payment")
        currency = self.setup_other_currency("EUR")
        invoice = self.create_invoice(due_in=-30, amount=3650, currency=currency)
        self.pay(invoice, day=day_in(-20))
        charge = self.daily_pass()
        self.assertEqual((charge.currency_id, charge.amount), (currency, 10.0))

    def test_a_missing_rate_is_told_by_name_and_stops_nothing_else(self):
        responsible = self.create_user("responsible", "manager")
        self.env.company.sudo().ar_responsible_id = responsible
        reference = self.reference(("2025-01-01", "2025-12-31", 2.0))
        other = self.create_customer("Other Ltd", vat="Z")
        self.rule(reference_id=reference.id, frequency="payment", partner_ids=other.ids)
        self.rule(frequency="payment", sequence=99)
        theirs = self.create_invoice(due_in=-30, amount=3650, partner=other)
        ours = self.create_invoice(due_in=-30, amount=3650)
        for invoice in (theirs, ours):
            self.pay(invoice, day=day_in(-20))
        self.assertEqual(self.daily_pass().move_id, ours)
        task = self.env.company.partner_id.activity_ids
        self.assertEqual(task.user_id, responsible)
        self.assertIn("Central bank", task.note)
        self.assertIn("02/03/2026", task.note)

    def test_a_rate_that_comes_later_makes_up_for_it(self):
        reference = self.reference(("2025-01-01", "2025-12-31", 2.0))
        self.rule(reference_id=reference.id, interest_percent=8.0, frequency="payment")
        self.pay(self.create_invoice(due_in=-30, amount=3650), day=day_in(-20))
        self.assertFalse(self.daily_pass())
        self.assertFalse(self.daily_pass(20))
        reference.value_ids = [
            Command.create({"date_from": "2026-01-01", "date_to": "2026-06-30", "percent": 2})
        ]
        self.assertEqual(self.daily_pass(21).amount, 10.0)

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
        for text in ("3,700.00", "The law", "3,650.00 × 10 % × 10/365"):
            self.assertIn(text, html)

    def test_a_memo_is_shown_and_not_asked_for(self):
        self.rule(mode="memo", tier_ids=self.flat((0, 40)))
        self.create_policy([1])
        self.create_invoice(due_in=-10, amount=3650)
        notice = self.follow_up().notice_ids
        self.assertEqual(sum(notice._get_totals().values()), 3650)
        self.assertIn("not charged", str(notice.details_html))
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
        self.climb(0)
        self.assertFalse(self.charges())
        self.climb(7)
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

    def test_cancelled_frees_the_key_for_good(self):
        self.proposal()._cancel_undecided()
        self.assertEqual(self.daily_pass(5).mapped("state"), ["cancelled", "proposed"])

    def test_only_managers_waive(self):
        charge = self.proposal()
        auditor = self.create_user("auditor", "auditor")
        with self.assertRaises(AccessError):
            charge.with_user(auditor).action_waive("Please")

    # === IN ONE SENTENCE === #

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
