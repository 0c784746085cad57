import hashlib
from base64 import b64decode
from unittest.mock import patch

from odoo.addons.base.tests.test_ir_cron import CronMixinCase
from odoo.exceptions import AccessError
from odoo.tools import mute_logger

from .common import TODAY
from .common_channels import ChannelCase

SERVICE = "odoo.addons.snailmail.models.snailmail_letter.iap_tools.iap_jsonrpc"


class TestChannelPost(ChannelCase, CronMixinCase):
    def remind_by_post(self, **level):
        notice = self.remind("post", **{"fallback": "email", **level})
        return notice, notice.delivery_ids

    def post(self, delivery, error=None):
        """Let the letter service take a letter, or refuse it."""
        self.taken = []

        def answer(_url, params, **_kwargs):
            self.taken = params["documents"]
            document = {"letter_id": params["documents"][0]["letter_id"]}
            outcome = {"error": error} if error else {"sent": True, "send_id": "T-1"}
            return {"request_code": 200, "request": {"documents": [document | outcome]}}

        letter = delivery.snailmail_letter_id
        with patch(SERVICE, answer):
            letter._snailmail_print_valid_address()

    # === QUEUE === #

    def test_service_gets_our_pdf(self):
        with self.capture_triggers("snailmail.snailmail_print") as capture:
            notice, delivery = self.remind_by_post()
        self.assertTrue(capture.records)
        self.assertDelivery(delivery, "post", "queued")
        letter = delivery.snailmail_letter_id
        self.assertEqual((letter.state, letter.partner_id), ("pending", self.customer))
        self.assertEqual(letter.attachment_id, delivery.evidence_id)
        self.assertFalse(letter.cover, "The address shows in the window")
        self.post(delivery)
        [document] = self.taken
        pdf = b64decode(document["pdf_bin"])
        self.assertTrue(pdf.startswith(b"%PDF"))
        self.assertEqual(hashlib.sha256(pdf).hexdigest(), delivery.evidence_sha256)
        self.assertEqual(document["address"]["street"], "1 Main Street")
        self.assertFalse(notice.message_ids.filtered(lambda m: m.message_type == "email"))

    def test_address_in_part_brings_the_fallback_at_once(self):
        self.customer.zip = False
        notice, delivery = self.remind_by_post()
        self.assertEqual(delivery.state, "failed")
        self.assertFalse(delivery.snailmail_letter_id)
        self.assertIn("zip", delivery.error)
        self.look_after()
        self.assertDelivery(notice.delivery_ids - delivery, "email", "queued")

    # === REPORTS === #

    def test_posted_letter_is_sent(self):
        notice, delivery = self.remind_by_post()
        self.post(delivery)
        self.assertDelivery(delivery, "post", "sent", done_date=TODAY)
        self.assertTrue(notice.is_delivered)

    def test_letter_that_cannot_be_posted_brings_the_fallback(self):
        for error in ("NO_PRICE_AVAILABLE", "MISSING_REQUIRED_FIELDS", "FORMAT_ERROR"):
            with self.subTest(error=error):
                notice, delivery = self.remind_by_post()
                self.post(delivery, error)
                self.assertEqual(delivery.state, "failed")
                self.assertTrue(delivery.error)
                self.look_after()
                self.assertDelivery(notice.delivery_ids - delivery, "email", "queued")
                self.pay(self.invoice)

    def test_service_without_credit_is_tried_again(self):
        for error in ("CREDIT_ERROR", "TRIAL_ERROR", "UNKNOWN_ERROR"):
            with self.subTest(error=error):
                notice, delivery = self.remind_by_post()
                first = delivery.snailmail_letter_id
                self.post(delivery, error)
                self.assertEqual((delivery.state, first.state), ("queued", "error"))
                self.look_after(hour=13)
                self.assertEqual((delivery.attempts, first.state), (2, "canceled"))
                self.post(delivery)
                self.assertTrue(notice.is_delivered)
                self.pay(self.invoice)

    def test_third_refusal_brings_the_fallback_and_withdraws_the_letter(self):
        notice, delivery = self.remind_by_post()
        for hour in (12, 13, 17):
            self.look_after(hour=hour)
            letter = delivery.snailmail_letter_id
            with self.on_day(0, at=self.hour(hour)):
                self.post(delivery, "CREDIT_ERROR")
        self.look_after(hour=17)
        self.assertEqual(delivery.state, "failed")
        self.assertDelivery(notice.delivery_ids - delivery, "email", "queued")
        self.assertEqual(letter.state, "canceled", "The service would try it every day")

    def test_service_that_cannot_be_reached_keeps_the_letter(self):
        _notice, delivery = self.remind_by_post()
        with (
            patch(SERVICE, side_effect=AccessError("No route")),
            self.assertRaises(AccessError),
            self.cr.savepoint(),
        ):
            delivery.snailmail_letter_id._snailmail_print_valid_address()
        self.assertEqual(delivery.snailmail_letter_id.state, "pending")
        self.assertEqual(delivery.state, "queued")

    def test_letter_cancelled_by_hand_did_not_arrive(self):
        _notice, delivery = self.remind_by_post()
        delivery.snailmail_letter_id.cancel()
        self.assertEqual(delivery.state, "failed")

    def test_withdrawn_notice_takes_its_letter_back(self):
        notice, delivery = self.remind_by_post()
        letter = delivery.snailmail_letter_id
        notice.action_withdraw("Wrong customer", is_apologising=False)
        self.assertEqual((delivery.state, letter.state), ("cancelled", "canceled"))

    def test_missed_report_is_asked_again(self):
        _notice, delivery = self.remind_by_post()
        with (
            patch.object(type(delivery), "_on_post_state", side_effect=ValueError("ours")),
            mute_logger("odoo.addons.ar_collections.models.ar_followup_delivery"),
        ):
            self.post(delivery)
        self.assertEqual((delivery.snailmail_letter_id.state, delivery.state), ("sent", "queued"))
        self.look_after()
        self.assertEqual(delivery.state, "sent")

    # === TEST MODE === #

    def test_test_mode_shows_the_letter_to_the_tester_by_mail(self):
        self.env.company.sudo().write(
            {"ar_is_test_mode": True, "ar_test_email": "tester@example.org"}
        )
        _notice, delivery = self.remind_by_post()
        self.assertFalse(delivery.snailmail_letter_id)
        self.send_mails(delivery.mail_mail_id)
        [mail] = self._mails
        self.assertEqual(mail["email_to"], ["tester@example.org"])
        [(_name, pdf, _type)] = mail["attachments"]
        self.assertEqual(hashlib.sha256(pdf).hexdigest(), delivery.evidence_sha256)
        self.assertDelivery(delivery, "post", "sent", is_test=True)
