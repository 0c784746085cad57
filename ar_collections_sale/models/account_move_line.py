"""What a vendor's bill charges on to an order is spent already."""

from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _sale_create_reinvoice_sale_line(self):
        """Override of `sale`: what was spent is a fact, and no reason to refuse the bill.

        The order that has grown goes on record, as with what was delivered besides.
        """
        orders = self.env["sale.order"].union(*self._sale_determine_order().values())
        with orders.sudo()._ar_checking_growth():
            return super()._sale_create_reinvoice_sale_line()
