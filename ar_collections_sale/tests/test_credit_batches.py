"""Many orders at once: checked together, and one after the other where they have to be."""

from odoo.exceptions import UserError

from .common_credit import OrderCreditCase


class TestBatchesOfOrders(OrderCreditCase):
    """Customers with a limit of 5,000 each."""

    def create_orders(self, *amounts, partner=None):
        orders = self.env["sale.order"].with_user(self.seller)
        for amount in amounts:
            orders |= self.create_order(amount, partner=partner)
        return orders

    def create_customers(self, count):
        customers = [self.create_customer(f"Batch {number}") for number in range(count)]
        for customer in customers:
            self.decide(limit=5000.0, partner=customer)
        return customers

    def count(self, orders):
        """Confirm orders, and give the number of queries that took."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        orders.action_confirm()
        self.env.flush_all()
        self.assertEqual(set(orders.mapped("state")), {"sale"})
        return self.env.cr.sql_log_count - before

    def test_orders_of_one_customer_that_fit_together(self):
        self.count(self.create_orders(1.0, 1.0))
        few = self.count(self.create_orders(1.0, 1.0, 1.0))
        self.assertLessEqual(self.count(self.create_orders(*[1.0] * 12)), few)

    def test_orders_of_many_customers(self):
        def create(count):
            customers = self.create_customers(count)
            orders = (self.create_orders(1.0, partner=one) for one in customers)
            return self.env["sale.order"].with_user(self.seller).union(*orders)

        self.count(create(2))
        few = self.count(create(3))
        self.assertLessEqual(self.count(create(12)), few)

    def test_they_count_each_other(self):
        orders = self.create_orders(2000.0, 3000.0, 0.01)
        orders.action_confirm()
        self.assertEqual(orders.mapped("state"), ["sale", "sale", "draft"])
        self.assertEqual(self.holds_of(orders[2]), ["over_limit"])

    def test_a_small_one_passes_behind_a_large_one(self):
        orders = self.create_orders(4000.0, 2000.0, 1000.0)
        orders.action_confirm()
        self.assertEqual(orders.mapped("state"), ["sale", "draft", "sale"])

    def test_who_asks_too_much_keeps_nobody_else_back(self):
        [other] = self.create_customers(1)
        orders = (
            self.create_orders(3000.0, 3000.0)
            | self.create_orders(2500.0, 2500.0, partner=other)
            | self.create_orders(1.0)
        )
        orders.action_confirm()
        self.assertEqual(orders.mapped("state"), ["sale", "draft", "sale", "sale", "sale"])

    def test_writing_the_state_is_no_way_round(self):
        orders = self.create_orders(3000.0, 2000.01, 2000.0)
        orders.write({"state": "sale"})
        self.assertEqual(orders.mapped("state"), ["sale", "draft", "sale"])
        with self.assertRaisesRegex(UserError, "would be exceeded"):
            orders[1].write({"state": "sale"})

    def test_orders_that_are_paid_in_advance_hide_no_other(self):
        paid, other = self.create_orders(9000.0, 5000.01)
        self.create_order_transaction(paid, state="authorized")
        (paid | other).action_confirm()
        self.assertEqual((paid.state, other.state), ("sale", "draft"))

    def test_a_warning_makes_no_rounds(self):
        self.root.sudo().ar_credit_effect = "warn"
        orders = self.create_orders(3000.0, 3000.0, 3000.0)
        self.assertEqual(orders._ar_in_rounds(), [orders])
        orders.action_confirm()
        self.assertEqual(set(orders.mapped("state")), {"sale"})

    def test_a_draft_waits_for_the_one_before(self):
        orders = self.create_orders(3000.0, 3000.0, 3000.0)
        self.assertEqual([len(group) for group in orders._ar_in_rounds()], [1, 1, 1])
        fitting = self.create_orders(2500.0, 2500.0)
        self.assertEqual(fitting._ar_in_rounds(), [fitting])
