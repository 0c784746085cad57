"""A pause or a test that begins also stops messages that were queued and have not left."""

from odoo import api, fields, models

# Their messages wait in a queue of Odoo's; letters and calls wait for a person.
QUEUED_CHANNELS = ("email", "sms", "post")


class ArFollowupDelivery(models.Model):
    _inherit = "ar.followup.delivery"

    @api.model
    def _put_off_all(self, companies):
        """Take the real messages of companies out of the queues of their transports.

        They wait to be tried again: after a new check, once messages may leave.
        """
        waiting = self.sudo().search(
            [
                ("company_id", "child_of", companies.ids),
                ("channel", "in", QUEUED_CHANNELS),
                ("state", "=", "queued"),
                ("next_try", "=", False),
                ("is_test", "=", False),
            ]
        )
        waiting._stop()
        for attempts, deliveries in waiting.grouped("attempts").items():
            # Nothing was tried: the next attempt is still this one.
            deliveries.write(
                {"attempts": attempts - 1, "next_try": fields.Datetime.now()}
            )


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        """Override of `base` to stop what waits in the queues of mail and SMS."""
        result = super().write(vals)
        if vals.get("ar_is_paused") or vals.get("ar_is_test_mode"):
            self.env["ar.followup.delivery"]._put_off_all(self)
        return result
