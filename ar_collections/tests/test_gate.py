"""What was planned leaves only while everything still lets it: the last gate."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.base.tests.test_ir_cron import CronMixinCase
from odoo.exceptions import UserError

from .common import NOON, day_in
from .common_channels import ChannelCase


class GateCase(ChannelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.create_policy([cls.level(1, fallback_channel="letter"), 8])
        cls.company = cls.env.company.sudo()

    def start_test(self):
        self.company.write({"ar_is_test_mode": True, "ar_test_email": "me@example.com"})


class TestTestMode(GateCase):
    """Test mode stops what was planned before it, and keeps it."""

    def assertKept(self, run, state="planned"):
        self.assertEqual(run.notice_ids.state, state)
        self.assertFalse(run.notice_ids.delivery_ids)

    def test_what_was_planned_waits_for_the_end_of_test_mode(self):
        invoice = self.create_invoice()
        run = self.follow_up(execute=False)
        self.start_test()
        run.action_execute()
        self.assertKept(run)
        run._follow_up(self.env.company)
        self.assertKept(run)
        self.company.ar_is_test_mode = False
        run.action_execute()
        self.assertEqual(self.item(invoice).rung_days, 1)
        mail = run.notice_ids.delivery_ids.mail_mail_id
        self.assertEqual(mail.recipient_ids, self.customer)

    def test_an_approval_in_test_mode_sends_nothing_to_the_customer(self):
        self.policy.is_approval_needed = True
        self.create_invoice()
        run = self.follow_up()
        self.start_test()
        run.notice_ids.action_approve_and_send()
        self.assertKept(run)

    def test_a_failed_notice_is_not_tried_again_in_test_mode(self):
        self.create_invoice()
        run = self.follow_up(execute=False)
        run.notice_ids._update_state("failed")
        self.start_test()
        with self.assertRaisesRegex(UserError, "test mode"):
            run.notice_ids.action_retry()
        self.assertKept(run, "failed")

    def test_neither_retry_nor_fallback_reaches_the_customer_in_test_mode(self):
        self.create_invoice()
        self.create_invoice(partner=self.create_customer("Birch Ltd"))
        retried, lost = self.follow_up().notice_ids.delivery_ids
        retried.sudo().next_try = fields.Datetime.now() - timedelta(hours=1)
        lost._fail("gone", is_bounce=True)
        self.start_test()
        self.look_after()
        self.assertEqual((retried.attempts, len(retried.notice_id.delivery_ids)), (1, 1))
        self.assertEqual(lost.notice_id.delivery_ids, lost)
        self.company.ar_is_test_mode = False
        self.look_after()
        self.assertEqual(retried.attempts, 2)
        self.assertEqual((lost.notice_id.delivery_ids - lost).channel, "letter")

    def test_the_channels_themselves_refuse(self):
        self.create_invoice()
        run = self.follow_up(execute=False)
        self.start_test()
        deliveries = self.env["ar.followup.delivery"]
        with self.assertRaisesRegex(UserError, "Test mode"):
            deliveries._hand_over(run.notice_ids, day_in(0))

    def test_test_notices_leave_for_the_test_address(self):
        self.start_test()
        self.create_invoice()
        run = self.follow_up()
        self.assertEqual(run.notice_ids.state, "done")
        self.assertEqual(run.notice_ids.delivery_ids.mail_mail_id.email_to, "me@example.com")


class TestPutOff(GateCase):
    """A pause or a test that begins also stops what waits in Odoo's queues."""

    def assertPutOff(self, delivery, message, state):
        self.assertEqual((message.state, delivery.state), (state, "queued"))
        self.look_after()
        self.assertEqual(delivery.state, "queued")
        self.assertFalse(self.find_mails())

    def find_mails(self):
        return self.env["mail.mail"].sudo().search(
            [("model", "=", "ar.followup.notice"), ("state", "=", "outgoing")]
        )

    def test_a_queued_email_waits_for_the_end_of_the_pause(self):
        self.create_invoice()
        delivery = self.follow_up().notice_ids.delivery_ids
        mail = delivery.mail_mail_id
        self.company.ar_is_paused = True
        self.assertPutOff(delivery, mail, "cancel")
        self.company.ar_is_paused = False
        self.look_after()
        self.assertEqual(delivery.mail_mail_id, self.find_mails())
        self.assertNotEqual(delivery.mail_mail_id, mail)
        self.assertEqual((delivery.state, delivery.attempts), ("queued", 1))

    def test_a_queued_email_waits_for_the_end_of_test_mode(self):
        self.create_invoice()
        delivery = self.follow_up().notice_ids.delivery_ids
        mail = delivery.mail_mail_id
        self.start_test()
        self.assertPutOff(delivery, mail, "cancel")

    def test_what_was_paid_meanwhile_is_not_said_any_more(self):
        invoice = self.create_invoice()
        delivery = self.follow_up().notice_ids.delivery_ids
        self.company.ar_is_paused = True
        self.pay(invoice)
        self.company.ar_is_paused = False
        self.look_after()
        self.assertEqual(delivery.notice_id.state, "cancelled")
        self.assertFalse(self.find_mails())

    def test_a_queued_sms_waits_for_the_end_of_the_pause(self):
        self.policy.level_ids[0].write(
            {"channel": "sms", "sms_template_id": self.sms_template.id}
        )
        self.create_invoice()
        delivery = self.follow_up().notice_ids.delivery_ids
        sms = delivery.sms_id
        self.assertEqual(sms.state, "outgoing")
        self.company.ar_is_paused = True
        self.assertPutOff(delivery, sms, "canceled")
        self.company.ar_is_paused = False
        self.look_after()
        self.assertEqual(delivery.sms_id.state, "outgoing")
        self.assertNotEqual(delivery.sms_id, sms)

    def test_another_company_goes_on(self):
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        self.create_invoice()
        delivery = self.follow_up().notice_ids.delivery_ids
        other.ar_is_paused = True
        self.assertEqual(delivery.mail_mail_id.state, "outgoing")


