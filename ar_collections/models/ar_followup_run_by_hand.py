"""What a person does with runs: look before, look after."""

from odoo import models


class ArFollowupRun(models.Model):
    _inherit = "ar.followup.run"

    def action_open_preview(self):
        """Show what this run would say, and why not; nothing is written."""
        self.ensure_one()
        self._check_may_run()
        return self.env["ar.followup.preview"]._open_for(
            self.company_id, self.as_of, self.partner_ids
        )

    def _get_notices_action(self):
        """Show the notices of this run."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "ar.followup.notice",
            "views": [(False, "list"), (False, "form")],
            "domain": [("run_id", "=", self.id)],
            "help": self.env._(
                "<p>Nothing is to be said to these customers today. "
                "Open debts tells why for each of them.</p>"
            ),
        }
