"""The one place where an order becomes confirmed: orders that must wait are set aside."""

from odoo import api, models
from odoo.exceptions import UserError

_QUOTATION = ("draft", "sent")
# What only a confirmed order gets; all else is written to held orders too.
_CONFIRMATION = {"state", "date_order", "locked"}


class SaleOrder(models.Model):
    """Whatever confirms an order writes its state: there it is held, whoever writes.

    `_ar_find_stops` says why. No key of the context opens the way, since any caller can
    set one. What runs as superuser, such as a signature or a payment of the customer, is
    never refused, so that the money is booked: the order stays a quotation, flagged.
    """

    _inherit = "sale.order"

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `sale`: an order that is created as confirmed is checked too."""
        orders = super().create(vals_list)
        confirmed = orders.filtered(lambda order: order.state == "sale")
        for group in confirmed._ar_in_rounds():
            held = group._ar_set_aside()
            group._ar_refuse(held)
            (group - held)._ar_on_passed()
        return orders

    def write(self, vals):
        """Override of `sale`: hold the orders that must not be confirmed yet."""
        if vals.get("state") != "sale":
            return super().write(vals)
        if rest := {name: vals[name] for name in vals.keys() - _CONFIRMATION}:
            # First, since the customer or the lines may change what is checked.
            self.write(rest)
        confirming = {name: vals[name] for name in vals.keys() & _CONFIRMATION}
        unconfirmed = self.filtered(lambda order: order.state != "sale")
        result = super(SaleOrder, self - unconfirmed).write(confirming)
        held = self.browse()
        for group in unconfirmed._ar_in_rounds():
            stopped = group._ar_set_aside()
            (group - stopped)._ar_on_passed()
            result = super(SaleOrder, group - stopped).write(confirming)
            held |= stopped
        if held == self:
            self._ar_refuse(held)
        return result

    # === ACTIONS === #

    def action_confirm(self):
        """Override of `sale`: one order that must wait does not stop the others."""
        quotations = self.filtered(lambda order: order.state in _QUOTATION)
        held = self.browse()
        result = True
        for group in quotations._ar_in_rounds():
            stopped = group._ar_set_aside()
            held |= stopped
            if group - stopped:
                result = super(SaleOrder, group - stopped).action_confirm()
        if others := self - quotations:
            result = super(SaleOrder, others).action_confirm()
        return held._ar_tell_held() if held and not self.env.su else result

    # === SEAM === #

    def _ar_find_stops(self):
        """Give what keeps these orders from being confirmed, looked up for all at once.

        :return: {order: list of (code, sentence)}; empty lists where they may be confirmed
        """
        return {order: [] for order in self}

    def _ar_flag_stops(self, stops):
        """Put on record that these orders were held.

        :param stops: {order: list of (code, sentence)}
        """

    def _ar_lock_stops(self):
        """Claim what `_ar_find_stops` reads, before it is read."""

    def _ar_on_passed(self):
        """Put on record what these orders pass with, just before they are confirmed."""

    # === BUSINESS === #

    def _ar_get_stops(self):
        """Give list of (code, sentence) of what keeps this order from being confirmed."""
        self.ensure_one()
        return self._ar_find_stops()[self]

    def _ar_set_aside(self):
        """Give those of these orders that must wait, and put on record why."""
        self._ar_lock_stops()
        stops = {order: found for order, found in self._ar_find_stops().items() if found}
        self._ar_flag_stops(stops)
        return self.browse().union(*stops)

    def _ar_refuse(self, held):
        """Tell a person who writes the state directly why the order must wait."""
        if held and not self.env.su:
            raise UserError("\n\n".join(order._ar_get_held_text() for order in held))

    def _ar_get_held_text(self):
        """Say why the order waits, and what to do."""
        self.ensure_one()
        stops = self._ar_get_stops()
        return self.env._(
            "%(order)s cannot be confirmed yet:\n%(reasons)s",
            order=self.name,
            reasons="\n".join(
                [*(f"• {sentence}" for _code, sentence in stops), *self._ar_get_next_steps(stops)]
            ),
        )

    def _ar_get_next_steps(self, stops):
        """Give sentences that say what to do about what stops the order."""
        return []

    def _ar_tell_held(self):
        """Give the message on the screen for orders that stayed quotations."""
        texts = [order._ar_get_held_text() for order in self]
        return self._ar_get_held_notification("\n\n".join(texts))
