"""The file with letters that a person asked for; nobody else may open it."""

from odoo import fields, models


class ArFollowupPrint(models.TransientModel):
    _name = "ar.followup.print"
    _description = "Letters in One File"

    name = fields.Char(required=True, readonly=True)
    file = fields.Binary(required=True, readonly=True)

    def _open(self):
        """Have the browser save the file."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/{self.name}?download=true",
            "target": "self",
        }
