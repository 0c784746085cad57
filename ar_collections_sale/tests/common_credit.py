"""What the tests of credit on orders stand on: salespeople, products, orders."""

from odoo import Command
from odoo.addons.ar_collections.tests.common_credit import CreditCase


class OrderCreditCase(CreditCase):
    """A salesperson without accounting rights sells to a customer with a limit of 5,000."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.create_user("credit_seller")
        cls.seller.sudo().group_ids |= cls.env.ref("sales_team.group_sale_salesman")
        products = cls.env["product.product"].sudo()
        cls.goods, cls.ordered_goods = (
            products.create(
                {
                    "name": f"Goods by {policy}",
                    "list_price": 1000.0,
                    "taxes_id": [Command.clear()],
                    "invoice_policy": policy,
                }
            )
            for policy in ("delivery", "order")
        )
        cls.decide(limit=5000.0)

    @classmethod
    def create_order(cls, amount=1000.0, partner=None, user=None, product=None, **values):
        """Create a quotation of one line, as the salesperson does."""
        line = {
            "product_id": (product or cls.goods).id,
            "product_uom_qty": 1,
            "price_unit": amount,
        }
        orders = cls.env["sale.order"].with_user(user or cls.seller)
        orders = orders.with_context(**cls.env.context)
        return orders.create(
            {
                "partner_id": (partner or cls.customer).id,
                "user_id": (user or cls.seller).id,
                "company_id": cls.root.id,
                "order_line": [Command.create(line)],
                **values,
            }
        )

    @classmethod
    def _get_provider(cls):
        """Give a provider of the test's company whose payments can be booked."""
        domain = [("code", "=", "demo"), ("company_id", "=", cls.root.id)]
        providers = cls.env["payment.provider"].sudo()
        provider = providers.search(domain, limit=1)
        if not provider:
            demo = cls.env.ref("payment.payment_provider_demo").sudo()
            provider = demo.copy({"company_id": cls.root.id})
        provider.write(
            {"state": "test", "journal_id": cls.company_data["default_journal_bank"].id}
        )
        return provider

    @classmethod
    def create_order_transaction(cls, order, amount=None, state="done"):
        """Create an online payment of an order; `state` as in payment transactions."""
        provider = cls._get_provider()
        transaction = (
            cls.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": provider.id,
                    "payment_method_id": cls.env.ref("payment.payment_method_unknown").id,
                    "reference": f"{order.name} {len(order.sudo().transaction_ids)}",
                    "amount": amount or order.amount_total,
                    "currency_id": order.currency_id.id,
                    "partner_id": order.partner_id.id,
                    "operation": "online_redirect",
                    "sale_order_ids": [Command.set(order.ids)],
                }
            )
        )
        getattr(transaction, f"_set_{state}")()
        return transaction
