"""Messages that did not arrive: tried again, or sent on another channel."""

import logging
import time
from functools import partial

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

# So many deliveries are looked at in one transaction, and fewer are acted on.
BATCH = 200


class ArFollowupDelivery(models.Model):
    _inherit = "ar.followup.delivery"

    # === RETRIES === #

    @api.model
    def _retry_due(self):
        """Send messages again whose transport failed, after a new check."""
        self._in_batches(
            [("state", "=", "queued"), ("next_try", "<=", fields.Datetime.now())],
            lambda group: group._retry(),
        )

    def _retry(self):
        extras = self._retry_extra_mails()
        for company, deliveries in (self - extras).grouped("company_id").items():
            day = company._ar_today()
            executor = self.env["ar.followup.executor"].sudo()
            ready = executor._recheck_said(deliveries.notice_id, day)
            again = deliveries.filtered(lambda d, ready=ready: d.notice_id in ready)
            (deliveries - again)._call_back()
            again._stop()
            for attempts, group in again.grouped("attempts").items():
                group.sudo().write(
                    {"attempts": attempts + 1, "next_try": False, "error": False, "date": day}
                )
            again._queue()

    def _stop(self):
        """Take messages out of the queues of their transports."""
        for channel, deliveries in self.grouped("channel").items():
            getattr(deliveries, f"_call_back_{channel}")()

    @api.model
    def _send_again(self, notices):
        """Send notices that no channel could carry, since a person has mended something."""
        notices._update_state("done", failure=False)
        for company, group in notices.grouped("company_id").items():
            day = company._ar_today()
            ready = self.env["ar.followup.executor"]._recheck_said(group, day)
            # A fee that was credited since the notice did not arrive comes with it again.
            self.env["ar.late.fee.engine"]._charge_notices(ready, day)
            for channel, reached in ready.grouped(self._get_open_channel).items():
                self._hand_over_on(channel, reached, day)

    @api.model
    def _get_open_channel(self, notice):
        """Give the first channel of the level on which the recipient has an address."""
        channels = dict.fromkeys((notice.channel, *notice.level_id._get_channels()))
        facts = self.env["ar.followup.facts"].sudo()
        [known] = facts._read_addresses(notice.recipient_id.ids).values()
        return next((channel for channel in channels if channel in known), notice.channel)

    # === FALLBACKS === #

    @api.model
    def _use_due_fallbacks(self):
        """Send notices that did not arrive on another channel, or ask a person for help."""
        domain = [("is_fallback_due", "=", True)]
        due = self.search(domain)
        moot = due.filtered(
            lambda delivery: delivery.notice_id.state != "done"
            or delivery.notice_id.is_delivered
        )
        moot._stop()
        moot.sudo().is_fallback_due = False
        stuck = (due - moot).filtered(lambda delivery: not delivery._get_fallback_channel())
        stuck._give_up()
        self._in_batches(
            domain,
            lambda group: group._use_fallback(),
            lambda delivery: delivery._get_fallback_channel(),
        )

    def _get_fallback_channel(self):
        """Give the level's fallback channel, where it was not tried and has an address."""
        self.ensure_one()
        notice = self.notice_id
        channel = notice.level_id.fallback_channel
        tried = notice.delivery_ids.filtered(lambda delivery: not delivery.is_extra)
        is_new = channel and channel not in tried.mapped("channel")
        return channel if is_new and self._get_reached(notice, channel) else None

    @api.model
    def _get_reached(self, notice, channel):
        """Give who can be told on a channel: the recipient, else the customer itself.

        Not a contact who has left since.
        """
        partners = notice.recipient_id.filtered("active") | notice.partner_id
        known = self.env["ar.followup.facts"].sudo()._read_addresses(partners.ids)
        return partners.filtered(lambda partner: channel in known[partner.id])[:1]

    def _use_fallback(self):
        """Send the notices of these deliveries on their fallback channel.

        The clocks count from now: deadline and last contact are those of this message.
        """
        self._stop()
        self.sudo().is_fallback_due = False
        for company, deliveries in self.grouped("company_id").items():
            day = company._ar_today()
            executor = self.env["ar.followup.executor"].sudo()
            ready = executor._recheck_said(deliveries.notice_id, day)
            channels = ready.grouped(lambda notice: notice.level_id.fallback_channel)
            for channel, group in channels.items():
                self._readdress(group, channel)
                self._hand_over_on(channel, group, day, is_fallback=True)

    def _readdress(self, notices, channel):
        """Send notices to who can be reached on a channel, where that is another person."""
        for notice in notices:
            reached = self._get_reached(notice, channel)
            if reached and reached != notice.recipient_id:
                notice.sudo().recipient_id = reached

    def _give_up(self):
        """Mark notices that no channel could carry, and ask for another address."""
        self._apart(lambda delivery: delivery._give_up_one())

    def _give_up_one(self):
        self.ensure_one()
        self._stop()
        self.sudo().is_fallback_due = False
        notice = self.notice_id
        if notice.state == "done":
            notice._update_state("failed", failure=self.error)
            notice.case_id._schedule_task(
                self.env._("A reminder did not arrive: find another address"),
                notice.company_id._ar_today(),
                self.error,
            )

    # === BATCHES === #

    @api.model
    def _in_batches(self, domain, act, get_channel=None):
        """Act on deliveries that may leave now, some in each transaction.

        :param act: called with deliveries of which nobody is changing a debt
        :param get_channel: gives the channel whose pace a delivery keeps
        """
        put_off, pace = set(), self.env["ar.followup.executor"]._get_pace()
        get_channel = get_channel or (lambda delivery: delivery.channel)
        self.env["ar.followup.run"]._work_off(
            partial(self._act_on_next, domain, act, get_channel, put_off, pace)
        )

    def _act_on_next(self, domain, act, get_channel, put_off, pace):
        """Act on the next deliveries of one channel; tell whether there were any.

        :param put_off: ids that had their turn in this pass; more are added
        """
        self.env["ar.followup.run"]._begin_transaction()
        others = [("id", "not in", list(put_off))]
        found = self.search([*domain, *others], order="id", limit=BATCH)
        ready = self._filter_may_act(found)
        groups = ready.grouped(get_channel)
        for channel, group in list(groups.items())[:1]:
            batch = group[: pace.get_size(channel)]
            started = time.monotonic()
            batch._claim()._one_by_one_if_needed(act)
            pace.learn(channel, len(batch), time.monotonic() - started)
            put_off |= set(batch.ids)
        put_off |= set((found - ready).ids)
        return bool(found)

    @api.model
    def _filter_may_act(self, deliveries):
        notices = self.env["ar.followup.executor"].sudo()._filter_may_leave(
            deliveries.notice_id
        )
        return deliveries.filtered(lambda delivery: delivery.notice_id in notices)

    def _claim(self):
        """Lock deliveries and their debts; leave out those that somebody else holds."""
        claimed = self.try_lock_for_update(allow_referencing=True)
        busy = self.env["ar.followup.executor"]._lock_debts(claimed.notice_id.ids)
        return claimed.filtered(lambda delivery: delivery.notice_id.id not in busy)

    # === TOGETHER OR ONE BY ONE === #

    def _one_by_one_if_needed(self, act):
        """Act on deliveries together; one by one where that fails, so that one customer
        does not hold up the others."""
        if not self:
            return
        try:
            with self.env.cr.savepoint():
                act(self)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:  # noqa: BLE001
            _logger.info("Deliveries failed together: %s", type(error).__name__)
            self.env.invalidate_all()
            for delivery in self:
                delivery._act_alone(act)

    def _act_alone(self, act):
        try:
            with self.env.cr.savepoint():
                act(self)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:  # noqa: BLE001
            _logger.warning("Delivery %s failed: %s", self.id, type(error).__name__)
            self.env.invalidate_all()
            # A message that could not be made again still has its fallback.
            if not self._fail(str(error)):
                self.sudo().error = str(error)[:500]
                self._give_up()
