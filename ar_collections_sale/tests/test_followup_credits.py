"""Money that was paid for an order stays with the order (L7)."""

from .common_credit import OrderCreditCase


class TestFollowupCredits(OrderCreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_policy([1])

    def prepay(self, order, amount=None):
        """Pay an order online, and book the payment."""
        transaction = self.create_order_transaction(order, amount)
        transaction._post_process()
        self.assertTrue(transaction.payment_id.move_id)
        return transaction

    def test_money_for_an_order_covers_no_other_debt(self):
        debt = self.create_invoice(due_in=-5, amount=100.0)
        self.prepay(self.create_order(100.0))
        run = self.follow_up()
        self.assertSaid(run, {debt: 1})
        self.assertEqual(self.lines_said(run).claim_amount, 100.0)

    def test_what_was_paid_over_the_order_is_free(self):
        debt = self.create_invoice(due_in=-5, amount=100.0)
        self.prepay(self.create_order(100.0), 130.0)
        run = self.follow_up()
        self.assertSaid(run, {debt: 1})
        self.assertEqual(self.lines_said(run).claim_amount, 70.0)

    def test_money_for_a_cancelled_order_is_free(self):
        debt = self.create_invoice(due_in=-5, amount=100.0)
        order = self.create_order(100.0)
        self.prepay(order)
        order.sudo()._action_cancel()
        self.assertNothingSaid(self.follow_up())
        self.assertReason(debt, "covered")

    def test_money_for_an_order_that_is_invoiced_is_free(self):
        debt = self.create_invoice(due_in=-5, amount=100.0)
        order = self.create_order(100.0, product=self.ordered_goods)
        self.prepay(order)
        invoice = order.sudo()._create_invoices()
        invoice.action_post()
        self.unmatch(invoice)
        self.assertNothingSaid(self.follow_up())
        self.assertReason(debt, "covered")

    def test_other_credits_are_free_as_ever(self):
        debt = self.create_invoice(due_in=-5, amount=100.0)
        self.prepay(self.create_order(100.0))
        self.create_credit_note(100.0)
        self.assertNothingSaid(self.follow_up())
        self.assertReason(debt, "covered")
