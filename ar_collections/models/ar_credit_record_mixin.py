"""What holds and releases have in common: whose credit, and which document."""

from odoo import api, fields, models


class ArCreditRecordMixin(models.AbstractModel):
    """Kept on the file of the root company, for a document or for all that a customer asks."""

    _name = "ar.credit.record.mixin"
    _description = "Record on a Customer's Credit"

    case_id = fields.Many2one(
        "ar.collection.case", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="case_id.partner_id", string="Customer", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
    )
    # "model,id"; empty for the whole customer.
    document = fields.Char(
        string="Document key", default="", required=True, readonly=True, copy=False, index=True
    )
    document_name = fields.Char(string="Document", compute="_compute_document_name")

    # === SEAMS === #

    def _get_document(self):
        """Give the document that is meant, or nothing; other addons add theirs."""
        self.ensure_one()
        return self.move_id

    @api.model
    def _get_document_values(self, document):
        """Give the fields that name a document; other addons add theirs."""
        if not document:
            return {"document": ""}
        values = {"document": f"{document._name},{document.id}"}
        if document._name == "account.move":
            values["move_id"] = document.id
        return values

    def _get_name_of_all(self):
        """Say what is meant where no document is."""
        raise NotImplementedError

    # === COMPUTES === #

    @api.depends("document")
    def _compute_document_name(self):
        for record in self:
            document = record.sudo()._get_document()
            record.document_name = (
                document.display_name if document else record._get_name_of_all()
            )

    # === ACTIONS === #

    def action_ar_open_document(self):
        """Open the document, or the customer's file."""
        self.ensure_one()
        return (self._get_document() or self.case_id).get_formview_action()
