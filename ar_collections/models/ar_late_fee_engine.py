"""Proposing charges: facts by SQL, a pure decision, one insert for a batch."""

import json
import logging
from collections import defaultdict
from datetime import date
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..const import CUSTOMER_STOPS
from ..tools.charges import Change, Charged, LateDebt, propose, reminder_charge
from ..tools.interest import MissingRateError

_logger = logging.getLogger(__name__)
BATCH_DEBTS = 2000


class ArLateFeeEngine(models.AbstractModel):
    _name = "ar.late.fee.engine"
    _description = "Engine of Late Fees and Interest"

    # === ENTRY POINTS === #

    @api.model
    def _propose_for_company(self, company, day):
        """Propose what debts of `company` bear on `day`, batch by batch.

        Open overdue debts, and those settled late whose interest is not charged yet.

        :return: number of charges proposed
        """
        if not self.env["ar.late.fee.rule"]._get_candidates(company):
            return 0
        self._flush()
        count, last = 0, 0
        while line_ids := self._find_candidates(company, day, last):
            count += self._propose_for_lines(company, line_ids, day)
            last = line_ids[-1]
            self.env["ar.followup.run"]._commit_progress(len(line_ids))
        return count

    @api.model
    def _propose_for_lines(self, company, line_ids, day, notices=None):
        """Propose what debts bear; what was charged stays charged once.

        :param notices: {item id: notice} when notices go out for the debts
        :return: number of charges proposed
        """
        if not line_ids:
            return 0
        rows = self._read_debts(company, line_ids, day)
        rules = self.env["ar.late.fee.rule"]._get_candidates(company)
        charged = self._read_charged(rows, rules)
        terms, values = {}, []
        for row in rows:
            rule = self._choose_rule(rules, row)
            if not rule:
                continue
            key = (rule.id, row["currency_id"])
            if key not in terms:
                currency = self.env["res.currency"].browse(row["currency_id"])
                terms[key] = rule._get_terms(currency, company, day)
            notice = (notices or {}).get(row["item_id"])
            debt = self._get_debt(row, charged.get((row["item_id"], rule.id), ()))
            values += [
                self._get_values(company, rule, row, charge, day, notice)
                for charge in self._decide(rule, debt, terms[key], day, notice)
            ]
        return self._insert(values)

    @api.model
    def _charge_notices(self, notices, day):
        """Propose, and book where the rule says so, what notices announce.

        In the transaction of the notice and before its text is made: what cannot be
        booked stops the notice with the reason.
        """
        real = notices.filtered(lambda n: not n.is_test and n.level_days > 0)
        real = real.filtered(lambda n: n.level_id.charge_mode != "none")
        for company, group in real.grouped("company_id").items():
            lines = group.line_ids.filtered(
                lambda line: line.role == "climbing" and line.is_open and line.level_days > 0
            )
            by_item = {line.item_id.id: line.notice_id for line in lines}
            self._propose_for_lines(company, lines.move_line_id.ids, day, by_item)
            self._add_reminder_fees(company, group, day)
            charges = self.env["ar.late.fee"].search(
                [
                    ("item_id", "in", lines.item_id.ids),
                    ("state", "=", "proposed"),
                    ("rule_id.mode", "=", "automatic"),
                ]
            )
            charges.notice_id = False
            for notice in group:
                mine = charges.browse(
                    charge.id
                    for charge in charges
                    if by_item[charge.item_id.id] == notice
                )
                mine.notice_id = notice
                mine._book(notice.deadline)

    # === SEAM === #

    @api.model
    def _decide(self, rule, debt, terms, day, notice):
        """Decide for one debt; other addons refine the result of the pure arithmetic.

        :raise UserError: when a reference rate is not known, named with the day
        """
        try:
            return propose(debt, terms, day, "notice" if notice else "pass")
        except MissingRateError as error:
            raise UserError(
                self.env._(
                    "“%(rule)s” cannot be computed: no value of %(rate)s is known for "
                    "%(day)s. Enter it under Reference rates.",
                    rule=rule.name,
                    rate=error.name,
                    day=error.day,
                )
            ) from error

    # === FACTS === #

    def _find_candidates(self, company, day, last):
        """Find the next debts that may bear a charge: open ones, and late matches
        that no interest has followed up yet.

        SQL: keyset paging over all receivable lines of a company.
        """
        accounts = self.env["ar.followup.facts"]._get_receivable_accounts(company)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.id
                  FROM account_move_line l
                  JOIN account_move m ON m.id = l.move_id
                 WHERE l.id > %(last)s
                   AND l.account_id = ANY(%(accounts)s)
                   AND l.company_id = %(company)s
                   AND l.parent_state = 'posted'
                   AND l.amount_currency > 0
                   AND l.date_maturity < %(day)s
                   AND m.move_type IN ('out_invoice', 'out_receipt')
                   AND m.ar_is_charge IS NOT TRUE
                   AND (l.reconciled IS NOT TRUE OR EXISTS (
                        SELECT 1
                          FROM account_partial_reconcile r
                         WHERE r.debit_move_id = l.id
                           AND r.max_date > l.date_maturity
                           AND r.create_date >= %(since)s))
              ORDER BY l.id
                 LIMIT %(limit)s
                """,
                last=last,
                accounts=accounts.ids or [0],
                company=company.id,
                day=day,
                since=company._ar_get_charged_since(),
                limit=BATCH_DEBTS,
            )
        )
        return [row[0] for row in rows]

    def _read_debts(self, company, line_ids, day):
        """Read debts with their matches: stretches end on the counterpart's own date.

        A credit note counts from its invoice date; matches with exchange entries
        have no amount in the debt's currency and are left out.
        """
        self._flush()
        self._ensure_items(company, line_ids)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.id, l.move_id, i.id, i.case_id, i.round, cp.id,
                       l.currency_id, cur.rounding::text, l.date_maturity,
                       l.amount_currency::text,
                       COALESCE(cp.ar_customer_kind, 'consumer'),
                       cp.ar_is_kind_confirmed, cp.country_id,
                       matches.changes,
                       ARRAY(SELECT product_id FROM account_move_line
                              WHERE move_id = l.move_id AND product_id IS NOT NULL)
                  FROM account_move_line l
                  JOIN account_move m ON m.id = l.move_id
                  JOIN ar_followup_item i ON i.move_line_id = l.id
                  JOIN res_partner p ON p.id = l.partner_id
                  JOIN res_partner cp ON cp.id = p.commercial_partner_id
                  JOIN res_currency cur ON cur.id = l.currency_id
             LEFT JOIN LATERAL (
                    SELECT json_agg(json_build_array(
                               CASE WHEN cm.move_type = 'out_refund'
                                    THEN COALESCE(cm.invoice_date, c.date)
                                    ELSE c.date END,
                               r.debit_amount_currency::text)) AS changes
                      FROM account_partial_reconcile r
                      JOIN account_move_line c ON c.id = r.credit_move_id
                      JOIN account_move cm ON cm.id = c.move_id
                     WHERE r.debit_move_id = l.id AND r.debit_amount_currency <> 0
                   ) matches ON TRUE
                 WHERE l.id = ANY(%s)
                   AND m.ar_is_charge_exempt IS NOT TRUE
                   AND cp.ar_is_charge_exempt IS NOT TRUE
                   AND l.no_followup IS NOT TRUE
                   AND NOT EXISTS (
                        SELECT 1 FROM ar_collection_hold h
                         WHERE h.case_id = i.case_id AND h.active
                           AND h.reason = ANY(%s)
                           AND h.date <= %s AND (h.until IS NULL OR h.until >= %s))
              ORDER BY l.id
                """,
                list(line_ids),
                sorted(CUSTOMER_STOPS),
                day,
                day,
            )
        )
        names = (
            "line_id", "move_id", "item_id", "case_id", "round", "partner_id",
            "currency_id", "rounding", "due", "amount", "kind", "is_confirmed",
            "country_id", "changes", "product_ids",
        )  # fmt: skip
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _flush(self):
        for model in (
            "account.move",
            "account.move.line",
            "account.partial.reconcile",
            "ar.collection.hold",
            "res.partner",
        ):
            self.env[model].flush_model()

    def _ensure_items(self, company, line_ids):
        """Put debts on the ladder's books that were settled before a run saw them."""
        lines = self.env["account.move.line"].browse(line_ids)
        partners = lines.partner_id.commercial_partner_id
        cases = self.env["ar.collection.case"]._ensure_cases(company, partners.ids)
        missing = self.env.execute_query(
            SQL(
                """
                SELECT l.id, l.move_id, l.date_maturity, l.currency_id,
                       p.commercial_partner_id
                  FROM account_move_line l
                  JOIN res_partner p ON p.id = l.partner_id
                 WHERE l.id = ANY(%s)
                   AND NOT EXISTS (
                        SELECT 1 FROM ar_followup_item i WHERE i.move_line_id = l.id)
                """,
                list(line_ids),
            )
        )
        self.env["ar.followup.item"].create(
            [
                {
                    "move_line_id": line_id,
                    "move_id": move_id,
                    "due_date": due,
                    "currency_id": currency_id,
                    "partner_id": partner_id,
                    "company_id": company.id,
                    "case_id": cases[partner_id],
                }
                for line_id, move_id, due, currency_id, partner_id in missing
            ]
        )
        self.env["ar.followup.item"].flush_model()

    def _read_charged(self, rows, rules):
        """Give {(item id, rule id): [Charged]} and mark invoices with a flat sum."""
        self.env["ar.late.fee"].flush_model()
        found = self.env.execute_query(
            SQL(
                """
                SELECT item_id, move_id, rule_id, kind, key, date,
                       computed_amount::text, date_to
                  FROM ar_late_fee
                 WHERE move_id = ANY(%s) AND rule_id = ANY(%s) AND state <> 'cancelled'
                """,
                [row["move_id"] for row in rows],
                rules.ids,
            )
        )
        charged, flat = defaultdict(list), set()
        for item_id, move_id, rule_id, kind, key, day, amount, end in found:
            charged[item_id, rule_id].append(Charged(kind, key, day, Decimal(amount), end))
            if kind == "flat":
                flat.add(move_id)
        for row in rows:
            row["has_flat_sum"] = row["move_id"] in flat
            if not row["has_flat_sum"]:
                # The first instalment of an invoice takes its flat sum.
                flat.add(row["move_id"])
        return charged

    def _get_debt(self, row, charged):
        return LateDebt(
            due=row["due"],
            amount=Decimal(row["amount"]),
            changes=tuple(
                Change(date.fromisoformat(day), Decimal(amount))
                for day, amount in row["changes"] or ()
            ),
            charged=tuple(charged),
            has_flat_sum=row["has_flat_sum"],
            unit=Decimal(row["rounding"]).normalize(),
        )

    def _choose_rule(self, rules, row):
        """Give the first rule that fits a debt; none while the kind is not confirmed."""
        if not row["is_confirmed"]:
            return None
        for rule in rules:
            is_exempt = not set(row["product_ids"]).isdisjoint(rule.exempt_product_ids._ids)
            if is_exempt:
                continue
            if rule._fits(row["partner_id"], row["kind"], row["country_id"], row["due"]):
                return rule
        return None

    # === REMINDER FEES === #

    def _add_reminder_fees(self, company, notices, day):
        """Take a reminder fee per notice, or per debt where the rule says so (G12)."""
        rules = self.env["ar.late.fee.rule"]._get_candidates(company)
        rules = rules.filtered("reminder_fee")
        if not rules:
            return
        values = []
        for notice in notices:
            lines = notice._get_lines("climbing").filtered(lambda line: line.level_days > 0)
            values += self._get_reminder_values(company, rules, notice, lines, day)
        self._insert(values)

    def _get_reminder_values(self, company, rules, notice, lines, day):
        rows = self._read_debts(company, lines.move_line_id.ids, day)
        charged = self._read_charged(rows, rules)
        values = []
        for row in sorted(rows, key=lambda row: row["due"]):
            rule = self._choose_rule(rules, row)
            if not rule:
                continue
            currency = self.env["res.currency"].browse(row["currency_id"])
            terms = rule._get_terms(currency, company, day)
            debt = self._get_debt(row, charged.get((row["item_id"], rule.id), ()))
            is_first = not self._was_reminded(row["item_id"], row["round"])
            charge = reminder_charge(debt, terms, day, is_first=is_first)
            if charge is None:
                continue
            level = notice.level_id
            key = (
                f"item {row['item_id']} round {row['round']} level {level.id}"
                if rule.is_reminder_per_debt
                else f"notice {notice.id}"
            )
            charge = charge._replace(key=key)
            values.append(self._get_values(company, rule, row, charge, day, notice))
            if not rule.is_reminder_per_debt:
                break
        return values

    def _was_reminded(self, item_id, round_):
        """Tell whether a notice after due went out before for the debt."""
        return bool(
            self.env["ar.followup.notice.line"].search_count(
                [
                    ("item_id", "=", item_id),
                    ("round", "=", round_),
                    ("role", "=", "climbing"),
                    ("level_days", ">", 0),
                    ("is_cancelled", "=", False),
                    ("notice_id.state", "=", "done"),
                ],
                limit=1,
            )
        )

    # === WRITE === #

    def _get_values(self, company, rule, row, charge, day, notice):
        """Give the values of a charge, in the order of `_insert`."""
        return (
            rule.id,
            charge.kind,
            charge.key,
            "memo" if rule.mode == "memo" else "proposed",
            company.id,
            row["case_id"],
            row["partner_id"],
            row["item_id"],
            row["move_id"],
            notice.id if notice else None,
            notice.level_id.id if notice else None,
            row["round"],
            day,
            charge.start,
            charge.end,
            row["currency_id"],
            charge.base,
            charge.percent,
            charge.amount,
            charge.amount,
            json.dumps(self._get_example(rule, charge)),
            self.env.uid,
        )

    def _get_example(self, rule, charge):
        """Give the worked example: stretches with dates, days, base, rate and sum."""
        if charge.kind != "interest":
            percent = f" x {charge.percent} %" if charge.percent else ""
            return [{"formula": f"{charge.base}{percent}", "amount": str(charge.amount)}]
        return [
            {
                "start": stretch.start.isoformat(),
                "end": stretch.end.isoformat(),
                "days": stretch.days,
                "base": str(stretch.base),
                "rate": str(stretch.rate),
                "formula": stretch.formula(rule.day_count),
                "amount": str(stretch.amount),
            }
            for stretch in charge.stretches
        ]

    def _insert(self, values):
        """Insert charges; what another worker has charged meanwhile stays his.

        SQL: one statement for a batch, exactly once by the unique indexes.
        """
        if not values:
            return 0
        rows = self.env.cr.execute_values(
            """
            INSERT INTO ar_late_fee
                   (rule_id, kind, key, state, company_id, case_id, partner_id, item_id,
                    move_id, notice_id, level_id, round, date, date_from, date_to,
                    currency_id, base_amount, percent, computed_amount, amount, example,
                    create_uid, waived_amount, create_date)
            VALUES %s
                ON CONFLICT DO NOTHING
         RETURNING id
            """,
            values,
            template="(%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,"
            "0,now() AT TIME ZONE 'UTC')",
            page_size=1000,
            fetch=True,
        )
        self.env["ar.late.fee"].invalidate_model()
        return len(rows)
