"""Orders that are invoiced in another currency than their own."""

from odoo import Command
from odoo.addons.ar_collections.tests.common import TODAY, day_in
from odoo.tools import SQL

from .common_credit import OrderCreditCase


class TestOrdersInOtherCurrencies(OrderCreditCase):
    """The euro was at 2 for the company's currency when all was ordered, and is at 1."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency(
            "EUR", rates=[("2016-01-01", 2.0), (day_in(0), 1.0)]
        )
        cls.prices = cls.env["product.pricelist"].sudo().create(
            {"name": "Euro", "currency_id": cls.euro.id}
        )
        cls.order = cls.create_order(
            product=cls.ordered_goods,
            pricelist_id=cls.prices.id,
            order_line=[
                Command.create(
                    {
                        "product_id": cls.ordered_goods.id,
                        "product_uom_qty": 10,
                        "price_unit": 100.0,
                    }
                )
            ],
        )
        cls.order.action_confirm()
        cls.order.sudo().date_order = day_in(-20)

    def bill(self, quantity, price, currency, day=TODAY):
        """Invoice pieces of the order, at a price in a currency."""
        invoice = self.order.sudo()._create_invoices()
        invoice.currency_id = currency
        line = invoice.invoice_line_ids.filtered("product_id")
        line.write({"quantity": quantity, "price_unit": price})
        invoice.invoice_date = day
        invoice.action_post()
        return invoice

    def test_all_of_it_leaves_nothing(self):
        self.bill(5, 100.0, self.euro)
        self.bill(5, 100.0, self.root.currency_id)
        self.assertEqual(self.exposure(), {"receivable": 1000.0})

    def test_neither_does_a_price_of_its_own(self):
        """As agreed, whatever the rates of the day: nothing more will be invoiced."""
        self.bill(10, 77.7, self.root.currency_id)
        self.assertEqual(self.exposure(), {"receivable": 777.0})

    def test_a_part_leaves_the_rest(self):
        self.bill(3, 50.0, self.root.currency_id, day_in(-10))
        self.assertEqual(self.exposure(), {"receivable": 150.0, "orders_open": 700.0})

    def test_what_is_credited_is_open_again(self):
        invoice = self.bill(4, 100.0, self.root.currency_id)
        credit = invoice._reverse_moves([{"invoice_date": TODAY}], cancel=True)
        self.assertEqual(credit.state, "posted")
        self.assertEqual(self.exposure(), {"orders_open": 1000.0})

    def test_pieces_are_counted_in_the_orders_unit(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        invoice = self.order.sudo()._create_invoices()
        invoice.currency_id = self.root.currency_id
        line = invoice.invoice_line_ids.filtered("product_id")
        line.write({"product_uom_id": dozen.id, "quantity": 0.5, "price_unit": 1200.0})
        invoice.invoice_date = TODAY
        invoice.action_post()
        self.assertEqual(self.exposure(), {"receivable": 600.0, "orders_open": 400.0})

    def bill_ahead(self, amount, day):
        """Invoice a down payment in the company's currency."""
        wizard = self.env["sale.advance.payment.inv"].sudo().create(
            {
                "sale_order_ids": [Command.set(self.order.ids)],
                "advance_payment_method": "fixed",
                "fixed_amount": amount,
            }
        )
        invoice = wizard._create_invoices(self.order.sudo())
        invoice.currency_id = self.root.currency_id
        invoice.invoice_line_ids.filtered(lambda one: one.price_subtotal).price_unit = amount
        invoice.invoice_date = day
        invoice.action_post()
        return invoice

    def test_a_down_payment_counts_at_the_rate_of_its_day(self):
        for day, rest in ((TODAY, 700.0), (day_in(-10), 400.0)):
            with self.subTest(day):
                invoice = self.bill_ahead(300.0, day)
                self.assertEqual(invoice.amount_total, 300.0)
                self.assertEqual(self.exposure(), {"receivable": 300.0, "orders_open": rest})
                invoice.button_draft()
                invoice.button_cancel()

    def test_rates_are_looked_up_as_core_does(self):
        """A rate for all companies, none before the first, and none at all."""
        exposure = self.env["ar.credit.exposure"]
        rates = self.env["res.currency.rate"].sudo()
        rates.create(
            {
                "currency_id": self.euro.id,
                "name": "2016-06-01",
                "rate": 9.0,
                "company_id": False,
            }
        )
        pound = self.setup_other_currency("GBP", rates=[])
        for currency in (self.euro, pound, self.root.currency_id):
            for day in (day_in(-9000), day_in(-1), TODAY, day_in(1)):
                with self.subTest(currency.name, day=day):
                    found = exposure._get_rate_sql(
                        self.root, SQL("%s", currency.id), SQL("%s", day)
                    )
                    [[rate]] = self.env.execute_query(SQL("SELECT %s", found))
                    self.assertEqual(rate, currency._get_rates(self.root, day)[currency.id])
