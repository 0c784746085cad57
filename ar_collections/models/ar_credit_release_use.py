"""What a release lets through: until which day, how much of it is used."""

from odoo import api, models


class ArCreditRelease(models.Model):
    _inherit = "ar.credit.release"

    def _apply(self):
        """Lift the hold of the document, and let those use the release that went on before.

        With a release for all documents each is lifted when it passes.
        """
        self.ensure_one()
        holds = self.case_id.credit_hold_ids.filtered("document")
        if self.is_for_document:
            holds = holds.filtered(lambda hold: hold.document == self.document)
        for document in {hold._get_document() for hold in holds}:
            document._ar_on_released()
        if self.is_for_document:
            holds._lift("released", self)

    @api.model
    def _find(self, case, document, used):
        """Find the release that lets a document through now.

        :param used: all the credit that the document uses, in the company's currency
        """
        key = self._get_document_values(document)["document"]
        today, currency = case.company_id._ar_today(), case.company_id.currency_id
        releases = self.sudo().search(
            [
                ("case_id", "=", case.id),
                ("state", "=", "approved"),
                "|",
                ("until", "=", False),
                ("until", ">=", today),
                "|",
                ("is_for_document", "=", False),
                ("document", "=", key),
            ]
        )
        return releases.filtered(
            lambda release: not release.amount
            or currency.compare_amounts(float(used), release._get_rest_for(key)) <= 0
        )[:1]

    def _get_rest_for(self, key):
        """Give what other documents leave of the amount."""
        self.ensure_one()
        return self.amount - sum(
            amount for other, amount in (self.uses or {}).items() if other != key
        )

    def _use(self, document, used):
        """Note what a document was let through with, instead of what was noted before."""
        key = self._get_document_values(document)["document"]
        for release in self.sudo():
            release.uses = {**(release.uses or {}), key: float(used)}

    @api.model
    def _give_back(self, documents):
        """Forget what documents were let through with that will not go on."""
        keys = {self._get_document_values(document)["document"] for document in documents}
        partners = self.env["res.partner"].union(
            *(document._ar_get_credit_partner() for document in documents)
        )
        releases = self.sudo().search(
            [("partner_id", "in", partners.ids), ("state", "=", "approved"), ("uses", "!=", False)]
        )
        for release in releases:
            if not keys.isdisjoint(release.uses):
                release.uses = {
                    key: amount for key, amount in release.uses.items() if key not in keys
                }

    def _is_too_small(self):
        """Tell whether the document stays on hold all the same."""
        self.ensure_one()
        document = self.sudo()._get_document()
        return bool(document and document._ar_get_credit_stops())
