"""Holds: a debt, an invoice or a customer is not followed up for now."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from ..const import CUSTOMER_STOPS, HOLD_REASONS


class ArCollectionHold(models.Model):
    _name = "ar.collection.hold"
    _inherit = "ar.guarded.mixin"
    _description = "Hold of Follow-up"
    _order = "active desc, id desc"
    _rec_name = "reason"
    _check_company_auto = True

    case_id = fields.Many2one(
        "ar.collection.case", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="case_id.partner_id", string="Customer")
    item_id = fields.Many2one(
        "ar.followup.item",
        string="Debt",
        index="btree_not_null",
        ondelete="cascade",
        help="Empty, as the invoice: the whole customer is on hold.",
    )
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        index="btree_not_null",
        ondelete="cascade",
        help="All instalments of this invoice are on hold.",
    )
    reason = fields.Selection(HOLD_REASONS, required=True, default="hold")
    amount = fields.Monetary(
        help="The part of the debt that is on hold. 0: all of it.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    date = fields.Date(
        string="Since", required=True, default=lambda self: self.env.company._ar_today()
    )
    until = fields.Date(
        help="The last day of the hold, included. Empty: until lifted."
    )
    note = fields.Char()
    user_id = fields.Many2one(
        "res.users", string="Set by", default=lambda self: self.env.user, readonly=True
    )
    active = fields.Boolean(default=True)
    lifted_date = fields.Date(readonly=True, copy=False)

    _positive_amount = models.Constraint(
        "CHECK(amount >= 0)",
        "The amount on hold cannot be negative: enter 0 for all of it.",
    )
    _one_target = models.Constraint(
        "CHECK(item_id IS NULL OR move_id IS NULL)",
        "A hold is on a debt or on an invoice, not on both.",
    )

    @api.depends("item_id", "move_id", "case_id")
    def _compute_currency_id(self):
        for hold in self:
            hold.currency_id = (
                hold.item_id.currency_id
                or hold.move_id.currency_id
                or hold.case_id.company_id.currency_id
            )

    @api.constrains("reason", "item_id", "move_id", "amount", "until", "date")
    def _check_hold(self):
        for hold in self:
            is_part = hold.item_id or hold.move_id or hold.amount
            if hold.reason in CUSTOMER_STOPS and is_part:
                raise ValidationError(
                    self.env._(
                        "“%(reason)s” stops the whole customer: "
                        "leave debt, invoice and amount empty.",
                        reason=dict(HOLD_REASONS)[hold.reason],
                    )
                )
            if hold.amount and not (hold.item_id or hold.move_id):
                raise ValidationError(
                    self.env._("An amount can be held on a debt or an invoice only.")
                )
            if hold.until and hold.until < hold.date:
                raise ValidationError(self.env._("A hold must start before it ends."))

    # Not when the case changes: customers who are merged bring holds that fitted before.
    @api.constrains("item_id", "move_id")
    def _check_target(self):
        """Refuse a hold on a debt that is not the customer's in this company."""
        for hold in self:
            if not hold._has_own_target():
                target = hold.item_id or hold.move_id
                raise ValidationError(
                    self.env._(
                        "%(debt)s is not a debt of %(customer)s in %(company)s: set the "
                        "hold on the case of the customer who owes it.",
                        debt=target.display_name,
                        customer=hold.partner_id.display_name,
                        company=hold.company_id.display_name,
                    )
                )

    def _has_own_target(self):
        """Tell whether what is on hold is the customer's; the customer as a whole is."""
        self.ensure_one()
        move = self.move_id
        if move:
            owners = move.commercial_partner_id | move.partner_id.commercial_partner_id
            return self.partner_id in owners and move.company_id == self.company_id
        return not self.item_id or self.item_id.case_id == self.case_id

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to keep each hold on record."""
        holds = super().create(vals_list)
        for hold in holds:
            hold.case_id._log("hold_set", hold.note or hold._get_reason_label(), hold.item_id)
        holds.case_id._refresh_outlook()
        return holds

    def write(self, vals):
        """Override of `base`: a hold stays as it was set; to archive it is to lift it."""
        if self.env.su:
            return super().write(vals)
        if vals != {"active": False}:
            raise AccessError(
                self.env._(
                    "A hold stays on record as it was set: lift it, and set another."
                )
            )
        self._check_may_lift()
        if stops := self._get_stops():
            raise stops._get_stop_error()
        self._lift()
        return True

    # === ACTIONS === #

    def action_lift(self):
        """End the holds today; they stay on record.

        What stops a whole customer is lifted alone: a window asks why.
        """
        self._check_may_lift()
        stops = self._get_stops()
        if not stops:
            self._lift()
            return True
        if len(self) > 1:
            raise stops._get_stop_error()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lift hold"),
            "res_model": "ar.collection.hold.lift",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_hold_id": stops.id},
        }

    # === BUSINESS === #

    def _check_may_lift(self):
        self.env["ar.collection.case"]._check_group("ar_collections_group_collector")
        self.check_access("write")

    def _get_stops(self):
        """Give those in force that stop a whole customer."""
        return self.filtered(lambda hold: hold.active and hold.reason in CUSTOMER_STOPS)

    def _get_stop_error(self):
        stop = self[:1]
        return UserError(
            self.env._(
                "“%(reason)s” stops %(customer)s altogether: open this hold under Holds "
                "and lift it alone, with a reason.",
                reason=stop._get_reason_label(),
                customer=stop.partner_id.display_name,
            )
        )

    def _lift(self, note=None):
        """End the holds today, on record.

        :param note: why
        """
        for hold in self.filtered("active"):
            day = hold.company_id._ar_today()
            label = hold._get_reason_label()
            hold.sudo().write({"active": False, "lifted_date": day})
            note_of_hold = f"{label}: {note}" if note else label
            hold.case_id._log("hold_lifted", note_of_hold, hold.item_id)
        self.case_id._refresh_outlook()

    def _get_reason_label(self):
        selection = self._fields["reason"]._description_selection(self.env)
        return dict(selection)[self.reason]

    def _is_on_customer(self):
        """Tell whether the hold is in force today, for the whole customer."""
        self.ensure_one()
        return not self.item_id and not self.move_id and self._is_in_force()

    def _is_in_force(self):
        self.ensure_one()
        return self.active and (not self.until or self.until >= self.company_id._ar_today())

    def _get_summary(self):
        """Give the hold as text, such as “Dispute until 24 December 2026”."""
        self.ensure_one()
        if not self.until:
            return self._get_reason_label()
        return self.env._(
            "%(reason)s until %(day)s",
            reason=self._get_reason_label(),
            day=format_date(self.env, self.until),
        )
