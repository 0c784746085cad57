"""What a person does with notices: skip, cancel, withdraw, send a copy."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError

from .common import LONG_AGO, day_in
from .common_by_hand import ByHandCase


class TestWaitingNoticesByHand(ByHandCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_policy([1, 8], is_approval_needed=True)
        cls.invoice = cls.create_invoice(due_in=-10)
        cls.notice = cls.follow_up().notice_ids

    def test_waiting_holds_the_debts_and_proposes_the_same_level_again(self):
        wizard = self.open(
            self.notice,
            "action_open_skip",
            self.collector,
            until=day_in(2),
            note="call first",
        )
        wizard.action_skip()
        self.assertEqual(
            (self.notice.state, self.notice.wait_until), ("cancelled", day_in(2))
        )
        self.assertReason(self.invoice, "hold", next_date=3)
        self.assertNothingSaid(self.follow_up(2))
        self.assertSaid(self.follow_up(3), {self.invoice: 1})

    def test_treated_as_done_the_next_level_follows(self):
        wizard = self.open(
            self.notice, "action_open_skip", self.collector, how="done", note="called"
        )
        wizard.action_skip()
        self.assertEqual(self.notice.cancel_reason, "skipped_done")
        self.assertEqual(self.item(self.invoice).rung_days, 1)
        self.assertFalse(self.item(self.invoice).last_notice_id)
        self.assertSaid(self.follow_up(1), {self.invoice: 8})

    def test_a_skipped_level_is_no_reminder_before_a_formal_notice(self):
        with self.assertRaisesRegex(UserError, "Say why"):
            self.notice.action_skip()
        self.notice.action_skip(note="called")
        facts = self.env["ar.followup.facts"]._gather(
            self.env.company, self.customer.ids, day_in(1)
        )
        [(_customer, [debt], _policy)] = facts
        self.assertEqual(debt.reminders, 0)

    def test_cancelled_the_level_comes_again_with_the_next_run(self):
        self.notice.with_user(self.collector).action_cancel("typo")
        self.assertSaid(self.follow_up(1), {self.invoice: 1})
        self.assertEqual(self.events(self.case_of(), "cancelled").note, "typo")

    def test_a_day_in_the_past_is_refused(self):
        with self.assertRaisesRegex(UserError, "today or later"):
            self.notice.action_skip(until=day_in(-1), note="x")

    def test_what_was_sent_cannot_be_skipped(self):
        self.notice.action_approve()
        self.notice.run_id.action_execute()
        for act in (self.notice.action_skip, self.notice.action_cancel):
            with self.assertRaisesRegex(UserError, "withdrawn"):
                act(note="x")

    def test_an_auditor_skips_nothing(self):
        for method in ("action_open_skip", "action_skip", "action_cancel"):
            with self.assertRaises(AccessError):
                getattr(self.notice.with_user(self.auditor), method)()

    def test_a_skipped_test_notice_leaves_the_debts_where_they_are(self):
        self.notice.action_cancel("test follows")
        self.env.company.write(
            {"ar_is_test_mode": True, "ar_test_email": "me@example.com"}
        )
        for until in (None, day_in(5)):
            notice = self.follow_up(1).notice_ids
            self.assertTrue(notice.is_test)
            notice.action_skip(until=until, note="x")
        item = self.item(self.invoice)
        self.assertEqual((item.rung_days, item.hold_ids.ids), (0, []))

    def test_a_collector_approves_and_sends_at_once(self):
        self.notice.with_user(self.collector).action_approve_and_send()
        self.assertEqual((self.notice.state, self.notice.failure), ("done", False))
        self.assertEqual(self.notice.approved_by_id, self.collector)
        self.assertEqual(self.item(self.invoice).rung_days, 1)


class TestSentNoticesByHand(ByHandCase):
    # === WITHDRAW === #

    def said(self, invoice):
        return invoice.ar_item_ids.notice_line_ids.notice_id.sorted("id")

    def withdraw(self, notice, **values):
        values = {"note": "wrong customer", **values}
        self.open(
            notice, "action_open_withdraw", self.manager, **values
        ).action_withdraw()

    def test_the_debt_goes_back_to_where_it_stood(self):
        self.create_policy(
            [self.level(1, deadline_days=3), self.level(8, deadline_days=4)]
        )
        invoice = self.create_invoice(due_in=-10)
        self.climb(-9, -2)
        item = self.item(invoice)
        before = (1, day_in(-9), day_in(-6), self.said(invoice)[0])
        self.withdraw(self.said(invoice)[1])
        after = (
            item.rung_days,
            item.last_notice_date,
            item.deadline,
            item.last_notice_id,
        )
        self.assertEqual(after, before)
        self.assertEqual(self.case_of().last_notice_date, day_in(-9))
        event = self.events(item, "withdrawn")
        self.assertEqual((event.user_id, event.note), (self.manager, "wrong customer"))

    def test_the_level_can_be_said_again_and_earlier_reminders_count(self):
        self.create_policy([1, 8, self.level(15, is_formal=True)], min_reminders=2)
        invoice = self.create_invoice(due_in=-20)
        self.climb(-19, -12)
        self.withdraw(self.said(invoice)[1])
        self.climb(0)
        self.assertSaid(self.follow_up(7), {invoice: 15})

    def test_withdrawn_twice_the_debt_still_knows_where_it_stood(self):
        self.create_policy([1, 8])
        invoice = self.create_invoice(due_in=-10)
        self.climb(-9, -2)
        self.withdraw(self.said(invoice)[1])
        self.climb(-1)
        self.withdraw(self.said(invoice)[-1])
        self.assertEqual(self.item(invoice).rung_days, 1)

    def test_earlier_and_later_notice_withdrawn_the_debt_is_where_it_began(self):
        self.create_policy([1, 8])
        invoice = self.create_invoice(due_in=-10)
        self.climb(-9, -2)
        first, second = self.said(invoice)
        self.withdraw(first)
        self.assertEqual(self.item(invoice).rung_days, 8, "A later notice stands")
        self.withdraw(second)
        item = self.item(invoice)
        self.assertEqual((item.rung_days, item.last_notice_date), (0, False))
        self.assertFalse(self.case_of().last_notice_date)

    def test_a_reviewed_debt_goes_back_to_its_reviewed_level(self):
        self.env.company.ar_start_date = day_in(-3)
        policy = self.create_policy([1, 8])
        invoice = self.create_invoice(due_in=-40)
        self.follow_up(-2)
        self.item(invoice).action_review(
            "level", level=policy.level_ids[0], last_contact=day_in(-20)
        )
        self.climb(0)
        self.withdraw(self.said(invoice))
        item = self.item(invoice)
        self.assertEqual((item.rung_days, item.last_notice_date), (1, day_in(-20)))

    def test_a_withdrawn_courtesy_reminder_can_be_said_again(self):
        self.create_policy([-3, 1])
        invoice = self.create_invoice(due_in=2)
        self.climb(0)
        self.withdraw(self.said(invoice))
        self.assertSaid(self.follow_up(1), {invoice: -3})

    def test_the_recipient_gets_an_apology_without_invoices(self):
        self.create_policy([self.level(1, attach_invoices="all")])
        self.create_invoice()
        run = self.follow_up()
        self.arrive(run)
        notice = run.notice_ids
        self.withdraw(notice)
        apology = notice.delivery_ids.filtered("is_extra")
        mail = apology.mail_mail_id
        self.assertEqual((apology.channel, apology.state), ("email", "queued"))
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertIn("sent in error", mail.body_html)
        self.assertFalse(mail.attachment_ids)

    def test_what_has_not_left_is_stopped_and_needs_no_apology(self):
        self.create_policy([1])
        self.create_invoice()
        notice = self.follow_up().notice_ids
        wizard = self.open(notice, "action_open_withdraw", note="x")
        self.assertFalse(wizard.is_apologising)
        wizard.action_withdraw()
        self.assertEqual(notice.delivery_ids.state, "cancelled")
        self.assertEqual(notice.delivery_ids.mail_mail_id.state, "cancel")

    def test_the_debts_can_be_held_at_once(self):
        self.create_policy([1])
        invoice = self.create_invoice()
        run = self.follow_up()
        self.withdraw(run.notice_ids, hold_until=day_in(4))
        self.assertNothingSaid(self.follow_up(4))
        self.assertSaid(self.follow_up(5), {invoice: 1})

    def test_without_an_address_a_person_must_apologise(self):
        self.create_policy([self.level(1, channel="letter")])
        self.customer.email = False
        self.create_invoice()
        with patch.object(
            self.registry["ar.followup.delivery"],
            "_render_letters",
            lambda self, notices: dict.fromkeys(notices.ids, b"%PDF"),
        ):
            run = self.follow_up()
        self.arrive(run)
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            run.notice_ids.action_withdraw("x", is_apologising=True)
        run.notice_ids.action_withdraw("x", is_apologising=False)
        self.assertEqual(run.notice_ids.cancel_reason, "withdrawn")

    def test_what_was_not_sent_is_not_withdrawn(self):
        self.create_policy([1], is_approval_needed=True)
        self.create_invoice()
        notice = self.follow_up().notice_ids
        with self.assertRaisesRegex(UserError, "was not sent"):
            notice.action_open_withdraw()

    def test_only_a_manager_withdraws(self):
        self.create_policy([1])
        self.create_invoice()
        notice = self.follow_up().notice_ids
        for user in (self.collector, self.auditor):
            with self.assertRaises(AccessError):
                notice.with_user(user).action_open_withdraw()
            with self.assertRaises(AccessError):
                notice.with_user(user).action_withdraw("x")

    # === SEND A COPY === #

    def test_a_copy_says_the_same_and_moves_nothing(self):
        self.create_policy([1, 8])
        invoice = self.create_invoice(due_in=-10)
        run = self.follow_up(-9)
        self.arrive(run)
        original = run.notice_ids.delivery_ids
        before = self.item(invoice).read()
        wizard = self.open(run.notice_ids, "action_open_resend", self.collector)
        self.assertEqual(wizard.address, "acorn.ltd@example.com")
        wizard.address = "boss@example.com"
        wizard.action_resend()
        copy = run.notice_ids.delivery_ids - original
        self.assertEqual((copy.address, copy.is_extra), ("boss@example.com", True))
        self.assertEqual(copy.mail_mail_id.email_to, "boss@example.com")
        self.assertEqual(copy.mail_mail_id.body_html, original.mail_mail_id.body_html)
        self.assertEqual(self.item(invoice).read(), before)
        self.assertEqual(self.events(self.case_of(), "resent").note, "boss@example.com")

    def test_a_letter_is_printed_again_or_sent_by_email(self):
        self.create_policy([self.level(1, channel="letter")])
        self.create_invoice()
        with patch.object(
            self.registry["ar.followup.delivery"],
            "_render_letters",
            lambda self, notices: dict.fromkeys(notices.ids, b"%PDF"),
        ):
            notice = self.follow_up().notice_ids
        original = notice.delivery_ids
        again = notice.action_resend("letter")
        self.assertEqual(again.evidence_sha256, original.evidence_sha256)
        self.assertEqual((again.channel, again.state), ("letter", "queued"))
        by_email = notice.action_resend("email")
        self.assertEqual(by_email.mail_mail_id.attachment_ids, original.evidence_id)

    def test_in_test_mode_the_copy_goes_to_the_test_address(self):
        self.create_policy([1])
        self.create_invoice()
        notice = self.follow_up().notice_ids
        self.env.company.write(
            {"ar_is_test_mode": True, "ar_test_email": "me@example.com"}
        )
        copy = notice.action_resend("email", "boss@example.com")
        self.assertEqual(copy.mail_mail_id.email_to, "me@example.com")

    def test_while_paused_nothing_is_sent(self):
        self.create_policy([1])
        self.create_invoice()
        notice = self.follow_up().notice_ids
        self.env.company.ar_is_paused = True
        with self.assertRaisesRegex(UserError, "paused"):
            notice.action_resend("email")

    def test_what_was_never_sent_has_no_copy(self):
        self.create_policy([1], is_approval_needed=True)
        self.create_invoice()
        with self.assertRaisesRegex(UserError, "no message"):
            self.follow_up().notice_ids.action_open_resend()

    def test_a_copy_that_failed_is_sent_again_as_it_was(self):
        self.create_policy([1])
        self.create_invoice()
        notice = self.follow_up().notice_ids
        copy = notice.action_resend("email", "boss@example.com")
        body = copy.mail_mail_id.body_html
        copy.mail_mail_id.state = "exception"
        copy._fail_for_now("no server")
        with self.on_day(1):
            self.env["ar.followup.delivery"]._retry_due()
        self.assertEqual((copy.state, copy.attempts), ("queued", 2))
        self.assertEqual(copy.mail_mail_id.state, "outgoing")
        self.assertEqual(copy.mail_mail_id.body_html, body)

    def test_an_auditor_sends_no_copies(self):
        self.create_policy([1])
        self.create_invoice()
        notice = self.follow_up().notice_ids.with_user(self.auditor)
        for method in ("action_open_resend", "action_resend"):
            with self.assertRaises(AccessError):
                getattr(notice, method)()


class TestTwoCompanies(ByHandCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company(name="Other Company")["company"]
        cls.switch_on(cls.other, ar_start_date=LONG_AGO)

    def test_a_hold_of_a_customer_holds_in_the_active_company_only(self):
        self.open(self.customer, "action_ar_open_hold").action_hold()
        other_case = self.customer._ar_ensure_case(self.other)
        self.assertTrue(self.case_of().hold_ids)
        self.assertFalse(other_case.hold_ids)

    def test_a_user_of_one_company_does_nothing_in_the_other(self):
        policy = self.create_policy([1], company_id=self.other.id)
        invoice = self.create_invoice(company=self.other)
        run = self.follow_up(company=self.other)
        self.assertTrue(policy.is_on)
        item, notice = self.items(invoice), run.notice_ids
        self.assertTrue(item and notice)
        acts = [
            (item, "action_ar_open_hold"),
            (item, "action_ar_open_set_rung"),
            (item, "action_ar_open_follow"),
            (notice, "action_open_withdraw"),
            (notice, "action_open_resend"),
            (item.case_id, "action_ar_open_send_reminder"),
        ]
        for records, method in acts:
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(records.with_user(self.manager), method)()
        with self.assertRaises(AccessError):
            item.with_user(self.manager).action_follow(False, "x")
        self.assertEqual(item.review_state, "followed")
