"""Policies and levels: who climbs which ladder, what is refused, what may change."""

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from .common import CollectionsCase, day_in


class TestChoice(CollectionsCase):
    """Which policy a customer climbs."""

    def choose(self, partner=None, company=None):
        """Give the policy of a customer, as facts and case see it."""
        partner, company = partner or self.customer, company or self.env.company
        self.env.flush_all()
        facts = self.env["ar.followup.facts"].sudo()
        partners = facts._read_partners(company, partner.ids, None)
        [chosen] = facts._choose_policies(company, partners).values()
        case = partner._ar_ensure_case(company).sudo()
        self.assertEqual(case._get_policy(), chosen, "the case says the same")
        return chosen

    def test_the_first_policy_that_fits(self):
        second = self.create_policy([1], name="Second", sequence=20)
        first = self.create_policy([1], name="First", sequence=10)
        self.env["ar.followup.policy"].search([]).filtered(
            lambda policy: policy not in first + second
        ).is_on = False
        self.assertEqual(self.choose(), first)
        first.is_on = False
        self.assertEqual(self.choose(), second)

    def test_by_kind(self):
        policy = self.create_policy([1], for_business=False)
        consumer = self.create_customer("Ada Byron", is_company=False)
        self.assertNotEqual(self.choose(), policy)
        self.assertEqual(self.choose(consumer), policy)

    def test_by_country(self):
        policy = self.create_policy(
            [1], country_ids=[Command.set(self.env.ref("base.de").ids)]
        )
        german = self.create_customer("Eiche", country_id=self.env.ref("base.de").id)
        self.assertNotEqual(self.choose(), policy)
        self.assertEqual(self.choose(german), policy)

    def test_by_tag(self):
        tag = self.env["res.partner.category"].create({"name": "Key account"})
        policy = self.create_policy([1], category_ids=[Command.set(tag.ids)])
        self.assertNotEqual(self.choose(), policy)
        self.customer.category_id = tag
        self.assertEqual(self.choose(), policy)

    def test_by_hand_on_the_case(self):
        self.create_policy([1])
        chosen = self.create_policy([5], sequence=1000, for_business=False)
        self.customer._ar_ensure_case(self.env.company).policy_id = chosen
        self.assertEqual(self.choose(), chosen)
        chosen.is_on = False
        self.assertFalse(self.choose(), "one by hand that is off is none")

    def test_an_archived_policy_by_hand_is_none_wherever_it_is_asked(self):
        chosen = self.create_policy([5], sequence=1000, for_business=False)
        case = self.customer._ar_ensure_case(self.env.company)
        case.policy_id = chosen
        invoice = self.create_invoice(due_in=-9)
        chosen.active = False
        self.assertFalse(self.choose())
        self.assertFalse(case._get_policy())
        self.assertFalse(case.used_policy_id)
        self.assertNotIn(case, case.search([("used_policy_id", "=", chosen.id)]))
        self.assertNothingSaid(self.follow_up())
        self.assertReason(invoice, "no_policy")

    def test_an_archived_policy_is_none(self):
        policy = self.create_policy([1])
        policy.active = False
        self.assertNotEqual(self.choose(), policy)


