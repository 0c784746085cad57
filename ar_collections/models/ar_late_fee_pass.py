"""The daily pass over charges: propose, waive by rule, find what to correct."""

from datetime import timedelta

from odoo import api, fields, models


class ArLateFeePass(models.Model):
    """How far the daily pass of a company has come."""

    _name = "ar.late.fee.pass"
    _description = "Progress of the Daily Pass over Charges"
    _inherit = "ar.daily.pass.mixin"
    _log_access = False

    done_on = fields.Date(help="The last day whose pass came to its end.")
    seen_until = fields.Date(
        help="Matches made up to this day have had their charges proposed."
    )
    is_incomplete = fields.Boolean(
        help="Something could not be computed: matches are looked at again."
    )
    problems = fields.Json(
        help="What could not be done in the pass that is under way, as texts."
    )

    def _get_since(self):
        """Give the day from which matches may still lack their interest."""
        start = self.company_id._ar_get_settings_company().ar_start_date
        last = self.seen_until or start or fields.Date.to_date("1900-01-01")
        return last - timedelta(days=1)

    def _note(self, texts):
        """Keep what could not be done until the pass has come to its end."""
        if texts:
            self.problems = sorted({*(self.problems or ()), *texts})

    def _finish(self, day):
        """End the pass of a day, and tell those in charge what it could not do."""
        values = {"done_on": day, "cursor": 0, "is_incomplete": False, "problems": False}
        if not self.is_incomplete:
            values["seen_until"] = day
        if self.problems:
            self.company_id._ar_tell_late_fees(self.problems)
        else:
            self.company_id._ar_close_late_fee_tasks()
        self.write(values)


class ArLateFee(models.Model):
    _inherit = "ar.late.fee"

    @api.model
    def _cron_late_fees(self):
        """Propose charges of each company once a day, and waive what rules waive.

        Resumes what an earlier call left. A missing rate is told to those in charge
        and stops nothing else.
        """
        companies = self.env["res.company"].search([], order="id")  # pylint: disable=no-search-all
        self.env["ar.followup.run"]._for_each_company(
            "Late fees",
            companies,
            lambda company: self._pass_company(company, company._ar_today()),
        )

    @api.model
    def _pass_company(self, company, today):
        start = company._ar_get_settings_company().ar_start_date
        progress = self.env["ar.late.fee.pass"]._get_for(company)
        if not start or start > today or progress.done_on == today:
            return
        engine = self.env["ar.late.fee.engine"]
        engine._drop_void_for_company(company, today)
        engine._propose_for_company(company, today)
        # What is missing already is told where something cannot be computed for it.
        progress._note(self.env["ar.reference.rate"]._get_end_texts(company, is_known=True))
        self.env["ar.followup.run"]._work_off(lambda: self._waive_by_rule(company, today))
        self._mark_matched(company, progress._get_since())
        self.env["ar.followup.run"]._work_off(lambda: self._check_changed(company, today))
        progress._finish(today)
