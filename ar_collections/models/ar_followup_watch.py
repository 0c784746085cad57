"""What is looked after every hour: messages on their way, and what must not go
unnoticed, such as letters not posted, calls not made, runs that did not come."""

import contextlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from .ar_followup_run_work import OutOfTime

# A missed run is told when it was missing for so long: the next pass may still come.
PATIENCE = timedelta(hours=2)


class ArFollowupDelivery(models.Model):
    _inherit = "ar.followup.delivery"

    is_alerted = fields.Boolean(
        readonly=True, help="The responsible was told that this letter or call is late."
    )

    # === CRON === #

    @api.model
    def _cron_deliveries(self):
        """Look after messages on their way: retries, fallbacks, late letters, missed runs."""
        runs = self.env["ar.followup.run"]
        with contextlib.suppress(OutOfTime):
            for step in (
                self._sync_reports,
                self._retry_due,
                self._use_due_fallbacks,
                self._recheck_all_waiting,
                self._alert_unposted,
                runs._alert_missed_run,
            ):
                step()
                runs._commit_progress()

    @api.model
    def _alert_unposted(self):
        """Tell the responsible once of letters not posted and calls not made in time."""
        waiting = [("state", "=", "queued"), ("channel", "in", ("letter", "phone"))]
        for (company,) in self._read_group(waiting, ["company_id"]):
            late = self.with_company(company).search(
                [
                    ("company_id", "=", company.id),
                    ("is_late", "=", True),
                    ("is_alerted", "=", False),
                    ("is_test", "=", False),
                ]
            )
            summary = self.env._("Letters or calls wait for more than three business days")
            for case, deliveries in late.grouped("case_id").items():
                if summary not in case.activity_ids.mapped("summary"):
                    case._schedule_task(summary, company._ar_today())
                deliveries.sudo().is_alerted = True


class ArFollowupRun(models.Model):
    _inherit = "ar.followup.run"

    @api.model
    def _get_missed_run_alert(self, company):
        """Say what is wrong with the runs of a company; empty when all is well.

        Asked by screens and by another scheduled action: one that fails often enough
        switches itself off, and then tells nobody.
        """
        settings = company.sudo()._ar_get_settings_company()
        is_on = settings.ar_start_date and not company._ar_is_paused()
        if not is_on or not self.env["ar.followup.policy"].sudo()._get_candidates(company):
            return ""
        if not self._is_cron_on():
            return self.env._(
                "The scheduled action “Collections: follow-up run” is switched off: "
                "nothing is planned or sent. Mend what made it fail, and switch it on."
            )
        if day := self._get_missed_day(company):
            return self.env._(
                "No run was made on %(day)s, although one was due: nobody was reminded. "
                "Run the ladder now, and ask your administrator why the scheduled action "
                "“Collections: follow-up run” stands still.",
                day=format_date(self.env, day),
            )
        return ""

    @api.model
    def _alert_missed_run(self):
        """Tell each company's responsible once a day of a run that did not come."""
        for company in self.env["res.company"].sudo().search([("active", "=", True)]):
            message = self._get_missed_run_alert(company)
            if not message:
                company.ar_missed_since = False
            elif not company.ar_missed_since:
                company.ar_missed_since = fields.Datetime.now()
            elif fields.Datetime.now() - company.ar_missed_since >= PATIENCE:
                company._ar_tell_missed_run(message)


class ResCompany(models.Model):
    _inherit = "res.company"

    ar_missed_since = fields.Datetime(string="Follow-up run missed since", copy=False)
    ar_missed_told_on = fields.Date(string="Missed run told on", copy=False)

    def _ar_tell_missed_run(self, message):
        """Make a task and send a message to the responsible, once a day."""
        self.ensure_one()
        today = self._ar_today()
        user = self._ar_get_settings_company().ar_responsible_id
        if self.ar_missed_told_on == today or not user:
            return
        self.ar_missed_told_on = today
        user = user._ar_get_present(today)
        summary = self.env._("%(company)s: no follow-up run", company=self.name)
        self._ar_make_missed_task(user, summary, message, today)
        self.env["mail.thread"].sudo().message_notify(
            partner_ids=user.partner_id.ids, subject=summary, body=message
        )

    def _ar_make_missed_task(self, user, summary, message, today):
        tasks = self.env["mail.activity"].sudo()
        values = {"summary": summary, "user_id": user.id}
        if tasks.search_count([(name, "=", value) for name, value in values.items()], limit=1):
            return
        todo = self.env.ref("mail.mail_activity_data_todo")
        tasks.create(
            {
                **values,
                "activity_type_id": todo.id,
                "note": message,
                "date_deadline": today,
            }
        )
