"""Deposits on orders: what is asked before start, and waiting until it has come."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.sql import column_exists, create_column

_QUOTATION = ("draft", "sent")
DEPOSIT_STATES = [
    ("none", "No deposit"),
    ("asked", "Deposit asked for"),
    ("waiting", "Waiting for deposit"),
    ("part", "Deposit partly paid"),
    ("paid", "Deposit paid"),
    ("unpaid", "Deposit not paid"),
    ("settle", "Deposit to settle"),
]
CHANGERS = (
    "sales_team.group_sale_manager",
    "ar_collections.ar_collections_group_manager",
    "ar_collections.ar_collections_group_credit_approver",
)
# Others who read orders, such as people of the warehouse, have no access to the parts.
READERS = (
    "sales_team.group_sale_salesman,account.group_account_invoice,"
    "account.group_account_readonly,ar_collections.ar_collections_group_auditor,"
    "ar_collections.ar_collections_group_credit_approver"
)
_COLUMNS = {
    "ar_deposit_rule_id": "int4",
    "ar_deposit_percent": "float8",
    "ar_deposit_amount": "numeric",
    "ar_deposit_received": "numeric",
    "ar_deposit_state": "varchar",
}
_CORE_FIELDS = frozenset({"require_payment", "prepayment_percent"})


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # Computed by methods of our own, which come after everybody else's: a quotation
    # template does not take a deposit away that a rule asks for.
    require_payment = fields.Boolean(compute="_compute_ar_require_payment", precompute=False)
    prepayment_percent = fields.Float(
        compute="_compute_ar_prepayment_percent", precompute=False
    )

    ar_deposit_ids = fields.One2many(
        "ar.deposit",
        "order_id",
        string="Paid in parts",
        compute="_compute_ar_deposit_ids",
        store=True,
        copy=False,
        groups=READERS,
    )
    ar_deposit_rule_id = fields.Many2one(
        "ar.deposit.rule",
        string="Deposit rule",
        compute="_compute_ar_deposit_rule_id",
        store=True,
        copy=False,
    )
    ar_deposit_percent = fields.Float(
        string="Deposit by credit review (%)",
        compute="_compute_ar_deposit_rule_id",
        store=True,
        copy=False,
    )
    ar_deposit_by_hand = fields.Boolean(
        string="Deposit set by hand", readonly=True, copy=False
    )
    ar_deposit_reason = fields.Char(
        string="Reason of the deposit", readonly=True, copy=False
    )
    ar_deposit_amount = fields.Monetary(
        string="Deposit",
        compute="_compute_ar_deposit_state",
        store=True,
        help="To be paid before the order is confirmed and work starts.",
    )
    ar_deposit_received = fields.Monetary(
        string="Received",
        compute="_compute_ar_deposit_received",
        store=True,
        help="Paid online or on down-payment invoices, less what was taken back.",
    )
    ar_deposit_state = fields.Selection(
        DEPOSIT_STATES,
        string="Deposit status",
        compute="_compute_ar_deposit_state",
        store=True,
    )
    ar_deposit_is_stopped = fields.Boolean(
        string="Paid, but held", readonly=True, copy=False
    )
    ar_deposit_message = fields.Char(compute="_compute_ar_deposit_message")
    ar_deposit_is_billable = fields.Boolean(compute="_compute_ar_deposit_message")

    def _auto_init(self):
        """Override: the orders that are there have no deposit, whatever their number."""
        for name, kind in _COLUMNS.items():
            if not column_exists(self.env.cr, self._table, name):
                create_column(self.env.cr, self._table, name, kind)
        return super()._auto_init()

    # === COMPUTES === #

    @api.depends(
        "partner_id",
        "partner_invoice_id",
        "company_id",
        "currency_id",
        "amount_total",
        "order_line.product_id",
        "ar_deposit_by_hand",
    )
    def _compute_ar_deposit_rule_id(self):
        rules = self.env["ar.deposit.rule"]
        for order in self:
            if order._ar_is_deposit_fixed():
                order.ar_deposit_rule_id = order.ar_deposit_rule_id
                order.ar_deposit_percent = order.ar_deposit_percent
                continue
            case = rules._get_case(order._ar_get_payer(), order.company_id)
            percent = 0.0 if order.ar_deposit_by_hand else case.credit_deposit_percent
            order.ar_deposit_percent = percent
            is_by_rule = order._ar_get_payer() and not percent and not order.ar_deposit_by_hand
            order.ar_deposit_rule_id = (
                rules._get_rule(order, "for_orders") if is_by_rule else rules
            )

    @api.depends("ar_deposit_rule_id", "ar_deposit_percent", "ar_deposit_by_hand")
    def _compute_ar_deposit_ids(self):
        for order in self:
            if order.ar_deposit_by_hand or order._ar_is_deposit_fixed():
                order.ar_deposit_ids = order.ar_deposit_ids
                continue
            order._ar_set_parts(order._ar_get_plan())

    @api.depends(lambda self: self._ar_get_core_depends("ar_deposit_ids.amount"))
    def _compute_ar_require_payment(self):
        """Ask for payment where there is a deposit; else what core and templates say."""
        self._compute_require_payment()
        for order in self:
            if first := order._ar_get_first_part():
                order.require_payment = bool(first.amount)
            elif order.ar_deposit_by_hand:
                order.require_payment = False

    @api.depends(
        lambda self: self._ar_get_core_depends("require_payment", "ar_deposit_ids.amount")
    )
    def _compute_ar_prepayment_percent(self):
        self._compute_prepayment_percent()
        for order in self:
            first = order._ar_get_first_part()
            if first.amount and order.amount_total > 0:
                order.prepayment_percent = min(first.amount / order.amount_total, 1.0)

    @api.model
    def _ar_get_core_depends(self, *names):
        """Give what core's and its templates' values depend on, besides `names`."""
        core = ("company_id", "sale_order_template_id", "ar_deposit_by_hand")
        return [*names, *(name for name in core if name in self._fields)]

    @api.depends(
        "ar_deposit_ids.amount",
        "ar_deposit_received",
        "state",
        "signed_on",
        "ar_acceptance_ids",
        "ar_deposit_reopened",
        "ar_deposit_settled",
        "ar_deposit_ids.reached_date",
    )
    def _compute_ar_deposit_state(self):
        for order in self:
            order.ar_deposit_amount = order._ar_get_first_part().amount
            order.ar_deposit_state = order._ar_find_deposit_state()

    def _ar_find_deposit_state(self):
        self.ensure_one()
        if self.state == "cancel":
            return "settle" if self._ar_has_to_settle() else "none"
        if self.currency_id.is_zero(self.ar_deposit_amount):
            return "none"
        if self._ar_get_deposit_rest() <= 0:
            return "paid"
        if self.state == "sale":
            return "unpaid"
        if not self.currency_id.is_zero(self.ar_deposit_received):
            return "part"
        return "waiting" if self._ar_is_accepted() else "asked"

    @api.depends(
        "state",
        "ar_deposit_state",
        "ar_deposit_amount",
        "ar_deposit_received",
        "ar_deposit_ids.move_ids.state",
    )
    def _compute_ar_deposit_message(self):
        for order in self:
            order.ar_deposit_message = order._ar_get_deposit_message()
            first = order._ar_get_first_part()
            is_open = first and not first._get_billed() and order._ar_get_deposit_rest() > 0
            order.ar_deposit_is_billable = is_open and order.state in _QUOTATION

    def _ar_get_deposit_message(self):
        """Say what there is to do about the deposit; False where there is nothing."""
        self.ensure_one()
        values = {
            "rest": self.currency_id.format(self._ar_get_deposit_rest()),
            "received": self.currency_id.format(self.ar_deposit_received),
        }
        if self.ar_deposit_state == "paid" and self.state in _QUOTATION:
            return self.env._("The deposit is paid. The order can be confirmed.")
        return {
            "waiting": self.env._(
                "Accepted, and waiting for the deposit of %(rest)s. The order is confirmed "
                "by itself when the money has come.",
                **values,
            ),
            "part": self.env._(
                "%(received)s of the deposit has come, %(rest)s is missing.", **values
            ),
            "unpaid": self.env._(
                "%(rest)s of the deposit is not paid, or was taken back.", **values
            ),
            "settle": self.env._(
                "The order is cancelled, and its deposit is not settled: %(received)s of "
                "the customer is here. Keep it as a credit, or pay it back.",
                **values,
            ),
        }.get(self.ar_deposit_state, False)

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `sale`: a deposit is changed through its window alone."""
        for vals in vals_list:
            self._ar_check_own_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Override of `sale`: a deposit is not written away behind its rule's back."""
        self._ar_check_own_fields(vals)
        if not self.env.su and not _CORE_FIELDS.isdisjoint(vals):
            self._ar_check_core_fields(vals)
        result = super().write(vals)
        if vals.get("state") == "sent":
            # Credit and rating may have changed since the quotation was begun.
            self.sudo()._compute_ar_deposit_rule_id()
        return result

    def _ar_check_own_fields(self, vals):
        if not self.env.su and any(name.startswith("ar_deposit_") for name in vals):
            raise AccessError(
                self.env._("Deposits of orders are changed with “Change deposit”.")
            )

    def _ar_check_core_fields(self, vals):
        for order in self.filtered(lambda order: order._ar_get_first_part()):
            if any(order[name] != vals[name] for name in _CORE_FIELDS & vals.keys()):
                raise UserError(
                    self.env._(
                        "%(order)s has a deposit: use “Change deposit” instead of its "
                        "online payment.",
                        order=order.display_name,
                    )
                )

    # === OVERRIDES === #

    def _ar_get_stops(self):
        """Override to keep an order a quotation while its deposit is not paid."""
        stops = super()._ar_get_stops()
        if self._ar_get_deposit_rest() > 0:
            stops.append(("deposit", self._ar_get_waiting_sentence()))
        return stops

    def _get_prepayment_required_amount(self):
        """Override of `sale`: the first part, less what has come already."""
        if not self._ar_get_first_part():
            return super()._get_prepayment_required_amount()
        return max(self._ar_get_deposit_rest(), 0.0)

    def _is_confirmation_amount_reached(self):
        """Override of `sale`: deposits paid by bank transfer count too."""
        if self._ar_get_first_part():
            return self._ar_get_deposit_rest() <= 0
        own, free = self._ar_get_money()
        received = float(free + sum(own.values()))
        required = self._get_prepayment_required_amount()
        return self.currency_id.compare_amounts(required, received) <= 0

    # === BUSINESS === #

    def _ar_get_payer(self):
        self.ensure_one()
        return (self.partner_invoice_id or self.partner_id).commercial_partner_id

    def _ar_get_first_part(self):
        """Give the part that is paid before start; empty where nothing is asked."""
        parts = self.sudo().ar_deposit_ids
        return parts.filtered(lambda part: part.trigger == "acceptance")[:1]

    def _ar_get_deposit_rest(self):
        """Give what is missing of the deposit before start, in the order's currency."""
        self.ensure_one()
        first = self._ar_get_first_part()
        return self.currency_id.round(first.amount - self.ar_deposit_received) if first else 0.0

    def _ar_is_accepted(self):
        """Tell whether the customer has said yes: signed, terms noted, or invoiced."""
        self.ensure_one()
        order = self.sudo()
        since = order.ar_deposit_reopened
        return bool(
            order.signed_on
            or any(not since or one.date >= since for one in order.ar_acceptance_ids)
            or any(part.reached_date for part in order.ar_deposit_ids)
        )

    def _ar_is_deposit_fixed(self):
        """Tell whether rules leave the deposit alone: the customer goes by it already."""
        self.ensure_one()
        has_plan = self.sudo().ar_deposit_ids and self._origin.id
        return self.state not in _QUOTATION or bool(has_plan and self._ar_is_accepted())

    def _ar_get_waiting_sentence(self):
        values = {
            "rest": self.currency_id.format(self._ar_get_deposit_rest()),
            "amount": self.currency_id.format(self.ar_deposit_amount),
        }
        if self._ar_get_first_part()._get_billed():
            return self.env._(
                "It waits for its deposit: %(rest)s of %(amount)s is missing. The "
                "down-payment invoice is not paid yet; the customer can pay online too.",
                **values,
            )
        return self.env._(
            "It waits for its deposit: %(rest)s of %(amount)s is missing. Ask for it with "
            "“Down-payment invoice”, or let the customer pay online.",
            **values,
        )

    def _ar_check_deposit_change(self):
        """Refuse to change a deposit to those who may not, and when it is too late."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.su and not any(self.env.user.has_group(name) for name in CHANGERS):
            raise AccessError(
                self.env._(
                    "Deposits are changed by sales administrators, credit approvers and "
                    "collections managers: ask one of them."
                )
            )
        if self.state not in _QUOTATION:
            raise UserError(
                self.env._("The deposit is fixed once the order is confirmed or cancelled.")
            )
        if any(move.state != "cancel" for move in self.sudo().ar_deposit_ids.move_ids):
            raise UserError(
                self.env._(
                    "The down-payment invoice is made already: cancel or credit it first."
                )
            )
