"""Notices that look alike are still notices."""

from odoo import models


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    def _process_mail_values_state(self, mail_values_dict):
        """Override of `mail`: two customers may share an address and owe the same sum.

        Each notice is a message of its own, whatever the address and the words.
        """
        values_by_id = super()._process_mail_values_state(mail_values_dict)
        if self.model == "ar.followup.notice":
            for values in values_by_id.values():
                if values.get("failure_type") == "mail_dup":
                    del values["state"], values["failure_type"]
        return values_by_id
