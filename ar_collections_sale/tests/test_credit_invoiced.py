"""What is left of an order after its invoices: counted by the pieces, as core does."""

import random

from odoo import Command
from odoo.addons.ar_collections.tests.common import TODAY

from .common_credit import OrderCreditCase


class TestInvoicedOrders(OrderCreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.create_lines((10, 100.0))
        cls.order.action_confirm()

    @classmethod
    def create_lines(cls, *lines, partner=None, **values):
        """Create a quotation of (quantity, price) lines that are invoiced as ordered."""
        commands = [
            Command.create(
                {
                    "product_id": cls.ordered_goods.id,
                    "product_uom_qty": quantity,
                    "price_unit": price,
                }
            )
            for quantity, price in lines
        ]
        return cls.create_order(partner=partner, order_line=commands, **values)

    def bill(self, order=None, **values):
        """Invoice an order, with values of the only line."""
        invoice = (order or self.order).sudo()._create_invoices()
        invoice.invoice_line_ids.filtered("product_id").write(values)
        invoice.invoice_date = TODAY
        invoice.action_post()
        return invoice

    def credit(self, invoice, **values):
        note = invoice._reverse_moves([{"invoice_date": TODAY}])
        note.invoice_line_ids.write(values)
        note.action_post()
        return note

    def test_a_lower_price_leaves_nothing(self):
        self.bill(price_unit=90.0)
        self.assertEqual(self.exposure(), {"receivable": 900.0})

    def test_a_higher_price_takes_nothing_from_other_lines(self):
        order = self.create_lines((1, 500.0), (1, 500.0))
        order.action_confirm()
        invoice = order.sudo()._create_invoices()
        first, second = invoice.invoice_line_ids
        second.unlink()
        first.price_unit = 600.0
        invoice.invoice_date = TODAY
        invoice.action_post()
        self.order.action_cancel()
        self.assertEqual(self.exposure(), {"receivable": 600.0, "orders_open": 500.0})

    def test_higher_prices_use_up_what_was_checked(self):
        """Else an order would let any number of invoices through."""
        self.bill(quantity=1, price_unit=900.0)
        self.assertEqual(self.exposure(), {"receivable": 900.0, "orders_open": 900.0})
        invoice = self.order.sudo()._create_invoices()
        self.assertEqual(invoice.amount_total, 900.0)
        self.assertEqual(invoice._ar_get_credit_asked()[invoice], 800)

    def test_more_pieces_than_ordered_leave_nothing(self):
        self.bill(quantity=12)
        self.assertEqual(self.exposure(), {"receivable": 1200.0})

    def test_goodwill_is_not_invoiced_again(self):
        invoice = self.bill()
        self.credit(invoice, price_unit=10.0)
        self.assertEqual(self.exposure(), {"receivable": 900.0})
        self.credit(invoice, quantity=1, price_unit=5.0)
        self.assertEqual(self.exposure(), {"receivable": 895.0})

    def test_pieces_that_come_back_are_open_again(self):
        invoice = self.bill()
        self.credit(invoice, quantity=3)
        self.assertEqual(self.exposure(), {"receivable": 700.0, "orders_open": 300.0})

    def test_all_that_was_invoiced_cheaply_is_open_again(self):
        invoice = self.bill(price_unit=90.0)
        self.credit(invoice)
        self.assertEqual(self.exposure(), {"orders_open": 1000.0})

    def test_a_discount_line(self):
        order = self.create_lines((10, 100.0), (1, -200.0))
        self.order.action_cancel()
        order.action_confirm()
        self.assertEqual(self.exposure(), {"orders_open": 800.0})
        invoice = order.sudo()._create_invoices()
        goods, discount = invoice.invoice_line_ids
        goods.quantity = 4
        discount.quantity = 0.4
        invoice.invoice_date = TODAY
        invoice.action_post()
        self.assertEqual(self.exposure(), {"receivable": 320.0, "orders_open": 480.0})
        rest = order.sudo()._create_invoices()
        rest.invoice_date = TODAY
        rest.action_post()
        self.assertEqual(self.exposure(), {"receivable": 800.0})

    def test_no_cent_stays(self):
        """Rounding differs from invoice to invoice, and from invoices to their order."""
        dice = random.Random(8)
        taxes = self.create_taxes()
        for method in ("round_per_line", "round_globally"):
            self.root.sudo().tax_calculation_rounding_method = method
            for number in range(4):
                with self.subTest(method, number=number):
                    self.check_no_cent_stays(dice, taxes, f"{method} {number}")

    def create_taxes(self):
        values = (
            {"amount": 21, "price_include_override": "tax_excluded"},
            {"amount": 19, "price_include_override": "tax_included"},
            {"amount": 5.5, "price_include_override": "tax_excluded"},
        )
        taxes = self.env["account.tax"].sudo()
        return taxes.create([{"name": f"T{one['amount']}", **one} for one in values])

    def check_no_cent_stays(self, dice, taxes, name):
        customer = self.create_customer(name)
        self.decide("unlimited", partner=customer)
        lines = [
            (dice.choice([3, 7, 11]), dice.choice([0.57, 33.33, 9.99, 101.07]))
            for _line in range(dice.randint(1, 4))
        ]
        order = self.create_lines(*lines, partner=customer)
        for line in order.order_line:
            line.write({"tax_ids": dice.choice(taxes).ids, "discount": dice.choice([0, 7.5])})
        order.action_confirm()
        for _step in range(2):
            self.bill(order, quantity=1)
        self.bill(order)
        self.assertEqual(set(self.exposure(customer)), {"receivable"})
