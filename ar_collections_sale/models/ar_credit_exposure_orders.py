"""What is not invoiced of orders: sums over all lines, which the ORM would do one by one."""

from odoo import models
from odoo.tools import SQL


class ArCreditExposure(models.AbstractModel):
    """By the pieces, as `sale`: what is invoiced at a lower price leaves nothing to come."""

    _inherit = "ar.credit.exposure"

    def _read_open_orders(self, company, partner_ids, order_ids):
        """Read orders; those with a down payment in another currency, which are rare, again.

        Their sums are NaN at first: to plan looking up rates would take each check longer.
        """
        rows = self.env.execute_query(
            self._get_open_orders_sql(company, partner_ids, order_ids, SQL("'NaN'::numeric"))
        )
        foreign_ids = [row[0] for row in rows if row[4] == "NaN"]
        if not foreign_ids:
            return rows
        read = self.env.execute_query(
            self._get_open_orders_sql(
                company, None, foreign_ids, self._get_foreign_amount_sql(company)
            )
        )
        return sorted([*(row for row in rows if row[4] != "NaN"), *read])

    def _get_open_orders_sql(self, company, partner_ids, order_ids, foreign):
        """Sum the lines of orders: ordered, less invoiced, and what of it is delivered.

        Sums of lines are scaled to the order's total, which taxes may round otherwise,
        and rounded in the order's currency.

        :param foreign: the value of a down payment in another currency
        """
        return SQL(
            """
            WITH wanted AS MATERIALIZED (
                SELECT o.id, o.state, o.amount_total, o.currency_id,
                       o.ar_is_delivery_over, p.commercial_partner_id
                  FROM sale_order o
                  JOIN res_partner p ON p.id = o.partner_invoice_id
                 WHERE %(wanted)s
            ), valued AS MATERIALIZED (
                %(lines)s
            ), counted AS MATERIALIZED (
                %(counted)s
            ), summed AS (
                SELECT v.order_id,
                       SUM(v.price_total) AS ordered,
                       SUM(v.whole - v.invoiced) AS uninvoiced,
                       SUM(v.to_bill) AS delivered,
                       SUM(v.billed - v.invoiced) AS overbilled
                  FROM counted v
              GROUP BY v.order_id
            )
            SELECT o.id, o.commercial_partner_id, o.state, o.currency_id,
                   (ROUND(CASE WHEN s.ordered = 0 THEN s.uninvoiced
                               ELSE o.amount_total * s.uninvoiced / s.ordered END
                          / c.rounding) * c.rounding)::text,
                   (ROUND(GREATEST(LEAST(s.delivered, s.uninvoiced), 0)
                          / c.rounding) * c.rounding)::text,
                   GREATEST(s.overbilled, 0)::text,
                   EXISTS (SELECT 1 FROM sale_order_transaction_rel t
                            WHERE t.sale_order_id = o.id)
              FROM wanted o
              JOIN summed s ON s.order_id = o.id AND s.uninvoiced <> 0
              JOIN res_currency c ON c.id = o.currency_id
          ORDER BY o.id
            """,
            lines=self._get_order_lines_sql(foreign),
            counted=self._get_counted_lines_sql(),
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

    def _get_order_lines_sql(self, foreign):
        """Value the lines of the `wanted` orders: ordered, delivered, invoiced, with taxes.

        Of an order of which nothing more is delivered only what was delivered counts. Where
        nothing was ordered, the pieces are those that were delivered.
        """
        return SQL(
            """
            SELECT l.order_id, l.is_downpayment, COALESCE(l.price_total, 0) AS price_total,
                   COALESCE(NULLIF(l.product_uom_qty, 0), l.qty_delivered, 0) AS pieces,
                   CASE WHEN COALESCE(l.product_uom_qty, 0) <> 0 THEN l.price_total
                        ELSE l.ar_unordered_total END AS worth,
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
                   b.billed, b.pieces AS billed_pieces
              FROM wanted o
              JOIN sale_order_line l ON l.order_id = o.id AND l.display_type IS NULL
         LEFT JOIN product_product v ON v.id = l.product_id
         LEFT JOIN product_template t ON t.id = v.product_tmpl_id
         LEFT JOIN LATERAL (%s) b ON TRUE
            """,
            self._get_billed_sql(foreign),
        )

    def _get_billed_sql(self, foreign):
        """Sum what is invoiced of a line `l`: the amount, and the pieces.

        A credit note gives back pieces only at their full price: what is credited as
        goodwill, or as a lower price, is not invoiced again.
        """
        return SQL(
            """
            SELECT SUM(CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END
                       * CASE WHEN i.currency_id = o.currency_id THEN i.price_total
                              WHEN l.is_downpayment THEN %s
                              ELSE NULL END) AS billed,
                   CASE WHEN SUM(i.balance) = 0 THEN 0 ELSE
                   SUM(CASE WHEN m.move_type <> 'out_refund' THEN 1
                            WHEN i.currency_id = o.currency_id
                             AND i.product_uom_id = l.product_uom_id
                             AND ABS(i.price_total * l.product_uom_qty)
                                 < 0.99 * ABS(l.price_total * i.quantity) THEN 0
                            ELSE -1 END
                       * CASE WHEN i.product_uom_id = l.product_uom_id THEN i.quantity
                              ELSE i.quantity * COALESCE((
                                SELECT (billed.factor / NULLIF(ordered.factor, 0))::numeric
                                  FROM uom_uom billed, uom_uom ordered
                                 WHERE billed.id = i.product_uom_id
                                   AND ordered.id = l.product_uom_id), 1) END)
                   END AS pieces
              FROM sale_order_line_invoice_rel r
              JOIN account_move_line i ON i.id = r.invoice_line_id
              JOIN account_move m ON m.id = i.move_id
             WHERE r.order_line_id = l.id
               AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
               AND (m.state = 'posted' OR m.payment_state = 'invoicing_legacy')
            """,
            foreign,
        )

    def _get_counted_lines_sql(self):
        """Count what is invoiced of lines: the pieces, whatever they were invoiced at.

        Down payments have none, and count by what they come to. No more of a line is
        invoiced than there is, so that one line does not take from another.
        """
        return SQL(
            """
            SELECT v.order_id, v.price_total, n.invoiced,
                   CASE WHEN v.worth < 0 THEN LEAST(v.delivered - n.invoiced, 0)
                        ELSE GREATEST(v.delivered - n.invoiced, 0) END AS to_bill,
                   CASE WHEN v.is_downpayment THEN 0
                        WHEN v.worth < 0 THEN LEAST(v.value, v.delivered, n.invoiced)
                        ELSE GREATEST(v.value, v.delivered, n.invoiced) END AS whole,
                   COALESCE(v.billed, n.invoiced) AS billed
              FROM valued v
              JOIN LATERAL (
                    SELECT CASE WHEN v.is_downpayment THEN COALESCE(v.billed, 0)
                                WHEN v.pieces = 0 OR v.billed_pieces IS NULL THEN 0
                                WHEN v.worth < 0 THEN GREATEST(LEAST(
                                    v.worth * v.billed_pieces / v.pieces, 0),
                                    LEAST(v.worth, v.delivered))
                                ELSE LEAST(GREATEST(
                                    v.worth * v.billed_pieces / v.pieces, 0),
                                    GREATEST(v.worth, v.delivered)) END AS invoiced
                   ) n ON TRUE
            """
        )

    def _get_foreign_amount_sql(self, company):
        """Value a down payment `i` in another currency at the rate of its invoice's day.

        So does `sale`; what is ordered counts by the pieces, whatever the rates are.
        """
        day = SQL("COALESCE(m.invoice_date, %s)", company._ar_today())
        return SQL(
            """
            i.price_total / COALESCE(NULLIF(m.invoice_currency_rate, 0), 1)
            * %(rate)s / %(own_rate)s
            """,
            rate=self._get_rate_sql(company, SQL("o.currency_id"), day),
            own_rate=self._get_rate_sql(company, SQL("i.company_currency_id"), day),
        )

    def _get_rate_sql(self, company, currency, day):
        """Give the rate of a currency on a day, as `res.currency` looks it up."""
        rates = SQL(
            "SELECT r.rate FROM res_currency_rate r WHERE r.currency_id = %s"
            " AND (r.company_id IS NULL OR r.company_id = %s)",
            currency,
            company.id,
        )
        return SQL(
            """
            COALESCE((%(rates)s AND r.name <= %(day)s
                      ORDER BY r.company_id, r.name DESC LIMIT 1),
                     (%(rates)s ORDER BY r.company_id, r.name LIMIT 1), 1)::numeric
            """,
            rates=rates,
            day=day,
        )
