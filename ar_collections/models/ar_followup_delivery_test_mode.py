"""Test mode: every message goes to the test address, whatever its channel."""

from markupsafe import Markup

from odoo import Command, models
from odoo.tools import plaintext2html


class ArFollowupDelivery(models.Model):
    _inherit = "ar.followup.delivery"

    def _queue_test(self):
        """Queue an e-mail to the test address that shows each message as it would go out."""
        for (company, channel), deliveries in self.grouped(
            lambda delivery: (delivery.company_id, delivery.channel)
        ).items():
            address = company._ar_get_test_email()
            if not address:
                deliveries._fail(self.env._("There is no test address: enter one."))
                continue
            mails = getattr(deliveries, f"_make_test_{channel}")(company, address)
            for mail in mails:
                mail.subject = self.env._("[Test] %(subject)s", subject=mail.subject)
            deliveries._link_mails(mails)
        self._wake_mail_queue()

    def _make_test_email(self, company, address):
        """Render the real text, with recipients of the test alone."""
        mails = self.env["mail.mail"].sudo()
        for template, deliveries in self.grouped(
            lambda delivery: delivery.notice_id.level_id._get_mail_template()
        ).items():
            mails |= (
                template.sudo()
                .with_company(company)
                .with_context(allowed_company_ids=company.ids)
                .send_mail_batch(
                    deliveries.notice_id.ids,
                    email_values={
                        "email_to": address,
                        "email_cc": False,
                        "partner_ids": [],
                        "recipient_ids": [],
                        "auto_delete": False,
                        "is_notification": True,
                    },
                )
            )
        return mails

    def _make_test_letter(self, company, address):
        pdfs = self._render_letters(self.notice_id)
        for delivery in self:
            delivery._keep_evidence(pdfs[delivery.notice_id.id])
        return self._create_test_mails(
            address, {d: self.env._("The letter is attached.") for d in self}
        )

    def _make_test_post(self, company, address):
        return self._make_test_letter(company, address)

    def _make_test_sms(self, company, address):
        bodies = self._render_sms()
        return self._create_test_mails(
            address, {d: plaintext2html(bodies[d.notice_id.id]) for d in self}
        )

    def _make_test_phone(self, company, address):
        return self._create_test_mails(address, self._render_call_notes())

    def _create_test_mails(self, address, bodies):
        """Create e-mails that show what another channel would bring.

        :param bodies: {delivery: HTML}
        """
        labels = dict(self._fields["channel"]._description_selection(self.env))
        return self.env["mail.mail"].sudo().create(
            [
                {
                    "subject": f"{labels[delivery.channel]}: {delivery.notice_id.display_name}",
                    "body_html": Markup("<p>%s</p>%s")
                    % (delivery.address or "", bodies[delivery]),
                    "email_to": address,
                    "email_from": delivery.company_id.email_formatted
                    or self.env.user.email_formatted,
                    "model": delivery.notice_id._name,
                    "res_id": delivery.notice_id.id,
                    "message_type": "email_outgoing",
                    "is_notification": True,
                    "auto_delete": False,
                    "attachment_ids": [Command.set(delivery.evidence_id.ids)],
                }
                for delivery in self
            ]
        )
