"""Booked charges against what ledger, rates and rule give today; what is credited."""

from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError

from .common import day_in
from .common_late_fees import LateFeeCase

YEARS = (date(2025, 1, 1), date(2026, 12, 31))


class TestLateFeeCompare(LateFeeCase):
    def booked(self, **values):
        """Give an invoice of 3,650 and its interest of 56 days, booked."""
        self.rule(frequency="month", **values)
        invoice = self.create_invoice(due_in=-60, amount=3650)
        charge = self.daily_pass()
        charge.action_accept()
        return invoice, charge

    # === THE RULE HAS CHANGED === #

    def test_another_percent_of_the_rule_leaves_old_interest_right(self):
        invoice, charge = self.booked()
        charge.rule_id.interest_percent = 5
        self.pay(invoice, 365, day=day_in(-5))
        self.daily_pass(1)
        # One day of the 56 is less by a tenth of 1.00.
        self.assertEqual((charge.amount, charge.correction_amount), (56, 0.1))

    def test_what_is_not_decided_follows_the_rule(self):
        rule = self.rule(frequency="month")
        self.create_invoice(due_in=-60, amount=3650)
        charge = self.daily_pass()
        rule.interest_percent = 5
        with self.assertRaisesRegex(UserError, "comes to another sum"):
            charge.action_accept()
        again = self.daily_pass(1) - charge
        self.assertEqual((charge.state, again.amount), ("cancelled", 28))

    def test_caps_and_deductions_are_no_differences(self):
        rule = self.rule(
            frequency="month", cap_debt=50, tier_ids=self.flat((0, 40)), reminder_fee=15,
            is_less_reminder_fees=True, has_interest=False, mode="automatic",
        )  # fmt: skip
        self.create_policy([1, 8])
        invoice = self.create_invoice(due_in=-3, amount=3650)
        rule.tier_ids = [(5,)]
        self.climb(0, 7)
        rule.write({"tier_ids": self.flat((0, 40)), "has_interest": True})
        proposed = self.daily_pass(60).filtered(lambda one: one.state == "proposed")
        self.assertEqual(proposed.mapped("amount"), [25, 10], "40 - 15, and up to 50")
        self.assertEqual(self.daily_pass(61).filtered("amount")[-2:], proposed)
        proposed.action_accept()
        self.pay(invoice, 1, day=day_in(-2))
        self.daily_pass(62)
        self.assertFalse(any(proposed.mapped("missing_amount")))
        self.assertFalse(any(proposed.mapped("correction_amount")))

    def test_other_tiers_leave_old_fees_right(self):
        days = {"kind": "days", "days_from": 10, "percent": 1}
        rule = self.flat_rule((0, 40), (1000, 70))
        rule.write({"tier_ids": [(0, 0, days)], "grace_days": 2})
        invoice = self.create_invoice(due_in=-20, amount=1000)
        flat, percent = self.daily_pass()
        (flat | percent).action_accept()
        rule.write({"tier_ids": [(5,), *self.flat((0, 20))], "is_base_original": True})
        self.pay(invoice, 100, day=day_in(-20))
        self.daily_pass(1)
        self.assertEqual((flat.amount, flat.correction_amount), (70, 30))
        self.assertEqual((percent.amount, percent.correction_amount), (10, 1))

    # === THE RATE WAS CORRECTED === #

    def over_a_rate(self, **values):
        rate = self.reference((*YEARS, 3))
        return rate, self.rule(
            frequency="month", reference_id=rate.id, interest_percent=7, **values
        )

    def test_a_corrected_value_reaches_proposals(self):
        rate, _rule = self.over_a_rate()
        self.create_invoice(due_in=-60, amount=3650)
        paid = self.create_invoice(due_in=-60, amount=3650)
        self.pay(paid, day=day_in(-50))
        first = self.daily_pass()
        self.assertEqual(set(first.mapped("amount")), {56, 10})
        rate.value_ids.percent = 2
        self.assertEqual(set(first.mapped("state")), {"cancelled"})
        again = self.daily_pass(1) - first
        # 0.90 a day, also for what was paid long before the value was corrected.
        self.assertEqual(set(again.mapped("amount")), {50.4, 9})

    def test_a_corrected_value_marks_what_is_booked(self):
        rate, _rule = self.over_a_rate()
        self.create_invoice(due_in=-60, amount=3650)
        charge = self.daily_pass()
        charge.action_accept()
        rate.value_ids.percent = 2
        self.daily_pass(1)
        self.assertEqual(charge.correction_amount, 5.6)
        rate.value_ids.percent = 4
        self.daily_pass(2)
        self.assertEqual((charge.correction_amount, charge.missing_amount), (0, 5.6))

    def test_a_new_half_year_touches_nothing(self):
        rate, _rule = self.over_a_rate()
        self.create_invoice(due_in=-60, amount=3650)
        charge = self.daily_pass()
        self.env["ar.reference.rate.value"].create(
            {
                "rate_id": rate.id,
                "date_from": date(2027, 1, 1),
                "date_to": date(2027, 6, 30),
                "percent": 1,
            }
        )
        self.assertEqual(charge.state, "proposed")

    def test_a_rate_that_is_used_cannot_be_deleted(self):
        rate, rule = self.over_a_rate()
        manager = self.create_user("rates", "manager")
        ecb = self.env.ref("ar_collections.ar_reference_rate_ecb")
        for one in (rate, ecb):
            with self.assertRaisesRegex(UserError, "archive it"):
                one.with_user(manager).unlink()
        rate.active = False
        self.create_invoice(due_in=-60, amount=3650)
        self.assertEqual(self.daily_pass().amount, 56, "Archived, it still counts")
        rule.reference_id = ecb
        with self.assertRaisesRegex(UserError, "archive it"):
            rate.with_user(manager).unlink()

    def test_values_by_hand_and_from_files_are_as_good(self):
        rate = self.reference((*YEARS, 3))
        rate.value_ids.source = "Gazette"
        with self.assertRaisesRegex(ValidationError, "215"):
            rate.value_ids.percent = 215
        data = b"code,date_from,date_to,percent\ncb,2025-01-01,2026-12-31,2.5\n"
        self.env["ar.reference.rate"]._import_values(data)
        self.assertEqual(rate.value_ids.percent, 2.5)
        self.assertEqual(rate.value_ids.source, "Gazette")

    # === REMINDER FEES === #

    def reminded(self, *debts, **values):
        self.rule(has_interest=False, reminder_fee=10, **values)
        self.create_policy([1, 8])
        invoices = [self.create_invoice(due_in=due_in) for due_in in debts]
        self.climb(0, 7)
        return invoices

    def test_a_fee_for_what_was_paid_in_time_is_too_much(self):
        [invoice] = self.reminded(-3, mode="automatic")
        self.pay(invoice, day=day_in(-4))
        self.daily_pass(8)
        self.assertEqual(self.charges().correction_amount, 10)

    def test_a_fee_that_waits_for_a_decision_is_taken_back(self):
        [invoice] = self.reminded(-3)
        self.pay(invoice, day=day_in(6))
        with self.assertRaisesRegex(UserError, "comes to another sum"):
            self.charges().action_accept()
        self.daily_pass(8)
        self.assertEqual(self.charges().state, "cancelled")

    def test_a_fee_of_a_reminder_is_right_while_one_of_its_debts_was_overdue(self):
        first, second = self.reminded(-4, -3, mode="automatic")
        self.pay(first, day=day_in(-4))
        self.daily_pass(8)
        self.assertEqual(self.charges().correction_amount, 0)
        self.pay(second, day=day_in(7))
        self.daily_pass(9)
        self.assertEqual(self.charges().correction_amount, 0, "Paid on the day itself")
        self.debts(second).remove_move_reconcile()
        self.pay(second, day=day_in(6))
        self.daily_pass(10)
        self.assertEqual(self.charges().correction_amount, 10)

    def test_a_level_that_repeats_foresees_no_fee_that_was_taken(self):
        self.rule(
            has_interest=False, reminder_fee=20, mode="automatic", is_reminder_per_debt=True
        )
        repeat = self.level(8, repeat_days=5, repeat_max=3)
        self.create_policy([1, repeat], is_approval_needed=True)
        self.create_invoice(due_in=-1)
        shown = []
        for day in (0, 7, 12):
            run = self.follow_up(day)
            notice = run.notice_ids
            shown.append("120" in (notice.charge_total_text or ""))
            with self.on_day(day):
                notice.action_approve()
                run.action_execute()
            self.arrive(run, day)
        self.assertEqual(shown, [False, True, False])
        self.assertEqual(self.charges().mapped("amount"), [20])

    # === PAID LATER, OR BY ANOTHER === #

    def test_a_payment_that_did_not_see_the_charge_is_seen_by_the_next_pass(self):
        for decide, state in ((False, "cancelled"), (True, "posted")):
            with self.subTest(state), self.isolated():
                self.rule(frequency="month")
                invoice = self.create_invoice(due_in=-60, amount=3650)
                charge = self.daily_pass()
                if decide:
                    charge.action_accept()
                with patch.object(type(charge), "_on_matches_changed", lambda *_args: None):
                    self.pay(invoice, 1825, day=day_in(-60))
                if not decide:
                    with self.assertRaisesRegex(UserError, "comes to another sum"):
                        charge.action_accept()
                again = self.daily_pass(1) - charge
                self.assertEqual(charge.state, state)
                self.assertEqual(again.mapped("amount"), [] if decide else [28])
                self.assertEqual(charge.correction_amount, 28 if decide else 0)

    def test_interest_of_a_post_dated_payment_is_not_lost(self):
        self.rule(frequency="payment")
        invoice = self.create_invoice(due_in=-10, amount=3650)
        self.pay(invoice, day=day_in(20))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_partial_reconcile SET create_date = %s"
            " WHERE debit_move_id = %s",
            [day_in(0), self.debts(invoice).id],
        )
        for day in (0, 5, 19):
            self.assertFalse(self.daily_pass(day))
        self.assertEqual(self.daily_pass(21).amount, 30)

    def test_an_invoice_that_another_customer_gets_leaves_the_first_nothing(self):
        invoice, charge = self.booked()
        other = self.create_customer("Oak")
        other.ar_is_kind_confirmed = True
        invoice.button_draft()
        invoice.partner_id = other
        invoice.invoice_date_due = day_in(-60)
        invoice.action_post()
        self.daily_pass(1)
        self.assertEqual(charge.correction_amount, 56)

    # === CREDIT THE DIFFERENCE === #

    def too_much(self):
        """Give booked interest of 56 of which 28 is too much."""
        invoice, charge = self.booked()
        self.pay(invoice, 1825, day=day_in(-60))
        self.daily_pass(1)
        self.assertEqual(charge.correction_amount, 28)
        return invoice, charge

    def test_what_was_waived_meanwhile_is_not_credited_again(self):
        _invoice, charge = self.too_much()
        charge.action_waive("Goodwill", 20)
        self.assertEqual(charge.correction_amount, 8)
        charge.action_correct()
        self.assertEqual((charge.amount, charge.correction_amount), (28, 0))

    def test_a_difference_that_is_none_any_more_is_not_credited(self):
        invoice, charge = self.too_much()
        self.debts(invoice).remove_move_reconcile()
        with self.assertRaisesRegex(UserError, "Nothing of these charges"):
            charge.action_correct()
        self.assertEqual((charge.amount, charge.correction_amount), (56, 0))
        self.assertFalse(charge.document_id.reversal_move_ids)

    def test_the_customer_does_not_read_why(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        label = self.env["ir.model.fields.selection"].search(
            [("field_id.model", "=", "ar.late.fee"), ("value", "=", "flat")]
        )
        label.with_context(lang="fr_FR").name = "Forfait"
        self.customer.lang = "fr_FR"
        for document_type in ("out_invoice", "entry"):
            with self.subTest(document_type), self.isolated():
                self.flat_rule(document_type=document_type)
                self.create_invoice(due_in=-20)
                charge = self.daily_pass()
                charge.action_accept()
                charge.action_waive("They threaten with a lawyer")
                credit = charge.document_id.reversal_move_ids
                words = [credit.ref, *credit.line_ids.mapped("name")]
                self.assertNotIn("lawyer", str(words))
                self.assertIn("Forfait", str(words))
                self.assertIn(charge.document_id.name, credit.ref)
                self.assertEqual(charge.waive_note, "They threaten with a lawyer")
