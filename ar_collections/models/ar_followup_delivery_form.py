"""Where the buttons of a delivery lead."""

from odoo import models
from odoo.exceptions import UserError


class ArFollowupDelivery(models.Model):
    _inherit = "ar.followup.delivery"

    def action_open_call_outcome(self):
        """Ask how the call went."""
        self.ensure_one()
        if not self.activity_id:
            raise UserError(
                self.env._(
                    "Nobody has this call on the list any more: send the reminder again "
                    "from the customer's case."
                )
            )
        return self.activity_id._ar_get_outcome_action()

    def action_open_copy(self):
        """Open the copy of what was handed over, for those who may read the delivery."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.evidence_id.id}",
            "target": "new",
        }
