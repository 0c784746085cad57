"""Invoices of orders are never held: the order was checked."""

from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _ar_is_without_order(self):
        """Override: what an order bills was checked with the order."""
        return super()._ar_is_without_order() and not self.sudo().line_ids.sale_line_ids
