"""Notices: the decision to say something to one customer."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, formatLang

from ..const import (
    CANCEL_REASONS,
    CHANNELS,
    ITEM_REASONS,
    NOTICE_STATES,
    NOTICE_TRANSITIONS,
)

# So long a person who approves and sends waits for the messages to be made.
PATIENCE_SECONDS = 20


class ArFollowupNotice(models.Model):
    _name = "ar.followup.notice"
    _description = "Notice to a Customer"
    _inherit = ["ar.guarded.mixin", "mail.thread"]
    _order = "as_of desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    run_id = fields.Many2one(
        "ar.followup.run", index=True, ondelete="restrict", readonly=True
    )
    case_id = fields.Many2one(
        "ar.collection.case", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, readonly=True
    )
    recipient_id = fields.Many2one("res.partner", required=True, readonly=True)
    collector_id = fields.Many2one(
        # The case tracks its collector; a notice would read it before every write.
        related="case_id.collector_id",
        store=False,
        tracking=False,
    )
    policy_id = fields.Many2one("ar.followup.policy", readonly=True)
    level_id = fields.Many2one(
        "ar.followup.level", readonly=True, help="The highest rung of its lines."
    )
    level_days = fields.Integer(string="Level (days)", readonly=True)
    channel = fields.Selection(CHANNELS, required=True, readonly=True)
    state = fields.Selection(
        NOTICE_STATES, required=True, default="planned", readonly=True, copy=False
    )
    as_of = fields.Date(string="Day", required=True, readonly=True)
    handed_over_on = fields.Date(readonly=True, copy=False)
    deadline_days = fields.Integer(readonly=True)
    deadline = fields.Date(
        readonly=True, help="Binds all debts that this notice reminds of."
    )
    is_formal = fields.Boolean(readonly=True)
    is_test = fields.Boolean(string="Test", readonly=True)
    is_manual = fields.Boolean(
        string="By hand",
        readonly=True,
        help="Sent by a person: the ladder's clocks do not hold it back.",
    )
    is_delivered = fields.Boolean(
        readonly=True, help="The message has reached the customer, as far as we know."
    )
    wait_until = fields.Date(readonly=True, copy=False)
    personal_text = fields.Html(
        help="A paragraph of your own, set before the table of debts."
    )
    cancel_reason = fields.Selection(CANCEL_REASONS + ITEM_REASONS, readonly=True)
    failure = fields.Char(string="What went wrong", readonly=True)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    line_ids = fields.One2many("ar.followup.notice.line", "notice_id", string="Debts")
    delivery_ids = fields.One2many("ar.followup.delivery", "notice_id", string="Deliveries")
    total_text = fields.Char(string="To pay", compute="_compute_total_text")
    currency_id = fields.Many2one(related="company_id.currency_id")

    _formal_idx = models.Index("(company_id, handed_over_on) WHERE is_formal")
    _waiting_idx = models.Index(
        "(company_id, partner_id) WHERE state IN ('planned', 'to_approve', 'executing')"
    )
    # What a worker claims, in its order, among all that a run has said.
    _claim_idx = models.Index(
        "(run_id, partner_id, id) WHERE state IN ('planned', 'executing')"
    )

    # === COMPUTES === #

    @api.depends("partner_id", "level_id")
    def _compute_display_name(self):
        for notice in self:
            names = filter(None, (notice.partner_id.name, notice.level_id.name))
            notice.display_name = " · ".join(names)

    def _compute_total_text(self):
        for notice in self:
            notice.total_text = " + ".join(
                formatLang(self.env, amount, currency_obj=currency)
                for currency, amount in notice._get_totals().items()
            )

    # === CRUD === #

    def write(self, vals):
        """Override of `base`: what was sent or cancelled is evidence."""
        if "personal_text" in vals and not self.env.su:
            self._check_not_said()
        return super().write(vals)

    def _check_not_said(self):
        """Refuse to change the words of notices that were sent or cancelled."""
        said = self.filtered(
            lambda notice: notice.handed_over_on
            or notice.state not in ("planned", "to_approve", "failed")
        )
        if said:
            raise UserError(
                self.env._(
                    "What was sent or cancelled stays as it was: send a new reminder "
                    "to say something else."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if self.filtered(lambda notice: notice.state not in ("planned", "to_approve")):
            raise UserError(
                self.env._("A notice that was sent or cancelled is evidence: keep it.")
            )

    # === ACTIONS === #

    def action_approve(self):
        """Let notices that wait for approval go out with the next execution."""
        self._check_may_approve()
        waiting = self.filtered(lambda notice: notice.state == "to_approve")
        for company, notices in waiting.grouped("company_id").items():
            notices.sudo().approved_by_id = self.env.user
            notices._update_state("planned")
            notices.line_ids.invalidate_recordset()
            settings = company._ar_get_settings_company().sudo()
            if not settings.ar_has_approved_run and notices._is_of_first_run():
                settings.ar_has_approved_run = True
            for notice in notices:
                notice.case_id._log("approved", notice.level_id.name, notice=notice)
        return True

    def _is_of_first_run(self):
        """Tell whether a run for all customers was read, which test runs and runs for
        some of them do not stand for (L0)."""
        runs = self.filtered(lambda notice: not notice.is_test).run_id
        return any(not run.partner_ids and run.state not in ("draft", "planning") for run in runs)

    def action_approve_and_send(self):
        """Approve, and send at once while the window is open.

        Many take long: the scheduled action sends what is left after some seconds.
        """
        self.action_approve()
        executor = self.env["ar.followup.executor"].sudo()
        planned = self.filtered(lambda notice: notice.state == "planned")
        return self._send_now(executor._filter_may_leave(planned))

    def action_retry(self):
        """Try failed notices again: those that did not arrive, and those not made.

        :raise UserError: outside business days and the sending window
        """
        self._check_may_approve()
        failed = self.filtered(lambda notice: notice.state == "failed")
        executor = self.env["ar.followup.executor"].sudo()
        executor._check_may_leave(failed)
        said = failed.filtered("handed_over_on")
        executor._check_not_busy(said)
        self.env["ar.followup.delivery"].sudo()._send_again(said)
        (failed - said)._update_state("executing")
        return self._send_now(failed - said)

    def _send_now(self, notices):
        """Send notices while the user waits; leave the rest to the scheduled action.

        :return: what the button gives back to the screen
        """
        executor = self.env["ar.followup.executor"].sudo()
        executor._execute_chosen(notices, seconds=PATIENCE_SECONDS)
        left = notices.filtered(lambda notice: notice.state in ("planned", "executing"))
        if not left:
            return True
        self.env.ref("ar_collections.ir_cron_followup").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "%(count)s notices are sent in the background.", count=len(left)
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _check_may_approve(self):
        self.env["ar.collection.case"]._check_group("ar_collections_group_collector")
        self.check_access("read")

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Override of `mail`: collectors write to the customer here, auditors only read.

        Notices are written by the executor alone, so that nobody may write them.
        """
        if message_operation == "create" and not self._may_post():
            return dict.fromkeys(self, "write")
        return super()._mail_get_operation_for_mail_message_operation(message_operation)

    def _may_post(self):
        return self.env.su or self.env.user.has_group(
            "ar_collections.ar_collections_group_collector"
        )

    # === STATES === #

    def _update_state(self, target, **values):
        """Move notices to `target`; the only writer of the state.

        :raise UserError: when a notice is in a state from which it may not go there
        """
        allowed = NOTICE_TRANSITIONS[target]
        labels = dict(self._fields["state"]._description_selection(self.env))
        for notice in self:
            if notice.state not in allowed:
                raise UserError(
                    self.env._(
                        "The notice to %(customer)s is “%(state)s” "
                        "and cannot become “%(target)s”.",
                        customer=notice.partner_id.display_name,
                        state=labels[notice.state],
                        target=labels[target],
                    )
                )
        self.sudo().write({"state": target, "failure": False, **values})
        if target == "failed":
            self.sudo().late_fee_ids._cancel_undecided()

    def _cancel(self, reason, *, keep_keys=False):
        """Cancel notices that are not sent; their rungs are free again.

        :param keep_keys: the levels stay used (skipping as done uses a rung)
        """
        lines = self.sudo().line_ids.filtered(lambda line: not line.is_cancelled)
        lines.write({"is_open": False} if keep_keys else {
            "is_cancelled": True, "is_open": False, "cancel_reason": reason,
        })
        self.sudo().late_fee_ids._cancel_undecided()
        self._update_state("cancelled", cancel_reason=reason)

    def _get_climbing_lines(self):
        """Give the lines that these notices remind of now."""
        return self.line_ids.filtered(
            lambda line: line.role == "climbing" and not line.is_cancelled
        )

    def _apply_to_items(self, lines, day, *, is_said=True):
        """Move the debts of `lines` to the rung that was said (or skipped as done).

        The lines wait no longer, and keep where the debts stood before, should the notice
        be withdrawn.
        SQL: three statements for a batch instead of two writes for each debt; items
        and lines have no stored computed fields and no tracking.
        """
        if not lines:
            return
        self.env.flush_all()
        said = SQL(
            """
              FROM ar_followup_notice_line l
              JOIN ar_followup_notice n ON n.id = l.notice_id
             WHERE l.item_id = i.id AND l.id = ANY(%s)
            """,
            lines.ids,
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE ar_followup_notice_line l SET item_before = %s, is_open = FALSE
                  FROM ar_followup_item i WHERE l.item_id = i.id AND l.id = ANY(%s)
                """,
                lines.item_id._get_rung_memory_sql(),
                lines.ids,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE ar_followup_item i
                   SET has_courtesy = TRUE, courtesy_days = l.level_days
                %s AND l.level_days <= 0
                """,
                said,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE ar_followup_item i
                   SET rung_days = l.level_days, rung_level_id = l.level_id,
                       occurrence = l.occurrence, last_notice_date = %s,
                       last_notice_id = CASE WHEN %s THEN n.id ELSE i.last_notice_id END,
                       deadline = CASE WHEN %s THEN n.deadline END, held_since = NULL
                %s AND l.level_days > 0
                """,
                day,
                is_said,
                is_said,
                said,
            )
        )
        lines.invalidate_recordset(["item_before", "is_open"], flush=False)
        lines.item_id.invalidate_recordset(flush=False)
        lines.item_id.modified(["rung_level_id", "last_notice_date"])

    def _restart_clocks(self, day, deadline):
        """Count from the message that is handed over on `day` in place of a lost one."""
        notices = self.sudo()
        notices.write({"handed_over_on": day, "deadline": deadline})
        real = notices.filtered(lambda n: not n.is_test and n.level_days > 0)
        lines = real._get_climbing_lines()
        items = lines.item_id.filtered(lambda item: item.last_notice_id in real)
        items.write({"last_notice_date": day, "deadline": deadline})
        behind = real.case_id.filtered(lambda case: (case.last_notice_date or day) < day)
        behind.last_notice_date = day
