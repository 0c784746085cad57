"""Messages that a person stops or sends again."""

from odoo import Command, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

COPY_TEMPLATE = "ar_collections.mail_template_copy"


class ArFollowupDelivery(models.Model):
    _inherit = "ar.followup.delivery"

    # === STOP === #

    def _call_back(self):
        """Stop messages that have not left yet.

        :return: the deliveries that were stopped
        """
        waiting = self.filtered(lambda delivery: delivery.state == "queued")
        waiting._stop()
        return waiting._update_state("cancelled")

    def _retry_extra_mails(self):
        """Send apologies and copies again as they are: their text is not the level's.

        :return: the deliveries concerned
        """
        extras = self.filtered(lambda d: d.is_extra and d.channel == "email")
        for delivery in extras.sudo():
            delivery.write({"attempts": delivery.attempts + 1, "next_try": False})
            delivery.mail_mail_id.mark_outgoing()
        if extras:
            self._wake_mail_queue()
        return extras

    # === COPY === #

    def _has_copy(self):
        """Tell whether what was handed over can be sent again."""
        self.ensure_one()
        return bool(
            self.evidence_id or (self.channel == "email" and self._get_copy_mail())
        )

    def _get_copy_mail(self):
        return self.mail_mail_id or self.mail_message_id

    def _send_copy(self, channel=None, address=None):
        """Send a copy of what was handed over.

        :param channel: ``email``, or ``letter`` for one that was printed
        :param address: e-mail address; default: the recipient's
        :return: the delivery of the copy
        """
        self.ensure_one()
        channel = channel or self.channel
        if channel == "email":
            return self._send_copy_by_email(address)
        if not self.evidence_id:
            raise UserError(
                self.env._("Only a printed letter can be printed again: choose e-mail.")
            )
        if self.is_test or self.company_id._ar_is_test_mode():
            raise UserError(
                self.env._(
                    "No letter leaves in test mode: choose e-mail, and the copy goes to "
                    "the test address."
                )
            )
        return self._create_copy(
            "letter",
            evidence_id=self.evidence_id.id,
            evidence_sha256=self.evidence_sha256,
        )

    def _send_copy_by_email(self, address):
        address = email_normalize(self._get_copy_address(address) or "")
        if not address:
            raise UserError(self.env._("Enter the e-mail address that gets the copy."))
        mails = self._without_screen(self.env["mail.mail"])
        mail = mails.create({**self._get_copy_values(), "email_to": address})
        self._wake_mail_queue()
        return self._create_copy(
            "email",
            address=address,
            mail_mail_id=mail.id,
            mail_message_id=mail.mail_message_id.id,
            evidence_sha256=self._get_fingerprint(
                address, mail.subject, mail.body_html
            ),
        )

    def _get_copy_address(self, address):
        """Give who gets a copy: the test address alone where the notice is a test.

        :raise UserError: without a test address
        """
        notice, company = self.notice_id, self.company_id
        if not (notice.is_test or company._ar_is_test_mode()):
            return address or notice.recipient_id.email
        test_address = company._ar_get_test_email()
        if not test_address:
            raise UserError(
                self.env._(
                    "This notice is a test, and its copy goes to the test address: enter "
                    "one in the settings of Collections."
                )
            )
        return test_address

    def _get_copy_values(self):
        """Give the values of the e-mail that brings the copy."""
        notice = self.notice_id
        values = {
            "model": notice._name,
            "res_id": notice.id,
            "message_type": "email_outgoing",
            "auto_delete": False,
            "is_notification": True,
        }
        mail = self._get_copy_mail() if self.channel == "email" else None
        if mail:
            body = mail.body_html if mail._name == "mail.mail" else mail.body
            return values | {
                "subject": mail.subject,
                "body_html": body,
                "email_from": mail.email_from,
                "reply_to": mail.reply_to,
                "attachment_ids": [Command.set(mail.attachment_ids.ids)],
            }
        return values | self._get_letter_copy_values()

    def _get_letter_copy_values(self):
        """Give the e-mail to which the copy of a letter is attached."""
        notice, company = self.notice_id, self.notice_id.company_id
        template = self.env.ref(COPY_TEMPLATE, raise_if_not_found=False)
        if not template:
            raise UserError(
                self.env._(
                    "The text that goes with a copy is gone: restore the e-mail "
                    "template “Collections: Copy of a message”, or print the letter "
                    "again."
                )
            )
        text = template._generate_template(notice.ids, ("subject", "body_html"))[
            notice.id
        ]
        return {
            "subject": text["subject"],
            "body_html": text["body_html"],
            "email_from": notice.sender_email or company.email_formatted,
            "reply_to": notice.sender_email or company.email_formatted,
            "attachment_ids": [Command.set(self.evidence_id.ids)],
        }

    def _create_copy(self, channel, **values):
        """Create the delivery of a copy: it comes besides the notice's own message."""
        notice = self.notice_id
        day = notice.company_id._ar_today()
        return self._create_for(notice, channel, day, is_extra=True, **values)
