"""What a person does with notices: skip, cancel, withdraw, send a copy."""

from odoo import fields, models
from odoo.exceptions import UserError

from ..const import DELIVERED_STATES, OPEN_NOTICE_STATES

WITHDRAWAL_TEMPLATE = "ar_collections.mail_template_withdrawal"


class ArFollowupNotice(models.Model):
    _inherit = "ar.followup.notice"

    # === ACTIONS: NOT SENT YET === #

    def action_open_skip(self):
        """Put notices off until a day, or treat them as done."""
        self._check_may_approve()
        self._filter_waiting()
        return self._open_window("ar.followup.notice.skip", self.env._("Skip"))

    def action_skip(self, until=None, note=None):
        """Skip notices: wait until a day, or treat their levels as done.

        A skipped test notice leaves the debts where they are.

        :param until: the last day of the wait; ``None``: treated as done
        :param note: why, kept with the event
        :raise UserError: without a note, for a day in the past, or when nothing is left
            to skip
        """
        self._check_may_approve()
        self.env["ar.followup.item"]._check_note(note)
        until = fields.Date.to_date(until)
        for notice in self._filter_waiting():
            climbing = notice.line_ids.filtered(
                lambda line: line.role == "climbing" and not line.is_cancelled
            )
            if until:
                notice._check_wait(until)
                notice._cancel("skipped_wait")
                notice.sudo().wait_until = until
                notice._put_off(climbing, until, note)
            else:
                notice._skip_as_done(climbing, note)
        self.case_id._refresh_outlook()
        return True

    def action_cancel(self, note=None):
        """Cancel notices that are not sent; the next run may propose their levels again."""
        self._check_may_approve()
        for notice in self._filter_waiting():
            notice._cancel("by_hand")
            notice.case_id._log("cancelled", note, notice=notice)
        self.case_id._refresh_outlook()
        return True

    def _filter_waiting(self):
        waiting = self.filtered(
            lambda notice: notice.state in OPEN_NOTICE_STATES
            or (notice.state == "failed" and not notice.handed_over_on)
        )
        if not waiting:
            raise UserError(
                self.env._(
                    "Nothing is left to skip or cancel: these notices were sent or "
                    "cancelled. A notice that was sent can be withdrawn."
                )
            )
        return waiting

    def _check_wait(self, until):
        if until < self.company_id._ar_today():
            raise UserError(self.env._("The wait must end today or later."))

    def _put_off(self, lines, until, note):
        """Hold the debts of a notice until the end of its wait."""
        self.case_id._log("skipped_wait", note, notice=self)
        if self.is_test:
            return
        self.env["ar.collection.hold"].sudo().create(
            [
                {
                    "case_id": self.case_id.id,
                    "item_id": line.item_id.id,
                    "reason": "hold",
                    "date": self.company_id._ar_today(),
                    "until": until,
                    "note": note or self.env._("Notice put off"),
                }
                for line in lines
            ]
        )

    def _skip_as_done(self, lines, note):
        """Use up the rungs of a notice without saying anything."""
        if self.is_test:
            self._cancel("skipped_done")
        else:
            self._apply_to_items(lines, self.company_id._ar_today(), is_said=False)
            self._cancel("skipped_done", keep_keys=True)
        self.case_id._log("skipped_done", note, notice=self)

    # === ACTIONS: SENT === #

    def action_open_withdraw(self):
        """Withdraw notices that should not have been sent."""
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")
        self._check_was_sent()
        return self._open_window("ar.followup.notice.withdraw", self.env._("Withdraw"))

    def action_withdraw(self, note, *, is_apologising=True, hold_until=None):
        """Take back notices that were sent by mistake, on record.

        What has not left yet is stopped. Each debt goes back to where it stood, so
        that the level can be said again: its lines are cancelled, which frees their
        keys. A debt that was reminded again meanwhile stays where it is. Earlier
        reminders of the round still count.

        :param note: why, kept with the event
        :param is_apologising: send the recipient an apology by e-mail
        :param hold_until: put the debts on hold until this day
        :raise UserError: without a note, for a notice that was not sent, or where no
            apology can be sent
        """
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")
        self.check_access("read")
        self._check_was_sent()
        self.env["ar.followup.item"]._check_note(note)
        hold_until = fields.Date.to_date(hold_until)
        for notice in self:
            notice.delivery_ids.sudo()._call_back()
            if is_apologising:
                notice._apologise()
            notice._take_back(note, hold_until)
        self.case_id._recompute_last_notice()
        self.case_id._refresh_outlook()
        return True

    def action_open_resend(self):
        """Send a copy of a notice again."""
        self._check_may_approve()
        self.ensure_one()
        self._get_copy_source()
        return self._open_window("ar.followup.notice.resend", self.env._("Send a copy"))

    def action_resend(self, channel=None, address=None):
        """Send a copy of a notice: the same text, and no debt moves.

        :param channel: ``email`` or, for a letter, ``letter``; default: as it was sent
        :param address: another e-mail address; default: the recipient's
        :return: the delivery of the copy
        """
        self._check_may_approve()
        self.ensure_one()
        if self.company_id._ar_is_paused():
            raise UserError(
                self.env._("Follow-up is paused: nothing is sent until the pause ends.")
            )
        copy = self._get_copy_source().sudo()._send_copy(channel, address)
        self.case_id._log("resent", copy.address, notice=self)
        return copy.sudo(self.env.su)

    # === BUSINESS === #

    def _open_window(self, model, name):
        return self.env["ar.by.hand.mixin"]._ar_open(model, name, notice_ids=self)

    def _check_was_sent(self):
        for notice in self:
            if notice.is_test:
                raise UserError(
                    self.env._(
                        "A test notice went to the test address only: "
                        "there is nothing to withdraw."
                    )
                )
            if notice.state not in ("done", "failed") or not notice.handed_over_on:
                raise UserError(
                    self.env._(
                        "The notice to %(customer)s was not sent: skip or cancel it "
                        "instead.",
                        customer=notice.partner_id.display_name,
                    )
                )

    def _has_reached(self):
        """Tell whether a message of this notice has left for the customer."""
        self.ensure_one()
        return any(
            delivery.state in DELIVERED_STATES and not delivery.is_extra
            for delivery in self.delivery_ids
        )

    def _apologise(self):
        """Queue the apology to the recipient of a withdrawn notice."""
        self.ensure_one()
        template = self.env.ref(WITHDRAWAL_TEMPLATE, raise_if_not_found=False)
        if not template:
            raise UserError(
                self.env._(
                    "The text of the apology is gone: restore the e-mail template "
                    "“Collections: Sent in error”, or withdraw without an apology."
                )
            )
        if not self.recipient_id.email_normalized:
            raise UserError(
                self.env._(
                    "%(recipient)s has no e-mail address: enter one, or withdraw "
                    "without an apology and tell them yourself.",
                    recipient=self.recipient_id.display_name,
                )
            )
        deliveries = self.env["ar.followup.delivery"].sudo()
        deliveries = deliveries._without_screen(deliveries)
        notice = deliveries._without_screen(self)
        mails = deliveries._compose(notice, template.sudo(), self.company_id)
        if self.company_id._ar_is_test_mode():
            address = self.company_id._ar_get_test_email()
            mails.write({"email_to": address, "recipient_ids": [(5, 0, 0)]})
        day = self.company_id._ar_today()
        deliveries._create_for_mails(self, mails, day, is_extra=True)
        deliveries._wake_mail_queue()

    def _take_back(self, note, hold_until):
        climbing = self._get_lines("climbing")
        items = climbing.item_id
        for line in climbing:
            line._restore_item()
        self.sudo().late_fee_ids._credit_back(note)
        self._cancel("withdrawn")
        items._log_by_hand("withdrawn", note, notice=self)
        if hold_until:
            self._check_wait(hold_until)
            self._put_off(climbing, hold_until, note)

    def _get_copy_source(self):
        """Give the delivery of which a copy can be sent: the last one with a text."""
        self.ensure_one()
        sources = self.delivery_ids.filtered(
            lambda delivery: not delivery.is_extra and delivery._has_copy()
        )
        if not sources:
            raise UserError(
                self.env._(
                    "There is no message of this notice to copy: it was not sent, or "
                    "it was a call."
                )
            )
        return sources.sorted("id")[-1]
