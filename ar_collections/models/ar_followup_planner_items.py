"""What planning writes on debts: items, their outlook, rounds and passed levels.

SQL throughout: one statement for a batch of thousands of debts. The items have no
stored computed field and no tracking; a test compares one with an item of the ORM.
"""

from odoo import models
from odoo.tools import SQL, format_date

from ..tools.ladder import held_since
from ..tools.sql_rows import as_table

_OUTLOOK = {
    "held_since": "date",
    "reason": "varchar",
    "next_level_id": "int",
    "next_date": "date",
}
_NEW_ITEM = {
    "case_id": "int",
    "partner_id": "int",
    "move_id": "int",
    "move_line_id": "int",
    "due_date": "date",
    "passed_days": "int",
    "has_courtesy": "bool",
    "courtesy_days": "int",
    "review_state": "varchar",
    **_OUTLOOK,
}
_KNOWN_ITEM = {
    "id": "int",
    "case_id": "int",
    "partner_id": "int",
    "due_date": "date",
    "round": "int",
    "rung_days": "int",
    "passed_days": "int",
    "occurrence": "int",
    "has_courtesy": "bool",
    "courtesy_days": "int",
    "last_notice_date": "date",
    "deadline": "date",
    **_OUTLOOK,
}


class ArFollowupPlanner(models.AbstractModel):
    _inherit = "ar.followup.planner"

    def _write_outlooks(self, lines, day, company, *, is_test=False):
        """Write what comes next for debts: new items, and what has changed.

        :param lines: list of (Customer, Line)
        :param is_test: no level is passed over
        :return: {line id: item id}
        """
        if is_test:
            lines = [
                (customer, line._replace(step=line.step._replace(passed=())))
                for customer, line in lines
            ]
        items = {line.debt.line_id: line.debt.item_id for _customer, line in lines}
        new = [pair for pair in lines if pair[1].debt.item_id is None]
        changed = [
            pair for pair in lines if pair[1].debt.item_id and self._is_changed(*pair, day)
        ]
        items.update(self._insert_items(new, day, company))
        self._update_items(changed, day)
        if new or changed:
            self.env["ar.followup.item"].invalidate_model()
        self._log_rounds(changed, items, day)
        self._log_passed(new + changed, items, day)
        return items

    def _get_outlook(self, line):
        step = line.step
        return (step.reason, step.level.id if step.level else None, step.day)

    def _get_passed(self, line):
        """Give the days of the highest level after due that was passed over."""
        return max([line.debt.passed, *(level.days for level in line.step.passed)])

    def _get_courtesy(self, line):
        """Give the last courtesy level, said or passed over; ``None``: none yet."""
        passed = [level.days for level in line.step.passed if level.days <= 0]
        return passed[0] if passed else line.debt.courtesy

    def _is_changed(self, customer, line, day):
        debt = line.debt
        return (
            debt.outlook != self._get_outlook(line)
            or debt.said_due != debt.due
            or debt.is_new_round
            or bool(line.step.passed)
            or debt.case_id != customer.case_id
            or debt.held_since != held_since(line, day)
        )

    def _insert_items(self, lines, day, company):
        """Insert items in the order of the ledger: PostgreSQL looks each of their links
        up, and what they point at then lies together.
        """
        if not lines:
            return {}
        values = [
            (
                customer.case_id,
                customer.partner_id,
                line.debt.move_id,
                line.debt.line_id,
                line.debt.due,
                self._get_passed(line),
                self._get_courtesy(line) is not None,
                self._get_courtesy(line) or 0,
                line.debt.review,
                held_since(line, day),
                *self._get_outlook(line),
            )
            for customer, line in lines
        ]
        self._execute(
            SQL(
                """
                INSERT INTO ar_followup_item
                       (company_id, case_id, partner_id, move_id, move_line_id, due_date,
                        passed_days, has_courtesy, courtesy_days, review_state,
                        held_since, reason, next_level_id, next_date,
                        create_date, write_date, round, occurrence, rung_days)
                SELECT %s, v.*, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', 1, 1, 0
                  FROM %s
              ORDER BY v.move_line_id
                    ON CONFLICT (move_line_id) DO NOTHING
             RETURNING move_line_id, id
                """,
                company.id,
                as_table(_NEW_ITEM, values),
            )
        )
        return dict(self.env.cr.fetchall())

    def _update_items(self, lines, day):
        if not lines:
            return
        # A debt that goes to another customer goes with its case.
        values = [
            (
                line.debt.item_id,
                customer.case_id or line.debt.case_id,
                customer.partner_id,
                line.debt.due,
                line.debt.round,
                line.debt.rung,
                self._get_passed(line),
                line.debt.occurrence,
                self._get_courtesy(line) is not None,
                self._get_courtesy(line) or 0,
                line.debt.last_notice,
                line.debt.deadline,
                held_since(line, day),
                *self._get_outlook(line),
            )
            for customer, line in lines
        ]
        self._execute(
            SQL(
                """
                UPDATE ar_followup_item i
                   SET case_id = v.case_id, partner_id = v.partner_id,
                       due_date = v.due_date, round = v.round,
                       rung_days = v.rung_days, passed_days = v.passed_days,
                       rung_level_id = CASE WHEN v.rung_days > 0 THEN i.rung_level_id END,
                       inherited_reminders = CASE WHEN v.round = i.round
                                                  THEN i.inherited_reminders END,
                       occurrence = v.occurrence, has_courtesy = v.has_courtesy,
                       courtesy_days = v.courtesy_days,
                       last_notice_date = v.last_notice_date, deadline = v.deadline,
                       held_since = v.held_since, reason = v.reason,
                       next_level_id = v.next_level_id, next_date = v.next_date
                  FROM %s
                 WHERE i.id = v.id
                """,
                as_table(_KNOWN_ITEM, values),
            )
        )

    # === ON RECORD === #

    def _log_passed(self, lines, items, day):
        """Keep on record which levels were passed over (L4)."""
        self._log_events(
            "level_passed",
            [
                (customer, items[line.debt.line_id], self._describe_passed(level))
                for customer, line in lines
                if line.debt.line_id in items
                for level in line.step.passed
            ],
            day,
        )

    def _log_rounds(self, lines, items, day):
        """Keep on record which debts started a new round, and what was said (L9)."""
        self._log_events(
            "round_started",
            [
                (customer, items[line.debt.line_id], self._describe_round(line))
                for customer, line in lines
                if line.debt.is_new_round
            ],
            day,
        )

    def _describe_passed(self, level):
        return self.env._("Level of day %(days)s", days=level.days)

    def _describe_round(self, line):
        if line.debt.is_taken_over:
            return self.env._("The debt is another customer's now")
        return self.env._(
            "Due date moved to %(due)s", due=format_date(self.env, line.debt.due)
        )

    def _log_events(self, code, rows, day):
        self.env["ar.followup.event"].create(
            [
                {
                    "case_id": customer.case_id,
                    "item_id": item_id,
                    "code": code,
                    "note": note,
                    "date": day,
                }
                for customer, item_id, note in rows
            ]
        )
