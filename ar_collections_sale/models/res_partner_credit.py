"""Salespeople see what credit their customers have, and orders go with their contacts."""

from odoo import fields, models
from odoo.addons.ar_collections.models.res_partner_credit import CREDIT_READERS, FILED

_READERS = f"{CREDIT_READERS},sales_team.group_sale_salesman"


class ResPartner(models.Model):
    _inherit = "res.partner"

    ar_credit_bar = fields.Json(groups=_READERS)
    ar_credit_state = fields.Selection(groups=_READERS)
    ar_credit_warning = fields.Text(groups=_READERS)

    # === CRUD === #

    def write(self, vals):
        """Override of `base`: orders of contacts who become another's are checked again."""
        if FILED.isdisjoint(vals):
            return super().write(vals)
        with self._ar_get_confirmed_orders()._ar_checking_growth():
            return super().write(vals)

    # === BUSINESS === #

    def _ar_get_confirmed_orders(self):
        """Give the orders that these contacts, or those below them, are to pay.

        An approver may file them elsewhere: as superuser, what speaks against it goes on
        record.
        """
        orders = self.env["sale.order"].sudo().search(
            [("state", "=", "sale"), ("partner_invoice_id", "child_of", self.ids)]
        )
        return orders if self._ar_may_decide() else orders.with_env(self.env)
