from .common import TODAY, day_in
from .common_channels import DOMAIN, ChannelCase

CUSTOMER = "Ann Acorn <acorn.ltd@example.com>"
REPLY = """\
From: {sender}
To: catchall@{domain}
Subject: Re: Open invoices
Date: Wed, 4 Mar 2026 12:30:00 +0000
Message-ID: <{id}@example.com>
In-Reply-To: {to}
References: {to}
{headers}MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"

{text}
"""

# A delivery report (RFC 3464) as Postfix writes it.
REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example.com (Mail Delivery System)
To: bounce@{domain}
Subject: {subject}
Date: Wed, 4 Mar 2026 12:31:00 +0000
Message-ID: <report-{action}@mx.example.com>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.com.

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com
Arrival-Date: Wed,  4 Mar 2026 12:30:30 +0000

Final-Recipient: rfc822; acorn.ltd@example.com
Original-Recipient: rfc822;acorn.ltd@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--cut
Content-Type: text/rfc822-headers

Message-ID: {to}
From: collections@{domain}
To: acorn.ltd@example.com
Subject: Open invoices

--cut--
"""

# A receipt (RFC 8098) as a mail program writes it when the reader agrees.
RECEIPT = """\
From: Ann Acorn <acorn.ltd@example.com>
To: catchall@{domain}
Subject: Read: Open invoices
Date: Wed, 4 Mar 2026 12:40:00 +0000
Message-ID: <receipt@example.com>
In-Reply-To: {to}
References: {to}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary="cut"

--cut
Content-Type: text/plain; charset=utf-8

Your message was read on Wednesday, 4 March 2026.

--cut
Content-Type: message/disposition-notification

Final-Recipient: rfc822; acorn.ltd@example.com
Original-Message-ID: {to}
Disposition: manual-action/MDN-sent-manually; displayed

--cut
Content-Type: text/rfc822-headers

Message-ID: {to}
Subject: Open invoices

