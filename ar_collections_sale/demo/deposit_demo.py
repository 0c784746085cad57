"""Demo orders that are paid in thirds: asked, waiting, and under way."""

from odoo import Command, api, models

RULE_FROM = 20000.0
# customer, order, amount, how far: asked, accepted, started
ORDERS = [
    ("Adler Maschinenbau GmbH", "Packaging line, delivered and installed", 36000.00, "asked"),
    ("Eklund Bygg AB", "Paper store for the new site, built to measure", 24500.00, "accepted"),
    ("Cortina Arredi S.r.l.", "Printed interior for twelve shops", 30000.00, "started"),
]


class ArCollectionsDemo(models.AbstractModel):
    _inherit = "ar.collections.demo"

    @api.model
    def _create_orders(self, company=None):
        """Create large orders that ask for thirds, for the customers of the demo ledger.

        :return: the orders; none without a chart of accounts
        """
        company = company or self.env.company
        if not company.chart_template:
            return self.env["sale.order"]
        self = self.with_company(company)
        # Who was invoiced before keeps the credit of accounting, as at an installation.
        self.env["ar.collection.case"]._take_over_credit(company.root_id)
        self._use_thirds()
        product = self.env["product.product"].create(
            {
                "name": self.env._("Project work"),
                "type": "service",
                "invoice_policy": "order",
                "taxes_id": False,
            }
        )
        orders = self.env["sale.order"]
        for name, text, amount, progress in ORDERS:
            order = self._create_order(name, text, amount, product)
            self._advance(order, progress)
            orders |= order
        return orders

    def _use_thirds(self):
        """Put the ready rule of thirds to use: it has its words in all languages."""
        rule = self.env.ref("ar_collections.ar_deposit_rule_thirds")
        rule.write({"is_on": True, "amount_from": RULE_FROM})

    def _create_order(self, name, text, amount, product):
        partner = self.env["res.partner"].search([("name", "=", name)], limit=1)
        line = {
            "product_id": product.id,
            "name": text,
            "product_uom_qty": 10,
            "price_unit": amount / 10,
        }
        return self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "pricelist_id": False,  # in the company's currency
                "order_line": [Command.create(line)],
            }
        )

    def _advance(self, order, progress):
        """Take the order as far as the story tells."""
        order.action_quotation_sent()
        if progress == "asked":
            return
        self.env["ar.terms.acceptance"]._note(
            order, "hand", order.partner_id.name, note=self.env._("Signed copy by e-mail")
        )
        invoice = order.ar_deposit_ids[0]._make_invoice()
        invoice.action_post()
        if progress == "started":
            wizard = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoice.ids
            )
            wizard.create({})._create_payments()
