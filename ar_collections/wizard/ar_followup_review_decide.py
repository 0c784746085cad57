"""Decide the opening review of debts."""

from odoo import api, fields, models

from ..models.ar_followup_item_by_hand import REVIEW_DECISIONS


class ArFollowupReviewDecide(models.TransientModel):
    _name = "ar.followup.review.decide"
    _description = "Opening Review"
    _inherit = "ar.window.mixin"

    item_ids = fields.Many2many("ar.followup.item", string="Debts", readonly=True)
    policy_ids = fields.Many2many("ar.followup.policy", compute="_compute_policy_ids")
    decision = fields.Selection(REVIEW_DECISIONS, required=True, default="first")
    level_id = fields.Many2one(
        "ar.followup.level",
        domain="[('policy_id', 'in', policy_ids), ('days', '>', 0)]",
    )
    last_contact = fields.Date(string="Last contact")
    note = fields.Char()

    @api.depends("item_ids")
    def _compute_policy_ids(self):
        for wizard in self:
            wizard.policy_ids = wizard.item_ids._get_policies()

    def action_decide(self):
        """Take the decision for all debts of the window."""
        self.ensure_one()
        self.item_ids.action_review(
            self.decision, self.note, self.level_id, self.last_contact
        )
        return {"type": "ir.actions.act_window_close"}
