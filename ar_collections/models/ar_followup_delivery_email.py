"""E-mail: composed in batches, sent by the mail queue, watched until it arrives."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ArFollowupDelivery(models.Model):
    _inherit = "ar.followup.delivery"

    mail_message_id = fields.Many2one(
        "mail.message", readonly=True, index="btree_not_null", ondelete="set null"
    )
    mail_mail_id = fields.Many2one("mail.mail", readonly=True, index="btree_not_null")

    @api.model
    def _hand_over_email(self, notices, day):
        """Queue one e-mail per notice, in the customer's language."""
        deliveries = self.browse()
        for (template, company), group in notices.grouped(
            lambda notice: (notice.level_id.mail_template_id, notice.company_id)
        ).items():
            if not template:
                raise UserError(
                    self.env._(
                        "The level “%(level)s” has no e-mail text: choose one in its policy.",
                        level=group[0].level_id.name,
                    )
                )
            mails = self._compose(group, template, company)
            deliveries |= self._create_for_mails(group, mails, day)
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        return deliveries

    def _compose(self, notices, template, company):
        """Render and queue the e-mails of notices with one text.

        Dunning is transactional: the exclusion list of mass mailing is not for it.
        """
        return (
            notices.sudo()
            .with_company(company)
            .with_context(allowed_company_ids=company.ids)
            .message_mail_with_source(
                template,
                message_type="comment",
                force_send=False,
                use_exclusion_list=False,
            )
        )

    def _create_for_mails(self, notices, mails, day):
        by_notice = {mail.res_id: mail for mail in mails}
        deliveries = self._create_for(notices, "email", day)
        for delivery in deliveries:
            mail = by_notice[delivery.notice_id.id]
            if delivery.is_test:
                mail.write({"email_to": delivery.address, "recipient_ids": [(5, 0, 0)]})
            delivery.write(
                {
                    "mail_mail_id": mail.id,
                    "mail_message_id": mail.mail_message_id.id,
                    "evidence_sha256": self._get_fingerprint(
                        delivery.address, mail.subject, mail.body_html
                    ),
                }
            )
            if mail.state in ("exception", "cancel"):
                delivery._fail(mail.failure_reason or self.env._("No valid e-mail address."))
        return deliveries

    # === REPORTS OF THE TRANSPORT === #

    def _on_mail_sent(self):
        self._update_state("sent", done_date=fields.Date.context_today(self))

    def _on_mail_failed(self, error, failure_type):
        """Try again later where the mail server failed; otherwise give up here."""
        for delivery in self.filtered(lambda d: d.state == "queued"):
            is_address = failure_type in ("mail_email_invalid", "mail_email_missing", "mail_bl")
            if is_address or not delivery._may_retry():
                delivery._fail(error or self.env._("The e-mail could not be sent."))
            else:
                delivery.sudo().write({"next_try": delivery._get_next_try(), "error": error})

    @api.model
    def _retry_failed_mails(self):
        """Send e-mails again whose mail server failed, after a new check."""
        deliveries = self.search(
            [
                ("channel", "=", "email"),
                ("state", "=", "queued"),
                ("next_try", "<=", fields.Datetime.now()),
            ],
            limit=500,
        )
        for delivery in deliveries:
            values = {"next_try": False, "attempts": delivery.attempts + 1}
            if not delivery.mail_mail_id or not self._is_still_true(delivery.notice_id):
                delivery.mail_mail_id.sudo().cancel()
                delivery._update_state("cancelled", **values)
                continue
            delivery.sudo().write(values)
            delivery.mail_mail_id.sudo().mark_outgoing()
        if deliveries:
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Override of `mail` to tell the deliveries what became of their e-mails."""
        deliveries = self.env["ar.followup.delivery"].sudo().search(
            [("mail_mail_id", "in", self.ids)]
        )
        if deliveries and failure_type:
            deliveries._on_mail_failed(failure_reason, failure_type)
        elif deliveries:
            deliveries._on_mail_sent()
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )
