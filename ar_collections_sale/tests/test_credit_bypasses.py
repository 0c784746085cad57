"""Ways around the credit check that were found, and are closed."""

from unittest.mock import patch

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

    def test_what_nobody_ordered_is_a_fact(self):
        """As the warehouse delivers it."""
        line = self.lines.create(
            {
                "order_id": self.order.id,
                "product_id": self.goods.id,
                "product_uom_qty": 0,
                "qty_delivered": 1,
                "price_unit": 500.0,
            }
        )
        self.assertEqual(line.ar_unordered_total, 500.0)
        self.assertEqual(self.holds_of(self.order), ["over_limit"])

    def test_a_bill_that_is_charged_on_is_posted(self):
        """Other addons say to which order: here it is this one."""
        self.env.user.group_ids |= self.env.ref("sales_team.group_sale_salesman_all_leads")
        travel = self.env["product.product"].sudo().create(
            {
                "name": "Travel",
                "type": "service",
                "expense_policy": "cost",
                "invoice_policy": "order",
                "taxes_id": False,
            }
        )
        project = self.env["account.analytic.account"].sudo().create(
            {
                "name": "Project",
                "plan_id": self.env["account.analytic.plan"].sudo().create({"name": "P"}).id,
            }
        )
        line = {
            "product_id": travel.id,
            "price_unit": 700.0,
            "tax_ids": False,
            "analytic_distribution": {str(project.id): 100},
        }
        bill = self.create_invoice(
            move_type="in_invoice", invoice_line_ids=[Command.create(line)], post=False
        )
        order = self.order.with_user(self.env.user)
        with patch.object(
            type(self.env["account.move.line"]),
            "_sale_determine_order",
            lambda lines: dict.fromkeys(lines.ids, order.with_env(lines.env)),
        ):
            bill.action_post()
        self.assertEqual(bill.state, "posted")
        self.assertEqual(order.amount_total, 1600.0)
        self.assertEqual(self.holds_of(order), ["over_limit"])

    def test_an_edit_inside_the_limit_needs_nothing(self):
        self.order.order_line.price_unit = 1000.0
        self.assertEqual(self.order.amount_total, 1000.0)


class TestOtherCustomers(OrderCreditCase):
    """A customer with credit stands in for one who gets none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls.create_customer("Beech Ltd")
        cls.decide("none", partner=cls.stranger)

    def test_confirming_for_another_in_one_write(self):
        for name in ("partner_id", "partner_invoice_id"):
            order = self.create_order()
            with self.isolated(), self.assertRaisesRegex(UserError, "gets no credit"):
                order.write({"state": "sale", name: self.stranger.id})

    def test_what_is_written_with_the_state_is_kept(self):
        order = self.create_order()
        order.write({"state": "sale", "client_order_ref": "PO 7", "locked": True})
        self.assertRecordValues(
            order, [{"state": "sale", "client_order_ref": "PO 7", "locked": True}]
        )

    def test_a_contact_filed_under_another_takes_no_order_along(self):
        self.seller.sudo().group_ids |= self.env.ref("base.group_partner_manager")
        contact = self.create_customer("Ann Acorn", parent_id=self.customer.id, is_company=False)
        order = self.create_order(partner=contact)
        order.action_confirm()
        filing = contact.with_user(self.seller)
        with self.isolated(), self.assertRaisesRegex(UserError, "cannot go to Beech Ltd"):
            filing.parent_id = self.stranger
        order.sudo().write({"user_id": False})
        with self.isolated(), self.assertRaisesRegex(UserError, "cannot go to Beech Ltd"):
            filing.parent_id = self.stranger
        contact.with_user(self.approver).sudo().parent_id = self.stranger
        self.assertEqual(self.holds_of(order, self.stranger), ["no_credit"])


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
