"""Journal items tell the ladder when what it goes by has changed."""

from odoo import models

_FOLLOWED_FIELDS = frozenset({"date_maturity", "no_followup"})


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _ar_get_number(self):
        """Give the number by which the customer knows a document.

        What was booked by an entry, as opening balances are, has it in its label.
        """
        self.ensure_one()
        move = self.move_id
        is_money = move.origin_payment_id or move.statement_line_id
        label = self.name if move.move_type == "entry" and not is_money else None
        return label or self.move_name or ""

    def _ar_get_settling_day(self):
        """Give the day from which what this line settles bears no interest.

        A credit note counts from its invoice date, whatever period it is booked in.
        """
        self.ensure_one()
        is_credit = self.move_id.move_type == "out_refund"
        return (is_credit and self.move_id.invoice_date) or self.date

    def write(self, vals):
        """Override of `account` to refresh what comes next for the debts concerned."""
        result = super().write(vals)
        if not _FOLLOWED_FIELDS.isdisjoint(vals):
            self.env["ar.followup.item"]._on_ledger_changed(self)
        if "date_maturity" in vals:
            posted = self.filtered(lambda line: line.parent_state == "posted")
            self.env["ar.late.fee"]._on_due_dates_changed(posted)
        return result
