"""Orders whose tax is always on the price less the discount for early payment."""

from odoo import models


class SaleOrder(models.Model):
    """`account` calls such terms "mixed": totals are less than the sums of their lines."""

    _inherit = "sale.order"

    def _ar_is_taxed_on_discounted(self):
        """Tell whether the payment term lowers the tax, whoever takes its discount."""
        self.ensure_one()
        term = self.payment_term_id
        return bool(
            term.early_discount
            and term.discount_percentage
            and term.early_pay_discount_computation == "mixed"
        )

    def _ar_to_full_tax(self, amount):
        """Give what core's down payment asks for: with the tax on the whole price."""
        return self._ar_scale(amount, self._ar_get_line_total(), self.amount_total)

    def _ar_from_full_tax(self, amount):
        """Give what lines of invoices come to, with the tax on the discounted price."""
        return self._ar_scale(amount, self.amount_total, self._ar_get_line_total())

    def _ar_scale(self, amount, numerator, denominator):
        self.ensure_one()
        if not denominator or not self._ar_is_taxed_on_discounted():
            return amount
        return self.currency_id.round(amount * numerator / denominator)

    def _ar_get_line_total(self):
        return sum(self._get_priced_lines().mapped("price_total"))
