"""The reads of the facts: journal items, customers, holds, notices."""

from collections import defaultdict
from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..const import CUSTOMER_STOPS
from ..tools.ladder_values import Hold
from ..tools.setoff import Credit
from ..tools.sql_rows import as_array


class ArFollowupFacts(models.AbstractModel):
    _inherit = "ar.followup.facts"

    def _flush_ledger(self):
        """Write what the ORM still holds back before SQL reads it."""
        for model in (
            "account.move.line",
            "account.move",
            "res.partner",
            "ar.followup.item",
        ):
            self.env[model].flush_model()

    def _read_rows(self, company, partner_ids):
        """Read all open receivable lines of customers, credits among them."""
        self._flush_ledger()
        columns = self._get_facts_columns(company)
        query = SQL(
            """
            SELECT %s
              FROM account_move_line l JOIN res_partner p ON p.id = l.partner_id %s
             WHERE %s AND p.commercial_partner_id = ANY(%s)
          ORDER BY p.commercial_partner_id, due, l.id
            """,
            SQL(", ").join(
                SQL("%s AS %s", sql, SQL.identifier(alias))
                for alias, sql in columns.items()
            ),
            self._get_facts_joins(),
            self._get_lines_condition(company),
            as_array(partner_ids),
        )
        start = company._ar_get_settings_company().ar_start_date
        rows = []
        for values in self.env.execute_query(query):
            row = dict(zip(columns, values, strict=True))
            row["amount"] = Decimal(row["open"])
            row["new_review"] = "opening" if start and row["due"] < start else "followed"
            rows.append(row)
        return rows

    def _read_matched_rows(self, company, partner_ids):
        """Read the open lines of customers, once their items fit them.

        Before due dates are written down: they tell which debt is which.
        """
        rows = self._read_rows(company, partner_ids)
        if self.env["ar.followup.item"]._match_rebuilt_moves(rows):
            rows = self._read_rows(company, partner_ids)
        return rows

    # === CUSTOMERS === #

    def _read_partners(self, company, partner_ids, run):
        """Read kind, country, tags, case and last contact of customers."""
        self.env["ar.collection.case"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id, COALESCE(p.ar_customer_kind, 'consumer'), p.country_id,
                       c.id, c.policy_id,
                       CASE WHEN c.last_run_id IS DISTINCT FROM %s
                            THEN c.last_notice_date END,
                       ARRAY(SELECT category_id FROM res_partner_res_partner_category_rel
                              WHERE partner_id = p.id)
                  FROM res_partner p
             LEFT JOIN ar_collection_case c ON c.partner_id = p.id AND c.company_id = %s
                 WHERE p.id = ANY(%s)
                """,
                (run and run._origin.id) or 0,
                company.id,
                as_array(partner_ids),
            )
        )
        names = (
            "partner_id",
            "kind",
            "country_id",
            "case_id",
            "policy_id",
            "last_notice",
            "categories",
        )
        return {row[0]: dict(zip(names, row, strict=True)) for row in rows}

    def _choose_policies(self, company, partners):
        """Give {partner id: policy or empty}: by hand, else the first that fits."""
        candidates = self.env["ar.followup.policy"].sudo()._get_candidates(company)
        empty = candidates.browse()
        chosen, fitting = {}, {}
        for partner in partners.values():
            if partner["policy_id"]:
                policy = candidates.browse(partner["policy_id"])
                is_in_force = policy.is_on and policy.active
                chosen[partner["partner_id"]] = policy if is_in_force else empty
                continue
            # Many customers are alike, and records are slow to ask.
            facts = (partner["kind"], partner["country_id"], frozenset(partner["categories"]))
            if facts not in fitting:
                fits = (policy for policy in candidates if policy._fits(*facts))
                fitting[facts] = next(fits, empty)
            chosen[partner["partner_id"]] = fitting[facts]
        return chosen

    def _read_addresses(self, recipient_ids):
        """Give {recipient id: channels on which an address is known}."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id,
                       COALESCE(email_normalized, '') <> '',
                       COALESCE(NULLIF(street, ''), NULLIF(zip, ''), city, '') <> '',
                       COALESCE(phone, '') <> ''
                  FROM res_partner WHERE id = ANY(%s)
                """,
                as_array(recipient_ids),
            )
        )
        return {
            partner_id: (
                *(("email",) if has_email else ()),
                *(("letter", "post") if has_address else ()),
                *(("sms", "phone") if has_phone else ()),
            )
            for partner_id, has_email, has_address, has_phone in rows
        }

    # === HOLDS === #

    def _read_holds(self, company, rows, partners, day):
        """Read the holds in force on `day`, by customer, by item and by invoice.

        What stops a customer altogether does so in all branches of a company.

        :param partners: what `_read_partners` gives
        """
        self.env["ar.collection.hold"].flush_model()
        found = self.env.execute_query(
            SQL(
                """
                SELECT c.partner_id, h.item_id, h.move_id, h.reason,
                       h.amount::text, h.currency_id, h.until
                  FROM ar_collection_hold h
                  JOIN ar_collection_case c ON c.id = h.case_id
                 WHERE (c.company_id = %(company)s OR h.reason = ANY(%(stops)s))
                   AND (h.item_id = ANY(%(items)s) OR h.move_id = ANY(%(moves)s)
                        OR h.case_id = ANY(ARRAY(
                            SELECT k.id
                              FROM ar_collection_case k
                              JOIN res_company b ON b.id = k.company_id
                             WHERE k.partner_id = ANY(%(partners)s)
                               AND b.parent_path LIKE %(family)s)))
                   AND h.active
                   AND h.date <= %(day)s AND (h.until IS NULL OR h.until >= %(day)s)
              ORDER BY h.id
                """,
                company=company.id,
                stops=sorted(CUSTOMER_STOPS),
                items=as_array(row["item_id"] for row in rows if row["item_id"]),
                moves=as_array({row["move_id"] for row in rows}),
                partners=as_array(partners),
                family=f"{company.root_id.id}/%",
                day=day,
            )
        )
        owners = {row["move_id"]: row["partner_id"] for row in rows}
        holds = _Holds()
        for partner_id, item_id, move_id, reason, amount, currency_id, until in found:
            part = Decimal(amount or 0) or None
            if item_id:
                holds.by_item[item_id].append(Hold(reason, part, until))
            elif move_id and part:
                # A part of an invoice is held once, not once per instalment.
                credit = Credit(reason, part, currency_id, move_id, is_bound=True)
                holds.parts[owners.get(move_id, partner_id)].append(credit)
            elif move_id:
                holds.by_move[move_id].append(Hold(reason, None, until))
            else:
                holds.by_partner[partner_id].append(Hold(reason, None, until))
        return holds

    # === NOTICES === #

    def _read_proposed(self, company, item_ids, except_notice_ids):
        """Give {item id: state of the notice in which it waits} (L8, L9).

        A notice that failed before it was said waits for a person.
        """
        self.env["ar.followup.notice.line"].flush_model()
        self.env["ar.followup.notice"].flush_model()
        if not item_ids:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.item_id, n.state
                  FROM ar_followup_notice_line l
                  JOIN ar_followup_notice n ON n.id = l.notice_id
                 WHERE l.is_open IS TRUE AND l.item_id = ANY(%s)
                   AND n.company_id = %s
                   AND n.state IN ('planned', 'to_approve', 'executing', 'failed')
                   AND n.id <> ALL(%s)
                   AND n.is_test IS NOT TRUE
                """,
                as_array(item_ids),
                company.id,
                as_array(except_notice_ids),
            )
        )
        return dict(rows)

    def _read_formally_told(self, company, partner_ids, day, run):
        """Give the customers to whom another run has sent a formal notice on `day` (L7)."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id FROM ar_followup_notice
                 WHERE company_id = %s AND partner_id = ANY(%s)
                   AND is_formal AND handed_over_on = %s
                   AND run_id IS DISTINCT FROM %s
                   AND state = 'done' AND is_test IS NOT TRUE
                """,
                company.id,
                as_array(partner_ids),
                day,
                (run and run._origin.id) or 0,
            )
        )
        return {partner_id for (partner_id,) in rows}

    def _read_said(self, item_ids):
        """Read what was said for items in their round (L5, L9).

        SQL: OFFSET has PostgreSQL look each item up, while a large run is under way too.

        :param item_ids: items of which a level was said
        :return: {item id: (delivered notices after due, ids of the levels said)}
        """
        if not item_ids:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT i.id,
                       COUNT(*) FILTER (WHERE said.level_days > 0 AND said.is_delivered
                                          AND said.state <> 'cancelled'),
                       ARRAY_AGG(said.level_id)
                  FROM ar_followup_item i
            CROSS JOIN LATERAL (
                    SELECT l.level_id, l.level_days, n.is_delivered, n.state
                      FROM ar_followup_notice_line l
                      JOIN ar_followup_notice n ON n.id = l.notice_id
                     WHERE l.item_id = i.id AND l.round = i.round
                       AND l.role = 'climbing' AND l.is_open IS NOT TRUE
                       AND l.is_cancelled IS NOT TRUE AND l.is_test IS NOT TRUE
                    OFFSET 0) said
                 WHERE i.id = ANY(%s)
              GROUP BY i.id
                """,
                as_array(item_ids),
            )
        )
        return {item_id: (count, level_ids) for item_id, count, level_ids in rows}


class _Holds:
    """The holds of a batch of customers."""

    def __init__(self):
        self.by_partner = defaultdict(list)
        self.by_item = defaultdict(list)
        self.by_move = defaultdict(list)
        # {partner id: what is held of an invoice, as money that covers it}
        self.parts = defaultdict(list)

    def get(self, item_id, move_id):
        """Give the holds of one debt: its own, and those of its invoice."""
        return (*self.by_item.get(item_id, ()), *self.by_move.get(move_id, ()))
