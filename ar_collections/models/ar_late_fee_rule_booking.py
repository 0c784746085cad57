"""Where a rule books to: what cannot be booked is refused when the rule is saved."""

from odoo import api, models
from odoo.exceptions import ValidationError

_INCOME = ("income", "income_other")
_JOURNAL_TYPES = {"out_invoice": "sale", "entry": "general"}


class ArLateFeeRule(models.Model):
    _inherit = "ar.late.fee.rule"

    # === CONSTRAINS === #

    @api.constrains(
        "is_on",
        "mode",
        "company_id",
        "product_id",
        "account_id",
        "journal_id",
        "has_interest",
        "tier_ids",
        "period_percent",
        "reminder_fee",
    )
    def _check_income_account(self):
        """Refuse a rule that books but does not say where to, or not to income."""
        for rule in self.filtered("company_id"):
            is_booking = rule._is_booking()
            account = rule._get_income_account(rule.company_id)
            if not account and is_booking:
                raise ValidationError(
                    self.env._(
                        "“%(rule)s” needs an income account: choose one, "
                        "or a product that has one.",
                        rule=rule.name,
                    )
                )
            is_used = is_booking or rule.account_id
            if account and is_used and account.account_type not in _INCOME:
                raise ValidationError(
                    self.env._(
                        "“%(rule)s” would book to “%(account)s”, which is no income "
                        "account: choose one that is.",
                        rule=rule.name,
                        account=account.display_name,
                    )
                )

    @api.constrains("document_type", "journal_id")
    def _check_journal(self):
        """Refuse a journal that does not take such documents."""
        labels = dict(self._fields["document_type"]._description_selection(self.env))
        for rule in self.filtered("journal_id"):
            if rule.journal_id.type != _JOURNAL_TYPES[rule.document_type]:
                raise ValidationError(
                    self.env._(
                        "“%(rule)s” books as “%(document)s”, and “%(journal)s” is no "
                        "journal for it: choose another one, or none for the usual one.",
                        rule=rule.name,
                        document=labels[rule.document_type],
                        journal=rule.journal_id.display_name,
                    )
                )

    @api.constrains("document_type", "tax_ids")
    def _check_taxes(self):
        """Refuse taxes on a journal entry, which would leave them out."""
        for rule in self:
            if rule.document_type == "entry" and rule.tax_ids:
                raise ValidationError(
                    self.env._(
                        "“%(rule)s” is booked as a journal entry, without taxes: book "
                        "it as a customer invoice, or take the taxes out of it.",
                        rule=rule.name,
                    )
                )

    # === BUSINESS === #

    def _is_booking(self):
        """Tell whether charges of the rule are booked now."""
        self.ensure_one()
        return self.is_on and self.mode != "memo" and self._has_charges()

    def _get_income_account(self, company):
        """Give the rule's account, its product's, or that of the sales journal.

        :return: an account; empty where the product has none
        """
        self.ensure_one()
        rule = self.sudo().with_company(company)
        if rule.account_id:
            return rule.account_id
        if rule.product_id:
            return rule.product_id.product_tmpl_id.get_product_accounts()["income"]
        journal = rule.journal_id.filtered(lambda journal: journal.type == "sale")
        journal = journal or self.env["account.journal"].sudo().search(
            [("type", "=", "sale"), ("company_id", "parent_of", company.ids)],
            limit=1,
        )
        return journal.default_account_id
