"""Lift what stops a whole customer, with a reason."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ArCollectionHoldLift(models.TransientModel):
    _name = "ar.collection.hold.lift"
    _description = "Lift a Hold"
    _inherit = "ar.window.mixin"

    hold_id = fields.Many2one(
        "ar.collection.hold", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="hold_id.partner_id")
    reason = fields.Selection(related="hold_id.reason")
    is_interest_running = fields.Boolean(
        string="Interest of these days is charged",
        compute="_compute_is_interest_running",
        store=True,
        readonly=False,
        help="Otherwise the days on hold bear no interest, now or later.",
    )
    note = fields.Char(
        string="Why", required=True, help="Kept on record with the customer."
    )

    @api.depends("hold_id")
    def _compute_is_interest_running(self):
        for wizard in self:
            wizard.is_interest_running = wizard.hold_id.is_interest_running

    def action_lift(self):
        """End the hold today; why is kept on record."""
        self.ensure_one()
        self.hold_id._check_may_lift()
        if not (self.note or "").strip():
            raise UserError(
                self.env._("Say why the hold ends: the reason is kept on record.")
            )
        self.hold_id._decide_interest(self.is_interest_running)
        self.hold_id._lift(self.note)
        return {"type": "ir.actions.act_window_close"}
