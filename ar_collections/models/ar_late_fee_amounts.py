"""What a charge comes to with its taxes, and what one day more costs."""

from decimal import Decimal

from odoo import models

from ..tools.interest import HUNDRED


class ArLateFee(models.Model):
    _inherit = "ar.late.fee"

    def _get_gross(self):
        """Give the amount with the taxes that the document adds, or would add."""
        self.ensure_one()
        if self.document_line_id:
            return self._get_booked_gross()
        taxes = self.rule_id.tax_ids
        if not taxes or self.rule_id.document_type == "entry":
            return self.amount
        company = self.company_id
        taxes = self._get_fiscal_position(company).map_tax(taxes)
        found = taxes.compute_all(
            self.amount, self.currency_id, partner=self._get_invoice_partner()
        )
        return found["total_included"]

    def _get_booked_gross(self):
        """Give the share of what its line comes to: the shares of a line add up to it."""
        line = self.document_line_id.sudo()
        share = line.price_total / line.price_subtotal if line.price_subtotal else 1.0
        booked = line.move_id.ar_booked_fee_ids.filtered(
            lambda charge: charge.document_line_id == line and charge.id < self.id
        )
        before = sum(booked.mapped("amount"))
        until = self.currency_id.round((before + self.amount) * share)
        return self.currency_id.round(until - self.currency_id.round(before * share))

    def _get_daily_amount(self):
        """Give what one day more costs at the base and rate of the last stretch.

        Nothing where the rule takes no more, or will not at some point: nobody is
        promised interest that never comes.
        """
        self.ensure_one()
        rule = self.rule_id
        if rule.frequency == "once" or rule.cap_debt or rule.cap_year:
            return Decimal(0)
        stretches = [part for part in self.example or () if part.get("rate")]
        if not stretches or self.amount < self.computed_amount:
            return Decimal(0)
        if stretches[-1].get("end") != self.date_to.isoformat():
            return Decimal(0)
        last = stretches[-1]
        return Decimal(last["base"]) * Decimal(last["rate"]) / HUNDRED / last["year"]
