"""Paying and undoing a payment change what waits to be said."""

from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account` to refresh what comes next for the debts concerned."""
        partials = super().create(vals_list)
        partials._ar_mark_changed()
        self.env["ar.late.fee"]._on_matches_changed(partials)
        return partials

    def unlink(self):
        """Override of `account`: core's widgets undo matches here and nowhere else."""
        lines = self.debit_move_id | self.credit_move_id
        self.env["ar.late.fee"]._on_matches_changed(self)
        result = super().unlink()
        self.env["ar.followup.item"]._on_ledger_changed(lines)
        return result

    def _ar_mark_changed(self):
        self.env["ar.followup.item"]._on_ledger_changed(
            self.debit_move_id | self.credit_move_id
        )
