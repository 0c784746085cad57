"""What the ledger does to charges that were made: waived by rule, corrected."""

from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
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
            debt = partial.debit_move_id
            day = partial.credit_move_id._ar_get_settling_day()
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
        charges._look_again()

    @api.model
    def _on_due_dates_changed(self, lines):
        """Look again at charges whose debt is due on another day now."""
        self._search_made([("item_id.move_line_id", "in", lines.ids)])._look_again()

    @api.model
    def _on_invoices_reopened(self, moves):
        """Look again at charges whose invoice was set to draft or cancelled.

        Its terms may make other debts of it: what was charged until now is kept in
        mind for those.
        """
        charges = self._search_made([("move_id", "in", moves.ids)])
        charges._look_again()
        for move, group in charges.exists().grouped("move_id").items():
            group.rebuilt_item_ids = move.sudo().ar_item_ids.ids

    @api.model
    def _search_made(self, domain):
        return self.sudo().search(
            [*domain, ("state", "in", (*UNDECIDED, "posted", "waived"))]
        )

    def _look_again(self):
        """Take back what is not decided; mark what is booked for the daily pass."""
        self._cancel_undecided()
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
        :return: whether there were any; the responsible is told of the rest
        """
        is_done, problems = False, {}
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
                problems[text] = False
        self.env["ar.late.fee.engine"]._tell_problems(company, problems)
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

    # === CORRECTIONS === #

    def _check_changed(self, company, today):
        """Tell what some booked charges are above, or below, what the ledger now gives.

        A payment that was undone and booked again, a late credit note, another due date
        or a cancelled invoice change the stretches; a booked charge is never changed
        silently. Charges of invoices in draft wait until these are posted or cancelled.

        :return: whether there were any
        """
        changed = self.search(
            [
                ("company_id", "=", company.id),
                ("is_to_check", "=", True),
                ("move_id.state", "!=", "draft"),
            ],
            limit=BATCH_CHARGES,
        )
        engine = self.env["ar.late.fee.engine"]
        lines = changed.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        rows = engine._read_debts(company, lines.ids, today, False, is_bearing=False)
        charged = engine._read_charged(())
        for charge in changed:
            debts = [charged.get_debt(row) for row in rows if charge._is_on(row)]
            charge._note_difference(debts, company)
        changed.is_to_check = False
        return bool(changed)

    def _is_on(self, row):
        """Tell whether the charge was made on a debt, or on what became of it."""
        if row.line_id == self.item_id.move_line_id.id:
            return True
        before = self.rebuilt_item_ids
        is_made_by_it = before and row.move_id == self.move_id.id
        return bool(is_made_by_it and row.item_id not in before)

    def _note_difference(self, debts, company):
        """Note how much more or less was charged than the facts of today give.

        :param debts: the debts that the charge was made on; none: there is none any more
        """
        self.ensure_one()
        now = self._recompute_on(debts, company)
        if now is None:
            return
        excess = max(self.currency_id.round(self.amount - now), 0.0)
        missing = max(self.currency_id.round(now - self.computed_amount), 0.0)
        self.write({"correction_amount": excess, "missing_amount": missing})
        if excess or missing:
            note = f"{self.display_name}: {self.computed_amount} → {now}"
            self.case_id._log("charge_differs", note, self.item_id)

    def _recompute_on(self, debts, company):
        """Give what the charge comes to today, or ``None`` where the ledger has no say."""
        if not debts:
            return 0.0
        terms = self.rule_id._get_terms(self.currency_id, company, self.date)
        total = 0.0
        for debt in debts:
            was = Charged(self.kind, self.key, self.date, debt.amount, self.date_to)
            try:
                now = recompute(debt, terms, was, self.date_from)
            except MissingRateError:
                return None
            if now is None:
                return None
            total += float(now)
        return total
