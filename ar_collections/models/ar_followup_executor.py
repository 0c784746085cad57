"""Execution: say what is still true, exactly once, batch by batch."""

import logging
import time
from functools import partial

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..const import EXECUTE_BATCH_FIRST, EXECUTE_BATCH_MOST, EXECUTE_BATCH_SECONDS
from ..tools.pace import Pace
from ..tools.sql_rows import as_array

_logger = logging.getLogger(__name__)


class ArFollowupExecutor(models.AbstractModel):
    _name = "ar.followup.executor"
    _description = "Executor of Follow-up Notices"

    # === BATCHES === #

    @api.model
    def _get_pace(self):
        """Give what the batches of a pass share: how many notices of a channel they take."""
        return Pace(EXECUTE_BATCH_SECONDS, EXECUTE_BATCH_FIRST, EXECUTE_BATCH_MOST)

    @api.model
    def _execute_next_batch(self, run, put_off, pace):
        """Claim some notices of `run` that no other worker holds, and send them.

        One channel at a time: an e-mail takes milliseconds, a letter longer.

        :param put_off: ids of notices that wait for the next pass, since another
            transaction is changing one of their debts; those found here are added
        :param pace: what `_get_pace` gave; how long this batch took is added
        :return: whether there were any
        """
        if not self._may_send(run):
            return False
        for channel, policy_ids in self._get_open_policies(run).items():
            run._begin_transaction()
            scope = SQL(
                "run_id = %s AND COALESCE(policy_id, 0) = ANY(%s)", run.id, policy_ids
            )
            if self._execute_some(scope, channel, put_off, pace):
                return True
        return False

    @api.model
    def _execute_chosen(self, notices, seconds=None):
        """Send planned notices as a run does: batch by batch, each in a new transaction.

        What the caller has done before is committed. Notices of which somebody is
        changing a debt stay planned: the scheduled action sends them.

        :param seconds: stop after so long; the scheduled action sends the others
        """
        runs, pace = self.env["ar.followup.run"], self._get_pace()
        channels, end = set(notices.mapped("channel")), None
        if seconds:
            end = time.monotonic() + seconds
        for put_off in (set(), set()):
            runs._work_off(
                partial(
                    self._execute_next_chosen, notices.ids, channels, put_off, pace, end
                )
            )
            if not put_off:
                break

    def _execute_next_chosen(self, notice_ids, channels, put_off, pace, end):
        """Claim some of these notices, and send them; tell whether there were any."""
        if end and time.monotonic() > end:
            return False
        scope = SQL("id = ANY(%s)", notice_ids)
        for channel in channels:
            self.env["ar.followup.run"]._begin_transaction()
            if self._execute_some(scope, channel, put_off, pace):
                return True
        return False

    def _execute_some(self, scope, channel, put_off, pace):
        """Claim some notices of a channel, and send them; tell whether there were any."""
        claimed = self._claim(scope, channel, put_off, pace.get_size(channel))
        if claimed:
            started = time.monotonic()
            put_off |= self._execute_claimed(claimed)
            pace.learn(channel, len(claimed), time.monotonic() - started)
        return bool(claimed)

    def _execute_claimed(self, notice_ids):
        """Send claimed notices.

        :return: set of the ids of those that have to wait
        """
        busy = self._lock_debts(notice_ids)
        notices = self.env["ar.followup.notice"].browse(
            notice_id for notice_id in notice_ids if notice_id not in busy
        )
        ready = self._filter_may_leave(notices)
        if ready:
            self._execute_notices(ready)
        return busy | set((notices - ready).ids)

    def _claim(self, scope, channel, put_off, size):
        """Lock some planned notices of a channel, and give their ids.

        Transactions read a snapshot: the lock is the first statement, so that
        everything read after it is true while the lock is held.

        :param scope: which notices, as SQL
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT id FROM ar_followup_notice
                 WHERE %s AND state IN ('planned', 'executing')
                   AND channel = %s AND id <> ALL(%s)
              ORDER BY partner_id, id LIMIT %s
                   FOR UPDATE SKIP LOCKED
                """,
                scope,
                channel,
                as_array(put_off),
                size,
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
                 WHERE l.notice_id = ANY(%s)
                   AND l.role = 'climbing' AND l.is_cancelled IS NOT TRUE
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
                 WHERE notice_id = ANY(%s)
                   AND role = 'climbing' AND is_cancelled IS NOT TRUE
                   AND move_line_id IS NOT NULL AND id <> ALL(%s)
                """,
                notice_ids,
                locked,
            )
        )
        return {notice_id for (notice_id,) in busy}

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
            self.env["ar.late.fee.engine"]._charge_notices(ready, day)
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
        (notices - real).line_ids.filtered("is_open").is_open = False
        notices._update_state("done", handed_over_on=day)
