"""Charges of a customer, from the case."""

from odoo import fields, models


class ArCollectionCase(models.Model):
    _inherit = "ar.collection.case"

    late_fee_ids = fields.One2many("ar.late.fee", "case_id", string="Late fees")
    late_fee_count = fields.Integer(
        string="Number of late fees", compute="_compute_late_fee_count"
    )

    def _compute_late_fee_count(self):
        groups = self.env["ar.late.fee"]._read_group(
            [("case_id", "in", self.ids), ("state", "!=", "cancelled")],
            ["case_id"],
            ["__count"],
        )
        counts = {case.id: count for case, count in groups}
        for case in self:
            case.late_fee_count = counts.get(case.id, 0)

    def action_open_late_fees(self):
        """Open the charges of the customer."""
        return self._open_list("ar_collections.ar_late_fee_action")
