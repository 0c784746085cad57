"""What deposits go by in a customer's case."""

from odoo import models


class ArCollectionCase(models.Model):
    _inherit = "ar.collection.case"

    def _get_deposit_standing(self):
        """Give (credit state, payer rating); of nobody known where there is no case."""
        return self.credit_state or "undecided", self.payer_rating or "new"
