"""Notices as messages: replies, bounces, attachments, phone numbers."""

import base64

from odoo import api, models


class ArFollowupNotice(models.Model):
    _inherit = "ar.followup.notice"

    @api.private
    def message_update(self, msg_dict, update_vals=None):
        """Override of `mail`: a reply to a notice is a reply to the case.

        A reply to a test notice comes from whoever tests: it moves nothing.
        """
        result = super().message_update(msg_dict, update_vals=update_vals)
        self.filtered(lambda notice: not notice.is_test).case_id.message_update(msg_dict)
        return result

    def message_post(self, **kwargs):
        """Override of `mail`: what the customer writes lands on the case."""
        if kwargs.get("message_type") == "email" and len(self) == 1 and not self.is_test:
            kwargs.pop("parent_id", None)
            return self.case_id.message_post(**kwargs)
        return super().message_post(**kwargs)

    def _mail_get_partners(self, introspect_fields=False):
        """Override of `mail`: the recipient is the customer's partner of the record."""
        return {notice.id: notice.recipient_id for notice in self}

    def _message_receive_bounce(self, email, partner):
        """Override of `mail`: a bounced notice takes the fallback channel."""
        super()._message_receive_bounce(email, partner)
        if not self.env.context.get("ar_is_lost", True):
            return
        bounced_id = self.env.context.get("ar_bounced_message_id")
        self.delivery_ids.filtered(
            lambda delivery: delivery.channel == "email"
            and (not bounced_id or delivery.mail_message_id.id == bounced_id)
        )._fail(self.env._("The e-mail came back."), is_bounce=True)

    def _process_attachments_for_template_post(self, mail_template):
        """Override of `mail` to attach the invoices that the level asks for."""
        result = super()._process_attachments_for_template_post(mail_template)
        # An apology or a copy brings no invoices.
        notices = self.filtered(
            lambda notice: notice.level_id.mail_template_id == mail_template
        )
        for notice_id, copies in notices._get_invoice_copies().items():
            if copies:
                result.setdefault(notice_id, {}).setdefault("attachments", []).extend(
                    (copy["filename"], base64.b64encode(copy["content"]))
                    for copy in copies
                )
        return result

    # === PHONE === #

    def _get_phone_numbers(self):
        """Give the numbers of recipient and customer: dicts of `name`, `phone` and `link`."""
        self.ensure_one()
        partners = self.recipient_id | self.partner_id | self.line_ids.move_id.partner_id
        numbers = {}
        for partner in partners.filtered("phone"):
            numbers.setdefault(partner.phone, partner.name or self.partner_id.name)
        return [
            {"name": name, "phone": phone, "link": f"tel:{''.join(phone.split())}"}
            for phone, name in numbers.items()
        ]
