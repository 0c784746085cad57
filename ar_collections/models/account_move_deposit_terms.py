"""The receivable of an invoice, split into its deposit and the rest."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.misc import frozendict

from ..tools.deposits import Instalment, split_receivable
from .ar_deposit_rule import to_decimal


class AccountMove(models.Model):
    """The payment term stays: the deposit is taken out of what it asks for."""

    _inherit = "account.move"

    # As `needed_terms`, before the deposit is taken out.
    ar_whole_terms = fields.Binary(
        compute="_compute_needed_terms", exportable=False, groups="base.group_user"
    )
    ar_deposit_problem = fields.Char(
        string="Why no deposit",
        compute="_compute_ar_deposit_problem",
        groups="base.group_user",
    )
    ar_deposit_residual = fields.Monetary(
        string="Deposit still open", compute="_compute_ar_deposit_residual"
    )

    # === COMPUTES === #

    @api.depends("ar_deposit_amount", "ar_deposit_date")
    def _compute_needed_terms(self):
        """Override of `account` to split the receivable into deposit and rest."""
        result = super()._compute_needed_terms()
        for move in self.with_context(bin_size=False):
            terms = move.ar_whole_terms = move.needed_terms
            if move.ar_deposit_amount and terms and not move._ar_find_problem(terms):
                move.needed_terms = move._ar_split_terms(terms)
        return result

    def _ar_split_terms(self, terms):
        """Take the deposit out of the instalments that the payment term asks for.

        :param terms: `needed_terms` of core: {key: {balance, amount_currency, …}}
        """
        self.ensure_one()
        home = self.company_id.currency_id
        deposit, rest = split_receivable(
            [
                Instalment(
                    to_decimal(values["amount_currency"], self.currency_id),
                    to_decimal(values["balance"], home),
                )
                for values in terms.values()
            ],
            to_decimal(self.ar_deposit_amount, self.currency_id),
            Decimal(str(self.currency_id.rounding)),
            Decimal(str(home.rounding)),
        )
        some_key, some_values = next(iter(terms.items()))
        first = frozendict({**some_key, "date_maturity": self.ar_deposit_date})
        keys = [(first, some_values, deposit)]
        keys += [(*pair, one) for pair, one in zip(terms.items(), rest, strict=True)]
        return {
            key: {
                **values,
                "amount_currency": float(one.amount),
                "balance": float(one.balance),
            }
            for key, values, one in keys
        }

    @api.depends(
        "ar_whole_terms",
        "ar_deposit_amount",
        "ar_deposit_date",
        "invoice_payment_term_id",
        "state",
    )
    def _compute_ar_deposit_problem(self):
        for move in self.with_context(bin_size=False):
            is_asked = move.state == "draft" and bool(move.ar_deposit_amount)
            terms = move.ar_whole_terms or {}
            move.ar_deposit_problem = is_asked and move._ar_find_problem(terms)

    def _ar_find_problem(self, terms):
        """Say why the deposit cannot be split off these instalments.

        :return: a sentence, or False
        """
        self.ensure_one()
        days = [key["date_maturity"] for key in terms if key.get("date_maturity")]
        if len(days) < len(terms):
            return self.env._(
                "The rest has no due date: enter one, or ask for no deposit."
            )
        if self.invoice_payment_term_id.early_discount:
            return self.env._(
                "The payment term offers a discount for early payment of the whole "
                "invoice: choose a payment term without it, or ask for no deposit."
            )
        if self.currency_id.compare_amounts(self.ar_deposit_amount, self.amount_total) >= 0:
            return self.env._(
                "The deposit is as much as the invoice: make the invoice due earlier instead."
            )
        if days and self.ar_deposit_date >= min(days):
            return self.env._(
                "The deposit would be due on %(day)s, not before the rest (%(due)s): "
                "choose an earlier day for the deposit, or a later one for the rest.",
                day=format_date(self.env, self.ar_deposit_date),
                due=format_date(self.env, min(days)),
            )
        if self.ar_deposit_date < self._ar_get_deposit_day():
            return self.env._(
                "The deposit would be due before the date of the invoice: "
                "choose a later day."
            )
        return False

    @api.depends("line_ids.amount_residual_currency", "ar_deposit_date", "state")
    def _compute_ar_deposit_residual(self):
        for move in self:
            lines = move._ar_get_deposit_lines()
            move.ar_deposit_residual = sum(lines.mapped("amount_residual_currency"))

    # === WARNINGS === #

    @api.depends("ar_deposit_problem")
    def _compute_alerts(self):
        """Override of `account`: the alerts show why there is no deposit."""
        return super()._compute_alerts()

    def _get_alerts(self):
        """Override of `account` to say why the deposit cannot be asked for."""
        alerts = super()._get_alerts()
        if self.ar_deposit_problem:
            alerts["ar_deposit"] = {"level": "warning", "message": self.ar_deposit_problem}
        return alerts

    # === BUSINESS === #

    def _ar_get_deposit_lines(self):
        """Give the journal items of the deposit; none where it was not split off."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.display_type == "payment_term")
        if not self.ar_deposit_amount or len(lines) < 2:
            return lines.browse()
        return lines.filtered(lambda line: line.date_maturity == self.ar_deposit_date)
