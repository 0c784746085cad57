"""Execution: say what is still true, exactly once, batch by batch."""

import logging
from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..const import EXECUTE_BATCH_NOTICES, STOPS_BY_HAND
from ..tools.ladder_notices import SAID, get_deadline_days, is_overdue

_logger = logging.getLogger(__name__)


class ArFollowupExecutor(models.AbstractModel):
    _name = "ar.followup.executor"
    _description = "Executor of Follow-up Notices"

    # === BATCHES === #

    @api.model
    def _execute_next_batch(self, run, put_off):
        """Claim some notices of `run` that no other worker holds, and send them.

        :param put_off: ids of notices that wait for the next pass, since another
            transaction is changing one of their debts; those found here are added
        :return: whether there were any
        """
        if not self._may_send(run):
            return False
        closed = self._get_closed_policies(run)
        run._begin_transaction()
        claimed = self._claim(run, closed, put_off)
        busy = self._lock_debts(claimed)
        put_off |= busy
        notices = self.env["ar.followup.notice"].browse(
            notice_id for notice_id in claimed if notice_id not in busy
        )
        if notices:
            self._execute_notices(notices)
        return bool(claimed)

    def _may_send(self, run):
        if run._is_replay():
            return True
        return not run.company_id._ar_is_paused() and run.company_id._ar_is_window_open()

    def _claim(self, run, closed, put_off):
        """Lock planned notices whose policy works today, and give their ids.

        Transactions read a snapshot: the lock is the first statement, so that
        everything read after it is true while the lock is held.
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT id FROM ar_followup_notice
                 WHERE run_id = %s AND state IN ('planned', 'executing')
                   AND COALESCE(policy_id, 0) <> ALL(%s) AND id <> ALL(%s)
              ORDER BY partner_id, id LIMIT %s
                   FOR UPDATE SKIP LOCKED
                """,
                run.id,
                closed,
                list(put_off),
                EXECUTE_BATCH_NOTICES,
            ),
            log_exceptions=False,
        )
        return [notice_id for (notice_id,) in self.env.cr.fetchall()]

    def _lock_debts(self, notice_ids):
        """Keep the debts of notices as they are until the messages are queued.

        A payment booked since the snapshot makes PostgreSQL refuse the lock, and the
        batch starts again; one that is being booked now holds its notice back; one that
        comes later waits for the end of the batch.

        :return: set of the notices of which another transaction holds a debt
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT l.id
                  FROM ar_followup_notice_line l
                  JOIN account_move_line debt ON debt.id = l.move_line_id
                 WHERE l.notice_id = ANY(%s) AND l.is_open
              ORDER BY debt.id
                   FOR SHARE OF debt SKIP LOCKED
                """,
                notice_ids,
            ),
            log_exceptions=False,
        )
        locked = [line_id for (line_id,) in self.env.cr.fetchall()]
        busy = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT notice_id FROM ar_followup_notice_line
                 WHERE notice_id = ANY(%s) AND is_open
                   AND move_line_id IS NOT NULL AND id <> ALL(%s)
                """,
                notice_ids,
                locked,
            )
        )
        return {notice_id for (notice_id,) in busy}

    def _get_closed_policies(self, run):
        """Give the ids of the waiting notices' policies that do not work today.

        Not through `run.notice_ids`: a run's notices would be read for every batch.
        """
        day = run._get_day()
        waiting = [("run_id", "=", run.id), ("state", "in", ("planned", "executing"))]
        groups = self.env["ar.followup.notice"].sudo()._read_group(waiting, ["policy_id"])
        return [
            policy.id
            for (policy,) in groups
            if not policy._get_business_days(run.company_id, day).is_open(day)
        ]

    # === WHEN === #

    def _filter_may_leave(self, notices):
        """Keep notices that may leave now: window open, business day, no pause."""
        allowed = {}
        for notice in notices:
            key = (notice.company_id, notice.policy_id)
            if key not in allowed:
                allowed[key] = self._may_leave(*key)
        return notices.filtered(lambda n: allowed[n.company_id, n.policy_id])

    def _may_leave(self, company, policy):
        if company._ar_is_paused() or not company._ar_is_window_open():
            return False
        day = company._ar_today()
        rules = policy._get_rules(company, day)
        return not rules.is_paused and rules.days.is_open(day)

    def _check_may_leave(self, notices):
        if notices - self._filter_may_leave(notices):
            raise UserError(
                self.env._(
                    "Nothing is sent now: follow-up is paused, today is no business "
                    "day, or it is outside the sending window. Try again then."
                )
            )

    # === EXECUTE === #

    @api.model
    def _execute_notices(self, notices):
        """Check notices again and hand them over; one by one where a batch fails."""
        # Whoever lets a notice go out need not be allowed to write its lines.
        notices = notices.sudo()
        try:
            with self.env.cr.savepoint():
                self._execute(notices)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # Nothing is wrong with the notices: the whole transaction starts again.
            raise
        except Exception as error:  # noqa: BLE001
            _logger.info(
                "%s notices failed together: %s", len(notices), type(error).__name__
            )
            self.env.invalidate_all()
            for notice in notices:
                self._execute_one(notice)

    def _execute_one(self, notice):
        try:
            with self.env.cr.savepoint():
                self._execute(notice)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:  # noqa: BLE001
            # The reason may name the customer: it stays in the database.
            _logger.warning("Notice %s failed: %s", notice.id, type(error).__name__)
            self.env.invalidate_all()
            notice._update_state("failed", failure=str(error)[:500])

    def _execute(self, notices):
        for (run, company), group in notices.grouped(
            lambda notice: (notice.run_id, notice.company_id)
        ).items():
            day = run._get_day() if run else company._ar_today()
            ready = self._recheck(group, run, day)
            self.env["ar.followup.delivery"]._hand_over(ready, day)
            self._conclude(ready, day)
            real = group.filtered(lambda notice: not notice.is_test)
            if real:
                self.env["ar.followup.planner"]._refresh(company, real.partner_id.ids, day)

    def _conclude(self, notices, day):
        """Mark notices as said, and move their debts and cases."""
        real = notices.filtered(lambda notice: not notice.is_test)
        real._apply_to_items(real._get_climbing_lines(), day)
        told = real.filtered(lambda notice: notice.level_days > 0)
        for run, group in told.grouped("run_id").items():
            group.case_id.sudo().write({"last_notice_date": day, "last_run_id": run.id})
        notices.line_ids.filtered("is_open").is_open = False
        notices._update_state("done", handed_over_on=day)

    # === CHECK AGAIN === #

    def _recheck(self, notices, run, day):
        """Take the facts again; drop what is no longer true.

        :return: the notices that have something left to say, with fresh lines,
            level, channel and deadline
        """
        decided = self._decide_again(notices, run, day)
        for notice in notices:
            self._drop_lines(notice, decided, self._get_drop_reason)
        ready = notices.filtered(lambda notice: notice.state != "cancelled")
        self._refresh_lines(ready, decided, day)
        return self._refresh_heads(ready, decided, day)

    @api.model
    def _recheck_said(self, notices, day):
        """Take the facts again for notices that were said but did not arrive.

        The clocks count from the message that goes out now (design: L5, clocks).

        :return: the notices that may be sent once more, with fresh lines and deadline
        """
        notices = notices.filtered(lambda notice: notice.state == "done")
        decided = self._decide_again(notices, notices.run_id.browse(), day)
        for notice in notices:
            self._drop_lines(notice, decided, self._get_stop_reason)
        ready = notices.filtered(lambda notice: notice.state == "done")
        self._refresh_lines(ready, decided, day)
        for days, group in ready.grouped("deadline_days").items():
            group._restart_clocks(day, day + timedelta(days=days) if days else False)
        return ready

    def _decide_again(self, notices, run, day):
        """Decide anew from the facts of this moment.

        :return: {item id: (customer, line, rules)}
        """
        company, partner_ids = notices.company_id, notices.partner_id.ids
        self.env["ar.followup.item"]._match_rebuilt_moves(company, partner_ids)
        return {
            line.debt.item_id: (decided.customer, line, decided.rules)
            for decided in self.env["ar.followup.planner"]._decide_all(
                company, partner_ids, day, run, except_notice_ids=notices.ids
            )
            for line in decided.decision.lines
        }

    def _drop_lines(self, notice, decided, get_reason):
        """Take out what is no longer said; a notice with nothing left is cancelled."""
        for line in notice._get_climbing_lines():
            reason = get_reason(line, decided.get(line.item_id.id))
            if reason:
                line._cancel(reason)

    def _get_drop_reason(self, line, found):
        """Tell why a line is no longer said, or ``None``.

        :param found: customer, fresh line and rules, ``None`` where nothing is open
        """
        if line.notice_id.is_manual or not found:
            return self._get_stop_reason(line, found)
        fresh = found[1]
        if fresh.step.reason not in SAID:
            return fresh.step.reason
        is_same = (fresh.step.level.id, fresh.debt.round, fresh.step.occurrence) == (
            line.level_id.id,
            line.round,
            line.occurrence,
        )
        return None if is_same else "changed"

    def _get_stop_reason(self, line, found):
        """Tell why a debt must not be spoken of, whatever the clocks say, or ``None``."""
        if not found:
            is_settled = line.item_id and line.item_id._is_settled()
            return "settled" if is_settled else "changed"
        fresh = found[1]
        is_stopped = fresh.step.reason in STOPS_BY_HAND
        is_unclaimed = not fresh.claim and not line.notice_id.is_manual
        return fresh.step.reason if is_stopped or is_unclaimed else None

    def _refresh_lines(self, notices, decided, day):
        """Bring amounts and ages up to this moment; what is not claimed leaves the lists."""
        for line in notices.line_ids.filtered(lambda line: not line.is_cancelled):
            found = decided.get(line.item_id.id)
            reason = self._get_unlisted_reason(line, found)
            if reason:
                line.sudo().write({"is_cancelled": True, "cancel_reason": reason})
                continue
            values = self._get_fresh_values(line, found, day)
            changed = {name: value for name, value in values.items() if line[name] != value}
            if changed:
                line.sudo().write(changed)

    def _get_unlisted_reason(self, line, found):
        """Tell why a debt is not listed any more, or ``None``."""
        if not found:
            return self._get_stop_reason(line, found)
        is_listed = found[1].claim or line.notice_id.is_manual
        return None if is_listed else found[1].step.reason

    def _get_fresh_values(self, line, found, day):
        _customer, fresh, rules = found
        amounts = {
            "open_amount": fresh.debt.open,
            "credit_amount": fresh.credit,
            "held_amount": fresh.held,
            "claim_amount": fresh.claim,
        }
        values = {name: line.currency_id.round(float(value)) for name, value in amounts.items()}
        values["due_date"] = fresh.debt.due
        values["days_overdue"] = (day - fresh.debt.due).days
        if line.role == "not_due" and line.notice_id.level_days > 0:
            is_late = rules and is_overdue(fresh, rules, day)
            values["role"] = "overdue" if is_late else "not_due"
        return values

    def _refresh_heads(self, notices, decided, day):
        """Take level, deadline and channel again from the lines that remain.

        :return: the notices that can still reach their recipient
        """
        groups = defaultdict(list)
        for notice in notices:
            recipient, *head = self._get_fresh_head(notice, decided)
            if recipient != notice.recipient_id.id:
                notice.sudo().recipient_id = recipient
            groups[tuple(head)].append(notice.id)
        for (level, channel, days), ids in groups.items():
            group = notices.browse(ids)
            if not channel:
                for notice in group:
                    notice._cancel("no_address")
                continue
            group.sudo().write(
                {
                    "level_id": level.id,
                    "level_days": level.days,
                    "channel": channel,
                    "is_formal": level.is_formal,
                    "deadline_days": days,
                    "deadline": day + timedelta(days=days) if days else False,
                }
            )
        return notices.filtered(lambda notice: notice.state != "cancelled")

    def _get_fresh_head(self, notice, decided):
        """Give (recipient id, level, channel, days of the deadline).

        :return: ``None`` as channel where the recipient has no address on the level's
        """
        lines = notice._get_climbing_lines()
        level = max(lines.level_id, key=lambda level: level.days)
        days = get_deadline_days(lines.level_id)
        customer = decided[lines[0].item_id.id][0]
        recipient_id = self._get_fresh_recipient(notice, lines, decided)
        addresses = customer.addresses
        if notice.is_manual:
            # A person may write to somebody whom no invoice names.
            addresses = self.env["ar.followup.facts"]._read_addresses([recipient_id])
        known = addresses.get(recipient_id, ())
        channel = notice.channel
        if level != notice.level_id or channel not in known:
            channel = next((c for c in level._get_channels() if c in known), None)
        return (recipient_id, level, channel, days)

    def _get_fresh_recipient(self, notice, lines, decided):
        """Give who is told now: a contact that was changed meanwhile is not."""
        recipients = {decided[line.item_id.id][1].debt.recipient_id for line in lines}
        if notice.is_manual or len(recipients) > 1:
            return notice.recipient_id.id
        return recipients.pop()
