"""Runs: one pass over a company's debts for a date."""

from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..const import RUN_STATES


class ArFollowupRun(models.Model):
    _name = "ar.followup.run"
    _description = "Follow-up Run"
    _order = "as_of desc, id desc"
    _rec_name = "as_of"
    _inherit = "ar.guarded.mixin"
    _check_company_auto = True
    _chosen_fields = frozenset({"company_id", "as_of", "partner_ids"})

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
    is_daily = fields.Boolean(
        string="Run of the day",
        readonly=True,
        copy=False,
        help="The first run of a day for all customers. The scheduled action plans this "
        "one and opens no other.",
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

    _daily_uniq = models.UniqueIndex(
        "(company_id, as_of, is_test) WHERE is_daily IS TRUE",
        "The run of this day was opened meanwhile: open it from the run log.",
    )

    # === COMPUTES === #

    @api.depends("company_id")
    def _compute_is_test(self):
        for run in self:
            run.is_test = run.company_id._ar_is_test_mode()

    @api.depends("as_of", "company_id", "is_test")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for run in self:
            day = format_date(self.env, run.as_of)
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

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override to make the first run of a day for all customers the run of the day."""
        runs = super().create(vals_list)
        for run in runs:
            if not run.partner_ids:
                run._become_daily()
        return runs

    def _become_daily(self):
        """Make this the run of its day, unless there is one.

        SQL: a worker that opens one at the same time is refused by the index, which is
        no error to be logged.
        """
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                UPDATE ar_followup_run r SET is_daily = TRUE
                 WHERE r.id = %s AND NOT EXISTS (
                        SELECT 1 FROM ar_followup_run other
                         WHERE other.is_daily AND other.company_id = r.company_id
                           AND other.as_of = r.as_of AND other.is_test = r.is_test)
                """,
                self.id,
            ),
            log_exceptions=False,
        )
        self.invalidate_recordset(["is_daily"], flush=False)

    # === ACTIONS === #

    def action_plan(self):
        """Decide for every open debt what happens next, and write the notices.

        May be killed anywhere and called again: what is done stays done.

        :raise UserError: when follow-up is not switched on, or for a future day
        """
        self._check_may_run()
        for run in self:
            run._check_can_plan()
            run._work_off(run._start)
            run._work_off(run._plan_next_batch)
            run._work_off(run._finish_planning)
        return True

    def action_execute(self):
        """Send what is planned and needs no approval, while the window is open.

        May be killed anywhere and called again: a message is queued in the same
        transaction as its notice is marked done.

        :raise UserError: for a run that is not planned yet
        """
        self._check_may_run()
        self._check_planned()
        executor = self.env["ar.followup.executor"].sudo()
        for run in self:
            run._check_can_plan()
            run._work_off(run._begin_executing)
            put_off, pace = set(), executor._get_pace()
            run._work_off(partial(executor._execute_next_batch, run, put_off, pace))
            if put_off:
                # Somebody was changing these debts, most likely booking payments.
                run._work_off(partial(executor._execute_next_batch, run, set(), pace))
            run._work_off(run._finish_executing)
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
        self._work_off(self._start)
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

    # === BUSINESS === #

    def _check_may_run(self):
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")
        self.check_access("read")

    def _check_planned(self):
        if any(run.state == "draft" for run in self):
            raise UserError(
                self.env._("This run has not looked at any debt yet: plan it first.")
            )

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
