"""The daily pass over credit: reviews that lapse, how customers pay, holds."""

import logging

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..const import CREDIT_REMINDER_DAYS

_BATCH = 1000

_logger = logging.getLogger(__name__)


class ArCreditPass(models.Model):
    """How far the daily pass over the credit of a root company's customers has come."""

    _name = "ar.credit.pass"
    _description = "Progress of the Daily Pass over Credit"
    _inherit = "ar.daily.pass.mixin"
    _log_access = False


class ArCollectionCase(models.Model):
    _inherit = "ar.collection.case"

    @api.model
    def _cron_credit(self):
        """Look at the credit of all customers once a day, company by company.

        Resumes what an earlier call left.
        """
        roots = self.env["res.company"].sudo().search([("parent_id", "=", False)])
        self.env["ar.followup.run"]._for_each_company(
            "Credit", roots, self._pass_over_credit
        )

    @api.model
    def _pass_over_credit(self, company):
        progress = self.env["ar.credit.pass"].sudo()._get_for(company)
        if not progress.cursor:
            self._ensure_cases(company, self._get_customers_of(company))
            self.env["ar.credit.review"]._remind(company._ar_today(), CREDIT_REMINDER_DAYS)
        self.env["ar.followup.run"]._work_off(lambda: self._look_at_next(progress))
        progress.cursor = 0

    @api.model
    def _look_at_next(self, progress):
        """Rate and check the next customers; tell whether there were any."""
        cases = self.sudo().search(
            [("company_id", "=", progress.company_id.id), ("id", ">", progress.cursor)],
            order="id",
            limit=_BATCH,
        )
        if cases:
            cases._rate_payers()
            cases._get_credit_candidates()._refresh_holds_apart()
            progress.cursor = cases[-1].id
        return bool(cases)

    def _refresh_holds_apart(self):
        """Refresh the holds of these customers; one that fails does not stop the others."""
        try:
            with self.env.cr.savepoint():
                self._refresh_credit_holds()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            self.env.invalidate_all()
            if len(self) == 1:
                _logger.exception("Credit of case %s could not be checked", self.id)
                return
            for case in self:
                case._refresh_holds_apart()
