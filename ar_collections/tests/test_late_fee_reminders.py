"""Fees of reminders, and charges of notices that are taken back."""

from odoo.exceptions import UserError

from .common import day_in
from .common_late_fees import LateFeeCase


class TestLateFeeReminders(LateFeeCase):
    # === REMINDER FEES === #

    def test_a_reminder_fee_for_each_debt_where_the_rule_says_so(self):
        self.rule(
            has_interest=False,
            reminder_fee=12,
            reminder_max_count=1,
            is_reminder_per_debt=True,
            mode="automatic",
        )
        self.create_policy([1, 8, 15])
        self.create_invoice(due_in=-2)
        self.create_invoice(due_in=-1)
        self.climb(0, 7)
        self.assertEqual(self.charges().mapped("amount"), [12, 12])
        self.follow_up(14)
        self.assertEqual(len(self.charges()), 2, "At most one for each debt")

    def test_a_reminder_fee_waits_for_its_day(self):
        self.rule(
            has_interest=False, reminder_fee=5, reminder_earliest_days=14, mode="automatic"
        )
        self.create_policy([1, 8, 15])
        self.create_invoice(due_in=-2)
        self.climb(0, 7)
        self.assertFalse(self.charges())
        self.follow_up(14)
        self.assertEqual(self.charges().mapped("amount"), [5])

    def test_the_fee_of_a_notice_counts_for_all_debts_that_it_reminds_of(self):
        self.rule(
            has_interest=False, reminder_fee=20, reminder_max_count=2, mode="automatic"
        )
        self.create_policy([1, 8, 15, 22, 29])
        oldest = self.create_invoice(due_in=-2)
        self.create_invoice(due_in=-2)
        self.climb(0, 7, 14, 21)
        self.assertEqual(self.charges().mapped("amount"), [20, 20])
        self.assertEqual(self.charges().move_id, oldest)
        younger = self.create_invoice(due_in=21)
        self.climb(28, 35)
        self.assertEqual(self.charges().mapped("amount"), [20, 20, 20])
        self.assertEqual(self.charges()[-1].move_id, younger, "It was reminded twice")

    def test_reminder_fees_count_against_the_flat_sum(self):
        self.rule(
            has_interest=False,
            reminder_fee=35,
            tier_ids=self.flat((0, 460)),
            is_less_reminder_fees=True,
            mode="automatic",
        )
        self.create_policy([1, 8])
        self.create_invoice(due_in=-2)
        self.climb(0, 7)
        self.assertEqual(self.charges().mapped("amount"), [460])

    def test_many_notices_are_charged_in_a_constant_number_of_queries(self):
        self.rule(reminder_fee=12, mode="proposal", tier_ids=self.flat((0, 40)))
        self.create_policy([1, 8])

        def get_queries(count):
            partners = [
                self.create_customer(f"Customer {count} {number}", vat="X")
                for number in range(count)
            ]
            for partner in partners:
                self.create_invoice(due_in=-2, partner=partner)
            notices = self.follow_up(execute=False).notice_ids
            self.env.flush_all()
            engine = self.env["ar.late.fee.engine"].sudo()
            before = self.env.cr.sql_log_count
            with self.isolated():
                made, _problems = engine._decide_notices(
                    self.env.company, notices, day_in(0)
                )
            self.assertGreaterEqual(len(made), count)
            return self.env.cr.sql_log_count - before

        get_queries(1)
        self.assertLessEqual(get_queries(12), get_queries(2) + 3)

    def test_charges_that_wait_are_found_in_a_constant_number_of_queries(self):
        self.flat_rule(mode="automatic")
        self.create_policy([1])
        engine = self.env["ar.late.fee.engine"].sudo()

        def get_queries(count):
            with self.isolated():
                for number in range(count):
                    partner = self.create_customer(f"Customer {number}", vat="X")
                    self.create_invoice(due_in=-2, partner=partner)
                self.daily_pass()
                notices = self.follow_up(execute=False).notice_ids
                notices = notices.sudo().browse(notices.ids)
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                found = engine._find_waiting(engine._announce(notices), day_in(0))
                self.assertEqual(len(found), count)
                return self.env.cr.sql_log_count - before

        self.assertLessEqual(get_queries(9), get_queries(3))

    # === TAKEN BACK === #

    def test_a_cancelled_notice_takes_its_proposals_back(self):
        self.rule(tier_ids=self.flat((0, 40)))
        self.create_policy([1])
        self.create_invoice(due_in=-10, amount=3650)
        notice = self.follow_up().notice_ids
        self.assertEqual(self.charges().mapped("state"), ["proposed", "proposed"])
        notice._cancel("by_hand")
        self.assertEqual(self.charges().mapped("state"), ["cancelled", "cancelled"])

    def test_a_failed_notice_takes_its_proposals_back(self):
        self.flat_rule()
        self.create_policy([1])
        self.create_invoice(due_in=-10)
        notice = self.follow_up().notice_ids
        notice._update_state("failed", failure="The printer is on fire")
        self.assertEqual(self.charges().state, "cancelled")

    def lose(self, notice, day=0):
        """Let all messages of a notice come back."""
        with self.on_day(day):
            deliveries = notice.delivery_ids
            deliveries._fail("Mailbox unknown", is_bounce=True)
            deliveries.sudo()._use_due_fallbacks()
        self.assertEqual(notice.state, "failed")

    def remind_twice(self, **values):
        """Book interest with two notices, and a reminder fee with the second."""
        self.rule(mode="automatic", reminder_fee=12, **values)
        self.create_policy([1, 8])
        self.create_invoice(due_in=-3, amount=3650)
        self.climb(0)
        notice = self.follow_up(7).notice_ids
        fee = self.charges(kind="reminder")
        self.assertEqual((fee.state, fee.amount), ("posted", 12))
        return notice, fee

    def test_a_reminder_that_did_not_arrive_costs_nothing_and_interest_stays(self):
        for document_type in ("out_invoice", "entry"):
            with self.subTest(document_type), self.isolated():
                notice, fee = self.remind_twice(document_type=document_type)
                document = fee.document_id
                self.lose(notice, 7)
                self.assertEqual(fee.state, "cancelled")
                self.assertEqual(len(document.reversal_move_ids), 1)
                interest = self.charges(kind="interest")
                self.assertEqual(set(interest.mapped("state")), {"posted"})
                self.assertEqual(sum(self.debts(document).mapped("amount_residual")), 7)
                event = self.env["ar.followup.event"].search(
                    [("code", "=", "charge_cancelled")]
                )
                self.assertIn("did not arrive", event.note)

    def test_a_reminder_that_is_sent_again_costs_again(self):
        notice, fee = self.remind_twice()
        self.lose(notice, 7)
        with self.on_day(8):
            notice.action_retry()
        self.assertEqual(notice.state, "done")
        again = self.charges(kind="reminder") - fee
        self.assertEqual((again.state, again.amount), ("posted", 12))

    def test_what_was_paid_was_heard_of(self):
        notice, fee = self.remind_twice()
        self.pay(fee.document_id)
        self.lose(notice, 7)
        self.assertEqual(fee.state, "posted")

    def test_a_fallback_keeps_the_fee(self):
        notice, fee = self.remind_twice()
        notice.level_id.fallback_channel = "letter"
        with self.on_day(7):
            notice.delivery_ids._fail("Mailbox unknown", is_bounce=True)
            notice.delivery_ids.sudo()._use_due_fallbacks()
            letter = notice.delivery_ids.filtered("is_fallback")
            self.assertEqual(fee.state, "posted")
            letter._update_state("sent")
            letter._fail("Moved, no address")
            letter.sudo()._use_due_fallbacks()
        self.assertEqual(notice.state, "failed")
        self.assertEqual(fee.state, "cancelled", "A returned letter did not arrive")

    def test_a_debt_settled_before_the_fallback_leaves_no_fee(self):
        notice, fee = self.remind_twice()
        notice.level_id.fallback_channel = "letter"
        with self.on_day(7):
            notice.delivery_ids._fail("Mailbox unknown", is_bounce=True)
            self.pay(notice.line_ids.move_id.filtered(lambda move: not move.ar_is_charge))
            notice.delivery_ids.sudo()._use_due_fallbacks()
        self.assertEqual(notice.state, "cancelled")
        self.assertEqual(fee.state, "cancelled")
        self.assertTrue(fee.document_id.reversal_move_ids)

    def test_a_withdrawn_notice_credits_what_it_booked_and_frees_it(self):
        self.rule(mode="automatic", tier_ids=self.flat((0, 40)))
        self.create_policy([1])
        self.create_invoice(due_in=-10, amount=3650)
        notice = self.follow_up().notice_ids
        document = self.charges().document_id
        notice.action_withdraw("Sent by mistake", is_apologising=False)
        self.assertEqual(self.charges().mapped("state"), ["cancelled", "cancelled"])
        self.assertEqual(document.payment_state, "reversed")
        self.assertEqual(len(document.reversal_move_ids), 1)
        self.follow_up(1)
        again = self.charges(state="posted")
        self.assertEqual(again.mapped("amount"), [40, 11])

    def test_a_notice_whose_document_accounting_cancelled_is_withdrawn(self):
        self.flat_rule(mode="automatic")
        self.create_policy([1])
        self.create_invoice(due_in=-10)
        notice = self.follow_up().notice_ids
        charge = self.charges()
        charge.document_id.button_draft()
        with self.assertRaisesRegex(UserError, "is a draft"):
            notice.action_withdraw("Sent by mistake", is_apologising=False)
        charge.document_id.button_cancel()
        self.assertEqual(charge.state, "waived")
        notice.action_withdraw("Sent by mistake", is_apologising=False)
        self.assertFalse(charge.document_id.reversal_move_ids)
