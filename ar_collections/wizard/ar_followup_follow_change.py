"""Take debts out of follow-up, or back into it."""

from odoo import api, fields, models


class ArFollowupFollowChange(models.TransientModel):
    _name = "ar.followup.follow.change"
    _description = "Take out of Follow-up"
    _inherit = "ar.window.mixin"

    item_ids = fields.Many2many("ar.followup.item", string="Debts", readonly=True)
    change = fields.Selection(
        [("out", "Take out of follow-up"), ("back", "Take back into follow-up")],
        compute="_compute_change",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    note = fields.Char(string="Reason", required=True)

    @api.depends("item_ids")
    def _compute_change(self):
        for wizard in self:
            is_out = set(wizard.item_ids.mapped("review_state")) == {"not_followed"}
            wizard.change = "back" if is_out else "out"

    def action_change(self):
        """Change it for all debts of the window."""
        self.ensure_one()
        self.item_ids.action_follow(self.change == "back", self.note)
        return {"type": "ir.actions.act_window_close"}
