"""Checks: what somebody else says of a customer, and what that has cost."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class ArCreditCheck(models.Model):
    _name = "ar.credit.check"
    _description = "Credit Check"
    _order = "date desc, id desc"

    review_id = fields.Many2one(
        "ar.credit.review", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    company_currency_id = fields.Many2one(
        string="Company Currency", related="company_id.currency_id"
    )
    date = fields.Date(required=True, default=lambda self: self.env.company._ar_today())
    source = fields.Char(required=True, help="Credit agency, bank, register or supplier.")
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    price = fields.Monetary(string="Price paid")
    price_company = fields.Monetary(
        string="Price (company currency)",
        compute="_compute_price_company",
        store=True,
        currency_field="company_currency_id",
    )
    score = fields.Char(help="As the source gives it, such as “62 of 100” or “B+”.")
    valid_until = fields.Date()
    note = fields.Char()

    _price = models.Constraint(
        "CHECK(price >= 0)",
        "The price of a credit check cannot be negative: enter 0 where it was free.",
    )

    @api.constrains("date", "valid_until")
    def _check_valid_until(self):
        if any(check.valid_until and check.valid_until < check.date for check in self):
            raise ValidationError(
                self.env._("A credit check is valid from its day on: choose a later last day.")
            )

    @api.depends("price", "currency_id", "date", "company_id")
    def _compute_price_company(self):
        for check in self:
            company = check.company_id or self.env.company
            check.price_company = check.currency_id._convert(
                check.price, company.currency_id, company, check.date or company._ar_today()
            )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: what a decision was based on is not added later."""
        checks = super().create(vals_list)
        checks._check_undecided()
        return checks

    def write(self, vals):
        """Override of `base`: what a decision was based on stays."""
        self._check_undecided()
        result = super().write(vals)
        self._check_undecided()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self._check_undecided()

    def _check_undecided(self):
        decided = any(check.review_id.state == "decided" for check in self)
        if decided and not self.env.su:
            raise UserError(
                self.env._(
                    "This check was part of a decision and stays: note new checks in a new "
                    "review."
                )
            )
