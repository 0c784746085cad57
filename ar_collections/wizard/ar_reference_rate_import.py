import base64

from odoo import api, fields, models


class ArReferenceRateImport(models.TransientModel):
    """Read values of reference rates from a CSV file."""

    _name = "ar.reference.rate.import"
    _description = "Import Reference Rates"

    file = fields.Binary(required=True, attachment=False)
    file_name = fields.Char()
    missing_text = fields.Text(compute="_compute_missing_text")

    @api.depends_context("lang")
    def _compute_missing_text(self):
        rates = self.env["ar.reference.rate"].search([("active", "=", True)])
        texts = filter(None, rates.mapped("end_text"))
        self.missing_text = "\n".join(texts)

    def action_import(self):
        """Import the file; where a line is bad, nothing of it."""
        self.ensure_one()
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")
        data = base64.b64decode(self.file)
        values = self.env["ar.reference.rate"]._import_values(data)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(count)s values imported", count=len(values)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
