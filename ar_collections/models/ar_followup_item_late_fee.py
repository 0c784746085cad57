from odoo import fields, models


class ArFollowupItem(models.Model):
    _inherit = "ar.followup.item"

    late_fee_ids = fields.One2many("ar.late.fee", "item_id", string="Late fees")

    def _get_settled_date(self):
        """Give the day on which the last match settled the debt, or ``None``."""
        self.ensure_one()
        line = self.sudo().move_line_id
        if not line.reconciled:
            return None
        credits_ = line.matched_credit_ids.credit_move_id
        return max((credit._ar_get_settling_day() for credit in credits_), default=None)
