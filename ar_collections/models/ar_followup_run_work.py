"""How a run is worked off: in batches, each in a transaction of its own."""

import contextlib
import logging
import random
import time

from odoo import api, fields, models, modules
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..const import PLAN_BATCH_DEBTS

_logger = logging.getLogger(__name__)

# A batch that other transactions refuse so many times in a row is an error.
MAX_REFUSALS = 10


class OutOfTime(Exception):
    """The scheduled action has used its time; what is done is committed."""


class ArFollowupRun(models.Model):
    _inherit = "ar.followup.run"

    # === COMPANIES === #

    @api.model
    def _for_each_company(self, what, companies, act):
        """Act for each company; one that fails does not stop the others.

        Its error is raised at the end, so that the scheduled action counts as failed.

        :param what: for the log
        """
        error = None
        for company in companies:
            try:
                act(company)
            except OutOfTime:
                # Odoo has been told that more is left, and calls again.
                return
            except Exception as exc:
                self.env.cr.rollback()
                _logger.exception("%s failed for company %s", what, company.id)
                error = exc
        with contextlib.suppress(OutOfTime):
            self._commit_progress(0, remaining=0)
        if error:
            raise error

    # === TRANSACTIONS === #

    def _work_off(self, step):
        """Call `step` until it finds nothing to do, each time in a new transaction.

        Transactions see the database as it was when they began. Where another one has
        changed since what a step locks or writes, PostgreSQL refuses: the step is then
        taken again, with what is true now.

        :param step: does one piece of work, and tells whether there was one
        :raise OutOfTime: when the scheduled action has used its time
        """
        is_left, refusals = True, 0
        while is_left:
            try:
                is_left = step()
                if is_left:
                    self._commit_progress(remaining=1)
                else:
                    self._begin_transaction()
                refusals = 0
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
                self.env.cr.rollback()
                refusals += 1
                if refusals == MAX_REFUSALS:
                    raise
                _logger.info("Run %s: taken again (%s)", self.id, type(error).__name__)
                time.sleep(random.uniform(0, 0.1 * refusals))

    def _commit_progress(self, processed=1, remaining=None):
        """Commit a piece of work.

        :param remaining: what is left; the scheduled action asks only whether anything is
        :raise OutOfTime: when the scheduled action has used its time
        """
        if self._is_tested():
            self.env.flush_all()
        elif self.env["ir.cron"]._commit_progress(processed, remaining=remaining) <= 0:
            raise OutOfTime

    def _begin_transaction(self):
        """End the transaction, so that the next statement sees what is true now."""
        if self._is_tested():
            self.env.flush_all()
        else:
            self.env.cr.commit()  # pylint: disable=invalid-commit

    def _is_tested(self):
        """Tell whether a test holds the transaction: it rolls back what was done."""
        return modules.module.current_test and not self.env.context.get("cron_id")

    # === PLAN === #

    def _start(self):
        """Cut the company's customers into batches, once per run."""
        self.ensure_one()
        if self.state != "draft":
            return False
        self._lock()
        self.sudo().write({"state": "planning", "started_at": fields.Datetime.now()})
        self.env.flush_all()
        self.env.cr.execute(self._get_batches_sql())
        self.invalidate_recordset(["batch_ids"])
        return True

    def _get_batches_sql(self):
        """Cut by the number of open lines, so that each batch takes a few seconds.

        Into batches of like size: a small rest would cost as many queries as a whole one.

        SQL: the sum over customers decides where a batch ends.
        """
        chosen = SQL("TRUE")
        if self.partner_ids:
            chosen = SQL(
                "p.commercial_partner_id = ANY(%s)",
                self.partner_ids.commercial_partner_id.ids,
            )
        return SQL(
            """
            INSERT INTO ar_followup_run_batch
                   (run_id, partner_from, partner_to, debts, is_done)
            SELECT %(run)s, MIN(partner_id), MAX(partner_id), SUM(debts), FALSE
              FROM (
                SELECT partner_id, debts,
                       div((SUM(debts) OVER (ORDER BY partner_id) - 1)
                           * GREATEST(round(SUM(debts) OVER () / %(size)s), 1),
                           SUM(debts) OVER ()) AS batch
                  FROM (
                    SELECT p.commercial_partner_id AS partner_id, COUNT(*) AS debts
                      FROM account_move_line l
                      JOIN res_partner p ON p.id = l.partner_id
                     WHERE %(lines)s AND %(chosen)s
                  GROUP BY p.commercial_partner_id
                  ) customer
              ) cut
          GROUP BY batch
          ORDER BY MIN(partner_id)
            """,
            run=self.id,
            size=PLAN_BATCH_DEBTS,
            lines=self.env["ar.followup.facts"]._get_lines_condition(self.company_id),
            chosen=chosen,
        )

    def _plan_next_batch(self):
        """Claim a batch that no other worker holds, and plan it.

        SQL: the claim is the transaction's first statement, so that everything read
        after it is true while the batch is held.
        """
        if self.company_id._ar_get_settings_company().ar_max_per_day:
            self._take_turn()
        self.env.cr.execute(
            SQL(
                """
                SELECT id FROM ar_followup_run_batch
                 WHERE run_id = %s AND is_done IS NOT TRUE
              ORDER BY id LIMIT 1
                   FOR UPDATE SKIP LOCKED
                """,
                self.id,
            ),
            log_exceptions=False,
        )
        ids = [batch_id for (batch_id,) in self.env.cr.fetchall()]
        batch = self.env["ar.followup.run.batch"].sudo().browse(ids)
        if batch:
            self.env["ar.followup.planner"].sudo()._plan_batch(self, batch)
        return bool(batch)

    def _take_turn(self):
        """Let one worker at a time plan where a maximum per day is counted (L0).

        SQL: this lock is the only one that is waited for without a snapshot, so that
        what the others have proposed is seen. It bars nobody else from the table.
        """
        self._begin_transaction()
        self.env.cr.execute(
            SQL("LOCK TABLE ar_followup_run IN SHARE UPDATE EXCLUSIVE MODE"),
            log_exceptions=False,
        )

    def _finish_planning(self):
        is_over = self.state == "planning" and not self._has_open_batches()
        return is_over and self._set_state("planned")

    # === EXECUTE === #

    def _begin_executing(self):
        """Show that messages leave, where there are any and they may."""
        executor = self.env["ar.followup.executor"].sudo()
        may_begin = executor._may_send(self) and self._has_notices("planned", "executing")
        return may_begin and self._set_state("executing")

    def _finish_executing(self):
        if self._has_open_batches():
            return self.state != "draft" and self._set_state("planning")
        if self._has_notices("planned", "to_approve", "executing"):
            return self._set_state("planned")
        return self._set_state("done", ended_at=fields.Datetime.now())

    # === STATE === #

    def _set_state(self, state, **values):
        """Move the run to `state`; tell whether it was in another one."""
        if self.state == state:
            return False
        self._lock()
        self.sudo().write({"state": state, **values})
        return True

    def _lock(self):
        """Wait for a worker that changes the run too; be refused where one has.

        SQL: the lock of the ORM does not wait.
        """
        self.env.cr.execute(
            SQL("SELECT 1 FROM ar_followup_run WHERE id = %s FOR NO KEY UPDATE", self.id),
            log_exceptions=False,
        )

    def _has_open_batches(self):
        domain = [("run_id", "=", self.id), ("is_done", "=", False)]
        return bool(self.env["ar.followup.run.batch"].sudo().search_count(domain, limit=1))

    def _has_notices(self, *states):
        domain = [("run_id", "=", self.id), ("state", "in", states)]
        return bool(self.env["ar.followup.notice"].sudo().search_count(domain, limit=1))
