"""Whether a customer bears charges."""

from odoo import api, fields, models

from ..const import CUSTOMER_KINDS
from .res_partner_case import READERS

MANAGER = "ar_collections.ar_collections_group_manager"


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "ar.late.fee.bearer.mixin"]

    _ar_decided_fields = frozenset({"ar_is_charge_exempt", "ar_is_kind_confirmed"})

    _ar_kept_fields = frozenset({"ar_confirmed_kind"})

    ar_is_kind_confirmed = fields.Boolean(
        string="Kind confirmed",
        compute="_compute_ar_is_kind_confirmed",
        inverse="_inverse_ar_is_kind_confirmed",
        store=True,
        readonly=False,
        copy=False,
        tracking=True,
        help="No late fee is charged before: law differs for businesses and consumers. "
        "A tax id confirms a business; otherwise a collections manager does. It lapses "
        "when the kind changes.",
        groups="base.group_user",
    )
    ar_confirmed_kind = fields.Selection(
        CUSTOMER_KINDS,
        string="Kind that was confirmed",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    ar_late_fee_count = fields.Integer(
        string="Number of late fees", compute="_compute_ar_late_fee_count", groups=READERS
    )

    @api.depends("vat", "ar_customer_kind", "ar_confirmed_kind")
    def _compute_ar_is_kind_confirmed(self):
        for partner in self:
            kind = partner.ar_customer_kind
            partner.ar_is_kind_confirmed = partner.ar_confirmed_kind == kind or (
                partner._ar_has_tax_id()
                and kind != "consumer"
                and kind == partner._ar_get_usual_kind()
            )

    def _inverse_ar_is_kind_confirmed(self):
        """Remember which kind was confirmed: for another one it does not count."""
        for partner in self:
            kind = partner.ar_is_kind_confirmed and partner.ar_customer_kind
            partner.sudo().ar_confirmed_kind = kind

    def _inverse_ar_customer_kind(self):
        """Override: a manager who chooses another than the usual kind confirms it."""
        result = super()._inverse_ar_customer_kind()
        if self.env.su or self.env.user.has_group(MANAGER):
            self.filtered("ar_is_kind_by_hand").ar_is_kind_confirmed = True
        return result

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

    # === ACTIONS === #

    def action_ar_open_confirm_kind(self):
        """Confirm what kind of customers these are."""
        self._ar_check_manager()
        return self._ar_open(
            "ar.customer.kind.confirm", self.env._("Confirm the kind"), partner_ids=self
        )

    def action_ar_confirm_kind(self, kind=None):
        """Confirm what kind of customers these are, so that they may bear charges.

        :param kind: the kind of all of them; default: what each is now
        """
        self._ar_check_manager()
        heads = self.commercial_partner_id.sudo()
        if kind:
            heads.ar_customer_kind = kind
        heads.ar_is_kind_confirmed = True
        labels = dict(self._fields["ar_customer_kind"]._description_selection(self.env))
        for partner in heads:
            partner.ar_case_ids._log("kind_confirmed", labels[partner.ar_customer_kind])

    def action_ar_open_late_fees(self):
        """Open the charges of the customer."""
        self.env["ar.late.fee"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collections.ar_late_fee_action"
        )
        domain = [("partner_id", "in", self.commercial_partner_id.ids)]
        return {**action, "domain": domain, "context": {}}

    # === BUSINESS === #

    def _ar_get_bearers(self):
        """Override: a company bears the charges of its contacts."""
        return self.commercial_partner_id

    def _ar_take_over_fee_decisions(self, sources):
        """Take over what a manager decided on customers that are merged into this one.

        Core would write the same in the name of whoever merges them.
        """
        partners = sources.sudo() + self.sudo()
        confirmed = partners.filtered("ar_confirmed_kind")[-1:].ar_confirmed_kind
        is_exempt = any(partners.mapped("ar_is_charge_exempt"))
        self.sudo().write(
            {"ar_is_charge_exempt": is_exempt, "ar_confirmed_kind": confirmed}
        )

    def _ar_get_window_field(self):
        return "partner_ids"
