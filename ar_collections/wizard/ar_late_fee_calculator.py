"""A calculator: amount, due date and payments in, worked example out."""

from datetime import timedelta
from decimal import Decimal

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from ..tools.charges import LateDebt, propose
from ..tools.interest import Change, MissingRateError


class ArLateFeeCalculator(models.TransientModel):
    _name = "ar.late.fee.calculator"
    _description = "Late Fee Calculator"

    rule_id = fields.Many2one("ar.late.fee.rule", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        compute="_compute_currency_id",
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
    result = fields.Html(compute="_compute_result", sanitize=False)

    @api.depends("rule_id")
    def _compute_currency_id(self):
        for calculator in self:
            calculator.currency_id = (
                calculator.rule_id.currency_id or calculator.env.company.currency_id
            )

    @api.depends(
        "rule_id", "currency_id", "amount", "due_date", "until",
        "payment_ids.date", "payment_ids.amount",
    )  # fmt: skip
    def _compute_result(self):
        for calculator in self:
            if not (calculator.rule_id and calculator.due_date and calculator.until):
                calculator.result = False
                continue
            try:
                calculator.result = calculator._get_result(calculator._compute_charges())
            except MissingRateError as error:
                calculator.result = self.env._(
                    "No value of %(rate)s is known for %(day)s. "
                    "Enter it under Reference rates.",
                    rate=escape(error.name),
                    day=format_date(self.env, error.day),
                )

    def _compute_charges(self):
        """Give the charges as if a notice went out on the last day."""
        self.ensure_one()
        if self.amount <= 0:
            raise UserError(self.env._("Enter an amount above zero."))
        changes = tuple(
            Change(payment.date, Decimal(str(payment.amount)))
            for payment in self.payment_ids
            if payment.date and payment.amount
        )
        debt = LateDebt(
            self.due_date,
            Decimal(str(self.amount)),
            changes,
            unit=Decimal(str(self.currency_id.rounding)),
        )
        terms = self.rule_id._get_terms(self.currency_id, self.company_id, self.until)
        return propose(debt, terms._replace(frequency="level"), self.until, "notice")

    def _get_result(self, charges):
        money = lambda amount: format_amount(self.env, float(amount), self.currency_id)  # noqa: E731
        engine = self.env["ar.late.fee.engine"]
        labels = dict(self.env["ar.late.fee"]._fields["kind"]._description_selection(self.env))
        rows = [
            (labels[charge.kind], part.get("start", ""), part.get("end", ""),
             part["formula"], money(part["amount"]))
            for charge in charges
            for part in engine._get_example(self.rule_id, charge)
        ]  # fmt: skip
        sum_ = sum((charge.amount for charge in charges), Decimal(0))
        body = Markup("").join(
            Markup("<tr>%s</tr>") % Markup("").join(Markup("<td>%s</td>") % cell for cell in row)
            for row in rows
        )
        head = Markup("").join(
            Markup("<th>%s</th>") % cell
            for cell in (
                self.env._("Charge"),
                self.env._("From"),
                self.env._("To"),
                self.env._("Computation"),
                self.env._("Amount"),
            )
        )
        return Markup(
            "<table class='table table-sm'><thead><tr>%s</tr></thead><tbody>%s</tbody>"
            "<tfoot><tr><th colspan='4'>%s</th><th>%s</th></tr></tfoot></table>"
        ) % (head, body, self.env._("Sum"), money(sum_))


class ArLateFeeCalculatorPayment(models.TransientModel):
    _name = "ar.late.fee.calculator.payment"
    _description = "Payment in the Late Fee Calculator"
    _order = "date"

    calculator_id = fields.Many2one("ar.late.fee.calculator", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="calculator_id.currency_id")
    date = fields.Date(required=True)
    amount = fields.Monetary(required=True)
