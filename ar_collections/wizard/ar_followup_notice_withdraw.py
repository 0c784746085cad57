"""Withdraw notices that should not have been sent."""

from odoo import api, fields, models


class ArFollowupNoticeWithdraw(models.TransientModel):
    _name = "ar.followup.notice.withdraw"
    _description = "Withdraw Notices"
    _inherit = "ar.window.mixin"

    notice_ids = fields.Many2many("ar.followup.notice", string="Notices", readonly=True)
    note = fields.Char(string="Reason", required=True)
    is_apologising = fields.Boolean(
        string="Apologise by e-mail",
        compute="_compute_is_apologising",
        store=True,
        readonly=False,
        precompute=True,
        help="The recipient gets the withdrawal text. Proposed where the message has "
        "left; one that has not is only stopped.",
    )
    hold_until = fields.Date(
        string="Hold until",
        help="No reminder for these debts until this day, included.",
    )

    @api.depends("notice_ids")
    def _compute_is_apologising(self):
        for wizard in self:
            wizard.is_apologising = any(
                notice._has_reached() and notice.recipient_id.email_normalized
                for notice in wizard.notice_ids
            )

    def action_withdraw(self):
        """Withdraw the notices of the window."""
        self.ensure_one()
        self.notice_ids.action_withdraw(
            self.note, is_apologising=self.is_apologising, hold_until=self.hold_until
        )
        return {"type": "ir.actions.act_window_close"}
