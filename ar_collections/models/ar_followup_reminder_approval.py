"""Reminders by hand that need approval: who approves them, and when they leave then."""

from odoo import api, models
from odoo.exceptions import UserError

MANAGER = "ar_collections.ar_collections_group_manager"


class ArFollowupReminder(models.AbstractModel):
    _inherit = "ar.followup.reminder"

    @api.model
    def _needs_approval(self, company, level):
        """Tell whether somebody else has to read a reminder of `level` before it leaves.

        As in a run (design: L8), and for each formal notice. A manager who sends a
        reminder approves it with that.
        """
        if self.env.su or self.env.user.has_group(MANAGER):
            return False
        run = self.env["ar.followup.run"].new({"company_id": company.id})
        planner = self.env["ar.followup.planner"].sudo()
        return level.is_formal or planner._get_first_state(run, level) == "to_approve"

    @api.model
    def _get_approval(self, company, level):
        """Give state and approver of a new reminder, as values of its notice."""
        if self._needs_approval(company, level):
            return {"state": "to_approve"}
        is_managers = not self.env.su and self.env.user.has_group(MANAGER)
        return {"approved_by_id": self.env.uid if is_managers else False}


class ArFollowupNotice(models.Model):
    _inherit = "ar.followup.notice"

    def action_approve(self):
        """Override: a reminder by hand is approved by another person or a manager."""
        self._check_may_approve()
        self._check_other_approver()
        result = super().action_approve()
        if self.filtered(lambda notice: notice.state == "planned" and not notice.run_id):
            # No run sends them: the hourly action does, as soon as the window is open.
            self.env["ar.followup.delivery"]._wake()
        return result

    def _check_other_approver(self):
        if self.env.su or self.env.user.has_group(MANAGER):
            return
        own = self.filtered(
            lambda notice: notice.is_manual
            and notice.state == "to_approve"
            and notice.sudo().create_uid == self.env.user
        )
        if own:
            raise UserError(
                self.env._(
                    "You wrote the reminder to %(customer)s yourself: a colleague or a "
                    "collections manager approves it.",
                    customer=own[0].partner_id.display_name,
                )
            )


class ArFollowupExecutor(models.AbstractModel):
    _inherit = "ar.followup.executor"

    @api.model
    def _send_approved_by_hand(self):
        """Send reminders by hand that were approved, once they may leave."""
        waiting = (
            self.env["ar.followup.notice"]
            .sudo()
            .search([("run_id", "=", False), ("state", "=", "planned")])
        )
        self._execute_chosen(self._filter_may_leave(waiting))
