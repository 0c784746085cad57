"""Put debts, invoices or customers on hold."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ..const import CUSTOMER_STOPS, HOLD_REASONS


class ArCollectionHoldSet(models.TransientModel):
    _name = "ar.collection.hold.set"
    _description = "Put on Hold"
    _inherit = "ar.window.mixin"

    case_ids = fields.Many2many("ar.collection.case", string="Customers", readonly=True)
    item_ids = fields.Many2many("ar.followup.item", string="Debts", readonly=True)
    move_ids = fields.Many2many("account.move", string="Invoices", readonly=True)
    reason = fields.Selection(HOLD_REASONS, required=True, default="hold")
    until = fields.Date(help="The last day of the hold, included. Empty: until lifted.")
    amount = fields.Monetary(
        help="The part of the debt that is on hold. 0: all of it.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    has_amount = fields.Boolean(compute="_compute_currency_id")
    is_stop = fields.Boolean(compute="_compute_is_stop")
    is_interest_running = fields.Boolean(
        string="Interest runs on meanwhile",
        help="Interest of these days is only not asked for until the stop has ended. "
        "Otherwise these days bear none.",
    )
    note = fields.Char(help="Kept with the hold, for colleagues and auditors.")

    @api.depends("item_ids", "move_ids", "case_ids")
    def _compute_currency_id(self):
        for wizard in self:
            debts = wizard.item_ids or wizard.move_ids
            wizard.has_amount = len(debts) == 1
            wizard.currency_id = debts[:1].sudo().currency_id

    @api.depends("reason")
    def _compute_is_stop(self):
        for wizard in self:
            wizard.is_stop = wizard.reason in CUSTOMER_STOPS

    def action_hold(self):
        """Set one hold on each customer, invoice or debt chosen."""
        self.ensure_one()
        self._check_amount()
        holds = self.env["ar.collection.hold"]._set_on(
            self.case_ids or self.item_ids or self.move_ids,
            reason=self.reason,
            until=self.until,
            amount=self.amount,
            note=self.note,
        )
        if self.is_stop:
            holds._decide_interest(self.is_interest_running)
        return {"type": "ir.actions.act_window_close"}

    def _check_amount(self):
        if self.amount and not self.has_amount:
            raise UserError(
                self.env._(
                    "An amount can be held on one debt or one invoice: choose one, or "
                    "leave the amount at 0."
                )
            )
        if self.amount and self.currency_id.compare_amounts(self.amount, self._get_open()) > 0:
            raise UserError(
                self.env._(
                    "Only %(open)s is open: hold less, or leave the amount at 0 to hold "
                    "all of it.",
                    open=format_amount(self.env, self._get_open(), self.currency_id),
                )
            )

    def _get_open(self):
        """Give what is open of the debt or the invoice chosen."""
        if self.item_ids:
            return self.item_ids.open_amount
        return self.move_ids.sudo().amount_residual
