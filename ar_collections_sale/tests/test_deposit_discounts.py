"""Deposits of orders whose payment term gives a discount for early payment."""

from odoo import Command
from odoo.addons.ar_collections.tests.common import day_in

from .test_order_payments import OrderPaymentCase

MODES = ("included", "excluded", "mixed")


class TestDepositsWithDiscount(OrderPaymentCase):
    """2 % within a week; "mixed" has the tax on the discounted price, whoever takes it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ar.deposit.rule"].search([]).is_on = False
        cls.taxes = cls.env["account.tax"].create(
            [{"name": f"{rate} %", "amount": rate} for rate in (21, 6)]
        )

    def create_order_in(self, mode, amount=1000.0):
        """Create a quotation over two lines of different taxes."""
        term = self.env["account.payment.term"].create(
            {
                "name": mode,
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 7,
                "early_pay_discount_computation": mode,
                "line_ids": [Command.create({"value": "percent", "value_amount": 100,
                                             "nb_days": 30})],
            }
        )  # fmt: skip
        order = self.create_order(
            amount, taxes=self.taxes[0], payment_term_id=term.id,
            partner=self.create_customer(f"{mode} {amount}"),
        )  # fmt: skip
        order.order_line.copy(
            {"order_id": order.id, "price_unit": 333.33, "tax_ids": self.taxes[1].ids}
        )
        return order

    def assertWhole(self, order):
        """Check that the invoices of an order come to its total, and leave nothing.

        Core rounds the discount that "mixed" takes from the tax base on each invoice.
        """
        cents = 0.005
        if order._ar_is_taxed_on_discounted():
            cents += 0.01 * (len(order.invoice_ids) - 2)
        invoices = order.invoice_ids.filtered(lambda move: move.state == "posted")
        for name in ("amount_untaxed", "amount_tax", "amount_total"):
            total = sum(invoices.mapped(f"{name}_signed"))
            self.assertAlmostEqual(total, order[name], delta=cents)
        self.assertEqual(self.env["ar.credit.exposure"]._get_uncovered(order)[order.id], 0)

    def test_the_sum_of_all_invoices_is_the_orders_total(self):
        plans = {
            "percent": lambda order: order._ar_plan_percent(30),
            "fixed": lambda order: order._ar_plan_fixed(250),
            "odd": lambda order: order._ar_plan_fixed(361.74),
            "everything": lambda order: order._ar_plan_percent(100),
        }
        for mode in MODES:
            for name, get_plan in plans.items():
                with self.subTest(mode, plan=name):
                    order = self.create_order_in(mode)
                    order._ar_set_deposit(get_plan(order), "Agreed")
                    asked = order.ar_deposit_amount
                    invoice = self.invoice_deposit(order)
                    self.assertAlmostEqual(invoice.amount_total, asked, delta=0.011)
                    self.assertEqual(order.ar_deposit_amount, invoice.amount_total)
                    self.pay(invoice)
                    self.assertEqual((order.ar_deposit_state, order.state), ("paid", "sale"))
                    self.invoice_rest(order)
                    self.assertWhole(order)

    def test_milestones(self):
        for mode in MODES:
            with self.subTest(mode):
                order = self.create_order_in(mode, 1234.56)
                rule = self.create_rule(**self.thirds())
                order._ar_set_deposit(order._ar_plan_rule(rule), "Agreed")
                for _third in range(2):
                    self.pay(self.invoice_deposit(order))
                states = order.ar_deposit_ids.sorted("sequence").mapped("state")
                self.assertEqual(states, ["paid", "paid", "planned"])
                self.invoice_rest(order)
                self.assertWhole(order)

    def test_two_halves_are_all_of_it(self):
        """The last part is not cut by what the lines would come to with full tax."""
        order = self.create_order_in("mixed")
        halves = [
            {"sequence": 1, "name": "First", "trigger": "acceptance", "share": 50},
            {"sequence": 2, "name": "Second", "trigger": "hand", "share": 50},
        ]
        order._ar_set_deposit(halves, "Agreed")
        self.pay(self.invoice_deposit(order))
        self.pay(self.invoice_deposit(order))
        self.assertEqual(order.ar_deposit_ids.mapped("state"), ["paid", "paid"])
        self.invoice_rest(order)
        self.assertWhole(order)

    def test_the_deposit_is_due_on_its_own_day(self):
        """The discount goes with it, no longer than that."""
        for days, until in ((5, 5), (20, 7), (0, 0)):
            with self.subTest(days):
                order = self.create_order_in("mixed")
                order._ar_set_deposit(order._ar_plan_percent(30, days), "Agreed")
                invoice = self.invoice_deposit(order)
                self.assertEqual(invoice.invoice_date_due, day_in(days))
                [debt] = self.debts(invoice)
                self.assertEqual((debt.date_maturity, debt.discount_date),
                                 (day_in(days), day_in(until)))  # fmt: skip

    def test_who_pays_early_has_paid_the_deposit(self):
        order = self.create_order_in("mixed")
        order._ar_set_deposit(order._ar_plan_percent(30, 5), "Agreed")
        invoice = self.invoice_deposit(order)
        [debt] = self.debts(invoice)
        discount = invoice.currency_id.round(invoice.amount_untaxed * 0.02)
        self.assertAlmostEqual(debt.discount_amount_currency, invoice.amount_total - discount)
        payment = self.pay(invoice)
        self.assertAlmostEqual(payment.amount, debt.discount_amount_currency)
        self.assertEqual((order.ar_deposit_state, order.state), ("paid", "sale"))

    def test_the_other_modes_give_no_discount_on_the_deposit(self):
        for mode in ("included", "excluded"):
            with self.subTest(mode):
                order = self.create_order_in(mode)
                order._ar_set_deposit(order._ar_plan_percent(30, 5), "Agreed")
                invoice = self.invoice_deposit(order)
                self.assertFalse(invoice.invoice_payment_term_id)
                self.assertFalse(self.debts(invoice).discount_date)

    def test_a_cancelled_order_leaves_what_was_paid(self):
        order = self.create_order_in("mixed")
        order._ar_set_deposit(order._ar_plan_percent(30), "Agreed")
        invoice = self.invoice_deposit(order)
        transaction = self.pay_online(order)
        self.assertEqual(transaction.amount, invoice.amount_total)
        self.assertEqual(invoice.amount_residual, 0)
        order.action_cancel()
        self.settle(order, "keep")
        lines = self.debts(invoice | invoice.reversal_move_ids)
        lines |= transaction.payment_id.move_id.line_ids & lines.search(
            [("partner_id", "=", order.partner_id.id),
             ("account_type", "=", "asset_receivable")]
        )  # fmt: skip
        self.assertAlmostEqual(sum(lines.mapped("amount_residual")), -invoice.amount_total)
