"""What is looked after every hour: messages on their way, and what must not go
unnoticed, such as letters not posted, calls not made, runs that did not come."""

import contextlib
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import format_date

from .ar_followup_run_work import OutOfTime

_logger = logging.getLogger(__name__)

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
        """Look after what must not stand still, each step for itself.

        The alarm of a missed run comes first: nothing may keep it from being heard.
        """
        runs = self.env["ar.followup.run"]
        with contextlib.suppress(OutOfTime):
            for step in (
                runs._alert_missed_run,
                self._recheck_all_waiting,
                self._tell_ready_to_print,
                self._alert_unposted,
                self._sync_reports,
                self._retry_due,
                self._use_due_fallbacks,
                self.env["ar.followup.executor"].sudo()._send_approved_by_hand,
            ):
                runs._take_hourly_step(step)

    def _apart(self, act):
        """Act on each delivery, so that one that fails does not stop the others."""
        for delivery in self:
            try:
                with self.env.cr.savepoint():
                    act(delivery)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception as error:  # noqa: BLE001
                _logger.warning(
                    "Delivery %s is left for later: %s", delivery.id, type(error).__name__
                )
                self.env.invalidate_all()

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
    def _take_hourly_step(self, step):
        """Take one step and commit it; one that fails does not stop the others.

        Not raised: an action that fails often enough is switched off by Odoo, and the
        alarm with it.
        """
        try:
            # A test holds the transaction, of which only a part may be undone.
            with self.env.cr.savepoint() if self._is_tested() else contextlib.nullcontext():
                step()
            self._commit_progress()
        except OutOfTime:
            raise
        except Exception as error:
            if not self._is_tested():
                self.env.cr.rollback()
            self.env.invalidate_all()
            if isinstance(error, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
                _logger.info("%s waits for the next hour", step.__name__)
            else:
                _logger.exception("%s failed", step.__name__)

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

    ar_missed_since = fields.Datetime(
        string="Follow-up run missed since", copy=False, groups="base.group_user"
    )
    ar_missed_told_on = fields.Date(
        string="Missed run told on", copy=False, groups="base.group_user"
    )

    def _ar_tell_missed_run(self, message):
        """Make a task and send a message to those in charge, once a day."""
        self.ensure_one()
        today = self._ar_today()
        users = self._ar_get_users_in_charge(today)
        if self.ar_missed_told_on == today or not users:
            return
        self.ar_missed_told_on = today
        summary = self.env._("%(company)s: no follow-up run", company=self.name)
        for user in users:
            self._ar_make_missed_task(user, summary, message, today)
        self.env["mail.thread"].sudo().message_notify(
            partner_ids=users.partner_id.ids, subject=summary, body=message
        )

    def _ar_get_users_in_charge(self, day):
        """Give who is told what nobody may miss: the responsible, or the substitute.

        Where none is set: the collections managers of the company, else the
        administrators.
        """
        self.ensure_one()
        responsible = self._ar_get_settings_company().ar_responsible_id
        present = responsible and responsible._ar_get_present(day)
        if present:
            return present
        for name in ("ar_collections.ar_collections_group_manager", "base.group_system"):
            users = self.env.ref(name).sudo().all_user_ids.filtered(
                lambda user: user.active
                and user._is_internal()
                and self in user.company_ids
            )
            if users:
                return users
        return self.env["res.users"]

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
