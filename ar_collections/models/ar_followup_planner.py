"""Planning: facts, decision, and the notices that follow, batch by batch."""

import logging
from collections import Counter

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.ladder import SAID, decide, held_since

_logger = logging.getLogger(__name__)


class ArFollowupPlanner(models.AbstractModel):
    _name = "ar.followup.planner"
    _description = "Planner of Follow-up Runs"

    # === SEAM === #

    @api.model
    def _decide(self, customer, debts, rules, day):
        """Decide for one customer; other addons refine the result of the pure ladder.

        :rtype: odoo.addons.ar_collections.tools.ladder.Decision
        """
        return decide(customer, debts, rules, day)

    # === ENTRY POINTS === #

    @api.model
    def _plan_batch(self, run, batch):
        """Plan the customers of a batch, one by one where they fail together."""
        partner_ids = self._get_partner_ids(run, batch)
        try:
            with self.env.cr.savepoint():
                reasons = self._plan_partners(run, partner_ids)
        except Exception:
            _logger.warning("Batch %s of run %s failed as a whole", batch.id, run.id)
            reasons = self._plan_one_by_one(run, batch, partner_ids)
        self._log_reasons(run, batch, reasons)
        batch.is_done = True

    @api.model
    def _preview(self, run):
        """Give what `run` would say, as a list of dicts; nothing is written."""
        return [
            self._preview_line(customer, proposal, line)
            for customer, _policy, decision in self._decide_all(
                run, self._get_open_partner_ids(run)
            )
            for proposal in decision.proposals
            for line in proposal.climbing
        ]

    @api.model
    def _get_open_partner_ids(self, run):
        """Give the customers with open lines whom `run` concerns, stored or not."""
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT p.commercial_partner_id
                  FROM account_move_line l JOIN res_partner p ON p.id = l.partner_id
                 WHERE %s
                """,
                self.env["ar.followup.facts"]._get_lines_condition(run.company_id),
            )
        )
        partner_ids = {row[0] for row in rows}
        if run.partner_ids:
            partner_ids &= set(run.partner_ids.commercial_partner_id.ids)
        return sorted(partner_ids)

    @api.model
    def _ensure_items(self, company, partner_ids):
        """Put debts on the ladder that no run has seen yet, without proposing anything.

        :raise UserError: where follow-up is not switched on; which debts wait for the
            opening review is only known with the start date
        """
        if not company._ar_get_settings_company().ar_start_date:
            raise UserError(
                self.env._(
                    "Follow-up is not switched on for %(company)s: "
                    "switch on one of its policies first.",
                    company=company.name,
                )
            )
        self.env["ar.followup.item"]._match_rebuilt_moves(company, partner_ids)
        self.env["ar.collection.case"]._ensure_cases(company, partner_ids)
        self._refresh(company, partner_ids, is_adding=True)

    @api.model
    def _refresh(self, company, partner_ids, *, is_adding=False):
        """Decide anew what comes next for customers, without proposing anything.

        :param is_adding: put debts on the ladder that are not on it yet
        """
        run = self.env["ar.followup.run"].new({"company_id": company.id})
        run.as_of = company._ar_today()
        lines = [
            (customer, line)
            for customer, _policy, decision in self._decide_all(run, partner_ids)
            for line in decision.lines
        ]
        self._write_outlooks(lines, run.as_of, company if is_adding else None)

    # === DECIDE === #

    def _get_partner_ids(self, run, batch):
        """Give the customers of a batch who have open lines (and are chosen)."""
        chosen = SQL("TRUE")
        if run.partner_ids:
            chosen = SQL(
                "p.commercial_partner_id = ANY(%s)",
                run.partner_ids.commercial_partner_id.ids,
            )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT p.commercial_partner_id
                  FROM account_move_line l JOIN res_partner p ON p.id = l.partner_id
                 WHERE %s AND %s AND p.commercial_partner_id BETWEEN %s AND %s
              ORDER BY p.commercial_partner_id
                """,
                self.env["ar.followup.facts"]._get_lines_condition(run.company_id),
                chosen,
                batch.partner_from,
                batch.partner_to,
            )
        )
        return [row[0] for row in rows]

    def _decide_all(self, run, partner_ids):
        """Give (customer, policy, decision) of customers with open debts."""
        company, day = run.company_id, run.as_of
        rules = {}
        facts = self.env["ar.followup.facts"]._gather(company, partner_ids, day, run=run)
        for customer, debts, policy in facts:
            if policy.id not in rules:
                rules[policy.id] = policy._get_rules(company, day) if policy else None
            yield customer, policy, self._decide(customer, debts, rules[policy.id], day)

    # === WRITE === #

    def _plan_partners(self, run, partner_ids):
        """Plan customers in one go.

        :return: Counter of the reasons of their debts
        """
        company = run.company_id
        self.env["ar.followup.item"]._match_rebuilt_moves(company, partner_ids)
        self.env["ar.collection.case"]._ensure_cases(company, partner_ids)
        decisions = list(self._decide_all(run, partner_ids))
        decisions = self._apply_run_limit(run, decisions)
        lines = [
            (customer, line)
            for customer, _policy, decision in decisions
            for line in decision.lines
        ]
        items = self._write_outlooks(lines, run.as_of, company)
        self._write_notices(run, decisions, items)
        return Counter(line.step.reason for _customer, line in lines)

    def _plan_one_by_one(self, run, batch, partner_ids):
        reasons = Counter()
        for partner_id in partner_ids:
            try:
                with self.env.cr.savepoint():
                    reasons += self._plan_partners(run, [partner_id])
            except Exception as error:
                _logger.info("Customer %s failed", partner_id, exc_info=True)
                self.env["ar.followup.run.entry"].create(
                    {
                        "run_id": run.id,
                        "batch_id": batch.id,
                        "is_failure": True,
                        "partner_id": partner_id,
                        "message": str(error)[:500],
                    }
                )
        return reasons

    def _log_reasons(self, run, batch, reasons):
        self.env["ar.followup.run.entry"].create(
            [
                {"run_id": run.id, "batch_id": batch.id, "reason": reason, "debts": count}
                for reason, count in reasons.items()
            ]
        )

    def _apply_run_limit(self, run, decisions):
        """Keep the notices of the day under the company's maximum, oldest debts first."""
        limit = run.company_id._ar_get_settings_company().ar_max_per_day
        if not limit:
            return decisions
        self.env.cr.execute(
            SQL("SELECT id FROM ar_followup_run WHERE id = %s FOR UPDATE", run.id)
        )
        used = self.env["ar.followup.notice"].search_count(
            [
                ("company_id", "=", run.company_id.id),
                ("as_of", "=", run.as_of),
                ("state", "!=", "cancelled"),
                ("is_test", "=", run.is_test),
            ]
        )
        limited = []
        for customer, policy, decision in decisions:
            allowed = decision.proposals[: max(limit - used, 0)]
            used += len(allowed)
            if len(allowed) < len(decision.proposals):
                said = {line.debt.line_id for proposal in allowed for line in proposal.climbing}
                decision = decision._replace(  # noqa: PLW2901
                    proposals=allowed,
                    lines=[
                        line
                        if line.step.reason not in SAID or line.debt.line_id in said
                        else line._replace(step=line.step._replace(reason="run_limit"))
                        for line in decision.lines
                    ],
                )
            limited.append((customer, policy, decision))
        return limited

    def _write_outlooks(self, lines, day, company=None):
        """Write what comes next for debts: new items, and what has changed.

        SQL: one statement each for a batch of thousands of debts; the items have
        no stored computed field and no tracking.

        :return: {line id: item id}
        """
        items = {line.debt.line_id: line.debt.item_id for _customer, line in lines}
        new = [pair for pair in lines if pair[1].debt.item_id is None]
        known = [pair for pair in lines if pair[1].debt.item_id is not None]
        if company:
            items.update(self._insert_items(new, day, company))
        self._update_items(known, day)
        if lines:
            self.env["ar.followup.item"].invalidate_model()
        return items

    def _outlook(self, line, day):
        step = line.step
        return (step.reason, step.level.id if step.level else None, step.day)

    def _insert_items(self, lines, day, company):
        if not lines:
            return {}
        values = [
            (
                customer.case_id,
                company.id,
                customer.partner_id,
                line.debt.move_id,
                line.debt.line_id,
                line.debt.due,
                line.debt.currency_id,
                line.step.passed[-1].days if line.step.passed else 0,
                line.debt.review,
                held_since(line, day),
                *self._outlook(line, day),
                self.env.uid,
            )
            for customer, line in lines
        ]
        rows = self.env.cr.execute_values(
            """
            INSERT INTO ar_followup_item
                   (case_id, company_id, partner_id, move_id, move_line_id, due_date,
                    currency_id, rung_days, review_state, held_since,
                    reason, next_level_id, next_date, create_uid,
                    round, occurrence, has_courtesy, courtesy_days, create_date)
            VALUES %s
                ON CONFLICT (move_line_id) DO NOTHING
         RETURNING move_line_id, id
            """,
            values,
            template="(%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s::date,%s,"
            "1,1,FALSE,0,now() AT TIME ZONE 'UTC')",
            page_size=1000,
            fetch=True,
        )
        self._log_passed([pair for pair in lines if pair[1].step.passed], dict(rows), day)
        return dict(rows)

    def _update_items(self, lines, day):
        changed = [
            (
                line.debt.item_id,
                line.debt.due,
                line.debt.round,
                line.step.passed[-1].days if line.step.passed else line.debt.rung,
                line.debt.occurrence,
                line.debt.courtesy is not None,
                line.debt.courtesy or 0,
                line.debt.last_notice,
                line.debt.deadline,
                held_since(line, day),
                *self._outlook(line, day),
            )
            for _customer, line in lines
            if self._is_changed(line, day)
        ]
        if not changed:
            return
        self.env.cr.execute_values(
            """
            UPDATE ar_followup_item i
               SET due_date = v.due_date::date, round = v.round, rung_days = v.rung_days,
                   occurrence = v.occurrence, has_courtesy = v.has_courtesy,
                   courtesy_days = v.courtesy_days,
                   last_notice_date = v.last_notice_date::date,
                   deadline = v.deadline::date, held_since = v.held_since::date,
                   reason = v.reason, next_level_id = v.next_level_id::int,
                   next_date = v.next_date::date
              FROM (VALUES %s) AS v (
                   id, due_date, round, rung_days, occurrence, has_courtesy,
                   courtesy_days, last_notice_date, deadline, held_since,
                   reason, next_level_id, next_date)
             WHERE i.id = v.id
            """,
            changed,
            page_size=1000,
        )
        passed = [pair for pair in lines if pair[1].step.passed]
        self._log_passed(passed, {line.debt.line_id: line.debt.item_id for _c, line in passed}, day)

    def _is_changed(self, line, day):
        debt = line.debt
        return (
            debt.outlook != self._outlook(line, day)
            or debt.said_due != debt.due
            or bool(line.step.passed)
            or debt.held_since != held_since(line, day)
        )

    def _log_passed(self, lines, items, day):
        """Keep on record which levels were passed over (L4)."""
        self.env["ar.followup.event"].create(
            [
                {
                    "case_id": customer.case_id,
                    "item_id": items[line.debt.line_id],
                    "code": "level_passed",
                    "note": self.env._("Level of day %(days)s", days=level.days),
                    "date": day,
                }
                for customer, line in lines
                if line.debt.line_id in items
                for level in line.step.passed
            ]
        )

    # === NOTICES === #

    def _write_notices(self, run, decisions, items):
        """Write the proposed notices and their lines.

        SQL: one statement per table for a batch; models written so have no stored
        computed fields and no tracking (a test compares with one made by the ORM).
        """
        proposals = [
            (customer, policy, proposal)
            for customer, policy, decision in decisions
            for proposal in decision.proposals
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

    def _preview_line(self, customer, proposal, line):
        return {
            "partner_id": customer.partner_id,
            "recipient_id": proposal.recipient_id,
            "channel": proposal.channel,
            "level_id": line.step.level.id,
            "move_line_id": line.debt.line_id,
            "due_date": line.debt.due,
            "open_amount": line.debt.open,
            "claim": line.claim,
            "currency_id": line.debt.currency_id,
            "reason": line.step.reason,
        }
