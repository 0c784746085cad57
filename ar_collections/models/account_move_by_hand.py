"""What a collector does from an invoice."""

from odoo import models

from . import ar_by_hand_mixin  # noqa: F401  (defines the model that this one inherits)


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "ar.by.hand.mixin"]

    def _ar_get_cases(self):
        """Override to open the cases of the invoices' customers where missing."""
        cases = self.env["ar.collection.case"]
        moves = self.sudo().filtered(
            lambda move: move._ar_is_debt() and move.partner_id
        )
        for company, company_moves in moves.grouped("company_id").items():
            partners = company_moves.commercial_partner_id
            ids = cases.sudo()._ensure_cases(company, partners.ids)
            cases |= cases.browse(ids.values())
        return cases

    def _ar_get_items(self):
        """Override to give all open instalments of the invoices."""
        items = self._ar_get_cases()._ar_get_items()
        return items.filtered(lambda item: item.move_id in self)

    def _ar_get_chosen_items(self):
        return self._ar_get_some_items()

    def _ar_get_hold_defaults(self):
        return {"move_ids": self.filtered(lambda move: move._ar_is_debt())}

    def _ar_get_hold_domain(self):
        return ["|", ("move_id", "in", self.ids), ("item_id.move_id", "in", self.ids)]

    def _ar_is_debt(self):
        """Tell whether the move can be a customer's debt."""
        self.ensure_one()
        return self.move_type in ("out_invoice", "out_receipt", "entry")
