import base64

from odoo import fields, models
from odoo.exceptions import UserError


class ArReferenceRateImport(models.TransientModel):
    """Read values of reference rates from a CSV file."""

    _name = "ar.reference.rate.import"
    _description = "Import Reference Rates"

    file = fields.Binary(
        required=True, help="Columns: code, date_from, date_to, percent, source."
    )

    def action_import(self):
        self.ensure_one()
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")
        try:
            text = base64.b64decode(self.file).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UserError(
                self.env._("The file is not UTF-8 text: save it as CSV in UTF-8.")
            ) from error
        self.env["ar.reference.rate"]._import_values(text)
        return {"type": "ir.actions.act_window_close"}
