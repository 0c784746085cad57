"""Deposits on invoices without an order: a part of the receivable is due earlier."""

from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date
from odoo.tools.misc import frozendict
from odoo.tools.sql import column_exists, create_column

from ..tools.deposits import Instalment, get_amount, share_out, split_receivable
from .ar_deposit_rule import to_decimal

_COLUMNS = {
    "ar_deposit_rule_id": "int4",
    "ar_deposit_amount": "numeric",
    "ar_deposit_date": "date",
}
_BY_HAND_FIELDS = frozenset({"ar_deposit_amount", "ar_deposit_date"})


class AccountMove(models.Model):
    """VAT falls on the whole invoice: only the days on which it is due change."""

    _inherit = "account.move"

    ar_deposit_rule_id = fields.Many2one(
        "ar.deposit.rule",
        string="Deposit rule",
        compute="_compute_ar_deposit_rule_id",
        store=True,
        copy=False,
    )
    ar_deposit_amount = fields.Monetary(
        string="Deposit",
        compute="_compute_ar_deposit",
        store=True,
        copy=False,
        help="This part is due earlier than the rest. The invoice stays one invoice, "
        "and VAT falls on all of it.",
    )
    ar_deposit_date = fields.Date(
        string="Deposit due on", compute="_compute_ar_deposit", store=True, copy=False
    )
    ar_deposit_by_hand = fields.Boolean(
        string="Deposit set by hand", readonly=True, copy=False
    )
    ar_deposit_reason = fields.Char(
        string="Reason of the deposit", readonly=True, copy=False
    )
    ar_deposit_problem = fields.Char(
        string="Why no deposit", compute="_compute_ar_deposit_problem"
    )
    ar_deposit_residual = fields.Monetary(
        string="Deposit still open", compute="_compute_ar_deposit_residual"
    )

    def _auto_init(self):
        """Override: the invoices that are there have no deposit, whatever their number."""
        for name, kind in _COLUMNS.items():
            if not column_exists(self.env.cr, self._table, name):
                create_column(self.env.cr, self._table, name, kind)
        return super()._auto_init()

    # === COMPUTES === #

    @api.depends(
        "move_type",
        "partner_id",
        "currency_id",
        "amount_total",
        "invoice_line_ids.product_id",
        "ar_deposit_by_hand",
    )
    def _compute_ar_deposit_rule_id(self):
        for move in self:
            if move.posted_before:
                # what the customer has seen stays, also after a reset to draft
                move.ar_deposit_rule_id = move.ar_deposit_rule_id
                continue
            rules = self.env["ar.deposit.rule"]
            move.ar_deposit_rule_id = (
                rules._get_rule(move, "for_invoices")
                if move._ar_may_have_deposit() and not move.ar_deposit_by_hand
                else rules
            )

    @api.depends(
        "ar_deposit_rule_id", "ar_deposit_by_hand", "amount_total", "invoice_date"
    )
    def _compute_ar_deposit(self):
        for move in self:
            if move.ar_deposit_by_hand or move.state != "draft":
                move.ar_deposit_amount = move.ar_deposit_amount
                move.ar_deposit_date = move.ar_deposit_date
                continue
            rule = move.sudo().ar_deposit_rule_id
            day = move._ar_get_deposit_day()
            move.ar_deposit_amount = move._ar_get_rule_amount(rule) if rule else 0.0
            move.ar_deposit_date = rule and day + timedelta(days=rule.due_days)

    def _ar_get_rule_amount(self, rule):
        """Give what a rule asks for this invoice; of milestones it is the first."""
        self.ensure_one()
        total = to_decimal(self.amount_total, self.currency_id)
        step = Decimal(str(self.currency_id.rounding))
        if rule.kind == "milestones":
            weights = [Decimal(str(one.share)) for one in rule.milestone_ids]
            return float(share_out(total, weights, step)[0])
        value = rule.percent
        if rule.kind == "fixed":
            value = rule._in_currency("fixed_amount", self.currency_id, self)
        return float(get_amount(total, rule.kind, Decimal(str(value)), step))

    @api.depends("ar_deposit_amount", "ar_deposit_date")
    def _compute_needed_terms(self):
        """Override of `account` to split the receivable into deposit and rest."""
        result = super()._compute_needed_terms()
        for move in self.with_context(bin_size=False):
            terms = move.needed_terms
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
        "needed_terms", "ar_deposit_amount", "ar_deposit_date", "invoice_payment_term_id"
    )
    def _compute_ar_deposit_problem(self):
        for move in self:
            is_asked = move.state == "draft" and move.ar_deposit_amount
            terms = move.with_context(bin_size=False).needed_terms or {}
            rest = {
                key: values
                for key, values in terms.items()
                if key.get("date_maturity") != move.ar_deposit_date
            }
            move.ar_deposit_problem = is_asked and move._ar_find_problem(
                rest if len(terms) > 1 else terms
            )

    def _ar_find_problem(self, terms):
        """Say why the deposit cannot be split off these instalments.

        :return: a sentence, or False
        """
        self.ensure_one()
        days = [key["date_maturity"] for key in terms if key.get("date_maturity")]
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

    # === CRUD === #

    def write(self, vals):
        """Override of `account`: a deposit is changed with a reason, on a draft."""
        if not _BY_HAND_FIELDS.isdisjoint(vals):
            if not vals.get("ar_deposit_reason"):
                raise UserError(
                    self.env._(
                        "A deposit is changed with a reason: "
                        "use “Change deposit” on the invoice."
                    )
                )
            self._ar_check_deposit_change()
            vals = {**vals, "ar_deposit_by_hand": True}
        return super().write(vals)

    def _post(self, soft=True):
        """Override of `account`: what was set by hand must be possible, rules give way."""
        for move in self.filtered("ar_deposit_amount"):
            if not (problem := move.ar_deposit_problem):
                continue
            if move.ar_deposit_by_hand:
                raise ValidationError(problem)
            move._ar_set_deposit(0.0, False, problem)
        return super()._post(soft)

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

    # === ACTIONS === #

    def action_ar_change_deposit(self):
        """Open the window that changes the deposit by hand."""
        self.ensure_one()
        self._ar_check_deposit_change()
        return self.env["ar.deposit.change"]._open_for(self)

    def action_ar_accept_terms(self):
        """Note by hand that the customer has accepted the terms."""
        self.ensure_one()
        return self.env["ar.terms.accept"]._open_for(self)

    # === BUSINESS === #

    def _ar_may_have_deposit(self):
        """Tell whether this is an invoice of its own, of which a part may be due earlier."""
        self.ensure_one()
        return bool(self.move_type == "out_invoice" and self.partner_id)

    def _ar_get_deposit_day(self):
        """Give the day from which the days of the deposit count."""
        self.ensure_one()
        return self.invoice_date or self.company_id._ar_today()

    def _ar_get_deposit_facts(self):
        """Give what deposit rules ask about the invoice."""
        self.ensure_one()
        return {
            "partner": self.partner_id,
            "company": self.company_id,
            "amount": self.amount_total,
            "products": self.invoice_line_ids.product_id,
            "currency": self.currency_id,
        }

    def _ar_get_deposit_lines(self):
        """Give the journal items of the deposit; none where it was not split off."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.display_type == "payment_term")
        if not self.ar_deposit_amount or len(lines) < 2:
            return lines.browse()
        return lines.filtered(lambda line: line.date_maturity == self.ar_deposit_date)

    def _ar_check_deposit_change(self):
        """Refuse to change a deposit to those who may not, and on posted invoices."""
        self.check_access("write")
        if any(move.state != "draft" or not move._ar_may_have_deposit() for move in self):
            raise UserError(
                self.env._(
                    "The deposit is fixed once the invoice is posted: reset it to draft first."
                )
            )

    def _ar_set_deposit(self, amount, day, reason):
        """Set the deposit by hand: rules leave it alone from now on.

        :param amount: in the invoice's currency; 0: no deposit
        """
        self.ensure_one()
        self.write(
            {
                "ar_deposit_reason": reason,
                "ar_deposit_amount": amount,
                "ar_deposit_date": day,
            }
        )
        self._message_log(
            body=self.env._(
                "Deposit set to %(amount)s. Reason: %(reason)s",
                amount=self.currency_id.format(amount),
                reason=reason,
            )
        )
        if amount and self.ar_deposit_problem:
            raise ValidationError(self.ar_deposit_problem)

    def _ar_unset_deposit(self):
        """Leave the deposit to the rules again."""
        self.write({"ar_deposit_by_hand": False, "ar_deposit_reason": False})
        for move in self.filtered("posted_before"):
            rule = self.env["ar.deposit.rule"]._get_rule(move, "for_invoices")
            move.ar_deposit_rule_id = rule

    def _ar_get_deposit_sentences(self):
        """Say in plain words how much is due by when, and what happens without it."""
        self.ensure_one()
        if not self._ar_get_deposit_lines():
            return []
        rule = self.sudo().ar_deposit_rule_id
        rest = self.amount_total - self.ar_deposit_amount
        sentences = [
            self.env._(
                "A deposit of %(amount)s is due by %(day)s, the rest of %(rest)s by %(due)s.",
                amount=self.currency_id.format(self.ar_deposit_amount),
                day=format_date(self.env, self.ar_deposit_date, date_format="EEEE d MMMM y"),
                rest=self.currency_id.format(rest),
                due=format_date(self.env, self.invoice_date_due, date_format="EEEE d MMMM y"),
            )
        ]
        extra = (rule.consequence, rule.text)
        return sentences + [text for text in extra if text]
