"""Confirmed orders are part of what a customer could cost us."""

from decimal import Decimal
from typing import NamedTuple

from odoo import models
from odoo.addons.ar_collections.tools.credit import ZERO
from odoo.tools import SQL


class OpenOrder(NamedTuple):
    """An order as far as it is not invoiced, in the root company's currency.

    :param overbilled: what was invoiced at higher prices than ordered
    :param is_paid_online: whether online payments name it, whatever became of them
    """

    id: int
    partner_id: int
    state: str
    uninvoiced: Decimal
    delivered: Decimal
    overbilled: Decimal
    is_paid_online: bool


class ArCreditExposure(models.AbstractModel):
    _inherit = "ar.credit.exposure"

    def _get_parts(self, company, partner_ids, exclude):
        """Override to add orders: what is not invoiced, less what covers it.

        Money tied to an order counts once, for its order: it is no free credit.
        """
        parts, overdue = super()._get_parts(company, partner_ids, exclude)
        orders = self._get_open_orders(company, partner_ids=partner_ids)
        cover, tied = self._get_order_cover(company, orders)
        excluded = set(self._get_excluded_ids(exclude, "sale.order"))
        for order in orders:
            amounts = parts[order.partner_id]
            used = min(tied.get(order.id, ZERO), max(order.uninvoiced, ZERO))
            amounts["credits"] = amounts.get("credits", ZERO) + used
            if order.state == "sale" and order.id not in excluded:
                self._add_order(amounts, order, cover.get(order.id, ZERO))
        return parts, overdue

    def _add_order(self, amounts, order, cover):
        """Add what is not covered: money pays first for what was delivered first."""
        delivered = max(order.delivered - cover, ZERO)
        uncovered = max(order.uninvoiced - cover, ZERO)
        for code, amount in (
            ("orders_delivered", delivered),
            ("orders_open", uncovered - delivered),
        ):
            amounts[code] = amounts.get(code, ZERO) + amount

    def _get_uncovered(self, orders):
        """Give what orders ask of the customer's credit: neither invoiced nor covered.

        :return: {order id: amount in the root company's currency}
        """
        uncovered = dict.fromkeys(orders.ids, ZERO)
        for company, group in orders.sudo().grouped(lambda o: o.company_id.root_id).items():
            rows = self.sudo()._get_open_orders(company, order_ids=group.ids)
            cover, _tied = self.sudo()._get_order_cover(company, rows)
            for row in rows:
                rest = row.uninvoiced - cover.get(row.id, ZERO)
                uncovered[row.id] = max(rest, ZERO)
        return uncovered

    def _get_asked(self, orders):
        """Give what orders ask for, also those that are being edited in a form.

        :return: {order: amount in the root company's currency}
        """
        saved = self._get_uncovered(orders._origin)
        asked = {}
        for order in orders:
            amount = saved.get(order._origin.id, ZERO)
            if not isinstance(order.id, int):
                amount = self._get_edited(order, amount)
            asked[order] = amount
        return asked

    def _get_edited(self, order, saved):
        """Give the amount of a form that is not saved: the saved one and the difference."""
        company = order.company_id.sudo().root_id
        totals = [
            self._to_root_currency(company, o.currency_id.id, Decimal(str(o.amount_total)))
            for o in (order, order._origin)
            if o.currency_id
        ]
        return max(saved + totals[0] - sum(totals[1:], ZERO), ZERO) if totals else ZERO

    # === SQL === #

    def _get_open_orders(self, company, partner_ids=None, order_ids=None):
        """Give orders with something that is not invoiced.

        Of customers: confirmed orders, and quotations that money is tied to.
        """
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        for model in ("sale.order", "sale.order.line", "account.move", "account.move.line"):
            self.env[model].flush_model()
        rows = self._read_open_orders(company, partner_ids, order_ids)
        root_currency_id = company.currency_id.id

        def to_root(currency_id, amount):
            if currency_id == root_currency_id:
                return Decimal(amount)
            return self._to_root_currency(company, currency_id, Decimal(amount))

        return [
            OpenOrder(
                order_id,
                partner_id,
                state,
                to_root(currency_id, uninvoiced),
                to_root(currency_id, delivered),
                to_root(currency_id, overbilled),
                is_paid_online,
            )
            for (
                order_id,
                partner_id,
                state,
                currency_id,
                uninvoiced,
                delivered,
                overbilled,
                is_paid_online,
            ) in rows
        ]

    def _get_draft_line_condition(self):
        """Override: a line that bills an order is counted with its order."""
        return SQL(
            "%s AND NOT EXISTS (SELECT 1 FROM sale_order_line_invoice_rel r"
            " WHERE r.invoice_line_id = l.id)",
            super()._get_draft_line_condition(),
        )

    def _to_root_currency(self, company, currency_id, amount):
        """Convert an amount at today's rate; rates are read once for each currency."""
        currency = self.env["res.currency"].browse(currency_id)
        if currency == company.currency_id:
            return self._round(company, amount)
        converted = currency._convert(
            float(amount), company.currency_id, company, company._ar_today()
        )
        return Decimal(str(converted))
