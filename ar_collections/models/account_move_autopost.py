"""Invoices that post themselves on their date, and those that credit keeps back."""

from odoo import api, models
from odoo.fields import Domain

# In the context of core's job alone: an object that callers from outside cannot name.
_IS_AUTOPOST = object()


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.model
    def _autopost_draft_entries(self, *args, **kwargs):
        """Override of `account`: what is on credit hold is not tried again and again.

        Core takes a batch of what is due and starts again at once while a batch is full: a
        hundred held invoices would come first for ever. They are posted on a later day,
        once their hold is lifted.
        """
        moves = self.with_context(ar_autopost=_IS_AUTOPOST)
        return super(AccountMove, moves)._autopost_draft_entries(*args, **kwargs)

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Override of `base`: core's job finds no invoices on credit hold."""
        if self.env.context.get("ar_autopost") is _IS_AUTOPOST:
            free = Domain("ar_credit_hold_ids", "not any", [("active", "=", True)])
            domain = Domain(domain) & free
        return super()._search(domain, *args, **kwargs)
