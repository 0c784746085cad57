"""What the ledger does to charges that were made: waived by rule, corrected."""

from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from ..tools.charges import Charged, recompute
from ..tools.interest import MissingRateError
from .ar_late_fee import UNDECIDED

BATCH_CHARGES = 500


class ArLateFee(models.Model):
    _inherit = "ar.late.fee"

    # === MATCHES THAT CHANGE === #

    @api.model
    def _on_matches_changed(self, partials):
        """Look again at charges whose debt was matched, or un-matched, in their past.

        Undecided ones are taken back, so that they are proposed anew as the ledger
        stands; booked ones are marked for the daily pass, which tells what to credit.
        """
        changed = {}
        for partial in partials.sudo():
            debt, day = partial.debit_move_id, partial.credit_move_id.date
            changed[debt.id] = min(day, changed.get(debt.id, day))
        if not changed:
            return
        charges = self.sudo().search(
            [
                ("item_id.move_line_id", "in", list(changed)),
                ("state", "in", (*UNDECIDED, "posted")),
                ("kind", "!=", "reminder"),
            ]
        )
        charges = charges.filtered(
            lambda charge: changed[charge.item_id.move_line_id.id] < charge._get_last_day()
        )
        charges._cancel_undecided()
        charges.filtered(lambda charge: charge.state == "posted").is_to_check = True

    def _get_last_day(self):
        """Give the last day on which the ledger has a say in the charge."""
        self.ensure_one()
        return self.date_to if self.kind == "interest" else self.date

    # === WAIVE BY RULE === #

    def _waive_by_rule(self, company, today):
        """Waive some charges on principals that are paid, where their rule says so.

        :return: whether there were any
        """
        rules = self.env["ar.late.fee.rule"].search(
            Domain("waive_below", ">", 0)
            | Domain("waive_days", ">", 0)
            | Domain("waive_after_days", ">", 0)
        )
        charges = self.search(
            [
                ("company_id", "=", company.id),
                ("rule_id", "in", rules.ids),
                ("state", "in", ("proposed", "posted")),
                ("amount", ">", 0),
                ("item_id.move_line_id.reconciled", "=", True),
                "|",
                ("document_id", "=", False),
                ("document_id.payment_state", "in", ("not_paid", "partial")),
            ]
        )
        groups = charges.grouped(lambda charge: (charge.rule_id, charge.item_id))
        reasons = {}
        for (rule, item), group in groups.items():
            reason = group._get_waive_reason(rule, item, today)
            if reason:
                known = reasons.setdefault(reason, self.browse())
                if len(known) < BATCH_CHARGES:
                    reasons[reason] = known | group
        for reason, group in reasons.items():
            group._waive({charge: charge.amount for charge in group}, reason)
        return bool(reasons)

    def _get_waive_reason(self, rule, item, today):
        """Tell why a rule waives these charges on one debt, or ``None``."""
        paid_on = item._get_settled_date()
        if rule.waive_below and sum(self.mapped("amount")) < rule._get_waive_below(self):
            return self.env._("Under the amount that the rule waives")
        told = list(filter(None, self.notice_id.mapped("handed_over_on")))
        if rule.waive_days and told and paid_on:
            if paid_on <= min(told) + timedelta(days=rule.waive_days):
                return self.env._("Paid within %(days)s days", days=rule.waive_days)
        if rule.waive_after_days and paid_on:
            if today > paid_on + timedelta(days=rule.waive_after_days):
                return self.env._(
                    "Not paid %(days)s days after the principal", days=rule.waive_after_days
                )
        return None

    # === CORRECTIONS === #

    def _check_changed(self, company, today):
        """Tell what some booked charges are above what the ledger now gives.

        A payment that was undone and booked again, or a late credit note, changes
        the stretches; a booked charge is never changed silently.

        :return: whether there were any
        """
        changed = self.search(
            [("company_id", "=", company.id), ("is_to_check", "=", True)],
            limit=BATCH_CHARGES,
        )
        engine = self.env["ar.late.fee.engine"]
        lines = changed.item_id.move_line_id
        rows = {row.line_id: row for row in engine._read_debts(company, lines.ids, today)}
        charged = engine._read_charged(())
        for charge in changed:
            row = rows.get(charge.item_id.move_line_id.id)
            if row:
                charge._note_excess(charged.get_debt(row), company)
        changed.is_to_check = False
        return bool(changed)

    def _note_excess(self, debt, company):
        """Note how much more was charged than the facts of today give."""
        self.ensure_one()
        terms = self.rule_id._get_terms(self.currency_id, company, self.date)
        was = Charged(self.kind, self.key, self.date, debt.amount, self.date_to)
        try:
            now = recompute(debt, terms, was, self.date_from)
        except MissingRateError:
            return
        if now is None:
            return
        excess = self.computed_amount - float(now) - self.waived_amount
        excess = self.currency_id.round(min(excess, self.amount))
        self.correction_amount = max(excess, 0.0)
