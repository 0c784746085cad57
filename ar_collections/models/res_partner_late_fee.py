"""Whether a customer bears charges."""

from odoo import api, fields, models

from .res_partner_case import READERS


class ResPartner(models.Model):
    _inherit = "res.partner"

    ar_is_kind_confirmed = fields.Boolean(
        string="Kind confirmed",
        compute="_compute_ar_is_kind_confirmed",
        store=True,
        readonly=False,
        help="No late fee is charged before: law differs for businesses and consumers. "
        "A tax id confirms a business, and so does choosing the kind by hand.",
    )
    ar_is_charge_exempt = fields.Boolean(
        string="No late fees", help="This customer bears no late fee or interest."
    )
    ar_late_fee_count = fields.Integer(
        string="Number of late fees", compute="_compute_ar_late_fee_count", groups=READERS
    )

    @api.depends("vat")
    def _compute_ar_is_kind_confirmed(self):
        for partner in self:
            partner.ar_is_kind_confirmed = partner.ar_is_kind_confirmed or bool(
                partner.vat
            )

    @api.depends_context("company")
    def _compute_ar_late_fee_count(self):
        groups = self.env["ar.late.fee"]._read_group(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", self.env.company.id),
                ("state", "!=", "cancelled"),
            ],
            ["partner_id"],
            ["__count"],
        )
        counts = {partner.id: count for partner, count in groups}
        for partner in self:
            partner.ar_late_fee_count = counts.get(partner.commercial_partner_id.id, 0)

    def write(self, vals):
        """Override of `base`: who chooses the kind by hand confirms it."""
        if vals.get("ar_customer_kind") and "ar_is_kind_confirmed" not in vals:
            vals = {**vals, "ar_is_kind_confirmed": True}
        return super().write(vals)

    def action_ar_open_late_fees(self):
        """Open the charges of the customer."""
        self.env["ar.late.fee"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collections.ar_late_fee_action"
        )
        domain = [("partner_id", "in", self.commercial_partner_id.ids)]
        return {**action, "domain": domain, "context": {}}
