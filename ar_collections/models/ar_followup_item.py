"""Items: one debt on the ladder, and what was said for it."""

from odoo import api, fields, models

from ..const import ITEM_REASONS, REVIEW_STATES


class ArFollowupItem(models.Model):
    _name = "ar.followup.item"
    _description = "Debt on the Follow-up Ladder"
    _order = "due_date, id"
    _check_company_auto = True

    case_id = fields.Many2one(
        "ar.collection.case", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, readonly=True
    )
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    # A line id is not the identity of a debt: terms rebuilt in draft recycle it.
    move_line_id = fields.Many2one(
        "account.move.line", string="Journal Item", ondelete="set null", readonly=True
    )
    due_date = fields.Date(readonly=True, help="The due date when the ladder last looked.")
    currency_id = fields.Many2one(related="move_line_id.currency_id")

    # What was said
    round = fields.Integer(
        default=1,
        readonly=True,
        help="Rises when a person sets the rung back or the due date moves ahead.",
    )
    rung_days = fields.Integer(
        string="Rung", readonly=True, help="Days of the last level after due. 0: none yet."
    )
    rung_level_id = fields.Many2one("ar.followup.level", string="Level", readonly=True)
    passed_days = fields.Integer(
        readonly=True, help="Days of the last level whose condition was not met."
    )
    occurrence = fields.Integer(default=1, readonly=True)
    courtesy_days = fields.Integer(readonly=True)
    has_courtesy = fields.Boolean(readonly=True)
    last_notice_date = fields.Date(string="Last notice", readonly=True)
    last_notice_id = fields.Many2one("ar.followup.notice", ondelete="set null", readonly=True)
    deadline = fields.Date(readonly=True)
    held_since = fields.Date(readonly=True)
    inherited_reminders = fields.Integer(
        readonly=True,
        help="Reminders that have arrived for the instalment from which this one took "
        "over its rung when the terms were rebuilt, in this round.",
    )
    # A task is made once for each dead end: see the planner.
    task_key = fields.Char(readonly=True, copy=False)
    review_state = fields.Selection(
        REVIEW_STATES, string="Review", default="followed", required=True, readonly=True
    )

    # What comes
    reason = fields.Selection(ITEM_REASONS, string="Why", readonly=True)
    next_level_id = fields.Many2one("ar.followup.level", string="Next level", readonly=True)
    next_date = fields.Date(string="Next step on", readonly=True)

    # The ledger's truth
    open_amount = fields.Monetary(
        compute="_compute_ledger", search="_search_open_amount", compute_sudo=True
    )
    open_amount_company = fields.Monetary(
        string="Open amount (company currency)",
        compute="_compute_ledger",
        currency_field="company_currency_id",
        compute_sudo=True,
    )
    company_currency_id = fields.Many2one(
        string="Company Currency", related="company_id.currency_id"
    )
    is_open = fields.Boolean(
        compute="_compute_ledger", search="_search_is_open", compute_sudo=True
    )
    due_now = fields.Date(
        string="Due date now", compute="_compute_ledger", compute_sudo=True
    )
    days_overdue = fields.Integer(
        compute="_compute_days_overdue", search="_search_days_overdue", compute_sudo=True
    )
    hold_ids = fields.One2many("ar.collection.hold", "item_id", string="Holds")
    event_ids = fields.One2many("ar.followup.event", "item_id", string="Events")
    notice_line_ids = fields.One2many("ar.followup.notice.line", "item_id", string="Notices")

    _move_line_uniq = models.Constraint(
        "UNIQUE(move_line_id)", "A debt can only be on the ladder once."
    )

    # === COMPUTES === #

    @api.depends("move_line_id.move_name", "move_line_id.name", "due_date")
    def _compute_display_name(self):
        for item in self:
            number = item.sudo().move_line_id._ar_get_number()
            item.display_name = f"{number} · {item.due_date}"

    @api.depends(
        "move_line_id.amount_residual_currency",
        "move_line_id.reconciled",
        "move_line_id.parent_state",
        "move_line_id.date_maturity",
    )
    def _compute_ledger(self):
        for item in self:
            line = item.move_line_id
            is_open = line.parent_state == "posted" and not line.reconciled
            item.is_open = is_open
            item.open_amount = line.amount_residual_currency if is_open else 0.0
            item.open_amount_company = line.amount_residual if is_open else 0.0
            item.due_now = line.date_maturity or item.due_date

    @api.depends("move_line_id.date_maturity")
    def _compute_days_overdue(self):
        for item in self:
            due = item.move_line_id.date_maturity or item.due_date
            today = item.company_id._ar_today()
            item.days_overdue = (today - due).days if due else 0

    @api.model
    def _search_is_open(self, operator, value):
        if operator != "in":
            return NotImplemented
        line_open = [
            ("move_line_id.parent_state", "=", "posted"),
            ("move_line_id.reconciled", "=", False),
        ]
        wanted = set(value)
        if wanted == {True}:
            return line_open
        if wanted == {False}:
            return ["!", "&", *line_open]
        return []

    @api.model
    def _search_open_amount(self, operator, value):
        if operator not in ("<", "<=", ">", ">=", "in", "not in"):
            return NotImplemented
        return [("move_line_id.amount_residual_currency", operator, value)]

    @api.model
    def _search_days_overdue(self, operator, value):
        flipped = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
        if operator not in flipped:
            return NotImplemented
        today = self.env.company._ar_today()
        day = fields.Date.subtract(today, days=value)
        return [("move_line_id.date_maturity", flipped[operator], day)]
