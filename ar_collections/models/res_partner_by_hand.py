"""What a collector does from a customer, in the active company."""

from odoo import models


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "ar.by.hand.mixin"]

    def _ar_get_cases(self):
        """Override to open the customers' cases in the active company."""
        cases = self.env["ar.collection.case"]
        ids = cases.sudo()._ensure_cases(
            self.env.company, self.commercial_partner_id.ids
        )
        return cases.browse(ids.values())

    def _ar_get_items(self):
        return self._ar_get_cases()._ar_get_items()
