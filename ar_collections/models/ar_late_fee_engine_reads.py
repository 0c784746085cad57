"""Facts for charges: debts with their matches, and what was charged before."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from ..const import CUSTOMER_STOPS
from ..tools.charges import Charged, LateDebt
from ..tools.interest import Change


class DebtRow(NamedTuple):
    """A debt as the ledger has it; amounts as text, in the currency of the debt."""

    line_id: int
    move_id: int
    item_id: int | None
    case_id: int | None
    round: int
    partner_id: int
    currency_id: int
    rounding: str
    due: date
    amount: str
    kind: str
    is_confirmed: bool
    country_id: int | None
    changes: list | None
    product_ids: list | None
    pauses: tuple = ()


class ChargedBefore:
    """What was charged on debts, and is being charged now."""

    def __init__(self, found):
        self._by_line = defaultdict(list)
        self._before_rebuild = defaultdict(list)
        self._rules = defaultdict(set)
        self._flat_moves = set()
        for line_id, move_id, rule_id, item_ids, kind, key, day, amount, *period in found:
            start, end = period
            charged = Charged(kind, key, day, Decimal(amount), end, start)
            self._rules[line_id].add(rule_id)
            self._note(line_id, move_id, charged)
            if item_ids:
                self._before_rebuild[move_id].append((line_id, item_ids, charged))

    def _note(self, line_id, move_id, charged):
        self._by_line[line_id].append(charged)
        if charged.kind == "flat":
            # Once for an invoice, whichever of its instalments was late first.
            self._flat_moves.add(move_id)

    def add(self, made, day):
        """Note charges that are being made."""
        for one in made:
            charge = one.charge
            charged = Charged(
                charge.kind, charge.key, day, charge.amount, charge.end, charge.start
            )
            self._note(one.row.line_id, one.row.move_id, charged)

    def add_more(self, more):
        """Note a charge that was added to another: it has no period of its own."""
        charged = Charged(more.kind, more.key, more.date, Decimal(str(more.amount)), None)
        self._note(more.item_id.move_line_id.id, more.move_id.id, charged)

    def _inherit(self, row):
        """Give what was charged on the invoice before its terms made this debt.

        A stretch charged once is never charged again, however often an invoice is
        cut into other instalments.
        """
        return [
            charged
            for line_id, item_ids, charged in self._before_rebuild.get(row.move_id, ())
            if line_id != row.line_id and row.item_id not in item_ids
        ]

    def get_rule_ids(self, row):
        """Give the ids of the rules under which a debt was charged."""
        return self._rules.get(row.line_id, ())

    def get_debt(self, row):
        """Give a debt as plain values, with all that was charged on it."""
        return LateDebt(
            due=row.due,
            amount=Decimal(row.amount),
            changes=tuple(
                Change(date.fromisoformat(day), Decimal(amount))
                for day, amount in row.changes or ()
            ),
            charged=(*self._by_line.get(row.line_id, ()), *self._inherit(row)),
            has_flat_sum=row.move_id in self._flat_moves,
            unit=Decimal(row.rounding).normalize(),
            pauses=row.pauses,
        )


class ArLateFeeEngine(models.AbstractModel):
    _inherit = "ar.late.fee.engine"

    def _find_candidates(self, company, day, since):
        """Find the debts that may bear a charge: open ones, and settled ones whose
        interest may not be charged yet.

        Those with a match made since a day, or of a later day (post-dated), and those
        of which a charge was taken back since.

        SQL: one statement over the ledger, for ids only.

        :return: journal item ids in order
        """
        self._flush()
        debts = SQL(
            """
              FROM account_move_line l
              JOIN account_move m ON m.id = l.move_id
             WHERE l.account_id = ANY(%s) AND l.company_id = %s
               AND l.parent_state = 'posted' AND l.amount_currency > 0
               AND COALESCE(l.date_maturity, l.date) < %s AND %s
            """,
            self.env["ar.followup.facts"]._get_receivable_accounts(company).ids or [0],
            company.id,
            day,
            self._get_debt_condition(company),
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.id %(debts)s AND l.reconciled IS NOT TRUE
                 UNION
                SELECT l.id %(debts)s AND l.id IN (
                        SELECT r.debit_move_id FROM account_partial_reconcile r
                         WHERE r.create_date >= %(since)s OR r.max_date >= %(since)s)
                 UNION
                SELECT l.id %(debts)s AND l.id IN (
                        SELECT i.move_line_id FROM ar_late_fee f
                          JOIN ar_followup_item i ON i.id = f.item_id
                         WHERE f.state = 'cancelled' AND f.write_date >= %(since)s)
              ORDER BY 1
                """,
                debts=debts,
                since=since,
            )
        )
        return [line_id for (line_id,) in rows]

    def _get_debt_condition(self, company):
        """Give the condition on `l` and `m` for what bears charges."""
        follows = company._ar_get_settings_company().ar_is_following_entries
        return SQL(
            """
            m.ar_is_charge IS NOT TRUE AND m.ar_is_charge_exempt IS NOT TRUE
            AND (m.move_type IN ('out_invoice', 'out_receipt') AND l.no_followup IS NOT TRUE
                 OR %s AND m.move_type = 'entry' AND m.origin_payment_id IS NULL
                    AND m.statement_line_id IS NULL)
            """,
            follows,
        )

    def _read_debts(self, company, line_ids, day, has_products=True, is_bearing=True):
        """Read debts with their matches: stretches end on the counterpart's own date.

        A credit note counts from its invoice date; matches with exchange entries
        have no amount in the debt's currency and are left out. Debts that a person
        has not let onto the ladder, and stopped customers, bear nothing.

        SQL: one statement for a batch, and one for the pauses of its customers.

        :param has_products: read the products of the invoices too
        :param is_bearing: only those that may bear charges today
        :return: list of `DebtRow`, first due first
        """
        if not line_ids:
            return []
        self._flush()
        products = SQL("NULL::int[]")
        if has_products:
            products = SQL(
                "ARRAY(SELECT product_id FROM account_move_line"
                " WHERE move_id = l.move_id AND product_id IS NOT NULL)"
            )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.id, l.move_id, i.id, COALESCE(i.case_id, c.id),
                       COALESCE(i.round, 1), cp.id,
                       l.currency_id, cur.rounding::text, COALESCE(l.date_maturity, l.date),
                       l.amount_currency::text,
                       COALESCE(cp.ar_customer_kind, 'consumer'),
                       cp.ar_is_kind_confirmed IS TRUE, cp.country_id,
                       matches.changes, %(products)s
                  FROM account_move_line l
                  JOIN account_move m ON m.id = l.move_id
                  JOIN res_partner p ON p.id = l.partner_id
                  JOIN res_partner cp ON cp.id = p.commercial_partner_id
                  JOIN res_currency cur ON cur.id = l.currency_id
             LEFT JOIN ar_followup_item i ON i.move_line_id = l.id
             LEFT JOIN ar_collection_case c
                    ON c.partner_id = cp.id AND c.company_id = l.company_id
             LEFT JOIN LATERAL (
                    SELECT json_agg(json_build_array(
                               CASE WHEN om.move_type = 'out_refund'
                                    THEN COALESCE(om.invoice_date, o.date)
                                    ELSE o.date END,
                               r.debit_amount_currency::text)) AS changes
                      FROM account_partial_reconcile r
                      JOIN account_move_line o ON o.id = r.credit_move_id
                      JOIN account_move om ON om.id = o.move_id
                     WHERE r.debit_move_id = l.id AND r.debit_amount_currency <> 0
                   ) matches ON TRUE
                 WHERE l.id = ANY(%(lines)s)
                   AND l.parent_state = 'posted' AND %(bearing)s
              ORDER BY 9, l.id
                """,
                products=products,
                lines=list(line_ids),
                bearing=self._get_bearing_condition(company, day)
                if is_bearing
                else SQL("TRUE"),
            )
        )
        return self._with_pauses(company, [DebtRow(*row) for row in rows])

    def _get_bearing_condition(self, company, day):
        """Give the condition on what `_read_debts` joins for debts that bear charges."""
        return SQL(
            """
            %(debts)s AND cp.ar_is_charge_exempt IS NOT TRUE
            AND CASE WHEN i.id IS NULL
                     THEN COALESCE(l.date_maturity, l.date) >= %(start)s
                     ELSE i.review_state = 'followed' END
            AND NOT EXISTS (
                SELECT 1
                  FROM ar_collection_case k
                  JOIN res_company b ON b.id = k.company_id
                  JOIN ar_collection_hold h ON h.case_id = k.id
                 WHERE k.partner_id = cp.id AND b.parent_path LIKE %(family)s
                   AND h.active AND h.reason = ANY(%(stops)s)
                   AND h.date <= %(day)s AND (h.until IS NULL OR h.until >= %(day)s))
            """,
            debts=self._get_debt_condition(company),
            start=company._ar_get_settings_company().ar_start_date or date.min,
            stops=sorted(CUSTOMER_STOPS),
            family=f"{company.root_id.id}/%",
            day=day,
        )

    def _flush(self):
        for model in (
            "account.move",
            "account.move.line",
            "account.partial.reconcile",
            "ar.collection.case",
            "ar.collection.hold",
            "ar.followup.item",
            "ar.late.fee",
            "res.partner",
        ):
            self.env[model].flush_model()

    def _read_charged(self, rows):
        """Read what was charged on debts, by whatever rule; not what was cancelled.

        What adds to a charge has no period of its own.

        SQL: one statement for a batch.
        """
        if not rows:
            return ChargedBefore(())
        found = self.env.execute_query(
            SQL(
                """
                SELECT i.move_line_id, f.move_id, f.rule_id, f.rebuilt_item_ids,
                       f.kind, f.key, f.date, f.amount::text,
                       CASE WHEN f.supplements_id IS NULL THEN f.date_from END,
                       CASE WHEN f.supplements_id IS NULL THEN f.date_to END
                  FROM ar_late_fee f
             LEFT JOIN ar_followup_item i ON i.id = f.item_id
                 WHERE f.move_id = ANY(%s) AND f.state <> 'cancelled'
                """,
                list({row.move_id for row in rows}),
            )
        )
        return ChargedBefore(found)
