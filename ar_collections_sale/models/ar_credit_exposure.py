"""Confirmed orders are part of what a customer could cost us."""

from decimal import Decimal
from typing import NamedTuple

from odoo import models
from odoo.addons.ar_collections.tools.credit import ZERO
from odoo.tools import SQL


class OpenOrder(NamedTuple):
    """An order as far as it is not invoiced, in the root company's currency.

    :param is_paid_online: whether online payments name it, whatever became of them
    """

    id: int
    partner_id: int
    state: str
    uninvoiced: Decimal
    delivered: Decimal
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
        rows = self.env.execute_query(
            self._get_open_orders_sql(company, partner_ids, order_ids)
        )
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
                is_paid_online,
            )
            for (
                order_id,
                partner_id,
                state,
                currency_id,
                uninvoiced,
                delivered,
                is_paid_online,
            ) in rows
        ]

    def _get_open_orders_sql(self, company, partner_ids, order_ids):
        """Sum the lines of orders: ordered, less invoiced, and what of it is delivered.

        Sums of lines are scaled to the order's total, which taxes may round otherwise,
        and rounded in the order's currency.
        """
        return SQL(
            """
            WITH wanted AS MATERIALIZED (
                SELECT o.id, o.state, o.amount_total, o.currency_id, o.currency_rate,
                       o.ar_is_delivery_over, p.commercial_partner_id
                  FROM sale_order o
                  JOIN res_partner p ON p.id = o.partner_invoice_id
                 WHERE %(wanted)s
            ), valued AS MATERIALIZED (
                %(lines)s
            ), summed AS (
                SELECT v.order_id,
                       SUM(v.price_total) AS ordered,
                       SUM(CASE WHEN v.value < 0 THEN LEAST(v.value, v.delivered)
                                ELSE GREATEST(v.value, v.delivered) END
                           - v.invoiced) AS uninvoiced,
                       SUM(GREATEST(v.delivered - v.invoiced, 0)) AS delivered
                  FROM valued v
              GROUP BY v.order_id
            )
            SELECT o.id, o.commercial_partner_id, o.state, o.currency_id,
                   (ROUND(CASE WHEN s.ordered = 0 THEN s.uninvoiced
                               ELSE o.amount_total * s.uninvoiced / s.ordered END
                          / c.rounding) * c.rounding)::text,
                   (ROUND(LEAST(s.delivered, GREATEST(s.uninvoiced, 0))
                          / c.rounding) * c.rounding)::text,
                   EXISTS (SELECT 1 FROM sale_order_transaction_rel t
                            WHERE t.sale_order_id = o.id)
              FROM wanted o
              JOIN summed s ON s.order_id = o.id AND s.uninvoiced <> 0
              JOIN res_currency c ON c.id = o.currency_id
          ORDER BY o.id
            """,
            lines=self._get_order_lines_sql(),
            wanted=self._get_wanted_orders_condition(company, partner_ids, order_ids),
        )

    def _get_wanted_orders_condition(self, company, partner_ids, order_ids):
        if order_ids is not None:
            return SQL("o.id = ANY(%s)", order_ids)
        return SQL(
            """p.commercial_partner_id = ANY(%s) AND o.company_id = ANY(%s) AND (
                 o.state = 'sale' OR o.state IN ('draft', 'sent') AND EXISTS (
                   SELECT 1 FROM sale_order_transaction_rel t
                    WHERE t.sale_order_id = o.id))""",
            partner_ids,
            self._get_company_ids(company),
        )

    def _get_order_lines_sql(self):
        """Value the lines of the `wanted` orders: ordered, delivered, invoiced, with taxes.

        Of an order of which nothing more is delivered only what was delivered counts.
        """
        return SQL(
            """
            SELECT l.order_id, COALESCE(l.price_total, 0) AS price_total,
                   CASE WHEN o.ar_is_delivery_over AND o.state = 'sale'
                             AND l.price_total > 0 THEN 0
                        ELSE COALESCE(l.price_total, 0) END AS value,
                   CASE WHEN l.is_downpayment THEN 0
                        WHEN COALESCE(l.product_uom_qty, 0) = 0
                        THEN CASE WHEN t.invoice_policy = 'delivery'
                                  THEN COALESCE(l.ar_unordered_total, 0) ELSE 0 END
                        ELSE l.price_total / l.product_uom_qty
                           * CASE WHEN t.invoice_policy = 'delivery'
                                  THEN COALESCE(l.qty_delivered, 0)
                                  ELSE LEAST(COALESCE(l.qty_delivered, 0),
                                             l.product_uom_qty) END
                   END AS delivered,
                   COALESCE((
                     SELECT SUM(
                              CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END
                            * CASE WHEN i.currency_id = o.currency_id THEN i.price_total
                                   ELSE i.price_total * o.currency_rate
                                      / COALESCE(NULLIF(m.invoice_currency_rate, 0), 1) END)
                       FROM sale_order_line_invoice_rel r
                       JOIN account_move_line i ON i.id = r.invoice_line_id
                       JOIN account_move m ON m.id = i.move_id
                      WHERE r.order_line_id = l.id AND m.move_type IN
                            ('out_invoice', 'out_refund', 'out_receipt')
                        AND (m.state = 'posted' OR m.payment_state = 'invoicing_legacy')
                   ), 0) AS invoiced
              FROM wanted o
              JOIN sale_order_line l ON l.order_id = o.id AND l.display_type IS NULL
         LEFT JOIN product_product v ON v.id = l.product_id
         LEFT JOIN product_template t ON t.id = v.product_tmpl_id
            """
        )

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
