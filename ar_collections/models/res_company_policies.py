"""Every company gets the ready policies, once."""

from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    ar_has_ready_policies = fields.Boolean(
        readonly=True,
        help="The ready policies were given: those deleted since do not come back.",
        groups="base.group_user",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to give new companies the ready policies."""
        companies = super().create(vals_list)
        self.env["ar.followup.policy"].sudo()._create_ready_policies(companies.sudo())
        return companies

    def write(self, vals):
        """Override of `base`: policies not in use yet follow the company's currency.

        A chart of accounts often sets it after the company was made.
        """
        before = {company: company.currency_id for company in self}
        result = super().write(vals)
        if "currency_id" in vals:
            for company, currency in before.items():
                company._ar_follow_currency(currency)
        return result

    def _ar_follow_currency(self, currency):
        policies = self.env["ar.followup.policy"].sudo().search(
            [
                ("company_id", "=", self.id),
                ("currency_id", "=", currency.id),
                ("is_on", "=", False),
            ]
        )
        policies.currency_id = self.currency_id
