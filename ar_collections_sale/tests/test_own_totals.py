"""Orders ask for what their lines say, whatever is written from outside."""

from odoo.exceptions import UserError

from .common_credit import OrderCreditCase
from .common_deposits import OrderDepositCase


class TestOwnTotals(OrderCreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.decide(limit=1000.0)

    def assertHeld(self, order):
        order.flush_recordset()
        self.assertEqual((order.amount_total, order.order_line.price_total), (9000.0,) * 2)
        with self.assertRaisesRegex(UserError, "exceeded by"):
            order.write({"state": "sale"})

    def test_totals_written_to_a_quotation(self):
        order = self.create_order(9000.0)
        order.write({"amount_total": 1.0, "currency_rate": 0.001})
        self.assertHeld(order)
        order.order_line.write({"price_total": 0.0, "price_subtotal": 0.0})
        self.assertHeld(order)

    def test_totals_given_with_a_new_quotation(self):
        self.assertHeld(self.create_order(9000.0, amount_total=1.0))

    def test_totals_in_the_context(self):
        names = ("amount_total", "price_total")
        known = self.create_order(9000.0)
        orders = known.with_context(**{f"default_{name}": 1.0 for name in names})
        self.assertHeld(orders.copy())

    def test_a_confirmed_order_stays_what_it_is(self):
        order = self.create_order(900.0)
        order.action_confirm()
        order.order_line.write({"price_total": 0.0})
        order.write({"amount_total": 0.0})
        self.assertEqual(self.exposure(), {"orders_open": 900.0})


class TestTotalsAndDeposits(OrderDepositCase):
    def test_no_smaller_total_makes_a_smaller_deposit(self):
        self.create_rule(percent=30.0)
        order = self.create_order().with_user(self.seller)
        order.write({"amount_total": 0.01})
        self.assertEqual(order.ar_deposit_amount, 300.0)


class TestWhatIsToBeInvoiced(OrderCreditCase):
    def test_it_may_be_said_by_hand(self):
        """As period invoicing of timesheets does."""
        self.decide("unlimited")
        order = self.create_order(900.0)
        order.action_confirm()
        order.order_line.qty_to_invoice = 0.0
        with self.assertRaisesRegex(UserError, "No items are available"):
            order._create_invoices()
