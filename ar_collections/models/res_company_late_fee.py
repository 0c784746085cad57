"""Telling a company's responsible what became of its charges."""

from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _ar_tell_responsible(self, text):
        """Make a task about charges for the company's responsible, one while it is open."""
        self.ensure_one()
        user = self._ar_get_settings_company().ar_responsible_id
        if not user:
            return
        summary = self.env._("Late fees could not be computed")
        partner = self.partner_id.sudo()
        known = partner.activity_ids.filtered(
            lambda activity: activity.summary == summary and activity.user_id == user
        )
        if known:
            known[0].note = text
            return
        partner.activity_schedule(
            "mail.mail_activity_data_todo", summary=summary, note=text, user_id=user.id
        )
