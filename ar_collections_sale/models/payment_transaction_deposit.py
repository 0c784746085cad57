"""Online payments of deposits."""

from odoo import Command, api, models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `payment`: money for an order pays its open down-payment invoice."""
        transactions = super().create(vals_list)
        for transaction in transactions:
            orders = transaction.sale_order_ids
            if len(orders) == 1 and not transaction.invoice_ids:
                moves = orders.sudo()._ar_get_open_downpayments()
                transaction.invoice_ids = [Command.set(moves.ids)]
        return transactions

    def _invoice_sale_orders(self):
        """Override of `sale`: what pays a down-payment invoice needs no second one."""
        return super(
            PaymentTransaction, self.filtered(lambda one: not one.invoice_ids.ar_deposit_id)
        )._invoice_sale_orders()

    def _ar_get_documents(self):
        """Override to add orders: who pays accepts their terms."""
        return super()._ar_get_documents() + list(self.sale_order_ids.filtered("ar_deposit_ids"))

    def _ar_get_loose_amount(self, order, moves):
        """Give what of the money has gone into none of these invoices.

        :return: in the order's currency; negative for a refund
        """
        self.ensure_one()
        payment = self.payment_id
        if payment.state in ("canceled", "rejected"):
            return 0.0
        amount = self.amount
        if payment.move_id:
            lines = payment.move_id.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
            )
            partials = lines.matched_debit_ids.filtered(
                lambda partial: partial.debit_move_id.move_id in moves
            )
            amount -= sum(partials.mapped("credit_amount_currency"))
        return self.currency_id._convert(
            amount, order.currency_id, self.company_id, self.create_date.date()
        )
