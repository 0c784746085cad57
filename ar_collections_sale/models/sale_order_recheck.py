"""A confirmed order that grows, or gets another customer, is checked again."""

from contextlib import contextmanager

from odoo import api, models
from odoo.addons.ar_collections.tools.credit import ZERO
from odoo.exceptions import UserError

_CHANGED = "ar_credit.changed_orders"
_LINE_FIELDS = frozenset(
    {
        "product_uom_qty",
        "product_uom_id",
        "product_id",
        "price_unit",
        "discount",
        "tax_ids",
        "order_id",
        "qty_delivered",
    }
)
_ORDER_FIELDS = frozenset(
    {
        "partner_id",
        "partner_invoice_id",
        "order_line",
        "fiscal_position_id",
        "company_id",
        "currency_id",
        "pricelist_id",
        "ar_is_delivery_over",
    }
)


class SaleOrder(models.Model):
    """The check comes once, when the outermost call that edits has ended.

    It refuses what a person does, which undoes the edit; superusers are put on record.
    Kept until the commit, it would be forgotten with any savepoint that is rolled back.
    """

    _inherit = "sale.order"

    def write(self, vals):
        """Override of `sale` to check orders again whose customer or lines change."""
        if _ORDER_FIELDS.isdisjoint(vals):
            return super().write(vals)
        with self._ar_checking_growth():
            return super().write(vals)

    @contextmanager
    def _ar_checking_growth(self):
        """Check the orders that change meanwhile, against what they were before.

        :return: a function that takes more orders under its wings
        """
        data = self.env.cr.precommit.data
        is_outer = _CHANGED not in data
        known = data.setdefault(_CHANGED, {})
        self._ar_remember(known)
        try:
            yield lambda orders: orders._ar_remember(known, is_new=True)
        finally:
            if is_outer:
                data.pop(_CHANGED, None)
        if is_outer:
            self._ar_check_changed(known)

    def _ar_remember(self, known, is_new=False):
        """Remember who owes these orders, and how much, before they change.

        :param is_new: they have changed already, from nothing that is known
        """
        # Who files contacts need not see the orders.
        orders = self.sudo().filtered(lambda order: order.id and order._ar_is_checked_again())
        new = orders.filtered(lambda order: order.id not in known)
        before = {} if is_new else self.env["ar.credit.exposure"]._get_uncovered(new)
        for order in new:
            customer = order._ar_get_credit_partner().id
            known[order.id] = (customer, before.get(order.id, ZERO))

    def _ar_is_checked_again(self):
        """Tell whether a change of this order may matter to credit."""
        self.ensure_one()
        if self.state == "sale":
            return self._ar_get_credit_effect() != "warn"
        return bool(self.env["ar.credit.hold"]._find(self))

    @api.model
    def _ar_check_changed(self, changed):
        """Check what has changed.

        :param changed: {order id: (who owed it, how much) before}
        """
        for order in self.env["sale.order"].browse(changed).exists():
            customer, before = changed[order.id]
            document = order.sudo()
            is_moved = customer != document._ar_get_credit_partner().id
            if document.state == "sale" and document._ar_has_grown(before, is_moved):
                order._ar_check_grown(is_moved)
            else:
                document._ar_refresh_credit_hold()

    def _ar_has_grown(self, before, is_moved):
        """Tell whether the order asks for more credit, or for that of another customer."""
        self.ensure_one()
        after = self.env["ar.credit.exposure"]._get_uncovered(self)[self.id]
        return after > before or (after > ZERO and is_moved)

    def _ar_check_grown(self, is_moved=False):
        """Refuse the change where credit does not allow it."""
        document = self.sudo()
        document._ar_claim_credit()
        stops = document._ar_get_credit_stops()
        if not stops:
            document._ar_note_one_passed()
            return
        if self.env.su:
            if document._ar_flag_credit():
                document._ar_tell_outgrown()
            return
        raise UserError(document._ar_get_grown_text(stops, is_moved))

    def _ar_get_grown_text(self, stops, is_moved):
        """Say why a confirmed order may not change so, and what to do."""
        self.ensure_one()
        values = {
            "order": self.name,
            "reasons": "\n".join(f"• {sentence}" for _code, sentence in stops),
        }
        if is_moved:
            return self.env._(
                "%(order)s is confirmed and cannot go to %(customer)s:\n%(reasons)s\nAsk for "
                "payment, or for a decision on credit.",
                customer=self._ar_get_credit_partner().name,
                **values,
            )
        return self.env._(
            "%(order)s is confirmed and cannot grow:\n%(reasons)s\nMake a new order for "
            "the rest and ask for a release, or ask for payment in advance.",
            **values,
        )


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `sale` to check the orders again that get more lines."""
        ids = {vals["order_id"] for vals in vals_list if vals.get("order_id")}
        orders = self.env["sale.order"].browse(ids)
        if all(vals.get("product_uom_qty") == 0 for vals in vals_list):
            # Nobody orders these: they say what was delivered or spent besides.
            orders = orders.sudo()
        with orders._ar_checking_growth() as add:
            lines = super().create(vals_list)
            # A default of the context names an order too.
            add(lines.order_id)
        return lines

    def write(self, vals):
        """Override of `sale` to check the orders again whose lines change."""
        if _LINE_FIELDS.isdisjoint(vals):
            return super().write(vals)
        orders = self.order_id | self.order_id.browse(vals.get("order_id"))
        if _LINE_FIELDS & vals.keys() == {"qty_delivered"}:
            # What has been delivered is a fact: it goes on record, and is not refused.
            orders = orders.sudo()
        with orders._ar_checking_growth():
            return super().write(vals)
