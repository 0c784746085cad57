"""The letters of a run in one file."""

from odoo import fields, models

from ..const import DELIVERED_STATES


class ArFollowupRun(models.Model):
    _inherit = "ar.followup.run"

    has_letters = fields.Boolean(
        compute="_compute_has_letters", help="Letters wait to be printed and posted."
    )
    has_posted_letters = fields.Boolean(compute="_compute_has_letters")

    def _compute_has_letters(self):
        for run in self:
            run.has_letters = run._has_letters_in("queued")
            run.has_posted_letters = run._has_letters_in(*DELIVERED_STATES)

    def _has_letters_in(self, *states):
        domain = [*self._get_letters_domain(), ("state", "in", states)]
        return bool(self.env["ar.followup.delivery"].search_count(domain, limit=1))

    def _get_letters(self):
        return self.env["ar.followup.delivery"].search(self._get_letters_domain())

    def _get_letters_domain(self):
        return [
            ("notice_id.run_id", "in", self.ids),
            ("channel", "=", "letter"),
            ("is_test", "=", False),
        ]

    # === ACTIONS === #

    def action_print(self):
        """Open one file with the letters of a run that wait to be posted.

        :raise UserError: when there is none
        """
        self.ensure_one()
        return self._get_letters().action_print()

    def action_print_again(self):
        """Open one file with the letters of a run that were posted.

        :raise UserError: when there is none
        """
        self.ensure_one()
        return self._get_letters().action_print_again()
