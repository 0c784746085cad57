"""Money that was paid for an order is not there for other debts."""

from collections import defaultdict
from decimal import Decimal

from odoo import models
from odoo.addons.ar_collections.tools.setoff import ZERO
from odoo.addons.ar_collections.tools.sql_rows import as_array
from odoo.tools import SQL

# Orders that are still to be invoiced: what was paid for others is free.
_OPEN_STATES = ("draft", "sent", "sale")


class ArFollowupFacts(models.AbstractModel):
    _inherit = "ar.followup.facts"

    def _add_free_credits(self, credits, rows):
        """Override to leave money to the order that it was paid for (L7).

        As much of it as the order has not invoiced yet; the rest is free.
        """
        return super()._add_free_credits(credits, self._without_money_of_orders(rows))

    def _without_money_of_orders(self, rows):
        """Give fact rows in which credits are less by what belongs to orders."""
        orders_by_move = self._read_orders_of_money(
            {row["move_id"] for row in rows if row["amount"] < 0}
        )
        if not orders_by_move:
            return rows
        left = self._read_uninvoiced({i for ids in orders_by_move.values() for i in ids})
        free = []
        for row in rows:
            tied = ZERO
            if row["amount"] < 0:
                for order_id in orders_by_move.get(row["move_id"], ()):
                    tied += self._take(left, order_id, row, -row["amount"] - tied)
            free.append({**row, "amount": row["amount"] + tied} if tied else row)
        return free

    def _take(self, left, order_id, row, amount):
        """Give how much of `amount` an order needs in the currency of a row, and take it.

        :param left: {order id: (currency id, amount that is not covered yet)}
        """
        currency_id, rest = left.get(order_id, (row["currency_id"], ZERO))
        company = self.env["sale.order"].sudo().browse(order_id).company_id
        needed = self._convert(
            company, rest, currency_id, row["currency_id"], company._ar_today()
        )
        taken = min(amount, max(needed, ZERO))
        if taken:
            left[order_id] = (currency_id, rest - rest * taken / needed)
        return taken

    # === SQL === #

    def _read_orders_of_money(self, move_ids):
        """Give {id of a payment's entry: ids of the orders that it was made for}.

        SQL: one statement for a batch of customers.
        """
        orders = defaultdict(list)
        if not move_ids:
            return orders
        for model in ("payment.transaction", "account.payment", "sale.order"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT pay.move_id, o.id
                  FROM account_payment pay
                  JOIN payment_transaction t ON t.id = pay.payment_transaction_id
                  JOIN sale_order_transaction_rel r ON r.transaction_id = t.id
                  JOIN sale_order o ON o.id = r.sale_order_id
                 WHERE pay.move_id = ANY(%s) AND o.state = ANY(%s)
              ORDER BY pay.move_id, o.id
                """,
                as_array(move_ids),
                list(_OPEN_STATES),
            )
        )
        for move_id, order_id in rows:
            orders[move_id].append(order_id)
        return orders

    def _read_uninvoiced(self, order_ids):
        """Give {order id: (currency id, what is not invoiced of it)}."""
        for model in ("sale.order.line", "account.move", "account.move.line"):
            self.env[model].flush_model()
        exposure = self.env["ar.credit.exposure"].sudo()
        rows = exposure._read_open_orders(self.env.company, None, list(order_ids))
        return {
            order_id: (currency_id, max(Decimal(uninvoiced), ZERO))
            for order_id, _partner, _state, currency_id, uninvoiced, *_rest in rows
        }
