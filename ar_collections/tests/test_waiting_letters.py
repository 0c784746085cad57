"""Letters and calls wait for a person, and are checked again until they leave."""

from unittest.mock import patch

from odoo.exceptions import UserError

from ..models import ar_followup_delivery_print
from .common import day_in
from .common_channels import ChannelCase, make_pdf


class TestWaitingLetters(ChannelCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(
            patch.object(
                type(self.env["ar.followup.delivery"]),
                "_render_letters",
                lambda _deliveries, notices: {
                    notice.id: make_pdf(
                        f"{notice.recipient_id.street}: {notice._format_total()}"
                        f" by {notice.deadline}"
                    )
                    for notice in notices
                },
            )
        )

    def remind_by_letter(self, **level):
        notice = self.remind("letter", **level)
        return notice, notice.delivery_ids

    def assertStopped(self, notice, delivery, reason, label):
        """Check that a letter will not be sent, and that its debt may be told again."""
        self.assertDelivery(delivery, delivery.channel, "cancelled", error=label)
        self.assertEqual((notice.state, notice.cancel_reason), ("cancelled", reason))
        self.assertEqual(self.item(self.invoice).rung_days, 0)
        self.assertFalse(notice.case_id.last_notice_date)

    def get_renewed(self, notice, former):
        """Give the letter in the place of `former`, which keeps what it was."""
        self.assertEqual(former.state, "cancelled")
        self.assertTrue(former.evidence_id)
        renewed = notice.delivery_ids - former
        self.assertDelivery(renewed, "letter", "queued")
        self.assertNotEqual(renewed.evidence_sha256, former.evidence_sha256)
        return renewed

    # === STOPPED === #

    def test_a_hold_stops_a_letter_before_it_is_printed(self):
        self.create_invoice(due_in=-5, partner=self.create_customer("Oak Ltd"))
        notices, deliveries = self.remind_by_letter()
        [acorn, oak] = deliveries.sorted(lambda d: d.partner_id.name)
        hold = self.hold(self.customer, "insolvency")
        notices.run_id.action_print()
        self.assertStopped(acorn.notice_id, acorn, "insolvency", "Insolvency")
        self.assertEqual((oak.state, oak.notice_id.state), ("queued", "done"))
        hold.sudo().unlink()
        self.assertSaid(self.follow_up(1), {self.invoice: 1})

    def test_a_hold_stops_a_letter_that_is_to_be_marked_as_posted(self):
        self.create_invoice(due_in=-5, partner=self.create_customer("Oak Ltd"))
        _notices, deliveries = self.remind_by_letter()
        [acorn, oak] = deliveries.sorted(lambda d: d.partner_id.name)
        self.hold(self.customer, "dispute")
        told = deliveries.action_mark_posted()
        self.assertIn("Acorn Ltd (Dispute)", told["params"]["message"])
        self.assertNotIn("Oak Ltd", told["params"]["message"])
        self.assertEqual((acorn.state, oak.state), ("cancelled", "sent"))

    def test_the_hourly_check_stops_letters_and_leaves_the_others_alone(self):
        self.create_invoice(due_in=-5, partner=self.create_customer("Oak Ltd"))
        _notices, deliveries = self.remind_by_letter()
        [acorn, oak] = deliveries.sorted(lambda d: d.partner_id.name)
        self.hold(self.customer, "represented")
        prints = (oak.evidence_sha256, oak.notice_id.deadline)
        self.look_after(day=1)
        self.assertEqual(acorn.state, "cancelled")
        self.assertEqual((oak.state, len(oak.notice_id.delivery_ids)), ("queued", 1))
        self.assertEqual((oak.evidence_sha256, oak.notice_id.deadline), prints)

    def test_a_test_letter_is_left_alone(self):
        self.env.company.sudo().write(
            {"ar_is_test_mode": True, "ar_test_email": "test@example.com"}
        )
        notice, delivery = self.remind_by_letter()
        self.hold(self.customer, "insolvency")
        self.look_after()
        self.assertEqual((notice.state, delivery.state), ("done", "queued"))

    # === CHANGED === #

    def test_a_part_payment_makes_the_letter_anew(self):
        notice, former = self.remind_by_letter()
        self.pay(self.invoice, 99.0)
        with self.on_day(2):
            file = notice.run_id.action_print()
        letter = self.get_renewed(notice, former)
        self.assertIn("ar.followup.print", file["url"])
        self.assertEqual(notice.line_ids.claim_amount, 1.0)
        self.assertEqual(
            (notice.handed_over_on, notice.deadline), (day_in(2), day_in(9))
        )
        self.assertEqual(self.item(self.invoice).deadline, day_in(9))
        with self.on_day(2):
            self.assertTrue(letter.action_mark_posted())
        self.assertTrue(notice.is_delivered)

    def test_a_letter_of_an_earlier_day_is_made_anew_when_it_is_printed(self):
        """Clocks count from the day on which a letter is handed over (design: section 4)."""
        notice, former = self.remind_by_letter()
        with self.on_day(9):
            former.action_print()
        letter = self.get_renewed(notice, former)
        self.assertEqual((letter.date, notice.deadline), (day_in(9), day_in(16)))
        item = self.item(self.invoice)
        self.assertEqual((item.last_notice_date, item.deadline), (day_in(9), day_in(16)))
        self.assertEqual(notice.case_id.last_notice_date, day_in(9))

    def test_many_letters_of_an_earlier_day_are_made_anew_outside_the_request(self):
        notice, former = self.remind_by_letter()
        collector = self.create_user("printer", "collector")
        self.patch(ar_followup_delivery_print, "MAX_IN_REQUEST", 0)
        with self.on_day(9):
            told = former.with_user(collector).action_print()
            self.assertEqual(told["params"]["title"], "Letters are made anew")
            self.assertEqual(former.state, "queued")
            self.look_after(day=9)
            letter = self.get_renewed(notice, former)
            self.assertEqual((letter.date, notice.deadline), (day_in(9), day_in(16)))
            self.assertFalse(letter.print_wanted_by_id)
            said = self.env["mail.message"].sudo().search(
                [
                    ("subject", "=", "Letters can be printed"),
                    ("partner_ids", "in", collector.partner_id.ids),
                ]
            )
            self.assertEqual(len(said), 1)
            file = letter.with_user(collector).action_print()
            self.assertEqual(file["type"], "ir.actions.act_url")

    def test_a_copy_of_an_earlier_day_is_printed_at_once(self):
        """Copies say what was said: nobody waits for them to be made anew."""
        notice, letter = self.remind_by_letter()
        letter.action_mark_posted()
        copy = notice.action_resend("letter")
        self.patch(ar_followup_delivery_print, "MAX_IN_REQUEST", 0)
        with self.on_day(9):
            self.assertEqual(copy.action_print()["type"], "ir.actions.act_url")
        self.assertDelivery(copy, "letter", "queued")

    def test_a_letter_printed_again_on_its_day_stays_as_it_is(self):
        notice, letter = self.remind_by_letter()
        letter.action_print()
        self.look_after(day=1)
        self.assertEqual((notice.delivery_ids, letter.state), (letter, "queued"))

    def test_a_letter_posted_a_day_after_it_was_printed_keeps_its_clocks(self):
        notice, letter = self.remind_by_letter()
        with self.on_day(1):
            self.assertTrue(letter.action_mark_posted())
        self.assertEqual((notice.deadline, letter.posted_date), (day_in(7), day_in(1)))

    def test_a_former_letter_is_not_marked_as_posted(self):
        notice, former = self.remind_by_letter()
        self.pay(self.invoice, 99.0)
        told = former.action_mark_posted()
        self.assertIn("made anew", told["params"]["message"])
        self.assertEqual(self.get_renewed(notice, former).state, "queued")

    def test_one_of_two_debts_on_hold_leaves_the_letter(self):
        other = self.create_invoice(due_in=-4, amount=30.0)
        notice, former = self.remind_by_letter()
        self.hold(self.item(other), "dispute")
        self.look_after()
        self.get_renewed(notice, former)
        self.assertEqual(notice._get_climbing_lines().move_id, self.invoice)
        self.assertEqual(list(notice._get_totals().values()), [100.0])
        self.assertEqual(
            [self.item(move).rung_days for move in (self.invoice, other)], [1, 0]
        )

    def test_a_new_address_makes_the_letter_anew(self):
        notice, former = self.remind_by_letter()
        self.customer.street = "2 Other Road"
        self.look_after()
        self.assertIn("2 Other Road", self.get_renewed(notice, former).address)

    def test_an_address_reads_the_same_for_users_of_other_languages(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        _notice, letter = self.remind_by_letter()
        self.env.user.lang = "fr_FR"
        letter.with_context(lang="fr_FR").action_print()
        self.assertEqual(letter.state, "queued")

    # === PAUSED === #

    def test_a_pause_keeps_letters_and_lets_none_out(self):
        notice, letter = self.remind_by_letter()
        self.env.company.sudo().ar_is_paused = True
        self.pay(self.invoice, 99.0)
        self.look_after()
        with self.assertRaisesRegex(UserError, "paused"):
            notice.run_id.action_print()
        self.assertEqual((notice.state, letter.state), ("done", "queued"))
        self.env.company.sudo().ar_is_paused = False
        self.look_after()
        self.get_renewed(notice, letter)

    def test_test_mode_lets_no_letter_out_that_was_made_before(self):
        notice, letter = self.remind_by_letter()
        self.env.company.sudo().write(
            {"ar_is_test_mode": True, "ar_test_email": "test@example.com"}
        )
        for record in (notice.run_id, letter):
            with self.assertRaisesRegex(UserError, "Test mode"):
                record.action_print()

    # === CALLS === #

    def test_a_hold_takes_a_call_off_the_list(self):
        notice = self.remind("phone")
        call, task = notice.delivery_ids, notice.delivery_ids.activity_id
        self.hold(self.customer, "deceased")
        self.look_after()
        self.assertStopped(notice, call, "deceased", "Deceased")
        self.assertFalse(task.exists())

    def test_a_part_payment_brings_a_call_up_to_date(self):
        notice = self.remind("phone")
        call = notice.delivery_ids
        self.assertIn("100.00", call.activity_id.summary)
        self.pay(self.invoice, 99.0)
        self.look_after()
        self.assertEqual((call.state, len(notice.delivery_ids)), ("queued", 1))
        for text in (call.activity_id.summary, call.activity_id.note):
            self.assertIn("1.00", text)
            self.assertNotIn("100.00", text)

    def test_a_call_besides_an_email_ends_and_leaves_what_was_said(self):
        notice = self.remind("email", is_call_added=True)
        mail, call = notice.delivery_ids.sorted(lambda d: d.channel)
        mail._update_state("sent")
        self.hold(self.customer, "dispute")
        self.look_after()
        self.assertDelivery(call, "phone", "cancelled", error="Dispute")
        self.assertEqual((notice.state, mail.state), ("done", "sent"))
        self.assertFalse(notice.line_ids.filtered("is_cancelled"))
        self.assertEqual(self.item(self.invoice).rung_days, 1)