class TestLadderCheck(CollectionsCase):
    """L5: a ladder that could not be climbed is refused."""

    def test_no_levels(self):
        with self.assertRaisesRegex(ValidationError, "has no levels"):
            self.create_policy([])

    def test_a_policy_that_is_off_may_be_empty(self):
        policy = self.create_policy([], is_on=False)
        with self.assertRaisesRegex(ValidationError, "has no levels"):
            policy.is_on = True

    def test_equal_days(self):
        with self.assertRaisesRegex(ValidationError, "day 8"):
            self.create_policy([1, 8, 8])
        policy = self.create_policy([1, 8])
        with self.assertRaisesRegex(ValidationError, "day 8"):
            policy.level_ids.filtered(lambda level: level.days == 1).days = 8

    def test_an_archived_level_leaves_its_day_free(self):
        policy = self.create_policy([1, 8])
        policy.level_ids.filtered(lambda level: level.days == 8).active = False
        policy.level_ids = [Command.create(self.level(8))]
        self.assertEqual(policy.level_ids.mapped("days"), [1, 8])

    def test_a_formal_level_after_too_few_reminders(self):
        formal = self.level(28, is_formal=True)
        with self.assertRaisesRegex(ValidationError, "2 reminders come before"):
            self.create_policy([-3, 1, 8, formal], min_reminders=3)
        self.create_policy([-3, 1, 8, 15, formal], min_reminders=3)

    def test_repeats_count_as_reminders(self):
        repeated = self.level(1, repeat_days=7, repeat_max=2)
        formal = self.level(28, is_formal=True)
        policy = self.create_policy([repeated, formal], min_reminders=3)
        with self.assertRaisesRegex(ValidationError, "2 reminders come before"):
            policy.level_ids[0].repeat_max = 1

    def test_a_formal_level_does_not_count_for_the_next(self):
        levels = [1, self.level(8, is_formal=True), self.level(20, is_formal=True)]
        self.create_policy(levels, min_reminders=1)
        with self.assertRaisesRegex(ValidationError, "1 reminders come before"):
            self.create_policy(levels, min_reminders=2)

    def test_a_formal_level_that_some_kind_of_customer_reaches(self):
        levels = [
            1,
            self.level(8, for_kind="business"),
            self.level(20, is_formal=True),
        ]
        self.create_policy(levels, min_reminders=2)
        levels[-1] = self.level(20, is_formal=True, for_kind="consumer")
        with self.assertRaisesRegex(ValidationError, "1 reminders come before"):
            self.create_policy(levels, min_reminders=2)

    def test_more_reminders_asked_for_later(self):
        policy = self.create_policy([1, self.level(8, is_formal=True)], min_reminders=1)
        with self.assertRaisesRegex(ValidationError, "1 reminders come before"):
            policy.min_reminders = 2

    def test_a_reminder_taken_away_later(self):
        formal = self.level(20, is_formal=True)
        policy = self.create_policy([1, 8, formal], min_reminders=2)
        first, other = policy.level_ids[0], self.create_policy([2])
        for take_away in (
            lambda: first.write({"active": False}),
            lambda: first.write({"policy_id": other.id}),
            first.unlink,
        ):
            with (
                self.assertRaisesRegex(ValidationError, "1 reminders come before"),
                self.cr.savepoint(),
            ):
                take_away()

    def test_the_last_level_cannot_be_taken_away_from_a_policy_in_use(self):
        policy = self.create_policy([1])
        with self.assertRaisesRegex(ValidationError, "has no levels"):
            policy.level_ids.unlink()

    def test_a_formal_level_before_the_due_date(self):
        with self.assertRaisesRegex(ValidationError, "after the due date"):
            self.create_policy([self.level(-3, is_formal=True)])

    def test_negative_figures(self):
        for values in ({"deadline_days": -1}, {"repeat_days": -1}, {"amount_from": -1}):
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.create_policy([self.level(1, **values)])

    def test_the_smallest_debt_of_a_formal_notice_is_a_proposal(self):
        policy = self.create_policy(
            [self.level(1, is_formal=True), self.level(2, is_formal=True, amount_from=0)]
        )
        self.assertEqual(policy.level_ids.mapped("amount_from"), [50.0, 0.0])
        policy.level_ids[0].amount_from = 20.0
        self.assertEqual(policy.level_ids[0].amount_from, 20.0)


