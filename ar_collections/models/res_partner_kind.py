"""What kind a customer is: it decides which policy and which law apply."""

from odoo import api, fields, models

from ..const import CUSTOMER_KINDS

# Schemes of e-invoice addresses (EAS) that only public bodies have: directorates of the
# European Commission, the Dutch OIN, the Italian iPA and the German Leitweg-ID. Not the
# Austrian 9915, which core gives to every customer there.
PUBLIC_SCHEMES = frozenset({"0130", "0190", "0201", "0204"})


class ResPartnerCategory(models.Model):
    _inherit = "res.partner.category"

    ar_is_public_body = fields.Boolean(
        string="Public body",
        help="Customers with this tag are followed up as public bodies, unless another "
        "kind is chosen by hand.",
    )


class ResPartner(models.Model):
    _inherit = "res.partner"

    ar_customer_kind = fields.Selection(
        CUSTOMER_KINDS,
        string="Customer kind",
        compute="_compute_ar_customer_kind",
        inverse="_inverse_ar_customer_kind",
        store=True,
        readonly=False,
        tracking=True,
        help="Decides which policy and which law apply. A tag or an e-invoice address of "
        "a public body makes one, a company or a tax id makes a business; another kind "
        "that is chosen by hand stays.",
        groups="base.group_user",
    )
    ar_is_kind_by_hand = fields.Boolean(string="Kind chosen by hand", readonly=True, groups="base.group_user")

    @api.depends(lambda self: self._ar_get_kind_fields())
    def _compute_ar_customer_kind(self):
        for partner in self:
            is_kept = partner.ar_is_kind_by_hand and partner.ar_customer_kind
            partner.ar_customer_kind = (
                partner.ar_customer_kind if is_kept else partner._ar_get_usual_kind()
            )

    def _inverse_ar_customer_kind(self):
        """Remember a kind that a person has chosen; the usual one is no choice."""
        for partner in self:
            usual = partner._ar_get_usual_kind()
            if not partner.ar_customer_kind:
                partner.ar_customer_kind = usual
            partner.ar_is_kind_by_hand = partner.ar_customer_kind != usual

    def _ar_get_kind_fields(self):
        """Give the fields of a customer on which the usual kind depends.

        The e-invoice address is there with core's `account_edi_ubl_cii` alone.
        """
        names = ["is_company", "vat", "category_id.ar_is_public_body"]
        names += [n for n in ("peppol_eas", "peppol_endpoint") if n in self._fields]
        heads = [f"commercial_partner_id.{name}" for name in names]
        return (*names, *heads, "commercial_partner_id")

    def _ar_get_usual_kind(self):
        """Give the kind of a customer where nobody has chosen one."""
        self.ensure_one()
        head = self.commercial_partner_id or self
        if head._ar_is_public_body():
            return "public"
        is_business = head.is_company or head._ar_has_tax_id()
        return "business" if is_business else "consumer"

    def _ar_has_tax_id(self):
        """Tell whether there is a tax id; a slash says that there is none."""
        self.ensure_one()
        return (self.vat or "").strip() not in ("", "/")

    def _ar_is_public_body(self):
        """Tell whether tag or e-invoice address make a public body; others add their own."""
        self.ensure_one()
        if any(tag.ar_is_public_body for tag in self.category_id):
            return True
        has_address = "peppol_eas" in self._fields and self.peppol_endpoint
        return bool(has_address and self.peppol_eas in PUBLIC_SCHEMES)
