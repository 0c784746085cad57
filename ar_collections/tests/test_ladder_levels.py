"""The ladder's rules L1 to L5 through the real models."""

from .common import CollectionsCase, day_in


class TestLadderLevels(CollectionsCase):
    # === L1, L3: ONE RUNG AFTER THE OTHER === #

    def test_the_day_before_the_first_rung_nothing_is_said(self):
        self.create_policy([1, 8])
        invoice = self.create_invoice(due_in=0)
        self.assertNothingSaid(self.follow_up())
        self.assertReason(invoice, "not_due", 1, 1)

    def test_on_the_day_of_the_first_rung_it_is_said(self):
        self.create_policy([1, 8])
        invoice = self.create_invoice(due_in=-1)
        self.assertSaid(self.follow_up(), {invoice: 1})
        self.assertReason(invoice, "too_soon_level", 8, 7)

    def test_the_day_after_the_first_rung_nothing_new_is_said(self):
        self.create_policy([1, 8])
        invoice = self.create_invoice(due_in=-1)
        self.follow_up()
        self.assertNothingSaid(self.follow_up(1))
        self.assertReason(invoice, "too_soon_level", 8, 7)

    def test_each_rung_comes_on_its_day_and_not_twice(self):
        self.create_policy([1, 8, 15])
        invoice = self.create_invoice(due_in=-1)
        said = {}
        for day in range(17):
            for run in (self.follow_up(day), self.follow_up(day)):
                for line in self.lines_said(run):
                    said.setdefault(line.level_days, []).append(day)
        self.assertEqual(said, {1: [0], 8: [7], 15: [14]})
        self.assertReason(invoice, "ladder_end")

    def test_a_debt_seen_late_starts_at_the_first_rung_and_climbs_one_a_run(self):
        self.create_policy([1, 8, 15])
        invoice = self.create_invoice(due_in=-90)
        self.assertSaid(self.follow_up(), {invoice: 1})
        self.assertNothingSaid(self.follow_up(), "the same day again")
        self.assertSaid(self.follow_up(1), {invoice: 8})
        self.assertSaid(self.follow_up(2), {invoice: 15})

    def test_missed_days_still_climb_one_rung_a_run(self):
        self.create_policy([1, 8, 15])
        invoice = self.create_invoice(due_in=-1)
        self.follow_up()
        self.assertSaid(self.follow_up(40), {invoice: 8})
        self.assertNothingSaid(self.follow_up(40))

    def test_the_interval_of_a_debt_is_kept(self):
        self.create_policy([1, 2], min_interval_days=7)
        invoice = self.create_invoice(due_in=-1)
        self.follow_up()
        self.assertNothingSaid(self.follow_up(6))
        self.assertReason(invoice, "too_soon_item", 2, 7)
        self.assertSaid(self.follow_up(7), {invoice: 2})

    def test_the_interval_of_a_customer_is_kept_for_other_debts(self):
        self.create_policy([1, 30], customer_interval_days=7)
        told = self.create_invoice(due_in=-1)
        other = self.create_invoice(due_in=0)
        self.assertSaid(self.follow_up(), {told: 1})
        self.assertNothingSaid(self.follow_up(6))
        self.assertReason(other, "too_soon_customer", 1, 7)
        self.assertSaid(self.follow_up(7), {other: 1})

    def test_a_deadline_is_waited_for_until_the_day_after(self):
        self.create_policy([self.level(1, deadline_days=10), 2])
        invoice = self.create_invoice(due_in=-1)
        run = self.follow_up()
        self.assertEqual(run.notice_ids.deadline, day_in(10))
        self.assertEqual(self.item(invoice).deadline, day_in(10))
        self.assertNothingSaid(self.follow_up(10))
        self.assertReason(invoice, "deadline_running", 2, 11)
        self.assertSaid(self.follow_up(11), {invoice: 2})

    def test_clocks_count_from_the_day_of_the_message_not_of_the_plan(self):
        self.create_policy([self.level(1, deadline_days=7), 8])
        invoice = self.create_invoice(due_in=-1)
        run = self.follow_up(execute=False)
        with self.on_day(3):
            run.action_execute()
        item = self.item(invoice)
        self.assertEqual(item.last_notice_date, day_in(3))
        self.assertEqual(item.deadline, day_in(10))
        self.assertEqual(run.notice_ids.handed_over_on, day_in(3))
        self.assertEqual(run.notice_ids.line_ids.days_overdue, 4)

    # === L1: THE CALENDAR === #

    def test_due_dates_and_days_move_forward_to_business_days(self):
        self.create_policy([1], calendar_id=self.create_calendar().id)
        # Due on Saturday: as if on Monday, told on Tuesday.
        invoice = self.create_invoice(due_in=3)
        self.assertNothingSaid(self.follow_up(5))
        self.assertReason(invoice, "not_due", 1, 6)
        self.assertSaid(self.follow_up(6), {invoice: 1})

    def test_nothing_leaves_on_a_holiday(self):
        calendar = self.create_calendar(holidays=[day_in(0)])
        self.create_policy([1], calendar_id=calendar.id)
        invoice = self.create_invoice(due_in=-9)
        self.assertNothingSaid(self.follow_up())
        self.assertReason(invoice, "outside_window", 1, 1)
        self.assertSaid(self.follow_up(1), {invoice: 1})

    def test_half_a_holiday_is_a_working_day(self):
        calendar = self.create_calendar()
        calendar.leave_ids.create(
            {
                "name": "Afternoon off",
                "calendar_id": calendar.id,
                "date_from": f"{day_in(0)} 13:00:00",
                "date_to": f"{day_in(0)} 18:00:00",
            }
        )
        self.create_policy([1], calendar_id=calendar.id)
        invoice = self.create_invoice(due_in=-9)
        self.assertSaid(self.follow_up(), {invoice: 1})

    def test_a_day_of_one_employee_is_no_holiday(self):
        calendar = self.create_calendar(holidays=[day_in(0)])
        calendar.leave_ids.resource_id = self.env["resource.resource"].sudo().create(
            {"name": "Ann", "calendar_id": calendar.id}
        )
        self.create_policy([1], calendar_id=calendar.id)
        invoice = self.create_invoice(due_in=-9)
        self.assertSaid(self.follow_up(), {invoice: 1})

    # === L2: COURTESY === #

    def test_the_latest_courtesy_is_said_before_the_due_date(self):
        self.create_policy([-7, -3, 1])
        invoice = self.create_invoice(due_in=2)
        self.assertSaid(self.follow_up(), {invoice: -3})
        self.assertNothingSaid(self.follow_up())
        self.assertNothingSaid(self.follow_up(1))
        self.assertReason(invoice, "not_due", 1, 3)

    def test_a_courtesy_moves_back_to_a_business_day(self):
        self.create_policy([-3, 1], calendar_id=self.create_calendar().id)
        # Due on Tuesday: three days before is Saturday, told on Friday.
        invoice = self.create_invoice(due_in=6)
        self.assertNothingSaid(self.follow_up(1))
        self.assertReason(invoice, "not_due", -3, 2)
        self.assertSaid(self.follow_up(2), {invoice: -3})

    def test_a_missed_courtesy_is_dropped_after_the_due_date(self):
        self.create_policy([-3, 1])
        invoice = self.create_invoice(due_in=2)
        self.assertSaid(self.follow_up(3), {invoice: 1})

    def test_a_courtesy_does_not_count_for_pace_or_reminders(self):
        formal = self.level(2, is_formal=True)
        self.create_policy(
            [-1, 1, formal],
            min_interval_days=1,
            customer_interval_days=7,
            min_reminders=1,
        )
        courtesy = self.create_invoice(due_in=1)
        overdue = self.create_invoice(due_in=0)
        self.assertSaid(self.follow_up(), {courtesy: -1, overdue: -1})
        self.assertSaid(self.follow_up(1), {overdue: 1}, "no interval after courtesy")

    def test_a_customer_contacted_lately_gets_no_courtesy(self):
        self.create_policy([-3, 1], customer_interval_days=7)
        overdue = self.create_invoice(due_in=-1)
        courtesy = self.create_invoice(due_in=9)
        self.assertSaid(self.follow_up(), {overdue: 1})
        self.assertNothingSaid(self.follow_up(6))
        self.assertReason(courtesy, "too_soon_customer", -3, 7)
        self.assertSaid(self.follow_up(7), {courtesy: -3})

    def test_nothing_overdue_is_listed_in_a_courtesy(self):
        self.create_policy([-3, 1])
        overdue = self.create_invoice(due_in=-1)
        self.follow_up()
        courtesy = self.create_invoice(due_in=4)
        run = self.follow_up(1)
        self.assertSaid(run, {courtesy: -3})
        self.assertNotIn(overdue, run.notice_ids.line_ids.move_id)

    # === L4: CONDITIONS AND REPEATS === #

    def test_below_the_minimum_nothing_is_said_after_due(self):
        self.create_policy([1], minimum_amount=10.0)
        invoice = self.create_invoice(due_in=-1, amount=9.99)
        self.assertNothingSaid(self.follow_up())
        self.assertReason(invoice, "below_minimum", 1)

    def test_debts_reach_the_minimum_together(self):
        self.create_policy([1], minimum_amount=10.0)
        one = self.create_invoice(due_in=-1, amount=4.0)
        two = self.create_invoice(due_in=-2, amount=6.0)
        self.assertSaid(self.follow_up(), {one: 1, two: 1})

    def test_the_minimum_is_counted_after_credits(self):
        self.create_policy([1], minimum_amount=10.0)
        invoice = self.create_invoice(due_in=-1, amount=100.0)
        self.create_credit_note(95.0)
        self.assertNothingSaid(self.follow_up())
        self.assertReason(invoice, "below_minimum")

    def test_a_level_whose_condition_is_not_met_is_passed_over_on_record(self):
        self.create_policy([1, self.level(8, amount_from=500.0), 15])
        small = self.create_invoice(due_in=-8, amount=499.0)
        large = self.create_invoice(due_in=-8, amount=500.0)
        self.climb(0)
        self.assertSaid(self.follow_up(1), {large: 8})
        item = self.item(small)
        self.assertEqual((item.rung_days, item.passed_days), (1, 8))
        self.assertReason(small, "too_soon_level", 15, 7)
        passed = item.event_ids.filtered(lambda event: event.code == "level_passed")
        self.assertEqual(len(passed), 1)
        self.follow_up(2)
        self.assertEqual(len(item.event_ids), 1, "passed over once")
        self.assertSaid(self.follow_up(7), {small: 15, large: 15})

    def test_a_passed_level_does_not_count_as_a_reminder(self):
        self.create_policy(
            [1, self.level(2, amount_from=500.0), self.level(3, is_formal=True)],
            min_reminders=2,
        )
        invoice = self.create_invoice(due_in=-9, amount=100.0)
        self.climb(0)
        self.assertNothingSaid(self.follow_up(1))
        self.assertReason(invoice, "too_few_reminders", 3)

    def test_a_level_for_one_kind_is_passed_over_by_others(self):
        self.create_policy([self.level(1, for_kind="consumer"), 8])
        consumer = self.create_customer("Ada Byron", is_company=False)
        theirs = self.create_invoice(due_in=-9, partner=consumer)
        ours = self.create_invoice(due_in=-9)
        self.assertSaid(self.follow_up(), {theirs: 1, ours: 8})

    def test_a_courtesy_with_a_condition_is_passed_over_once(self):
        self.create_policy([self.level(-5, amount_from=250.0), 1])
        invoice = self.create_invoice(due_in=3, amount=249.0)
        self.assertNothingSaid(self.follow_up())
        self.assertReason(invoice, "condition", 1, 4)
        self.follow_up(1)
        self.assertReason(invoice, "not_due", 1, 4)
        self.assertEqual(self.item(invoice).event_ids.mapped("code"), ["level_passed"])

    def test_a_level_is_repeated_at_most_so_many_times(self):
        self.create_policy([1, self.level(8, repeat_days=5, repeat_max=2), 40])
        invoice = self.create_invoice(due_in=-8)
        said = []
        for day in range(33):
            lines = self.lines_said(self.follow_up(day))
            said += [(day, line.level_days, line.occurrence) for line in lines]
        self.assertEqual(
            said, [(0, 1, 1), (1, 8, 1), (6, 8, 2), (11, 8, 3), (32, 40, 1)]
        )
        self.assertEqual(self.item(invoice).rung_days, 40)

    # === L5: THE FORMAL NOTICE === #

    def create_formal_policy(self, **values):
        formal = self.level(4, is_formal=True, deadline_days=10)
        return self.create_policy([1, 2, 3, formal], min_reminders=3, **values)

    def test_a_formal_notice_follows_enough_delivered_reminders(self):
        self.create_formal_policy()
        invoice = self.create_invoice(due_in=-4)
        self.climb(0, 1, 2)
        run = self.follow_up(3)
        self.assertSaid(run, {invoice: 4})
        self.assertTrue(run.notice_ids.is_formal)

    def test_what_never_arrived_does_not_count(self):
        self.create_formal_policy()
        invoice = self.create_invoice(due_in=-4)
        self.climb(0, 1)
        lost = self.follow_up(2)
        lost.notice_ids.delivery_ids._update_state("failed", error="Lost")
        self.assertNothingSaid(self.follow_up(3))
        self.assertReason(invoice, "too_few_reminders", 4)

    def test_a_late_report_of_arrival_opens_the_way(self):
        self.create_formal_policy()
        invoice = self.create_invoice(due_in=-4)
        self.climb(0, 1)
        late = self.follow_up(2)
        late.notice_ids.delivery_ids.sudo().state = "queued"
        late.notice_ids.sudo().is_delivered = False
        self.assertNothingSaid(self.follow_up(3))
        self.arrive(late, 4)
        self.assertSaid(self.follow_up(4), {invoice: 4})

    def test_reminders_count_for_the_debt_and_not_for_the_customer(self):
        self.create_formal_policy()
        old = self.create_invoice(due_in=-4)
        self.climb(0, 1, 2)
        young = self.create_invoice(due_in=-1)
        self.assertSaid(self.follow_up(3), {old: 4})
        self.assertReason(young, "formal_first", 1, 4)

    def test_a_formal_notice_is_one_of_its_own(self):
        self.create_formal_policy()
        old = self.create_invoice(due_in=-4)
        self.climb(0, 1, 2)
        young = self.create_invoice(due_in=-1)
        not_due = self.create_invoice(due_in=9)
        run = self.follow_up(3)
        self.assertEqual(run.notice_ids.line_ids.move_id, old)
        self.assertSaid(self.follow_up(4), {young: 1})
        self.assertNotIn(not_due, run.notice_ids.line_ids.move_id)

    def test_a_formal_notice_waits_for_the_last_deadline(self):
        formal = self.level(4, is_formal=True)
        self.create_policy([1, self.level(2, deadline_days=7), formal], min_reminders=2)
        invoice = self.create_invoice(due_in=-4)
        self.climb(0, 1)
        self.assertNothingSaid(self.follow_up(8))
        self.assertReason(invoice, "deadline_running", 4, 9)
        self.assertSaid(self.follow_up(9), {invoice: 4})

    def test_a_formal_notice_needs_fifty_by_default(self):
        policy = self.create_policy([1, self.level(2, is_formal=True)], min_reminders=1)
        self.assertEqual(policy.level_ids.sorted("days")[-1].amount_from, 50.0)
        small = self.create_invoice(due_in=-4, amount=49.99)
        self.climb(0)
        self.assertNothingSaid(self.follow_up(1))
        self.assertReason(small, "ladder_end")
