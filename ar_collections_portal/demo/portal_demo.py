"""The demo's customer who logs in: pays, and applies for credit."""

from odoo import Command, api, models

CUSTOMER = "Kallio Rakennus Oy"


class ArCollectionsDemo(models.AbstractModel):
    _inherit = "ar.collections.demo"

    @api.model
    def _create_portal_story(self, company=None):
        """Let a customer of the demo log in as `customer`, and apply for credit.

        :return: the user; none without the demo's ledger
        """
        company = company or self.env.company
        users = self.env["res.users"].with_context(no_reset_password=True)
        customer = self.env["res.partner"].search([("name", "=", CUSTOMER)], limit=1)
        if not customer or users.search_count([("login", "=", "customer")]):
            return users
        company.root_id.ar_is_taking_applications = True
        contact = self.env["res.partner"].create(
            {
                "name": "Aino Kallio",
                "parent_id": customer.id,
                "email": "aino@kallio.example",
                "lang": self.env.user.lang,
            }
        )
        return users.create(
            {
                "login": "customer",
                "password": "customer",
                "partner_id": contact.id,
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
