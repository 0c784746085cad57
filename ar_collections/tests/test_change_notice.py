"""What an approver changes in a notice before it leaves."""

from odoo import Command
from odoo.exceptions import AccessError, UserError

from .common import day_in
from .common_by_hand import ByHandCase


class TestChangeNotice(ByHandCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_policy(
            [cls.level(1, deadline_days=7), cls.level(8, deadline_days=5)],
            is_approval_needed=True,
        )
        cls.old = cls.create_invoice(due_in=-20, amount=700.0)
        cls.send_first()
        cls.young = cls.create_invoice(due_in=-3, amount=40.0)
        cls.run_of_day = cls.follow_up(9)
        cls.notice = cls.run_of_day.notice_ids

    @classmethod
    def send_first(cls):
        """Approve and send the first notices; they arrive."""
        run = cls.follow_up(execute=False)
        run.notice_ids.action_approve()
        with cls.on_day(0):
            run.action_execute()
        cls.arrive(run)

    def setUp(self):
        super().setUp()
        self.enterContext(self.on_day(9))
        self.assertEqual(self.item(self.old).rung_days, 1)

    def change(self, user=None, **values):
        wizard = self.open(
            self.notice,
            "action_open_change",
            user or self.collector,
            note="asked on the phone",
            **values,
        )
        return wizard.action_change()

    def leave_out(self, invoice):
        line = self.notice.line_ids.filtered(lambda line: line.move_id == invoice)
        wizard = self.fill(
            line.with_user(self.collector).action_open_leave_out(),
            self.collector,
            note="asked on the phone",
        )
        wizard.action_change()

    def send(self):
        self.notice.action_approve()
        self.run_of_day.action_execute()
        self.assertEqual(self.notice.state, "done")
        return self.notice.delivery_ids

    def create_contact(self, name="Bill Payable", **values):
        return self.create_customer(
            name, is_company=False, parent_id=self.customer.id, **values
        )

    # === DEBTS === #

    def test_a_debt_left_out_is_neither_told_nor_moved(self):
        self.leave_out(self.young)
        self.assertNotIn(self.young.name, self.notice.preview_body)
        self.send()
        self.assertSaid(self.run_of_day, {self.old: 8})
        self.assertEqual(self.item(self.young).rung_days, 0)
        self.assertEqual(self.events(self.item(self.young), "left_out").note, "asked on the phone")

    def test_the_notice_takes_tone_and_term_of_what_is_left(self):
        self.assertEqual((self.notice.level_id.days, self.notice.deadline_days), (8, 7))
        self.leave_out(self.old)
        self.assertEqual((self.notice.level_id.days, self.notice.deadline_days), (1, 7))
        self.send()
        self.assertSaid(self.run_of_day, {self.young: 1})

    def test_the_total_of_the_preview_follows(self):
        self.assertIn("740.00", self.notice.preview_body)
        self.leave_out(self.young)
        self.assertIn("700.00", self.notice.preview_body)

    def test_a_debt_left_out_comes_again_with_the_next_run(self):
        self.leave_out(self.young)
        self.send()
        self.assertSaid(self.follow_up(10, execute=False), {self.young: 1})

    def test_the_last_debt_cannot_be_left_out(self):
        self.leave_out(self.young)
        with self.assertRaisesRegex(UserError, "skip or cancel"):
            self.leave_out(self.old)
        self.assertEqual(self.notice.state, "to_approve")

    def test_a_debt_of_another_notice_is_refused(self):
        other = self.create_customer("Other Ltd")
        self.create_invoice(due_in=-3, partner=other)
        foreign = self.follow_up(9, partner_ids=[Command.set(other.ids)]).notice_ids
        with self.assertRaisesRegex(UserError, "of this notice"):
            self.notice._change("x", left_out=foreign.line_ids)
        self.assertFalse(foreign.line_ids.is_cancelled)

    # === RECIPIENT AND CHANNEL === #

    def test_the_chosen_contact_gets_the_message(self):
        contact = self.create_contact()
        self.change(recipient_id=contact)
        delivery = self.send()
        self.assertEqual(delivery.recipient_id, contact)
        self.assertEqual(delivery.address, "bill.payable@example.com")
        self.assertIn(
            "Acorn Ltd → Acorn Ltd, Bill Payable. asked on the phone",
            self.events(self.case_of(), "changed").note,
        )

    def test_a_stranger_gets_nothing(self):
        stranger = self.create_customer("Stranger")
        with self.assertRaisesRegex(UserError, "no contact of Acorn Ltd"):
            self.change(recipient_id=stranger)
        self.assertEqual(self.notice.recipient_id, self.customer)

    def test_a_contact_who_left_gives_way_to_the_usual_one(self):
        contact = self.create_contact()
        self.change(recipient_id=contact)
        contact.active = False
        self.assertEqual(self.send().recipient_id, self.customer)

    def test_the_chosen_channel_is_used(self):
        self.change(channel="phone")
        delivery = self.send()
        self.assertEqual(delivery.channel, "phone")
        self.assertIn("E-mail → Phone call", self.events(self.case_of(), "changed").note)

    def test_the_chosen_channel_outlives_a_debt_that_is_paid(self):
        self.change(channel="phone")
        self.pay(self.old, day=day_in(9))
        self.assertEqual(self.send().channel, "phone")
        self.assertEqual(self.notice.level_id.days, 1)

    def test_a_channel_without_address_is_refused(self):
        self.customer.phone = False
        with self.assertRaisesRegex(UserError, "no address for the channel “SMS”"):
            self.change(channel="sms")

    def test_a_channel_without_a_text_is_refused(self):
        with self.assertRaisesRegex(UserError, "no SMS text"):
            self.change(channel="sms")
        self.assertEqual(self.notice.channel, "email")

    def test_a_contact_without_the_channel_is_reached_on_the_levels_other_one(self):
        self.notice.level_id.fallback_channel = "letter"
        contact = self.create_contact(email=False)
        self.change(recipient_id=contact)
        self.assertEqual(self.notice.channel, "letter")

    # === DEADLINE === #

    def test_the_chosen_deadline_binds_all_lines(self):
        self.change(deadline=day_in(30))
        self.send()
        self.assertEqual(self.notice.deadline, day_in(30))
        self.assertEqual(
            (self.item(self.old) | self.item(self.young)).mapped("deadline"),
            [day_in(30)] * 2,
        )

    def test_the_text_tells_the_days_of_the_chosen_deadline(self):
        self.change(deadline=day_in(30))
        self.assertEqual(
            self.notice.deadline_text, "within 21 days, by Friday, April 3, 2026"
        )

    def test_a_deadline_is_today_or_later(self):
        self.change(deadline=day_in(9))
        self.assertEqual(self.notice.deadline_text, "by Friday, March 13, 2026")
        with self.assertRaisesRegex(UserError, "today or later"):
            self.change(deadline=day_in(8))

    def test_a_deadline_that_passed_before_sending_is_counted_anew(self):
        self.change(deadline=day_in(10))
        self.notice.action_approve()
        with self.on_day(14):
            self.run_of_day.action_execute()
        self.assertEqual(self.notice.deadline, day_in(14 + 7))

    def test_a_formal_notice_keeps_the_time_of_its_level(self):
        self.notice.sudo().is_formal = True
        with self.assertRaisesRegex(UserError, "the time of its level"):
            self.change(deadline=day_in(10))

    # === WHO AND WHEN === #

    def test_nothing_changes_without_a_reason(self):
        with self.assertRaisesRegex(UserError, "Say why"):
            self.notice.with_user(self.collector)._change(" ", channel="phone")

    def test_unchanged_values_leave_no_trace(self):
        self.change()
        self.assertFalse(self.events(self.case_of(), "changed"))
        self.assertFalse(self.notice.chosen_deadline)

    def test_an_auditor_changes_nothing(self):
        notice = self.notice.with_user(self.auditor)
        with self.assertRaises(AccessError):
            notice.action_open_change()
        with self.assertRaises(AccessError):
            notice._change("x", channel="phone")

    def test_a_window_belongs_to_who_opened_it(self):
        wizard = self.open(self.notice, "action_open_change", self.collector, note="x")
        other = self.create_user("second_collector", "collector")
        with self.assertRaises(AccessError):
            wizard.with_user(other).read(["note"])

    def test_what_was_sent_cannot_be_changed(self):
        wizard = self.open(
            self.notice, "action_open_change", self.collector, note="x", channel="phone"
        )
        self.send()
        with self.assertRaisesRegex(UserError, "has not left"):
            wizard.action_change()
