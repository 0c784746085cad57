"""Receivable accounts, read once and kept until one changes."""

from odoo import api, models
from odoo.tools import ormcache


class AccountAccount(models.Model):
    _inherit = "account.account"

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

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account` to read the receivable accounts anew."""
        accounts = super().create(vals_list)
        self.env.registry.clear_cache()
        return accounts

    def write(self, vals):
        """Override of `account` to read the receivable accounts anew."""
        result = super().write(vals)
        if {"account_type", "company_ids"} & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        """Override of `account` to read the receivable accounts anew."""
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
