"""The customer's side of the collection file."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResPartner(models.Model):
    _inherit = "res.partner"

    ar_collections_contact_id = fields.Many2one(
        "res.partner",
        string="Collections contact",
        index="btree_not_null",
        domain="[('id', 'child_of', commercial_partner_id)]",
        help="Gets the reminders. Empty: the contact or address of the invoice.",
        groups="base.group_user",
    )
    ar_case_ids = fields.One2many("ar.collection.case", "partner_id", string="Cases")
    ar_case_id = fields.Many2one(
        "ar.collection.case", string="Case", compute="_compute_ar_case_id"
    )
    ar_overdue_amount = fields.Monetary(
        string="Overdue", compute="_compute_ar_case_id", currency_field="currency_id"
    )

    @api.constrains("ar_collections_contact_id")
    def _check_ar_collections_contact_id(self):
        """Refuse a contact who is not the customer's: letters show all that is owed."""
        for partner in self:
            contact = partner.ar_collections_contact_id
            if contact and not contact._ar_is_contact_of(partner):
                raise ValidationError(
                    self.env._(
                        "%(contact)s is not a contact of %(customer)s: add the person "
                        "to the customer's contacts first.",
                        contact=contact.display_name,
                        customer=partner.commercial_partner_id.display_name,
                    )
                )

    def write(self, vals):
        """Override of `base`: who leaves a customer gets no more of its reminders."""
        result = super().write(vals)
        if "parent_id" in vals or "is_company" in vals:
            self._ar_forget_former_contacts()
        return result

    def _ar_is_contact_of(self, customer):
        """Tell whether this is the customer, one of its contacts or of its subsidiaries."""
        self.ensure_one()
        contact, head = self.sudo(), customer.sudo().commercial_partner_id
        while contact and contact != head:
            contact = contact.parent_id
        return bool(contact)

    def _ar_forget_former_contacts(self):
        """Let customers forget these contacts where they belong to others now."""
        partners = self.sudo().with_context(active_test=False)
        contacts = partners.search([("id", "child_of", self.ids)])
        for customer in partners.search([("ar_collections_contact_id", "in", contacts.ids)]):
            contact = customer.ar_collections_contact_id
            if contact._ar_is_contact_of(customer):
                continue
            customer.ar_collections_contact_id = False
            customer._message_log(
                body=self.env._(
                    "%(contact)s is no contact of this customer any more, and gets no "
                    "reminders.",
                    contact=contact.display_name,
                )
            )

    @api.depends_context("company")
    def _compute_ar_case_id(self):
        cases = self.env["ar.collection.case"].search(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", self.env.company.id),
            ]
        )
        by_partner = {case.partner_id.id: case for case in cases}
        for partner in self:
            case = by_partner.get(partner.commercial_partner_id.id, cases.browse())
            partner.ar_case_id = case
            partner.ar_overdue_amount = case.overdue_amount

    def _ar_ensure_case(self, company):
        """Give the case of the customer in `company`, opened when there is none."""
        self.ensure_one()
        partner = self.commercial_partner_id
        cases = self.env["ar.collection.case"].sudo()
        ids = cases._ensure_cases(company, partner.ids)
        return cases.browse(ids[partner.id]).with_env(self.env)
