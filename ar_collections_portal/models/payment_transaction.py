"""Online payments of what a notice asks for."""

from odoo import fields, models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    ar_notice_id = fields.Many2one(
        "ar.followup.notice", string="Reminder", readonly=True, index="btree_not_null"
    )
    ar_debt_ids = fields.Many2many(
        "account.move.line", string="Debts to pay", readonly=True
    )

    def _create_payment(self, **extra_create_values):
        """Override of `account_payment` to settle what the notice asked for, first.

        Core settles the invoices by due date: instalments that are not due yet would
        take what was paid for the charges.
        """
        payment = super()._create_payment(**extra_create_values)
        debts = self.sudo().ar_debt_ids
        if debts:
            received = payment.move_id.line_ids.filtered(
                lambda line: line.account_id == payment.destination_account_id
            )
            others = received.matched_debit_ids.filtered(
                lambda match: match.debit_move_id not in debts
            )
            others.unlink()
            open_debts = debts.filtered(
                lambda line: not line.reconciled
                and line.account_id == payment.destination_account_id
            )
            if open_debts and not all(received.mapped("reconciled")):
                (received | open_debts).reconcile()
        return payment
