"""A debt as its customer reads it."""

from odoo import models


class ArFollowupNoticeLine(models.Model):
    _inherit = "ar.followup.notice.line"

    def _get_row(self, money):
        """Give the line as a row of text.

        :param money: formats an amount
        """
        self.ensure_one()
        day = self.notice_id._format_short_day
        return {
            "name": self.name or "",
            "url": self._get_view_link(),
            "invoice_date": day(self.invoice_date),
            "due_date": day(self.due_date),
            "days": max(self.days_overdue, 0) or "",
            "amount": money(self.amount_total),
            "open": money(self.open_amount),
            "credit": money(-self.credit_amount) if self.credit_amount else "",
            "held": money(-self.held_amount) if self.held_amount else "",
            "claim": money(self.claim_amount),
        }

    def _get_view_link(self):
        """Give the address where the customer sees the invoice, or an empty text."""
        move = self.move_id
        if not move.is_invoice(include_receipts=True) or move.state != "posted":
            return ""
        return move._ar_get_customer_link()
