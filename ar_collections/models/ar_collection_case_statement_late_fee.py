"""What customers read of journal items that book charges."""

from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _ar_get_document_kind(self):
        """Override: late fees are told apart from invoices, interest where there is any."""
        move = self.move_id.sudo()
        if not move.ar_is_charge or move.move_type == "out_refund":
            return super()._ar_get_document_kind()
        kinds = move.ar_booked_fee_ids.mapped("kind")
        return "late_fees_interest" if "interest" in kinds else "late_fees"
