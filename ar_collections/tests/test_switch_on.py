"""Switching on: counts first, nothing sent; pauses, test mode and the main switch."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from .common import day_in
from .common_by_hand import ByHandCase


class TestSwitchOn(ByHandCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ar.followup.policy"].search([]).write({"is_on": False})
        cls.env.company.write({"ar_start_date": False, "ar_has_approved_run": False})

    def open_window(self, policy, user=None):
        action = policy.with_user(user or self.manager).action_open_switch_on()
        return (
            self.env[action["res_model"]]
            .with_user(user or self.manager)
            .browse(action["res_id"])
        )

    def buckets(self, wizard):
        return {
            line.bucket: (line.debt_count, line.amount) for line in wizard.bucket_ids
        }

    # === COUNTS === #

    def test_with_todays_start_overdue_debts_wait_for_the_review(self):
        policy = self.create_policy([1], is_on=False)
        self.create_invoice(due_in=-40, amount=100.0)
        self.create_invoice(due_in=-1, amount=50.0)
        self.create_invoice(due_in=10, amount=30.0)
        wizard = self.open_window(policy)
        self.assertEqual(wizard.start_date, day_in(0))
        self.assertEqual((wizard.opening_count, wizard.opening_amount), (2, 150.0))
        self.assertEqual(self.buckets(wizard), {"not_due": (1, 30.0)})
        self.assertEqual(wizard.notice_count, 0)

    def test_an_earlier_start_follows_more_debts(self):
        policy = self.create_policy([1], is_on=False)
        for due_in in (-100, -91, -90, -61, -60, -31, -30, -1, 0):
            self.create_invoice(due_in=due_in, amount=10.0)
        wizard = self.open_window(policy)
        wizard.start_date = day_in(-99)
        wizard.action_count()
        self.assertEqual(wizard.opening_count, 1)
        self.assertEqual(
            self.buckets(wizard),
            {
                "not_due": (1, 10.0),
                "30": (2, 20.0),
                "60": (2, 20.0),
                "90": (2, 20.0),
                "older": (1, 10.0),
            },
        )

    def test_customers_are_counted_by_kind_with_their_notices(self):
        policy = self.create_policy([1], is_on=False)
        person = self.create_customer("Ann Elm", is_company=False)
        self.create_invoice(due_in=-1)
        self.create_invoice(due_in=-1, partner=person)
        self.create_invoice(due_in=5, partner=self.create_customer("Birch Ltd"))
        wizard = self.open_window(policy)
        wizard.start_date = day_in(-5)
        wizard.action_count()
        kinds = {
            line.kind: (line.customer_count, line.notice_count)
            for line in wizard.kind_ids
        }
        self.assertEqual(kinds, {"business": (2, 1), "consumer": (1, 1)})
        self.assertEqual(wizard.notice_count, 2)

    def test_on_a_day_off_the_next_business_day_is_counted(self):
        calendar = self.create_calendar([day_in(0)])
        policy = self.create_policy([1], is_on=False, calendar_id=calendar.id)
        self.create_invoice(due_in=-1)
        self.env.company.ar_start_date = day_in(-5)
        self.assertEqual(self.open_window(policy).notice_count, 1)

    def test_customers_of_other_policies_are_not_counted(self):
        policy = self.create_policy([1], is_on=False, for_business=False)
        self.create_invoice(due_in=-1)
        wizard = self.open_window(policy)
        wizard.start_date = day_in(-5)
        wizard.action_count()
        self.assertFalse(wizard.bucket_ids)
        self.assertEqual(wizard.notice_count, 0)

    def test_counting_leaves_everything_off(self):
        policy = self.create_policy([1], is_on=False)
        self.create_invoice(due_in=-1)
        self.open_window(policy)
        self.assertFalse(policy.is_on)
        self.assertFalse(self.env.company.ar_start_date)
        self.assertFalse(self.env["ar.followup.item"].search([]))

    # === SWITCH === #

    def test_switched_on_the_first_run_waits_for_approval(self):
        policy = self.create_policy([1], is_on=False)
        old, new = self.create_invoice(due_in=-40), self.create_invoice(due_in=-2)
        wizard = self.open_window(policy)
        wizard.start_date = day_in(-10)
        wizard.action_count()
        wizard.action_switch_on()
        self.assertEqual(
            (policy.is_on, self.env.company.ar_start_date), (True, day_in(-10))
        )
        run = self.follow_up()
        self.assertSaid(run, {new: 1})
        self.assertEqual(run.notice_ids.state, "to_approve")
        self.assertReason(old, "opening_review")

    def test_a_changed_start_is_counted_before_it_counts(self):
        policy = self.create_policy([1], is_on=False)
        self.create_invoice(due_in=-2)
        wizard = self.open_window(policy)
        wizard.start_date = day_in(-10)
        action = wizard.action_switch_on()
        self.assertEqual(action["res_id"], wizard.id)
        self.assertFalse(policy.is_on)
        self.assertEqual(wizard.notice_count, 1)
        wizard.action_switch_on()
        self.assertTrue(policy.is_on)

    def test_a_start_once_set_is_kept(self):
        self.env.company.ar_start_date = day_in(-50)
        policy = self.create_policy([1], is_on=False)
        wizard = self.open_window(policy)
        self.assertEqual((wizard.start_date, wizard.has_started), (day_in(-50), True))
        wizard.action_switch_on()
        self.assertEqual(self.env.company.ar_start_date, day_in(-50))

    def test_several_policies_at_once(self):
        policies = self.create_policy([1], is_on=False)
        policies |= self.create_policy([3], is_on=False)
        self.open_window(policies).action_switch_on()
        self.assertEqual(policies.mapped("is_on"), [True, True])

    def test_a_branch_is_counted_with_its_company(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.env.company.id}
        )
        self.env.cr.precommit.run()  # the accounts of the branch
        self.env.user.company_ids |= branch
        policy = self.create_policy([1], is_on=False)
        self.create_invoice(due_in=5)
        self.create_invoice(due_in=5, company=branch)
        self.assertEqual(
            self.buckets(self.open_window(policy)), {"not_due": (2, 200.0)}
        )

    # === REFUSED === #

    def test_a_ladder_that_cannot_be_climbed_is_refused(self):
        empty = self.create_policy([], is_on=False)
        with self.assertRaisesRegex(ValidationError, "no levels"):
            empty.action_open_switch_on()
        self.assertFalse(self.env.company.ar_start_date)

    def test_what_is_on_is_not_switched_on_again(self):
        policy = self.create_policy([1])
        with self.assertRaisesRegex(UserError, "already"):
            policy.action_open_switch_on()

    def test_one_company_at_a_time(self):
        other = self.setup_other_company(name="Other Company")["company"]
        policies = self.create_policy([1], is_on=False)
        policies |= self.create_policy([1], is_on=False, company_id=other.id)
        with self.assertRaisesRegex(UserError, "one company"):
            policies.action_open_switch_on()

    def test_switching_on_leaves_the_other_company_off(self):
        other = self.setup_other_company(name="Other Company")["company"]
        policy = self.create_policy([1], is_on=False)
        self.open_window(policy).action_switch_on()
        self.assertFalse(other.ar_start_date)
        self.assertFalse(self.env["ar.followup.policy"]._get_candidates(other) & policy)
        theirs = self.create_policy([1], is_on=False, company_id=other.id)
        with self.assertRaises(AccessError):
            theirs.with_user(self.manager).action_open_switch_on()

    def test_only_managers_switch_on(self):
        policy = self.create_policy([1], is_on=False)
        for user in (self.collector, self.auditor):
            with self.assertRaises(AccessError):
                policy.with_user(user).action_open_switch_on()
            with self.assertRaises(AccessError):
                self.env["ar.followup.switch.on"].with_user(user).create({})


class TestPauses(ByHandCase):
    """Pausing chosen weeks or everything, and test mode."""

    def test_in_paused_weeks_nothing_is_said_and_no_rung_is_lost(self):
        self.create_policy([1, 8])
        invoice = self.create_invoice(due_in=-1)
        self.env["ar.followup.pause"].create(
            {"name": "Year end", "date_from": day_in(0), "date_until": day_in(9)}
        )
        for day in (0, 9):
            self.assertNothingSaid(self.follow_up(day))
            self.assertReason(invoice, "paused")
        self.assertSaid(self.follow_up(10), {invoice: 1})

    def test_a_pause_may_concern_some_policies_only(self):
        business = self.create_policy([1], for_consumer=False)
        self.create_policy([1], for_business=False, sequence=1)
        person = self.create_customer("Ann Elm", is_company=False)
        self.create_invoice()
        said = self.create_invoice(partner=person)
        self.env["ar.followup.pause"].create(
            {
                "name": "Fair",
                "date_from": day_in(0),
                "date_until": day_in(0),
                "policy_ids": business.ids,
            }
        )
        self.assertSaid(self.follow_up(), {said: 1})

    @mute_logger("odoo.sql_db")
    def test_a_pause_that_ends_before_it_starts_is_refused(self):
        with self.assertRaises(IntegrityError):
            self.env["ar.followup.pause"].create(
                {"name": "x", "date_from": day_in(1), "date_until": day_in(0)}
            )

    def test_managers_set_pauses_and_others_do_not(self):
        values = {"name": "x", "date_from": day_in(0), "date_until": day_in(0)}
        pauses = self.env["ar.followup.pause"]
        self.assertTrue(pauses.with_user(self.manager).create(values))
        for user in (self.collector, self.auditor):
            with self.assertRaises(AccessError):
                pauses.with_user(user).create(values)

    def test_a_pause_of_one_company_leaves_the_other_alone(self):
        other = self.setup_other_company(name="Other Company")["company"]
        self.switch_on(other)
        self.create_policy([1], company_id=False)
        invoice = self.create_invoice(company=other)
        self.env["ar.followup.pause"].create(
            {"name": "x", "date_from": day_in(0), "date_until": day_in(0)}
        )
        self.assertSaid(self.follow_up(company=other), {invoice: 1})

    def test_while_everything_is_paused_no_planned_notice_leaves(self):
        self.create_policy([1])
        invoice = self.create_invoice()
        run = self.follow_up(execute=False)
        self.assertEqual(run.notice_ids.state, "planned")
        self.env.company.ar_is_paused = True
        run.action_execute()
        self.assertEqual(run.notice_ids.state, "planned")
        self.assertNothingSaid(self.follow_up())
        self.env.company.ar_is_paused = False
        run.action_execute()
        self.assertEqual(
            (run.notice_ids.state, self.item(invoice).rung_days), ("done", 1)
        )

    def test_test_mode_sends_to_the_test_address_and_moves_nothing(self):
        self.create_policy([1])
        invoice = self.create_invoice()
        self.env.company.write(
            {"ar_is_test_mode": True, "ar_test_email": "me@example.com"}
        )
        notice = self.follow_up().notice_ids
        mail = notice.delivery_ids.mail_mail_id
        self.assertEqual((notice.is_test, mail.email_to), (True, "me@example.com"))
        self.assertFalse(mail.recipient_ids)
        self.assertEqual(self.item(invoice).rung_days, 0)
        self.assertFalse(self.case_of().last_notice_date)
        self.env.company.ar_is_test_mode = False
        self.assertSaid(self.follow_up(1), {invoice: 1})

    def start_test(self):
        self.env.company.write(
            {"ar_is_test_mode": True, "ar_test_email": "me@example.com"}
        )

    def find_tests(self, *states):
        domain = [("is_test", "=", True), ("state", "in", states)]
        return self.env["ar.followup.notice"].search(domain)

    def test_a_test_run_takes_the_place_of_the_one_before(self):
        self.create_policy([1], is_approval_needed=True)
        self.create_invoice()
        self.create_invoice(partner=self.create_customer("Birch Ltd"))
        self.start_test()
        runs = [self.follow_up(day) for day in range(3)]
        self.assertEqual(self.find_tests("to_approve").run_id, runs[-1])
        self.assertEqual(len(self.find_tests("to_approve")), 2)
        former = runs[0].notice_ids
        self.assertEqual(former.mapped("cancel_reason"), ["test_over"] * 2)
        some = self.follow_up(2, partner_ids=self.customer.ids)
        self.assertEqual(self.find_tests("to_approve").run_id, runs[-1] + some)
        self.assertEqual(len(self.find_tests("to_approve")), 2)

    def test_the_end_of_test_mode_takes_back_what_waits(self):
        self.create_policy([1], is_approval_needed=True)
        self.create_invoice()
        self.start_test()
        sent = self.follow_up().notice_ids
        sent.action_approve_and_send()
        self.assertEqual(sent.state, "done")
        waiting = self.follow_up(1).notice_ids
        self.env.company.ar_is_test_mode = False
        self.assertEqual((sent.state, waiting.state), ("done", "cancelled"))
        self.assertEqual(waiting.cancel_reason, "test_over")

    def test_test_mode_needs_an_address(self):
        with self.assertRaisesRegex(ValidationError, "test address"):
            self.env.company.ar_is_test_mode = True
