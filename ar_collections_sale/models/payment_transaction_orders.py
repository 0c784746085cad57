"""What of an online payment belongs to each order that it pays."""

from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from odoo import fields, models
from odoo.addons.ar_collections.models.ar_deposit_rule import to_decimal
from odoo.addons.ar_collections.tools.deposits import ZERO, share_money, take_back


class OrderMoney(NamedTuple):
    """The share of an order in an online payment, in the payment's currency.

    :param share: less what was refunded, or has paid other things
    :param loose: matched with nothing yet
    :param in_invoices: in final invoices of the order
    """

    share: Decimal = ZERO
    loose: Decimal = ZERO
    in_invoices: Decimal = ZERO

    @property
    def received(self):
        """What has come, but for what has gone into down-payment invoices."""
        return self.loose + self.in_invoices


class PaymentTransaction(models.Model):
    """A payment pays first what each order asks for before start, then the orders."""

    _inherit = "payment.transaction"

    ar_freed_order_ids = fields.Many2many(
        "sale.order",
        "ar_payment_freed_order_rel",
        "transaction_id",
        "order_id",
        string="Free of",
        readonly=True,
        copy=False,
        help="Cancelled orders whose money was kept: it belongs to them no more.",
        groups="base.group_user",
    )

    def _ar_get_order_money(self):
        """Give {order: `OrderMoney`}."""
        self.ensure_one()
        transaction = self.sudo()
        orders = transaction.sale_order_ids.sorted("id")
        is_gone = transaction.payment_id.state in ("draft", "canceled", "rejected")
        if is_gone or transaction.state not in ("authorized", "done"):
            return dict.fromkeys(orders, OrderMoney())
        own, elsewhere = transaction._ar_get_matched(orders)
        shares = transaction._ar_get_shares(orders, elsewhere)
        freed = transaction.ar_freed_order_ids
        return {
            order: OrderMoney()
            if order in freed
            else OrderMoney(
                share,
                share - sum(own[order].values(), ZERO),
                sum((amount for is_deposit, amount in own[order].items() if not is_deposit), ZERO),
            )
            for order, share in zip(orders, shares, strict=True)
        }

    def _ar_get_money_for(self, order, what):
        """Give an amount of `OrderMoney` in the currency of the order."""
        self.ensure_one()
        return self.currency_id._convert(
            float(getattr(self._ar_get_order_money()[order], what)),
            order.currency_id,
            self.company_id,
            self.create_date.date(),
        )

    def _ar_get_shares(self, orders, elsewhere):
        """Give the share of each order; what has gone is taken from cancelled ones first."""
        asks = [
            tuple(self._ar_from_order(order, amount) for amount in order._ar_get_asks())
            for order in orders
        ]
        given_up = self._ar_get_captures().filtered(lambda one: one.state == "cancel")
        amount = self.amount - sum(given_up.mapped("amount"))
        shares = share_money(to_decimal(amount, self.currency_id), asks)
        refunds = self._ar_get_refunds().filtered(lambda one: one.state == "done")
        back = [to_decimal(-refund.amount, self.currency_id) for refund in refunds]
        is_first = [order.state == "cancel" for order in orders]
        return take_back(shares, [*back, elsewhere], is_first)

    def _ar_get_matched(self, orders):
        """Give ({order: {is a deposit: amount}} in their invoices, what is elsewhere)."""
        refunds = self._ar_get_refunds().payment_id.move_id
        own, elsewhere = {order: defaultdict(Decimal) for order in orders}, ZERO
        for move, amount in self._ar_get_paid_moves():
            if order := self._ar_get_order_of(move):
                own[order][move in order._ar_get_downpayments()] += amount
            elif move not in refunds:
                elsewhere += amount
        return own, elsewhere

    def _ar_get_paid_moves(self):
        """Give (journal entry, amount) of what these payments settle.

        Payments without an entry are matched with the bank statement alone, and settle
        the invoices that they were registered for.
        """
        payments = self._ar_get_payments()
        found = [
            (
                partial.debit_move_id.move_id,
                to_decimal(partial.credit_amount_currency, self.currency_id),
            )
            for partial in payments._ar_get_credit_lines().matched_debit_ids
        ]
        for payment in payments.payment_id.filtered(lambda one: not one.move_id):
            left = to_decimal(payment.amount, self.currency_id)
            for move in payment.invoice_ids.filtered(lambda one: one.state == "posted"):
                amount = min(left, self._ar_from_move(move, move.amount_total))
                found.append((move, amount))
                left -= amount
        return found

    def _ar_get_on_the_way(self):
        """Give {order: what pays its invoices when the bank statement comes}.

        Such payments have no entry: meanwhile the invoices are open.
        """
        self.ensure_one()
        amounts, settled, due = defaultdict(Decimal), {}, {}
        for payment in self._ar_get_payments().payment_id.filtered(lambda one: not one.move_id):
            left = to_decimal(payment.amount, self.currency_id)
            for move in payment.invoice_ids.filtered(lambda one: one.state == "posted"):
                if move not in due:
                    due[move] = self._ar_from_move(move, move.amount_residual)
                    settled[move] = self._ar_from_move(move, move.amount_total) - due[move]
                done = min(left, settled[move])
                coming = min(left - done, due[move])
                settled[move] -= done
                due[move] -= coming
                left -= done + coming
                amounts[self._ar_get_order_of(move)] += coming
        return amounts

    def _ar_get_order_of(self, move):
        """Give the order among those of this payment that an invoice is of."""
        return self.sale_order_ids.filtered(lambda order: move in order.invoice_ids)[:1]

    def _ar_from_move(self, move, amount):
        """Give an amount of an invoice in the currency of the payment."""
        day = self.payment_id.date or move.date
        converted = move.currency_id._convert(amount, self.currency_id, move.company_id, day)
        return to_decimal(converted, self.currency_id)

    def _ar_get_captures(self):
        """Give the steps in which an authorised payment is captured, or given up."""
        return self.child_transaction_ids.filtered(lambda one: one.operation != "refund")

    def _ar_get_payments(self):
        """Give the transactions whose payments are booked for this one."""
        return self | self._ar_get_captures()

    def _ar_get_refunds(self):
        """Give what was sent back, or is on its way back."""
        children = self._ar_get_payments().child_transaction_ids
        return children.filtered(lambda one: one.operation == "refund")

    def _ar_get_credit_lines(self):
        """Give the journal items of the customer in these payments."""
        return self.payment_id.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )

    def _ar_can_refund(self, amount):
        """Tell whether the provider can send back this much of the payment."""
        self.ensure_one()
        support = self.provider_id.support_refund
        if support == "none" or self.currency_id.compare_amounts(amount, 0.0) <= 0:
            return False
        is_all = self.currency_id.compare_amounts(amount, self.amount) >= 0
        return support == "partial" or is_all

    def _ar_from_order(self, order, amount):
        """Give an amount of an order in the currency of the payment."""
        converted = order.currency_id._convert(
            amount, self.currency_id, self.company_id, self.create_date.date()
        )
        return to_decimal(converted, self.currency_id)
