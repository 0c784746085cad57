"""Execution: say what is still true, exactly once, batch by batch."""

import logging
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..const import EXECUTE_BATCH_NOTICES, HELD_BY_FACT, HOLD_REASONS
from ..tools.ladder import SAID

_logger = logging.getLogger(__name__)

# A notice made by hand goes out whatever the clocks of the ladder say,
# but not where a fact or a person holds the debt.
_STOPS_BY_HAND = frozenset(code for code, _label in HELD_BY_FACT + HOLD_REASONS) - {
    "below_minimum",
    "condition",
    "ladder_end",
    "bank_unknown",
    "no_policy",
    "too_few_reminders",
}


class ArFollowupExecutor(models.AbstractModel):
    _name = "ar.followup.executor"
    _description = "Executor of Follow-up Notices"

    # === BATCHES === #

    @api.model
    def _execute_next_batch(self, run):
        """Claim some notices of `run` that no other worker holds, and send them.

        :return: whether there were any
        """
        if not self._may_send(run):
            return False
        notices = self._claim(run)
        if notices:
            self._execute_notices(notices)
        return bool(notices)

    def _may_send(self, run):
        if run._is_replay():
            return True
        settings = run.company_id._ar_get_settings_company()
        return not settings.ar_is_paused and run.company_id._ar_is_window_open()

    def _claim(self, run):
        """Lock planned notices whose policy works today.

        Cursors read a snapshot: the lock is the transaction's first statement, so
        that everything read after it is true while the lock is held.
        """
        closed = self._get_closed_policies(run)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM ar_followup_notice
                 WHERE run_id = %s AND state IN ('planned', 'executing')
                   AND policy_id <> ALL(%s)
              ORDER BY partner_id, id LIMIT %s
                   FOR UPDATE SKIP LOCKED
                """,
                run.id,
                closed,
                EXECUTE_BATCH_NOTICES,
            )
        )
        return self.env["ar.followup.notice"].browse(row[0] for row in rows)

    def _get_closed_policies(self, run):
        day = run._get_day()
        policies = run.notice_ids.policy_id
        return [
            policy.id
            for policy in policies
            if not policy._get_business_days(run.company_id, day).is_open(day)
        ]

    # === EXECUTE === #

    @api.model
    def _execute_notices(self, notices):
        """Check notices again and hand them over; one by one where a batch fails."""
        try:
            with self.env.cr.savepoint():
                self._execute(notices)
        except Exception:
            _logger.info("A batch of %s notices failed as a whole", len(notices), exc_info=True)
            self.env.invalidate_all()
            for notice in notices:
                self._execute_one(notice)

    def _execute_one(self, notice):
        try:
            with self.env.cr.savepoint():
                self._execute(notice)
        except Exception as error:
            _logger.info("Notice %s failed", notice.id, exc_info=True)
            self.env.invalidate_all()
            notice._update_state("failed", failure=str(error)[:500])

    def _execute(self, notices):
        for run, run_notices in notices.grouped("run_id").items():
            day = run._get_day() if run else notices.company_id[:1]._ar_today()
            ready = self._recheck(run_notices, run, day)
            self.env["ar.followup.delivery"]._hand_over(ready, day)
            self._conclude(ready, day)

    def _conclude(self, notices, day):
        """Mark notices as said, and move their debts and cases."""
        real = notices.filtered(lambda notice: not notice.is_test)
        for notice in real:
            climbing = notice._get_lines("climbing")
            notice._apply_to_items(climbing, day)
            if notice.level_days > 0:
                notice.case_id.sudo().write(
                    {"last_notice_date": day, "last_run_id": notice.run_id.id}
                )
        notices.line_ids.filtered("is_open").is_open = False
        notices._update_state("done", handed_over_on=day)

    # === CHECK AGAIN === #

    def _recheck(self, notices, run, day):
        """Take the facts again; drop what is no longer true.

        :return: the notices that have something left to say, with fresh lines,
            level, channel and deadline
        """
        decided = self._decide_again(notices, run, day)
        ready = notices.browse()
        for notice in notices:
            if self._refresh_notice(notice, decided, day):
                ready |= notice
        return ready

    def _decide_again(self, notices, run, day):
        """Give {journal item id: (customer, line)} from the facts of this moment."""
        company = notices.company_id
        planner = self.env["ar.followup.planner"]
        facts = self.env["ar.followup.facts"]._gather(
            company, notices.partner_id.ids, day, run=run, except_notice_ids=notices.ids
        )
        rules, decided = {}, {}
        for customer, debts, policy in facts:
            if policy.id not in rules:
                rules[policy.id] = policy._get_rules(company, day) if policy else None
            decision = planner._decide(customer, debts, rules[policy.id], day)
            decided.update((line.debt.line_id, (customer, line)) for line in decision.lines)
        return decided

    def _refresh_notice(self, notice, decided, day):
        climbing = notice.line_ids.filtered(
            lambda line: line.role == "climbing" and not line.is_cancelled
        )
        for line in climbing:
            reason = self._get_drop_reason(notice, line, decided)
            if reason:
                line._cancel(reason)
        if notice.state == "cancelled":
            return False
        self._refresh_lines(notice, decided, day)
        return self._refresh_head(notice, decided, day)

    def _get_drop_reason(self, notice, line, decided):
        """Tell why a line is no longer said, or ``None``."""
        found = decided.get(line.move_line_id.id)
        if not found:
            return "settled"
        _customer, fresh = found
        if notice.is_manual:
            return fresh.step.reason if fresh.step.reason in _STOPS_BY_HAND else None
        if fresh.step.reason not in SAID:
            return fresh.step.reason
        is_same = (fresh.step.level.id, fresh.debt.round, fresh.step.occurrence) == (
            line.level_id.id,
            line.round,
            line.occurrence,
        )
        return None if is_same else "changed"

    def _refresh_lines(self, notice, decided, day):
        """Bring amounts and ages up to this moment; settled lines leave the lists."""
        for line in notice.line_ids.filtered(lambda line: not line.is_cancelled):
            found = decided.get(line.move_line_id.id)
            if not found or not (found[1].claim or notice.is_manual):
                line.sudo().write({"is_cancelled": True, "cancel_reason": "settled"})
                continue
            values = self._get_fresh_values(line, found[1], day)
            changed = {name: value for name, value in values.items() if line[name] != value}
            if changed:
                line.sudo().write(changed)

    def _get_fresh_values(self, line, fresh, day):
        amounts = {
            "open_amount": fresh.debt.open,
            "credit_amount": fresh.credit,
            "held_amount": fresh.held,
            "claim_amount": fresh.claim,
        }
        values = {name: line.currency_id.round(float(value)) for name, value in amounts.items()}
        values["due_date"] = fresh.debt.due
        values["days_overdue"] = (day - fresh.debt.due).days
        return values

    def _refresh_head(self, notice, decided, day):
        """Take level, deadline and channel again from the lines that remain."""
        lines = notice._get_lines("climbing")
        level = max(lines.level_id, key=lambda level: level.days)
        days = max(lines.level_id.mapped("deadline_days"))
        customer = decided[lines[0].move_line_id.id][0]
        channel = notice.channel
        if level != notice.level_id:
            known = customer.addresses.get(notice.recipient_id.id, ())
            channel = next((c for c in level._get_channels() if c in known), None)
            if channel is None:
                notice._cancel("no_address")
                return False
        notice.sudo().write(
            {
                "level_id": level.id,
                "level_days": level.days,
                "channel": channel,
                "deadline_days": days,
                "deadline": day + timedelta(days=days) if days else False,
            }
        )
        return True
