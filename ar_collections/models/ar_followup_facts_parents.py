"""A branch's customers may have paid into the bank of the company it belongs to."""

from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..tools.setoff import ZERO, Credit


class ArFollowupFacts(models.AbstractModel):
    _inherit = "ar.followup.facts"

    @api.model
    def _get_credits(self, company, rows, day, days):
        """Override to hold debts of a branch for money that its parents have received.

        Nobody knows whose debts the money is for until it is matched: it holds those of
        the branch, and covers those of the parent all the same.
        """
        credits = super()._get_credits(company, rows, day, days)
        partner_ids = {row["partner_id"] for row in rows}
        for parent in company.sudo().parent_ids - company:
            self._add_unmatched_receipts(credits, parent, partner_ids)
            self._add_free_money(credits, parent, partner_ids)
        return credits

    def _add_free_money(self, credits, parent, partner_ids):
        """Count payments of a parent that are open, less what was paid back.

        Its credit notes count where they exceed what the customer owes the parent.
        """
        sums = defaultdict(Decimal)
        for partner_id, currency_id, use, amount in self._read_open_money(
            parent, list(partner_ids)
        ):
            sums[partner_id, currency_id, use] += Decimal(amount)
        for partner_id, currency_id in {(key[0], key[1]) for key in sums}:
            money, notes, debts, paid_back = (
                sums.get((partner_id, currency_id, use), ZERO)
                for use in ("money", "note", "debt", "paid_back")
            )
            # What the customer has is negative in the ledger.
            free = -money + max(-notes - debts, ZERO) - paid_back
            if free > ZERO:
                credits[partner_id].append(Credit("unmatched_receipt", free, currency_id))

    def _read_open_money(self, company, partner_ids):
        """Sum the open receivables of customers by what they are.

        :return: rows of partner, currency, use (``money``, ``note``, ``debt`` or
            ``paid_back``) and amount
        """
        return self.env.execute_query(
            SQL(
                """
                SELECT t.partner_id, t.currency_id, t.use, SUM(t.amount)::text
                  FROM (
                    SELECT p.commercial_partner_id AS partner_id, l.currency_id,
                           l.amount_residual_currency AS amount,
                           CASE WHEN l.amount_residual_currency < 0
                                THEN CASE WHEN t.is_payment THEN 'money' ELSE 'note' END
                                ELSE CASE WHEN t.is_payment OR m.move_type = 'out_refund'
                                          THEN 'paid_back' ELSE 'debt' END
                            END AS use
                      FROM account_move_line l
                      JOIN account_move m ON m.id = l.move_id
                      JOIN res_partner p ON p.id = l.partner_id
                CROSS JOIN LATERAL (
                        SELECT m.origin_payment_id IS NOT NULL
                               OR m.statement_line_id IS NOT NULL AS is_payment) t
                     WHERE %s AND p.commercial_partner_id = ANY(%s)
                  ) t
              GROUP BY t.partner_id, t.currency_id, t.use
                """,
                self._get_lines_condition(company),
                partner_ids,
            )
        )
