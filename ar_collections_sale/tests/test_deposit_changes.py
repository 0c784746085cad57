"""Construction in thirds: the order changes meanwhile, and its invoices come to its total."""

import random

from odoo import Command

from .common_deposits import OrderDepositCase


class TestChangedOrders(OrderDepositCase):
    """Two lines of different taxes, paid in thirds that a person calls for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.sudo().ar_is_deposit_posted = True
        cls.work.service_type = "manual"
        cls.taxes = cls.env["account.tax"].create(
            [{"name": f"{rate} %", "amount": rate} for rate in (21, 5.5)]
        )
        cls.milestones = [
            {"sequence": 1, "name": "Before start", "trigger": "acceptance", "share": 1},
            {"sequence": 2, "name": "Halfway", "trigger": "hand", "share": 1},
            {"sequence": 3, "name": "On completion", "trigger": "completion", "share": 1},
        ]
        cls.rule = cls.create_rule(
            kind="milestones",
            milestone_ids=[Command.create(one) for one in cls.milestones],
        )

    def line(self, price, quantity=1.0, tax=0, **values):
        return Command.create(
            {
                "product_id": self.work.id,
                "product_uom_qty": quantity,
                "price_unit": price,
                "tax_ids": [Command.set(self.taxes[tax].ids)],
                **values,
            }
        )

    def start(self, *lines, **values):
        """Give an order whose first third is paid."""
        lines = lines or (self.line(333.33, 3), self.line(101.07, 7, tax=1))
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "order_line": list(lines), **values}
        )
        self.pay(self.invoice_deposit(order))
        self.assertEqual(order.state, "sale")
        return order

    def finish(self, order):
        """Invoice the second third, pay it, and invoice the rest."""
        self.pay(self.invoice_deposit(order))
        return self.bill_rest(order)

    def bill_rest(self, order):
        invoice = order._create_invoices(final=True)
        invoice.action_post()
        return invoice

    def assertWhole(self, order):
        """Check that invoices, and parts, come to the order's total to the cent."""
        moves = order.invoice_ids.filtered(lambda move: move.state == "posted")
        signs = {"out_invoice": 1, "out_refund": -1}
        for name in ("amount_untaxed", "amount_tax", "amount_total"):
            amount = sum(signs[move.move_type] * move[name] for move in moves)
            self.assertAlmostEqual(amount, order[name], places=6, msg=name)
        parts = order.ar_deposit_ids
        # What is invoiced stays: the last invoice gives back what has become too much.
        billed = sum(part._get_billed() for part in parts)
        total = max(order.amount_total, billed)
        self.assertAlmostEqual(sum(parts.mapped("amount")), total)
        self.assertEqual(self.env["ar.credit.exposure"]._get_uncovered(order)[order.id], 0)

    def test_nothing_changes(self):
        order = self.start()
        self.finish(order)
        self.assertWhole(order)

    def test_a_line_more(self):
        order = self.start()
        first, second, last = order.ar_deposit_ids.sorted("sequence").mapped("amount")
        order.order_line = [self.line(777.77, 2, tax=1)]
        amounts = order.ar_deposit_ids.sorted("sequence").mapped("amount")
        self.assertEqual(amounts[0], first, "it is paid")
        self.assertGreater(amounts[1], second)
        self.assertGreater(amounts[2], last)
        self.finish(order)
        self.assertWhole(order)

    def test_a_line_less(self):
        order = self.start()
        order.order_line.filtered("product_id")[1].product_uom_qty = 0
        self.finish(order)
        self.assertWhole(order)

    def test_other_prices(self):
        order = self.start()
        order.order_line.filtered("product_id")[0].price_unit = 222.22
        self.pay(self.invoice_deposit(order))
        order.order_line.filtered("product_id")[1].discount = 12.5
        self.bill_rest(order)
        self.assertWhole(order)

    def test_what_is_left_is_less_than_what_was_paid(self):
        order = self.start()
        self.pay(self.invoice_deposit(order))
        order.order_line.filtered("product_id")[0].product_uom_qty = 1
        rest = self.bill_rest(order)
        self.assertEqual(rest.move_type, "out_refund")
        self.assertWhole(order)

    def test_another_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("2016-01-01", 0.83)])
        prices = self.env["product.pricelist"].create({"name": "E", "currency_id": euro.id})
        order = self.start(pricelist_id=prices.id)
        self.assertEqual(order.currency_id, euro)
        order.order_line = [self.line(49.99, 5)]
        self.finish(order)
        self.assertEqual(order.invoice_ids.currency_id, euro)
        self.assertWhole(order)

    def test_whatever_changes(self):
        for method in ("round_per_line", "round_globally"):
            self.env.company.sudo().tax_calculation_rounding_method = method
            for seed in range(4):
                with self.subTest(method, seed=seed):
                    self.change_at_random(random.Random(seed))

    def change_at_random(self, dice):
        def line():
            price = dice.choice([0.57, 33.33, 9.99, 101.07, 1234.56])
            return self.line(price, dice.choice([1, 3, 7]), tax=dice.randint(0, 1))

        order = self.start(*(line() for _line in range(dice.randint(2, 5))))
        for _third in range(2):
            for _change in range(2):
                lines = order.order_line.filtered(lambda one: one.product_uom_qty)
                changed = dice.choice(lines)
                what = dice.choice(["add", "price", "quantity", "discount"])
                if what == "add":
                    order.order_line = [line()]
                elif what == "price":
                    changed.price_unit = dice.choice([0.57, 44.44, 199.99])
                elif what == "quantity":
                    changed.product_uom_qty = dice.choice([2, 5, 11])
                else:
                    changed.discount = dice.choice([7.5, 33.3])
            second = order.ar_deposit_ids.sorted("sequence")[1]
            if second.state == "planned" and second._has_to_be_billed():
                self.pay(self.invoice_deposit(order))
        self.bill_rest(order)
        self.assertWhole(order)
