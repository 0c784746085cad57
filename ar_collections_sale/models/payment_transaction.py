"""A payment is always booked, also for an order that must wait."""

from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """Override of `sale`: an order that was held is not confirmed by its payment."""
        orders = super()._check_amount_and_confirm_order()
        return orders.filtered(lambda order: order.state == "sale")
