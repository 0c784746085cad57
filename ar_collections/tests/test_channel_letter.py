import hashlib
from base64 import b64decode
from io import BytesIO
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfFileReader

from .common import CollectionsCase, day_in
from .common_channels import ChannelCase


def count_pages(pdf):
    return len(PdfFileReader(BytesIO(pdf)).pages)


def get_text(pdf):
    return "".join(page.extract_text() for page in PdfFileReader(BytesIO(pdf)).pages)


class TestChannelLetter(ChannelCase):
    def remind_by_letter(self, **level):
        notice = self.remind("letter", **level)
        return notice, notice.delivery_ids

    # === EVIDENCE === #

    def test_letter_is_kept_with_its_fingerprint(self):
        notice, delivery = self.remind_by_letter()
        address = "Acorn Ltd, 1 Main Street, Springfield 12345, United States"
        self.assertDelivery(delivery, "letter", "queued", address=address)
        copy = delivery.evidence_id
        self.assertTrue(copy.raw.startswith(b"%PDF"))
        self.assertEqual(hashlib.sha256(copy.raw).hexdigest(), delivery.evidence_sha256)
        self.assertEqual((copy.res_model, copy.res_id), (delivery._name, delivery.id))
        self.assertIn("Acorn Ltd", copy.name)
        self.assertFalse(notice.is_delivered)

    def test_evidence_cannot_be_changed_or_deleted(self):
        _notice, delivery = self.remind_by_letter()
        collector = self.create_user("collector", "collector")
        copy = delivery.evidence_id.with_user(collector)
        self.assertTrue(copy.raw)
        with self.assertRaises(AccessError):
            copy.raw = b"another letter"
        with self.assertRaises(AccessError):
            delivery.with_user(collector).evidence_sha256 = "0"
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
            delivery.evidence_id.sudo().unlink()

    def test_letter_that_cannot_be_printed_fails_its_notice_alone(self):
        other = self.create_customer("Oak Ltd")
        self.create_invoice(due_in=-5, partner=other)

        def render(_deliveries, notices):
            if other in notices.partner_id:
                raise ValueError("Unable to find wkhtmltopdf")
            return {notice.id: b"%PDF" for notice in notices}

        deliveries = type(self.env["ar.followup.delivery"])
        with (
            patch.object(deliveries, "_render_letters", render),
            mute_logger("odoo.addons.ar_collections.models.ar_followup_executor"),
        ):
            notices, _deliveries = self.remind_by_letter()
        states = {notice.partner_id.name: notice.state for notice in notices}
        self.assertEqual(states, {"Acorn Ltd": "done", "Oak Ltd": "failed"})

    # === POSTED === #

    def test_letter_counts_once_it_is_posted(self):
        notice, delivery = self.remind_by_letter()
        with self.on_day(2) as day:
            delivery.action_mark_posted()
        self.assertDelivery(
            delivery, "letter", "sent", posted_date=day, posted_by_id=self.env.user
        )
        self.assertTrue(notice.is_delivered)

    def test_letters_are_marked_together(self):
        self.create_invoice(due_in=-5, partner=self.create_customer("Oak Ltd"))
        _notices, deliveries = self.remind_by_letter()
        deliveries.action_mark_posted()
        self.assertEqual(deliveries.mapped("state"), ["sent", "sent"])

    def test_nothing_left_to_mark_says_so(self):
        _notice, delivery = self.remind_by_letter()
        delivery.action_mark_posted()
        with self.assertRaises(UserError):
            delivery.action_mark_posted()

    def test_mail_is_not_marked_as_posted(self):
        delivery = self.remind("email").delivery_ids
        with self.assertRaises(UserError):
            delivery.action_mark_posted()

    # === PRINT FILE === #

    def read_file(self, action, user=None):
        """Read the file that an action has the browser save, as that user."""
        model, file_id = action["url"].split("/")[3:5]
        file = self.env[model].browse(int(file_id))
        return b64decode(file.with_user(user or self.env.user).file)

    def test_run_has_one_file_with_all_its_letters(self):
        self.create_invoice(due_in=-5, partner=self.create_customer("Oak Ltd"))
        notices, deliveries = self.remind_by_letter()
        action = notices.run_id.action_print()
        self.assertIn("download=true", action["url"])
        self.assertEqual(count_pages(self.read_file(action)), 2)
        self.assertEqual(len(deliveries.evidence_id), 2, "The single letters stay")

    def test_letters_wait_until_they_are_marked(self):
        notices, delivery = self.remind_by_letter()
        for _time in range(2):
            self.assertEqual(count_pages(self.read_file(notices.run_id.action_print())), 1)
        delivery.action_mark_posted()
        self.assertFalse(notices.run_id.has_letters)
        with self.assertRaises(UserError):
            notices.run_id.action_print()

    def test_posted_letters_are_printed_again_on_request_alone(self):
        self.create_invoice(due_in=-5, partner=self.create_customer("Oak Ltd"))
        notices, deliveries = self.remind_by_letter()
        run, posted = notices.run_id, deliveries[:1]
        self.assertFalse(run.has_posted_letters)
        with self.assertRaises(UserError):
            run.action_print_again()
        posted.action_mark_posted()
        self.assertTrue(run.has_letters and run.has_posted_letters)
        waiting = self.read_file(run.action_print())
        again = self.read_file(run.action_print_again())
        self.assertEqual(get_text(waiting), get_text(deliveries[1:].evidence_id.raw))
        self.assertEqual(get_text(again), get_text(posted.evidence_id.raw))

    def test_test_letters_are_not_printed(self):
        self.env.company.sudo().write(
            {"ar_is_test_mode": True, "ar_test_email": "test@example.com"}
        )
        notice, delivery = self.remind_by_letter()
        self.assertTrue(delivery.evidence_id, "It went to the test address")
        self.assertFalse(notice.run_id.has_letters)
        for record in (notice.run_id, delivery):
            with self.assertRaises(UserError):
                record.action_print()

    def test_chosen_letters_come_in_one_file(self):
        self.create_invoice(due_in=-5, partner=self.create_customer("Oak Ltd"))
        _notices, deliveries = self.remind_by_letter()
        self.assertEqual(count_pages(self.read_file(deliveries[:1].action_print())), 1)

    def test_collector_prints_and_only_they_may_open_the_file(self):
        notice, delivery = self.remind_by_letter()
        collector, other = (
            self.create_user(name, "collector") for name in ("collector", "other")
        )
        for record in (notice.run_id, delivery):
            action = record.with_user(collector).action_print()
            self.assertEqual(count_pages(self.read_file(action, collector)), 1)
            self.env.invalidate_all()
            with self.assertRaises(AccessError):
                self.read_file(action, other)

    def test_file_holds_letters_of_own_cases_only(self):
        oak = self.create_customer("Oak Ltd")
        self.create_invoice(due_in=-5, partner=oak)
        notices, _deliveries = self.remind_by_letter()
        collector, other = (
            self.create_user(name, "collector") for name in ("collector", "other")
        )
        oak._ar_ensure_case(self.env.company).collector_id = other
        self.env.company.sudo().ar_is_own_cases_only = True
        action = notices.run_id.with_user(collector).action_print()
        own = notices.filtered(lambda notice: notice.partner_id != oak).delivery_ids
        file = self.read_file(action, collector)
        self.assertEqual(get_text(file), get_text(own.evidence_id.raw))

    def test_auditor_reads_what_was_posted_and_changes_nothing(self):
        notice, delivery = self.remind_by_letter()
        auditor = self.create_user("auditor", "auditor")
        self.pay(self.invoice)
        for record in (notice.run_id, delivery):
            with self.assertRaises(AccessError):
                record.with_user(auditor).action_print()
        with self.assertRaises(AccessError):
            delivery.with_user(auditor).action_mark_posted()
        self.assertEqual(delivery.state, "queued")
        delivery._update_state("sent")
        action = notice.run_id.with_user(auditor).action_print_again()
        self.assertEqual(count_pages(self.read_file(action, auditor)), 1)

    def test_letters_settled_meanwhile_are_not_printed(self):
        self.create_invoice(due_in=-5, partner=self.create_customer("Oak Ltd"))
        notices, deliveries = self.remind_by_letter()
        self.pay(self.invoice)
        file = self.read_file(notices.run_id.action_print())
        self.assertEqual(count_pages(file), 1)
        states = {delivery.partner_id.name: delivery.state for delivery in deliveries}
        self.assertEqual(states, {"Acorn Ltd": "cancelled", "Oak Ltd": "queued"})

    def test_nothing_to_print_says_so(self):
        notice = self.remind("email")
        with self.assertRaises(UserError):
            notice.run_id.action_print()

    # === TOO LATE === #

    def test_letters_not_posted_alert_the_responsible_once(self):
        self.create_invoice(due_in=-3)
        notice, delivery = self.remind_by_letter()
        self.policy.calendar_id = self.create_calendar(holidays=[day_in(1)])
        # From Wednesday, Thursday a holiday: Friday, Monday, Tuesday are the three days.
        self.look_after(day=6)
        self.assertFalse(delivery.is_alerted)
        self.look_after(day=7)
        self.assertTrue(delivery.is_alerted)
        task = self.assertTask(notice.case_id, "three business days")
        self.assertEqual(task.user_id, self.responsible)
        self.look_after(day=8)
        self.assertTask(notice.case_id, "three business days")

    def test_late_letters_are_listed(self):
        _notice, delivery = self.remind_by_letter()
        with self.on_day(4):
            self.assertEqual(delivery.search([("is_late", "=", True)]), delivery)
            delivery.action_mark_posted()
            self.assertFalse(delivery.search([("is_late", "=", True)]))

    def test_posted_letters_alert_nobody(self):
        notice, delivery = self.remind_by_letter()
        delivery.action_mark_posted()
        self.look_after(day=20)
        self.assertFalse(notice.case_id.activity_ids)

    def test_settled_letters_leave_the_list_by_themselves(self):
        notice, delivery = self.remind_by_letter()
        self.pay(self.invoice)
        self.look_after(day=7)
        self.assertDelivery(
            delivery, "letter", "cancelled", error="Settled before it was sent"
        )
        self.assertFalse(notice.case_id.activity_ids)

    def test_companies_alert_their_own_responsible(self):
        other = self.setup_other_company(name="Other")["company"]
        self.env.user.company_ids = [Command.link(other.id)]
        person = self.create_user("person", "collector")
        person.sudo().company_ids = [Command.link(other.id)]
        self.switch_on(other, ar_responsible_id=person.id)
        notice, _delivery = self.remind_by_letter()
        partner = self.create_customer("Oak Ltd")
        self.policy.company_id = False
        self.create_invoice(due_in=-5, partner=partner, company=other)
        far = self.follow_up(company=other).notice_ids
        self.look_after(day=10)
        self.assertEqual(self.assertTask(notice.case_id, "three").user_id, self.responsible)
        self.assertEqual(self.assertTask(far.case_id, "three").user_id, person)


@tagged("standard", "post_install", "-at_install")
class TestRealLetters(CollectionsCase, HttpCase):
    def test_real_letters_are_split_and_merged(self):
        """Two letters in one call of wkhtmltopdf: each is whole, and the file holds both."""
        self.create_policy([self.level(1, channel="letter", deadline_days=7)])
        for name in ("Acorn Ltd", "Oak Ltd"):
            partner = self.create_customer(name)
            for _number in range(30):
                self.create_invoice(due_in=-5, partner=partner)
        with self.allow_pdf_render():
            run = self.follow_up()
        letters = run.notice_ids.delivery_ids
        self.assertEqual(len(letters), 2)
        for letter in letters:
            text = get_text(letter.evidence_id.raw)
            other = (letters - letter).partner_id
            self.assertIn(letter.partner_id.name, text)
            self.assertNotIn(other.name, text)
            self.assertIn("3,000.00", text)
        self.authenticate(self.env.user.login, self.env.user.login)
        file = self.url_open(run.action_print()["url"])
        self.assertIn("attachment", file.headers["Content-Disposition"])
        pages = sum(count_pages(letter.evidence_id.raw) for letter in letters)
        self.assertEqual(count_pages(file.content), pages)
