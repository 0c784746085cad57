"""Many invoices posted at once: those that stay drafts are told."""

from odoo import models


class ValidateAccountMove(models.TransientModel):
    _inherit = "validate.account.move"

    def validate_move(self):
        """Override of `account`: say on the screen which invoices are on credit hold."""
        result = super().validate_move()
        drafts = self.move_ids.filtered(lambda move: move.state == "draft")
        held = drafts & drafts._ar_get_credit_holds().move_id
        if not held or result.get("type") != "ir.actions.act_window_close":
            return result
        told = held._ar_tell_credit_held()
        told["params"]["next"] = result
        return told
