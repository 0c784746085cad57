"""Runs: one pass over a company's debts for a date."""

import logging

from odoo import api, fields, models, modules
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..const import PLAN_BATCH_DEBTS, RUN_STATES

_logger = logging.getLogger(__name__)


class ArFollowupRun(models.Model):
    _name = "ar.followup.run"
    _description = "Follow-up Run"
    _order = "as_of desc, id desc"
    _rec_name = "as_of"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    as_of = fields.Date(
        string="Day",
        required=True,
        readonly=True,
        default=lambda self: self.env.company._ar_today(),
    )
    state = fields.Selection(
        RUN_STATES, default="draft", required=True, readonly=True, copy=False
    )
    is_test = fields.Boolean(
        string="Test",
        readonly=True,
        compute="_compute_is_test",
        store=True,
        precompute=True,
        help="Messages go to the test address and no debt moves on its ladder.",
    )
    partner_ids = fields.Many2many(
        "res.partner",
        string="Chosen customers",
        readonly=True,
        help="Empty: all customers of the company.",
    )
    batch_ids = fields.One2many("ar.followup.run.batch", "run_id")
    entry_ids = fields.One2many("ar.followup.run.entry", "run_id", string="Log")
    notice_ids = fields.One2many("ar.followup.notice", "run_id", string="Notices")
    notice_count = fields.Integer(compute="_compute_counts")
    to_approve_count = fields.Integer(compute="_compute_counts")
    waiting_count = fields.Integer(compute="_compute_counts")
    failure_count = fields.Integer(compute="_compute_counts")
    progress = fields.Integer(compute="_compute_progress", help="Percent of the customers.")
    started_at = fields.Datetime(readonly=True, copy=False)
    ended_at = fields.Datetime(readonly=True, copy=False)
    print_attachment_id = fields.Many2one(
        "ir.attachment", string="Letters to print", readonly=True, copy=False
    )

    # === COMPUTES === #

    @api.depends("company_id")
    def _compute_is_test(self):
        for run in self:
            run.is_test = run.company_id._ar_get_settings_company().ar_is_test_mode

    @api.depends("as_of", "company_id", "is_test")
    def _compute_display_name(self):
        for run in self:
            day = fields.Date.to_string(run.as_of)
            run.display_name = (
                self.env._("Test run of %(day)s", day=day)
                if run.is_test
                else self.env._("Run of %(day)s", day=day)
            )

    def _compute_counts(self):
        counts = {}
        for run, state, count in self.env["ar.followup.notice"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "state"], ["__count"]
        ):
            counts.setdefault(run.id, {})[state] = count
        failures = dict(
            self.env["ar.followup.run.entry"]._read_group(
                [("run_id", "in", self.ids), ("is_failure", "=", True)],
                ["run_id"],
                ["__count"],
            )
        )
        for run in self:
            states = counts.get(run.id, {})
            run.notice_count = sum(states.values()) - states.get("cancelled", 0)
            run.to_approve_count = states.get("to_approve", 0)
            run.waiting_count = states.get("planned", 0) + states.get("executing", 0)
            run.failure_count = failures.get(run, 0) + states.get("failed", 0)

    def _compute_progress(self):
        for run in self:
            batches = run.batch_ids
            done = len(batches.filtered("is_done"))
            run.progress = 100 * done // len(batches) if batches else 0

    # === ACTIONS === #

    def action_plan(self):
        """Decide for every open debt what happens next, and write the notices.

        May be killed anywhere and called again: what is done stays done.

        :raise UserError: when follow-up is not switched on, or for a future day
        """
        self._check_may_run()
        for run in self:
            run._check_can_plan()
            run._start()
            while run._plan_next_batch():
                run._commit_progress()
            run._finish_planning()
            run._commit_progress()
        return True

    def action_execute(self):
        """Send what is planned and needs no approval, while the window is open.

        May be killed anywhere and called again: a message is queued in the same
        transaction as its notice is marked done.
        """
        self._check_may_run()
        for run in self:
            run._check_can_plan()
            executor = self.env["ar.followup.executor"].sudo()
            run.sudo().state = "executing"
            while executor._execute_next_batch(run):
                run._commit_progress()
            run._finish_executing()
            run._commit_progress()
        return True

    def action_preview(self):
        """Decide from today's ledger for the run's day, and write nothing.

        :return: a list of dicts, one per line of every notice that would be
            proposed: partner_id, recipient_id, channel, level_id, move_line_id,
            due_date, open_amount, claim, currency_id, reason
        """
        self.ensure_one()
        self._check_may_run()
        return self.env["ar.followup.planner"].sudo()._preview(self)

    def action_start(self):
        """Hand the run to the scheduled action, and show its progress."""
        self._check_may_run()
        self._check_can_plan()
        self._start()
        self.env.ref("ar_collections.ir_cron_followup").sudo()._trigger()
        return self._get_form_action()

    def _get_form_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    # === CRON === #

    @api.model
    def _cron_followup(self):
        """Plan today's run of each company once, and send what may be sent.

        Hourly: resumes what an earlier pass left, and does nothing once the day
        is done. A company that fails does not stop the others.
        """
        error = None
        for company in self.env["res.company"].search([], order="id"):
            try:
                run = self._get_run_of_today(company)
                if run:
                    run.action_plan()
                    run.action_execute()
                self._resume_older_runs(company)
            except Exception as exc:
                self.env.cr.rollback()
                _logger.exception("Follow-up failed for company %s", company.id)
                error = exc
        if error:
            raise error

    def _get_run_of_today(self, company):
        """Give the company's run of today, opened when there is none yet."""
        settings = company._ar_get_settings_company()
        today = company._ar_today()
        is_ready = (
            settings.ar_start_date
            and settings.ar_start_date <= today
            and not settings.ar_is_paused
            and self.env["ar.followup.policy"]._get_candidates(company)
        )
        if not is_ready:
            return self.browse()
        domain = [
            ("company_id", "=", company.id),
            ("as_of", "=", today),
            ("partner_ids", "=", False),
            ("is_test", "=", settings.ar_is_test_mode),
        ]
        return self.search(domain, limit=1) or self.create(
            {"company_id": company.id, "as_of": today}
        )

    def _resume_older_runs(self, company):
        runs = self.search(
            [
                ("company_id", "=", company.id),
                ("as_of", "<", company._ar_today()),
                ("notice_ids.state", "in", ("planned", "executing")),
            ]
        )
        runs.action_execute()

    # === BUSINESS === #

    def _check_may_run(self):
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")

    def _check_can_plan(self):
        self.ensure_one()
        settings = self.company_id._ar_get_settings_company()
        if not settings.ar_start_date:
            raise UserError(
                self.env._(
                    "Follow-up is not switched on for %(company)s: "
                    "set its start date in the settings of Collections.",
                    company=self.company_id.name,
                )
            )
        if self.as_of > self.company_id._ar_today():
            raise UserError(
                self.env._("A day in the future can be previewed, but not run.")
            )

    def _get_day(self):
        """Give the day on which messages of this run are handed over.

        Today, or the run's own day where a ledger's history is replayed.
        """
        self.ensure_one()
        if self._is_replay():
            return self.as_of
        return self.company_id._ar_today()

    @api.model
    def _is_replay(self):
        """Tell whether this database replays a ledger: nothing leaves it."""
        return bool(
            self.env["ir.config_parameter"].sudo().get_param("ar_collections.replay")
        )

    def _commit_progress(self, processed=1):
        """Commit a batch, and raise when the scheduled action has no time left."""
        if modules.module.current_test and not self.env.context.get("cron_id"):
            return
        left = self.env["ir.cron"]._commit_progress(processed)
        if left <= 0:
            raise OutOfTime

    def _start(self):
        """Cut the company's customers into batches, once per run."""
        self.ensure_one()
        if self.state != "draft":
            return
        self.sudo().write({"state": "planning", "started_at": fields.Datetime.now()})
        self.env.flush_all()
        self.env.cr.execute(self._get_batches_sql())
        self.invalidate_recordset(["batch_ids"])
        self._commit_progress()

    def _get_batches_sql(self):
        """Cut by the number of open lines, so that each batch takes a few seconds.

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
                       div(SUM(debts) OVER (ORDER BY partner_id) - 1, %(size)s) AS batch
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

        :return: whether there was one
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM ar_followup_run_batch
                 WHERE run_id = %s AND is_done IS NOT TRUE
              ORDER BY id LIMIT 1
                   FOR UPDATE SKIP LOCKED
                """,
                self.id,
            )
        )
        batch = self.env["ar.followup.run.batch"].sudo().browse(row[0] for row in rows)
        if batch:
            self.env["ar.followup.planner"].sudo()._plan_batch(self, batch)
        return bool(batch)

    def _finish_planning(self):
        if not self.batch_ids.filtered(lambda batch: not batch.is_done):
            if self.state == "planning":
                self.sudo().state = "planned"

    def _finish_executing(self):
        run = self.sudo()
        run.invalidate_recordset(["notice_ids"])
        waiting = run.notice_ids.filtered(
            lambda notice: notice.state in ("planned", "to_approve", "executing")
        )
        run.state = "planned" if waiting else "done"
        if not waiting:
            run.ended_at = fields.Datetime.now()


class OutOfTime(Exception):
    """The scheduled action has used its time; the next pass goes on."""
