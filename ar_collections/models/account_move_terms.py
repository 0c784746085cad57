"""The terms of an invoice, and what the customer has accepted of them."""

from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    ar_acceptance_ids = fields.One2many(
        "ar.terms.acceptance",
        "move_id",
        string="Terms accepted",
        copy=False,
        groups="account.group_account_invoice,account.group_account_readonly,"
        "ar_collections.ar_collections_group_auditor",
    )

    def _ar_get_terms(self):
        """Give the version and the text of what the customer agrees to."""
        self.ensure_one()
        sentences = self._ar_get_deposit_sentences()
        rule = self.sudo().ar_deposit_rule_id if sentences else None
        return self.company_id._ar_get_terms(sentences, self.narration, rule)

    def _ar_get_acceptance_field(self):
        return "move_id"
