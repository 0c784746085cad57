"""Charges follow the documents that book them, and the credit notes for these."""

from odoo import fields, models

from .res_partner_case import READERS


class AccountMove(models.Model):
    _inherit = "account.move"

    # {id of a charge: what the credit note, or that the document is cancelled, waives}
    ar_waived_fees = fields.Json(readonly=True, copy=False, groups=READERS)

    # === CRUD === #

    def write(self, vals):
        """Override of `account`: what is cancelled is waived, until it is opened again."""
        if vals.get("state") == "draft":
            self.sudo()._ar_take_waivers_back()
        result = super().write(vals)
        if vals.get("state") == "cancel":
            reason = self.env._("The document that booked it was cancelled")
            for document in self.sudo().filtered("ar_booked_fee_ids"):
                waived = document.ar_booked_fee_ids._on_document_gone(reason)
                document._ar_keep_waived(waived)
        return result

    def unlink(self):
        """Override of `account`: what a deleted document booked is not charged."""
        self.sudo().ar_booked_fee_ids._on_document_gone(
            self.env._("The document that booked it was deleted")
        )
        return super().unlink()

    def _post(self, soft=True):
        """Override of `account`: a credit note waives what it credits."""
        new = self.filtered(lambda move: not move.posted_before)
        posted = super()._post(soft)
        for credit in posted.sudo().filtered("reversed_entry_id.ar_is_charge"):
            # Whoever waives notes it himself when he makes the credit note.
            if not credit.ar_is_fee_credit or credit not in new:
                credit.ar_is_charge = True
                credit._ar_waive_credited()
        return posted

    # === BUSINESS === #

    def _ar_waive_credited(self):
        """Waive what a credit note takes off the charges that its document books."""
        self.ensure_one()
        charges = self.reversed_entry_id.ar_booked_fee_ids
        if self.ar_is_fee_credit:
            charges &= charges.browse().union(*self._ar_get_waived())
        if waived := charges._on_credited(self):
            self._ar_keep_waived(waived)

    def _ar_keep_waived(self, amounts):
        """Remember what this waives: {charge: amount}."""
        self.ar_waived_fees = {str(charge.id): amount for charge, amount in amounts.items()}

    def _ar_get_waived(self):
        """Give what this waives: {charge: amount}."""
        self.ensure_one()
        amounts = self.ar_waived_fees or {}
        charges = self.env["ar.late.fee"].browse(map(int, amounts)).exists()
        return {charge: amounts[str(charge.id)] for charge in charges}

    def _ar_take_waivers_back(self):
        """Charge again what credit notes that are opened again have waived.

        And what was waived since its document was cancelled, which is a draft again.
        """
        for move in self.filtered("ar_waived_fees"):
            is_credit = move.reversed_entry_id.ar_is_charge
            if move.state == ("posted" if is_credit else "cancel"):
                waived = move._ar_get_waived()
                note = self.env._("%(document)s was opened again", document=move.display_name)
                self.env["ar.late.fee"]._take_back_waived(waived, note)
