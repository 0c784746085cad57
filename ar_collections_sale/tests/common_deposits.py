"""What the tests of deposits on orders stand on: orders, payments, and a demo provider."""

from odoo import Command
from odoo.addons.ar_collections.tests.common_deposits import DepositCase
from odoo.tests import new_test_user

# What a customer draws, as the page sends it.
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJ"
    "RU5ErkJggg=="
)


class OrderDepositCase(DepositCase):
    """A salesperson without accounting rights, a product, and an online provider."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("sales_team.group_sale_manager")
        cls.seller = new_test_user(
            cls.env, "deposit_seller", "sales_team.group_sale_salesman"
        )
        cls.work = cls.env["product.product"].create(
            {"name": "Work", "type": "service", "invoice_policy": "order", "taxes_id": False}
        )
        cls.provider = cls._create_provider()

    @classmethod
    def _create_provider(cls):
        """Give Odoo's demo provider of the test's company, ready to take money."""
        providers = cls.env["payment.provider"].sudo()
        provider = providers.search(
            [("code", "=", "demo"), ("company_id", "=", cls.env.company.id)], limit=1
        )
        provider = provider or cls.env.ref("payment.payment_provider_demo").sudo().copy(
            {"company_id": cls.env.company.id}
        )
        provider.write({"state": "test", "journal_id": cls.company_data["default_journal_bank"]})
        return provider

    @classmethod
    def create_order(cls, amount=1000.0, partner=None, **values):
        """Create a quotation for one piece of work without taxes."""
        quantity = values.pop("quantity", 1.0)
        taxes = values.pop("taxes", cls.env["account.tax"])
        line = {
            "product_id": cls.work.id,
            "product_uom_qty": quantity,
            "price_unit": amount / quantity,
            "tax_ids": [Command.set(taxes.ids)],
        }
        return cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.customer).id,
                "user_id": cls.seller.id,
                "order_line": [Command.create(line)],
                **values,
            }
        )

    def sign(self, order):
        """Sign a quotation as the portal does."""
        order = order.sudo()
        order.write(
            {
                "signed_by": "Ann Oak",
                "signed_on": "2026-03-04 12:00:00",
                "signature": PIXEL,
            }
        )
        if not order._has_to_be_paid():
            order._validate_order()

    def invoice_deposit(self, order, post=True):
        """Make the down-payment invoice of the next part."""
        before = order.invoice_ids
        order.action_ar_invoice_deposit()
        invoice = order.invoice_ids - before
        if post and invoice.state == "draft":
            invoice.action_post()
        return invoice

    def pay_online(self, order, amount=None, state="done"):
        """Pay orders online through the demo provider, and process what it says."""
        transaction = (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": self.provider.id,
                    "payment_method_id": self.provider.payment_method_ids[:1].id
                    or self.env.ref("payment_demo.payment_method_demo").id,
                    "reference": f"{order[:1].name}-{len(order.transaction_ids)}",
                    "amount": amount or order._get_prepayment_required_amount(),
                    "currency_id": order.currency_id.id,
                    "partner_id": order.partner_id.id,
                    "operation": "online_direct",
                    "sale_order_ids": [Command.set(order.ids)],
                }
            )
        )
        getattr(transaction, f"_set_{state}")()
        transaction._post_process()
        return transaction

    def run_job(self, day=0):
        """Run the hourly job on another day."""
        with self.on_day(day), self.enter_registry_test_mode():
            self.env.ref("ar_collections_sale.ir_cron_deposits").method_direct_trigger()

    def assertParts(self, order, expected):
        """Check [(amount, paid, state)] of the parts."""
        parts = order.ar_deposit_ids.sorted("sequence")
        found = [(part.amount, part.amount_paid, part.state) for part in parts]
        self.assertEqual(found, expected)
