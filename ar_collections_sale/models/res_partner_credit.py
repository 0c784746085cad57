"""Salespeople see what credit their customers have."""

from odoo import fields, models
from odoo.addons.ar_collections.models.res_partner_credit import CREDIT_READERS

_READERS = f"{CREDIT_READERS},sales_team.group_sale_salesman"


class ResPartner(models.Model):
    _inherit = "res.partner"

    ar_credit_bar = fields.Json(groups=_READERS)
    ar_credit_state = fields.Selection(groups=_READERS)
    ar_credit_warning = fields.Text(groups=_READERS)
