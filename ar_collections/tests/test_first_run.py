"""L0: the start, the opening review, the first approval, test mode."""

from odoo import Command

from .common import LONG_AGO, CollectionsCase, day_in


class TestFirstRun(CollectionsCase):
    """L0: switching on, opening review, first approval, maximum, test mode."""

    def test_a_run_needs_the_start_date(self):
        self.create_policy([1])
        self.env.company.sudo().ar_start_date = False
        with self.assertRaisesRegex(Exception, "not switched on"):
            self.follow_up()

    def test_debts_due_before_the_start_wait_for_the_review(self):
        self.create_policy([1, 8])
        self.env.company.sudo().ar_start_date = day_in(-10)
        before = self.create_invoice(due_in=-11)
        on_it = self.create_invoice(due_in=-10)
        after = self.create_invoice(due_in=-9)
        self.assertSaid(self.follow_up(), {on_it: 1, after: 1})
        self.assertReason(before, "opening_review")

    def test_the_review_starts_debts_at_the_first_rung(self):
        self.env.company.sudo().ar_start_date = day_in(0)
        self.create_policy([1, 8])
        invoice = self.create_invoice(due_in=-30)
        self.follow_up()
        self.item(invoice).action_review("first")
        self.assertReason(invoice, "climbs", 1)
        self.assertSaid(self.follow_up(), {invoice: 1})

    def test_the_review_sets_debts_on_a_level_with_their_last_contact(self):
        self.env.company.sudo().ar_start_date = day_in(0)
        policy = self.create_policy([1, 8, 15], min_interval_days=7)
        invoice = self.create_invoice(due_in=-30)
        self.follow_up()
        level = policy.level_ids.filtered(lambda level: level.days == 8)
        self.item(invoice).action_review("level", level=level, last_contact=day_in(-3))
        self.assertReason(invoice, "too_soon_item", 15, 4)
        self.assertSaid(self.follow_up(4), {invoice: 15})

    def test_the_review_takes_debts_out(self):
        self.env.company.sudo().ar_start_date = day_in(0)
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-30)
        self.follow_up()
        self.item(invoice).action_review("skip", note="Settled in court")
        self.assertNothingSaid(self.follow_up(1))
        self.assertReason(invoice, "no_followup")

    def test_a_run_for_some_customers_does_not_stand_for_the_first_run(self):
        company = self.env.company.sudo()
        company.ar_has_approved_run = False
        self.create_policy([1], is_approval_needed=False)
        self.create_invoice()
        self.create_invoice(partner=self.create_customer("Birch Ltd"))
        some = self.follow_up(partner_ids=[Command.set(self.customer.ids)])
        with self.on_day(0):
            some.notice_ids.action_approve()
        self.assertFalse(company.ar_has_approved_run)
        self.assertEqual(self.follow_up().notice_ids.state, "to_approve")

    def test_the_first_run_waits_for_approval_whatever_the_policy_says(self):
        company = self.env.company.sudo()
        company.ar_has_approved_run = False
        self.create_policy([1, 2], is_approval_needed=False)
        self.create_invoice(due_in=-5)
        run = self.follow_up()
        self.assertEqual(run.notice_ids.state, "to_approve")
        run.notice_ids.action_approve()
        self.assertTrue(company.ar_has_approved_run)
        run.action_execute()
        self.assertEqual(run.notice_ids.state, "done")
        self.assertEqual(self.follow_up(1).notice_ids.state, "done")

    def test_the_maximum_of_a_day_holds_over_several_runs(self):
        self.create_policy([1])
        self.env.company.sudo().ar_max_per_day = 2
        partners = [self.create_customer(f"Number {number}") for number in range(4)]
        invoices = [self.create_invoice(partner=partner) for partner in partners]
        self.assertEqual(len(self.follow_up().notice_ids), 2)
        self.assertEqual(len(self.follow_up().notice_ids), 0)
        waiting = [i for i in invoices if self.item(i).reason == "run_limit"]
        self.assertEqual(len(waiting), 2)
        self.assertReason(waiting[0], "run_limit", 1, 1)
        self.assertSaid(self.follow_up(1), dict.fromkeys(waiting, 1))

    def test_a_preview_keeps_the_maximum_of_the_day(self):
        self.create_policy([1])
        self.env.company.sudo().ar_max_per_day = 2
        for number in range(4):
            self.create_invoice(partner=self.create_customer(f"Number {number}"))
        run = self.env["ar.followup.run"].new(
            {"company_id": self.env.company.id, "as_of": day_in(0)}
        )
        self.assertEqual(len(run.action_preview()), 2)
        [row] = self.env["ar.collection.today"].get_preview()["rows"]
        self.assertEqual((row["count"], row["customers"]), (2, 2))
        self.assertEqual(len(self.follow_up().notice_ids), 2)
        self.assertEqual(run.action_preview(), [])

    def test_the_longest_waiting_debts_come_first_under_the_maximum(self):
        self.create_policy([1])
        self.env.company.sudo().ar_max_per_day = 1
        self.create_invoice(due_in=-2)
        oldest = self.create_invoice(due_in=-9, partner=self.create_customer("Old Ltd"))
        self.assertSaid(self.follow_up(), {oldest: 1})

    def test_test_mode_moves_no_debt_and_hides_none_from_the_real_run(self):
        company = self.env.company.sudo()
        company.write({"ar_is_test_mode": True, "ar_test_email": "test@example.com"})
        self.create_policy([self.level(1, amount_from=500.0), 2, 3])
        invoice = self.create_invoice(due_in=-5)
        test_run = self.follow_up()
        self.assertTrue(test_run.notice_ids.is_test)
        self.assertEqual(test_run.notice_ids.state, "done")
        item = self.item(invoice)
        self.assertRecordValues(
            item,
            [
                {
                    "rung_days": 0,
                    "passed_days": 0,
                    "last_notice_date": False,
                    "task_key": False,
                }
            ],
        )
        self.assertFalse(item.event_ids)
        self.assertFalse(item.case_id.last_notice_date)
        company.ar_is_test_mode = False
        real = self.follow_up()
        self.assertSaid(real, {invoice: 2})
        self.assertEqual((item.rung_days, item.passed_days), (2, 1))

    def test_test_notices_that_wait_do_not_stop_real_ones(self):
        company = self.env.company.sudo()
        company.write({"ar_is_test_mode": True, "ar_test_email": "test@example.com"})
        self.create_policy([1], is_approval_needed=True, customer_interval_days=7)
        invoice = self.create_invoice(due_in=-5)
        self.follow_up()
        company.ar_is_test_mode = False
        self.assertSaid(self.follow_up(), {invoice: 1})

    def test_debts_without_start_in_sight_are_not_reviewed(self):
        self.assertEqual(self.env.company.ar_start_date, LONG_AGO)
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-700)
        self.assertSaid(self.follow_up(), {invoice: 1})
