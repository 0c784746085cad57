"""A payment is always booked, also for an order that must wait."""

from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """Override of `sale`: an order that was held is not confirmed by its payment.

        `sale` treats payments of one order alone; of several, each is looked at here.
        """
        orders = super()._check_amount_and_confirm_order()
        for transaction in self.filtered(lambda one: len(one.sale_order_ids) > 1):
            orders |= transaction.sale_order_ids._ar_confirm_reached()
        return orders.filtered(lambda order: order.state == "sale")
