"""Letters that a person prints and posts."""

from base64 import b64encode

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.pdf import merge_pdf

from ..const import DELIVERED_STATES
from .ar_followup_delivery_print_later import MAX_IN_REQUEST


class ArFollowupDelivery(models.Model):
    _inherit = "ar.followup.delivery"

    # === ACTIONS === #

    def action_mark_posted(self):
        """Record that letters went to the post today.

        Letters that are not true any more are not marked: the user is told to take them
        out of the pile.

        :raise UserError: when none of them waits to be posted
        """
        self.env["ar.collection.case"]._check_group("ar_collections_group_collector")
        self.check_access("read")
        letters = self._filter_to_post()
        if not letters:
            raise UserError(self.env._("None of these letters waits to be posted."))
        letters.sudo().lock_for_update(allow_referencing=True)
        true = letters & letters._recheck_waiting()
        for company, deliveries in true.grouped("company_id").items():
            day = company._ar_today()
            deliveries._update_state(
                "sent", posted_date=day, done_date=day, posted_by_id=self.env.uid
            )
        return (letters - true)._tell_not_to_post() if letters - true else True

    def action_print(self):
        """Open one file with those of these letters that wait to be posted.

        What they say is checked again: letters that may not be sent any more are left
        out; letters whose amounts have changed, and those of an earlier day, whose
        deadline would be short, are made anew. Many of those take a while: the user is
        told when they are ready.

        :raise UserError: when none is left, or none may be sent now
        """
        self.env["ar.collection.case"]._check_group("ar_collections_group_collector")
        self.check_access("read")
        letters = self._filter_to_post()
        letters._check_may_print()
        letters.sudo().lock_for_update(allow_referencing=True)
        old = letters._filter_outdated()
        if len(old) > MAX_IN_REQUEST:
            return old._make_anew_later()
        letters = letters._recheck_waiting(is_printing=True)._filter_to_post()
        if not letters:
            raise UserError(
                self.env._(
                    "None of these letters waits to be posted. Letters that were posted "
                    "can be printed again."
                )
            )
        return letters._open_in_one_file()

    def action_print_again(self):
        """Open one file with those of these letters that were posted, as they were.

        :raise UserError: when there is none
        """
        self.env["ar.collection.case"]._check_group("ar_collections_group_auditor")
        self.check_access("read")
        letters = self._filter_real_letters().filtered(
            lambda delivery: delivery.state in DELIVERED_STATES
        )
        if not letters:
            raise UserError(self.env._("None of these letters was posted yet."))
        return letters._open_in_one_file()

    # === WHICH === #

    def _filter_to_post(self):
        """Keep the letters that a person still has to print and post."""
        return self._filter_real_letters().filtered(
            lambda delivery: delivery.state == "queued"
        )

    def _filter_real_letters(self):
        """Keep letters to customers: those of tests went to the test address."""
        return self.filtered(
            lambda delivery: delivery.channel == "letter"
            and not delivery.is_test
            and delivery.evidence_id
        )

    def _check_may_print(self):
        """Refuse to print what may not leave: in a pause, and in test mode."""
        notices = self.sudo().notice_id
        active = self.env["ar.followup.executor"].sudo()._filter_not_paused(notices)
        if notices - active:
            raise UserError(
                self.env._(
                    "Follow-up is paused: letters are printed when the pause ends."
                )
            )
        if any(company._ar_is_test_mode() for company in notices.company_id):
            raise UserError(
                self.env._(
                    "Test mode is on, and these letters are for customers: end it to "
                    "print them."
                )
            )

    def _tell_not_to_post(self):
        """Tell which letters are to be taken out of the pile, and why."""
        letters = ", ".join(
            f"{letter.partner_id.display_name} ({letter.error})" for letter in self
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("Do not post these letters"),
                "message": self.env._(
                    "What they say is not true any more: %(letters)s. Letters made anew "
                    "wait to be printed.",
                    letters=letters,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === FILE === #

    def _open_in_one_file(self):
        """Merge letters into one file, in the order in which they were made."""
        letters = self.sudo().sorted("id")
        day = fields.Date.to_string(max(letters.mapped("date")))
        file = self.env["ar.followup.print"].create(
            {
                "name": self.env._("Letters %(day)s.pdf", day=day),
                "file": b64encode(merge_pdf([letter.evidence_id.raw for letter in letters])),
            }
        )
        return file._open()
