"""Letters and calls that wait for a person are checked again until they leave."""

from odoo import api, models
from odoo.tools import html2plaintext

WAITING_CHANNELS = ("letter", "phone")


class ArFollowupDelivery(models.Model):
    _inherit = "ar.followup.delivery"

    @api.model
    def _recheck_all_waiting(self):
        """Check all letters and calls that wait, some in each transaction."""
        self._in_batches(
            self._get_waiting_domain(), lambda group: group._recheck_waiting()
        )

    @api.model
    def _get_waiting_domain(self):
        return [
            ("channel", "in", WAITING_CHANNELS),
            ("state", "=", "queued"),
            ("is_test", "=", False),
        ]

    def _recheck_waiting(self, *, is_printing=False):
        """Stop letters and calls that are not true any more; make letters anew that have
        changed. Nothing happens in a pause or in test mode.

        :param is_printing: letters made on an earlier day are made anew too, as are those
            that somebody waits for: a letter is handed over when it is printed, and its
            deadline counts from that day
        :return: those that wait now: as they were, and those made anew
        """
        executor = self.env["ar.followup.executor"].sudo()
        waiting = self.sudo().filtered_domain(self._get_waiting_domain())
        active = executor._filter_not_paused(waiting.notice_id).filtered(
            lambda notice: not notice.company_id._ar_is_test_mode()
        )
        checked = waiting.filtered(lambda delivery: delivery.notice_id in active)
        current = waiting - checked
        for company, deliveries in checked.grouped("company_id").items():
            current |= deliveries._recheck_of(company, is_printing=is_printing)
        return current.with_env(self.env)

    def _recheck_of(self, company, *, is_printing):
        """Check letters and calls of one company; see `_recheck_waiting`."""
        executor = self.env["ar.followup.executor"]
        notices, day = self.notice_id, company._ar_today()
        decided = executor._decide_again(notices, notices.run_id.browse(), day)
        own = self._filter_first_word()
        anew = own.filtered(lambda delivery: delivery._has_moved())
        anew |= own.filtered(
            lambda delivery: delivery.date < day
            and (is_printing or delivery.print_wanted_by_id)
        )
        changed = executor._refresh_waiting(own.notice_id, anew.notice_id, decided, day)
        gone = self._find_gone(own, decided)
        for reason, deliveries in gone.items():
            self.browse(deliveries)._stop_waiting(reason)
        stale = own.filtered(lambda delivery: delivery.notice_id in changed)
        calls = stale.filtered(
            lambda call: call.channel == "phone" == call._get_channel_anew()
        )
        besides = (self - own).filtered(
            lambda call: call.channel == "phone" and call.state == "queued"
        )
        (calls | besides)._refresh_calls()
        renewed = (stale - calls)._make_anew(day)
        left = self.filtered(lambda delivery: delivery.state == "queued")
        own.notice_id.filtered(lambda n: n.state != "done").case_id._recompute_last_notice()
        self.env["ar.followup.planner"]._refresh(company, notices.partner_id.ids, day)
        return left | renewed

    def _filter_first_word(self):
        """Keep what is to tell the customer: what comes besides a message that has
        arrived leaves that message as it is.
        """
        return self.filtered(
            lambda delivery: not delivery.is_extra
            and not delivery.notice_id.is_delivered
            and delivery.notice_id.state == "done"
        )

    def _find_gone(self, own, decided):
        """Give {reason: ids of deliveries that nothing is left of}."""
        executor = self.env["ar.followup.executor"]
        gone = {}
        for delivery in self:
            notice = delivery.notice_id
            if notice.state == "cancelled":
                reason = notice.cancel_reason
            elif delivery in own:
                continue
            else:
                reason = executor._get_moot_reason(notice, decided)
            if reason:
                gone.setdefault(reason, []).append(delivery.id)
        return gone

    def _has_moved(self):
        """Tell whether a letter bears an address that is not the recipient's any more."""
        self.ensure_one()
        return self.channel == "letter" and self.address != self._get_address(
            self.notice_id, "letter"
        )

    def _stop_waiting(self, reason):
        """Take letters and calls off the lists, and keep why."""
        field = self.env["ar.followup.notice"]._fields["cancel_reason"]
        label = dict(field._description_selection(self.env))[reason]
        self._call_back()
        self.error = label

    def _make_anew(self, day):
        """Put fresh messages in the place of letters and calls that have changed.

        The former letter stays on record as it was.

        :return: the new deliveries
        """
        renewed = self.browse()
        self._call_back()
        self.error = self.env._("Changed before it was sent: made anew.")
        for (channel, is_fallback, user), deliveries in self.grouped(
            lambda delivery: (
                delivery._get_channel_anew(),
                delivery.is_fallback,
                delivery.print_wanted_by_id,
            )
        ).items():
            renewed |= self._hand_over_on(
                channel,
                deliveries.notice_id,
                day,
                is_fallback=is_fallback,
                print_wanted_by_id=user.id,
            )
        return renewed.filtered_domain(self._get_waiting_domain())

    def _refresh_calls(self):
        """Bring call tasks up to date; how often they were tried still counts."""
        callers = {delivery: delivery.activity_id.user_id for delivery in self}
        notes = self._render_call_notes(callers)
        for delivery in self:
            task, note = delivery.activity_id, notes[delivery]
            values = self._get_call_values(delivery, callers[delivery], delivery.date, note)
            is_new = html2plaintext(task.note or "") != html2plaintext(note)
            if is_new or task.summary != values["summary"]:
                task.write({"summary": values["summary"], "note": note})

    def _get_channel_anew(self):
        """Give the channel of the notice as it is now; a fallback keeps its own."""
        self.ensure_one()
        return self.channel if self.is_fallback else self.notice_id.channel
