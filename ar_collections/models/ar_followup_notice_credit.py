"""Paying, and reaching a level, change what is on credit hold."""

import logging
from collections import defaultdict

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)
_PAID = "ar_credit.paid_customers"


class ArFollowupItem(models.Model):
    _inherit = "ar.followup.item"

    @api.model
    def _on_ledger_changed(self, lines):
        """Override to look at the credit holds of the customers again, too."""
        result = super()._on_ledger_changed(lines)
        self.env["ar.collection.case"]._mark_credit_changed(lines)
        return result


class ArFollowupNotice(models.Model):
    _inherit = "ar.followup.notice"

    def _apply_to_items(self, lines, day, *, is_said=True):
        """Override to stop the credit of customers who have come to such a level."""
        result = super()._apply_to_items(lines, day, is_said=is_said)
        cases = self.env["ar.collection.case"].sudo()
        stopped = self._filter_stopping_credit(lines).notice_id
        for root, notices in stopped.grouped(lambda n: n.company_id.root_id).items():
            ids = cases._ensure_cases(root, notices.partner_id.ids)
            cases.browse(ids.values())._refresh_credit_holds()
        return result

    @api.model
    def _filter_stopping_credit(self, lines):
        """Give those of `lines` that have come to a level that stops credit, or past it."""
        levels = lines.level_id.policy_id.level_ids.filtered("is_stopping_credit")
        first = {
            policy: min(stopping.mapped("days"))
            for policy, stopping in levels.grouped("policy_id").items()
        }
        return lines.filtered(
            lambda line: line.level_id.policy_id in first
            and line.level_days >= first[line.level_id.policy_id]
        )


class ArCollectionCase(models.Model):
    _inherit = "ar.collection.case"

    @api.model
    def _mark_credit_changed(self, lines):
        """Have the holds of the customers of journal items checked before the commit."""
        self._mark_customers_changed(
            (line.company_id, line.partner_id)
            for line in lines.sudo()
            if line.account_type == "asset_receivable" and line.partner_id
        )

    @api.model
    def _mark_customers_changed(self, customers):
        """Have the holds of customers checked before the commit.

        :param customers: (company, customer or contact) of each
        """
        precommit = self.env.cr.precommit
        if _PAID not in precommit.data:
            precommit.data[_PAID] = defaultdict(set)
            precommit.add(self.sudo()._refresh_marked)
        marked = precommit.data[_PAID]
        for company, partner in customers:
            marked[company.sudo().root_id.id].add(partner.sudo().commercial_partner_id.id)

    def _refresh_marked(self):
        """Lift what is paid down. Nobody's payment may fail because of it."""
        for company_id, partner_ids in self.env.cr.precommit.data.pop(_PAID, {}).items():
            company = self.env["res.company"].browse(company_id)
            try:
                with self.env.cr.savepoint():
                    self._get_held_cases(company, partner_ids)._refresh_credit_holds()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                _logger.info("Credit is being used: holds are looked at again tomorrow")
            except Exception:  # noqa: BLE001
                _logger.warning("Credit holds are looked at again tomorrow", exc_info=True)
