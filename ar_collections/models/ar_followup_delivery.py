"""Deliveries: how a notice travels, and the evidence of what was said."""

import hashlib
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import (
    CHANNELS,
    DELIVERED_STATES,
    DELIVERY_STATES,
    DELIVERY_TRANSITIONS,
    MAX_ATTEMPTS,
)

_logger = logging.getLogger(__name__)


class ArFollowupDelivery(models.Model):
    """The transport of a notice on one channel.

    A channel `x` is a method ``_queue_x()`` that makes one message for each delivery and
    leaves it to its transport. What the transport reports then or later goes to
    `_update_state`, `_fail` (the fallback channel follows) or `_fail_for_now` (tried
    again later, after a new check).
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
    # The fallback goes out in a transaction of its own: a mail queue or a mailbox that
    # reports a failure must not fail with it.
    is_fallback_due = fields.Boolean(readonly=True)
    error = fields.Char(string="What went wrong", readonly=True)
    evidence_id = fields.Many2one(
        "ir.attachment", string="Copy", readonly=True, ondelete="restrict"
    )
    evidence_sha256 = fields.Char(
        string="SHA-256", readonly=True, help="Fingerprint of what was handed over."
    )

    _fallback_due_idx = models.Index("(id) WHERE is_fallback_due IS TRUE")

    @api.depends("notice_id", "channel")
    def _compute_display_name(self):
        labels = dict(self._fields["channel"]._description_selection(self.env))
        for delivery in self:
            delivery.display_name = (
                f"{delivery.notice_id.display_name} · {labels[delivery.channel]}"
            )

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
                deliveries |= self._hand_over_on(channel, group, day)
        if is_replay:
            deliveries._sync_notices()
        else:
            deliveries |= self._add_calls(notices, day)
        return deliveries

    @api.model
    def _hand_over_on(self, channel, notices, day, **values):
        """Queue a message for each notice on one channel.

        :param values: of all the deliveries
        :return: the deliveries
        """
        messages = self._without_screen(self)
        deliveries = messages._create_for(notices, channel, day, **values)
        deliveries._queue()
        return deliveries.with_env(self.env)

    @api.model
    def _without_screen(self, records):
        """Give `records` without what a screen leaves in the context: its default values
        (such as recipients, which core's composer would take) and its active record."""
        context = {
            key: value
            for key, value in self.env.context.items()
            if not key.startswith(("default_", "active_"))
        }
        # Keys have to go, which keyword arguments cannot do.
        return records.with_context(context)  # pylint: disable=context-overridden

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

    def _queue(self):
        """Make the messages; those of tests go to the test address.

        :raise UserError: for real messages in test mode, whoever asks
        """
        self._check_test_mode()
        notices = self.notice_id.sudo()
        notices._give_tokens(notices.line_ids.move_id)
        tests = self.filtered("is_test")
        tests._queue_test()
        for channel, deliveries in (self - tests).grouped("channel").items():
            getattr(deliveries, f"_queue_{channel}")()

    def _check_test_mode(self):
        """Refuse to make real messages in test mode: the last gate before the customer."""
        real = self.filtered(lambda delivery: not delivery.is_test)
        if any(company._ar_is_test_mode() for company in real.company_id):
            raise UserError(
                self.env._("Test mode is on: nothing is sent to customers until it ends.")
            )

    @api.model
    def _get_address(self, notice, channel):
        """Give the recipient's address on a channel, as one line of text."""
        # In the recipient's language, whoever asks: country names differ.
        recipient = notice.recipient_id.with_context(lang=notice.recipient_id.lang)
        if channel == "email":
            return recipient.email_normalized
        if channel in ("sms", "phone"):
            return recipient.phone
        return " ".join((recipient.contact_address_inline or recipient.name or "").split())

    # === STATES === #

    def _update_state(self, target, **values):
        """Move deliveries to `target` where they may go there; the others stay.

        Transports report late and twice: a report that no longer fits is dropped.

        :return: the deliveries that moved
        """
        allowed = DELIVERY_TRANSITIONS[target]
        moved = self.filtered(lambda delivery: delivery.state in allowed)
        if moved:
            moved.sudo().write({"state": target, "next_try": False, **values})
            moved._sync_notices()
        return moved

    def _sync_notices(self):
        """Tell the notices whether their message has reached the customer.

        A call besides the message is no message (L5).
        """
        notices = self.notice_id
        reached = notices.filtered(
            lambda notice: any(
                delivery.state in DELIVERED_STATES and not delivery.is_extra
                for delivery in notice.delivery_ids
            )
        )
        for group, is_delivered in ((reached, True), (notices - reached, False)):
            changed = group.filtered(
                lambda notice, value=is_delivered: notice.is_delivered != value
            )
            if changed:
                changed.sudo().is_delivered = is_delivered

    def _fail(self, error, *, is_bounce=False):
        """Record that messages did not arrive; the fallback channel follows.

        :return: the deliveries that moved
        """
        moved = self._update_state("bounced" if is_bounce else "failed")
        moved.sudo().error = (error or "")[:500]
        due = moved.filtered(lambda delivery: not delivery.is_extra and not delivery.is_test)
        if due:
            due.sudo().is_fallback_due = True
            self._wake()
        return moved

    def _fail_for_now(self, error):
        """Try messages again later, since their transport failed; a few times only."""
        waiting = self.filtered(lambda delivery: delivery.state == "queued")
        for attempts, deliveries in waiting.grouped("attempts").items():
            if attempts >= MAX_ATTEMPTS:
                deliveries._fail(error)
            else:
                # After one hour, then after four more.
                wait = timedelta(hours=4 ** (attempts - 1))
                next_try = fields.Datetime.now() + wait
                deliveries.sudo().write(
                    {"next_try": next_try, "error": (error or "")[:500]}
                )

    def _receive_report(self, act):
        """Take over what a transport reports, so that its queue cannot fail with us.

        An exception here would roll back the mark that a message has left, and send it
        twice. What goes wrong is asked again by `_sync_reports`.

        :param act: what to do with these deliveries
        """
        if not self:
            return
        try:
            with self.env.cr.savepoint():
                act(self)
        except Exception as error:  # noqa: BLE001
            _logger.warning("Report to deliveries failed: %s", type(error).__name__)
            self.invalidate_recordset()
            self._wake()

    @api.model
    def _sync_reports(self):
        """Ask the transports what became of messages, where their report was missed."""

    @api.model
    def _wake(self):
        """Have the scheduled action look after the deliveries soon."""
        cron = self.env.ref("ar_collections.ir_cron_deliveries", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger()

    # === EVIDENCE === #

    def _keep_evidence(self, pdf):
        """Store what is handed over, unchangeable by its fingerprint.

        :param pdf: the document, as bytes
        """
        self.ensure_one()
        delivery = self.sudo()
        copy = delivery.env["ir.attachment"].create(
            {
                "name": f"{self.notice_id._get_print_name()}.pdf",
                "raw": pdf,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        delivery.write({"evidence_id": copy.id, "evidence_sha256": self._get_fingerprint(pdf)})

    @api.model
    def _get_fingerprint(self, *parts):
        """Give the SHA-256 of texts and documents, as hexadecimal digits."""
        digest = hashlib.sha256()
        for part in parts:
            digest.update(part if isinstance(part, bytes) else str(part or "").encode())
        return digest.hexdigest()
