"""Send a copy of a notice."""

from odoo import api, fields, models
from odoo.tools import email_normalize


class ArFollowupNoticeResend(models.TransientModel):
    _name = "ar.followup.notice.resend"
    _description = "Send a Copy"
    _inherit = "ar.window.mixin"

    notice_ids = fields.Many2many("ar.followup.notice", string="Copy of", readonly=True)
    is_letter = fields.Boolean(compute="_compute_is_letter")
    channel = fields.Selection(
        [("email", "E-mail"), ("letter", "Print again")], required=True, default="email"
    )
    address = fields.Char(
        string="E-mail address",
        compute="_compute_address",
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("notice_ids")
    def _compute_is_letter(self):
        for wizard in self:
            source = wizard.notice_ids[:1]._get_copy_source()
            wizard.is_letter = bool(source.evidence_id)

    @api.depends("notice_ids")
    def _compute_address(self):
        for wizard in self:
            email = wizard.notice_ids[:1].recipient_id.email
            wizard.address = email_normalize(email) if email else False

    def action_resend(self):
        """Send the copy."""
        self.ensure_one()
        self.notice_ids.action_resend(self.channel, self.address)
        return {"type": "ir.actions.act_window_close"}
