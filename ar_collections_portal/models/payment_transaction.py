"""Online payments of what a notice asks for."""

from odoo import fields, models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    ar_notice_id = fields.Many2one(
        "ar.followup.notice", string="Reminder", readonly=True, index="btree_not_null",
        groups="base.group_user",
    )
    ar_debt_ids = fields.Many2many(
        "account.move.line", string="Debts to pay", readonly=True,
        groups="base.group_user",
    )

    def _create_payment(self, **extra_create_values):
        """Override of `account_payment` to settle what the notice asked for, first.

        Core settles the invoices by due date, on one receivable account: instalments
        that are not due yet would take what was paid for the charges, and debts on
        other accounts would stay open.
        """
        debts = self.sudo().ar_debt_ids.filtered(lambda line: not line.reconciled)
        if debts:
            account = self._ar_get_main_account(debts)
            extra_create_values.setdefault("destination_account_id", account.id)
            extra_create_values["write_off_line_vals"] = [
                *extra_create_values.get("write_off_line_vals", ()),
                *self._ar_get_lines_elsewhere(debts, account),
            ]
        payment = super()._create_payment(**extra_create_values)
        for account, lines in debts.grouped("account_id").items():
            self._ar_settle(payment, account, lines)
        return payment

    def _ar_get_main_account(self, debts):
        """Give the account that core chooses for the payment, else that of the debts."""
        terms = self.invoice_ids.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        )
        return (terms or debts)[:1].account_id

    def _ar_get_lines_elsewhere(self, debts, account):
        """Give the lines of the payment's entry on receivable accounts but `account`.

        Each takes what the notice asked for there, oldest debts first.
        """
        company, day = self.company_id, fields.Date.context_today(self)
        rest, sums = self.amount, {}
        for debt in debts.sorted(lambda line: (line.date_maturity or line.date, line.id)):
            part = min(self._ar_get_asked(debt), rest)
            rest -= part
            if debt.account_id != account:
                sums[debt.account_id] = sums.get(debt.account_id, 0.0) + part
        return [
            {
                "name": self.reference,
                "account_id": other.id,
                "partner_id": self.partner_id.commercial_partner_id.id,
                "currency_id": self.currency_id.id,
                "amount_currency": -amount,
                "balance": -self.currency_id._convert(
                    amount, company.currency_id, company, day
                ),
                "date_maturity": day,
            }
            for other, amount in sums.items()
            if not self.currency_id.is_zero(amount)
        ]

    def _ar_get_asked(self, debt):
        """Give what the notice asked for a debt, at most what is open of it."""
        lines = self.ar_notice_id.line_ids.filtered(
            lambda line: line.move_line_id == debt
        )
        is_open, left = debt.parent_state == "posted", debt.amount_residual_currency
        asked = sum(lines.mapped("claim_amount")) if lines else left
        return max(min(asked, left), 0.0) if is_open else 0.0

    def _ar_settle(self, payment, account, debts):
        """Match the payment with the debts on an account, in place of what core chose."""
        received = payment.move_id.line_ids.filtered(lambda line: line.account_id == account)
        received.matched_debit_ids.filtered(
            lambda match: match.debit_move_id not in debts
        ).unlink()
        open_debts = debts.filtered(lambda line: not line.reconciled)
        if received and open_debts and not all(received.mapped("reconciled")):
            (received | open_debts).reconcile()
