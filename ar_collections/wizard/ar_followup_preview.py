"""What a run of a day would say, and why not."""

from collections import Counter

from odoo import Command, api, fields, models
from odoo.tools import SQL, format_date, split_every

from ..const import CHANNELS, ITEM_REASONS, PLAN_BATCH_DEBTS
from ..tools.ladder_notices import SAID
from ..tools.sql_rows import as_table

# Facts of so many customers are held in memory at once.
BATCH = 1000
_LINE = {
    "partner_id": "int",
    "recipient_id": "int",
    "channel": "varchar",
    "notice_level_id": "int",
    "level_id": "int",
    "move_line_id": "int",
    "move_id": "int",
    "due_date": "date",
    "days_overdue": "int",
    "open_amount": "numeric",
    "claim_amount": "numeric",
    "currency_id": "int",
    "reason": "varchar",
}


class ArFollowupPreview(models.TransientModel):
    """Decides from today's ledger for any day; writes nothing but its own lines."""

    _name = "ar.followup.preview"
    _description = "Preview of a Run"
    _inherit = "ar.window.mixin"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date = fields.Date(
        string="Day",
        required=True,
        default=lambda self: self.env.company._ar_today(),
        help="Any day: what today's ledger would lead to if nobody paid until then.",
    )
    partner_ids = fields.Many2many(
        "res.partner", string="Customers", help="Empty: all customers."
    )
    is_done = fields.Boolean(readonly=True)
    line_ids = fields.One2many("ar.followup.preview.line", "preview_id", string="Said")
    reason_ids = fields.One2many(
        "ar.followup.preview.reason", "preview_id", string="Why not"
    )
    notice_count = fields.Integer(string="Notices", readonly=True)
    customer_count = fields.Integer(string="Customers reminded", readonly=True)
    debt_count = fields.Integer(string="Debts looked at", readonly=True)

    # === COMPUTES === #

    @api.depends("date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for preview in self:
            preview.display_name = self.env._(
                "Preview of %(day)s", day=format_date(self.env, preview.date)
            )

    # === ACTIONS === #

    @api.model
    def _open_for(self, company, date, partners=None):
        """Open the preview of a day, already worked out."""
        preview = self.create(
            {
                "company_id": company.id,
                "date": date,
                "partner_ids": [Command.set(partners.ids if partners else [])],
            }
        )
        preview.action_preview()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview"),
            "res_model": self._name,
            "res_id": preview.id,
            "views": [(False, "form")],
        }

    def action_preview(self):
        """Work the preview out."""
        self.ensure_one()
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")
        self.company_id.check_access("read")
        proposals, reasons = self._decide()
        self.write(
            {
                "is_done": True,
                "reason_ids": [Command.clear(), *self._get_reasons(reasons)],
                "notice_count": len(proposals),
                "customer_count": len(
                    {customer.partner_id for customer, _p in proposals}
                ),
                "debt_count": sum(reasons.values()),
            }
        )
        self.line_ids.unlink()
        self._write_lines(proposals)
        return True

    def action_open_lines(self):
        """Show the lines as a list of their own, grouped by customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview of %(day)s", day=self.date),
            "res_model": "ar.followup.preview.line",
            "views": [(False, "list"), (False, "pivot")],
            "domain": [("preview_id", "=", self.id)],
            "context": {"group_by": ["partner_id"]},
        }

    # === BUSINESS === #

    def _decide(self):
        """Decide as a run of the day would.

        :return: list of (customer, proposal), Counter of the reasons of all debts
        """
        proposals, reasons = [], Counter()
        for decided in self._apply_maximum(self._decide_all()):
            decision = decided.decision
            reasons.update(line.step.reason for line in decision.lines)
            proposals += [
                (decided.customer, proposal) for proposal in decision.proposals
            ]
        return proposals, reasons

    def _decide_all(self):
        """Decide for the customers, batch by batch."""
        planner = self.env["ar.followup.planner"].sudo()
        run = self.env["ar.followup.run"].new(
            {
                "company_id": self.company_id.id,
                "partner_ids": [Command.set(self.partner_ids.ids)],
            }
        )
        for partner_ids in split_every(BATCH, planner._get_open_partner_ids(run)):
            yield from planner._decide_all(
                self.company_id, list(partner_ids), self.date
            )

    def _apply_maximum(self, decisions):
        """Let wait what is above the maximum of notices for a day."""
        settings = self.company_id._ar_get_settings_company()
        if not settings.ar_max_per_day:
            return decisions
        used = self.env["ar.followup.notice"].search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("as_of", "=", self.date),
                ("state", "!=", "cancelled"),
                ("is_test", "=", self.company_id._ar_is_test_mode()),
            ]
        )
        planner = self.env["ar.followup.planner"]
        return planner._limit(
            list(decisions), settings.ar_max_per_day - used, self.date
        )

    def _write_lines(self, proposals):
        """Write a line for each debt that would be reminded.

        SQL: a statement for thousands; lines have no stored computed fields.
        """
        self.flush_recordset()
        for rows in split_every(PLAN_BATCH_DEBTS, self._get_rows(proposals)):
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO ar_followup_preview_line
                           (partner_id, recipient_id, channel, notice_level_id, level_id,
                            move_line_id, move_id, due_date, days_overdue, open_amount,
                            claim_amount, currency_id, reason,
                            preview_id, create_uid, write_uid, create_date, write_date)
                    SELECT v.*, %(preview)s, %(user)s, %(user)s,
                           now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                      FROM %(values)s
                    """,
                    preview=self.id,
                    user=self.env.uid,
                    values=as_table(_LINE, list(rows)),
                )
            )
        self.invalidate_recordset(["line_ids"])

    def _get_rows(self, proposals):
        """Give the values of the lines, in the order of `_LINE`."""
        for customer, proposal in proposals:
            for line in proposal.climbing:
                yield (
                    customer.partner_id,
                    proposal.recipient_id,
                    proposal.channel,
                    proposal.level.id,
                    line.step.level.id,
                    line.debt.line_id,
                    line.debt.move_id,
                    line.debt.due,
                    (self.date - line.debt.due).days,
                    line.debt.open,
                    line.claim,
                    line.debt.currency_id,
                    line.step.reason,
                )

    def _get_reasons(self, reasons):
        return [
            Command.create({"reason": reason, "debt_count": count})
            for reason, count in reasons.most_common()
            if reason not in SAID
        ]


