"""The warnings on the screen "Today"."""

from odoo import api, models
from odoo.tools import format_date

from ..const import BANK_NEVER_BOOKED


class ArCollectionToday(models.AbstractModel):
    _inherit = "ar.collection.today"

    # === ALERTS === #

    @api.model
    def _get_alerts(self, company):
        """Give warnings: dicts of `level` and `text`, and of a `button` where one helps.

        What it does is one of `action` (an XML id), `open` (a method of this model that
        returns an action) and `method` (a method after which the screen is loaded anew).
        """
        settings = company.sudo()._ar_get_settings_company()
        alerts = []
        if missed := self.env["ar.followup.run"]._get_missed_run_alert(company):
            alerts.append(self._get_missed_alert(missed))
        if company._ar_is_paused():
            alerts.append(
                {
                    "level": "warning",
                    "text": self.env._(
                        "Everything is paused: no reminder leaves this company."
                    ),
                    "method": "resume" if self._is_manager() else False,
                    "button": self.env._("Go on"),
                }
            )
        if company._ar_is_test_mode():
            text = self.env._(
                "Test mode: every message goes to %(address)s, and no debt moves.",
                address=company._ar_get_test_email(),
            )
            alerts.append({"level": "info", "text": text})
        alerts += self._get_pause_alerts(company)
        alerts += self._get_bank_alerts(company, settings)
        return alerts

    def _get_missed_alert(self, text):
        return {
            "level": "danger",
            "text": text,
            "open": "open_run" if self._is_manager() else False,
            "button": self.env._("Today's run"),
        }

    def _get_pause_alerts(self, company):
        today = company._ar_today()
        pauses = self.env["ar.followup.pause"].search(
            [
                ("company_id", "in", company.sudo().parent_ids.ids),
                ("date_from", "<=", today),
                ("date_until", ">=", today),
            ]
        )
        return [
            {
                "level": "info",
                "text": self.env._(
                    "Paused until %(day)s: %(reason)s",
                    day=format_date(self.env, pause.date_until),
                    reason=pause.name,
                ),
                "action": "ar_collections.ar_followup_pause_action",
                "button": self.env._("Pauses"),
            }
            for pause in pauses
        ]

    def _get_bank_alerts(self, company, settings):
        if not settings.ar_is_bank_gated:
            return []
        known = company._ar_get_bank_known()
        text = self.env._(
            "The bank is booked up to %(day)s; later debts are not reminded.",
            day=format_date(self.env, known),
        )
        if known == BANK_NEVER_BOOKED:
            text = self.env._(
                "No receipt is booked at the bank yet: nothing that is overdue is reminded."
            )
        return [
            {
                "level": "info",
                "text": text,
                "method": "vouch_for_bank" if self._is_manager() else False,
                "button": self.env._("All receipts up to today are booked"),
            }
        ]
