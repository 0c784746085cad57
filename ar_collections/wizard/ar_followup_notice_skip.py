"""Skip notices that are not sent yet."""

from odoo import fields, models
from odoo.exceptions import UserError


class ArFollowupNoticeSkip(models.TransientModel):
    _name = "ar.followup.notice.skip"
    _description = "Skip Notices"
    _inherit = "ar.window.mixin"

    notice_ids = fields.Many2many("ar.followup.notice", string="Notices", readonly=True)
    how = fields.Selection(
        [("wait", "Wait until a day"), ("done", "Treat as done")],
        required=True,
        default="wait",
        help="Wait: the debts are on hold until the day, then the same level comes "
        "again. Treat as done: the level counts as used, the next one follows.",
    )
    until = fields.Date(string="Wait until", help="The last day of the wait, included.")
    note = fields.Char(string="Reason", required=True)

    def action_skip(self):
        """Skip the notices of the window."""
        self.ensure_one()
        if self.how == "wait" and not self.until:
            raise UserError(self.env._("Enter the day until which the notices wait."))
        until = self.until if self.how == "wait" else None
        self.notice_ids.action_skip(until=until, note=self.note)
        return {"type": "ir.actions.act_window_close"}
