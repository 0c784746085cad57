"""Runs that were due and did not come."""

from datetime import timedelta

from odoo import api, models

# The scheduled action runs every hour; it may be late by one more.
GRACE_HOURS = 2


class ArFollowupRun(models.Model):
    _inherit = "ar.followup.run"

    @api.model
    def _get_missed_day(self, company):
        """Give the last day on which a run was due and none was planned, or ``None``.

        Asked from outside the scheduled action on purpose: an action that fails often
        enough switches itself off, and then tells nobody.
        """
        settings = company.sudo()._ar_get_settings_company()
        day = (company._ar_now() - timedelta(hours=GRACE_HOURS)).date()
        is_due = (
            settings.ar_start_date
            and settings.ar_start_date <= day
            and not company._ar_is_paused()
            and self.env["ar.followup.policy"].sudo()._get_candidates(company)
        )
        if not is_due:
            return None
        last = self._get_last_planned_day(company, is_test=company._ar_is_test_mode())
        # Before the first run of all there is nothing to miss, while the action is on.
        is_missed = last < day if last else not self._is_cron_on()
        return day if is_missed else None

    def _get_last_planned_day(self, company, *, is_test):
        [[day]] = self.sudo()._read_group(
            [
                ("company_id", "=", company.id),
                ("partner_ids", "=", False),
                ("state", "not in", ("draft", "planning")),
                ("is_test", "=", is_test),
            ],
            aggregates=["as_of:max"],
        )
        return day

    def _is_cron_on(self):
        cron = self.env.ref("ar_collections.ir_cron_followup", raise_if_not_found=False)
        return bool(cron and cron.sudo().active)