class TestSwitchedOff(GateCase):
    """Nothing is sent while the start date is empty."""

    def test_nothing_leaves_after_follow_up_was_switched_off(self):
        self.policy.is_approval_needed = True
        self.create_invoice()
        notice = self.follow_up().notice_ids
        self.company.ar_start_date = False
        notice.action_approve_and_send()
        self.assertEqual(notice.state, "planned")
        with self.assertRaisesRegex(UserError, "not switched on"):
            notice.run_id.action_execute()

    def test_neither_retry_nor_fallback_leaves(self):
        self.create_invoice()
        delivery = self.follow_up().notice_ids.delivery_ids
        delivery._fail("gone", is_bounce=True)
        self.company.ar_start_date = False
        self.look_after()
        self.assertEqual(delivery.notice_id.delivery_ids, delivery)


class TestPause(GateCase):
    """A chosen pause keeps what was approved."""

    def test_what_was_approved_leaves_after_the_pause(self):
        self.policy.is_approval_needed = True
        invoice = self.create_invoice()
        run = self.follow_up()
        self.env["ar.followup.pause"].create(
            {
                "name": "Fair",
                "date_from": day_in(0),
                "date_until": day_in(2),
                "policy_ids": self.policy.ids,
            }
        )
        run.notice_ids.action_approve()
        for day in (0, 2):
            with self.on_day(day):
                run.action_execute()
            self.assertEqual(run.notice_ids.state, "planned")
        with self.on_day(3):
            run.action_execute()
        self.assertEqual(run.notice_ids.state, "done")
        self.assertEqual(self.item(invoice).last_notice_date, day_in(3))

    def test_a_pause_of_one_policy_does_not_keep_the_others(self):
        other = self.create_policy([1])
        birch = self.create_customer("Birch Ltd")
        birch._ar_ensure_case(self.env.company).policy_id = self.policy
        self.create_invoice(partner=birch)
        self.create_invoice()
        run = self.follow_up(execute=False)
        self.env["ar.followup.pause"].create(
            {
                "name": "Fair",
                "date_from": day_in(0),
                "date_until": day_in(2),
                "policy_ids": self.policy.ids,
            }
        )
        run.action_execute()
        states = {notice.policy_id: notice.state for notice in run.notice_ids}
        self.assertEqual(states, {other: "done", self.policy: "planned"})


