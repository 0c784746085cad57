"""How a call went, and what follows from it."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import CALL_OUTCOMES


class ArFollowupCallOutcome(models.TransientModel):
    _name = "ar.followup.call.outcome"
    _description = "Outcome of a Call"
    _inherit = "ar.window.mixin"

    activity_id = fields.Many2one(
        "mail.activity", string="Call", required=True, readonly=True, ondelete="cascade"
    )
    case_id = fields.Many2one(
        "ar.collection.case", string="Customer", compute="_compute_case_id"
    )
    delivery_id = fields.Many2one("ar.followup.delivery", compute="_compute_case_id")
    activity_note = fields.Html(string="Script and debts", related="activity_id.note")
    item_ids = fields.Many2many(
        "ar.followup.item",
        string="Debts",
        compute="_compute_item_ids",
        store=True,
        readonly=False,
        domain="[('case_id', '=', case_id), ('is_open', '=', True)]",
        help="The debts that the call was about.",
    )
    outcome = fields.Selection(CALL_OUTCOMES, required=True)
    note = fields.Text(help="What was said, for colleagues and auditors.")
    callback_date = fields.Date(string="Call back on")

    # === COMPUTES === #

    @api.depends("activity_id")
    def _compute_case_id(self):
        for wizard in self:
            activity = wizard.activity_id
            is_on_case = activity.res_model == "ar.collection.case"
            wizard.case_id = activity.res_id if is_on_case else False
            wizard.delivery_id = activity._ar_get_deliveries()[:1]

    @api.depends("delivery_id", "case_id")
    def _compute_item_ids(self):
        for wizard in self:
            lines = wizard.delivery_id.notice_id._get_climbing_lines()
            items = lines.item_id if wizard.delivery_id else wizard.case_id.open_item_ids
            wizard.item_ids = items.filtered("is_open")

    # === ACTIONS === #

    def action_save(self):
        """Keep the outcome, close the call, and do what follows.

        :raise UserError: for a call that is closed already, or a call back without a day
        """
        self.ensure_one()
        self.env["ar.collection.case"]._check_group("ar_collections_group_collector")
        self.case_id.check_access("read")
        self._check()
        delivery, items, case = self.delivery_id, self.item_ids, self.case_id
        text = self._get_text()
        self.activity_id.sudo()._ar_close_call(text)
        case._log("called", text, notice=delivery.notice_id)
        delivery._on_call_outcome(self.outcome)
        return self._follow_up(case, items, has_delivery=bool(delivery))

    def _check(self):
        if not self.activity_id.active or not self.case_id:
            raise UserError(self.env._("This call is closed already."))
        if self.outcome == "reached_callback":
            today = self.case_id.company_id._ar_today()
            if not self.callback_date or self.callback_date < today:
                raise UserError(
                    self.env._("Say on which day the customer is called back: today or later.")
                )

    def _get_text(self):
        label = dict(self._fields["outcome"]._description_selection(self.env))[self.outcome]
        return f"{label}: {self.note}" if self.note else label

    def _follow_up(self, case, items, *, has_delivery):
        """Hold what is disputed, offer to note a promise, plan the next call."""
        closing = {"type": "ir.actions.act_window_close"}
        targets = items or case
        if self.outcome == "reached_promise":
            return targets.action_ar_open_promise()
        if self.outcome == "reached_dispute":
            self.env["ar.collection.hold"]._set_on(targets, reason="dispute", note=self.note)
        elif self.outcome == "reached_callback":
            self._copy_call(self.callback_date)
        elif self.outcome == "no_answer" and not has_delivery:
            # A call that a person has planned; a notice's own call is put off by it.
            days = case._get_business_days()
            self._copy_call(days.add(case.company_id._ar_today(), 1))
        return closing

    def _copy_call(self, day):
        call = self.activity_id.sudo()
        call.copy({"date_deadline": day, "active": True, "feedback": False})
