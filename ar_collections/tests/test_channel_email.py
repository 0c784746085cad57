from smtplib import SMTPServerDisconnected
from unittest.mock import patch

from odoo.addons.base.models.ir_mail_server import IrMail_Server
from odoo.addons.base.tests.test_ir_cron import CronMixinCase
from odoo.tools import mute_logger

from .common import TODAY, day_in
from .common_channels import ChannelCase

QUEUE = "odoo.addons.mail.models.mail_mail"
DELIVERY = "odoo.addons.ar_collections.models.ar_followup_delivery"
EXECUTOR = "odoo.addons.ar_collections.models.ar_followup_executor"


class TestChannelEmail(ChannelCase, CronMixinCase):
    # === QUEUE === #

    def test_each_notice_queues_one_mail_and_nothing_is_sent_yet(self):
        notice = self.remind()
        delivery = notice.delivery_ids
        mail = delivery.mail_mail_id
        self.assertDelivery(delivery, "email", "queued", address="acorn.ltd@example.com")
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertIn("$ 100.00".replace(" ", ""), mail.body_html.replace("\N{NO-BREAK SPACE}", ""))
        self.assertFalse(notice.is_delivered, "Queued is not delivered")

    def test_the_mail_queue_is_woken(self):
        with self.capture_triggers("mail.ir_cron_mail_scheduler_action") as capture:
            self.remind()
        self.assertTrue(capture.records)

    def test_mail_is_in_the_language_of_the_recipient(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.template.with_context(lang="fr_FR").write(
            {
                "subject": "Factures ouvertes",
                "body_html": "<p>À payer : <t t-out='object._format_total()'/>.</p>",
            }
        )
        self.customer.lang = "fr_FR"
        other = self.create_customer("Oak Ltd", lang="en_US")
        self.create_invoice(due_in=-5, partner=other)
        self.remind()
        mails = self.env["ar.followup.delivery"].search([]).mail_mail_id
        self.assertEqual(
            {mail.recipient_ids.name: mail.subject for mail in mails},
            {"Acorn Ltd": "Factures ouvertes", "Oak Ltd": "Open invoices"},
        )

    def test_customers_who_share_address_and_sum_are_both_told(self):
        twin = self.create_customer("Beech Ltd", email=self.customer.email)
        self.create_invoice(due_in=-5, partner=twin)
        self.remind()
        mails = self.env["ar.followup.delivery"].search([]).mail_mail_id
        self.assertEqual(mails.mapped("state"), ["outgoing", "outgoing"])
        self.assertEqual(len(set(mails.mapped("body_html"))), 1)

    def test_blacklist_of_mass_mailing_does_not_stop_a_reminder(self):
        self.env["mail.blacklist"].sudo().create({"email": self.customer.email})
        self.assertEqual(self.remind().delivery_ids.mail_mail_id.state, "outgoing")

    def test_all_addresses_of_the_recipient_are_kept(self):
        self.customer.email = "ann@example.com, bob@example.com"
        delivery = self.remind().delivery_ids
        self.send_mails(delivery.mail_mail_id)
        told = [address for mail in self._mails for address in mail["email_to"]]
        self.assertEqual(len(told), 2)
        self.assertDelivery(
            delivery, "email", "sent", address="ann@example.com, bob@example.com"
        )

    def test_fingerprint_is_that_of_address_and_words(self):
        delivery = self.remind().delivery_ids
        mail = delivery.mail_mail_id
        again = delivery._get_fingerprint("acorn.ltd@example.com", mail.subject, mail.body_html)
        self.assertEqual(delivery.evidence_sha256, again)
        other = delivery._get_fingerprint("oak@example.com", mail.subject, mail.body_html)
        self.assertNotEqual(delivery.evidence_sha256, other)

    def test_level_without_text_fails_with_what_to_do(self):
        with mute_logger(EXECUTOR):
            notice = self.remind(mail_template_id=False)
        self.assertEqual(notice.state, "failed")
        self.assertIn("choose one in its policy", notice.failure)
        self.assertFalse(notice.delivery_ids)

    # === EXACTLY ONCE === #

    def test_error_after_the_hand_over_leaves_nothing(self):
        executor = type(self.env["ar.followup.executor"])
        with (
            patch.object(executor, "_conclude", side_effect=ValueError("in the middle")),
            mute_logger(EXECUTOR),
        ):
            notice = self.remind()
        mails = self.env["mail.mail"].sudo()
        self.assertEqual(notice.state, "failed")
        self.assertFalse(notice.delivery_ids)
        self.assertFalse(mails.search([("model", "=", notice._name)]))
        self.assertFalse(self.item(self.invoice).last_notice_date)

    def test_one_customer_who_fails_does_not_hold_up_the_others(self):
        other = self.create_customer("Oak Ltd")
        self.create_invoice(due_in=-5, partner=other)
        deliveries = type(self.env["ar.followup.delivery"])
        compose = deliveries._compose

        def fail_for_oak(self, notices, *args):
            if other in notices.recipient_id:
                raise ValueError("no text for oak")
            return compose(self, notices, *args)

        with patch.object(deliveries, "_compose", fail_for_oak), mute_logger(EXECUTOR):
            notices = self.remind()
        states = {notice.partner_id.name: notice.state for notice in notices}
        self.assertEqual(states, {"Acorn Ltd": "done", "Oak Ltd": "failed"})

    def test_logs_name_nobody(self):
        executor = type(self.env["ar.followup.executor"])
        error = ValueError("Acorn Ltd <acorn.ltd@example.com>")
        with (
            patch.object(executor, "_conclude", side_effect=error),
            self.assertLogs(EXECUTOR, "INFO") as logs,
        ):
            notice = self.remind()
        self.assertNotIn("corn", "\n".join(logs.output))
        self.assertIn("Acorn", notice.failure, "People read the reason in the database")

    # === SENT === #

    def test_sent_mail_is_delivered(self):
        notice = self.remind()
        self.send_mails(notice.delivery_ids.mail_mail_id)
        self.assertDelivery(notice.delivery_ids, "email", "sent", done_date=TODAY)
        self.assertTrue(notice.is_delivered)
        self.assertEqual(self._mails[0]["email_to"], ['"Acorn Ltd" <acorn.ltd@example.com>'])

    def test_queue_does_not_fail_with_us(self):
        delivery = self.remind().delivery_ids
        mail = delivery.mail_mail_id
        with (
            patch.object(type(delivery), "_on_mail_sent", side_effect=ValueError("ours")),
            mute_logger(DELIVERY),
        ):
            self.send_mails(mail)
        self.assertEqual(mail.state, "sent")
        self.assertEqual(delivery.state, "queued")
        self.look_after()
        self.assertEqual(delivery.state, "sent", "The report is asked again")

    # === THE MAIL SERVER FAILS === #

    def test_failed_mail_is_tried_again_after_an_hour(self):
        delivery = self.remind().delivery_ids
        first = delivery.mail_mail_id
        self.send_mails(first, OSError("Connection refused"))
        self.assertDelivery(delivery, "email", "queued", error="Connection refused", attempts=1)
        self.look_after(hour=12)
        self.assertEqual(delivery.mail_mail_id, first, "Not within the hour")
        self.look_after(hour=13)
        self.assertDelivery(delivery, "email", "queued", error=False, attempts=2)
        self.assertEqual((first.state, delivery.mail_mail_id.state), ("cancel", "outgoing"))
        self.send_at(13, delivery.mail_mail_id)
        self.assertEqual(delivery.state, "sent")

    def test_server_that_cannot_be_reached_fails_the_batch_for_now(self):
        other = self.create_customer("Oak Ltd")
        self.create_invoice(due_in=-5, partner=other)
        deliveries = self.remind().delivery_ids
        with (
            self.mock_mail_gateway(),
            patch.object(
                type(self.env["ir.mail_server"]), "_connect__", side_effect=OSError("No route")
            ),
        ):
            deliveries.mail_mail_id.send()
        self.assertEqual(deliveries.mapped("state"), ["queued", "queued"])
        self.assertTrue(all(deliveries.mapped("next_try")))
        self.assertEqual(set(deliveries.mapped("error")), {"No route"})

    def test_third_failure_is_the_last_and_brings_the_fallback(self):
        notice = self.remind(fallback="letter")
        delivery = notice.delivery_ids
        for hour in (12, 13, 17):
            self.look_after(hour=hour)
            self.send_at(hour, delivery.mail_mail_id, OSError("Connection refused"))
        self.assertDelivery(delivery, "email", "failed", attempts=3)
        self.look_after(hour=17)
        letter = notice.delivery_ids - delivery
        self.assertDelivery(letter, "letter", "queued", is_fallback=True)
        self.assertEqual(delivery.mail_mail_id.state, "cancel", "Nobody sends it as well")

    def test_retry_says_what_is_true_then(self):
        delivery = self.remind().delivery_ids
        self.send_mails(delivery.mail_mail_id, OSError("Connection refused"))
        self.pay(self.invoice, 40)
        self.look_after(hour=13)
        body = delivery.mail_mail_id.body_html.replace("\N{NO-BREAK SPACE}", "")
        self.assertIn("$60.00", body)
        self.assertEqual(delivery.notice_id.line_ids.claim_amount, 60)

    def test_retry_is_dropped_once_the_debt_is_settled(self):
        notice = self.remind()
        self.send_mails(notice.delivery_ids.mail_mail_id, OSError("Connection refused"))
        self.pay(self.invoice)
        self.look_after(hour=13)
        self.assertEqual(notice.delivery_ids.state, "cancelled")
        self.assertEqual(notice.delivery_ids.mail_mail_id.state, "cancel")
        self.assertEqual((notice.state, notice.cancel_reason), ("cancelled", "settled"))

    def test_retry_is_dropped_while_the_customer_disputes(self):
        notice = self.remind()
        self.send_mails(notice.delivery_ids.mail_mail_id, OSError("Connection refused"))
        self.hold(self.customer, "dispute")
        self.look_after(hour=13)
        self.assertEqual((notice.state, notice.cancel_reason), ("cancelled", "dispute"))

    def test_retry_waits_for_the_window(self):
        delivery = self.remind().delivery_ids
        self.send_at(17, delivery.mail_mail_id, OSError("Connection refused"))
        self.look_after(hour=19)
        self.assertEqual(delivery.attempts, 1, "The window closes at 18:00")
        self.look_after(day=1, hour=9)
        self.assertEqual((delivery.attempts, delivery.date), (2, day_in(1)))

    def test_clocks_count_from_the_message_that_left(self):
        notice = self.remind()
        self.assertEqual(notice.deadline, day_in(7))
        self.send_at(17, notice.delivery_ids.mail_mail_id, OSError("Connection refused"))
        self.look_after(day=1)
        self.assertEqual((notice.handed_over_on, notice.deadline), (day_in(1), day_in(8)))
        item = self.item(self.invoice)
        self.assertEqual((item.last_notice_date, item.deadline), (day_in(1), day_in(8)))
        self.assertEqual(notice.case_id.last_notice_date, day_in(1))

    def test_retry_that_cannot_be_made_takes_the_fallback(self):
        notice = self.remind(fallback="letter")
        delivery = notice.delivery_ids
        self.send_mails(delivery.mail_mail_id, OSError("Connection refused"))
        with (
            patch.object(type(delivery), "_compose", side_effect=ValueError("Text is broken")),
            mute_logger("odoo.addons.ar_collections.models.ar_followup_delivery_retry"),
        ):
            self.look_after(hour=13)
        self.assertDelivery(delivery, "email", "failed", error="Text is broken")
        self.assertDelivery(notice.delivery_ids - delivery, "letter", "queued")

    def test_lost_connection_keeps_the_queue_and_the_delivery(self):
        delivery = self.remind().delivery_ids
        mail = delivery.mail_mail_id
        with self.assertRaises(SMTPServerDisconnected), self.cr.savepoint():
            self.send_mails(mail, SMTPServerDisconnected("Gone"))
        self.assertEqual((mail.state, delivery.state), ("outgoing", "queued"))

    # === THE ADDRESS FAILS === #

    def test_refused_address_is_not_tried_again(self):
        notice = self.remind(fallback="letter")
        delivery = notice.delivery_ids
        with mute_logger(QUEUE):
            self.send_mails(
                delivery.mail_mail_id, AssertionError(IrMail_Server.NO_VALID_RECIPIENT)
            )
        self.assertEqual(delivery.state, "failed")
        self.look_after()
        self.assertDelivery(notice.delivery_ids - delivery, "letter", "queued")

    def test_nothing_left_to_try_fails_the_notice_and_makes_a_task(self):
        notice = self.remind()
        with mute_logger(QUEUE):
            self.send_mails(
                notice.delivery_ids.mail_mail_id,
                AssertionError(IrMail_Server.NO_VALID_RECIPIENT),
            )
        self.look_after()
        self.assertEqual((notice.state, notice.is_delivered), ("failed", False))
        self.assertTrue(notice.failure)
        task = self.assertTask(notice.case_id, "did not arrive")
        self.assertEqual(task.user_id, self.responsible)
        self.assertEqual(self.item(self.invoice).rung_days, 1, "Failing keeps the rung")

    def test_fallback_without_an_address_fails_the_notice(self):
        self.customer.phone = False
        notice = self.remind(fallback="sms")
        notice.delivery_ids._fail("Refused")
        self.look_after()
        self.assertEqual(notice.state, "failed")

    def test_failed_notice_is_sent_again_once_the_address_is_mended(self):
        notice = self.remind()
        notice.delivery_ids._fail("Refused")
        self.look_after()
        self.customer.email = "new@example.com"
        notice.action_retry()
        again = notice.delivery_ids.filtered(lambda delivery: delivery.state == "queued")
        self.assertDelivery(again, "email", "queued", address="new@example.com")
        self.assertEqual((notice.state, notice.failure), ("done", False))

    def test_mail_deleted_by_hand_did_not_arrive(self):
        notice = self.remind()
        notice.delivery_ids.mail_mail_id.unlink()
        self.look_after()
        self.assertEqual(notice.delivery_ids.state, "failed")
        self.assertEqual(notice.state, "failed")

    def test_mail_cancelled_by_hand_did_not_arrive(self):
        notice = self.remind()
        notice.delivery_ids.mail_mail_id.cancel()
        self.look_after()
        self.assertEqual(notice.delivery_ids.state, "failed")

    def test_late_report_is_dropped(self):
        delivery = self.remind().delivery_ids
        delivery._fail("Refused")
        delivery._on_mail_sent()
        self.assertEqual(delivery.state, "failed")

    # === WHEN === #

    def test_fallback_waits_for_the_window_and_then_is_checked_again(self):
        notice = self.remind(fallback="letter")
        notice.delivery_ids._fail("Refused")
        self.look_after(hour=20)
        self.assertEqual(len(notice.delivery_ids), 1)
        self.pay(self.invoice)
        self.look_after(day=1, hour=9)
        self.assertEqual(len(notice.delivery_ids), 1)
        self.assertEqual(notice.cancel_reason, "settled")

    def test_hold_after_a_lost_message_frees_its_rung(self):
        notice = self.remind(fallback="letter")
        notice.delivery_ids._fail("Refused")
        item = self.item(self.invoice)
        self.hold(item, until=day_in(3))
        self.look_after(day=1)
        self.assertEqual((notice.state, notice.cancel_reason), ("cancelled", "hold"))
        self.assertEqual((item.rung_days, item.last_notice_date), (0, False))
        again = self.follow_up(4).notice_ids
        self.assertEqual(again.line_ids.level_days, 1)

    def test_fallback_waits_for_a_business_day(self):
        notice = self.remind(fallback="letter")
        self.policy.calendar_id = self.create_calendar()
        with self.on_day(3) as saturday:
            self.assertEqual(saturday.weekday(), 5)
            notice.delivery_ids._fail("Refused")
        self.look_after(day=3)
        self.assertEqual(len(notice.delivery_ids), 1)
        self.look_after(day=5)
        self.assertEqual(len(notice.delivery_ids), 2)

    def test_fallback_waits_while_follow_up_is_paused(self):
        notice = self.remind(fallback="letter")
        notice.delivery_ids._fail("Refused")
        self.env.company.sudo().ar_is_paused = True
        self.look_after()
        self.assertEqual(len(notice.delivery_ids), 1)
        self.env.company.sudo().ar_is_paused = False
        self.look_after()
        self.assertEqual(len(notice.delivery_ids), 2)

    def test_withdrawn_notice_takes_no_fallback(self):
        notice = self.remind(fallback="letter")
        notice.delivery_ids._fail("Refused")
        notice.action_withdraw("Wrong customer", is_apologising=False)
        self.look_after()
        self.assertEqual(len(notice.delivery_ids), 1)

    # === TEST MODE === #

    def test_test_mode_sends_to_the_test_address_alone_and_moves_nothing(self):
        self.env.company.sudo().write(
            {"ar_is_test_mode": True, "ar_test_email": "tester@example.org"}
        )
        notice = self.remind()
        delivery = notice.delivery_ids
        self.send_mails(delivery.mail_mail_id)
        self.assertEqual([mail["email_to"] for mail in self._mails], [["tester@example.org"]])
        self.assertDelivery(delivery, "email", "sent", is_test=True, address="tester@example.org")
        self.assertTrue(delivery.mail_mail_id.subject.startswith("[Test]"))
        self.assertFalse(delivery.mail_message_id.notification_ids.res_partner_id)
        self.assertFalse(self.item(self.invoice).last_notice_date)
        self.assertFalse(notice.case_id.last_notice_date)

    def test_failed_test_takes_no_fallback(self):
        self.env.company.sudo().write(
            {"ar_is_test_mode": True, "ar_test_email": "tester@example.org"}
        )
        notice = self.remind(fallback="letter")
        notice.delivery_ids._fail("Refused")
        self.look_after()
        self.assertEqual(len(notice.delivery_ids), 1)
        self.assertEqual(notice.state, "done")
