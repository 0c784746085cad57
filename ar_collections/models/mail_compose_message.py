"""Notices that look alike are still notices."""

from odoo import models


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    @property
    def _batch_size(self):
        """Override of `mail`: what the executor sends is cut into batches already."""
        return self.env.context.get("ar_batch_size") or super()._batch_size

    def _set_value_from_template(self, *args, **kwargs):
        """Override of `mail`: a text is proposed to those who may read the record."""
        if self.composition_mode == "comment":
            self.env["mail.render.mixin"]._ar_check_reader(
                self.model, self._evaluate_res_ids()
            )
        return super()._set_value_from_template(*args, **kwargs)

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
