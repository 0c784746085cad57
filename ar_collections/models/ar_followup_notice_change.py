"""What an approver changes in a notice before it leaves: debts, way, recipient, deadline.

What a person has chosen outlives the check before sending, as long as it is possible:
a contact that is gone or an address that was removed gives way to the ladder's choice.
"""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..const import CHANNELS
from ..tools.ladder_notices import get_deadline_days


class ArFollowupNotice(models.Model):
    _inherit = "ar.followup.notice"

    chosen_recipient_id = fields.Many2one(
        "res.partner", string="Recipient by hand", readonly=True, copy=False
    )
    chosen_channel = fields.Selection(
        CHANNELS, string="Channel by hand", readonly=True, copy=False
    )
    chosen_deadline = fields.Date(
        string="Deadline by hand", readonly=True, copy=False
    )

    # === ACTIONS === #

    def action_open_change(self):
        """Change debts, channel, recipient or deadline before the notice leaves."""
        self._check_may_change()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change the notice"),
            "res_model": "ar.followup.notice.change",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_notice_id": self.id},
        }

    # === CHANGE === #

    def _change(self, note, *, left_out=None, recipient=None, channel=None, deadline=None):
        """Change a notice that has not left, on record; what is not named stays.

        :param note: why, kept with each change
        :param left_out: lines that the notice is not to speak of
        :param recipient: one of the customer's own contacts
        :param channel: a channel on which the recipient has an address
        :param deadline: the day that binds all debts of the notice
        :raise UserError: without a note, or for what may not be
        """
        self._check_may_change()
        self.env["ar.followup.item"]._check_note(note)
        if not self.try_lock_for_update(allow_referencing=True):
            raise UserError(
                self.env._("This notice is being sent at this moment: look again shortly.")
            )
        notice = self.sudo()
        if left_out:
            notice._leave_out(left_out.sudo(), note)
        if recipient and recipient != notice.recipient_id:
            notice._choose_recipient(recipient.sudo(), note)
        notice._choose_channel(channel, note)
        if deadline:
            notice._choose_deadline(deadline, note)
        self.case_id._refresh_outlook()
        return True

    def _check_may_change(self):
        self.ensure_one()
        self._check_may_approve()
        if self.handed_over_on or self.state not in ("to_approve", "planned", "failed"):
            raise UserError(
                self.env._(
                    "Only a notice that has not left can be changed: this one was sent, "
                    "is being sent, or was cancelled."
                )
            )

    def _log_change(self, name, before, after, note):
        """Keep what was changed from what to what, and why."""
        label = self._fields[name]._description_string(self.env)
        change = f"{label}: {before or '–'} → {after}"
        self.case_id._log("changed", f"{change}. {note}", notice=self)

    # === DEBTS === #

    def _leave_out(self, lines, note):
        """Say nothing of some debts; their rungs are free for a later notice."""
        lines = lines.filtered(lambda line: not line.is_cancelled)
        if lines.notice_id - self:
            raise UserError(self.env._("Choose debts of this notice."))
        if not self._get_climbing_lines() - lines:
            raise UserError(
                self.env._(
                    "No debt would be left to remind of: skip or cancel the notice "
                    "instead."
                )
            )
        lines._cancel("by_hand")
        lines.item_id._log_by_hand("left_out", note, notice=self)
        self._take_level_again()

    def _take_level_again(self):
        """Take tone, text and term from the debts that are left (design: L7)."""
        levels = self._get_climbing_lines().level_id
        level = max(levels, key=lambda level: level.days)
        if level != self.level_id and not self.chosen_channel:
            known = self._get_known_channels(self.recipient_id)
            usual = next((c for c in level._get_channels() if c in known), self.channel)
            self.channel = usual
        self.write(
            {
                "level_id": level.id,
                "level_days": level.days,
                "is_formal": level.is_formal,
                "deadline_days": get_deadline_days(levels),
            }
        )

    # === RECIPIENT AND CHANNEL === #

    def _is_own_contact(self, partner):
        """Tell whether `partner` is the customer or one of the customer's contacts."""
        return partner.active and partner.commercial_partner_id == self.partner_id

    def _choose_recipient(self, recipient, note):
        if not self._is_own_contact(recipient):
            raise UserError(
                self.env._(
                    "%(recipient)s is no contact of %(customer)s: choose one of the "
                    "customer's own contacts, or add the person there first.",
                    recipient=recipient.display_name,
                    customer=self.partner_id.display_name,
                )
            )
        before = self.recipient_id.display_name
        self.write({"recipient_id": recipient.id, "chosen_recipient_id": recipient.id})
        self._log_change("recipient_id", before, recipient.display_name, note)

    def _choose_channel(self, channel, note):
        """Take another channel, if any; the one that is left must reach the recipient."""
        before = self.channel
        after = channel or before
        self._check_channel(after)
        if after != before:
            labels = dict(self._fields["channel"]._description_selection(self.env))
            self.write({"channel": after, "chosen_channel": after})
            self._log_change("channel", labels[before], labels[after], note)

    def _check_channel(self, channel):
        if channel not in self._get_known_channels(self.recipient_id):
            labels = dict(self._fields["channel"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(recipient)s has no address for the channel “%(channel)s”: enter "
                    "one, or choose another channel or recipient.",
                    recipient=self.recipient_id.display_name,
                    channel=labels.get(channel, channel),
                )
            )
        if channel == "email":
            self.level_id._get_mail_template()
        elif channel == "sms":
            self.level_id._get_sms_template()

    def _get_known_channels(self, recipient):
        facts = self.env["ar.followup.facts"].sudo()
        return facts._read_addresses(recipient.ids).get(recipient.id, ())

    # === DEADLINE === #

    def _choose_deadline(self, deadline, note):
        self._check_deadline(deadline)
        before = format_date(self.env, self._get_deadline())
        self.write({"deadline": deadline, "chosen_deadline": deadline})
        self._log_change("deadline", before, format_date(self.env, deadline), note)

    def _check_deadline(self, deadline):
        """Refuse a deadline in the past, one before the debts are due, and less time in
        a formal notice than its level gives."""
        today = self.company_id._ar_today()
        if deadline < today:
            raise UserError(self.env._("The deadline must be today or later."))
        first_due = min(self._get_climbing_lines().mapped("due_date"))
        if self.level_days <= 0 and deadline < first_due:
            raise UserError(
                self.env._(
                    "Nothing can be asked for before it is due: the deadline must be "
                    "%(day)s or later.",
                    day=format_date(self.env, first_due),
                )
            )
        least = fields.Date.add(today, days=self.level_id.deadline_days)
        if self.is_formal and deadline < least:
            raise UserError(
                self.env._(
                    "A formal notice gives the time of its level: the deadline must be "
                    "%(day)s or later.",
                    day=format_date(self.env, least),
                )
            )

    def _apply_chosen_deadline(self, day):
        """Keep the deadline that a person has chosen, unless it has passed by `day`."""
        for notice in self.filtered("chosen_deadline"):
            chosen = notice.chosen_deadline
            values = {"chosen_deadline": False}
            if chosen >= day:
                values = {"deadline": chosen, "deadline_days": (chosen - day).days}
            notice.sudo().write(values)
