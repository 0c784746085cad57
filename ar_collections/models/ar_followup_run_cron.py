"""The scheduled action: each company's run of the day, and what was left of earlier ones."""

from psycopg2.errors import UniqueViolation

from odoo import api, models


class ArFollowupRun(models.Model):
    _inherit = "ar.followup.run"

    @api.model
    def _cron_followup(self):
        """Plan today's run of each company once, and send what may be sent.

        Hourly: resumes what an earlier pass left, and does nothing once the day is done.
        """
        companies = self.env["res.company"].search([], order="id")  # pylint: disable=no-search-all
        self._for_each_company("Follow-up", companies, self._follow_up)

    @api.model
    def _follow_up(self, company):
        settings = company._ar_get_settings_company()
        if not settings.ar_start_date or company._ar_is_paused():
            return
        self._get_runs_to_plan(company).action_plan()
        self._get_runs_to_execute(company).action_execute()

    def _get_runs_to_plan(self, company):
        """Give the run of today until it is planned, and those that were not finished."""
        today = company._ar_today()
        begun = self.search(
            [
                ("company_id", "=", company.id),
                ("as_of", "<=", today),
                ("state", "=", "planning"),
            ]
        )
        daily = self._get_run_of_today(company).filtered(lambda run: run.state == "draft")
        return (begun | daily).sorted(lambda run: (run.as_of, run.id))

    def _get_run_of_today(self, company):
        """Give the company's run of today, opened when there is none yet."""
        settings = company._ar_get_settings_company()
        today = company._ar_today()
        has_begun = settings.ar_start_date and settings.ar_start_date <= today
        if not has_begun or not self.env["ar.followup.policy"]._get_candidates(company):
            return self.browse()
        domain = [
            ("company_id", "=", company.id),
            ("as_of", "=", today),
            ("is_daily", "=", True),
            ("is_test", "=", company._ar_is_test_mode()),
        ]
        return (
            self.search(domain)
            or self._open_run(company, today)
            or self.search(domain)
        )

    def _open_run(self, company, day):
        """Open a run; give none where another worker has opened the day's meanwhile."""
        try:
            with self.env.cr.savepoint():
                return self.create({"company_id": company.id, "as_of": day})
        except UniqueViolation:
            # Only a new transaction sees what the other one has committed.
            self._begin_transaction()
            return self.browse()

    def _get_runs_to_execute(self, company):
        """Give the runs with notices that wait for nothing but the window, oldest first."""
        return self.search(
            [
                ("company_id", "=", company.id),
                ("as_of", "<=", company._ar_today()),
                ("notice_ids.state", "in", ("planned", "executing")),
            ],
            order="as_of, id",
        )