class TestChange(CollectionsCase):
    """L10: ladder and policy change midway."""

    def days(self, policy, *days):
        """Give a ladder other days, level by level."""
        for level, number in zip(policy.level_ids.sorted("days"), days, strict=True):
            level.days = number

    def test_a_debt_goes_on_with_the_first_level_with_more_days(self):
        policy = self.create_policy([1, 8, 15])
        invoice = self.create_invoice(due_in=-20)
        self.climb(0, 1)
        former = policy.level_ids
        policy.level_ids = [Command.create(self.level(days)) for days in (5, 10, 20)]
        former.active = False
        self.assertSaid(self.follow_up(2), {invoice: 10})

    def test_a_level_that_was_said_is_not_said_again_when_its_days_change(self):
        policy = self.create_policy([-3, 1, 8, 15])
        invoice = self.create_invoice(due_in=-20)
        self.climb(0, 1)
        self.days(policy, -2, 5, 10, 18)
        self.assertSaid(self.follow_up(2), {invoice: 18})

    def test_a_courtesy_that_was_said_is_not_said_again_when_its_days_change(self):
        policy = self.create_policy([-5, 1])
        invoice = self.create_invoice(due_in=4)
        self.climb(0)
        self.days(policy, -3, 1)
        self.assertNothingSaid(self.follow_up(1))
        self.assertReason(invoice, "not_due", 1, 5)

    def test_a_level_put_in_below_is_not_said_any_more(self):
        policy = self.create_policy([1, 15])
        invoice = self.create_invoice(due_in=-15)
        self.climb(0, 1)
        self.assertEqual(self.item(invoice).rung_days, 15)
        policy.level_ids = [Command.create(self.level(8)), Command.create(self.level(22))]
        self.assertNothingSaid(self.follow_up(2))
        self.assertSaid(self.follow_up(7), {invoice: 22})

    def test_an_archived_level_is_not_said(self):
        policy = self.create_policy([1, 8, 15])
        invoice = self.create_invoice(due_in=-15)
        self.climb(0)
        policy.level_ids.filtered(lambda level: level.days == 8).active = False
        self.assertSaid(self.follow_up(1), {invoice: 15})

    def test_a_shorter_ladder_ends_where_the_debt_is(self):
        policy = self.create_policy([1, 8, 15])
        invoice = self.create_invoice(due_in=-15)
        self.climb(0, 1)
        policy.level_ids.filtered(lambda level: level.days == 15).active = False
        self.assertNothingSaid(self.follow_up(2))
        self.assertReason(invoice, "ladder_end")

    def test_another_policy_goes_on_above_the_same_days(self):
        self.create_policy([1, 8, 15])
        other = self.create_policy([5, 9, 30], sequence=1000, for_business=False)
        invoice = self.create_invoice(due_in=-20)
        self.climb(0, 1)
        self.item(invoice).case_id.policy_id = other
        self.assertSaid(self.follow_up(2), {invoice: 9})

    def test_a_planned_notice_whose_level_is_gone_is_not_sent(self):
        policy = self.create_policy([1, 8, 15])
        invoice = self.create_invoice(due_in=-15)
        run = self.follow_up(execute=False)
        policy.level_ids.filtered(lambda level: level.days == 1).active = False
        run.action_execute()
        self.assertRecordValues(
            run.notice_ids, [{"state": "cancelled", "cancel_reason": "changed"}]
        )
        self.assertSaid(self.follow_up(), {invoice: 8})

    def test_a_used_level_is_archived_not_deleted(self):
        policy = self.create_policy([1, 8])
        self.create_invoice(due_in=-1)
        self.climb(0)
        policy.level_ids = [Command.create(self.level(20))]
        used, unused, _other = policy.level_ids
        with self.assertRaisesRegex(UserError, "“Level 1” was used in notices: archive"):
            used.unlink()
        unused.unlink()
        used.active = False

    def test_a_used_policy_is_archived_not_deleted(self):
        policy = self.create_policy([1])
        self.create_invoice(due_in=-1)
        run = self.follow_up()
        policy.is_on = False
        policy.level_ids.active = False
        with self.assertRaisesRegex(UserError, "was used in notices: archive"):
            policy.unlink()
        self.assertEqual(run.notice_ids.level_days, 1)

    def test_an_unused_policy_can_be_deleted(self):
        policy = self.create_policy([1])
        level = policy.level_ids
        policy.unlink()
        self.assertFalse(level.exists())

    def test_a_policy_switched_off_says_nothing(self):
        policy = self.create_policy([1], for_consumer=False)
        self.env["ar.followup.policy"].search([]).filtered(
            lambda other: other != policy
        ).is_on = False
        invoice = self.create_invoice(due_in=-1)
        run = self.follow_up(execute=False)
        policy.is_on = False
        run.action_execute()
        self.assertEqual(run.notice_ids.cancel_reason, "no_policy")
        self.assertNothingSaid(self.follow_up(1))
        self.assertReason(invoice, "no_policy")

    def test_a_lost_message_of_a_policy_switched_off_is_not_sent_again(self):
        policy = self.create_policy([1])
        self.env["ar.followup.policy"].search([]).filtered(
            lambda other: other != policy
        ).is_on = False
        self.create_invoice(due_in=-1)
        notice = self.follow_up().notice_ids
        policy.is_on = False
        executor = self.env["ar.followup.executor"].sudo()
        self.assertFalse(executor._recheck_said(notice.sudo(), day_in(1)))
        self.assertRecordValues(
            notice, [{"state": "cancelled", "cancel_reason": "no_policy"}]
        )

    def test_other_clocks_hold_from_the_next_run_on(self):
        policy = self.create_policy([1, 2], min_interval_days=1)
        invoice = self.create_invoice(due_in=-9)
        self.climb(0)
        policy.min_interval_days = 9
        self.assertNothingSaid(self.follow_up(8))
        self.assertReason(invoice, "too_soon_item", 2, day_in(9))
        self.assertSaid(self.follow_up(9), {invoice: 2})
