"""Notices: the decision to say something to one customer."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from ..const import (
    CANCEL_REASONS,
    CHANNELS,
    ITEM_REASONS,
    NOTICE_STATES,
    NOTICE_TRANSITIONS,
    OPEN_NOTICE_STATES,
)


class ArFollowupNotice(models.Model):
    _name = "ar.followup.notice"
    _description = "Notice to a Customer"
    _inherit = ["mail.thread"]
    _order = "as_of desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    run_id = fields.Many2one(
        "ar.followup.run", index=True, ondelete="restrict", readonly=True
    )
    case_id = fields.Many2one(
        "ar.collection.case", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, readonly=True
    )
    recipient_id = fields.Many2one("res.partner", required=True, readonly=True)
    collector_id = fields.Many2one(related="case_id.collector_id", store=False)
    policy_id = fields.Many2one("ar.followup.policy", readonly=True)
    level_id = fields.Many2one(
        "ar.followup.level", readonly=True, index=True, help="The highest rung of its lines."
    )
    level_days = fields.Integer(string="Level (days)", readonly=True)
    channel = fields.Selection(CHANNELS, required=True, readonly=True)
    state = fields.Selection(
        NOTICE_STATES, required=True, default="planned", readonly=True, index=True, copy=False
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

    _waiting_idx = models.Index(
        "(company_id, partner_id) WHERE state IN ('planned', 'to_approve', 'executing')"
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
            if not settings.ar_has_approved_run and not all(notices.mapped("is_test")):
                settings.ar_has_approved_run = True
            for notice in notices:
                notice.case_id._log("approved", notice.level_id.name, notice=notice)
        return True

    def action_approve_and_send(self):
        """Approve, and send at once while the window is open."""
        self.action_approve()
        executor = self.env["ar.followup.executor"].sudo()
        executor._execute_notices(self.filtered(lambda notice: notice.state == "planned"))
        return True

    def action_skip(self, until=None, note=None):
        """Skip notices: wait until a day, or treat their levels as done.

        :param until: the last day of the wait; ``None``: treated as done
        """
        self._check_may_approve()
        for notice in self.filtered(lambda n: n.state in OPEN_NOTICE_STATES):
            climbing = notice.line_ids.filtered(lambda line: line.is_open)
            if until:
                notice._cancel("skipped_wait")
                notice._put_off(climbing, until, note)
            else:
                notice._apply_to_items(climbing, notice.company_id._ar_today(), is_said=False)
                notice._cancel("skipped_done", keep_keys=True)
                notice.case_id._log("skipped_done", note, notice=notice)
        self.case_id._refresh_outlook()
        return True

    def action_cancel(self, note=None):
        self._check_may_approve()
        for notice in self.filtered(lambda n: n.state in (*OPEN_NOTICE_STATES, "failed")):
            notice._cancel("by_hand")
            notice.case_id._log("skipped_wait", note, notice=notice)
        self.case_id._refresh_outlook()
        return True

    def action_retry(self):
        """Try failed notices again."""
        self._check_may_approve()
        failed = self.filtered(lambda notice: notice.state == "failed")
        failed._update_state("executing")
        self.env["ar.followup.executor"].sudo()._execute_notices(failed)
        return True

    def _check_may_approve(self):
        self.env["ar.collection.case"]._check_group("ar_collections_group_collector")
        self.check_access("read")

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
        self.sudo().write({"state": target, **values})

    def _cancel(self, reason, *, keep_keys=False):
        """Cancel notices that are not sent; their rungs are free again.

        :param keep_keys: the levels stay used (skipping as done uses a rung)
        """
        lines = self.sudo().line_ids.filtered(lambda line: not line.is_cancelled)
        lines.write({"is_open": False} if keep_keys else {
            "is_cancelled": True, "is_open": False, "cancel_reason": reason,
        })
        self._update_state("cancelled", cancel_reason=reason)

    def _put_off(self, lines, until, note):
        self.env["ar.collection.hold"].sudo().create(
            [
                {
                    "case_id": self.case_id.id,
                    "item_id": line.item_id.id,
                    "reason": "hold",
                    "date": self.company_id._ar_today(),
                    "until": until,
                    "note": note or self.env._("Notice put off"),
                }
                for line in lines
            ]
        )
        self.case_id._log("skipped_wait", note, notice=self)

    def _apply_to_items(self, lines, day, *, is_said=True):
        """Move the debts of `lines` to the rung that was said (or skipped as done)."""
        for line in lines:
            item = line.item_id.sudo()
            if line.level_days <= 0:
                item.write({"has_courtesy": True, "courtesy_days": line.level_days})
                continue
            item.write(
                {
                    "rung_days": line.level_days,
                    "rung_level_id": line.level_id.id,
                    "occurrence": line.occurrence,
                    "last_notice_date": day,
                    "last_notice_id": self.id if is_said else item.last_notice_id.id,
                    "deadline": self.deadline if is_said else False,
                    "held_since": False,
                }
            )

    # === TEXTS === #

    def _get_lines(self, kind):
        """Give the lines of a section of the notice, cancelled ones left out.

        :param kind: ``overdue`` (in the total), ``not_due`` (in no total),
            ``climbing``, or ``all``
        """
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: not line.is_cancelled)
        if kind == "climbing":
            lines = lines.filtered(lambda line: line.role == "climbing")
        elif kind != "all":
            # A courtesy notice asks for debts that are not due yet.
            is_courtesy = self.level_days <= 0
            due = lines.filtered(
                lambda line: line.role == "climbing"
                if is_courtesy
                else line.days_overdue > 0 and line.role != "not_due"
            )
            lines = due if kind == "overdue" else lines - due
        return lines.sorted(lambda line: (line.due_date, line.name or "", line.id))

    def _get_totals(self):
        """Give {currency: amount to pay}; nothing adds two currencies."""
        self.ensure_one()
        totals = defaultdict(float)
        for line in self._get_lines("overdue"):
            totals[line.currency_id] += line.claim_amount
        return {currency: currency.round(total) for currency, total in totals.items()}

    def _get_credits(self):
        """Give {currency: credits set off in the total}, empty where there are none."""
        self.ensure_one()
        credits = defaultdict(float)
        for line in self._get_lines("overdue"):
            credits[line.currency_id] += line.credit_amount
        return {currency: amount for currency, amount in credits.items() if amount}

    def _format_total(self):
        """Give the total to pay as text, such as “1,200.00 € and $ 50.00”."""
        amounts = [
            formatLang(self.env, amount, currency_obj=currency)
            for currency, amount in self._get_totals().items()
        ]
        return self.env._(" and ").join(amounts)

    def _format_day(self, day):
        """Give a day with its weekday in the language of the text: Friday, 4 December 2026."""
        return format_date(self.env, day, date_format="EEEE, d MMMM y") if day else ""

    def _get_sender(self):
        """Give the person who signs: the collector, else the company's responsible."""
        self.ensure_one()
        return self.case_id._get_collector()

    def _get_reference(self):
        """Give what the customer writes on the payment."""
        self.ensure_one()
        names = self._get_lines("overdue").mapped("move_id").mapped(
            lambda move: move.payment_reference or move.name
        )
        return ", ".join(names[:5])

    def _get_invoices(self):
        """Give the invoices that the level attaches to the notice."""
        self.ensure_one()
        kind = self.level_id.attach_invoices
        if kind == "none":
            return self.env["account.move"]
        lines = self._get_lines("all" if kind == "all" else "overdue")
        return lines.move_id.filtered(lambda move: move.is_invoice(include_receipts=True))

    def _get_print_name(self):
        self.ensure_one()
        return f"{self.as_of}_{self.partner_id.name}_{self.id}".replace("/", "-")
