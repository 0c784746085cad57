"""What planning writes: notices and their lines."""

from odoo import api, models
from odoo.tools import SQL


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
        self._insert_lines(run, proposals, notice_ids, items)
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
        rows = self.env.cr.execute_values(
            """
            INSERT INTO ar_followup_notice
                   (run_id, case_id, company_id, partner_id, recipient_id, policy_id,
                    level_id, level_days, channel, state, as_of, deadline_days,
                    is_formal, is_test, is_delivered,
                    create_uid, write_uid, create_date, write_date)
            VALUES %s RETURNING id
            """,
            [
                (
                    run.id,
                    customer.case_id,
                    run.company_id.id,
                    customer.partner_id,
                    proposal.recipient_id,
                    policy.id,
                    proposal.level.id,
                    proposal.level.days,
                    proposal.channel,
                    state[proposal.level.id],
                    run.as_of,
                    proposal.deadline_days,
                    proposal.level.is_formal,
                    run.is_test,
                    False,
                    self.env.uid,
                    self.env.uid,
                )
                for customer, policy, proposal in proposals
            ],
            template="(%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,"
            "now() AT TIME ZONE 'UTC',now() AT TIME ZONE 'UTC')",
            page_size=1000,
            fetch=True,
        )
        return [row[0] for row in rows]

    def _insert_lines(self, run, proposals, notice_ids, items):
        values = [
            self._get_line_values(run, notice_id, line, role, items)
            for notice_id, (_customer, _policy, proposal) in zip(
                notice_ids, proposals, strict=True
            )
            for role, lines in (
                ("climbing", proposal.climbing),
                ("overdue", proposal.overdue),
                ("not_due", proposal.not_due),
            )
            for line in lines
        ]
        self._insert_line_values(values)

    @api.model
    def _get_line_values(self, run, notice_id, line, role, items):
        """Give the values of a notice line, in the order of `_insert_line_values`."""
        debt, step = line.debt, line.step
        is_climbing = role == "climbing"
        return (
            notice_id,
            run.company_id.id,
            items.get(debt.line_id),
            role,
            step.level.id if is_climbing else None,
            step.level.days if is_climbing else 0,
            debt.round,
            step.occurrence if is_climbing else 1,
            step.reason if is_climbing else None,
            debt.line_id,
            debt.due,
            (run._get_day() - debt.due).days,
            debt.open,
            line.credit,
            line.held,
            line.claim,
            is_climbing,
            run.is_test,
        )

    @api.model
    def _insert_line_values(self, values):
        """Insert notice lines; what was already said stays said (L9).

        Number, dates and amounts of the invoice are taken in the same statement.
        """
        self.env.cr.execute_values(
            """
            INSERT INTO ar_followup_notice_line
                   (notice_id, company_id, item_id, role, level_id, level_days, round,
                    occurrence, reason, move_line_id, due_date, days_overdue,
                    open_amount, credit_amount, held_amount, claim_amount,
                    is_open, is_test, is_cancelled,
                    move_id, name, invoice_date, currency_id, amount_total,
                    create_date)
            SELECT v.notice_id, v.company_id, v.item_id::int, v.role, v.level_id::int,
                   v.level_days, v.round, v.occurrence, v.reason, v.move_line_id,
                   v.due_date::date, v.days_overdue, v.open_amount, v.credit_amount,
                   v.held_amount, v.claim_amount, v.is_open, v.is_test, FALSE,
                   l.move_id, l.move_name, COALESCE(l.invoice_date, l.date),
                   l.currency_id, l.amount_currency, now() AT TIME ZONE 'UTC'
              FROM (VALUES %s) AS v (
                   notice_id, company_id, item_id, role, level_id, level_days, round,
                   occurrence, reason, move_line_id, due_date, days_overdue,
                   open_amount, credit_amount, held_amount, claim_amount,
                   is_open, is_test)
              JOIN account_move_line l ON l.id = v.move_line_id
                ON CONFLICT (item_id, round, level_id, occurrence)
             WHERE role = 'climbing' AND is_cancelled IS NOT TRUE
               AND is_test IS NOT TRUE
                DO NOTHING
            """,
            values,
            page_size=1000,
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
                notice_ids,
            )
        )
