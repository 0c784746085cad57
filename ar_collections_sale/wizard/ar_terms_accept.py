from odoo import fields, models


class ArTermsAccept(models.TransientModel):
    _inherit = "ar.terms.accept"

    order_id = fields.Many2one("sale.order", readonly=True)

    def _get_document(self):
        return self.order_id or super()._get_document()
