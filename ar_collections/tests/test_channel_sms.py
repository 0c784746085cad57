from unittest.mock import patch

from odoo.addons.base.tests.test_ir_cron import CronMixinCase
from odoo.addons.sms.tests.common import MockSMS
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TODAY
from .common_channels import ChannelCase

NUMBER = "+12025550100"


@tagged("standard", "post_install", "-at_install")
class TestChannelSms(ChannelCase, MockSMS, CronMixinCase):
    def remind_by_sms(self, **level):
        notice = self.remind("sms", **{"fallback": "letter", **level})
        return notice, notice.delivery_ids

    def send_sms(self, deliveries, **gateway):
        with self.mockSMSGateway(**gateway), mute_logger("odoo.addons.sms.models.sms_sms"):
            deliveries.sms_id.send()

    def report(self, delivery, status):
        """Let the gateway report the state of an SMS later, as it does: over HTTP."""
        response = self.url_open(
            "/sms/status",
            json={
                "params": {
                    "message_statuses": [
                        {"uuids": [delivery.sms_id.uuid], "sms_status": status}
                    ]
                }
            },
        )
        self.assertEqual(response.json()["result"], "OK")

    # === QUEUE === #

    def test_each_notice_queues_one_sms(self):
        with self.capture_triggers("sms.ir_cron_sms_scheduler_action") as capture:
            notice, delivery = self.remind_by_sms()
        self.assertTrue(capture.records)
        self.assertDelivery(delivery, "sms", "queued", address=NUMBER)
        sms = delivery.sms_id
        self.assertEqual((sms.number, sms.state), (NUMBER, "outgoing"))
        self.assertIn("100.00", sms.body)
        self.assertEqual(
            delivery.evidence_sha256, delivery._get_fingerprint(sms.number, sms.body)
        )
        self.assertFalse(notice.is_delivered)

    def test_sms_is_in_the_language_of_the_recipient(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.sms_template.with_context(lang="fr_FR").body = "Merci de payer."
        self.customer.lang = "fr_FR"
        _notice, delivery = self.remind_by_sms()
        self.assertEqual(delivery.sms_id.body, "Merci de payer.")

    def test_two_customers_with_one_number_are_both_told(self):
        self.create_invoice(due_in=-5, partner=self.create_customer("Beech Ltd"))
        notices, _deliveries = self.remind_by_sms()
        self.assertEqual(len(notices), 2)
        self.assertEqual(notices.delivery_ids.sms_id.mapped("state"), ["outgoing"] * 2)

    def test_level_without_text_fails_with_what_to_do(self):
        with mute_logger("odoo.addons.ar_collections.models.ar_followup_executor"):
            notice, delivery = self.remind_by_sms(sms_template_id=False)
        self.assertEqual((notice.state, len(delivery)), ("failed", 0))
        self.assertIn("no SMS text", notice.failure)

    # === REPORTS === #

    def test_sms_taken_by_the_network_is_sent(self):
        notice, delivery = self.remind_by_sms()
        self.send_sms(delivery)
        self.assertDelivery(delivery, "sms", "sent", done_date=TODAY)
        self.assertTrue(notice.is_delivered)
        self.assertEqual([sms["number"] for sms in self._sms], [NUMBER])

    def test_report_of_delivery_is_the_end(self):
        _notice, delivery = self.remind_by_sms()
        self.send_sms(delivery)
        self.report(delivery, "delivered")
        self.assertEqual(delivery.state, "done")

    def test_sms_that_waits_for_moderation_is_not_sent_yet(self):
        _notice, delivery = self.remind_by_sms()
        self.send_sms(delivery, moderated=True)
        self.assertEqual(delivery.state, "queued")
        self.report(delivery, "sent")
        self.assertEqual(delivery.state, "sent")

    def test_number_that_does_not_exist_brings_the_fallback(self):
        notice, delivery = self.remind_by_sms()
        self.send_sms(delivery)
        self.report(delivery, "invalid_destination")
        self.assertEqual((delivery.state, notice.is_delivered), ("bounced", False))
        self.look_after()
        self.assertDelivery(notice.delivery_ids - delivery, "letter", "queued")

    def test_sms_that_expires_did_not_arrive(self):
        notice, delivery = self.remind_by_sms()
        self.send_sms(delivery)
        self.report(delivery, "not_delivered")
        self.assertEqual((delivery.state, notice.is_delivered), ("bounced", False))

    def test_number_of_no_country_brings_the_fallback_at_once(self):
        self.customer.phone = "12"
        notice, delivery = self.remind_by_sms()
        self.assertEqual(delivery.state, "failed")
        self.assertFalse(delivery.sms_id)
        self.look_after()
        self.assertDelivery(notice.delivery_ids - delivery, "letter", "queued")

    def test_number_refused_by_the_gateway_brings_the_fallback(self):
        _notice, delivery = self.remind_by_sms()
        self.send_sms(delivery, sim_error="wrong_number_format")
        self.assertDelivery(delivery, "sms", "failed", error="Wrong Number Format")

    def test_gateway_that_fails_is_tried_again_with_fresh_words(self):
        for error in ("server_error", "credit", "unregistered", "jsonrpc_exception"):
            with self.subTest(error=error):
                notice, delivery = self.remind_by_sms()
                first = delivery.sms_id
                self.send_sms(delivery, sim_error=error)
                self.assertEqual((delivery.state, first.state), ("queued", "error"))
                self.pay(self.invoice, 40)
                self.look_after(hour=13)
                self.assertEqual((delivery.attempts, first.state), (2, "canceled"))
                self.assertIn("60.00", delivery.sms_id.body)
                self.send_sms(delivery)
                self.assertTrue(notice.is_delivered)
                self.pay(self.invoice)

    def test_gateway_that_fails_three_times_brings_the_fallback(self):
        notice, delivery = self.remind_by_sms()
        for hour in (12, 13, 17):
            self.look_after(hour=hour)
            with self.on_day(0, at=self.hour(hour)):
                self.send_sms(delivery, sim_error="server_error")
        self.look_after(hour=17)
        self.assertEqual(delivery.state, "failed")
        self.assertDelivery(notice.delivery_ids - delivery, "letter", "queued")
        self.assertEqual(delivery.sms_id.state, "canceled", "Nobody sends it as well")

    def test_sms_cancelled_by_hand_did_not_arrive(self):
        _notice, delivery = self.remind_by_sms()
        delivery.sms_id.action_set_canceled()
        self.assertEqual(delivery.state, "failed")

    def test_queue_does_not_fail_with_us(self):
        _notice, delivery = self.remind_by_sms()
        with (
            patch.object(type(delivery), "_on_sms_state", side_effect=ValueError("ours")),
            mute_logger("odoo.addons.ar_collections.models.ar_followup_delivery"),
        ):
            self.send_sms(delivery)
        self.assertEqual((delivery.sms_id.state, delivery.state), ("pending", "queued"))
        self.look_after()
        self.assertEqual(delivery.state, "sent")

    def test_missed_report_is_read_from_the_notification_once_the_sms_is_gone(self):
        _notice, delivery = self.remind_by_sms()
        with (
            patch.object(type(delivery), "_on_sms_state", side_effect=ValueError("ours")),
            mute_logger("odoo.addons.ar_collections.models.ar_followup_delivery"),
        ):
            self.send_sms(delivery)
        delivery.sms_id.unlink()
        self.look_after()
        self.assertEqual(delivery.state, "sent")

    # === TEST MODE === #

    def test_test_mode_shows_the_sms_to_the_tester_by_mail(self):
        self.env.company.sudo().write(
            {"ar_is_test_mode": True, "ar_test_email": "tester@example.org"}
        )
        _notice, delivery = self.remind_by_sms()
        self.assertFalse(delivery.sms_id)
        self.send_mails(delivery.mail_mail_id)
        [mail] = self._mails
        self.assertEqual(mail["email_to"], ["tester@example.org"])
        self.assertIn("Please pay", mail["body"])
        self.assertDelivery(delivery, "sms", "sent", is_test=True)
        self.assertFalse(self.item(self.invoice).last_notice_date)
