"""A calculator: amount, due date and payments in, worked example out."""

from datetime import timedelta
from decimal import Decimal

from markupsafe import escape

from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from ..tools.charges import LateDebt, propose
from ..tools.interest import Change, MissingRateError


class ArLateFeeCalculator(models.TransientModel):
    _name = "ar.late.fee.calculator"
    _description = "Late Fee Calculator"

    rule_id = fields.Many2one(
        "ar.late.fee.rule",
        string="Rule asked",
        required=True,
        default=lambda self: self._get_rules()[:1].id,
    )
    # Whoever asks what lateness costs need not be allowed to read the rules.
    rule_choice = fields.Selection(
        selection="_list_rules",
        string="Rule",
        compute="_compute_rule_choice",
        inverse="_inverse_rule_choice",
        help="Any rule, in force or not.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        compute="_compute_currency_id",
        compute_sudo=True,
        precompute=True,
        store=True,
        readonly=False,
    )
    amount = fields.Monetary(required=True, default=1000.0)
    due_date = fields.Date(
        string="Due on",
        required=True,
        default=lambda self: self.env.company._ar_today() - timedelta(days=30),
    )
    until = fields.Date(
        string="Computed to",
        required=True,
        default=lambda self: self.env.company._ar_today(),
        help="The last day that bears interest.",
    )
    payment_ids = fields.One2many(
        "ar.late.fee.calculator.payment", "calculator_id", string="Paid"
    )
    result = fields.Html(compute="_compute_result", compute_sudo=True, sanitize=False)

    # === RULES === #

    @api.model
    def _get_rules(self):
        """Give the rules that may be asked: those of the company, and the ready ones."""
        companies = self.env.company.sudo().parent_ids
        rules = self.env["ar.late.fee.rule"].sudo()
        return rules.search([("company_id", "in", [False, *companies.ids])])

    @api.model
    def _list_rules(self):
        labels = {True: self.env._("In force"), False: self.env._("Not in force")}
        return [
            (str(rule.id), f"{rule.name} ({labels[rule.is_on].lower()})")
            for rule in self._get_rules()
        ]

    @api.depends("rule_id")
    def _compute_rule_choice(self):
        known = set(self._get_rules().ids)
        for calculator in self:
            rule_id = calculator.sudo().rule_id.id
            calculator.rule_choice = str(rule_id) if rule_id in known else False

    @api.onchange("rule_choice")
    def _inverse_rule_choice(self):
        for calculator in self:
            calculator.rule_id = int(calculator.rule_choice or 0) or False

    # === COMPUTES === #

    @api.depends("rule_id")
    def _compute_currency_id(self):
        """Take the currency of the first rule; another rule changes no amount."""
        for calculator in self:
            calculator.currency_id = (
                calculator.currency_id
                or calculator.rule_id.currency_id
                or calculator.env.company.currency_id
            )

    @api.depends(
        "rule_id", "currency_id", "amount", "due_date", "until",
        "payment_ids.date", "payment_ids.amount",
    )  # fmt: skip
    def _compute_result(self):
        for calculator in self:
            problem = calculator._get_problem()
            if problem:
                calculator.result = problem
                continue
            try:
                calculator.result = calculator._get_result(calculator._compute_charges())
            except MissingRateError as error:
                calculator.result = self.env._(
                    "No value of %(rate)s is known from %(day)s on, so nothing is "
                    "computed. A collections manager imports it under Settings, "
                    "Reference rates.",
                    rate=escape(error.name),
                    day=format_date(self.env, error.day),
                )

    def _get_problem(self):
        """Tell what is missing before anything can be computed, or give an empty text."""
        known = (self.rule_choice, self.rule_id, self.due_date, self.until)
        if not all(known) or self.amount <= 0:
            return self.env._(
                "Choose a rule, and enter an amount above zero and two days."
            )
        if any(payment.amount < 0 for payment in self.payment_ids):
            return self.env._("Enter what was paid as amounts above zero.")
        return ""

    def _compute_charges(self):
        """Give the charges as if a notice went out on the last day."""
        self.ensure_one()
        changes = tuple(
            Change(payment.date, Decimal(str(payment.amount)))
            for payment in self.payment_ids
            if payment.date and payment.amount
        )
        debt = LateDebt(
            self.due_date,
            Decimal(str(self.amount)),
            changes,
            unit=Decimal(str(self.currency_id.rounding)).normalize(),
        )
        terms = self.rule_id._get_terms(self.currency_id, self.company_id, self.until)
        return propose(debt, terms._replace(frequency="level"), self.until, "notice")

    def _get_result(self, charges):
        return self.env["ir.qweb"]._render(
            "ar_collections.late_fee_calculation",
            {"calculation": self._get_calculation(charges)},
        )

    def _get_calculation(self, charges):
        """Give the charges with their worked examples, all amounts and days as text."""
        engine = self.env["ar.late.fee.engine"]
        labels = dict(self.env["ar.late.fee"]._fields["kind"]._description_selection(self.env))
        rows = []
        for charge in charges:
            example = self.env["ar.late.fee"].new(
                {
                    "currency_id": self.currency_id.id,
                    "example": engine._get_example(self.rule_id, charge),
                }
            )
            rows.append(
                {
                    "kind": labels[charge.kind],
                    "example": example._get_example_lines(),
                    "amount": self._format(charge.amount),
                }
            )
        fees = sum((charge.amount for charge in charges), Decimal(0))
        paid = sum(self.payment_ids.mapped("amount"))
        rest = max(self.currency_id.round(self.amount - paid), 0.0)
        return {
            "sentence": self.rule_id.sentence,
            "reminder": self.rule_id._get_reminder_part(),
            "rows": rows,
            "sum": self._format(fees),
            "open": self._format(rest),
            "total": self._format(rest + float(fees)),
        }

    def _format(self, amount):
        return format_amount(self.env, float(amount), self.currency_id)


class ArLateFeeCalculatorPayment(models.TransientModel):
    _name = "ar.late.fee.calculator.payment"
    _description = "Payment in the Late Fee Calculator"
    _order = "date"

    calculator_id = fields.Many2one("ar.late.fee.calculator", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="calculator_id.currency_id")
    date = fields.Date(required=True)
    amount = fields.Monetary(required=True)
