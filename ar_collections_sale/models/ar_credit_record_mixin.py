"""Orders that are on credit hold, and those that are let through."""

from odoo import api, fields, models


class ArCreditRecordMixin(models.AbstractModel):
    _inherit = "ar.credit.record.mixin"

    order_id = fields.Many2one(
        "sale.order", index="btree_not_null", ondelete="cascade", readonly=True
    )

    def _get_document(self):
        """Override to give an order."""
        return self.order_id or super()._get_document()

    @api.model
    def _get_document_values(self, document):
        """Override to name an order."""
        values = super()._get_document_values(document)
        if document and document._name == "sale.order":
            values["order_id"] = document.id
        return values
