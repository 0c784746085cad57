"""The letters of a run in one file."""

from odoo import models


class ArFollowupRun(models.Model):
    _inherit = "ar.followup.run"

    def action_print(self):
        """Open one file with the letters of a run.

        :raise UserError: when the run has none
        """
        self.ensure_one()
        deliveries = self.env["ar.followup.delivery"].search(
            [("notice_id.run_id", "=", self.id), ("channel", "=", "letter")]
        )
        attachment = deliveries._merge_letters(res_model=self._name, res_id=self.id)
        former = self.print_attachment_id
        self.sudo().print_attachment_id = attachment
        former.sudo().unlink()
        return deliveries._open_file(attachment)
