"""What happens to charges when the ledger changes after they were made."""

from datetime import date

from odoo import Command
from odoo.exceptions import UserError

from .common import day_in
from .common_late_fees import LateFeeCase


class TestLateFeeChanges(LateFeeCase):
    def states(self):
        return self.charges().mapped("state")

    # === NOT DUE ANY MORE === #

    def test_what_is_spared_meanwhile_is_not_booked_with_the_next_notice(self):
        rule = self.flat_rule(mode="automatic")
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-3)
        self.daily_pass()
        spare_by = {
            "invoice": lambda: invoice.write({"ar_is_charge_exempt": True}),
            "customer": lambda: self.customer.write({"ar_is_charge_exempt": True}),
            "dropped": rule.action_drop,
            "archived": lambda: rule.write({"active": False}),
            "unconfirmed": lambda: self.customer.write({"ar_is_kind_confirmed": False}),
            "consumer": lambda: self.customer.write({"ar_customer_kind": "consumer"}),
            "no interest": lambda: rule.copy(
                {"is_no_interest": True, "tier_ids": [Command.clear()], "is_on": True}
            ),
        }
        for name, spare in spare_by.items():
            with self.subTest(name), self.isolated():
                spare()
                notice = self.follow_up().notice_ids
                self.assertEqual(notice.state, "done")
                self.assertEqual(self.states(), ["cancelled"])
                self.assertNotIn("fee", str(notice.details_html).lower())

    def test_the_daily_pass_takes_back_what_is_not_due_and_says_why(self):
        rule = self.flat_rule()
        self.create_invoice(due_in=-20)
        charge = self.daily_pass()
        rule.action_drop()
        self.daily_pass(1)
        self.assertEqual(charge.state, "cancelled")
        event = self.env["ar.followup.event"].search([("code", "=", "charge_cancelled")])
        self.assertIn("not in force", event.note)

    def test_what_is_not_due_any_more_cannot_be_accepted(self):
        self.flat_rule()
        invoice = self.create_invoice(due_in=-20)
        charge = self.daily_pass()
        invoice.ar_is_charge_exempt = True
        with self.assertRaisesRegex(UserError, "bears no charges any more"):
            charge.action_accept()

    def test_a_due_date_in_the_future_takes_proposals_back_and_marks_what_is_booked(self):
        self.rule(tier_ids=self.flat((0, 40)), frequency="month")
        invoice = self.create_invoice(due_in=-60, amount=3650)
        flat, interest = self.daily_pass()
        interest.action_accept()
        invoice.invoice_date_due = day_in(30)
        self.assertEqual(flat.state, "cancelled")
        self.daily_pass(1)
        self.assertEqual(interest.correction_amount, interest.amount)
        self.assertEqual(len(self.charges()), 2, "Nothing new before the day")

    # === INVOICE CANCELLED OR REBUILT === #

    def test_a_cancelled_invoice_loses_its_proposals(self):
        self.flat_rule()
        invoice = self.create_invoice(due_in=-20)
        charge = self.daily_pass()
        invoice.button_draft()
        invoice.button_cancel()
        self.assertEqual(charge.state, "cancelled")
        self.assertEqual(self.daily_pass(1), charge)

    def test_a_cancelled_invoice_marks_all_that_was_booked_as_too_much(self):
        self.rule(mode="automatic", tier_ids=self.flat((0, 40)))
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-20, amount=3650)
        self.follow_up()
        invoice.button_draft()
        self.daily_pass(1)
        self.assertFalse(any(self.charges().mapped("correction_amount")), "Not decided")
        invoice.button_cancel()
        self.daily_pass(2)
        self.assertEqual(self.charges().mapped("correction_amount"), [40, 20])
        self.charges().action_correct()
        self.assertEqual(set(self.states()), {"waived"})

    def test_another_due_date_in_draft_corrects_the_booked_interest(self):
        self.rule(mode="automatic")
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-20, amount=3650)
        self.follow_up()
        invoice.button_draft()
        invoice.invoice_date_due = day_in(-19)
        invoice.action_post()
        self.env.cr.precommit.run()
        self.daily_pass(1)
        self.assertEqual(self.charges().correction_amount, 1)

    def test_other_terms_do_not_charge_the_same_days_twice(self):
        self.rule(frequency="month")
        invoice = self.create_invoice(due_in=-60, amount=3650)
        charge = self.daily_pass()
        charge.action_accept()
        self.assertEqual(charge.amount, 56)
        invoice.button_draft()
        invoice.invoice_payment_term_id = self.create_terms(
            [-60, -59], invoice.invoice_date
        )
        invoice.action_post()
        self.env.cr.precommit.run()
        self.assertEqual(self.daily_pass(1), charge)
        self.assertEqual(charge.correction_amount, 0.5, "28.00 and 27.50 are right")
        later = self.daily_pass(40) - charge
        self.assertEqual(set(later.mapped("date_from")), {date(2026, 3, 1)})

    def test_a_second_draft_does_not_charge_the_same_days_again(self):
        self.rule(frequency="month")
        invoice = self.create_invoice(due_in=-60, amount=3650)
        charge = self.daily_pass()
        charge.action_accept()
        for day in (1, 2):
            invoice.button_draft()
            invoice.invoice_payment_term_id = self.create_terms(
                [-60, -59], invoice.invoice_date
            )
            invoice.action_post()
            self.env.cr.precommit.run()
            self.create_policy([1])
            self.follow_up(day)
            self.assertEqual(len(invoice.ar_item_ids), 2)
        self.assertEqual(self.daily_pass(3), charge)
        self.assertEqual(charge.correction_amount, 0.5)

    # === MATCHES THAT CHANGE === #

    def test_what_a_person_waived_stays_waived_on_the_new_proposal(self):
        self.flat_rule()
        invoice = self.create_invoice(due_in=-20)
        self.daily_pass().action_waive("Goodwill", 25)
        self.pay(invoice, 10, day=day_in(-10))
        self.daily_pass(1)
        charge = self.charges(state="proposed")
        self.assertEqual((charge.amount, charge.waived_amount), (15, 25))
        self.assertEqual(charge.waive_note, "Goodwill")

    def test_what_a_person_lowered_stays_lowered(self):
        self.flat_rule()
        invoice = self.create_invoice(due_in=-20)
        self.daily_pass().amount = 30
        self.pay(invoice, 10, day=day_in(-10))
        self.daily_pass(1)
        charge = self.charges(state="proposed")
        self.assertEqual((charge.amount, charge.computed_amount), (30, 40))

    def test_a_waived_part_stays_waived_when_the_notice_is_withdrawn(self):
        self.flat_rule(mode="automatic")
        self.create_policy([1])
        self.create_invoice(due_in=-10)
        notice = self.follow_up().notice_ids
        self.charges().action_waive("Goodwill", 25)
        notice.action_withdraw("Sent by mistake", is_apologising=False)
        self.follow_up(1)
        self.assertEqual(self.charges(state="posted").amount, 15)

    def test_what_the_ledger_took_off_is_not_taken_off_again(self):
        self.rule(mode="automatic")
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-56, amount=3650)
        notice = self.follow_up().notice_ids
        charge = self.charges()
        self.pay(invoice, 1825, day=day_in(-28))
        self.daily_pass(1)
        charge.action_correct()
        self.assertEqual((charge.amount, charge.corrected_amount), (42, 14))
        charge.action_waive("Goodwill", 2)
        notice.action_withdraw("Sent by mistake", is_apologising=False)
        self.follow_up(2)
        [again] = self.charges(state="posted")
        self.assertEqual((again.computed_amount, again.amount), (43, 41))
        self.assertEqual(again.waived_amount, 2)

    def test_a_lowered_charge_is_not_too_much_while_it_is_under_the_ledger(self):
        self.rule(frequency="month")
        invoice = self.create_invoice(due_in=-60, amount=3650)
        charge = self.daily_pass()
        charge.amount = 20
        charge.action_accept()
        self.pay(invoice, 365, day=day_in(-20))
        self.daily_pass(1)
        self.assertFalse(charge.correction_amount)

    def test_a_cancelled_stretch_is_charged_with_the_next(self):
        self.rule(frequency="month")
        invoice = self.create_invoice(due_in=-60, amount=3650)
        january = self.daily_pass(-20)
        february = self.daily_pass() - january
        self.assertEqual((january.amount, february.amount), (28, 28))
        february.action_accept()
        self.pay(invoice, 365, day=day_in(-50))
        self.assertEqual(january.state, "cancelled")
        again = self.daily_pass(1) - january - february
        self.assertEqual(
            (again.date_from, again.date_to), (january.date_from, january.date_to)
        )
        # 28 days; one tenth is paid with the end of the 10th of them.
        self.assertAlmostEqual(again.amount, 10 + 18 * 0.9)

    def test_an_undone_payment_is_told_as_charged_too_little(self):
        self.rule(frequency="month")
        invoice = self.create_invoice(due_in=-60, amount=3650)
        self.pay(invoice, 1825, day=day_in(-50))
        charge = self.daily_pass()
        charge.action_accept()
        self.assertEqual(charge.amount, 33)
        self.debts(invoice).remove_move_reconcile()
        self.daily_pass(1)
        self.assertEqual((charge.missing_amount, charge.correction_amount), (23, 0))

    def test_a_credit_note_counts_from_its_invoice_date_in_a_locked_period_too(self):
        self.rule(frequency="month")
        invoice = self.create_invoice(due_in=-60, amount=3650)
        charge = self.daily_pass()
        charge.action_accept()
        self.env.company.sudo().sale_lock_date = date(2026, 2, 28)
        credit = self.create_credit_note(1825, invoice_date=date(2026, 1, 23))
        self.assertGreater(credit.date, charge.date_to)
        (self.debts(invoice) | self.debts(credit)).reconcile()
        self.daily_pass(1)
        # 20 days at 1.00, the other 36 at 0.50.
        self.assertEqual(charge.correction_amount, 56 - 38)
