"""The daily pass over charges: propose, waive by rule, find what to correct."""

import logging
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError

from ..tools.interest import interest, total

_logger = logging.getLogger(__name__)


class ArLateFee(models.Model):
    _inherit = "ar.late.fee"

    # === CRON === #

    @api.model
    def _cron_late_fees(self):
        """Propose charges of each company once a day, and waive what rules waive.

        A company that fails (a missing rate, say) tells its responsible, and does
        not stop the others.
        """
        for company in self.env["res.company"].search([], order="id"):  # pylint: disable=no-search-all
            today = company._ar_today()
            settings = company._ar_get_settings_company()
            if not settings.ar_start_date or company.ar_charged_until == today:
                continue
            try:
                self._pass_company(company, today)
            except UserError as error:
                self.env.cr.rollback()
                company._ar_tell_responsible(error.args[0])
            self.env["ir.cron"]._commit_progress(1)

    def _pass_company(self, company, today):
        self.env["ar.late.fee.engine"]._propose_for_company(company, today)
        self._waive_by_rule(company, today)
        self._find_corrections(company)
        company.sudo().ar_charged_until = today

    # === WAIVE BY RULE === #

    def _waive_by_rule(self, company, today):
        """Waive charges on principals that are paid, where their rule says so."""
        charges = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "in", ("proposed", "posted")),
                ("item_id.move_line_id.reconciled", "=", True),
            ]
        )
        for (rule, item), group in charges.grouped(lambda c: (c.rule_id, c.item_id)).items():
            reason = group._get_waive_reason(rule, item, today)
            if reason:
                group.filtered(lambda c: not c._is_paid())._waive_all(reason)

    def _get_waive_reason(self, rule, item, today):
        """Tell why a rule waives these charges on one debt, or ``None``."""
        paid_on = item._get_settled_date()
        if rule.waive_below and sum(self.mapped("amount")) < rule.waive_below:
            return self.env._("Under the amount that the rule waives")
        told = [notice.handed_over_on for notice in self.notice_id if notice.handed_over_on]
        if rule.waive_days and told and paid_on:
            if paid_on <= min(told) + timedelta(days=rule.waive_days):
                return self.env._("Paid within %(days)s days", days=rule.waive_days)
        if rule.waive_after_days and paid_on:
            if today > paid_on + timedelta(days=rule.waive_after_days):
                return self.env._(
                    "Not paid %(days)s days after the principal", days=rule.waive_after_days
                )
        return None

    def _is_paid(self):
        self.ensure_one()
        return self.document_id.payment_state in ("paid", "in_payment")

    def _waive_all(self, reason):
        for charge in self.filtered("amount"):
            charge._waive(reason, charge.amount)

    # === CORRECTIONS === #

    def _find_corrections(self, company):
        """Mark booked interest that is above what the ledger now gives.

        A payment that was undone and booked again, or a late credit note, changes
        the stretches; a booked charge is never changed silently.
        """
        booked = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "posted"),
                ("kind", "=", "interest"),
                ("item_id.move_line_id", "!=", False),
            ]
        )
        engine = self.env["ar.late.fee.engine"]
        rows = engine._read_debts(company, booked.item_id.move_line_id.ids, company._ar_today())
        by_item = {row["item_id"]: row for row in rows}
        for charge in booked:
            row = by_item.get(charge.item_id.id)
            if row:
                excess = charge._get_excess(engine._get_debt({**row, "has_flat_sum": True}, ()))
                if charge.correction_amount != excess:
                    charge.correction_amount = excess

    def _get_excess(self, debt):
        """Give how much more was computed than the facts of today give."""
        self.ensure_one()
        rule = self.rule_id
        now = interest(
            debt.amount,
            debt.changes,
            self.date_from,
            self.date_to,
            rule._get_interest_terms(),
            rate_start=debt.due + timedelta(days=rule.grace_days + 1),
            unit=debt.unit,
        )
        excess = self.computed_amount - float(total(now)) - self.waived_amount
        return max(self.currency_id.round(min(excess, self.amount)), 0.0)
