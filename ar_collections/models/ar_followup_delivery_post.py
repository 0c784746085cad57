"""Post: our letter, printed and posted by Odoo's letter service."""

from odoo import api, fields, models
from odoo.tools import html2plaintext

# With these the service failed, not the letter: another attempt may succeed.
TEMPORARY = frozenset({"CREDIT_ERROR", "TRIAL_ERROR", "UNKNOWN_ERROR"})


class ArFollowupDelivery(models.Model):
    _inherit = "ar.followup.delivery"

    snailmail_letter_id = fields.Many2one(
        "snailmail.letter",
        string="Posted letter",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    # === QUEUE === #

    def _queue_post(self):
        """Hand our own PDF to the letter service, one letter per delivery."""
        service = self.env["snailmail.letter"].sudo()
        complete = self.filtered(lambda d: service._is_valid_address(d.recipient_id))
        (self - complete)._fail(
            self.env._("The postal address needs street, city, zip code and country.")
        )
        if not complete:
            return
        pdfs = self._render_letters(complete.notice_id)
        for delivery in complete:
            # The service refuses letters with print in the margins.
            delivery._keep_evidence(service._overwrite_margins(pdfs[delivery.notice_id.id]))
        letters = service.create([delivery._get_post_values() for delivery in complete])
        for delivery, letter in zip(complete, letters, strict=True):
            delivery.sudo().snailmail_letter_id = letter
        self.env.ref("snailmail.snailmail_print").sudo()._trigger()

    def _get_post_values(self):
        """Give the values of the letter; its window shows the address, so no cover page."""
        self.ensure_one()
        return {
            "model": self.notice_id._name,
            "res_id": self.notice_id.id,
            "partner_id": self.recipient_id.id,
            "company_id": self.company_id.id,
            "user_id": self.env.uid,
            "attachment_id": self.sudo().evidence_id.id,
            "cover": False,
        }

    def _call_back_post(self):
        """Take letters back that were not posted; the service would try them daily."""
        letters = self.sudo().snailmail_letter_id.filtered(
            lambda letter: letter.state in ("pending", "error")
        )
        self.filtered(lambda d: d.snailmail_letter_id in letters).sudo().snailmail_letter_id = False
        letters.cancel()

    # === REPORTS OF THE TRANSPORT === #

    def _on_post_state(self, letter):
        """Take over the state of a letter at the service."""
        if letter.state == "sent":
            for company, deliveries in self.grouped("company_id").items():
                deliveries._update_state("sent", done_date=company._ar_today(), error=False)
        elif letter.state == "error":
            error = html2plaintext(letter.info_msg or "").strip() or letter.error_code
            if letter.error_code in TEMPORARY:
                self._fail_for_now(error)
            else:
                self._fail(error)
        elif letter.state == "canceled":
            self._fail(self.env._("The letter was cancelled before it was posted."))

    @api.model
    def _sync_reports(self):
        """Override to ask the letter service, where its report was missed."""
        waiting = self.search(
            [
                ("channel", "=", "post"),
                ("state", "=", "queued"),
                ("next_try", "=", False),
                ("snailmail_letter_id.state", "!=", "pending"),
                ("snailmail_letter_id", "!=", False),
            ]
        )
        waiting._apart(lambda d: d._on_post_state(d.sudo().snailmail_letter_id))
        return super()._sync_reports()


class SnailmailLetter(models.Model):
    _inherit = "snailmail.letter"

    def write(self, vals):
        """Override of `snailmail` to tell the deliveries what became of their letters."""
        result = super().write(vals)
        if vals.get("state") in ("sent", "error", "canceled"):
            deliveries = self.env["ar.followup.delivery"].sudo().search(
                [("snailmail_letter_id", "in", self.ids)]
            )
            for letter, group in deliveries.grouped("snailmail_letter_id").items():
                group._receive_report(lambda d, letter=letter: d._on_post_state(letter))
        return result
