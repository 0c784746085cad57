from odoo import fields, models


class ArTermsAcceptance(models.Model):
    _inherit = "ar.terms.acceptance"

    order_id = fields.Many2one(
        "sale.order", index="btree_not_null", readonly=True, ondelete="cascade"
    )
