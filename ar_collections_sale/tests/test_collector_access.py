"""A collector who also sells sees every customer's debts, and only own orders."""

from odoo import Command
from odoo.addons.ar_collections.tests.common import CollectionsCase, day_in
from odoo.exceptions import AccessError
from odoo.tests import Form


class TestCollectorWhoSells(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_policy([1])
        cls.seller = cls.create_user("seller", "collector")
        cls.seller.group_ids = [Command.link(cls.env.ref("sales_team.group_sale_salesman").id)]
        cls.colleague = cls.create_user("colleague")
        cls.order = cls.env["sale.order"].sudo().create(
            {
                "partner_id": cls.customer.id,
                "user_id": cls.colleague.id,
                "order_line": [
                    Command.create({"product_id": cls.product_a.id, "price_unit": 120.0})
                ],
            }
        )
        cls.order.action_confirm()
        cls.order.order_line.qty_delivered = 1
        invoice = cls.order._create_invoices()
        invoice.write({"invoice_date": day_in(-40), "invoice_date_due": day_in(-5)})
        invoice.action_post()
        cls.invoice = invoice.with_env(cls.env)
        cls.env["ar.followup.run"].create({}).action_plan()
        cls.env["ar.followup.run"].search([], limit=1).action_execute()

    def test_the_invoice_of_a_colleagues_order_opens(self):
        with Form(self.invoice.with_user(self.seller)) as form:
            self.assertEqual(form.amount_residual, self.invoice.amount_residual)
        lines = self.invoice.with_user(self.seller).invoice_line_ids
        self.assertEqual(lines.sale_line_ids.order_id, self.order.with_user(self.seller))

    def test_a_colleagues_order_stays_closed(self):
        with self.assertRaises(AccessError):
            self.order.with_user(self.seller).check_access("read")
        self.assertFalse(self.env["sale.order"].with_user(self.seller).search([]))

    def test_the_debt_and_its_notice_are_seen(self):
        item = self.item(self.invoice).with_user(self.seller)
        self.assertEqual(item.open_amount, self.invoice.amount_residual)
        self.assertEqual(item.last_notice_id.partner_id, self.customer)
