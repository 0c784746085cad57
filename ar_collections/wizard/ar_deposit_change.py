from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ArDepositChange(models.TransientModel):
    """Change a deposit by hand, with the reason that stays on record."""

    _name = "ar.deposit.change"
    _description = "Change a Deposit"

    move_id = fields.Many2one("account.move", string="Invoice", readonly=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_document")
    total = fields.Monetary(compute="_compute_document")
    kind = fields.Selection(
        [
            ("percent", "A percentage"),
            ("fixed", "An amount"),
            ("none", "No deposit"),
            ("rule", "What the rules say"),
        ],
        string="Deposit",
        required=True,
        default="percent",
    )
    percent = fields.Float(default=30.0, digits=(6, 2))
    amount = fields.Monetary(compute="_compute_amount", store=True, readonly=False)
    date = fields.Date(string="Due on")
    reason = fields.Char(help="Kept with the deposit, and shown to colleagues.")

    @api.model
    def _open_for(self, document):
        """Open the window for an order or an invoice."""
        wizard = self.create(self._get_values(document))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change deposit"),
            "res_model": self._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _get_values(self, document):
        """Give the values of the window, as the document has them now."""
        values = {"move_id": document.id}
        if document.ar_deposit_amount:
            values |= {"kind": "fixed", "amount": document.ar_deposit_amount}
        day = document.ar_deposit_date or document._ar_get_deposit_day() + timedelta(days=7)
        return {**values, "date": day}

    def _get_document(self):
        return self.move_id

    @api.depends("move_id")
    def _compute_document(self):
        for wizard in self:
            document = wizard._get_document()
            wizard.currency_id = document.currency_id
            wizard.total = document.amount_total

    @api.depends("kind", "percent")
    def _compute_amount(self):
        for wizard in self:
            if wizard.kind == "percent":
                amount = wizard.total * wizard.percent / 100
                wizard.amount = wizard.currency_id.round(amount)
            else:
                wizard.amount = wizard.amount

    def action_confirm(self):
        """Set the deposit, or give it back to the rules."""
        self.ensure_one()
        document = self._get_document()
        document._ar_check_deposit_change()
        if self.kind == "rule":
            document._ar_unset_deposit()
            return True
        if not (self.reason or "").strip():
            raise ValidationError(
                self.env._("Enter the reason: it stays on record with the deposit.")
            )
        self._check_amount()
        self._apply(document)
        return True

    def _check_amount(self):
        """Refuse a deposit of nothing; raises ValidationError."""
        if self.kind != "none" and self.currency_id.compare_amounts(self.amount, 0.0) <= 0:
            raise ValidationError(
                self.env._("A deposit is more than nothing: enter its amount.")
            )
        if self.kind == "percent" and self.percent > 100:
            raise ValidationError(self.env._("A deposit is at most 100 percent."))
        if self.kind == "fixed" and self.currency_id.compare_amounts(self.amount, self.total) > 0:
            raise ValidationError(
                self.env._(
                    "The deposit is more than the total of %(total)s: enter a smaller amount.",
                    total=self.currency_id.format(self.total),
                )
            )
        return True

    def _apply(self, document):
        """Set what was chosen on the document."""
        if self.kind == "none":
            document._ar_set_deposit(0.0, False, self.reason)
        elif not self.date:
            raise ValidationError(self.env._("Enter the day on which the deposit is due."))
        else:
            document._ar_set_deposit(self.amount, self.date, self.reason)
