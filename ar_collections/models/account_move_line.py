"""Journal items tell the ladder when what it goes by has changed."""

from odoo import models

_FOLLOWED_FIELDS = frozenset({"date_maturity", "no_followup"})


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def write(self, vals):
        """Override of `account` to refresh what comes next for the debts concerned."""
        result = super().write(vals)
        if not _FOLLOWED_FIELDS.isdisjoint(vals):
            self.env["ar.followup.item"]._on_ledger_changed(self)
        return result
