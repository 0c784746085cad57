"""Orders of which nothing more is delivered stop using credit for the rest."""

from odoo import api, fields, models
from odoo.exceptions import UserError

_MORE = frozenset({"product_uom_qty", "product_id", "price_unit", "discount", "tax_ids"})


class SaleOrder(models.Model):
    """`sale` knows no such end: it would have the ordered quantities rewritten."""

    _inherit = "sale.order"

    ar_is_delivery_over = fields.Boolean(
        string="Nothing more to deliver",
        readonly=True,
        copy=False,
        tracking=True,
        help="What was not delivered counts no longer as the customer's credit.",
        groups="base.group_user",
    )

    # === ACTIONS === #

    def action_ar_end_delivery(self):
        """Note that the rest of these orders will not be delivered."""
        self.check_access("write")
        if any(order.state != "sale" for order in self):
            raise UserError(
                self.env._("Only confirmed orders are delivered: cancel a quotation instead.")
            )
        self.ar_is_delivery_over = True
        return True

    def action_ar_resume_delivery(self):
        """Take the rest up again: it counts as credit, and must be allowed to."""
        self.check_access("write")
        self.ar_is_delivery_over = False
        return True

    # === BUSINESS === #

    def _ar_take_up_delivery(self):
        """Take up orders again whose lines change."""
        self.filtered("ar_is_delivery_over").ar_is_delivery_over = False


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `sale`: more to deliver takes the order up again."""
        lines = super().create(vals_list)
        goods = lines.filtered(lambda line: line.product_id and not line.is_downpayment)
        goods.order_id._ar_take_up_delivery()
        return lines

    def write(self, vals):
        """Override of `sale`: more to deliver takes the order up again."""
        result = super().write(vals)
        if not _MORE.isdisjoint(vals):
            goods = self.filtered(lambda line: not line.is_downpayment)
            goods.order_id._ar_take_up_delivery()
        return result
