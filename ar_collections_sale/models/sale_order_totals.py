"""Totals of orders and their lines, which credit and deposits go by."""

from odoo import models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "ar.own.totals.mixin"]

    _ar_own_totals = frozenset(
        {"amount_untaxed", "amount_tax", "amount_total", "currency_rate"}
    )


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "ar.own.totals.mixin"]

    _ar_own_totals = frozenset(
        {
            "price_subtotal",
            "price_tax",
            "price_total",
            "price_reduce_taxexcl",
            "price_reduce_taxinc",
            "qty_invoiced",
            "ar_unordered_total",
        }
    )
