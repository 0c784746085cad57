"""Customers sign and pay: their money is booked, and covers the order it was paid for."""

from odoo.exceptions import UserError

from .common_credit import OrderCreditCase


class TestPaidOrders(OrderCreditCase):
    def test_a_fully_prepaid_order_passes_without_credit(self):
        self.decide("none")
        order = self.create_order(1000.0)
        self.create_order_transaction(order, 999.99)
        order.action_confirm()
        self.assertEqual(self.holds_of(order), ["no_credit"])
        self.create_order_transaction(order, 0.01, state="authorized")
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.exposure(), {})

    def test_money_for_an_order_counts_once(self):
        order = self.create_order(1000.0)
        transaction = self.create_order_transaction(order, 300.0)
        order.action_confirm()
        self.assertEqual(self.exposure(), {"orders_open": 700.0})
        transaction._post_process()
        self.assertTrue(transaction.payment_id)
        self.assertEqual(self.exposure(), {"orders_open": 700.0}, "booked, and no free credit")

    def test_money_for_a_quotation_frees_no_other_order(self):
        self.decide("none")
        quotation = self.create_order(1000.0)
        self.create_order_transaction(quotation, 400.0)._post_process()
        other = self.create_order(400.0)
        other.action_confirm()
        self.assertEqual(self.holds_of(other), ["no_credit"])
        quotation._action_cancel()
        other.action_confirm()
        self.assertEqual(other.state, "sale", "of a cancelled order the money is free")

    def test_what_is_paid_beyond_the_order_is_free(self):
        order = self.create_order(1000.0)
        self.create_order_transaction(order, 1500.0)._post_process()
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.exposure(), {"credits": -500.0})

    def test_money_that_paid_a_part_invoice_does_not_cover_the_rest(self):
        order = self.create_order(1000.0)
        order.order_line.product_uom_qty = 2
        self.create_order_transaction(order, 1000.0)._post_process()
        order.order_line.sudo().qty_delivered = 1
        invoice = order.sudo()._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self.exposure(), {"orders_open": 1000.0})

    def test_a_down_payment_that_is_paid_lessens_the_order(self):
        order = self.create_order(1000.0)
        order.action_confirm()
        wizard = (
            self.env["sale.advance.payment.inv"]
            .sudo()
            .with_context(active_model="sale.order", active_ids=order.ids)
            .create({"advance_payment_method": "fixed", "fixed_amount": 300.0})
        )
        invoice = wizard._create_invoices(order.sudo())
        invoice.action_post()
        self.assertEqual(self.exposure(), {"receivable": 300.0, "orders_open": 700.0})
        self.pay(invoice)
        self.assertEqual(self.exposure(), {"orders_open": 700.0})

    def test_money_is_booked_though_the_order_waits(self):
        """Trap: an error while confirming would roll the payment back."""
        self.create_invoice(due_in=-40, amount=500.0)
        order = self.create_order(1000.0, require_payment=True, prepayment_percent=0.5)
        transaction = self.create_order_transaction(order, 500.0)
        transaction._post_process()
        self.assertEqual(transaction.payment_id.state in ("paid", "in_process"), True)
        self.assertTrue(transaction.is_post_processed)
        self.assertEqual(order.state, "draft")
        self.assertEqual(self.holds_of(order), ["overdue"])
        self.assertEqual(order.activity_ids.user_id, self.seller)

    def test_a_payment_confirms_what_is_not_held(self):
        order = self.create_order(1000.0, require_payment=True, prepayment_percent=1.0)
        self.create_order_transaction(order)._post_process()
        self.assertEqual(order.state, "sale")

    def test_a_signature_leaves_a_held_order_a_quotation(self):
        order = self.create_order(6000.0)
        order.state = "sent"
        order.sudo().write({"signed_by": "Ann Acorn"})
        order.sudo()._validate_order()
        self.assertEqual(order.state, "sent")
        self.assertEqual(order.signed_by, "Ann Acorn")
        self.assertEqual(self.holds_of(order), ["over_limit"])
        self.assertEqual(len(order.activity_ids), 1)

    def test_a_second_signature_makes_no_second_task(self):
        order = self.create_order(6000.0)
        order.sudo()._validate_order()
        order.sudo()._validate_order()
        self.assertEqual(len(order.activity_ids), 1)

    def test_a_stop_by_hand_holds_prepaid_orders_too(self):
        self.case_of()._stop_credit("Fraud")
        order = self.create_order(1000.0)
        self.create_order_transaction(order)
        with self.assertRaisesRegex(UserError, "Fraud"):
            order.write({"state": "sale"})
