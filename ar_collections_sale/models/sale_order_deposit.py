"""Deposits on orders: what is asked before start, by whom it is changed."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

QUOTATION = ("draft", "sent")
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


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "ar.deposit.document.mixin"]

    ar_deposit_ids = fields.One2many(
        "ar.deposit",
        "order_id",
        string="Paid in parts",
        compute="_compute_ar_deposit_ids",
        store=True,
        copy=False,
        groups=READERS,
    )
    ar_deposit_percent = fields.Float(
        string="Deposit by credit review (%)",
        compute="_compute_ar_deposit_rule_id",
        store=True,
        copy=False,
        groups="base.group_user",
    )
    ar_deposit_is_soft = fields.Boolean(
        string="May be confirmed before the deposit",
        compute="_compute_ar_deposit_rule_id",
        store=True,
        copy=False,
    )

    def _ar_get_deposit_columns(self):
        """Override to add what is stored of the deposit."""
        names = ("percent", "is_soft", "amount", "received", "state")
        return [*super()._ar_get_deposit_columns(), *(f"ar_deposit_{name}" for name in names)]

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
                order.ar_deposit_is_soft = order.ar_deposit_is_soft
                continue
            case = rules._get_case(order._ar_get_payer(), order.company_id)
            percent = 0.0 if order.ar_deposit_by_hand else case.credit_deposit_percent
            order.ar_deposit_percent = percent
            is_by_rule = order._ar_get_payer() and not percent and not order.ar_deposit_by_hand
            rule = rules._get_rule(order, "for_orders") if is_by_rule else rules
            is_left = rule and order._ar_is_paid_otherwise(rule.sudo())
            order.ar_deposit_rule_id = rules if is_left else rule
            if not order.ar_deposit_by_hand:
                rule = order.sudo().ar_deposit_rule_id
                order.ar_deposit_is_soft = rule.until_paid == "warn"

    @api.depends("ar_deposit_rule_id", "ar_deposit_percent", "ar_deposit_by_hand")
    def _compute_ar_deposit_ids(self):
        for order in self:
            if order.ar_deposit_by_hand or order._ar_is_deposit_fixed():
                order.ar_deposit_ids = order.ar_deposit_ids
                continue
            order._ar_set_parts(order._ar_get_plan())

    # === CRUD === #

    def write(self, vals):
        """Override of `sale`: what is sent goes by what is known now."""
        result = super().write(vals)
        if vals.get("state") == "sent":
            # Credit and rating may have changed since the quotation was begun.
            self.sudo()._compute_ar_deposit_rule_id()
        return result

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
        """Tell whether the customer has said yes to this deposit.

        Who has accepted another amount has not: the price was changed since.
        """
        self.ensure_one()
        if any(part.reached_date for part in self.sudo().ar_deposit_ids):
            return True
        amounts = [one.deposit_amount for one in self._ar_get_acceptances()]
        asked = self._ar_get_first_part().amount
        is_same = any(not self.currency_id.compare_amounts(one, asked) for one in amounts)
        return is_same if amounts else bool(self.signed_on)

    def _ar_was_accepted(self):
        """Tell whether the customer has ever said yes: signed, terms noted, or invoiced."""
        self.ensure_one()
        return bool(
            self.signed_on
            or self._ar_get_acceptances()
            or any(part.reached_date for part in self.sudo().ar_deposit_ids)
        )

    def _ar_is_deposit_fixed(self):
        """Tell whether rules leave the deposit alone: the customer goes by it already."""
        self.ensure_one()
        if self.state not in QUOTATION:
            return True
        has_plan = self.sudo().ar_deposit_ids and self._origin.id
        return bool(
            has_plan and self._ar_was_accepted() and not self._ar_has_outgrown_deposit()
        )

    def _ar_has_outgrown_deposit(self):
        """Tell whether the order was changed so that a rule asks for more than was accepted."""
        self.ensure_one()
        if self._ar_is_accepted() or self.ar_deposit_by_hand or self.ar_deposit_percent:
            return False
        rule = self.env["ar.deposit.rule"]._get_rule(self, "for_orders").sudo()
        asked = self._ar_get_rule_amount(rule) if rule else 0.0
        return self.currency_id.compare_amounts(asked, self._ar_get_first_part().amount) > 0

    def _ar_check_deposit_change(self):
        """Refuse to change a deposit to those who may not, and when it is too late."""
        self.ensure_one()
        if not self.env.su and not any(self.env.user.has_group(name) for name in CHANGERS):
            raise AccessError(
                self.env._(
                    "Deposits are changed by sales administrators, credit approvers and "
                    "collections managers: ask one of them."
                )
            )
        self.check_access("read")
        if self.state not in QUOTATION:
            raise UserError(
                self.env._("The deposit is fixed once the order is confirmed or cancelled.")
            )
        if any(move.state != "cancel" for move in self.sudo().ar_deposit_ids.move_ids):
            raise UserError(
                self.env._(
                    "The down-payment invoice is made already: cancel or credit it first."
                )
            )
