"""Telling those in charge of a company what became of its charges."""

from odoo import models
from odoo.tools import plaintext2html

_TASK = "ar_collections.mail_activity_type_late_fees"


class ResCompany(models.Model):
    _inherit = "res.company"

    def _ar_tell_late_fees(self, texts):
        """Make a task about charges for those in charge, one each while it is open.

        :param texts: what could not be done; the task says all of it, and nothing else
        """
        self.ensure_one()
        note = plaintext2html("\n".join(sorted(texts)))
        known = self._ar_get_late_fee_tasks().grouped("user_id")
        for user in self._ar_get_users_in_charge(self._ar_today()):
            if user in known:
                known[user].note = note
            else:
                self.partner_id.sudo().activity_schedule(_TASK, note=note, user_id=user.id)

    def _ar_close_late_fee_tasks(self):
        """Close the tasks about charges: what they tell of is mended."""
        self._ar_get_late_fee_tasks().action_feedback(
            feedback=self.env._("The late fees are computed again.")
        )

    def _ar_get_late_fee_tasks(self):
        """Give the open tasks about charges of the company."""
        self.ensure_one()
        task = self.env.ref(_TASK)
        return self.partner_id.sudo().activity_ids.filtered(
            lambda activity: activity.activity_type_id == task
        )
