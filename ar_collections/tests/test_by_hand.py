"""What a person does with debts and notices by hand, and who may."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError

from .common import LONG_AGO, day_in
from .common_by_hand import ByHandCase


class TestDebtsByHand(ByHandCase):
    # === HOLDS === #

    def test_a_hold_on_a_debt_stops_it_until_its_last_day(self):
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-5)
        self.follow_up(-5)
        wizard = self.open(
            self.item(invoice),
            "action_ar_open_hold",
            self.collector,
            reason="dispute",
            until=day_in(2),
        )
        wizard.action_hold()
        self.assertReason(invoice, "dispute", next_date=3)
        self.assertNothingSaid(self.follow_up(0))
        self.assertNothingSaid(self.follow_up(2))
        self.assertSaid(self.follow_up(3), {invoice: 1})
        self.assertEqual(
            self.events(self.item(invoice), "hold_set").user_id, self.collector
        )

    def test_a_part_of_a_debt_on_hold_is_not_asked_for(self):
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-5, amount=100.0)
        self.follow_up(-5)
        wizard = self.open(self.item(invoice), "action_ar_open_hold", amount=30.0)
        wizard.action_hold()
        [line] = self.lines_said(self.follow_up())
        self.assertEqual((line.held_amount, line.claim_amount), (30.0, 70.0))

    def test_a_part_of_an_invoice_is_held_on_its_oldest_instalments(self):
        self.create_policy([1])
        invoice = self.create_invoice(terms=(-9, -5), amount=100.0)
        self.follow_up(-9)
        wizard = self.open(invoice, "action_ar_open_hold", amount=60.0)
        wizard.action_hold()
        holds = self.items(invoice).hold_ids
        self.assertEqual(holds.sorted("id").mapped("amount"), [0.0, 10.0])

    def test_a_hold_on_an_invoice_needs_no_run_before(self):
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-5)
        self.open(invoice, "action_ar_open_hold").action_hold()
        self.assertNothingSaid(self.follow_up())
        self.assertReason(invoice, "hold")

    def test_several_customers_are_held_at_once(self):
        self.create_policy([1])
        other = self.create_customer("Birch Ltd")
        invoices = self.create_invoice() + self.create_invoice(partner=other)
        self.open(invoices.partner_id, "action_ar_open_hold").action_hold()
        self.assertNothingSaid(self.follow_up())
        self.assertEqual(len((self.case_of() | self.case_of(other)).hold_ids), 2)

    def test_what_stops_the_customer_is_set_on_the_customer(self):
        self.create_policy([1])
        first, second = self.create_invoice(), self.create_invoice(due_in=-3)
        self.follow_up(-5)
        self.open(
            self.item(first), "action_ar_open_hold", reason="insolvency"
        ).action_hold()
        self.assertReason(first, "insolvency")
        self.assertReason(second, "insolvency")

    def test_an_amount_on_several_debts_is_refused(self):
        self.create_policy([1])
        items = self.items(self.create_invoice(terms=(-9, -5)))
        self.follow_up(-9)
        items = self.env["ar.followup.item"].search([])
        wizard = self.open(items, "action_ar_open_hold")
        wizard.amount = 10.0
        with self.assertRaisesRegex(UserError, "choose one"):
            wizard.action_hold()

    def test_a_hold_in_the_past_is_refused(self):
        self.create_policy([1])
        wizard = self.open(self.create_invoice(), "action_ar_open_hold", until=day_in(-1))
        with self.assertRaisesRegex(UserError, "today or longer"):
            wizard.action_hold()

    def test_lifting_holds_lets_the_ladder_go_on_and_keeps_them_on_record(self):
        self.create_policy([1])
        invoice = self.create_invoice()
        self.open(invoice, "action_ar_open_hold").action_hold()
        self.follow_up(0)
        invoice.with_user(self.collector).action_ar_lift_holds()
        self.assertSaid(self.follow_up(1), {invoice: 1})
        hold = self.env["ar.collection.hold"].with_context(active_test=False).search([])
        self.assertEqual((hold.active, hold.lifted_date), (False, day_in(0)))
        self.assertEqual(
            self.events(self.case_of(), "hold_lifted").user_id, self.collector
        )

    def test_lifting_touches_holds_of_these_records_only(self):
        self.create_policy([1])
        invoice, other = self.create_invoice(), self.create_invoice()
        self.hold(invoice)
        self.hold(other)
        invoice.action_ar_lift_holds()
        self.assertFalse(invoice.ar_hold_ids.filtered("active"))
        self.assertTrue(other.ar_hold_ids.filtered("active"))

    def test_without_a_hold_there_is_nothing_to_lift(self):
        with self.assertRaisesRegex(UserError, "no hold"):
            self.create_invoice().action_ar_lift_holds()

    # === PROMISES === #

    def test_a_promise_holds_until_the_day_and_two_business_days_more(self):
        # TODAY is a Wednesday: Friday plus two business days is Tuesday.
        self.create_policy([1], calendar_id=self.create_calendar().id)
        invoice = self.create_invoice()
        wizard = self.open(
            invoice,
            "action_ar_open_promise",
            self.collector,
            date=day_in(2),
            note="Ms Oak",
        )
        wizard.action_promise()
        hold = invoice.ar_hold_ids
        self.assertEqual((hold.reason, hold.until), ("promise", day_in(6)))
        self.assertIn("Ms Oak", hold.note)
        self.assertNothingSaid(self.follow_up(6))
        self.assertSaid(self.follow_up(7), {invoice: 1})

    def test_the_tolerance_is_a_setting(self):
        self.env.company.ar_promise_tolerance_days = 0
        self.create_policy([1])
        invoice = self.create_invoice()
        self.open(invoice, "action_ar_open_promise", date=day_in(2)).action_promise()
        self.assertEqual(invoice.ar_hold_ids.until, day_in(2))

    def test_a_promised_amount_covers_the_oldest_debts_first(self):
        self.create_policy([1])
        old = self.create_invoice(due_in=-9, amount=100.0)
        new = self.create_invoice(due_in=-5, amount=100.0)
        newest = self.create_invoice(due_in=-3, amount=100.0)
        wizard = self.open(
            self.customer, "action_ar_open_promise", date=day_in(2), amount=150.0
        )
        wizard.action_promise()
        run = self.follow_up()
        self.assertSaid(run, {new: 1, newest: 1})
        claims = {line.move_id: line.claim_amount for line in self.lines_said(run)}
        self.assertEqual(claims, {new: 50.0, newest: 100.0})
        self.assertReason(old, "promise")

    def test_a_promise_for_yesterday_is_refused(self):
        wizard = self.open(
            self.create_invoice(), "action_ar_open_promise", date=day_in(-1)
        )
        with self.assertRaisesRegex(UserError, "later day"):
            wizard.action_promise()

    def test_an_amount_of_several_customers_is_refused(self):
        self.create_policy([1])
        other = self.create_customer("Birch Ltd")
        moves = self.create_invoice() + self.create_invoice(partner=other)
        wizard = self.open(moves, "action_ar_open_promise", date=day_in(2), amount=10.0)
        with self.assertRaisesRegex(UserError, "one customer at a time"):
            wizard.action_promise()

    def test_an_amount_in_a_currency_without_debts_is_refused(self):
        self.create_policy([1])
        other = self.setup_other_currency("EUR")
        wizard = self.open(
            self.create_invoice(), "action_ar_open_promise", date=day_in(2), amount=10.0
        )
        wizard.currency_id = other
        with self.assertRaisesRegex(UserError, "EUR"):
            wizard.action_promise()

    # === RUNG === #

    def test_set_before_the_first_level_all_levels_are_said_again(self):
        self.create_policy([1, 8])
        invoice = self.create_invoice(due_in=-20)
        self.climb(-19, -12)
        wizard = self.open(
            self.item(invoice),
            "action_ar_open_set_rung",
            self.manager,
            note="wrong address",
        )
        wizard.action_set()
        item = self.item(invoice)
        self.assertEqual(
            (item.round, item.rung_days, item.last_notice_date), (2, 0, False)
        )
        self.assertSaid(self.follow_up(0), {invoice: 1})
        event = self.events(item, "rung_set")
        self.assertEqual(
            (event.user_id, event.note),
            (self.manager, "Before the first level: wrong address"),
        )

    def test_set_on_a_level_the_next_one_follows_after_the_last_contact(self):
        policy = self.create_policy([1, 8, 15], min_interval_days=7)
        invoice = self.create_invoice(due_in=-60)
        self.follow_up(-60)
        wizard = self.open(
            self.item(invoice),
            "action_ar_open_set_rung",
            position="level",
            level_id=policy.level_ids[1],
            last_contact=day_in(-5),
            note="told by phone",
        )
        wizard.action_set()
        self.assertEqual(self.item(invoice).round, 1)
        self.assertReason(invoice, "too_soon_item", 15, 2)
        self.assertEqual(self.case_of().last_notice_date, day_in(-5))

    def test_set_back_to_a_level_starts_a_new_round(self):
        policy = self.create_policy([1, 8, 15])
        invoice = self.create_invoice(due_in=-30)
        self.climb(-29, -22, -15)
        self.item(invoice).action_set_rung(policy.level_ids[0], "letter was lost")
        self.assertEqual(self.item(invoice).round, 2)
        self.assertSaid(self.follow_up(0), {invoice: 8})

    def test_set_on_the_same_level_nothing_is_said_twice(self):
        policy = self.create_policy([1, 8])
        invoice = self.create_invoice(due_in=-4)
        self.climb(-3)
        self.item(invoice).action_set_rung(policy.level_ids[0], "no change")
        self.assertEqual(self.item(invoice).round, 1)
        self.assertNothingSaid(self.follow_up(0))
        self.assertReason(invoice, "too_soon_level", 8, 4)

    def test_a_debt_set_on_a_rung_leaves_the_notice_that_waits(self):
        self.create_policy([1], is_approval_needed=True)
        invoice = self.create_invoice()
        [notice] = self.follow_up().notice_ids
        self.item(invoice).action_set_rung(self.env["ar.followup.level"], "by hand")
        self.assertEqual(
            (notice.state, notice.cancel_reason), ("cancelled", "rung_reset")
        )

    def test_a_rung_needs_a_reason_a_level_of_the_policy_and_no_future_contact(self):
        policy = self.create_policy([-3, 1, 8])
        other = self.create_policy([5], sequence=99)
        self.create_invoice()
        self.follow_up(execute=False)
        item = self.env["ar.followup.item"].search([])
        with self.assertRaisesRegex(UserError, "Say why"):
            item.action_set_rung(policy.level_ids[1], "  ")
        with self.assertRaisesRegex(UserError, "courtesy"):
            item.action_set_rung(policy.level_ids[0], "x")
        with self.assertRaisesRegex(UserError, "not a level of the policy"):
            item.action_set_rung(other.level_ids, "x")
        with self.assertRaisesRegex(UserError, "future"):
            item.action_set_rung(policy.level_ids[1], "x", day_in(1))

    def test_only_a_manager_sets_rungs(self):
        self.create_policy([1])
        self.create_invoice()
        self.follow_up()
        item = self.env["ar.followup.item"].search([])
        for user in (self.collector, self.auditor):
            with self.assertRaises(AccessError):
                item.with_user(user).action_ar_open_set_rung()
            with self.assertRaises(AccessError):
                item.with_user(user).action_set_rung(item.rung_level_id, "x")

    # === IN AND OUT OF FOLLOW-UP === #

    def test_a_debt_taken_out_is_not_said_until_it_is_taken_back(self):
        self.create_policy([1], is_approval_needed=True)
        invoice = self.create_invoice()
        [notice] = self.follow_up().notice_ids
        wizard = self.open(invoice, "action_ar_open_follow", self.collector, note="staff")
        self.assertEqual(wizard.change, "out")
        wizard.action_change()
        self.assertEqual(
            (notice.state, notice.cancel_reason), ("cancelled", "no_followup")
        )
        self.assertReason(invoice, "no_followup")
        self.assertNothingSaid(self.follow_up(1))
        wizard = self.open(
            invoice, "action_ar_open_follow", self.collector, note="left us"
        )
        self.assertEqual(wizard.change, "back")
        wizard.action_change()
        self.assertSaid(self.follow_up(2), {invoice: 1})
        self.assertEqual(self.events(self.item(invoice), "not_followed").note, "staff")
        self.assertEqual(self.events(self.item(invoice), "followed").note, "left us")

    def test_an_invoice_that_no_run_has_seen_can_be_taken_out(self):
        self.create_policy([1])
        invoice = self.create_invoice()
        self.open(invoice, "action_ar_open_follow", note="staff").action_change()
        self.assertNothingSaid(self.follow_up())

    def test_without_a_reason_nothing_changes(self):
        self.create_policy([1])
        self.create_invoice()
        self.follow_up(execute=False)
        item = self.env["ar.followup.item"].search([])
        with self.assertRaisesRegex(UserError, "Say why"):
            item.action_follow(False)
        self.assertEqual(item.review_state, "followed")

    def test_where_follow_up_is_off_no_debt_gets_on_the_ladder(self):
        self.env.company.ar_start_date = False
        invoice = self.create_invoice()
        with self.assertRaisesRegex(UserError, "not switched on"):
            invoice.action_ar_open_follow()
        self.assertFalse(self.items(invoice))


class TestWaitingNoticesByHand(ByHandCase):
    def setUp(self):
        super().setUp()
        self.create_policy([1, 8], is_approval_needed=True)
        self.invoice = self.create_invoice(due_in=-10)
        self.run = self.follow_up()
        self.notice = self.run.notice_ids

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
        self.run.action_execute()
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
