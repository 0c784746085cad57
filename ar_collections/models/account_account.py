"""Receivable accounts, read once and kept until one changes."""

from odoo import api, models
from odoo.tools import ormcache


class AccountAccount(models.Model):
    _name = "account.account"
    _inherit = ["account.account", "ar.remembered.mixin"]

    _ar_remembered_fields = frozenset({"account_type", "company_ids"})

    @api.model
    @ormcache("company.id")
    def _ar_get_receivable_ids(self, company):
        """Give the ids of a company's receivable accounts, those no longer in use too.

        Kept in memory: every decision asks for them several times.
        """
        domain = [
            ("account_type", "=", "asset_receivable"),
            ("company_ids", "parent_of", company.ids),
        ]
        return tuple(self.sudo().with_context(active_test=False).search(domain).ids)

    def _ar_is_remembered(self):
        """Override: only receivable accounts are."""
        return any(account.account_type == "asset_receivable" for account in self)
