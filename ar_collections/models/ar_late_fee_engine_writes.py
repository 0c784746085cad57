"""Writing charges: one insert for a batch, exactly once by the unique indexes."""

import json

from odoo import models
from odoo.tools import SQL

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
    "example": "text",
}


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
            vals["example"] = json.dumps(vals["example"])
            values.append(tuple(vals[name] for name in _COLUMNS))
        columns = SQL(", ").join(SQL.identifier(name) for name in _COLUMNS)
        picked = SQL(", ").join(
            SQL("v.example::jsonb") if name == "example" else SQL("v.%s", SQL.identifier(name))
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
                """,
                columns=columns,
                picked=picked,
                user=self.env.uid,
                rows=as_table(_COLUMNS, values),
            ),
            log_exceptions=False,
        )
        self._forget_charges()

    def _forget_charges(self):
        self.env["ar.late.fee"].invalidate_model(flush=False)
        for model, name in (
            ("account.move", "ar_late_fee_ids"),
            ("ar.followup.item", "late_fee_ids"),
            ("ar.followup.notice", "late_fee_ids"),
        ):
            self.env[model].invalidate_model([name], flush=False)

    def _get_values(self, company, made, day):
        """Give the values of a charge, as the ORM would take them."""
        rule, row, charge, announcement = made
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
        if not parts:
            amount = charge.amount if charge.uncut is None else charge.uncut
            parts = [{"base": str(charge.base), "amount": str(amount)}]
            if charge.percent is not None:
                parts[0]["rate"] = str(charge.percent)
        if charge.uncut is not None:
            parts.append({"uncut": str(charge.uncut), "amount": str(charge.amount)})
        return parts

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
