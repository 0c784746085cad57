"""Online payments of deposits."""

from odoo import Command, api, models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `payment`: money for orders pays their open down-payment invoices."""
        transactions = super().create(vals_list)
        for transaction in transactions:
            orders = transaction.sale_order_ids
            if orders and not transaction.invoice_ids:
                moves = orders.sudo()._ar_get_open_downpayments()
                transaction.invoice_ids = [Command.set(moves.ids)]
        return transactions

    def _create_payment(self, **extra_create_values):
        """Override of `account_payment`: what is captured in parts is for the invoices of
        the whole. Core matches them, where the payment has an entry to be matched."""
        source = self.source_transaction_id
        is_step = source.sale_order_ids and self.operation == source.operation
        if is_step and not self.invoice_ids:
            extra_create_values.setdefault("invoice_ids", [Command.set(source.invoice_ids.ids)])
        return super()._create_payment(**extra_create_values)

    def _invoice_sale_orders(self):
        """Override of `sale`: what pays a down-payment invoice needs no second one."""
        return super(
            PaymentTransaction, self.filtered(lambda one: not one.invoice_ids.ar_deposit_id)
        )._invoice_sale_orders()

    def _ar_get_documents(self):
        """Override to add orders: who pays accepts their terms."""
        return super()._ar_get_documents() + list(self.sale_order_ids.filtered("ar_deposit_ids"))
