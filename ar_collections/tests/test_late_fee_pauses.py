"""Days on which a customer was stopped: they bear no interest, unless somebody says so."""

from odoo import Command

from .common import day_in
from .common_late_fees import LateFeeCase


class TestLateFeePauses(LateFeeCase):
    def stop(self, first, until=None, reason="respite", **values):
        return self.hold(
            self.customer, reason, date=day_in(first), until=until and day_in(until), **values
        )

    def paid(self, due_in=-30, day=-1):
        """Give a debt of 3,650 that was paid late: 1.00 a day at 10 %."""
        invoice = self.create_invoice(due_in=due_in, amount=3650)
        self.pay(invoice, day=day_in(day))
        return invoice

    # === DAYS OF A STOP === #

    def test_days_of_a_stop_bear_nothing_once_it_has_ended(self):
        for reason in ("respite", "insolvency", "deceased", "represented"):
            with self.subTest(reason), self.isolated():
                self.rule(frequency="payment")
                self.stop(-20, -11, reason)
                self.paid()
                # 29 days late, ten of them stopped.
                self.assertEqual(self.daily_pass().amount, 19)

    def test_the_worked_example_names_the_pause(self):
        self.rule(frequency="payment")
        self.stop(-20, -11)
        self.paid()
        lines = self.daily_pass().example_text.splitlines()
        self.assertEqual(
            lines,
            [
                "02/03/2026 to 02/11/2026: $\xa03,650.00 × 10 % × 9/365 = $\xa09.00",
                "02/12/2026 to 02/21/2026: no interest for these 10 days",
                "02/22/2026 to 03/03/2026: $\xa03,650.00 × 10 % × 10/365 = $\xa010.00",
            ],
        )

    def test_interest_runs_on_where_somebody_says_so(self):
        self.rule(frequency="payment")
        stop = self.stop(-20, reason="insolvency", is_interest_running=True)
        self.paid()
        self.assertFalse(self.daily_pass(), "Not asked for meanwhile")
        stop._lift("Over")
        self.assertEqual(self.daily_pass(1).amount, 29)

    def test_other_holds_pause_no_interest(self):
        self.rule(frequency="payment")
        for reason in ("hold", "promise", "plan", "dispute"):
            self.stop(-20, -11, reason)
        self.paid()
        self.assertEqual(self.daily_pass().amount, 29)

    def test_a_stop_counts_to_the_day_before_it_was_lifted(self):
        self.rule(frequency="payment")
        stop = self.stop(-20, 40)
        with self.on_day(-10):
            stop._lift("Agreed")
        self.paid()
        self.assertEqual(self.daily_pass().amount, 19)

    def test_a_stop_of_another_customer_or_company_counts_for_nobody_else(self):
        self.rule(frequency="payment")
        self.hold(self.create_customer("Oak", vat="X"), "respite", date=day_in(-20))
        other = self.setup_other_company(name="Elm Inc")["company"]
        case = self.customer._ar_ensure_case(other)
        self.env["ar.collection.hold"].sudo().create(
            {"case_id": case.id, "reason": "respite", "date": day_in(-20), "until": day_in(-11)}
        )
        self.paid()
        self.assertEqual(self.daily_pass().amount, 29)

    def test_a_stop_counts_in_the_branches_too(self):
        branch = self.create_branch("Acorn North")
        self.rule(frequency="payment")
        self.stop(-20, -11)
        invoice = self.create_invoice(due_in=-30, amount=3650, company=branch)
        self.pay(invoice, day=day_in(-1))
        self.daily_pass(company=branch)
        charge = self.env["ar.late.fee"].sudo().search([("company_id", "=", branch.id)])
        self.assertEqual(charge.amount, 19)

    def test_no_query_for_each_stopped_customer(self):
        engine = self.env["ar.late.fee.engine"]
        counts = []
        for number in (1, 8):
            lines = self.env["account.move.line"]
            for one in range(number):
                customer = self.create_customer(f"Oak {number} {one}", vat="X")
                self.hold(customer, "respite", date=day_in(-20), until=day_in(-11))
                lines |= self.debts(self.create_invoice(due_in=-30, partner=customer))
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            rows = engine._read_debts(self.env.company, lines.ids, day_in(0))
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual([len(row.pauses) for row in rows], [1] * number)
        self.assertEqual(counts[0], counts[1])

    # === STOPS THAT COME LATE === #

    def test_a_stop_that_is_noted_later_takes_interest_back(self):
        self.rule(frequency="payment")
        self.paid()
        proposed = self.daily_pass()
        self.stop(-20, -11)
        self.assertEqual(proposed.state, "cancelled")
        self.assertEqual(self.daily_pass(1)[-1].amount, 19)

    def test_booked_interest_of_stopped_days_is_to_be_credited(self):
        self.rule(frequency="payment", tier_ids=self.flat((0, 40)))
        self.paid()
        flat, interest = self.daily_pass()
        (flat | interest).action_accept()
        self.stop(-20, -11)
        self.assertTrue(interest.is_to_check)
        self.daily_pass(1)
        self.assertEqual((interest.correction_amount, flat.correction_amount), (10, 0))
        interest.action_correct()
        self.assertEqual(interest.amount, 19)

    # === IN THE WINDOWS === #

    def test_the_window_asks_what_becomes_of_the_interest(self):
        case = self.customer._ar_ensure_case(self.env.company)
        window = self.env["ar.collection.hold.set"].create(
            {
                "case_ids": [Command.set(case.ids)],
                "reason": "respite",
                "is_interest_running": True,
            }
        )
        self.assertTrue(window.is_stop)
        window.action_hold()
        [stop] = case.hold_ids
        self.assertTrue(stop.is_interest_running)
        lift = self.env["ar.collection.hold.lift"].create(
            {"hold_id": stop.id, "note": "The court has decided"}
        )
        self.assertTrue(lift.is_interest_running)
        lift.is_interest_running = False
        lift.action_lift()
        self.assertEqual((stop.active, stop.is_interest_running), (False, False))
        self.assertIn("No interest meanwhile", " ".join(case.event_ids.mapped("note")))

    def test_lifting_decides_on_the_interest_of_the_stop(self):
        self.rule(frequency="payment")
        stop = self.stop(-20)
        self.paid()
        self.assertFalse(self.daily_pass())
        lift = self.env["ar.collection.hold.lift"].create(
            {"hold_id": stop.id, "note": "It was a mistake", "is_interest_running": True}
        )
        lift.action_lift()
        self.assertEqual(self.daily_pass(1).amount, 29)
