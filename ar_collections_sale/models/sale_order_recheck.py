"""A confirmed order that grows, or gets another customer, is checked again."""

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
    {"partner_id", "partner_invoice_id", "order_line", "fiscal_position_id", "company_id"}
)


class SaleOrder(models.Model):
    """The check comes once, just before the commit: only what an edit leaves counts.

    It raises there for a person, which undoes the edit; superusers are put on record.
    """

    _inherit = "sale.order"

    def write(self, vals):
        """Override of `sale` to check orders again whose customer or lines change."""
        if not _ORDER_FIELDS.isdisjoint(vals):
            self._ar_mark_changed()
        return super().write(vals)

    def _ar_mark_changed(self):
        """Remember who owes these orders, and how much, before they change."""
        data = self.env.cr.precommit.data
        orders = self.filtered(lambda order: order.id and order._ar_is_checked_again())
        known = data.get(_CHANGED, {})
        new = orders.filtered(lambda order: order.id not in known)
        if new:
            before = self.env["ar.credit.exposure"]._get_uncovered(new)
            if _CHANGED not in data:
                data[_CHANGED] = known
                self.env.cr.precommit.add(self.browse()._ar_check_changed)
            for order in new:
                customer = order._ar_get_credit_partner().id
                known[order.id] = (customer, before[order.id], self.env.uid, self.env.su)
        for order in orders - new:
            # A person who has a part in the change answers for it.
            customer, amount, _uid, su = known[order.id]
            if su and not self.env.su:
                known[order.id] = (customer, amount, self.env.uid, False)

    def _ar_is_checked_again(self):
        """Tell whether a change of this order may matter to credit."""
        self.ensure_one()
        if self.state == "sale":
            return self._ar_get_credit_effect() != "warn"
        return bool(self.env["ar.credit.hold"]._find(self))

    @api.model
    def _ar_check_changed(self):
        """Check what this transaction has changed."""
        changed = self.env.cr.precommit.data.pop(_CHANGED, {})
        for order in self.browse(changed).exists():
            customer, before, uid, su = changed[order.id]
            order = order.with_user(uid).sudo(su)
            if order.sudo().state != "sale":
                order.sudo()._ar_refresh_credit_hold()
            elif order.sudo()._ar_has_grown(customer, before):
                order._ar_check_grown()

    def _ar_has_grown(self, customer, before):
        self.ensure_one()
        after = self.env["ar.credit.exposure"]._get_uncovered(self)[self.id]
        return after > before or (after > ZERO and customer != self._ar_get_credit_partner().id)

    def _ar_check_grown(self):
        """Refuse the change where credit does not allow it."""
        document = self.sudo()
        document._ar_claim_credit()
        stops = document._ar_get_credit_stops()
        if not stops:
            document._ar_note_one_passed()
            return
        if self.env.su:
            document._ar_flag_credit()
            return
        raise UserError(
            self.env._(
                "%(order)s is confirmed and cannot grow:\n%(reasons)s\nMake a new order for "
                "the rest and ask for a release, or ask for payment in advance.",
                order=document.name,
                reasons="\n".join(f"• {sentence}" for _code, sentence in stops),
            )
        )


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `sale` to check the orders again that get more lines."""
        ids = {vals["order_id"] for vals in vals_list if vals.get("order_id")}
        self.env["sale.order"].browse(ids)._ar_mark_changed()
        return super().create(vals_list)

    def write(self, vals):
        """Override of `sale` to check the orders again whose lines change."""
        if not _LINE_FIELDS.isdisjoint(vals):
            self.order_id._ar_mark_changed()
        return super().write(vals)
