"""Writing charges: one insert for a batch, exactly once by the unique indexes."""

import json

from odoo import models
from odoo.tools import SQL

from ..tools.frozen_terms import freeze
from ..tools.interest import year_days
from ..tools.sql_rows import as_table

_COLUMNS = {
    "rule_id": "int",
    "kind": "varchar",
    "key": "varchar",
    "state": "varchar",
    "company_id": "int",
    "case_id": "int",
    "partner_id": "int",
    "item_id": "int",
    "move_id": "int",
    "notice_id": "int",
    "level_id": "int",
    "round": "int",
    "date": "date",
    "date_from": "date",
    "date_to": "date",
    "currency_id": "int",
    "base_amount": "numeric",
    "percent": "numeric",
    "computed_amount": "numeric",
    "amount": "numeric",
    "reference_id": "int",
    "terms": "text",
    "example": "text",
}
# Sent as text, kept as JSON.
_JSON_COLUMNS = ("terms", "example")


class ArLateFeeEngine(models.AbstractModel):
    _inherit = "ar.late.fee.engine"

    def _insert(self, company, made, day):
        """Insert charges; what another worker has charged meanwhile stays his.

        SQL: one statement for a batch; charges have no stored computed field and no
        tracking. A test compares one with a charge of the ORM.
        """
        if not made:
            return
        items = self._ensure_items(company, [one.row for one in made])
        values = []
        for one in made:
            item_id, case_id = items[one.row.line_id]
            vals = self._get_values(company, one, day)
            vals |= {"item_id": item_id, "case_id": case_id}
            vals |= {name: json.dumps(vals[name]) for name in _JSON_COLUMNS if vals[name]}
            values.append(tuple(vals[name] for name in _COLUMNS))
        columns = SQL(", ").join(SQL.identifier(name) for name in _COLUMNS)
        picked = SQL(", ").join(
            SQL("v.%s::jsonb" if name in _JSON_COLUMNS else "v.%s", SQL.identifier(name))
            for name in _COLUMNS
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO ar_late_fee (%(columns)s, create_uid, write_uid,
                       waived_amount, create_date, write_date)
                SELECT %(picked)s, %(user)s, %(user)s, 0,
                       now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                  FROM %(rows)s
                    ON CONFLICT DO NOTHING
             RETURNING id
                """,
                columns=columns,
                picked=picked,
                user=self.env.uid,
                rows=as_table(_COLUMNS, values),
            ),
            log_exceptions=False,
        )
        self._carry_over([charge_id for (charge_id,) in self.env.cr.fetchall()])
        self._forget_charges()

    def _carry_over(self, charge_ids):
        """Keep on new charges what people have waived or lowered on cancelled ones.

        The ledger has changed and a charge is made anew; what a person has decided on
        it stays. What was credited since the ledger had changed is in the new sum.
        SQL: one statement for a batch.
        """
        if not charge_ids:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE ar_late_fee n
                   SET waived_amount = LEAST(o.waived_amount - o.corrected, n.amount),
                       amount = GREATEST(n.amount - o.forgone, 0),
                       state = CASE WHEN n.amount <= o.forgone
                                    THEN 'waived' ELSE n.state END,
                       waive_note = o.waive_note, waived_by_id = o.waived_by_id,
                       waived_date = o.waived_date
                  FROM (SELECT DISTINCT ON (item_id, rule_id, kind, key) *,
                               COALESCE(corrected_amount, 0) AS corrected,
                               computed_amount - amount
                             - COALESCE(corrected_amount, 0) AS forgone
                          FROM ar_late_fee
                         WHERE state = 'cancelled'
                           AND item_id IN (SELECT item_id FROM ar_late_fee
                                            WHERE id = ANY(%(ids)s))
                      ORDER BY item_id, rule_id, kind, key, id DESC) o
                 WHERE n.id = ANY(%(ids)s) AND n.kind <> 'reminder'
                   AND (o.item_id, o.rule_id, o.kind, o.key)
                     = (n.item_id, n.rule_id, n.kind, n.key)
                   AND o.forgone > 0
                """,
                ids=charge_ids,
            )
        )

    def _forget_charges(self):
        self.env["ar.late.fee"].invalidate_model(flush=False)
        for model, name in (
            ("account.move", "ar_late_fee_ids"),
            ("ar.collection.case", "late_fee_ids"),
            ("ar.followup.item", "late_fee_ids"),
            ("ar.followup.notice", "late_fee_ids"),
        ):
            self.env[model].invalidate_model([name], flush=False)

    def _get_values(self, company, made, day):
        """Give the values of a charge, as the ORM would take them."""
        rule, row, charge, terms, announcement = made
        notice = announcement and announcement.notice
        return {
            "rule_id": rule.id,
            "kind": charge.kind,
            "key": charge.key,
            "state": "memo" if rule.mode == "memo" else "proposed",
            "company_id": company.id,
            "case_id": row.case_id,
            "partner_id": row.partner_id,
            "item_id": row.item_id,
            "move_id": row.move_id,
            "notice_id": notice.id if notice else None,
            "level_id": notice.level_id.id if notice else None,
            "round": row.round,
            "date": day,
            "date_from": charge.start,
            "date_to": charge.end,
            "currency_id": row.currency_id,
            "base_amount": charge.base,
            "percent": charge.percent,
            "computed_amount": charge.amount,
            "amount": charge.amount,
            "reference_id": (charge.kind == "interest" and rule.reference_id.id) or None,
            "terms": freeze(terms, charge.kind),
            "example": self._get_example(rule, charge),
        }

    def _get_example(self, rule, charge):
        """Give the worked example: stretches with dates, days, base, rate and sum."""
        parts = [
            {
                "start": stretch.start.isoformat(),
                "end": stretch.end.isoformat(),
                "days": stretch.days,
                "base": str(stretch.base),
                "rate": str(stretch.rate),
                "year": year_days(rule.day_count, stretch.start),
                "amount": str(stretch.amount),
            }
            for stretch in charge.stretches
        ]
        if rule.is_rounded_daily:
            for part, stretch in zip(parts, charge.stretches, strict=True):
                part["daily"] = str(stretch.amount / stretch.days)
        if not parts:
            parts = self._get_plain_example(charge)
        elif charge.pauses:
            parts = self._with_paused_parts(parts, charge.pauses)
        if charge.rounding:
            parts.append({"rounding": True, "amount": str(charge.rounding)})
        if charge.uncut is not None:
            parts.append({"uncut": str(charge.uncut), "amount": str(charge.amount)})
        return parts

    def _with_paused_parts(self, parts, pauses):
        """Name the days that bear no interest where they come among the stretches."""
        paused = [
            {
                "paused": True,
                "start": pause.start.isoformat(),
                "end": pause.end.isoformat(),
                "days": (pause.end - pause.start).days + 1,
                "amount": "0",
            }
            for pause in pauses
        ]
        return sorted([*parts, *paused], key=lambda part: part["start"])

    def _get_plain_example(self, charge):
        """Give the worked example of a charge that is no interest."""
        amount = charge.amount if charge.uncut is None else charge.uncut
        first = {"base": str(charge.base), "amount": str(amount + charge.deducted)}
        if charge.percent is not None:
            first["rate"] = str(charge.percent)
        if not charge.deducted:
            return [first]
        return [first, {"deducted": str(charge.deducted), "amount": str(amount)}]

    def _ensure_items(self, company, rows):
        """Put debts on the ladder's books that no run has seen (settled before).

        SQL: exactly once by the unique constraint.

        :return: {journal item id: (item id, case id)}
        """
        items = {row.line_id: (row.item_id, row.case_id) for row in rows}
        new = {row.line_id: row for row in rows if row.item_id is None}
        if not new:
            return items
        cases = self.env["ar.collection.case"]._ensure_cases(
            company, list({row.partner_id for row in new.values()})
        )
        columns = {
            "move_line_id": "int",
            "move_id": "int",
            "due_date": "date",
            "partner_id": "int",
            "case_id": "int",
        }
        values = [
            (line_id, row.move_id, row.due, row.partner_id, cases[row.partner_id])
            for line_id, row in new.items()
        ]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO ar_followup_item
                       (move_line_id, move_id, due_date, partner_id, case_id,
                        company_id, review_state, round, occurrence, rung_days,
                        passed_days, create_date, write_date)
                SELECT v.*, %s, 'followed', 1, 1, 0, 0,
                       now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                  FROM %s
                    ON CONFLICT (move_line_id) DO NOTHING
                """,
                company.id,
                as_table(columns, values),
            ),
            log_exceptions=False,
        )
        found = self.env.execute_query(
            SQL(
                "SELECT move_line_id, id, case_id FROM ar_followup_item"
                " WHERE move_line_id = ANY(%s)",
                list(new),
            )
        )
        self.env["ar.followup.item"].invalidate_model()
        return items | {line_id: (item_id, case_id) for line_id, item_id, case_id in found}
