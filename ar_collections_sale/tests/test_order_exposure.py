"""Orders use credit, and count once."""

from odoo.addons.ar_collections.tests.common import day_in

from .common_credit import OrderCreditCase


class TestOrderExposure(OrderCreditCase):
    def test_an_order_counts_until_it_is_invoiced_and_paid(self):
        order = self.create_order(1000.0)
        order.order_line.product_uom_qty = 4
        self.assertEqual(self.exposure(), {}, "a quotation is no credit")
        order.action_confirm()
        self.assertEqual(self.exposure(), {"orders_open": 4000.0})
        order.order_line.sudo().qty_delivered = 3
        self.assertEqual(
            self.exposure(), {"orders_delivered": 3000.0, "orders_open": 1000.0}
        )
        invoice = order.sudo()._create_invoices()
        self.assertEqual(
            self.exposure(),
            {"orders_delivered": 3000.0, "orders_open": 1000.0},
            "a draft invoice of an order counts with the order",
        )
        invoice.action_post()
        self.assertEqual(self.exposure(), {"receivable": 3000.0, "orders_open": 1000.0})
        self.pay(invoice)
        self.assertEqual(self.exposure(), {"orders_open": 1000.0})

    def test_taxes_count(self):
        tax = self.company_data["default_tax_sale"]
        order = self.create_order(1000.0)
        order.order_line.tax_ids = tax
        order.action_confirm()
        self.assertEqual(self.exposure(), {"orders_open": order.amount_total})
        self.assertGreater(order.amount_total, 1000.0)

    def test_what_is_delivered_without_being_ordered_counts_with_taxes(self):
        tax = self.env["account.tax"].sudo().create({"name": "19 %", "amount": 19.0})
        order = self.create_order(100.0)
        line = order.order_line
        line.tax_ids = tax
        order.action_confirm()
        line.write({"product_uom_qty": 0.0, "price_unit": 100.0, "discount": 10.0})
        line.sudo().qty_delivered = 12
        self.assertEqual(self.exposure(), {"orders_delivered": 1285.2})
        order.sudo()._create_invoices().action_post()
        self.assertEqual(self.exposure(), {"receivable": 1285.2})

    def test_goods_delivered_beyond_the_order_count_where_they_are_invoiced(self):
        for product, counted in ((self.goods, 2000.0), (self.ordered_goods, 1000.0)):
            with self.subTest(product.name), self.isolated():
                order = self.create_order(1000.0, product=product)
                order.action_confirm()
                order.order_line.sudo().qty_delivered = 2
                self.assertEqual(self.exposure(), {"orders_delivered": counted})

    def test_an_order_with_cents_is_invoiced_without_a_rest(self):
        tax = self.company_data["default_tax_sale"]
        order = self.create_order(33.33, product=self.ordered_goods)
        order.order_line.write({"product_uom_qty": 3, "discount": 7.0, "tax_ids": tax.ids})
        order.action_confirm()
        order.sudo()._create_invoices().action_post()
        self.assertEqual(set(self.exposure()), {"receivable"})

    def test_a_credit_note_of_an_order_counts_the_order_again(self):
        order = self.create_order(1000.0, product=self.ordered_goods)
        order.action_confirm()
        invoice = order.sudo()._create_invoices()
        invoice.action_post()
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.create({"journal_id": invoice.journal_id.id})
        self.env["account.move"].browse(wizard.refund_moves()["res_id"]).action_post()
        self.assertEqual(self.exposure()["orders_open"], 1000.0)

    def test_foreign_orders_count_at_todays_rate(self):
        euro = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        pricelist = self.env["product.pricelist"].sudo().create(
            {"name": "Euro", "currency_id": euro.id}
        )
        order = self.create_order(1000.0, pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, euro)
        order.action_confirm()
        self.assertEqual(self.exposure(), {"orders_open": 500.0})
        self.env["res.currency.rate"].sudo().create(
            {"currency_id": euro.id, "name": day_in(0), "rate": 4.0, "company_id": self.root.id}
        )
        self.env.invalidate_all()
        self.assertEqual(self.exposure(), {"orders_open": 250.0})

    def test_orders_count_for_who_gets_the_invoice(self):
        payer = self.create_customer("Head office")
        order = self.create_order(1000.0, partner_invoice_id=payer.id)
        self.decide(limit=1000.0, partner=payer)
        order.action_confirm()
        self.assertEqual(order.state, "sale", order.ar_credit_warning)
        self.assertEqual(self.exposure(), {})
        self.assertEqual(self.exposure(payer), {"orders_open": 1000.0})

    def test_orders_of_contacts_and_archived_customers_count(self):
        contact = self.create_customer("Clerk", parent_id=self.customer.id, is_company=False)
        self.create_order(1000.0, partner=contact).action_confirm()
        self.customer.active = False
        self.assertEqual(self.exposure(), {"orders_open": 1000.0})

    def test_each_part_of_orders_can_be_switched_off(self):
        order = self.create_order(1000.0)
        order.order_line.product_uom_qty = 2
        order.action_confirm()
        order.order_line.sudo().qty_delivered = 1
        self.root.sudo().ar_is_counting_orders_open = False
        self.assertEqual(self.exposure(), {"orders_delivered": 1000.0})
        self.root.sudo().ar_is_counting_orders_delivered = False
        self.assertEqual(self.exposure(), {})

    def test_many_orders_need_no_more_queries_than_one(self):
        self.create_order(1.0).action_confirm()
        others = [self.create_customer(f"Customer {number}") for number in range(4)]
        for customer in others:
            self.decide("unlimited", partner=customer)
            self.create_order(2.0, partner=customer).action_confirm()
        engine = self.env["ar.credit.engine"]

        def count(partners):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            engine._check(self.root, {partner.id: 1 for partner in partners})
            return self.cr.sql_log_count - before

        self.assertEqual(count(others), count(self.customer))
