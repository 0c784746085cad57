"""What is delivered without being ordered: extra deliveries, time and expenses."""

from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    # Kept, since the exposure is summed by SQL, which cannot compute taxes.
    ar_unordered_total = fields.Monetary(
        string="Delivered without being ordered",
        compute="_compute_ar_unordered_total",
        store=True,
        help="With taxes, as it will be invoiced.",
        groups="base.group_user",
    )

    def _auto_init(self):
        """Override: of the lines that are there only few have to be computed."""
        if not column_exists(self.env.cr, self._table, "ar_unordered_total"):
            create_column(self.env.cr, self._table, "ar_unordered_total", "numeric")
            self.pool.post_init(self._ar_compute_unordered)
        return super()._auto_init()

    def _ar_compute_unordered(self):
        """Compute the lines with which nothing was ordered."""
        lines = self.search([("product_uom_qty", "=", 0), ("qty_delivered", "!=", 0)])
        self.env.add_to_compute(self._fields["ar_unordered_total"], lines)

    @api.depends("qty_delivered", "product_uom_qty", "price_unit", "discount", "tax_ids")
    def _compute_ar_unordered_total(self):
        for line in self:
            is_unordered = line.qty_delivered and not line.product_uom_qty
            line.ar_unordered_total = is_unordered and line._ar_get_delivered_total()

    def _ar_get_delivered_total(self):
        """Give the price of what is delivered, with taxes, as `sale` computes the ordered."""
        self.ensure_one()
        company = self.company_id or self.env.company
        taxes = self.env["account.tax"]
        base = self._prepare_base_line_for_taxes_computation(quantity=self.qty_delivered)
        taxes._add_tax_details_in_base_line(base, company)
        taxes._round_base_lines_tax_details([base], company)
        return base["tax_details"]["total_included_currency"]
