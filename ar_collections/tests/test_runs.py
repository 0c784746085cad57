"""Runs: grouping, approval, window, what fails alone, everything once."""

from datetime import time
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .common import CollectionsCase, day_in


class TestGrouping(CollectionsCase):
    """L7: one notice per customer, recipient and run."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.create_policy(
            [cls.level(1, deadline_days=14), cls.level(8, deadline_days=7)]
        )

    def test_one_notice_in_the_tone_of_the_highest_rung_with_the_longest_deadline(self):
        high = self.create_invoice(due_in=-8)
        self.follow_up(-7)
        with self.on_day(7):
            low = self.create_invoice(due_in=6)
        run = self.follow_up(8)
        self.assertSaid(run, {high: 8, low: 1})
        self.assertRecordValues(
            run.notice_ids,
            [{"level_days": 8, "deadline_days": 14, "deadline": day_in(22)}],
        )
        for invoice in (high, low):
            self.assertEqual(self.item(invoice).deadline, day_in(22), "binds all of them")

    def test_the_other_debts_are_listed_and_only_the_overdue_are_in_the_total(self):
        overdue = self.create_invoice(due_in=-2, amount=30.0)
        self.climb(-1)
        said = self.create_invoice(due_in=-1, amount=100.0)
        not_due = self.create_invoice(due_in=9, amount=5.0)
        run = self.follow_up()
        self.assertSaid(run, {said: 1})
        self.assertEqual(self.lines_said(run, "overdue").move_id, overdue)
        self.assertEqual(self.lines_said(run, "not_due").move_id, not_due)
        self.assertEqual(list(run.notice_ids._get_totals().values()), [130.0])
        self.assertEqual(self.item(overdue).rung_days, 1, "listed is not said")

    def test_a_courtesy_beside_a_reminder_is_in_no_total(self):
        calendar = self.create_calendar().id
        self.create_policy([-3, 1], calendar_id=calendar)
        reminded = self.create_invoice(due_in=-1, amount=100.0)
        # Due on Saturday, as if on Monday: on Monday it is not overdue.
        courtesy = self.create_invoice(due_in=3, amount=5.0)
        run = self.follow_up(5)
        self.assertSaid(run, {reminded: 1, courtesy: -3})
        self.assertEqual(list(run.notice_ids._get_totals().values()), [100.0])
        self.assertEqual(run.notice_ids._get_lines("not_due").move_id, courtesy)

    def test_each_customer_has_a_notice(self):
        other = self.create_customer("Other Ltd")
        ours = self.create_invoice(due_in=-1)
        theirs = self.create_invoice(due_in=-1, partner=other)
        run = self.follow_up()
        self.assertSaid(run, {ours: 1, theirs: 1})
        self.assertEqual(run.notice_ids.partner_id, self.customer + other)

    def test_a_day_of_a_formal_notice_has_no_second_run_for_the_others(self):
        self.create_policy([1, self.level(2, is_formal=True)])
        formal = self.create_invoice(due_in=-9)
        self.climb(-1)
        other = self.create_invoice(due_in=-1)
        self.assertSaid(self.follow_up(), {formal: 2})
        self.assertNothingSaid(self.follow_up(), "another run of the same day")
        self.assertReason(other, "formal_first", 1, 1)
        self.assertSaid(self.follow_up(1), {other: 1})


class TestApproval(CollectionsCase):
    """L8: to approve, edit, approve, skip; no second proposal meanwhile."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.create_policy([1, 8], is_approval_needed=True)

    def test_notices_wait_for_approval_where_the_policy_asks(self):
        self.create_invoice(due_in=-1)
        run = self.follow_up()
        self.assertEqual((run.notice_ids.state, run.state), ("to_approve", "planned"))
        self.assertFalse(run.notice_ids.delivery_ids)
        run.notice_ids.action_approve()
        run.action_execute()
        self.assertEqual((run.notice_ids.state, run.state), ("done", "done"))

    def test_notices_wait_where_only_the_level_asks(self):
        self.create_policy([1, self.level(2, is_approval_needed=True)])
        self.create_invoice(due_in=-9)
        self.assertEqual(self.follow_up().notice_ids.state, "done")
        self.assertEqual(self.follow_up(1).notice_ids.state, "to_approve")

    def test_no_second_proposal_while_one_waits(self):
        invoice = self.create_invoice(due_in=-1)
        first = self.follow_up()
        for day in (1, 8, 20):
            self.assertNothingSaid(self.follow_up(day))
        self.assertReason(invoice, "proposed")
        self.assertEqual(first.notice_ids.state, "to_approve")

    def test_no_second_notice_to_a_customer_with_a_pace_while_one_waits(self):
        self.policy.customer_interval_days = 7
        self.create_invoice(due_in=-1)
        self.follow_up()
        other = self.create_invoice(due_in=0)
        self.assertNothingSaid(self.follow_up(1))
        self.assertReason(other, "too_soon_customer", 1)

    def test_a_later_approval_counts_the_clocks_from_then(self):
        invoice = self.create_invoice(due_in=-1)
        run = self.follow_up()
        with self.on_day(5):
            run.notice_ids.action_approve_and_send()
        self.assertEqual(self.item(invoice).last_notice_date, day_in(5))

    def test_skipping_as_done_uses_the_rung(self):
        invoice = self.create_invoice(due_in=-9)
        self.follow_up().notice_ids.action_skip(note="Told by phone")
        item = self.item(invoice)
        self.assertEqual((item.rung_days, item.last_notice_date), (1, day_in(0)))
        run = self.follow_up(1)
        self.assertSaid(run, {invoice: 8})

    def test_skipping_to_wait_frees_the_rung_after_the_wait(self):
        invoice = self.create_invoice(due_in=-9)
        self.follow_up().notice_ids.action_skip(until=day_in(3), note="They rang")
        self.assertNothingSaid(self.follow_up(3))
        self.assertSaid(self.follow_up(4), {invoice: 1})

    def test_cancelling_frees_the_rung(self):
        invoice = self.create_invoice(due_in=-9)
        self.follow_up().notice_ids.action_cancel(note="No")
        self.assertSaid(self.follow_up(1), {invoice: 1})

    def test_a_failed_notice_keeps_its_rung_and_waits_for_a_person(self):
        self.policy.is_approval_needed = False
        invoice = self.create_invoice(due_in=-9)
        self.policy.level_ids.mail_template_id = False
        with mute_logger("odoo.addons.ar_collections.models.ar_followup_executor"):
            run = self.follow_up()
        notice = run.notice_ids
        self.assertEqual(notice.state, "failed")
        self.assertIn("has no e-mail text", notice.failure)
        self.assertFalse(self.item(invoice).rung_days)
        self.assertNothingSaid(self.follow_up(1))
        self.assertReason(invoice, "proposed")
        self.policy.level_ids.mail_template_id = self.template
        with self.on_day(1):
            notice.action_retry()
        self.assertEqual(notice.state, "done")
        self.assertEqual(self.item(invoice).rung_days, 1)


