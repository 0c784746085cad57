"""What deposit rules ask of a customer's case."""

from odoo import models


class ArCollectionCase(models.Model):
    _inherit = "ar.collection.case"

    def _get_deposit_standing(self):
        """Give (credit state, payer rating); of nobody known where there is no case."""
        names = ("credit_state", "payer_rating")
        state, rating = (self[name] if name in self._fields else False for name in names)
        return state or "undecided", rating or "new"
