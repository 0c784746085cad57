"""Totals of invoices and their lines, which the exposure goes by."""

from odoo import models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "ar.own.totals.mixin"]

    _ar_own_totals = frozenset(
        {
            "amount_untaxed",
            "amount_untaxed_signed",
            "amount_untaxed_in_currency_signed",
            "amount_tax",
            "amount_tax_signed",
            "amount_total",
            "amount_total_signed",
            "amount_total_in_currency_signed",
            "amount_residual",
            "amount_residual_signed",
            "ar_passed_credit",
        }
    )


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["account.move.line", "ar.own.totals.mixin"]

    _ar_own_totals = frozenset(
        {
            "price_subtotal",
            "price_total",
            "amount_residual",
            "amount_residual_currency",
            "reconciled",
        }
    )
