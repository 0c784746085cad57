"""Invoices of orders: only what no order was checked for uses credit."""

from decimal import Decimal

from odoo import models
from odoo.addons.ar_collections.tools.credit import ZERO


class AccountMove(models.Model):
    """Lines without an order, and what is billed beyond the order, were never checked."""

    _inherit = "account.move"

    def _ar_get_using_credit(self):
        """Override: an invoice that bills no more than its orders is never held."""
        using = super()._ar_get_using_credit()
        unchecked = using._ar_get_unchecked()
        return using.filtered(lambda move: unchecked.get(move, 1) > ZERO)

    def _ar_get_credit_asked(self):
        """Override: what an order bills was checked with the order."""
        return super()._ar_get_credit_asked() | self._ar_get_unchecked()

    def _ar_get_unchecked(self):
        """Give what invoices of orders bill beyond them, in the root company's currency.

        :return: {invoice: amount}; invoices without an order are not in it
        """
        billing = self.filtered(lambda move: move.sudo().invoice_line_ids.sale_line_ids)
        unchecked = {}
        exposure = self.env["ar.credit.exposure"].sudo()
        for company, moves in billing.grouped(lambda m: m.company_id.sudo().root_id).items():
            orders = moves.sudo().invoice_line_ids.sale_line_ids.order_id._origin
            rows = exposure._get_open_orders(company, order_ids=orders.ids)
            left = {row.id: row.uninvoiced - row.overbilled for row in rows}
            for move in moves:
                amount = sum(move.sudo()._ar_get_billed_beyond(company, left), ZERO)
                unchecked[move] = max(amount - move._ar_get_passed_credit(), ZERO)
        return unchecked

    def _ar_get_billed_beyond(self, company, left):
        """Give, for each order and for the lines without one, what goes beyond it.

        :param left: {order id: what of the order is not invoiced}
        """
        self.ensure_one()
        lines = self.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        by_order = lines.grouped(lambda line: line.sale_line_ids.order_id[:1]._origin)
        return [
            self._ar_get_beyond(company, order, own, left.get(order.id, ZERO))
            for order, own in by_order.items()
        ]

    def _ar_get_beyond(self, company, order, lines, left):
        billed = self.env["ar.credit.exposure"]._to_root_currency(
            company, self.currency_id.id, Decimal(str(sum(lines.mapped("price_total"))))
        )
        if not self._ar_is_checked_with(order, lines):
            return billed
        # Every invoice of an order may round each line another way.
        cents = Decimal(str(company.currency_id.rounding))
        borne = cents * len(order.order_line.invoice_lines)
        return billed - left if billed > left + borne else min(billed, ZERO)

    def _ar_is_checked_with(self, order, lines):
        """Tell whether the customer of these lines was checked with the order.

        A down payment may come before the order is confirmed.
        """
        return (
            bool(order)
            and order._ar_get_credit_partner() == self.commercial_partner_id
            and (order.state == "sale" or all(lines.sale_line_ids.mapped("is_downpayment")))
        )

    def _ar_get_open_of(self, order):
        """Give what is open of an order's part of the invoice, in the company's currency."""
        self.ensure_one()
        lines = self.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        own = lines.filtered(lambda line: order in line.sale_line_ids.order_id)
        whole = sum(lines.mapped("price_total"))
        share = sum(own.mapped("price_total")) / whole if whole else 1.0
        return self.company_currency_id.round(self.amount_residual_signed * share)