class ArFollowupPreviewLine(models.TransientModel):
    _name = "ar.followup.preview.line"
    _description = "Debt Said in a Preview"
    _order = "partner_id, due_date, id"

    preview_id = fields.Many2one(
        "ar.followup.preview", required=True, ondelete="cascade"
    )
    partner_id = fields.Many2one("res.partner", string="Customer")
    recipient_id = fields.Many2one("res.partner", string="To")
    channel = fields.Selection(CHANNELS)
    notice_level_id = fields.Many2one("ar.followup.level", string="Notice")
    level_id = fields.Many2one("ar.followup.level")
    move_id = fields.Many2one("account.move", string="Invoice")
    move_line_id = fields.Many2one("account.move.line", string="Journal Item")
    due_date = fields.Date()
    days_overdue = fields.Integer(aggregator=None)
    currency_id = fields.Many2one("res.currency")
    open_amount = fields.Monetary(string="Open")
    claim_amount = fields.Monetary(string="To pay")
    reason = fields.Selection(ITEM_REASONS, string="Why")


class ArFollowupPreviewReason(models.TransientModel):
    _name = "ar.followup.preview.reason"
    _description = "Reason in a Preview"
    _order = "debt_count desc, id"

    preview_id = fields.Many2one(
        "ar.followup.preview", required=True, ondelete="cascade"
    )
    reason = fields.Selection(ITEM_REASONS, string="Why")
    debt_count = fields.Integer(string="Debts")
