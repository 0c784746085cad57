"""How customers pay: rated from the ledger, in batches, with the reason kept."""

from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from ..const import RATING_DAYS
from ..tools.credit import Payer, rate
from ..tools.sql_rows import as_table

_COLUMNS = {
    "id": "int",
    "rating": "varchar",
    "debts": "int",
    "on_time": "int",
    "days_late": "int",
    "broken": "int",
}


class ArCollectionCase(models.Model):
    _inherit = "ar.collection.case"

    # === WHO === #

    def _get_customers_of(self, company):
        """Give the ids of the customers of a root company and its branches."""
        return [
            partner.id
            for (partner,) in self.env["account.move"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "child_of", company.id),
                    ("move_type", "=", "out_invoice"),
                    ("state", "=", "posted"),
                ],
                ["commercial_partner_id"],
            )
        ]

    def _get_credit_candidates(self):
        """Give those for which the daily look may find something new.

        SQL: nearly all customers of a large company are none of them.
        """
        company = self.company_id
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.id FROM ar_collection_case c
                 WHERE c.id = ANY(%(cases)s) AND (
                       c.credit_review_date < %(today)s
                    OR EXISTS (SELECT 1 FROM ar_credit_hold h
                                WHERE h.case_id = c.id AND h.active)
                    OR EXISTS (SELECT 1 FROM ar_followup_item i
                                WHERE i.partner_id = c.partner_id AND i.rung_days > 0)
                    OR EXISTS (
                       SELECT 1
                         FROM res_partner p
                         JOIN account_move_line l
                           ON l.partner_id = p.id AND l.parent_state = 'posted'
                          AND l.reconciled IS NOT TRUE AND l.company_id = ANY(%(companies)s)
                          AND COALESCE(l.date_maturity, l.date) < %(today)s - %(days)s
                         JOIN account_account a
                           ON a.id = l.account_id AND a.account_type = 'asset_receivable'
                        WHERE p.commercial_partner_id = c.partner_id))
                """,
                cases=self.ids,
                today=company._ar_today(),
                days=company.ar_credit_overdue_days,
                companies=self.env["ar.credit.exposure"]._get_company_ids(company),
            )
        )
        return self.browse(case_id for (case_id,) in rows)

    # === RATING === #

    def _rate_payers(self):
        """Rate how the customers of one root company pay."""
        payers = self._get_payers()
        rows = []
        for case in self:
            payer = payers.get(case.id, Payer())
            rows.append((case.id, rate(payer), *payer))
        self._write_ratings(rows)

    def _get_payers(self):
        """Give {case id: Payer}: what was due within a year, and when it was paid.

        Money tells how somebody pays: what was credited is nobody's delay, and rates that
        changed meanwhile are booked later than the money.
        SQL: the day of payment is that of the last money of each journal item.
        """
        self.env.flush_all()
        company = self.company_id
        rows = self.env.execute_query(
            SQL(
                """
                WITH debts AS (
                  SELECT c.id AS case_id,
                         COALESCE(paid.day, %(today)s) - l.date_maturity AS days_late,
                         l.reconciled
                    FROM ar_collection_case c
                    JOIN res_partner p ON p.commercial_partner_id = c.partner_id
                    JOIN account_move_line l
                      ON l.partner_id = p.id AND l.parent_state = 'posted'
                     AND l.company_id = ANY(%(companies)s)
                     AND l.balance > 0
                     AND l.date_maturity BETWEEN %(since)s AND %(today)s
                    JOIN account_account a
                      ON a.id = l.account_id AND a.account_type = 'asset_receivable'
                    JOIN account_move m
                      ON m.id = l.move_id AND m.move_type = 'out_invoice'
                     AND m.ar_is_charge IS NOT TRUE
               LEFT JOIN LATERAL (
                         SELECT MAX(other.date) AS day
                           FROM account_partial_reconcile r
                           JOIN account_move_line other ON other.id = r.credit_move_id
                           JOIN account_move money ON money.id = other.move_id
                          WHERE r.debit_move_id = l.id AND l.reconciled
                            AND money.move_type <> 'out_refund'
                            AND NOT EXISTS (
                                SELECT 1 FROM account_partial_reconcile x
                                 WHERE x.exchange_move_id = money.id)
                         ) paid ON TRUE
                   WHERE c.id = ANY(%(cases)s)
                     AND (paid.day IS NOT NULL
                          OR l.reconciled IS NOT TRUE AND l.date_maturity < %(today)s)
                )
                SELECT case_id, COUNT(*), COUNT(*) FILTER (WHERE days_late <= %(grace)s),
                       percentile_disc(0.5) WITHIN GROUP (ORDER BY days_late)
                  FROM debts GROUP BY case_id
                """,
                cases=self.ids,
                today=company._ar_today(),
                since=company._ar_today() - timedelta(days=RATING_DAYS),
                grace=company.ar_promise_tolerance_days,
                companies=self.env["ar.credit.exposure"]._get_company_ids(company),
            )
        )
        broken = self._get_broken_promises()
        payers = {case_id: Payer(*values) for case_id, *values in rows}
        for case_id, count in broken.items():
            payers[case_id] = payers.get(case_id, Payer())._replace(broken=count)
        return payers

    def _get_broken_promises(self):
        """Give {case id: promises of a year that were not kept}.

        A promise is broken when its invoice, or its debt, was still open after the day
        promised and the days in which money may be on its way.
        """
        company = self.company_id
        today = company._ar_today()
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT c.id, COUNT(DISTINCT h.id)
                      FROM ar_collection_case c
                      JOIN ar_collection_case own ON own.partner_id = c.partner_id
                       AND own.company_id = ANY(%(companies)s)
                      JOIN ar_collection_hold h
                        ON h.case_id = own.id AND h.reason = 'promise'
                       AND h.until BETWEEN %(since)s AND %(today)s
                 LEFT JOIN ar_followup_item i ON i.id = h.item_id
                      JOIN account_move_line l
                        ON l.id = i.move_line_id OR l.move_id = h.move_id
                      JOIN account_account a
                        ON a.id = l.account_id AND a.account_type = 'asset_receivable'
                     WHERE c.id = ANY(%(cases)s) AND l.parent_state = 'posted'
                       AND l.balance > 0 AND h.until < %(today)s
                       AND (l.reconciled IS NOT TRUE OR (
                            SELECT MAX(other.date)
                              FROM account_partial_reconcile r
                              JOIN account_move_line other ON other.id = r.credit_move_id
                             WHERE r.debit_move_id = l.id) > h.until)
                  GROUP BY c.id
                    """,
                    cases=self.ids,
                    companies=self.env["ar.credit.exposure"]._get_company_ids(company),
                    since=today - timedelta(days=RATING_DAYS),
                    today=today,
                )
            )
        )

    def _write_ratings(self, rows):
        """Write the ratings that have changed, in one statement."""
        if not rows:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE ar_collection_case c
                   SET payer_rating = v.rating, rated_debts = v.debts,
                       rated_on_time = v.on_time, rated_days_late = v.days_late,
                       rated_broken_promises = v.broken
                  FROM %s
                 WHERE v.id = c.id
                   AND (c.payer_rating, c.rated_debts, c.rated_on_time, c.rated_days_late,
                        c.rated_broken_promises)
                       IS DISTINCT FROM (v.rating, v.debts, v.on_time, v.days_late, v.broken)
                """,
                as_table(_COLUMNS, rows),
            )
        )
        self.invalidate_recordset()
