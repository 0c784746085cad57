"""Deposits and core's payment online: what the customer has to pay before confirming."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, float_compare
from odoo.tools.sql import column_exists

_CORE_FIELDS = frozenset({"require_payment", "prepayment_percent"})
_BY_HAND = " by hand"


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # Computed by methods of our own, which come after everybody else's: a quotation
    # template does not take a deposit away that a rule asks for.
    require_payment = fields.Boolean(compute="_compute_ar_require_payment", precompute=False)
    prepayment_percent = fields.Float(
        compute="_compute_ar_prepayment_percent", precompute=False
    )
    # What the present values go by: core computes them anew when that changes, and only
    # then, since the totals on which a deposit depends change with each line.
    ar_payment_source = fields.Char(
        compute="_compute_ar_require_payment",
        store=True,
        copy=False,
        groups="base.group_user",
    )
    ar_prepayment_source = fields.Char(
        compute="_compute_ar_prepayment_percent",
        store=True,
        copy=False,
        groups="base.group_user",
    )

    def _auto_init(self):
        """Override: what quotations ask for that are there already stays as it is."""
        is_new = not column_exists(self.env.cr, self._table, "ar_payment_source")
        result = super()._auto_init()
        if is_new:
            self._ar_keep_payments()
        return result

    def _ar_keep_payments(self):
        """Note for quotations that their values go by what they are. SQL: there are many."""
        template = SQL("0")
        if column_exists(self.env.cr, self._table, "sale_order_template_id"):
            template = SQL("COALESCE(sale_order_template_id, 0)")
        self.env.cr.execute(
            SQL(
                """
                UPDATE sale_order
                   SET ar_payment_source = company_id || ',' || %(template)s,
                       ar_prepayment_source = company_id || ',' || %(template)s || ','
                           || CASE WHEN require_payment THEN 1 ELSE 0 END
                 WHERE state IN ('draft', 'sent')
                """,
                template=template,
            )
        )

    def _ar_get_deposit_columns(self):
        """Override to add what the payment online goes by."""
        names = super()._ar_get_deposit_columns()
        return [*names, "ar_payment_source", "ar_prepayment_source"]

    # === COMPUTES === #

    @api.depends(lambda self: self._ar_get_core_depends("ar_deposit_ids.amount"))
    def _compute_ar_require_payment(self):
        """Ask for payment where there is a deposit; else what core and templates say."""
        for order in self:
            first, key = order._ar_get_first_part(), order._ar_get_core_key()
            if first and order._ar_is_online_needed():
                order.require_payment = bool(first.amount)
                order.ar_payment_source = False
            elif order.ar_deposit_by_hand and not first:
                order.require_payment = order.ar_payment_source = False
            elif (order.ar_payment_source or "").partition(" ")[0] == key:
                order.require_payment = order.require_payment
                order.ar_payment_source = order.ar_payment_source
            else:
                order._compute_require_payment()
                order.ar_payment_source = key

    @api.depends(
        lambda self: self._ar_get_core_depends("require_payment", "ar_deposit_ids.amount")
    )
    def _compute_ar_prepayment_percent(self):
        for order in self:
            first = order._ar_get_first_part()
            key = f"{order._ar_get_core_key()},{order.require_payment:d}"
            is_asked = first.amount and order.amount_total > 0
            if is_asked and order._ar_is_online_needed():
                order.prepayment_percent = min(first.amount / order.amount_total, 1.0)
                order.ar_prepayment_source = False
            elif order.ar_prepayment_source == key:
                order.prepayment_percent = order.prepayment_percent
                order.ar_prepayment_source = order.ar_prepayment_source
            else:
                order._compute_prepayment_percent()
                order.ar_prepayment_source = key

    @api.model
    def _ar_get_core_depends(self, *names):
        """Give what core's and its templates' values depend on, besides `names`."""
        core = ("company_id", "sale_order_template_id", "ar_deposit_by_hand")
        return [*names, *(name for name in core if name in self._fields)]

    def _ar_get_core_key(self):
        """Give what core's and its templates' values go by."""
        self.ensure_one()
        has_template = "sale_order_template_id" in self._fields
        template = self.sale_order_template_id._origin.id if has_template else False
        return f"{self.company_id._origin.id},{template or 0}"

    def _ar_is_paid_otherwise(self, rule):
        """Tell whether a person asks for as much online as a rule would, or the company
        for as much as one that only warns."""
        self.ensure_one()
        is_by_hand = (self.ar_payment_source or "").endswith(_BY_HAND)
        if is_by_hand and self.require_payment:
            share = self.prepayment_percent
        elif self._ar_keeps_companys(rule) and rule.kind != "all":
            share = self.company_id.prepayment_percent
        else:
            return False
        asked = self.amount_total * share
        return self.currency_id.compare_amounts(asked, self._ar_get_rule_amount(rule)) >= 0

    def _ar_keeps_companys(self, rule):
        """Tell whether the company's own percentage online counts: a rule that only warns
        does not overrule what somebody has set for all customers."""
        self.ensure_one()
        return rule.until_paid == "warn" and self.company_id.portal_confirmation_pay

    def _ar_is_online_needed(self):
        """Tell whether nobody signs without paying; a warning leaves a way without it."""
        self.ensure_one()
        is_waited_for = self.ar_deposit_by_hand or not self.ar_deposit_is_soft
        return is_waited_for or self._ar_can_pay_online()

    def _ar_can_pay_online(self):
        """Tell whether the customer finds a provider for the deposit on the portal."""
        self.ensure_one()
        providers = self.env["payment.provider"].sudo()._get_compatible_providers(
            self.company_id.id,
            self.partner_id._origin.id,
            self._ar_get_first_part().amount,
            currency_id=self.currency_id.id,
        )
        return any(providers.mapped("is_published"))

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `sale`: who sets another payment online sets the deposit."""
        orders = super().create(vals_list)
        for order, vals in zip(orders, vals_list, strict=True):
            if order.ar_deposit_is_soft and order._ar_pays_otherwise(vals):
                order._ar_follow_core_fields(vals)
            elif vals.get("require_payment"):
                order._ar_note_payment_by_hand()
        return orders

    def write(self, vals):
        """Override of `sale`: a deposit is not written away behind its rule's back."""
        if _CORE_FIELDS.isdisjoint(vals):
            return super().write(vals)
        changed = self.filtered(lambda order: order._ar_pays_otherwise(vals))
        soft = changed.filtered("ar_deposit_is_soft")
        if not self.env.su:
            (changed - soft)._ar_refuse_core_fields()
        result = super().write(vals)
        for order in soft:
            order._ar_follow_core_fields(vals)
        for order in self - changed:
            order._ar_note_payment_by_hand()
        return result

    def copy_data(self, default=None):
        """Override of `sale`: a copy is asked for what the rules say now."""
        vals_list = super().copy_data(default=default)
        for order, vals in zip(self, vals_list, strict=True):
            if order.ar_deposit_by_hand or order._ar_get_first_part():
                for name in _CORE_FIELDS.difference(default or ()):
                    vals.pop(name, None)
        return vals_list

    def _ar_note_payment_by_hand(self):
        """Note that a person asks for payment online, where no deposit does."""
        self.ensure_one()
        if self._ar_get_first_part() or self.ar_deposit_by_hand:
            return
        plain = self.new(origin=self)
        plain._compute_require_payment()
        plain._compute_prepayment_percent()
        key = self._ar_get_core_key()
        # Both are read, whatever the first says: what is still to be computed would go by
        # the sources written below.
        other = [name for name in _CORE_FIELDS if self[name] != plain[name]]
        self.sudo().write(
            {
                "ar_payment_source": key + _BY_HAND if other else key,
                "ar_prepayment_source": f"{key},{self.require_payment:d}",
            }
        )

    def _ar_pays_otherwise(self, vals):
        """Tell whether these values would change the payment of an order with a deposit."""
        self.ensure_one()
        return bool(self._ar_get_first_part()) and any(
            float_compare(self[name], vals[name], precision_digits=6)
            for name in _CORE_FIELDS & vals.keys()
        )

    def _ar_refuse_core_fields(self):
        for order in self:
            raise UserError(
                self.env._(
                    "%(order)s has a deposit: use “Change deposit” instead of its "
                    "online payment.",
                    order=order.display_name,
                )
            )

    def _ar_follow_core_fields(self, vals):
        """Ask for what core's fields say, as if it had been set by hand."""
        self.ensure_one()
        if self._ar_is_deposit_fixed():
            return
        is_asked = vals.get("require_payment", True)
        percent = 100 * vals.get("prepayment_percent", self.prepayment_percent)
        plan = self._ar_plan_percent(percent) if is_asked and percent else []
        self._ar_set_deposit(plan, self.env._("Set with the online payment of the order."))

    # === OVERRIDES === #

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
