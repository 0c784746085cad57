"""SMS: queued in batches in the customer's language, watched through its reports."""

from uuid import uuid4

from odoo import Command, api, fields, models
from odoo.addons.sms.tools.sms_tools import sms_content_to_rendered_html

# With these the gateway failed, not the number: another attempt may succeed.
TEMPORARY = frozenset({"sms_server", "sms_credit", "sms_acc", "unknown"})


class ArFollowupDelivery(models.Model):
    _inherit = "ar.followup.delivery"

    sms_id = fields.Many2one(
        "sms.sms", string="SMS", readonly=True, index="btree_not_null", ondelete="set null"
    )

    # === QUEUE === #

    def _queue_sms(self):
        """Queue one SMS per delivery, in the customer's language.

        Not through the composer: it drops a second SMS to the same number in a batch.
        """
        notices = self.notice_id.sudo()
        bodies = self._render_sms()
        recipients = notices._sms_get_recipients_info()
        reachable = self.filtered(lambda d: recipients[d.notice_id.id]["sanitized"])
        (self - reachable)._fail(
            self.env._("The phone number is missing, or is not a number in its country.")
        )
        if not reachable:
            return
        html = {
            notice_id: sms_content_to_rendered_html(body) for notice_id, body in bodies.items()
        }
        messages = reachable.notice_id.sudo()._message_log_batch(html, message_type="sms")
        message_by_notice = {message.res_id: message for message in messages}
        for delivery, sms in zip(
            reachable, reachable._create_sms(bodies, recipients, message_by_notice), strict=True
        ):
            delivery.sudo().write(
                {
                    "sms_id": sms.id,
                    "address": sms.number,
                    "mail_message_id": sms.mail_message_id.id,
                    "evidence_sha256": self._get_fingerprint(sms.number, sms.body),
                }
            )

    def _render_sms(self):
        """Give {notice id: text of its SMS}.

        :raise UserError: when a level has no text
        """
        bodies = {}
        for (level, lang), deliveries in self.grouped(
            lambda delivery: (delivery.notice_id.level_id, delivery.recipient_id.lang)
        ).items():
            template = level._get_sms_template().sudo()
            own = {"compute_lang": True} if template.lang else {"set_lang": lang}
            bodies |= template._render_field("body", deliveries.notice_id.ids, **own)
        return {notice_id: str(body).strip() for notice_id, body in bodies.items()}

    def _create_sms(self, bodies, recipients, messages):
        """Create SMS with what shows their state on the notice and reports it to us."""
        queue = self.env["sms.sms"].sudo().create(
            [
                {
                    "body": bodies[delivery.notice_id.id],
                    "number": recipients[delivery.notice_id.id]["sanitized"],
                    "partner_id": recipients[delivery.notice_id.id]["partner"].id,
                    "mail_message_id": messages[delivery.notice_id.id].id,
                    "uuid": uuid4().hex,
                }
                for delivery in self
            ]
        )
        self.env["mail.notification"].sudo().create(
            [
                {
                    "author_id": sms.mail_message_id.author_id.id,
                    "mail_message_id": sms.mail_message_id.id,
                    "res_partner_id": sms.partner_id.id,
                    "sms_number": sms.number,
                    "notification_type": "sms",
                    "notification_status": "ready",
                    "sms_id_int": sms.id,
                    "sms_tracker_ids": [
                        Command.create({"sms_uuid": sms.uuid, "ar_delivery_id": delivery.id})
                    ],
                    "is_read": True,
                }
                for delivery, sms in zip(self, queue, strict=True)
            ]
        )
        return queue

    def _call_back_sms(self):
        """Take SMS that were not sent out of the queue."""
        waiting = self.sudo().sms_id.filtered(lambda sms: sms.state in ("outgoing", "error"))
        # Their reports no longer concern these deliveries.
        waiting.sms_tracker_id.ar_delivery_id = False
        waiting.action_set_canceled()

    # === REPORTS OF THE TRANSPORT === #

    def _on_sms_state(self, state, failure_type=False, reason=False):
        """Take over the state of an SMS: handed to the network, delivered or failed."""
        if state in ("pending", "sent"):
            target = "sent" if state == "pending" else "done"
            for company, deliveries in self.grouped("company_id").items():
                deliveries._update_state(target, done_date=company._ar_today(), error=False)
        elif state == "error":
            self._on_sms_failed(failure_type or "unknown", reason)
        elif state == "canceled":
            self._fail(self.env._("The SMS was cancelled before it was sent."))

    def _on_sms_failed(self, failure_type, reason=False):
        labels = dict(self.env["sms.sms"]._fields["failure_type"]._description_selection(self.env))
        error = reason or labels.get(failure_type) or self.env._("The SMS did not arrive.")
        waiting = self.filtered(lambda delivery: delivery.state == "queued")
        if failure_type in TEMPORARY:
            waiting._fail_for_now(error)
        else:
            waiting._fail(error)
        (self - waiting)._fail(error, is_bounce=True)

    @api.model
    def _sync_reports(self):
        """Override to ask the SMS queue, where its report was missed."""
        waiting = self.search(
            [
                ("channel", "=", "sms"),
                ("state", "=", "queued"),
                ("next_try", "=", False),
                ("is_test", "=", False),
                "|",
                ("sms_id", "=", False),
                ("sms_id.state", "not in", ("outgoing", "process")),
            ]
        )
        waiting._apart(lambda delivery: delivery._sync_sms())
        return super()._sync_reports()

    def _sync_sms(self):
        self.ensure_one()
        sms = self.sudo().sms_id
        if sms:
            self._on_sms_state(sms.state, sms.failure_type)
            return
        # Sent SMS are deleted; their notification stays.
        status = self.sudo().mail_message_id.notification_ids[:1].notification_status
        state = {"pending": "pending", "sent": "sent", "process": False, "ready": False}
        self._on_sms_state(state.get(status, "canceled"))


class SmsTracker(models.Model):
    _inherit = "sms.tracker"

    ar_delivery_id = fields.Many2one(
        "ar.followup.delivery", index="btree_not_null", ondelete="cascade"
    )

    def _action_update_from_sms_state(self, sms_state, failure_type=False, failure_reason=False):
        """Override of `sms` to tell the deliveries what became of their SMS."""
        result = super()._action_update_from_sms_state(
            sms_state, failure_type=failure_type, failure_reason=failure_reason
        )
        self.ar_delivery_id._receive_report(
            lambda deliveries: deliveries._on_sms_state(sms_state, failure_type, failure_reason)
        )
        return result

    def _action_update_from_provider_error(self, provider_error):
        """Override of `sms` to tell the deliveries that their SMS did not arrive."""
        status, failure_type, reason = super()._action_update_from_provider_error(
            provider_error
        )
        self.ar_delivery_id._receive_report(
            lambda deliveries: deliveries._on_sms_failed(failure_type, reason)
        )
        return status, failure_type, reason