--cut--
"""

# How programs mark what they answer while somebody is away.
OUT_OF_OFFICE = {
    "RFC 3834": "Auto-Submitted: auto-replied\n",
    "RFC 3834 with a comment": "Auto-Submitted: auto-replied (vacation)\n",
    "Gmail": "X-Autoreply: yes\nPrecedence: bulk\n",
    "Exchange": "X-Auto-Response-Suppress: All\nAuto-Submitted: auto-generated\n",
    "Exchange, headers cut": "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply\n",
    "older programs": "Precedence: auto_reply\n",
    "cPanel": "X-Autorespond: Out of office\n",
}


class TestChannelReplies(ChannelCase):
    def setUp(self):
        super().setUp()
        self.notice = self.remind(fallback="letter")
        self.case = self.notice.case_id
        self.delivery = self.notice.delivery_ids
        self.send_mails(self.delivery.mail_mail_id)

    def reply(
        self, headers="", number=1, to=None, text="We paid this morning.", sender=CUSTOMER
    ):
        self.receive(
            REPLY.format(
                sender=sender,
                domain=DOMAIN,
                id=f"reply-{number}",
                to=to or self.delivery.mail_message_id.message_id,
                headers=headers,
                text=text,
            )
        )

    def report(self, action, status="5.1.1", diagnostic="550 5.1.1 User unknown"):
        self.receive(
            REPORT.format(
                domain=DOMAIN,
                subject="Undelivered Mail Returned to Sender",
                action=action,
                status=status,
                diagnostic=diagnostic,
                to=self.delivery.mail_message_id.message_id,
            )
        )

    @property
    def replied(self):
        return self.case.hold_ids.filtered(lambda hold: hold.reason == "replied")

    # === A CUSTOMER ANSWERS === #

    def test_answers_come_back_to_us(self):
        self.assertIn(f"catchall@{DOMAIN}", self.delivery.mail_mail_id.reply_to)

    def test_reply_lands_on_the_case(self):
        self.reply()
        message = self.case.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertIn("We paid this morning.", message.body)
        self.assertEqual(message.author_id, self.customer)
        self.assertFalse(self.notice.message_ids.filtered(lambda m: m.message_type == "email"))

    def test_reply_holds_the_case_for_five_business_days(self):
        self.policy.calendar_id = self.create_calendar()
        self.reply()
        # Wednesday, and five business days more: Wednesday of next week.
        self.assertEqual((self.replied.date, self.replied.until), (TODAY, day_in(7)))
        self.assertEqual(self.replied.note, "Re: Open invoices")
        self.assertReason(self.invoice, "replied", next_date=8)

    def test_reply_makes_a_task_for_the_responsible(self):
        self.reply()
        self.assertEqual(self.assertTask(self.case, "reply").user_id, self.responsible)
        self.assertIn("replied", self.case.event_ids.mapped("code"))

    def test_task_goes_to_the_substitute_while_the_collector_is_away(self):
        substitute = self.create_user("substitute", "collector")
        self.responsible.sudo().write(
            {"ar_substitute_id": substitute.id, "ar_away_until": day_in(2)}
        )
        self.reply()
        self.assertEqual(self.assertTask(self.case, "reply").user_id, substitute)

    def test_second_reply_makes_the_hold_last_longer(self):
        self.reply()
        with self.on_day(2):
            self.reply(number=2)
        self.assertEqual(len(self.replied), 1)
        self.assertEqual(self.replied.until, day_in(7), "No calendar: every day counts")
        self.assertTask(self.case, "reply")

    def test_same_message_twice_is_one_reply(self):
        self.reply()
        self.reply()
        self.assertEqual(self.case.event_ids.mapped("code").count("replied"), 1)

    def test_reply_to_the_collectors_answer_holds_again(self):
        self.reply()
        self.replied.action_lift()
        answer = self.case.message_post(
            body="Thank you, we shall look.", subtype_xmlid="mail.mt_comment"
        )
        self.reply(number=2, to=answer.message_id)
        self.assertTrue(self.replied.filtered("active"))

    def test_reply_stops_a_letter_that_waits_for_its_fallback(self):
        self.delivery._fail("Mailbox full", is_bounce=True)
        self.reply()
        self.look_after()
        self.assertEqual(len(self.notice.delivery_ids), 1)
        self.assertEqual(self.notice.cancel_reason, "replied")

    def test_reply_stops_the_next_rung(self):
        self.policy.level_ids = [(0, 0, self.level(8))]
        self.reply()
        self.assertNothingSaid(self.follow_up(4))

    # === NOBODY ANSWERS === #

    def test_programs_do_not_hold_the_case(self):
        for number, (program, headers) in enumerate(OUT_OF_OFFICE.items()):
            with self.subTest(program=program):
                self.reply(headers, number=number, text=f"I am away until Monday {number}.")
                self.assertFalse(self.replied)
                self.assertFalse(self.case.activity_ids)
                self.assertIn(f"Monday {number}", self.case.message_ids[0].body)

    def test_headers_that_say_nothing_do_not_hide_a_customer(self):
        self.reply("Auto-Submitted: no\nPrecedence: first-class\n")
        self.assertTrue(self.replied)

    def test_colleague_who_answers_does_not_hold_the_case(self):
        self.reply(sender="Resp <resp@example.org>", text="They are good customers.")
        self.assertIn("good customers", self.case.message_ids[0].body)
        self.assertFalse(self.replied)

    def test_reply_to_a_test_holds_nothing(self):
        self.env.company.sudo().write(
            {"ar_is_test_mode": True, "ar_test_email": "tester@example.org"}
        )
        self.create_invoice(due_in=-2, partner=self.create_customer("Oak Ltd"))
        test = self.follow_up().notice_ids.filtered(lambda n: n.partner_id.name == "Oak Ltd")
        self.assertTrue(test.is_test)
        self.reply(to=test.delivery_ids.mail_message_id.message_id)
        self.assertFalse(test.case_id.hold_ids)
        self.assertTrue(test.message_ids.filtered(lambda m: m.message_type == "email"))

    # === BOUNCES === #

    def test_bounce_brings_the_fallback(self):
        self.assertTrue(self.notice.is_delivered)
        self.report("failed")
        self.assertDelivery(self.delivery, "email", "bounced")
        self.assertFalse(self.notice.is_delivered)
        self.look_after()
        letter = self.notice.delivery_ids - self.delivery
        self.assertDelivery(letter, "letter", "queued", is_fallback=True)
        self.assertFalse(self.notice.is_delivered, "A letter counts once it is posted")
        letter.action_mark_posted()
        self.assertTrue(self.notice.is_delivered)

    def test_bounced_reminder_does_not_count_before_a_formal_notice(self):
        self.policy.min_reminders = 1
        self.policy.level_ids.fallback_channel = False
        self.policy.level_ids = [(0, 0, self.level(8, is_formal=True))]
        self.report("failed")
        self.look_after()
        self.assertEqual(self.notice.state, "failed")
        self.follow_up(8)
        self.assertReason(self.invoice, "too_few_reminders")

    def test_arrived_reminder_counts_before_a_formal_notice(self):
        self.policy.min_reminders = 1
        self.policy.level_ids = [(0, 0, self.level(8, is_formal=True))]
        self.assertSaid(self.follow_up(8), {self.invoice: 8})

    def test_warning_of_a_delay_is_no_bounce(self):
        self.report("delayed", "4.4.1", "Connection timed out")
        self.assertEqual(self.delivery.state, "sent")

    def test_report_of_success_is_no_bounce(self):
        self.report("delivered", "2.1.5", "250 OK")
        self.assertEqual(self.delivery.state, "sent")

    def test_receipt_is_no_bounce(self):
        self.receive(
            RECEIPT.format(domain=DOMAIN, to=self.delivery.mail_message_id.message_id)
        )
        self.assertEqual(self.delivery.state, "sent")
        self.assertFalse(self.replied)

    def test_bounce_of_a_copy_leaves_the_first_message(self):
        copy = self.notice.action_resend(address="wrong@example.com")
        self.send_mails(copy.mail_mail_id)
        self.delivery, first = copy, self.delivery
        self.report("failed")
        self.assertEqual((copy.state, first.state), ("bounced", "sent"))
        self.assertTrue(self.notice.is_delivered)

    def test_bounce_during_a_dispute_says_nothing_more(self):
        self.hold(self.invoice, "dispute")
        self.report("failed")
        self.look_after()
        self.assertEqual(len(self.notice.delivery_ids), 1)
        self.assertEqual(self.notice.cancel_reason, "dispute")
