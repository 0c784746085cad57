"""What is paid online covers orders before they are invoiced."""

from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from odoo import models
from odoo.addons.ar_collections.tools.credit import ZERO
from odoo.tools import SQL


class OrderPayment(NamedTuple):
    """An online payment of an order; numbers as text, as SQL has them.

    :param booked: the open credit in the ledger, in the company's currency; ``None``
        where the payment has no entry, or is on its way
    :param orders: how many orders it pays
    :param is_rare: captured or given up in steps, or without an entry for invoices in
        another currency
    :param settled: what invoices that it has no entry to be matched with need no more
    :param refunded: sent back by the provider; of it `unbooked` is not in the ledger
    :param taken_back: refunds that are open in the ledger, in the company's currency
    """

    order_id: int
    id: int
    currency_id: int
    amount: str
    booked: str | None
    orders: int
    is_rare: bool
    settled: str
    refunded: str
    unbooked: str
    taken_back: str


class ArCreditExposure(models.AbstractModel):
    _inherit = "ar.credit.exposure"

    # === SEAM === #

    def _get_order_cover(self, company, orders):
        """Give the money that covers what is not invoiced yet of orders.

        Money that pays an invoice of the order, such as its down payment, is not told
        here: what is invoiced is no part of the uninvoiced amount.

        :param orders: list of `OpenOrder`
        :return: ({order id: cover}, {order id: the part of it that lies in the ledger as
            an open credit of the customer}), in the root company's currency
        """
        cover, tied = defaultdict(Decimal), defaultdict(Decimal)
        shared = set()
        for row in self._get_transactions([o.id for o in orders if o.is_paid_online]):
            if row.orders > 1 or row.is_rare:
                shared.add(row.id)
                continue
            amount = self._get_loose_money(company, row)
            cover[row.order_id] += amount
            if row.booked is not None:
                tied[row.order_id] += amount
        self._add_shared_money(company, sorted(shared), cover, tied)
        return cover, tied

    def _get_loose_money(self, company, row):
        """Give what is left of a payment of one order, in the root company's currency.

        Without an entry it pays its invoices when the bank statement comes: until then
        they are open, and the money covers as much of the order.
        """
        if row.booked is None:
            left = Decimal(row.amount) - Decimal(row.refunded) - Decimal(row.settled)
            return self._to_root_currency(company, row.currency_id, max(left, ZERO))
        sent_back = self._to_root_currency(company, row.currency_id, Decimal(row.unbooked))
        return max(Decimal(row.booked) - Decimal(row.taken_back) - sent_back, ZERO)

    def _add_shared_money(self, company, transaction_ids, cover, tied):
        """Add payments of several orders, or captured in parts: they are rare."""
        for transaction in self.env["payment.transaction"].browse(transaction_ids):
            lines = transaction._ar_get_payments()._ar_get_credit_lines()
            booked = max(-Decimal(str(sum(lines.mapped("amount_residual")))), ZERO)
            on_the_way = transaction._ar_get_on_the_way()
            for order, money in transaction._ar_get_order_money().items():
                loose = self._to_root_currency(
                    company, transaction.currency_id.id, money.loose
                )
                cover[order.id] += loose + self._to_root_currency(
                    company, transaction.currency_id.id, on_the_way[order]
                )
                tied[order.id] += min(loose, booked)

    # === SQL: as with orders, sums over all of them in one pass === #

    def _get_transactions(self, order_ids):
        """Give the online payments for orders, as a list of `OrderPayment`."""
        if not order_ids:
            return []
        for model in (
            "payment.transaction", "account.payment", "account.move", "account.move.line"
        ):  # fmt: skip
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT r.sale_order_id, t.id, t.currency_id, t.amount::text,
                       CASE WHEN pay.move_id IS NULL THEN NULL
                            ELSE (-%(open)s)::text END,
                       (SELECT COUNT(*) FROM sale_order_transaction_rel o
                         WHERE o.transaction_id = t.id),
                       bill.is_foreign OR EXISTS (
                         SELECT 1 FROM payment_transaction c
                          WHERE c.source_transaction_id = t.id AND c.operation <> 'refund'),
                       bill.settled::text, back.refunded::text, back.unbooked::text,
                       back.taken_back::text
                  FROM sale_order_transaction_rel r
                  JOIN payment_transaction t ON t.id = r.transaction_id
             LEFT JOIN account_payment pay ON pay.id = t.payment_id
                  JOIN LATERAL (
                        SELECT COALESCE(-SUM(b.amount), 0) AS refunded,
                               COALESCE(-SUM(b.amount) FILTER (
                                   WHERE pay.move_id IS NULL), 0) AS unbooked,
                               COALESCE(SUM(%(open)s), 0) AS taken_back
                          FROM payment_transaction b
                     LEFT JOIN account_payment pay ON pay.id = b.payment_id
                         WHERE b.source_transaction_id = t.id
                           AND b.operation = 'refund' AND b.state = 'done'
                       ) back ON TRUE
                  JOIN LATERAL (%(settled)s) bill ON TRUE
                 WHERE r.sale_order_id = ANY(%(orders)s)
                   AND t.state IN ('authorized', 'done')
                   AND t.operation <> 'validation'
                   AND COALESCE(pay.state, '') NOT IN ('draft', 'canceled', 'rejected')
                   AND NOT EXISTS (SELECT 1 FROM ar_payment_freed_order_rel f
                                    WHERE f.transaction_id = t.id
                                      AND f.order_id = r.sale_order_id)
              ORDER BY r.sale_order_id, t.id
                """,
                orders=order_ids,
                open=self._get_open_amount_sql(),
                settled=self._get_settled_sql(),
            )
        )
        return [OrderPayment(*row) for row in rows]

    def _get_open_amount_sql(self):
        """Sum what is open of a payment `pay` in the ledger; customers' money is negative."""
        return SQL(
            """
            COALESCE((SELECT SUM(l.amount_residual)
                        FROM account_move_line l
                        JOIN account_account a ON a.id = l.account_id
                       WHERE l.move_id = pay.move_id AND l.parent_state = 'posted'
                         AND a.account_type = 'asset_receivable'), 0)
            """
        )

    def _get_settled_sql(self):
        """Sum what is paid of the invoices of a payment `pay` that has no entry."""
        return SQL(
            """
            SELECT COALESCE(SUM(m.amount_total - m.amount_residual), 0) AS settled,
                   COALESCE(BOOL_OR(m.currency_id <> t.currency_id), FALSE) AS is_foreign
              FROM account_move__account_payment i
              JOIN account_move m ON m.id = i.invoice_id AND m.state = 'posted'
             WHERE i.payment_id = pay.id AND pay.move_id IS NULL
            """
        )
