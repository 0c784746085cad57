"""The stories of credit and of a deposit, clicked in a real browser."""

from odoo.addons.ar_collections_sale.tests.common_credit import OrderCreditCase
from odoo.addons.ar_collections_sale.tests.common_deposits import OrderDepositCase
from odoo.tests import HttpCase, tagged

ORDERS = "/odoo/action-sale.action_orders"
REVIEWS = "/odoo/collections-reviews"
RELEASES = "/odoo/collections-releases"


@tagged("standard", "post_install", "-at_install")
class TestCreditScreens(OrderCreditCase, HttpCase):
    """A new company asks for credit, uses it up, and goes on."""

    def test_the_story_of_credit(self):
        new = self.create_customer("Newcomer Ltd")
        review = self.env["ar.credit.review"].create(
            {"partner_id": new.id, "requested_limit": 8000.0}
        )
        self.click(f"{REVIEWS}/{review.id}", "decide", self.approver)
        self.assertEqual((review.state, review.limit), ("decided", 5000.0))
        self.assertEqual(review.check_ids.price, 40.0)

        order = self.create_order(6000.0, partner=new)
        self.click(f"{ORDERS}/{order.id}", "ask", self.seller)
        release = self.releases_of(order)
        self.assertEqual((order.state, release.state), ("draft", "requested"))
        self.click(f"{RELEASES}/{release.id}", "release", self.approver)
        self.assertTrue(release.until)
        self.click(f"{ORDERS}/{order.id}", "confirm", self.seller)
        self.assertEqual(order.state, "sale")

        self.decide("unlimited", partner=new)
        invoice = self.create_invoice(due_in=-31, amount=500.0, partner=new)
        following = self.create_order(10.0, partner=new)
        self.click(f"{ORDERS}/{following.id}", "overdue", self.seller)
        self.assertEqual(self.holds_of(following, new), ["overdue"])
        self.pay(invoice)
        self.commit()
        self.assertEqual(self.holds_of(following, new), [])
        self.click(f"{ORDERS}/{following.id}", "confirm", self.seller)
        self.assertEqual(following.state, "sale")

    def click(self, url, tour, user):
        """Play a tour as a user, and read what has come of it."""
        self.start_tour(url, f"ar_collections_sale_{tour}", login=user.login)
        self.env.invalidate_all()


@tagged("standard", "post_install", "-at_install")
class TestDepositScreens(OrderDepositCase, HttpCase):
    """A large order is paid in thirds."""

    def test_the_story_of_a_deposit(self):
        self.create_rule(**self.thirds())
        order = self.create_order(30000.0)
        url = f"{ORDERS}/{order.id}"
        self.start_tour(url, "ar_collections_sale_deposit", login=self.seller.login)
        self.env.invalidate_all()
        self.assertEqual((order.state, order.invoice_ids.amount_total), ("draft", 10000.0))
        order.invoice_ids.action_post()
        self.pay(order.invoice_ids)
        self.assertEqual(order.state, "sale")
        self.start_tour(url, "ar_collections_sale_deposit_paid", login=self.seller.login)
