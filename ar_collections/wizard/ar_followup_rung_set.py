"""Set debts on another rung of the ladder."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ArFollowupRungSet(models.TransientModel):
    _name = "ar.followup.rung.set"
    _description = "Set the Rung"
    _inherit = "ar.window.mixin"

    item_ids = fields.Many2many("ar.followup.item", string="Debts", readonly=True)
    policy_ids = fields.Many2many("ar.followup.policy", compute="_compute_policy_ids")
    position = fields.Selection(
        [("before", "Before the first level"), ("level", "On a level")],
        required=True,
        default="before",
    )
    level_id = fields.Many2one(
        "ar.followup.level",
        domain="[('policy_id', 'in', policy_ids), ('days', '>', 0)]",
        help="The debts count as reminded on this level; the next one follows.",
    )
    last_contact = fields.Date(
        string="Last contact",
        help="The day of the last reminder, if you know it: the pace of the ladder "
        "counts from it.",
    )
    note = fields.Char(string="Reason", required=True)

    @api.depends("item_ids")
    def _compute_policy_ids(self):
        for wizard in self:
            wizard.policy_ids = wizard.item_ids._get_policies()

    def action_set(self):
        """Set the debts on the chosen rung."""
        self.ensure_one()
        is_on_level = self.position == "level"
        if is_on_level and not self.level_id:
            raise UserError(
                self.env._("Choose the level, or “before the first level”.")
            )
        level = self.level_id if is_on_level else self.level_id.browse()
        self.item_ids.action_set_rung(level, self.note, self.last_contact)
        return {"type": "ir.actions.act_window_close"}
