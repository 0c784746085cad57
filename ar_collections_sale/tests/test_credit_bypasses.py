"""Ways around the credit check that were found, and are closed."""

from odoo import Command
from odoo.exceptions import UserError

from .common_credit import OrderCreditCase


class TestCreditBypasses(OrderCreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.decide(limit=1000.0)
        cls.order = cls.create_order(900.0)
        cls.order.action_confirm()
        cls.lines = cls.env["sale.order.line"].with_user(cls.seller)

    def test_a_line_moved_into_a_confirmed_order(self):
        other = self.create_order(10000.0)
        with self.assertRaisesRegex(UserError, "cannot grow"):
            other.order_line.write({"order_id": self.order.id})

    def test_a_line_whose_order_is_named_by_the_context(self):
        lines = self.lines.with_context(default_order_id=self.order.id)
        with self.assertRaisesRegex(UserError, "cannot grow"):
            lines.create({"product_id": self.goods.id, "price_unit": 10000.0})

    def test_a_savepoint_that_is_rolled_back_later(self):
        def edit():
            self.order.order_line.price_unit = 5000.0
            with self.env.cr.savepoint() as savepoint:
                savepoint.rollback()

        with self.assertRaisesRegex(UserError, "cannot grow"):
            edit()

    def test_another_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("2016-01-01", 0.1)])
        with self.assertRaisesRegex(UserError, "cannot grow"):
            self.order.write({"currency_id": euro.id})

    def test_a_delivery_is_a_fact(self):
        line = self.order.order_line
        line.write({"qty_delivered": 2})
        self.assertEqual(line.qty_delivered, 2)
        self.assertEqual(self.holds_of(self.order), ["over_limit"])

    def test_an_edit_inside_the_limit_needs_nothing(self):
        self.order.order_line.price_unit = 1000.0
        self.assertEqual(self.order.amount_total, 1000.0)


class TestDiscounts(OrderCreditCase):
    def test_a_discount_lessens_what_is_asked_for(self):
        self.decide(limit=900.0)
        order = self.create_order(1000.0, product=self.ordered_goods)
        order.order_line = [
            Command.create({"product_id": self.ordered_goods.id, "price_unit": -100.0})
        ]
        order.action_confirm()
        self.assertEqual(order.state, "sale", "900.00 are not over 900.00")
        self.assertEqual(self.exposure(), {"orders_open": 900.0})
        order.sudo()._create_invoices().action_post()
        self.assertEqual(self.exposure(), {"receivable": 900.0})


class TestNothingMore(OrderCreditCase):
    """An order that is half delivered, and will stay so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.create_order(1000.0)
        cls.order.order_line.product_uom_qty = 4
        cls.order.action_confirm()
        cls.order.order_line.sudo().qty_delivered = 1

    def test_what_is_not_delivered_counts_no_more(self):
        self.assertEqual(
            self.exposure(), {"orders_delivered": 1000.0, "orders_open": 3000.0}
        )
        self.order.action_ar_end_delivery()
        self.assertEqual(self.exposure(), {"orders_delivered": 1000.0})
        self.order.sudo()._create_invoices().action_post()
        self.assertEqual(self.exposure(), {"receivable": 1000.0})

    def test_more_that_is_delivered_counts(self):
        self.order.action_ar_end_delivery()
        self.order.order_line.sudo().qty_delivered = 3
        self.assertEqual(self.exposure(), {"orders_delivered": 3000.0})

    def test_a_discount_is_counted_once(self):
        self.order.order_line = [
            Command.create({"product_id": self.ordered_goods.id, "price_unit": -100.0})
        ]
        self.order.action_ar_end_delivery()
        self.order.sudo()._create_invoices().action_post()
        self.assertEqual(self.exposure(), {"receivable": 900.0})

    def test_taking_it_up_again_is_new_credit(self):
        self.order.action_ar_end_delivery()
        self.create_order(4000.0).action_confirm()
        for resume in (
            self.order.action_ar_resume_delivery,
            lambda: self.order.order_line.write({"product_uom_qty": 5}),
            lambda: self.order.write({"ar_is_delivery_over": False}),
        ):
            with self.isolated(), self.assertRaisesRegex(UserError, "cannot grow"):
                resume()

    def test_only_confirmed_orders(self):
        with self.assertRaisesRegex(UserError, "cancel a quotation"):
            self.create_order(10.0).action_ar_end_delivery()
