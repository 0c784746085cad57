"""What planning writes: notices and their lines."""

from odoo import api, models
from odoo.tools import SQL

from ..tools.sql_rows import as_array, as_table

_NOTICE = {
    "number": "int",
    "case_id": "int",
    "partner_id": "int",
    "recipient_id": "int",
    "policy_id": "int",
    "level_id": "int",
    "level_days": "int",
    "channel": "varchar",
    "state": "varchar",
    "deadline_days": "int",
    "is_formal": "bool",
}
_LINE = {
    "notice_id": "int",
    "item_id": "int",
    "role": "varchar",
    "level_id": "int",
    "level_days": "int",
    "round": "int",
    "occurrence": "int",
    "reason": "varchar",
    "is_open": "bool",
    "credit_amount": "numeric",
    "held_amount": "numeric",
    "claim_amount": "numeric",
    "move_line_id": "int",
}


class ArFollowupPlanner(models.AbstractModel):
    _inherit = "ar.followup.planner"

    def _write_notices(self, run, decisions, items):
        """Write the proposed notices and their lines.

        SQL: one statement per table for a batch; models written so have no stored
        computed fields and no tracking (a test compares with one made by the ORM).
        """
        proposals = [
            (decided.customer, decided.policy, proposal)
            for decided in decisions
            for proposal in decided.decision.proposals
        ]
        if not proposals:
            return
        levels = self.env["ar.followup.level"].browse(
            {proposal.level.id for _c, _p, proposal in proposals}
        )
        state = {level.id: self._get_first_state(run, level) for level in levels}
        notice_ids = self._insert_notices(run, proposals, state)
        lines = [
            (notice_id, role, line)
            for notice_id, (_c, _p, proposal) in zip(notice_ids, proposals, strict=True)
            for role in ("climbing", "overdue", "not_due")
            for line in getattr(proposal, role)
        ]
        if not self._insert_lines(run, lines, items):
            self._drop_empty_notices(notice_ids)
        self.env["ar.followup.notice"].invalidate_model()
        self.env["ar.followup.notice.line"].invalidate_model()

    def _get_first_state(self, run, level):
        """Ask for approval where level or policy say so, and in the first run (L0, L8)."""
        settings = run.company_id._ar_get_settings_company()
        is_asked = (
            level.is_approval_needed
            or level.policy_id.is_approval_needed
            or not settings.ar_has_approved_run
        )
        return "to_approve" if is_asked else "planned"

    def _insert_notices(self, run, proposals, state):
        """Insert notices; the run tells who has planned them.

        Every link that is written is looked up by PostgreSQL, once for each row.

        :return: their ids, in the order of `proposals`
        """
        values = [
            (
                number,
                customer.case_id,
                customer.partner_id,
                proposal.recipient_id,
                policy.id,
                proposal.level.id,
                proposal.level.days,
                proposal.channel,
                state[proposal.level.id],
                proposal.deadline_days,
                proposal.level.is_formal,
            )
            for number, (customer, policy, proposal) in enumerate(proposals)
        ]
        self._execute(
            SQL(
                """
                INSERT INTO ar_followup_notice
                       (case_id, partner_id, recipient_id, policy_id, level_id, level_days,
                        channel, state, deadline_days, is_formal,
                        run_id, company_id, as_of, is_test, is_delivered,
                        create_date, write_date)
                SELECT v.case_id, v.partner_id, v.recipient_id, v.policy_id, v.level_id,
                       v.level_days, v.channel, v.state, v.deadline_days, v.is_formal,
                       %(run)s, %(company)s, %(day)s, %(is_test)s, FALSE,
                       now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                  FROM %(values)s
              ORDER BY v.number RETURNING id
                """,
                run=run.id,
                company=run.company_id.id,
                day=run.as_of,
                is_test=run.is_test,
                values=as_table(_NOTICE, values),
            )
        )
        return sorted(notice_id for (notice_id,) in self.env.cr.fetchall())

    @api.model
    def _insert_lines(self, run, lines, items):
        """Insert lines of notices; what was already said stays said (L9).

        What the ledger says is taken in the same statement; OFFSET has PostgreSQL look
        the lines up, where it would else read all journal items. What has no invoice
        date was booked by an entry: see `_ar_get_number`.

        :param lines: list of (notice id, role, Line)
        :param items: {line id: item id}
        :return: whether all of them were inserted
        """
        values = [self._get_line_values(*line, items) for line in lines]
        self._execute(
            SQL(
                """
                INSERT INTO ar_followup_notice_line
                       (notice_id, item_id, role, level_id, level_days, round, occurrence,
                        reason, is_open, credit_amount, held_amount, claim_amount,
                        move_line_id, company_id, is_test, is_cancelled,
                        move_id, name, invoice_date, due_date, days_overdue,
                        currency_id, amount_total, open_amount,
                        create_date, write_date)
                SELECT v.*, %(company)s, %(is_test)s, FALSE,
                       l.move_id,
                       COALESCE(CASE WHEN l.invoice_date IS NULL
                                     THEN NULLIF(l.name, '') END, l.move_name),
                       COALESCE(l.invoice_date, l.date),
                       l.due, %(day)s - l.due,
                       l.currency_id, l.amount_currency, l.amount_residual_currency,
                       now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                  FROM %(values)s
                  JOIN LATERAL (
                    SELECT move_id, move_name, name, invoice_date, date, currency_id,
                           amount_currency, amount_residual_currency,
                           COALESCE(date_maturity, date) AS due
                      FROM account_move_line WHERE id = v.move_line_id OFFSET 0
                  ) l ON TRUE
                    ON CONFLICT (item_id, round, level_id, occurrence)
                 WHERE role = 'climbing' AND is_cancelled IS NOT TRUE
                   AND is_test IS NOT TRUE
                    DO NOTHING
                """,
                company=run.company_id.id,
                is_test=run.is_test,
                day=run._get_day(),
                values=as_table(_LINE, values),
            )
        )
        return self.env.cr.rowcount == len(values)

    def _get_line_values(self, notice_id, role, line, items):
        """Give the values of a notice line, in the order of `_LINE`."""
        debt, step = line.debt, line.step
        is_climbing = role == "climbing"
        return (
            notice_id,
            items.get(debt.line_id),
            role,
            step.level.id if is_climbing else None,
            step.level.days if is_climbing else 0,
            debt.round,
            step.occurrence if is_climbing else 1,
            step.reason if is_climbing else None,
            is_climbing,
            line.credit,
            line.held,
            line.claim,
            debt.line_id,
        )

    def _drop_empty_notices(self, notice_ids):
        """Remove notices all of whose lines another worker has said meanwhile."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM ar_followup_notice n
                 WHERE n.id = ANY(%s)
                   AND NOT EXISTS (
                        SELECT 1 FROM ar_followup_notice_line l
                         WHERE l.notice_id = n.id AND l.role = 'climbing')
                """,
                as_array(notice_ids),
            )
        )
