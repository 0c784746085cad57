"""What booked charges are above, or below, what the ledger gives now."""

from collections import defaultdict

from odoo import models

from ..tools.charges import Charged, remake
from ..tools.frozen_terms import thaw
from ..tools.interest import MissingRateError
from .ar_late_fee_checks import BATCH_CHARGES


class ArLateFee(models.Model):
    _inherit = "ar.late.fee"

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
        changed._compare(company, today)
        return bool(changed)

    def _mark_matched(self, company, since):
        """Have booked charges compared whose debt was matched since a day.

        A payment does not see what is booked while it is made, and the other way round.
        """
        self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "posted"),
                ("item_id.move_line_id.matched_credit_ids.create_date", ">=", since),
            ]
        ).is_to_check = True

    def _compare_now(self):
        """Look at booked charges without waiting for the daily pass."""
        charges = self.sudo().filtered(
            lambda charge: (charge.is_to_check or charge.correction_amount)
            and charge.move_id.state != "draft"
        )
        for company, group in charges.grouped("company_id").items():
            group._compare(company, company._ar_today())

    def _compare(self, company, today):
        """Compare charges with what the ledger of today gives on their debts."""
        charged = self.env["ar.late.fee.engine"]._read_charged(())
        for charge, rows in self._read_debts(company, today):
            now = charge._recompute_on([charged.get_debt(row) for row in rows])
            if now is not None:
                charge._note_difference(now)
        self.is_to_check = False

    def _read_debts(self, company, today):
        """Read the debts that charges were made on, or what became of them, all at once.

        :return: (charge, list of `DebtRow`) for each charge
        """
        lines = self.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        lines = lines.union(*(charge._get_debt_lines() for charge in self))
        engine = self.env["ar.late.fee.engine"].sudo()
        rows = engine._read_debts(company, lines.ids, today, False, is_bearing=False)
        by_line, by_move = {row.line_id: row for row in rows}, defaultdict(list)
        for row in rows:
            by_move[row.move_id].append(row)
        return [(charge, charge._pick_debts(by_line, by_move)) for charge in self]

    def _get_debt_lines(self):
        """Give the journal items that a charge was made on.

        The fee of a reminder as a whole is for all debts that it reminds of.
        """
        self.ensure_one()
        lines = self.item_id.move_line_id
        if self.kind == "reminder" and not self.rule_id.is_reminder_per_debt:
            lines |= self.notice_id._get_climbing_lines().move_line_id
        return lines

    def _pick_debts(self, by_line, by_move):
        """Give the debts that the charge was made on, or what became of them.

        :param by_line: {journal item id: debt}
        :param by_move: {invoice id: debts}
        """
        lines = self._get_debt_lines().ids
        found = [by_line[line_id] for line_id in lines if line_id in by_line]
        before = self.rebuilt_item_ids
        if not before:
            return found
        found += [
            row
            for row in by_move.get(self.move_id.id, ())
            if row.item_id not in before and row.line_id not in lines
        ]
        # In draft, the invoice may have been given to another customer.
        return [row for row in found if row.partner_id == self.partner_id.id]

    def _note_difference(self, now):
        """Note how much more or less was charged than the facts of today give."""
        self.ensure_one()
        excess = max(self.currency_id.round(self.amount - now), 0.0)
        missing = max(self.currency_id.round(now - self._get_computed_in_all()), 0.0)
        if (excess, missing) == (self.correction_amount, self.missing_amount):
            return
        self.write({"correction_amount": excess, "missing_amount": missing})
        if excess or missing:
            note = f"{self.display_name}: {self.computed_amount} → {now}"
            self.case_id._log("charge_differs", note, self.item_id)

    # === WHAT A CHARGE COMES TO === #

    def _recompute_on(self, debts, terms=None, *, is_cut=True):
        """Give what the charge comes to today, or ``None`` where nobody can tell.

        :param debts: the debts that the charge was made on; none: there is none any more
        :param terms: what to go by; default: what the charge was computed by
        :param is_cut: whether a cap or a deduction may have lowered the charge
        """
        self.ensure_one()
        if not debts:
            return 0.0
        if self.kind == "reminder":
            is_late = any(debt.is_overdue_on(self.date) for debt in debts)
            return self.computed_amount if is_late else 0.0
        try:
            made = self._remake_on(debts, terms or self._get_terms())
        except MissingRateError:
            return None
        total = float(sum(charge.amount for charge in made))
        return self._cut(total) if is_cut else max(self.currency_id.round(total), 0.0)

    def _remake_on(self, debts, terms):
        """Give the charge as the ledger makes it now, one for each of its debts.

        :raise MissingRateError: where a reference rate is not known any more
        """
        made = []
        for debt in debts:
            was = Charged(self.kind, self.key, self.date, debt.amount, self.date_to)
            made.append(remake(debt, terms, was, self.date_from))
        return list(filter(None, made))

    def _cut(self, amount):
        """Give what deductions and caps left of an amount when the charge was made."""
        parts = self.example or ()
        amount -= sum(float(part.get("deducted") or 0) for part in parts)
        if any(part.get("uncut") for part in parts):
            amount = min(amount, self.computed_amount)
        return max(self.currency_id.round(amount), 0.0)

    def _get_terms(self):
        """Give what the charge was computed by, over the rate as it is now."""
        if not self.terms:
            return self.rule_id._get_terms(self.currency_id, self.company_id, self.date)
        rate = self.reference_id
        return thaw(self.terms, rate._get_plain() if rate else None)
