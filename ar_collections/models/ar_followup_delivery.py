"""Deliveries: how a notice travels, and the evidence of what was said."""

import hashlib
from datetime import timedelta

from odoo import api, fields, models

from ..const import (
    CHANNELS,
    DELIVERED_STATES,
    DELIVERY_STATES,
    DELIVERY_TRANSITIONS,
    MAX_ATTEMPTS,
)


class ArFollowupDelivery(models.Model):
    """The transport of a notice on one channel.

    A channel `x` is a method ``_hand_over_x(notices, day)``, which queues one message
    per notice, creates the deliveries and returns them.
    """

    _name = "ar.followup.delivery"
    _description = "Delivery of a Notice"
    _order = "id desc"
    _check_company_auto = True

    notice_id = fields.Many2one(
        "ar.followup.notice", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="notice_id.company_id", store=True, index=True)
    case_id = fields.Many2one(related="notice_id.case_id", store=True)
    partner_id = fields.Many2one(related="notice_id.partner_id", string="Customer")
    recipient_id = fields.Many2one(related="notice_id.recipient_id")
    channel = fields.Selection(CHANNELS, required=True, readonly=True, index=True)
    address = fields.Char(readonly=True)
    state = fields.Selection(
        DELIVERY_STATES, required=True, default="queued", readonly=True, index=True
    )
    is_test = fields.Boolean(related="notice_id.is_test", store=True)
    is_fallback = fields.Boolean(
        readonly=True, help="Takes the place of a message that did not arrive."
    )
    is_extra = fields.Boolean(readonly=True, help="Comes besides the notice's message.")
    date = fields.Date(string="Handed over on", required=True, readonly=True)
    done_date = fields.Date(readonly=True)
    attempts = fields.Integer(default=1, readonly=True)
    next_try = fields.Datetime(readonly=True, index="btree_not_null")
    error = fields.Char(string="What went wrong", readonly=True)
    evidence_id = fields.Many2one(
        "ir.attachment", string="Copy", readonly=True, ondelete="restrict"
    )
    evidence_sha256 = fields.Char(
        string="SHA-256", readonly=True, help="Fingerprint of what was handed over."
    )

    @api.depends("notice_id", "channel")
    def _compute_display_name(self):
        labels = dict(self._fields["channel"]._description_selection(self.env))
        for delivery in self:
            delivery.display_name = f"{delivery.notice_id.display_name} · {labels[delivery.channel]}"

    # === HAND OVER === #

    @api.model
    def _hand_over(self, notices, day):
        """Queue a message for each notice on its channel, and the calls besides.

        :return: the deliveries
        """
        deliveries = self.browse()
        is_replay = self.env["ar.followup.run"]._is_replay()
        for channel, group in notices.grouped("channel").items():
            if is_replay:
                deliveries |= self._create_for(group, channel, day, state="sent")
            else:
                deliveries |= getattr(self, f"_hand_over_{channel}")(group, day)
        deliveries._sync_notices()
        if not is_replay:
            deliveries |= self._add_calls(notices, day)
        return deliveries

    @api.model
    def _create_for(self, notices, channel, day, **values):
        """Create one delivery per notice, addressed by the channel."""
        return self.sudo().create(
            [
                {
                    "notice_id": notice.id,
                    "channel": channel,
                    "address": self._get_address(notice, channel),
                    "date": day,
                    **values,
                }
                for notice in notices
            ]
        )

    @api.model
    def _add_calls(self, notices, day):
        """Make the call tasks that levels ask for besides their message."""
        return self.browse()

    @api.model
    def _get_address(self, notice, channel):
        recipient = notice.recipient_id
        if channel == "email":
            if notice.is_test:
                return notice.company_id._ar_get_settings_company().ar_test_email
            return recipient.email_normalized
        if channel in ("sms", "phone"):
            return recipient.phone
        return ", ".join((recipient.contact_address_inline or recipient.name or "").split("\n"))

    def _get_fingerprint(self, *parts):
        digest = hashlib.sha256()
        for part in parts:
            digest.update(part if isinstance(part, bytes) else str(part or "").encode())
        return digest.hexdigest()

    # === STATES === #

    def _update_state(self, target, **values):
        """Move deliveries to `target` where they may go there; the others stay.

        Transports report late and twice: a report that no longer fits is dropped.

        :return: the deliveries that moved
        """
        allowed = DELIVERY_TRANSITIONS[target]
        moved = self.filtered(lambda delivery: delivery.state in allowed)
        if moved:
            moved.sudo().write({"state": target, **values})
            moved._sync_notices()
        return moved

    def _sync_notices(self):
        """Tell the notices whether their message has reached the customer."""
        for notice in self.notice_id:
            reached = notice.delivery_ids.filtered(lambda d: d.state in DELIVERED_STATES)
            if notice.is_delivered != bool(reached):
                notice.sudo().is_delivered = bool(reached)

    def _fail(self, error, *, is_bounce=False):
        """Record that messages did not arrive, and use the level's fallback channel."""
        moved = self._update_state("bounced" if is_bounce else "failed", error=error[:500])
        for delivery in moved.filtered(lambda d: not d.is_extra and not d.is_test):
            delivery._use_fallback()

    def _use_fallback(self):
        """Send the same notice on the level's fallback channel, after a new check."""
        self.ensure_one()
        notice = self.notice_id
        channel = notice.level_id.fallback_channel
        day = notice.company_id._ar_today()
        was_tried = channel in notice.delivery_ids.mapped("channel")
        if not channel or was_tried or not self._get_address(notice, channel):
            notice._update_state("failed", failure=self.error)
            notice.case_id._schedule_task(
                self.env._("A notice did not arrive: find another address"), day, self.error
            )
            return
        if not self._is_still_true(notice):
            return
        fallback = getattr(self, f"_hand_over_{channel}")(notice, day)
        fallback.sudo().is_fallback = True

    def _is_still_true(self, notice):
        """Check again that a notice which is already counted still has open debts."""
        lines = notice._get_lines("climbing")
        open_lines = lines.filtered(lambda line: line.item_id.is_open)
        held = open_lines.filtered(lambda line: line.item_id._get_hold_reason())
        (lines - open_lines).sudo().write({"is_cancelled": True, "cancel_reason": "settled"})
        return bool(open_lines - held)

    # === EVIDENCE === #

    def _keep_evidence(self, pdf, name):
        """Store what was handed over, unchangeable by its fingerprint.

        :param pdf: the document, bytes
        """
        self.ensure_one()
        self.sudo().write(
            {
                "evidence_id": self.env["ir.attachment"].sudo().create(
                    {
                        "name": f"{name}.pdf",
                        "raw": pdf,
                        "mimetype": "application/pdf",
                        "res_model": self._name,
                        "res_id": self.id,
                    }
                ).id,
                "evidence_sha256": hashlib.sha256(pdf).hexdigest(),
            }
        )

    # === CRON === #

    @api.model
    def _cron_deliveries(self):
        """Look after messages on their way: retries, missing reports, late letters."""
        self._retry_failed_mails()
        self.env["ir.cron"]._commit_progress(1)
        self._alert_unposted()

    def _get_next_try(self):
        """Give when to try again: after one hour, then four, then sixteen."""
        return fields.Datetime.now() + timedelta(hours=4 ** (self.attempts - 1))

    def _may_retry(self):
        return self.attempts < MAX_ATTEMPTS
