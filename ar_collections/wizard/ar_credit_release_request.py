"""Ask for a release, from the document that is held."""

from odoo import fields, models
from odoo.exceptions import UserError


class ArCreditReleaseRequest(models.TransientModel):
    _name = "ar.credit.release.request"
    _description = "Ask for a Credit Release"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        required=True, readonly=True, model_field="res_model"
    )
    reasons = fields.Text(string="What stops it", compute="_compute_reasons")
    note = fields.Text(
        string="Why let it through",
        help="For the person who decides, such as “pays on Friday, wants delivery tomorrow”.",
    )

    def _compute_reasons(self):
        for wizard in self:
            document = wizard._get_document()
            wizard.reasons = document.ar_credit_warning if document else False

    def _get_document(self):
        """Give the document that is held: one that uses credit, and nothing else."""
        self.ensure_one()
        model = self.env.get(self.res_model)
        mixin = self.env.registry["ar.credit.document.mixin"]
        if not isinstance(model, mixin):
            raise UserError(self.env._("Releases are for documents that use credit."))
        document = model.browse(self.res_id).exists()
        if not document:
            raise UserError(
                self.env._("The document was deleted meanwhile: close this window.")
            )
        document.check_access("read")
        return document

    def action_request(self):
        """Ask the credit approvers."""
        self.ensure_one()
        self._get_document()._ar_request_release(self.note)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The credit approvers are told. You hear from them."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
