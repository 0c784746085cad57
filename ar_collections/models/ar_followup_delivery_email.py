"""E-mail: composed in batches, sent by the mail queue, watched until it arrives."""

from odoo import api, fields, models
from odoo.tools.mail import email_normalize_all

# With these the address is wrong: another attempt would fail as well.
WRONG_ADDRESS = frozenset(
    {"mail_email_invalid", "mail_email_missing", "mail_bl", "mail_optout", "mail_dup"}
)


class ArFollowupDelivery(models.Model):
    _inherit = "ar.followup.delivery"

    mail_message_id = fields.Many2one(
        "mail.message", readonly=True, index="btree_not_null", ondelete="set null"
    )
    mail_mail_id = fields.Many2one(
        "mail.mail", readonly=True, index="btree_not_null", ondelete="set null"
    )

    # === QUEUE === #

    def _queue_email(self):
        """Queue one e-mail per delivery, in the customer's language."""
        for (template, company), deliveries in self.grouped(
            lambda delivery: (
                delivery.notice_id.level_id._get_mail_template(),
                delivery.company_id,
            )
        ).items():
            deliveries._link_mails(self._compose(deliveries.notice_id, template, company))
        self._wake_mail_queue()

    @api.model
    def _compose(self, notices, template, company):
        """Render and queue the e-mails of notices with one text.

        Dunning is transactional: the exclusion list of mass mailing is not for it.
        """
        return (
            notices.sudo()
            .with_company(company)
            .with_context(
                allowed_company_ids=company.ids,
                ar_is_compiling_once=True,
                ar_batch_size=len(notices),
            )
            .message_mail_with_source(
                template,
                message_type="comment",
                force_send=False,
                use_exclusion_list=False,
            )
        )

    @api.model
    def _create_for_mails(self, notices, mails, day, **values):
        """Create the deliveries of e-mails that were composed apart."""
        deliveries = self._create_for(notices, "email", day, **values)
        deliveries._link_mails(mails)
        return deliveries

    def _link_mails(self, mails):
        """Remember the e-mails of deliveries, and what they said to whom."""
        # Without the texts that the messages keep for the case: the e-mails have them.
        mails.mail_message_id.fetch(["res_id", "subject"])
        by_notice = {mail.res_id: mail for mail in mails}
        failed = {}
        for delivery in self.sudo():
            mail = by_notice[delivery.notice_id.id]
            # A contact may have several addresses: the message goes to each of them.
            address = mail.email_to or ", ".join(
                address
                for recipient in mail.recipient_ids
                for address in email_normalize_all(recipient.email or "")
            )
            values = {
                "address": address or delivery.address,
                "mail_mail_id": mail.id,
                "mail_message_id": mail.mail_message_id.id,
            }
            if not delivery.evidence_id:
                values["evidence_sha256"] = self._get_fingerprint(
                    address,
                    mail.subject,
                    mail.body_html,
                    *mail.attachment_ids.mapped("checksum"),
                )
            delivery.write(values)
            if mail.state in ("exception", "cancel"):
                error = mail.failure_reason or self.env._("No valid e-mail address.")
                failed.setdefault(error, []).append(delivery.id)
        for error, ids in failed.items():
            self.browse(ids)._fail(error)

    @api.model
    def _wake_mail_queue(self):
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _call_back_email(self):
        """Take e-mails that were not sent out of the queue."""
        mails = self.sudo().mail_mail_id.filtered(
            lambda mail: mail.state in ("outgoing", "exception")
        )
        mails.cancel()
        mails.mail_message_id.notification_ids.filtered(
            lambda notification: notification.notification_status in ("ready", "exception")
        ).notification_status = "canceled"

    # === REPORTS OF THE TRANSPORT === #

    def _on_mail_sent(self):
        for company, deliveries in self.grouped("company_id").items():
            deliveries._update_state("sent", done_date=company._ar_today(), error=False)

    def _on_mail_failed(self, error, failure_type):
        """Try again later where the mail server failed; otherwise give up here."""
        if failure_type in WRONG_ADDRESS:
            self._fail(error or self.env._("The e-mail address is not valid."))
        else:
            self._fail_for_now(error or self.env._("The e-mail could not be sent."))

    @api.model
    def _sync_reports(self):
        """Override to ask the mail queue, where its report was missed.

        An e-mail that was deleted or cancelled by hand never leaves.
        """
        waiting = self.search(
            [
                ("state", "=", "queued"),
                ("next_try", "=", False),
                "|",
                ("channel", "=", "email"),
                ("is_test", "=", True),
                "|",
                ("mail_mail_id", "=", False),
                ("mail_mail_id.state", "!=", "outgoing"),
            ]
        )
        waiting._apart(lambda delivery: delivery._sync_mail())
        return super()._sync_reports()

    def _sync_mail(self):
        self.ensure_one()
        mail = self.mail_mail_id.sudo()
        notifications = self.mail_message_id.sudo().notification_ids
        statuses = set(notifications.mapped("notification_status"))
        if mail.state == "sent" or (not mail and statuses == {"sent"}):
            self._on_mail_sent()
        elif mail.state == "exception":
            self._on_mail_failed(mail.failure_reason, mail.failure_type)
        else:
            self._fail(self.env._("The e-mail was cancelled or deleted before it was sent."))


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Override of `mail` to tell the deliveries what became of their e-mails."""
        self._ar_report(failure_reason, failure_type)
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )

    def _ar_report(self, failure_reason, failure_type):
        deliveries = self.env["ar.followup.delivery"].sudo().search(
            [("mail_mail_id", "in", self.ids)]
        )
        if failure_type:
            error = failure_reason or self[:1].failure_reason
            deliveries._receive_report(lambda d: d._on_mail_failed(error, failure_type))
        else:
            deliveries._receive_report(lambda d: d._on_mail_sent())
