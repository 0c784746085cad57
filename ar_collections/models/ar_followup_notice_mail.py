"""Notices as e-mail threads: replies, bounces and attachments."""

from odoo import models


class ArFollowupNotice(models.Model):
    _inherit = "ar.followup.notice"

    def message_update(self, msg_dict, update_vals=None):
        """Override of `mail`: a reply to a notice is a reply to the case."""
        result = super().message_update(msg_dict, update_vals=update_vals)
        self.case_id.message_update(msg_dict)
        return result

    def message_post(self, **kwargs):
        """Override of `mail`: what the customer writes lands on the case."""
        if kwargs.get("message_type") == "email" and len(self) == 1:
            kwargs.pop("parent_id", None)
            return self.case_id.message_post(**kwargs)
        return super().message_post(**kwargs)

    def _mail_get_partners(self, introspect_fields=False):
        """Override of `mail`: the recipient is the customer's partner of the record."""
        return {notice.id: notice.recipient_id for notice in self}

    def _message_receive_bounce(self, email, partner):
        """Override of `mail`: a bounced notice takes the fallback channel."""
        super()._message_receive_bounce(email, partner)
        self.delivery_ids.filtered(lambda d: d.channel == "email")._fail(
            self.env._("The e-mail came back."), is_bounce=True
        )

    def _process_attachments_for_template_post(self, mail_template):
        """Override of `mail` to attach the invoices that the level asks for."""
        result = super()._process_attachments_for_template_post(mail_template)
        for notice in self:
            for invoice in notice._get_invoices():
                for document in invoice._get_invoice_legal_documents_all(allow_fallback=True):
                    values = result.setdefault(notice.id, {})
                    values.setdefault("attachments", []).append(
                        (document["filename"], document["content"])
                    )
        return result
