"""Reminders that a person sends now."""

from datetime import time

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .common import day_in
from .common_by_hand import ByHandCase


class TestSendReminder(ByHandCase):
    def remind(self, records, user=None, **values):
        """Send a reminder through the window, as a collector.

        :return: the notice
        """
        wizard = self.open(
            records, "action_ar_open_send_reminder", user or self.collector, **values
        )
        action = wizard.action_send()
        return self.env["ar.followup.notice"].browse(action["res_id"])

    def said(self, notice):
        return {line.move_id: line.level_days for line in notice._get_lines("climbing")}

    # === WHAT IS SENT === #

    def test_the_next_level_goes_out_at_once_whatever_the_clocks_say(self):
        self.create_policy([1, 8], min_interval_days=7, customer_interval_days=7)
        invoice = self.create_invoice(due_in=-5)
        self.climb(-1)
        notice = self.remind(invoice)
        self.assertEqual(
            (notice.state, notice.is_manual, notice.run_id.id), ("done", True, False)
        )
        self.assertEqual(self.said(notice), {invoice: 8})
        self.assertEqual(notice.delivery_ids.mail_mail_id.recipient_ids, self.customer)
        item = self.item(invoice)
        self.assertEqual((item.rung_days, item.last_notice_date), (8, day_in(0)))
        self.assertEqual(self.case_of().last_notice_date, day_in(0))
        event = self.events(self.case_of(), "sent_by_hand")
        self.assertEqual((event.user_id, event.notice_id), (self.collector, notice))

    def test_the_run_goes_on_from_there(self):
        self.create_policy([1, 8, 15])
        invoice = self.create_invoice(due_in=-9)
        self.climb(-8)
        self.remind(invoice)
        self.assertNothingSaid(self.follow_up(0))
        self.assertNothingSaid(self.follow_up(5))
        self.assertSaid(self.follow_up(6), {invoice: 15})

    def test_the_current_level_can_be_repeated_and_repeated_again(self):
        policy = self.create_policy([1, 20])
        invoice = self.create_invoice(due_in=-5)
        self.climb(-4)
        for occurrence in (2, 3):
            notice = self.remind(invoice, level_id=policy.level_ids[0])
            self.assertEqual(notice.line_ids.occurrence, occurrence)
        self.assertEqual(self.item(invoice).rung_days, 1)

    def test_a_debt_that_is_not_that_far_takes_its_own_level(self):
        self.create_policy([1, 8])
        old, new = self.create_invoice(due_in=-9), self.create_invoice(due_in=-2)
        self.climb(-8)
        notice = self.remind(self.customer)
        self.assertEqual(self.said(notice), {old: 8, new: 1})
        self.assertEqual(notice.level_days, 8)

    def test_a_debt_that_has_had_its_formal_notice_is_listed_besides(self):
        formal = self.level(8, is_formal=True)
        self.create_policy([1, formal], min_reminders=1)
        done, other = self.create_invoice(due_in=-19), self.create_invoice(due_in=-2)
        self.climb(-18)
        self.climb(-10)
        self.assertTrue(self.item(done).rung_level_id.is_formal)
        notice = self.remind(self.customer)
        self.assertEqual(self.said(notice), {other: 1})
        self.assertEqual(notice._get_lines("overdue").move_id, done | other)

    def test_from_an_invoice_only_its_debts_are_reminded_and_others_listed(self):
        self.create_policy([1])
        chosen, other = self.create_invoice(), self.create_invoice(due_in=-3)
        coming = self.create_invoice(due_in=9)
        notice = self.remind(chosen)
        roles = {line.move_id: line.role for line in notice.line_ids}
        self.assertEqual(
            roles, {chosen: "climbing", other: "overdue", coming: "not_due"}
        )
        self.assertEqual(self.item(other).rung_days, 0)

    def test_before_the_due_date_only_a_courtesy_level_is_offered(self):
        policy = self.create_policy([-7, -3, 1])
        invoice = self.create_invoice(due_in=20)
        notice = self.remind(invoice)
        self.assertEqual(self.said(notice), {invoice: -7})
        wizard = self.open(invoice, "action_ar_open_send_reminder")
        self.assertEqual(wizard.level_ids, policy.level_ids[:2])

    def test_a_debt_leaves_the_notice_that_waits_for_approval(self):
        self.create_policy([1, 8], is_approval_needed=True)
        invoice = self.create_invoice(due_in=-3)
        waiting = self.follow_up().notice_ids
        notice = self.remind(invoice)
        self.assertEqual(
            (waiting.state, waiting.cancel_reason), ("cancelled", "by_hand")
        )
        self.assertEqual(
            (self.said(notice), notice.line_ids.occurrence), ({invoice: 1}, 1)
        )

    def test_channel_recipient_and_own_words_are_a_persons_choice(self):
        self.create_policy([1])
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": self.customer.id, "email": "ann@example.com"}
        )
        self.create_invoice()
        notice = self.remind(
            self.customer, recipient_id=contact, personal_text="<p>As discussed.</p>"
        )
        self.assertEqual(notice.delivery_ids.mail_mail_id.recipient_ids, contact)
        self.assertIn("As discussed.", notice.personal_text)

    def test_the_text_is_shown_before_and_nothing_is_kept_of_it(self):
        self.create_policy([1])
        self.create_invoice(amount=123.0)
        before = self.env["ar.followup.notice"].search_count([])
        wizard = self.open(self.customer, "action_ar_open_send_reminder", self.collector)
        self.assertIn("123.00", wizard.preview_body)
        self.assertEqual(wizard.preview_subject, "Open invoices")
        self.assertEqual(self.env["ar.followup.notice"].search_count([]), before)
        self.assertFalse(
            self.env["ar.followup.event"].search([("code", "=", "sent_by_hand")])
        )

    def test_in_test_mode_nothing_moves(self):
        self.env.company.write(
            {"ar_is_test_mode": True, "ar_test_email": "me@example.com"}
        )
        self.create_policy([1])
        invoice = self.create_invoice()
        notice = self.remind(invoice)
        self.assertEqual(
            (notice.is_test, notice.delivery_ids.mail_mail_id.email_to),
            (True, "me@example.com"),
        )
        self.assertEqual(self.item(invoice).rung_days, 0)

    def test_a_manual_notice_is_like_one_of_a_run(self):
        self.create_policy([self.level(1, deadline_days=7)])
        by_run = self.create_invoice(amount=77.0)
        run_line = self.follow_up().notice_ids.line_ids
        other = self.create_customer("Birch Ltd")
        by_hand = self.create_invoice(amount=77.0, partner=other)
        hand_line = self.remind(by_hand).line_ids
        own = {"id", "name", "display_name", "write_uid", "write_date", "create_date"}
        own |= {"notice_id", "item_id", "move_id", "move_line_id"}
        names = set(run_line._fields) - own
        of_run, of_hand = (line.read(names)[0] for line in (run_line, hand_line))
        self.assertEqual(of_hand | {"id": of_run["id"]}, of_run)
        heads = [line.notice_id for line in (run_line, hand_line)]
        self.assertEqual(heads[0].deadline, heads[1].deadline)
        self.assertEqual(by_run.ar_item_ids.deadline, by_hand.ar_item_ids.deadline)

    # === WHAT IS REFUSED === #

    def test_customers_on_hold_get_nothing_and_the_reason_is_told(self):
        self.create_policy([1])
        self.create_invoice()
        for reason, label in (
            ("insolvency", "Insolvency"),
            ("replied", "Customer replied"),
        ):
            hold = self.hold(self.customer, reason)
            with self.assertRaisesRegex(UserError, label):
                self.customer.action_ar_open_send_reminder()
            hold._lift("It is over")

    def test_a_hold_set_meanwhile_stops_the_sending(self):
        self.create_policy([1])
        invoice = self.create_invoice()
        wizard = self.open(invoice, "action_ar_open_send_reminder")
        self.hold(self.customer, "deceased")
        with self.assertRaisesRegex(UserError, "Deceased"):
            wizard.action_send()

    def test_debts_that_may_not_be_said_tell_why(self):
        self.create_policy([1])
        held, blocked = self.create_invoice(), self.create_invoice()
        free = self.create_invoice()
        self.hold(held, "dispute", until=day_in(9))
        blocked.action_toggle_block_payment()
        wizard = self.open(self.customer, "action_ar_open_send_reminder")
        refusals = {line.item_id.move_id: line.refusal for line in wizard.line_ids}
        self.assertIn("Dispute until", refusals[held])
        self.assertIn("blocked", refusals[blocked])
        self.assertFalse(refusals[free])
        self.assertEqual(wizard.line_ids.filtered("is_chosen").item_id.move_id, free)
        with self.assertRaisesRegex(UserError, "Dispute until"):
            held.action_ar_open_send_reminder()

    def test_a_formal_notice_by_hand_needs_its_reminders_too(self):
        policy = self.create_policy([1, self.level(8, is_formal=True)], min_reminders=1)
        invoice = self.create_invoice(due_in=-20)
        run = self.follow_up(-10)
        formal = policy.level_ids[1]
        case, item = self.case_of(), self.item(invoice)
        reminders = self.env["ar.followup.reminder"]
        with self.assertRaisesRegex(UserError, "needs 1 reminders"):
            reminders._send(case, formal, item)
        self.arrive(run)
        notice = reminders._send(case, formal, item)
        self.assertEqual((notice.is_formal, notice.state), (True, "done"))

    def test_outside_the_window_a_person_decides(self):
        self.create_policy([1], calendar_id=self.create_calendar([day_in(0)]).id)
        self.create_invoice()
        self.env.company.ar_window_from = 13
        wizard = self.open(self.customer, "action_ar_open_send_reminder")
        self.assertIn("day off", wizard.warning)
        self.assertIn("outside the hours", wizard.warning)
        with self.assertRaisesRegex(UserError, "Send anyway"):
            wizard.action_send()
        wizard.is_anyway = True
        action = wizard.action_send()
        self.assertEqual(
            self.env["ar.followup.notice"].browse(action["res_id"]).state, "done"
        )

    def test_while_everything_is_paused_nothing_is_sent(self):
        self.create_policy([1])
        self.create_invoice()
        self.env.company.ar_is_paused = True
        with self.assertRaisesRegex(UserError, "paused"):
            self.customer.action_ar_open_send_reminder()

    def test_in_paused_weeks_nothing_is_sent(self):
        self.create_policy([1])
        self.create_invoice()
        self.env["ar.followup.pause"].create(
            {"name": "Fair", "date_from": day_in(-1), "date_until": day_in(1)}
        )
        with self.assertRaisesRegex(UserError, "paused"):
            self.customer.action_ar_open_send_reminder()

    def test_what_was_said_meanwhile_is_not_said_again(self):
        self.create_policy([1, 8])
        invoice = self.create_invoice(due_in=-5)
        wizard = self.open(invoice, "action_ar_open_send_reminder")
        self.follow_up()
        with self.assertRaisesRegex(UserError, "meanwhile"):
            wizard.action_send()

    def test_a_paid_debt_is_not_reminded(self):
        self.create_policy([1])
        invoice = self.create_invoice()
        wizard = self.open(invoice, "action_ar_open_send_reminder")
        self.create_invoice(due_in=-2)
        self.pay(invoice)
        with self.assertRaisesRegex(UserError, "not open any more"):
            wizard.action_send()

    def test_without_an_address_on_the_channel_nothing_is_sent(self):
        self.create_policy([1])
        self.create_invoice()
        self.customer.email = False
        with self.assertRaisesRegex(UserError, "No address"):
            self.customer.action_ar_open_send_reminder()

    def test_without_a_policy_there_is_no_ladder(self):
        self.env["ar.followup.policy"].search([]).is_on = False
        self.create_invoice()
        with self.assertRaisesRegex(UserError, "No policy fits"):
            self.customer.action_ar_open_send_reminder()

    def test_one_customer_at_a_time(self):
        self.create_policy([1])
        other = self.create_customer("Birch Ltd")
        invoices = self.create_invoice() + self.create_invoice(partner=other)
        with self.assertRaisesRegex(UserError, "one customer"):
            invoices.action_ar_open_send_reminder()

    @mute_logger("odoo.addons.ar_collections.models.ar_followup_executor")
    def test_a_message_that_cannot_be_made_is_shown_as_failed(self):
        policy = self.create_policy([1])
        self.create_invoice()
        wizard = self.open(self.customer, "action_ar_open_send_reminder")
        policy.level_ids.mail_template_id = False
        action = wizard.action_send()
        notice = self.env["ar.followup.notice"].browse(action["res_id"])
        self.assertEqual(notice.state, "failed")
        self.assertIn("no e-mail text", notice.failure)

    # === APPROVAL === #

    def check_waits_for_another(self, notice):
        """A colleague approves what a collector has written, and then it leaves."""
        self.assertEqual((notice.state, len(notice.delivery_ids)), ("to_approve", 0))
        self.assertTrue(self.events(self.case_of(), "proposed_by_hand"))
        with self.assertRaisesRegex(UserError, "wrote the reminder"):
            notice.with_user(self.collector).action_approve_and_send()
        colleague = self.create_user("colleague", "collector")
        notice.with_user(colleague).action_approve_and_send()
        self.assertEqual(
            (notice.state, notice.approved_by_id, len(notice.delivery_ids)),
            ("done", colleague, 1),
        )

    def test_a_collectors_reminder_waits_where_the_policy_asks_for_approval(self):
        self.create_policy([1], is_approval_needed=True)
        invoice = self.create_invoice()
        wizard = self.open(self.customer, "action_ar_open_send_reminder", self.collector)
        self.assertTrue(wizard.needs_approval)
        notice = self.remind(self.customer)
        self.assertEqual(self.item(invoice).rung_days, 0)
        self.check_waits_for_another(notice)
        self.assertEqual(self.item(invoice).rung_days, 1)

    def test_a_collectors_reminder_waits_where_the_level_asks_for_approval(self):
        self.create_policy([self.level(1, is_approval_needed=True), 8])
        self.create_invoice()
        self.check_waits_for_another(self.remind(self.customer))

    def test_a_collectors_formal_notice_always_waits(self):
        self.create_policy([self.level(1, is_formal=True)])
        self.create_invoice()
        self.check_waits_for_another(self.remind(self.customer))

    def test_a_collectors_reminder_waits_before_the_first_approved_run(self):
        self.create_policy([1])
        self.create_invoice()
        self.env.company.sudo().ar_has_approved_run = False
        self.check_waits_for_another(self.remind(self.customer))

    def test_a_manager_approves_by_sending(self):
        self.create_policy([self.level(1, is_formal=True)], is_approval_needed=True)
        self.create_invoice()
        notice = self.remind(self.customer, user=self.manager)
        self.assertEqual((notice.state, notice.approved_by_id), ("done", self.manager))

    def test_what_is_approved_without_sending_leaves_with_the_hourly_action(self):
        self.create_policy([1], is_approval_needed=True)
        self.create_invoice()
        notice = self.remind(self.customer)
        notice.with_user(self.manager).action_approve()
        self.assertEqual((notice.state, len(notice.delivery_ids)), ("planned", 0))
        deliveries = self.env["ar.followup.delivery"].sudo()
        with self.on_day(0, at=time(22)):
            deliveries._cron_deliveries()
        self.assertEqual(notice.state, "planned", "The window is closed")
        deliveries._cron_deliveries()
        self.assertEqual((notice.state, len(notice.delivery_ids)), ("done", 1))
        deliveries._cron_deliveries()
        self.assertEqual(len(notice.delivery_ids), 1)

    def test_an_auditor_sends_nothing(self):
        self.create_policy([1])
        self.create_invoice()
        case = self.case_of()
        with self.assertRaises(AccessError):
            case.with_user(self.auditor).action_ar_open_send_reminder()
        with self.assertRaises(AccessError):
            reminders = self.env["ar.followup.reminder"].with_user(self.auditor)
            reminders._send(
                case.with_user(self.auditor),
                self.env["ar.followup.level"],
                self.env["ar.followup.item"],
            )
