"""Confirmed orders that have outgrown credit: nobody was asked, so people are told."""

from odoo.addons.ar_collections.tests.common import day_in

from .common_credit import OrderCreditCase


class TestOutgrown(OrderCreditCase):
    """An order of 4,000 under a limit of 5,000, which a job makes one of 6,000."""

    def setUp(self):
        super().setUp()
        self.order = self.create_order(4000.0)
        self.order.action_confirm()
        self.grow(6000.0)

    def grow(self, price):
        """Change the order as expenses that are invoiced again do."""
        self.order.sudo().order_line.price_unit = price
        self.env.flush_all()
        self.order.invalidate_recordset()

    def tasks(self):
        return self.order.sudo().activity_ids

    def release(self, **terms):
        release = self.open_request(self.order, self.seller).with_user(self.approver)
        release.write(terms)
        release.action_approve()
        return release

    def test_the_screen_and_the_salesperson_are_told(self):
        self.assertEqual(self.holds_of(self.order), ["over_limit"])
        self.assertTrue(self.order.ar_is_on_credit_hold)
        self.assertTrue(self.order.ar_credit_bar)
        warning = self.order.ar_credit_warning.replace("\xa0", " ")
        self.assertRegex(warning, r"(?s)grown since it was confirmed.*exceeded by \$ 1,000.00")
        task = self.tasks()
        self.assertEqual(task.user_id, self.seller)
        self.assertIn("Grown", task.summary)
        found = self.env["sale.order"].search([("ar_is_on_credit_hold", "=", True)])
        self.assertIn(self.order, found)

    def test_growing_more_makes_no_second_task(self):
        self.grow(7000.0)
        self.assertEqual(len(self.tasks()), 1)
        self.assertEqual(self.holds_of(self.order), ["over_limit"])

    def test_an_ordinary_confirmed_order_shows_nothing(self):
        birch = self.create_customer("Birch Ltd")
        self.decide("unlimited", partner=birch)
        order = self.create_order(1.0, partner=birch)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.ar_credit_warning or order.ar_credit_bar)

    def test_a_release_lifts_it(self):
        release = self.release(until=day_in(7))
        self.assertEqual(self.holds_of(self.order), [])
        self.assertFalse(self.order.ar_is_on_credit_hold)
        warning = self.order.ar_credit_warning
        self.assertNotIn("has grown", warning)
        self.assertIn("Over the credit limit", warning, "the customer is, all the same")
        self.assertEqual(release.used_amount, 6000.0)

    def test_a_release_for_all_documents_is_used(self):
        release = self.release(is_for_document=False, amount=6500.0, until=day_in(7))
        self.assertEqual(release.used_amount, 6000.0)
        other = self.create_order(500.01)
        other.action_confirm()
        self.assertEqual(other.state, "draft", "500.00 are left")

    def test_a_release_that_is_too_small_lifts_nothing(self):
        release = self.release(amount=100.0)
        self.assertEqual(self.holds_of(self.order), ["over_limit"])
        self.assertFalse(release.used_amount)

    def test_made_smaller_it_is_free_again(self):
        self.order.order_line.price_unit = 5000.0
        self.env.flush_all()
        self.assertEqual(self.holds_of(self.order), [])
        self.order.invalidate_recordset()
        self.assertFalse(self.order.ar_credit_warning)

    def test_where_nothing_is_released_nobody_can_ask(self):
        self.root.sudo().ar_credit_effect = "block"
        self.order.invalidate_recordset()
        self.assertTrue(self.order.ar_is_on_credit_hold)
        self.assertFalse(self.order.ar_can_ask_release)
