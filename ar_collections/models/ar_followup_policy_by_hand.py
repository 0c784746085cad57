"""What a person does with policies: switch on, load public holidays."""

from odoo import models
from odoo.exceptions import UserError


class ArFollowupPolicy(models.Model):
    _inherit = "ar.followup.policy"

    def action_open_switch_on(self):
        """Show what the first run would find, before the policies are switched on."""
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")
        self.check_access("read")
        return self.env["ar.followup.switch.on"]._open_for(self)

    def action_open_load_holidays(self):
        """Load the public holidays of a country into the policy's working calendar."""
        self.ensure_one()
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")
        if not self.calendar_id:
            raise UserError(
                self.env._(
                    "“%(policy)s” has no working calendar, so that every day counts: "
                    "choose one first.",
                    policy=self.name,
                )
            )
        company = self.company_id or self.env.company
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Load public holidays"),
            "res_model": "ar.followup.holidays.load",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_calendar_id": self.calendar_id.id,
                "default_company_id": company.id,
            },
        }
