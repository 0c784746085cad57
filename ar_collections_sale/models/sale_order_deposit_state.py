"""How far the deposit of an order has come, and what waits for it."""

from odoo import api, fields, models

from .sale_order_deposit import QUOTATION

DEPOSIT_STATES = [
    ("none", "No deposit"),
    ("asked", "Deposit asked for"),
    ("waiting", "Waiting for deposit"),
    ("part", "Deposit partly paid"),
    ("paid", "Deposit paid"),
    ("unpaid", "Deposit not paid"),
    ("settle", "Deposit to settle"),
]

class SaleOrder(models.Model):
    _inherit = "sale.order"

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
        string="Paid, but held", readonly=True, copy=False, groups="base.group_user"
    )
    ar_deposit_message = fields.Char(
        compute="_compute_ar_deposit_message", groups="base.group_user"
    )
    ar_deposit_is_billable = fields.Boolean(
        compute="_compute_ar_deposit_message", groups="base.group_user"
    )

    # === COMPUTES === #

    @api.depends(
        "ar_deposit_ids.amount",
        "ar_deposit_received",
        "state",
        "signed_on",
        "ar_acceptance_ids",
        "ar_deposit_reopened",
        "ar_deposit_settled",
        "ar_deposit_ids.reached_date",
        "order_line.invoice_lines.move_id.state",
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
            return "unpaid" if self._ar_can_ask_still() else "none"
        if not self.currency_id.is_zero(self.ar_deposit_received):
            return "part"
        return "waiting" if self._ar_is_accepted() else "asked"

    def _ar_can_ask_still(self):
        """Tell whether invoices of what was delivered have left something to ask for."""
        self.ensure_one()
        order = self.sudo()
        deposits = order._ar_get_downpayments()._ar_sum_for(order, "billed")
        invoiced = order._ar_from_full_tax(order.amount_invoiced)
        rest = order.amount_total - (invoiced - deposits)
        return order.currency_id.compare_amounts(rest, order._ar_get_deposit_rest()) >= 0

    @api.depends(
        "state",
        "ar_deposit_state",
        "ar_deposit_amount",
        "ar_deposit_received",
        "ar_deposit_reason",
        "ar_deposit_rule_id",
        "ar_deposit_is_soft",
        "ar_deposit_ids.move_ids.state",
    )
    def _compute_ar_deposit_message(self):
        for order in self:
            order.ar_deposit_message = order._ar_get_deposit_message()
            first = order._ar_get_first_part()
            is_open = first and not first._is_billed() and order._ar_get_deposit_rest() > 0
            is_soft = order.ar_deposit_is_soft and order.ar_deposit_state == "unpaid"
            order.ar_deposit_is_billable = is_open and (order.state in QUOTATION or is_soft)

    def _ar_get_deposit_message(self):
        """Say what there is to do about the deposit; False where there is nothing."""
        self.ensure_one()
        if self.ar_deposit_state == "asked":
            return self._ar_get_asked_sentence()
        if self.ar_deposit_state == "settle":
            return self._ar_get_settle_sentence()
        if self.ar_deposit_state == "unpaid" and self.ar_deposit_is_soft:
            return self.env._(
                "%(rest)s of the deposit is not paid: %(why)s.",
                rest=self.currency_id.format(self._ar_get_deposit_rest()),
                why=self._ar_get_deposit_why(),
            )
        values = {
            "rest": self.currency_id.format(self._ar_get_deposit_rest()),
            "received": self.currency_id.format(self.ar_deposit_received),
        }
        if self.ar_deposit_state == "paid" and self.state in QUOTATION:
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
        }.get(self.ar_deposit_state, False)

    def _ar_get_settle_sentence(self):
        """Say how much of the customer's money is here."""
        return self.env._(
            "The order is cancelled, and its deposit is not settled: %(received)s of "
            "the customer is here. Keep it as a credit, or pay it back.",
            received=self.currency_id.format(self._ar_get_unsettled()[1]),
        )

    def _ar_get_asked_sentence(self):
        """Say what is asked for, why, and what that means for the order."""
        values = {
            "amount": self.currency_id.format(self.ar_deposit_amount),
            "why": self._ar_get_deposit_why(),
        }
        if self.ar_deposit_is_soft and self._ar_get_credit_effect() == "warn":
            return self.env._(
                "A deposit of %(amount)s is asked for: %(why)s. The order may be confirmed "
                "before it is paid.",
                **values,
            )
        return self.env._(
            "A deposit of %(amount)s is asked for: %(why)s. The order is confirmed when it "
            "is paid.",
            **values,
        )

    def _ar_get_deposit_why(self):
        """Say in a few words where the deposit comes from."""
        self.ensure_one()
        if self.ar_deposit_by_hand:
            return (self.ar_deposit_reason or "").strip().rstrip(".")
        if self.ar_deposit_percent:
            return self.env._("the credit review of this customer says so")
        rule = self.sudo().ar_deposit_rule_id
        if rule.for_undecided and self._ar_is_undecided():
            return self.env._("nobody has decided on this customer's credit yet")
        return self.env._("rule “%(rule)s”", rule=rule.name)

    def _ar_is_undecided(self):
        """Tell whether nobody has decided on the credit of who pays."""
        self.ensure_one()
        case = self.env["ar.deposit.rule"]._get_case(self._ar_get_payer(), self.company_id)
        return case._get_deposit_standing()[0] == "undecided"

    # === OVERRIDES === #

    def _ar_find_stops(self):
        """Override to keep orders quotations while their deposits are not paid."""
        stops = super()._ar_find_stops()
        for order in self:
            if order._ar_get_deposit_rest() > 0 and not order.ar_deposit_is_soft:
                stops[order].append(("deposit", order._ar_get_waiting_sentence()))
        return stops

    def _ar_on_passed(self):
        """Override to put on record who goes on before the deposit has come."""
        result = super()._ar_on_passed()
        soft = self.filtered(
            lambda order: order.ar_deposit_is_soft and order._ar_get_deposit_rest() > 0
        )
        if soft:
            soft.sudo()._message_log_batch(soft._ar_get_passed_notes())
        return result

    # === BUSINESS === #

    def _ar_get_passed_notes(self):
        """Give {order id: what is put on record of an order that goes on without deposit}."""
        reasons, notes = {}, {}
        for order in self:
            rule, payer = order.sudo().ar_deposit_rule_id, order._ar_get_payer()
            # Whether the customer is decided on is looked up once for all their orders.
            is_by_rule = rule and not (order.ar_deposit_by_hand or order.ar_deposit_percent)
            key = (payer, rule, order.company_id) if is_by_rule else order
            if key not in reasons:
                reasons[key] = order._ar_get_deposit_why()
            notes[order.id] = self.env._(
                "Confirmed before %(rest)s of the deposit was paid: %(why)s.",
                rest=order.currency_id.format(order._ar_get_deposit_rest()),
                why=reasons[key],
            )
        return notes

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
