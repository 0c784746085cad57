"""Credit on orders."""

from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _ar_get_credit_case(self):
        """Give the case that holds the decision on the credit of who will owe the order."""
        self.ensure_one()
        partner = self.partner_invoice_id.commercial_partner_id
        return partner._ar_ensure_case(self.company_id.sudo().root_id)
