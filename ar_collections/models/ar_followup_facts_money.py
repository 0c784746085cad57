"""Money that is not matched with a debt: credits, payments in process, receipts."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..const import IN_PROCESS_BUSINESS_DAYS
from ..tools.setoff import ZERO, Credit
from ..tools.sql_rows import as_array

# No calendar closes so long that the business days of a payment in process reach back
# further.
_OLDEST_IN_PROCESS = timedelta(days=60)


class ArFollowupFacts(models.AbstractModel):
    _inherit = "ar.followup.facts"

    @api.model
    def _get_credits(self, company, rows, day, days):
        """Give {partner id: [Credit]}: free credits, payments in process, receipts.

        :param rows: fact rows of the batch, credits among them
        :param days: {partner id: business days}, for the time that a payment may be
            in process
        """
        credits = defaultdict(list)
        self._add_free_credits(credits, rows)
        self._add_payments_in_process(credits, company, rows, day, days)
        self._add_unmatched_receipts(credits, company, {row["partner_id"] for row in rows})
        return credits

    def _add_free_credits(self, credits, rows):
        """Count credit notes and payments that are open, less what was paid back."""
        paid_back = defaultdict(Decimal)
        for row in rows:
            if row["amount"] > 0 and not row["is_debt"]:
                paid_back[row["partner_id"], row["currency_id"]] += row["amount"]
        for row in rows:
            if row["amount"] >= 0:
                continue
            key = row["partner_id"], row["currency_id"]
            used = min(-row["amount"], paid_back[key])
            paid_back[key] -= used
            if rest := -row["amount"] - used:
                credit = Credit("covered", rest, row["currency_id"], row["reversed_id"])
                credits[row["partner_id"]].append(credit)

    # === IN PROCESS === #

    def _add_payments_in_process(self, credits, company, rows, day, days):
        """Count payments on their way for their invoices, for a few business days (L6)."""
        debts = defaultdict(list)
        for row in rows:
            if row["amount"] > 0:
                debts[row["move_id"]].append(row)
        announced = {}
        for amount, currency_id, since, move_ids, is_announced in self._read_in_process(
            company, list(debts), day
        ):
            partner_id = debts[move_ids[0]][0]["partner_id"]
            if is_announced:
                # Who announces the same payment again gains no days by it.
                since = min(announced.setdefault(move_id, since) for move_id in move_ids)
            if days[partner_id].add(since, IN_PROCESS_BUSINESS_DAYS) < day:
                continue
            rest = Decimal(amount)
            for move_id in move_ids:
                first = debts[move_id][0]
                open_amount = sum((row["amount"] for row in debts[move_id]), ZERO)
                # Who pays in another currency pays at the day's rate.
                there = self._convert(company, rest, currency_id, first["currency_id"], day)
                part = min(there, open_amount)
                if part > 0:
                    rest -= rest * part / there
                    credits[first["partner_id"]].append(
                        Credit(
                            "in_process",
                            part,
                            first["currency_id"],
                            move_id,
                            is_bound=True,
                        )
                    )

    @api.model
    def _convert(self, company, amount, from_id, to_id, day):
        """Give what an amount is worth in another currency on a day."""
        if from_id == to_id:
            return amount
        source, target = self.env["res.currency"].browse((from_id, to_id))
        converted = source._convert(float(amount), target, company, day)
        return Decimal(str(target.round(converted)))

    def _read_in_process(self, company, move_ids, day):
        """Read online transactions that are not booked, and payments without entry.

        :return: rows of amount, currency, day since, ids of the invoices, and whether the
            customer has only announced the payment; oldest first
        """
        self.env["payment.transaction"].flush_model()
        self.env["account.payment"].flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT t.amount::text, t.currency_id, t.since, t.move_ids,
                       t.is_announced
                  FROM (
                    SELECT t.id, t.amount, t.currency_id,
                           t.state = 'pending' AS is_announced,
                           (COALESCE(t.last_state_change, t.create_date)
                            AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date AS since,
                           ARRAY_AGG(r.invoice_id ORDER BY r.invoice_id) AS move_ids
                      FROM payment_transaction t
                      JOIN account_invoice_transaction_rel r ON r.transaction_id = t.id
                     WHERE r.invoice_id = ANY(%(moves)s)
                       AND %(is_online_payment)s
                  GROUP BY t.id
                 UNION ALL
                    SELECT y.id, y.amount, y.currency_id, FALSE, y.date,
                           ARRAY_AGG(r.invoice_id ORDER BY r.invoice_id)
                      FROM account_payment y
                      JOIN account_move__account_payment r ON r.payment_id = y.id
                     WHERE r.invoice_id = ANY(%(moves)s)
                       AND %(is_registered)s
                  GROUP BY y.id
                  ) t
                 WHERE t.since >= %(oldest)s
              ORDER BY t.since, t.id
                """,
                zone=company._ar_get_timezone().zone,
                moves=as_array(move_ids),
                oldest=day - _OLDEST_IN_PROCESS,
                is_online_payment=self._get_online_payment_condition(),
                is_registered=self._get_registered_condition(),
            )
        )

    def _get_online_payment_condition(self):
        """Give the condition on `t`, an online transaction that is under way or not booked."""
        return SQL(
            """
            (t.state IN ('pending', 'authorized')
             OR t.state = 'done' AND t.is_post_processed IS NOT TRUE)
            AND t.operation NOT IN ('validation', 'refund')
            """
        )

    def _get_registered_condition(self):
        """Give the condition on `y`, a customer's payment in process without an entry."""
        return SQL(
            "y.state = 'in_process' AND y.move_id IS NULL AND y.payment_type = 'inbound'"
        )

    # === RECEIPTS === #

    def _add_unmatched_receipts(self, credits, company, partner_ids):
        """Count what nobody has matched yet of receipts on the bank statement."""
        self.env["account.bank.statement.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.commercial_partner_id, round((-s.amount_residual)::numeric, 6)::text,
                       COALESCE(s.foreign_currency_id, j.currency_id, c.currency_id)
                  FROM account_bank_statement_line s
                  JOIN account_move m ON m.id = s.move_id AND m.state = 'posted'
                  JOIN account_journal j ON j.id = m.journal_id
                  JOIN res_company c ON c.id = m.company_id
                  JOIN res_partner p ON p.id = s.partner_id
                 WHERE %(is_receipt)s
                   AND m.company_id = %(company)s
                   AND p.commercial_partner_id = ANY(%(partners)s)
              ORDER BY s.id
                """,
                is_receipt=self._get_receipt_condition(),
                company=company.id,
                partners=as_array(partner_ids),
            )
        )
        for partner_id, amount, currency_id in rows:
            credits[partner_id].append(
                Credit("unmatched_receipt", Decimal(amount), currency_id)
            )

    def _get_receipt_condition(self):
        """Give the condition on `s`, a receipt that is not matched, or not all of it."""
        return SQL("s.is_reconciled IS NOT TRUE AND s.amount > 0 AND s.amount_residual < 0")
