"""Who pays a document online accepts its terms."""

from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _post_process(self):
        """Override of `payment`: paying an invoice online accepts its terms."""
        for transaction in self.filtered(lambda one: one.state in ("authorized", "done")):
            if transaction.operation != "refund":
                transaction._ar_note_acceptance()
        return super()._post_process()

    def _ar_note_acceptance(self):
        """Keep what was accepted by paying, once as long as the terms stay the same."""
        acceptances = self.env["ar.terms.acceptance"]
        for document in self._ar_get_documents():
            if not acceptances._is_noted(document):
                acceptances._note(
                    document, "payment", self.partner_name or self.partner_id.name
                )

    def _ar_get_documents(self):
        """Give the documents with terms of their own that this payment is for."""
        return list(self.invoice_ids.filtered("ar_deposit_amount"))
