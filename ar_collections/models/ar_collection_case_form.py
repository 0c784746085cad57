"""What the form of a case shows of its customer, and where its buttons lead."""

from odoo import api, fields, models


class ArCollectionCase(models.Model):
    _inherit = "ar.collection.case"

    partner_kind = fields.Selection(related="partner_id.ar_customer_kind")
    partner_phone = fields.Char(related="partner_id.phone", string="Phone")
    partner_email = fields.Char(related="partner_id.email", string="E-mail")
    collections_contact_id = fields.Many2one(
        "res.partner",
        string="Reminders go to",
        compute="_compute_collections_contact_id",
        inverse="_inverse_collections_contact_id",
        compute_sudo=True,
        domain="[('id', 'child_of', partner_id)]",
        help="Empty: the contact or address of the invoice.",
    )
    notice_count = fields.Integer(compute="_compute_notice_count")

    @api.depends("partner_id.ar_collections_contact_id")
    def _compute_collections_contact_id(self):
        for case in self:
            case.collections_contact_id = case.partner_id.ar_collections_contact_id

    def _inverse_collections_contact_id(self):
        """Let collectors choose the contact: they may not edit customers otherwise."""
        for case in self:
            case.partner_id.sudo().ar_collections_contact_id = (
                case.collections_contact_id
            )

    def _compute_notice_count(self):
        counts = dict(
            self.env["ar.followup.notice"]._read_group(
                [("case_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["case_id"],
                ["__count"],
            )
        )
        for case in self:
            case.notice_count = counts.get(case, 0)

    # === ACTIONS === #

    def action_open_items(self):
        """Open the list of the customer's open debts."""
        return self._open_list("ar_collections.ar_followup_item_action")

    def action_open_notices(self):
        """Open the list of what was said to the customer."""
        return self._open_list("ar_collections.ar_followup_notice_action")

    def action_open_partner(self):
        """Open the customer's own form."""
        self.ensure_one()
        return self.partner_id.get_formview_action()

    def _open_list(self, xmlid):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return {
            **action,
            "domain": [("case_id", "=", self.id)],
            "context": {},
            "display_name": self.display_name,
        }
