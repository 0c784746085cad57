"""Change a notice before it leaves."""

from odoo import api, fields, models

from ..const import CHANNELS


class ArFollowupNoticeChange(models.TransientModel):
    _name = "ar.followup.notice.change"
    _description = "Change a Notice"
    _inherit = "ar.window.mixin"

    notice_id = fields.Many2one("ar.followup.notice", required=True, readonly=True)
    partner_id = fields.Many2one(related="notice_id.partner_id", string="Customer")
    level_id = fields.Many2one(related="notice_id.level_id")
    left_out_ids = fields.Many2many(
        "ar.followup.notice.line",
        string="Leave out",
        domain="[('notice_id', '=', notice_id), ('is_cancelled', '=', False)]",
        help="Debts that this notice does not speak of. A later run may propose them "
        "again: put them on hold to keep them out for longer.",
    )
    recipient_id = fields.Many2one(
        "res.partner",
        string="To",
        required=True,
        domain="[('id', 'child_of', partner_id)]",
        compute="_compute_from_notice",
        store=True,
        readonly=False,
        precompute=True,
    )
    channel = fields.Selection(
        CHANNELS,
        required=True,
        compute="_compute_channel",
        store=True,
        readonly=False,
        precompute=True,
    )
    deadline = fields.Date(
        compute="_compute_from_notice",
        store=True,
        readonly=False,
        precompute=True,
        help="Binds all debts of the notice.",
    )
    note = fields.Char(string="Reason", required=True)

    @api.depends("notice_id")
    def _compute_from_notice(self):
        for wizard in self:
            wizard.recipient_id = wizard.notice_id.recipient_id
            wizard.deadline = wizard.notice_id and wizard.notice_id._get_deadline()

    @api.depends("notice_id", "recipient_id")
    def _compute_channel(self):
        """Keep the channel where the recipient can be reached on it."""
        for wizard in self:
            notice, level = wizard.notice_id, wizard.notice_id.level_id
            known = notice._get_known_channels(wizard.recipient_id)
            usual = (notice.channel, *(level._get_channels() if level else ()))
            wizard.channel = next((c for c in usual if c in known), notice.channel)

    def action_change(self):
        """Change the notice, and show it with its new text."""
        self.ensure_one()
        notice = self.notice_id
        notice._change(
            self.note,
            left_out=self.left_out_ids,
            recipient=self.recipient_id,
            channel=self.channel,
            deadline=self.deadline if self.deadline != notice._get_deadline() else None,
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": notice._name,
            "res_id": notice.id,
            "views": [(False, "form")],
        }
