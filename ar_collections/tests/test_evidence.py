"""What was said of an invoice stays on record when the invoice is deleted."""

from .common import CollectionsCase


class TestDeletedInvoice(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.create_policy((1, 8))
        cls.invoice = cls.create_invoice(due_in=-5, amount=120.0)
        cls.number = cls.invoice.name

    def delete(self, invoice):
        invoice.button_draft()
        invoice.with_context(force_delete=True).unlink()
        self.commit()
        self.env.invalidate_all()

    def test_a_notice_keeps_what_it_told(self):
        notice = self.follow_up(0).notice_ids
        delivery = notice.delivery_ids
        self.delete(self.invoice)
        line = notice.line_ids
        self.assertEqual((notice.state, line.name), ("done", self.number))
        self.assertEqual((line.claim_amount, line.days_overdue), (120.0, 5))
        self.assertFalse(line.item_id or line.move_id or line.is_cancelled)
        self.assertTrue(delivery.exists())

    def test_events_stay_and_tell_who_deleted_what(self):
        self.follow_up(0)
        case = self.item(self.invoice).case_id
        self.item(self.invoice).action_follow(False, "Wrong customer")
        self.delete(self.invoice)
        events = case.event_ids
        self.assertEqual(set(events.mapped("code")), {"not_followed", "deleted"})
        deleted = events.filtered(lambda event: event.code == "deleted")
        self.assertIn(self.number, deleted.note)
        self.assertEqual(deleted.user_id, self.env.user)

    def test_what_waits_to_be_said_is_cancelled(self):
        self.policy.is_approval_needed = True
        other = self.create_invoice(due_in=-5)
        notice = self.follow_up(0).notice_ids
        self.delete(self.invoice)
        gone = notice.line_ids.filtered(lambda line: line.name == self.number)
        self.assertEqual((gone.is_cancelled, gone.cancel_reason), (True, "changed"))
        self.assertEqual(notice.state, "to_approve")
        self.delete(other)
        self.assertEqual((notice.state, notice.cancel_reason), ("cancelled", "changed"))

    def test_a_listed_debt_that_is_gone_leaves_the_lists_before_it_is_sent(self):
        self.policy.is_approval_needed = True
        self.policy.customer_interval_days = 7
        new = self.create_invoice(due_in=0)
        notice = self.follow_up(0).notice_ids
        listed = notice.line_ids.filtered(lambda line: line.move_id == new)
        self.assertEqual(listed.role, "not_due")
        self.delete(new)
        with self.on_day(0):
            notice.action_approve_and_send()
        self.assertEqual(notice.state, "done")
        self.assertEqual((listed.is_cancelled, listed.cancel_reason), (True, "changed"))

    def test_a_message_that_failed_is_not_tried_again(self):
        notice = self.follow_up(0).notice_ids
        self.delete(self.invoice)
        delivery = notice.delivery_ids
        delivery._update_state("failed")
        with self.on_day(1):
            executor = self.env["ar.followup.executor"].sudo()
            executor._recheck_said(notice.sudo(), notice.as_of)
        self.assertEqual((notice.state, notice.cancel_reason), ("cancelled", "changed"))
