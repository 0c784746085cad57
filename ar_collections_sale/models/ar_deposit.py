"""The deposit of an order, part by part: what, when, and how much of it is paid."""

from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.addons.ar_collections.models.ar_deposit_milestone import TRIGGERS
from odoo.addons.ar_collections.models.ar_deposit_rule import to_decimal
from odoo.addons.ar_collections.tools.deposits import fill, share_rest
from odoo.exceptions import UserError, ValidationError

STATES = [
    ("planned", "Planned"),
    ("reached", "Reached"),
    ("invoiced", "Invoiced"),
    ("part", "Partly paid"),
    ("paid", "Paid"),
    ("cancelled", "Cancelled"),
]


class ArDeposit(models.Model):
    _name = "ar.deposit"
    _description = "Part of an Order That Is Paid in Advance"
    _order = "order_id, sequence, id"

    order_id = fields.Many2one("sale.order", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    currency_id = fields.Many2one(related="order_id.currency_id")
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Part", required=True, readonly=True)
    share = fields.Float(digits=(12, 4), readonly=True)
    fixed_amount = fields.Monetary(readonly=True)
    trigger = fields.Selection(TRIGGERS, required=True, readonly=True)
    days = fields.Integer(readonly=True)
    delivered_percent = fields.Float(readonly=True)
    due_days = fields.Integer(readonly=True)
    when = fields.Char(compute="_compute_when")
    reached_date = fields.Date(string="Reached on", readonly=True, copy=False)
    asked_amount = fields.Monetary(
        readonly=True, copy=False, help="What its first invoice was to ask for."
    )
    problem = fields.Char(
        readonly=True, copy=False, help="Why its invoice could not be made."
    )
    move_ids = fields.One2many("account.move", "ar_deposit_id", string="Invoices")
    amount = fields.Monetary(compute="_compute_amount", store=True)
    amount_paid = fields.Monetary(string="Paid", compute="_compute_paid", store=True)
    state = fields.Selection(STATES, compute="_compute_paid", store=True)

    # === COMPUTES === #

    @api.depends("trigger", "days", "delivered_percent", "due_days")
    @api.depends_context("lang")
    def _compute_when(self):
        for part in self:
            part.when = part._get_when()

    def _get_when(self):
        """Say in plain words when the part is to be paid."""
        self.ensure_one()
        if self.trigger == "completion":
            return self.env._("with the final invoice")
        start = {
            "acceptance": self.env._("before we start"),
            "delivered": self.env._(
                "when %(percent)s %% is delivered", percent=f"{self.delivered_percent:g}"
            ),
            "days": self.env._("%(days)s days after the order is confirmed", days=self.days),
            "hand": self.env._("when this milestone is reached"),
        }[self.trigger]
        if not self.due_days:
            return start
        if self.trigger == "acceptance":
            return self.env._(
                "%(start)s, within %(days)s days of your acceptance",
                start=start,
                days=self.due_days,
            )
        return self.env._(
            "%(start)s, within %(days)s days of its invoice", start=start, days=self.due_days
        )

    @api.depends(
        "share",
        "fixed_amount",
        "asked_amount",
        "order_id.amount_total",
        "order_id.ar_deposit_ids.share",
        "order_id.ar_deposit_ids.fixed_amount",
        "order_id.ar_deposit_ids.move_ids.amount_total",
        "order_id.ar_deposit_ids.move_ids.state",
        "order_id.ar_deposit_ids.move_ids.reversal_move_ids.state",
    )
    def _compute_amount(self):
        """Share the order's total; what is invoiced stays, the others take the rest."""
        for order in self.order_id:
            parts = order.ar_deposit_ids.sorted("sequence")
            total = to_decimal(max(order.amount_total, 0.0), order.currency_id)
            fixed = [part._get_fixed(total) for part in parts]
            shares = [Decimal(str(part.share or 1.0)) for part in parts]
            step = Decimal(str(order.currency_id.rounding))
            amounts = share_rest(total, list(zip(shares, fixed, strict=True)), step)
            for part, amount in zip(parts, amounts, strict=True):
                if part in self:
                    part.amount = float(amount)
        (self - self.order_id.ar_deposit_ids).amount = 0.0

    def _get_fixed(self, total):
        """Give the amount that no longer follows the order, or None."""
        self.ensure_one()
        billed = self._get_billed()
        if not self.currency_id.is_zero(billed):
            # An invoice that was made smaller asks for less; the deposit stays as it was.
            return to_decimal(max(billed, self.asked_amount), self.currency_id)
        if self.fixed_amount:
            return min(to_decimal(self.fixed_amount, self.currency_id), total)
        return None

    def _get_billed(self):
        """Give what the part's invoices come to, less their credit notes."""
        moves = self.sudo().move_ids.filtered(lambda move: move.state != "cancel")
        return moves._ar_sum_for(self.order_id, "billed")

    def _is_billed(self):
        """Tell whether invoices ask for all of the part."""
        self.ensure_one()
        billed = self._get_billed()
        is_all = self.currency_id.compare_amounts(billed, self.amount) >= 0
        return is_all and not self.currency_id.is_zero(billed)

    @api.depends(
        "amount",
        "order_id.state",
        "order_id.ar_deposit_ids.amount",
        "order_id.ar_deposit_received",
        "order_id.invoice_status",
        "order_id.order_line.invoice_lines.move_id.amount_residual",
        "reached_date",
        "move_ids.state",
        "move_ids.reversal_move_ids.state",
    )
    def _compute_paid(self):
        for order in self.order_id:
            parts = order.ar_deposit_ids.sorted("sequence")
            own, free = order._ar_get_money()
            amounts = [to_decimal(part.amount, order.currency_id) for part in parts]
            paid = fill(amounts, [own.get(part, Decimal(0)) for part in parts], free)
            for part, amount in zip(parts, paid, strict=True):
                if part in self:
                    part.amount_paid = max(float(amount), part._get_paid_at_the_end())
                    part.state = part._get_state()
        for part in self - self.order_id.ar_deposit_ids:
            part.amount_paid, part.state = 0.0, "planned"

    def _get_state(self):
        self.ensure_one()
        currency = self.currency_id
        if self.order_id.state == "cancel":
            return "cancelled"
        if not currency.is_zero(self.amount_paid):
            is_paid = currency.compare_amounts(self.amount_paid, self.amount) >= 0
            return "paid" if is_paid else "part"
        if not currency.is_zero(self._get_billed()) or self._get_final_invoices():
            return "invoiced"
        return "reached" if self.reached_date else "planned"

    def _get_final_invoices(self):
        """Give the invoices that ask for a part on completion; none before all is invoiced."""
        self.ensure_one()
        order = self.order_id.sudo()
        if self.trigger != "completion" or order.invoice_status not in ("invoiced", "upselling"):
            return order.invoice_ids.browse()
        return order.invoice_ids.filtered(
            lambda move: move.state == "posted"
            and move.move_type == "out_invoice"
            and not move._is_downpayment()
        )

    def _get_paid_at_the_end(self):
        """Give what of the part was paid on the final invoice."""
        self.ensure_one()
        paid = self._get_final_invoices()._ar_sum_for(self.order_id, "paid")
        return min(paid, self.amount)

    # === ACTIONS === #

    def action_reach(self):
        """Say that the milestone is reached, and make its down-payment invoice."""
        self.ensure_one()
        self.order_id.check_access("write")
        if self.order_id.state != "sale" and self.trigger != "acceptance":
            raise UserError(
                self.env._(
                    "%(part)s comes after the order is confirmed.", part=self.name
                )
            )
        return self.order_id._ar_show_invoice(self._make_invoice())

    # === BUSINESS === #

    def _is_due(self, today):
        """Tell whether the day or the delivered share of the milestone has come."""
        self.ensure_one()
        order = self.order_id
        if self.trigger == "days":
            confirmed = fields.Date.to_date(order.date_order)
            return (today - confirmed).days >= self.days
        if self.trigger == "delivered":
            return order._ar_get_delivered_percent() >= self.delivered_percent
        return False

    def _make_invoice(self):
        """Make the down-payment invoice for what is not paid or invoiced of the part.

        :return: the invoice, posted where the company wants it
        """
        self.ensure_one()
        self._check_invoice()
        amount = self._get_amount_to_bill()
        if self.currency_id.compare_amounts(amount, 0.0) <= 0:
            raise UserError(self.env._("The order is invoiced already: see its invoices."))
        order, today = self.order_id, self.company_id._ar_today()
        # From here on rules leave the deposit alone, whatever the new lines tell them.
        self.sudo().write(
            {
                "reached_date": self.reached_date or today,
                "asked_amount": self.amount,
                "problem": False,
            }
        )
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(order.ids)],
                "advance_payment_method": "fixed",
                "fixed_amount": order._ar_to_full_tax(amount),
            }
        )
        invoice = wizard._create_invoices(order)
        invoice.sudo()._ar_dress_deposit(self, today)
        self._take_cents(invoice.sudo().amount_total - amount)
        order._ar_hand_over_invoice(invoice)
        return invoice

    def _take_cents(self, difference):
        """Ask for what the invoice comes to, where taxes leave no other sum of cents."""
        step = 3 * self.currency_id.rounding
        is_some = not self.currency_id.is_zero(difference)
        if is_some and self.currency_id.compare_amounts(abs(difference), step) <= 0:
            self.sudo().asked_amount += difference

    def _get_amount_to_bill(self):
        """Give what other down-payment invoices leave of the part, and of the order.

        Money paid online is no matter: `sale` matches it with the invoice by itself, but
        for what belongs to parts before this one.
        """
        self.ensure_one()
        order = self.order_id
        parts = order.ar_deposit_ids.sorted("sequence")
        own, free = order._ar_get_money(is_with_online=bool(self._get_payments_before()))
        amounts = [to_decimal(part.amount, self.currency_id) for part in parts]
        paid = fill(amounts, [own.get(part, Decimal(0)) for part in parts], free)
        billed = self._get_billed()
        # What has come by other ways than its own invoices.
        besides = max(paid[list(parts).index(self)] - own.get(self, Decimal(0)), Decimal(0))
        rest = self.amount - billed - float(besides)
        left = order.amount_total - order._ar_from_full_tax(order.amount_invoiced)
        return self.currency_id.round(min(rest, left))

    def _has_to_be_billed(self):
        """Tell whether the part asks for something that no invoice and no money covers."""
        self.ensure_one()
        return self.currency_id.compare_amounts(self._get_amount_to_bill(), 0.0) > 0

    def _get_missing_before(self):
        """Give what the invoices of the parts before this one have not brought."""
        self.ensure_one()
        parts = self.order_id.ar_deposit_ids.sorted("sequence")
        own, _free = self.order_id._ar_get_money(is_with_online=False)
        missing = (
            part.amount - float(own.get(part, 0)) for part in parts[: list(parts).index(self)]
        )
        return self.currency_id.round(sum(amount for amount in missing if amount > 0))

    def _get_payments_before(self):
        """Give the online payments that parts before this one need.

        They need no invoice for that, and a later one may not use them up.
        """
        self.ensure_one()
        order, missing = self.order_id.sudo(), self._get_missing_before()
        needed = order.transaction_ids.browse()
        for payment in order.transaction_ids.sorted("id"):
            amount = payment._ar_get_money_for(order, "received")
            if amount and self.currency_id.compare_amounts(missing, 0.0) > 0:
                needed |= payment
                missing -= amount
        return needed

    def _check_invoice(self):
        """Refuse an invoice that is made already, or that another way makes."""
        order = self.order_id
        if order.state == "cancel":
            raise UserError(self.env._("The order is cancelled: nothing is due any more."))
        if self.trigger == "completion":
            raise UserError(
                self.env._(
                    "%(part)s comes with the final invoice: use “Create Invoice” on the "
                    "order when the work is done.",
                    part=self.name,
                )
            )
        if self._is_billed():
            raise UserError(
                self.env._("%(part)s has its invoice already: open it.", part=self.name)
            )
        if self.currency_id.compare_amounts(self.amount, self.amount_paid) <= 0:
            raise UserError(
                self.env._("%(part)s is paid: no invoice is needed.", part=self.name)
            )

    def _try_to_invoice(self):
        """Make the invoice of a milestone that is reached; a problem is told, once."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._make_invoice()
        except (UserError, ValidationError) as error:
            if self.problem != str(error):
                self.problem = str(error)
                self.order_id.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("A milestone is reached, but has no invoice"),
                    note=str(error),
                    user_id=self.order_id._ar_get_person().id or self.env.uid,
                )
