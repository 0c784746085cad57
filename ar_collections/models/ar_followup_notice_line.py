from odoo import api, fields, models

from ..const import LINE_CANCEL_REASONS, LINE_ROLES


class ArFollowupNoticeLine(models.Model):
    """A debt as a notice tells it: a snapshot, never a balance."""

    _name = "ar.followup.notice.line"
    _description = "Line of a Notice"
    _order = "notice_id, role, due_date, id"
    _rec_name = "name"

    notice_id = fields.Many2one(
        "ar.followup.notice", required=True, index=True, ondelete="cascade"
    )
    notice_day = fields.Date(string="Day", related="notice_id.as_of")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    item_id = fields.Many2one(
        "ar.followup.item", index="btree_not_null", ondelete="set null", readonly=True
    )
    role = fields.Selection(LINE_ROLES, required=True, readonly=True)
    level_id = fields.Many2one("ar.followup.level", readonly=True)
    level_days = fields.Integer(string="Level (days)", readonly=True)
    round = fields.Integer(default=1, readonly=True)
    occurrence = fields.Integer(default=1, readonly=True)
    reason = fields.Selection(
        [("climbs", "Climbs"), ("courtesy", "Courtesy"), ("repeats", "Repeated")],
        readonly=True,
    )
    move_id = fields.Many2one("account.move", readonly=True, ondelete="set null", index=True)
    move_line_id = fields.Many2one("account.move.line", readonly=True, ondelete="set null")
    name = fields.Char(string="Number", readonly=True)
    invoice_date = fields.Date(readonly=True)
    due_date = fields.Date(readonly=True)
    days_overdue = fields.Integer(readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount_total = fields.Monetary(string="Amount", readonly=True)
    open_amount = fields.Monetary(string="Open", readonly=True)
    credit_amount = fields.Monetary(string="Less credits", readonly=True)
    held_amount = fields.Monetary(string="On hold", readonly=True)
    claim_amount = fields.Monetary(
        string="To pay", readonly=True, help="Open, less credits and amounts on hold."
    )
    item_before = fields.Json(
        readonly=True, help="Where the debt stood before this notice was sent."
    )
    is_cancelled = fields.Boolean(readonly=True)
    is_open = fields.Boolean(
        readonly=True, help="Reminded now, in a notice that is not sent yet."
    )
    is_test = fields.Boolean(readonly=True)
    cancel_reason = fields.Selection(LINE_CANCEL_REASONS, readonly=True)

    # Exactly once (L9): nothing is said twice for a debt on a level.
    _said_once_uniq = models.UniqueIndex(
        "(item_id, round, level_id, occurrence)"
        " WHERE role = 'climbing' AND is_cancelled IS NOT TRUE AND is_test IS NOT TRUE",
        "This level was already said for this debt.",
    )
    _open_idx = models.Index("(item_id) WHERE is_open IS TRUE")

    def _is_before_due(self):
        """Tell whether the line is told before its due date has passed.

        A due date on a day off passes with the next business day.
        """
        self.ensure_one()
        return self.role == "not_due" or (self.role == "climbing" and self.level_days <= 0)

    def _has_changed(self):
        """Tell whether another amount is open now than the notice has said."""
        self.ensure_one()
        now = self.item_id.open_amount
        return bool(self.item_id) and not self.currency_id.is_zero(now - self.open_amount)

    def _cancel(self, reason):
        """Take lines out of notices; notices with nothing left end too.

        What was said but did not arrive gives its rung back.
        """
        for line in self:
            if line.notice_id.handed_over_on:
                line._restore_item()
        self.write({"is_cancelled": True, "is_open": False, "cancel_reason": reason})
        for notice in self.notice_id:
            if not notice.line_ids.filtered(
                lambda line: line.role == "climbing" and not line.is_cancelled
            ):
                notice._cancel(reason)

    @api.depends("name", "level_days")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.name or ""
