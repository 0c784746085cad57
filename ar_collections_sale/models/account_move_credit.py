"""Invoices of orders are never held: the order was checked."""

from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _ar_is_without_order(self):
        """Override: what an order bills was checked with the order."""
        return super()._ar_is_without_order() and not self.sudo().line_ids.sale_line_ids

    def _ar_get_open_of(self, order):
        """Give what is open of an order's part of the invoice, in the company's currency."""
        self.ensure_one()
        lines = self.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        own = lines.filtered(lambda line: order in line.sale_line_ids.order_id)
        whole = sum(lines.mapped("price_total"))
        share = sum(own.mapped("price_total")) / whole if whole else 1.0
        return self.company_currency_id.round(self.amount_residual_signed * share)
