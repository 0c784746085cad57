"""A call on a case ends with its outcome."""

from odoo import models
from odoo.exceptions import RedirectWarning, UserError

# Given by the window that asks for the outcome; no client can send an object.
_OUTCOME_GIVEN = object()


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def write(self, vals):
        """Override of `mail`: a call is not over before its outcome is known.

        :raise RedirectWarning: to the window that asks for it
        """
        if "active" in vals and not vals["active"]:
            self._ar_check_outcome()
        return super().write(vals)

    def unlink(self):
        """Override of `mail`: a call that is taken off the worklist is not made."""
        calls = self._ar_get_calls()
        deliveries = calls._ar_get_deliveries()
        result = super().unlink()
        deliveries._update_state("cancelled", error=self.env._("The call was cancelled."))
        return result

    # === BUSINESS === #

    def _ar_get_calls(self):
        """Give the calls on cases that are not over."""
        return self.filtered(
            lambda activity: activity.active
            and activity.res_model == "ar.collection.case"
            and activity.activity_category == "phonecall"
        )

    def _ar_get_deliveries(self):
        """Give the deliveries that wait for these calls."""
        return self.env["ar.followup.delivery"].sudo().search(
            [("activity_id", "in", self.ids), ("state", "=", "queued")]
        )

    def _ar_check_outcome(self):
        calls = self._ar_get_calls()
        if not calls or self.env.context.get("ar_call_outcome") is _OUTCOME_GIVEN:
            return
        if len(calls) > 1:
            raise UserError(
                self.env._("Close these calls one by one: each has an outcome of its own.")
            )
        raise RedirectWarning(
            self.env._("Say how the call went: the next step depends on it."),
            calls._ar_get_outcome_action(),
            self.env._("Outcome of the call"),
        )

    def _ar_get_outcome_action(self):
        """Give the window that asks for the outcome of a call."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Outcome of the call"),
            "res_model": "ar.followup.call.outcome",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_activity_id": self.id},
        }

    def _ar_close_call(self, feedback):
        """Close a call whose outcome is known."""
        self.with_context(ar_call_outcome=_OUTCOME_GIVEN)._action_done(feedback=feedback)
