"""Letters that a person prints and posts."""

from base64 import b64encode

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.pdf import merge_pdf

from ..const import DELIVERED_STATES


class ArFollowupDelivery(models.Model):
    _inherit = "ar.followup.delivery"

    # === ACTIONS === #

    def action_mark_posted(self):
        """Record that letters went to the post today.

        :raise UserError: when none of them waits to be posted
        """
        self.env["ar.collection.case"]._check_group("ar_collections_group_collector")
        self.check_access("read")
        letters = self._filter_to_post()
        if not letters:
            raise UserError(self.env._("None of these letters waits to be posted."))
        for company, deliveries in letters.grouped("company_id").items():
            day = company._ar_today()
            deliveries._update_state(
                "sent", posted_date=day, done_date=day, posted_by_id=self.env.uid
            )
        return True

    def action_print(self):
        """Open one file with those of these letters that wait to be posted.

        Letters whose debts were settled meanwhile are left out, and not posted.

        :raise UserError: when none is left
        """
        self.env["ar.collection.case"]._check_group("ar_collections_group_collector")
        self.check_access("read")
        self.sudo()._drop_settled_letters()
        letters = self._filter_to_post()
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