class TestPreview(CollectionsCase):
    """L8: a preview decides for any day and writes nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_policy([1, 8])

    def preview(self, day, **values):
        run = self.env["ar.followup.run"].new(
            {"company_id": self.env.company.id, "as_of": day_in(day), **values}
        )
        return run.action_preview()

    def test_a_preview_says_what_the_run_would_say(self):
        invoice = self.create_invoice(due_in=-1, amount=100.0)
        [line] = self.preview(0)
        self.assertEqual(line["move_line_id"], self.debts(invoice).id)
        self.assertEqual(line["channel"], "email")
        self.assertEqual(float(line["claim"]), 100.0)
        self.assertSaid(self.follow_up(), {invoice: 1})

    def test_a_preview_of_a_day_to_come(self):
        self.create_invoice(due_in=5)
        self.assertEqual([len(self.preview(day)) for day in (5, 6, 7)], [0, 1, 1])

    def test_a_preview_writes_nothing(self):
        self.create_invoice(due_in=-1)
        models = ("ar.followup.item", "ar.followup.notice", "ar.collection.case")
        self.env.flush_all()
        self.preview(0)
        self.env.flush_all()
        for model in models:
            found = self.env[model].search_count([("company_id", "=", self.env.company.id)])
            self.assertEqual(found, 0, model)

    def test_a_day_to_come_is_not_run(self):
        self.create_invoice(due_in=-1)
        run = self.env["ar.followup.run"].create({"as_of": day_in(1)})
        with self.assertRaisesRegex(UserError, "previewed, but not run"):
            run.action_plan()


class TestRuns(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.create_policy([1, 8])

    def test_a_run_taken_up_again_does_nothing_more(self):
        invoice = self.create_invoice(due_in=-1)
        run = self.follow_up()
        run.action_plan()
        run.action_execute()
        self.assertSaid(run, {invoice: 1})
        self.assertEqual(len(run.notice_ids.delivery_ids), 1)

    def test_a_run_that_is_not_planned_sends_nothing_and_keeps_its_day(self):
        invoice = self.create_invoice(due_in=-1)
        run = self.env["ar.followup.run"].create({"as_of": day_in(0)})
        with self.assertRaisesRegex(UserError, "plan it first"):
            run.action_execute()
        self.assertEqual(run.state, "draft")
        run._follow_up(self.env.company)
        self.assertEqual(run.state, "done")
        self.assertSaid(run, {invoice: 1})

    def test_the_first_run_for_all_is_the_run_of_the_day(self):
        runs = self.env["ar.followup.run"]
        some = runs.create({"partner_ids": self.customer.ids})
        daily = runs.create({})
        again = runs.create({})
        other_day = runs.create({"as_of": day_in(-1)})
        self.assertEqual(
            [run.is_daily for run in (some, daily, again, other_day)],
            [False, True, False, True],
        )
        self.assertEqual(runs._get_run_of_today(self.env.company), daily)

    def test_the_database_refuses_a_second_run_of_the_day(self):
        runs = self.env["ar.followup.run"]
        runs.create({})
        again = runs.create({})
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.cr.savepoint(),
        ):
            again.sudo().is_daily = True
            again.flush_recordset()

    def test_the_scheduled_action_opens_one_run_a_day(self):
        runs = self.env["ar.followup.run"]
        for _hour in range(2):
            runs._follow_up(self.env.company)
        self.assertEqual(runs.search_count([("as_of", "=", day_in(0))]), 1)
        with self.on_day(1):
            runs._follow_up(self.env.company)
        self.assertEqual(runs.search_count([("is_daily", "=", True)]), 2)

    def test_a_run_for_chosen_customers_takes_nobody_else(self):
        chosen = self.create_customer("Chosen Ltd")
        self.create_invoice(due_in=-1)
        theirs = self.create_invoice(due_in=-1, partner=chosen)
        run = self.follow_up(partner_ids=chosen.ids)
        self.assertSaid(run, {theirs: 1})
        self.assertFalse(self.customer.ar_case_id)

    def test_a_contact_stands_for_its_customer(self):
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": self.customer.id}
        )
        invoice = self.create_invoice(due_in=-1)
        self.assertSaid(self.follow_up(partner_ids=contact.ids), {invoice: 1})

    def test_the_log_counts_the_debts_of_each_reason(self):
        self.create_invoice(due_in=-1)
        self.create_invoice(due_in=-2)
        self.create_invoice(due_in=5)
        run = self.follow_up()
        counts = {entry.reason: entry.debts for entry in run.entry_ids}
        self.assertEqual(counts, {"climbs": 2, "not_due": 1})

    # === WHEN === #

    def test_outside_the_hours_a_notice_waits(self):
        self.create_invoice(due_in=-1)
        run = self.follow_up(execute=False)
        for hour, state in ((7, "planned"), (18, "planned"), (8, "done")):
            with self.on_day(0, at=time(hour)):
                run.action_execute()
            self.assertEqual(run.notice_ids.state, state, f"at {hour}:00")

    def test_the_hours_are_those_of_the_companys_time_zone(self):
        self.env.company.sudo().ar_tz = "Asia/Tokyo"
        self.create_invoice(due_in=-1)
        run = self.follow_up(execute=False)
        with self.on_day(0, at=time(12)):
            run.action_execute()
        self.assertEqual(run.notice_ids.state, "planned", "21:00 in Tokyo")
        with self.on_day(1, at=time(1)):
            run.action_execute()
        self.assertEqual(run.notice_ids.state, "done", "10:00 in Tokyo")

    def test_a_notice_planned_before_a_day_off_leaves_after_it(self):
        self.policy.calendar_id = self.create_calendar()
        self.create_invoice(due_in=-5)
        run = self.follow_up(2, execute=False)
        for day, state in ((3, "planned"), (4, "planned"), (5, "done")):
            with self.on_day(day):
                run.action_execute()
            self.assertEqual(run.notice_ids.state, state)

    # === WHAT FAILS ALONE === #

    def test_a_customer_who_cannot_be_planned_does_not_stop_the_others(self):
        broken = self.create_customer("Broken Ltd")
        self.create_invoice(due_in=-1, partner=broken)
        invoice = self.create_invoice(due_in=-1)
        planner = self.env.registry["ar.followup.planner"]
        decide = planner._decide

        def refuse(planner, customer, *args):
            if customer.partner_id == broken.id:
                raise ValueError("a figure of another addon is missing")
            return decide(planner, customer, *args)

        with (
            patch.object(planner, "_decide", refuse),
            self.assertLogs("odoo.addons.ar_collections", "WARNING"),
        ):
            run = self.follow_up()
            self.assertSaid(run, {invoice: 1})
        [failure] = run.entry_ids.filtered("is_failure")
        self.assertEqual(failure.partner_id, broken)
        self.assertIn("another addon is missing", failure.message)
        self.assertEqual(run.failure_count, 1)
        self.assertFalse(self.env["ar.followup.item"].search([("partner_id", "=", broken.id)]))

    def test_a_notice_that_cannot_be_sent_does_not_stop_the_others(self):
        self.policy.level_ids.mail_template_id = False
        self.create_invoice(due_in=-1)
        consumer = self.create_customer("Ada Byron", is_company=False)
        self.create_policy([1], for_business=False)
        theirs = self.create_invoice(due_in=-1, partner=consumer)
        with mute_logger("odoo.addons.ar_collections.models.ar_followup_executor"):
            run = self.follow_up()
        states = {notice.partner_id: notice.state for notice in run.notice_ids}
        self.assertEqual(states, {self.customer: "failed", consumer: "done"})
        self.assertEqual(self.item(theirs).rung_days, 1)

    # === WHO === #

    def test_only_a_manager_runs_the_ladder(self):
        run = self.env["ar.followup.run"].create({})
        for group in ("auditor", "collector"):
            user = self.create_user(f"a_{group}", group)
            with self.assertRaises(AccessError):
                run.with_user(user).action_plan()
            with self.assertRaises(AccessError):
                run.with_user(user).action_execute()

    def test_a_manager_without_accounting_rights_runs_the_ladder(self):
        invoice = self.create_invoice(due_in=-1)
        manager = self.create_user("manager", "manager")
        run = self.env["ar.followup.run"].with_user(manager).create({})
        run.action_plan()
        run.action_execute()
        self.assertSaid(run.with_env(self.env), {invoice: 1})