class TestLocks(GateCase, CronMixinCase):
    """Whoever sends holds the debts still until the messages are queued."""

    def watch_locks(self):
        """Give a list that grows by the locks that are taken, and by what is sent."""
        seen = []
        cursor, execute = type(self.env.cr), type(self.env.cr).execute
        deliveries = type(self.env["ar.followup.delivery"])
        queue = deliveries._queue

        def spy(cr, query, *args, **kwargs):
            text = " ".join(str(getattr(query, "code", query)).split())
            locks = ("FOR UPDATE", "FOR SHARE OF debt")
            seen.extend(lock for lock in locks if f"{lock} SKIP LOCKED" in text)
            return execute(cr, query, *args, **kwargs)

        def note(records):
            seen.append("queue")
            return queue(records)

        self.startPatcher(patch.object(cursor, "execute", spy))
        self.startPatcher(patch.object(deliveries, "_queue", note))
        return seen

    def test_approve_and_send_claims_and_locks_first(self):
        self.policy.is_approval_needed = True
        self.create_invoice()
        notice = self.follow_up().notice_ids
        seen = self.watch_locks()
        notice.action_approve_and_send()
        self.assertEqual(seen[:3], ["FOR UPDATE", "FOR SHARE OF debt", "queue"])
        self.assertEqual(notice.state, "done")

    def test_what_takes_too_long_is_left_to_the_scheduled_action(self):
        self.policy.is_approval_needed = True
        self.create_invoice()
        notice = self.follow_up().notice_ids
        with (
            patch(
                "odoo.addons.ar_collections.models.ar_followup_notice.PATIENCE_SECONDS", -1
            ),
            self.capture_triggers("ar_collections.ir_cron_followup") as triggers,
        ):
            told = notice.action_approve_and_send()
        self.assertIn("1 notices", told["params"]["message"])
        self.assertEqual((notice.state, len(triggers.records)), ("planned", 1))
        notice.run_id._follow_up(self.env.company)
        self.assertEqual(notice.state, "done")

    def test_try_again_locks_what_was_said(self):
        self.create_invoice()
        notice = self.follow_up().notice_ids
        notice._update_state("failed")
        seen = self.watch_locks()
        notice.action_retry()
        self.assertLess(seen.index("FOR SHARE OF debt"), seen.index("queue"))

    def test_a_reminder_by_hand_locks_first(self):
        self.create_invoice()
        case = self.customer._ar_ensure_case(self.env.company)
        self.env["ar.followup.planner"].sudo()._ensure_items(self.env.company, self.customer.ids)
        seen = self.watch_locks()
        level = self.policy.level_ids[0]
        self.env["ar.followup.reminder"]._send(case, level, case.item_ids)
        self.assertLess(seen.index("FOR SHARE OF debt"), seen.index("queue"))

    def test_retries_and_fallbacks_lock_first(self):
        self.create_invoice()
        delivery = self.follow_up().notice_ids.delivery_ids
        delivery._fail("gone", is_bounce=True)
        seen = self.watch_locks()
        self.look_after()
        self.assertLess(seen.index("FOR SHARE OF debt"), seen.index("queue"))

    def test_debts_that_are_being_booked_hold_their_messages_back(self):
        self.create_invoice()
        self.create_invoice(partner=self.create_customer("Birch Ltd"))
        deliveries = self.follow_up().notice_ids.delivery_ids
        deliveries._fail("gone", is_bounce=True)
        busy = deliveries[0].notice_id
        executor = type(self.env["ar.followup.executor"])
        with patch.object(
            executor, "_lock_debts", lambda _self, ids: set(ids) & set(busy.ids)
        ):
            self.look_after()
            with self.assertRaisesRegex(UserError, "booking on debts of"):
                executor._check_not_busy(self.env["ar.followup.executor"], busy)
        self.assertEqual(len(busy.delivery_ids), 1)
        self.assertEqual(len(deliveries[1].notice_id.delivery_ids), 2)
        self.look_after()
        self.assertEqual(len(busy.delivery_ids), 2)


class TestBatches(GateCase):
    """Retries and fallbacks are worked off in batches, all of them in one pass."""

    def test_all_fallbacks_leave_in_small_batches(self):
        for number in range(5):
            self.create_invoice(partner=self.create_customer(f"Customer {number}"))
        deliveries = self.follow_up().notice_ids.delivery_ids
        deliveries._fail("gone", is_bounce=True)
        sizes = []
        records = type(deliveries)
        act = records._one_by_one_if_needed

        def note(group, act_on):
            if group <= deliveries:
                sizes.append(len(group))
            return act(group, act_on)

        retry = "odoo.addons.ar_collections.models.ar_followup_delivery_retry.BATCH"
        with patch(retry, 2), patch.object(records, "_one_by_one_if_needed", note):
            self.look_after()
        self.assertEqual(sum(sizes), 5)
        self.assertLessEqual(max(sizes), 2)
        letters = deliveries.notice_id.delivery_ids - deliveries
        self.assertEqual(letters.mapped("channel"), ["letter"] * 5)

    def test_what_may_not_leave_now_does_not_stop_the_search(self):
        self.create_invoice()
        delivery = self.follow_up().notice_ids.delivery_ids
        delivery._fail("gone", is_bounce=True)
        self.look_after(hour=3)
        self.assertEqual(delivery.notice_id.delivery_ids, delivery)
        self.look_after(hour=NOON.hour)
        self.assertEqual(len(delivery.notice_id.delivery_ids), 2)
