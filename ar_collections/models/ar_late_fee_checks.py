"""What the ledger does to charges that were made: looked at again, waived by rule."""

from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

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
            debt = partial.debit_move_id
            day = partial.credit_move_id._ar_get_settling_day()
            changed[debt.id] = min(day, changed.get(debt.id, day))
        if not changed:
            return
        lines = [("item_id.move_line_id", "in", list(changed))]
        notices = self.env["ar.followup.notice.line"].sudo().search(lines).notice_id
        fees = [("notice_id", "in", notices.ids), ("kind", "=", "reminder")]
        undone = [("state", "in", (*UNDECIDED, "posted"))]
        charges = self.sudo().search(lines + undone)
        charges |= charges.search(fees + undone)
        charges.filtered(lambda charge: charge._is_touched(changed))._look_again()

    def _is_touched(self, changed):
        """Tell whether matches lie in a charge's past: {journal item id: first day}."""
        lines = self._get_debt_lines().ids
        days = [changed[line_id] for line_id in lines if line_id in changed]
        return bool(days) and min(days) < self._get_last_day()

    @api.model
    def _on_due_dates_changed(self, lines):
        """Look again at charges whose debt is due on another day now."""
        self._search_made([("item_id.move_line_id", "in", lines.ids)])._look_again()

    @api.model
    def _on_invoices_reopened(self, moves):
        """Look again at charges whose invoice was set to draft or cancelled.

        Its terms may make other debts of it: what was charged until now is kept in
        mind for those, and for all that later terms make.
        """
        charges = self._search_made([("move_id", "in", moves.ids)])
        charges._look_again()
        first = charges.exists().filtered(lambda charge: not charge.rebuilt_item_ids)
        for move, group in first.grouped("move_id").items():
            group.rebuilt_item_ids = move.sudo().ar_item_ids.ids

    @api.model
    def _on_rate_changed(self, rate, first, last):
        """Look again at interest over a rate whose values of some days were corrected.

        A rule that holds to the rate of the first day may go by one before the charge.
        """
        domain = [("reference_id", "=", rate.id), ("date_to", ">=", first)]
        charges = self._search_made(domain)
        charges.filtered(
            lambda charge: charge.date_from <= last or charge.rule_id.is_fixed_at_start
        )._look_again()

    @api.model
    def _search_made(self, domain):
        return self.sudo().search(
            [*domain, ("state", "in", (*UNDECIDED, "posted", "waived"))]
        )

    def _look_again(self):
        """Take back what is not decided; mark what is booked for the daily pass.

        Fees of reminders come with their notice alone and are never proposed anew: they
        are taken back only once they are void.
        """
        self.filtered(lambda charge: charge.kind != "reminder")._cancel_undecided()
        self.filtered(lambda charge: charge.state == "posted").is_to_check = True

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
                "|",
                ("document_id", "=", False),
                ("document_id.move_type", "=", "entry"),
                ("document_id.payment_state", "in", ("not_paid", "partial")),
            ]
        )
        groups = charges.grouped(lambda charge: (charge.rule_id, charge.item_id))
        reasons = {}
        for (rule, item), group in groups.items():
            amounts = group._get_unpaid()
            reason = group._get_waive_reason(rule, item, amounts, today)
            known = reasons.setdefault(reason, {})
            if reason and len(known) < BATCH_CHARGES:
                known |= amounts
        reasons.pop(None, None)
        done = [self._try_waive(*one, company) for one in reasons.items()]
        return any(done)

    def _try_waive(self, reason, amounts, company):
        """Waive charges, each document for itself, so that one does not stop the others.

        :param amounts: {charge: amount}
        :return: whether there were any; those in charge are told of the rest
        """
        is_done, problems = False, []
        charges = self.browse().concat(*amounts)
        for document, group in charges.grouped("document_id").items():
            try:
                with self.env.cr.savepoint():
                    group._waive({charge: amounts[charge] for charge in group}, reason)
                    is_done = True
            except UserError as error:
                self.env.invalidate_all()
                text = self.env._(
                    "The charges of %(document)s cannot be waived: %(error)s",
                    document=document.display_name,
                    error=error,
                )
                problems.append(text)
        self.env["ar.late.fee.pass"]._get_for(company)._note(problems)
        return is_done

    def _get_unpaid(self):
        """Give {charge: the part that nobody has paid}; what is paid is never waived.

        Payments of a document count for its charges in proportion. Charges that are
        paid are left out.
        """
        amounts = {}
        for document, charges in self.grouped("document_id").items():
            share, left = 1.0, sum(charges.mapped("amount"))
            if document:
                booked = sum(document.sudo().ar_booked_fee_ids.mapped("amount"))
                left = document.sudo()._ar_get_open_charges()
                share = min(left / booked, 1.0)
            for charge in charges:
                amount = charge.currency_id.round(min(charge.amount * share, left))
                if charge.currency_id.compare_amounts(amount, 0) > 0:
                    amounts[charge] = amount
                    left -= amount
        return amounts

    def _get_waive_reason(self, rule, item, amounts, today):
        """Tell why a rule waives these charges on one debt, or ``None``.

        :param amounts: what is not paid of them
        """
        if not amounts:
            return None
        paid_on = item._get_settled_date()
        if rule.waive_below and sum(amounts.values()) < rule._get_waive_below(self):
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
