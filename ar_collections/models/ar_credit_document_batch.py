"""Many documents that use credit at once: which of them must wait, checked together."""

from collections import defaultdict
from decimal import Decimal

from odoo import models

from ..tools.credit import ZERO


class ArCreditDocumentMixin(models.AbstractModel):
    _inherit = "ar.credit.document.mixin"

    def _ar_get_credit_stopped(self):
        """Give those of these documents that must wait.

        First all of a company together: nearly always nothing speaks against them.
        """
        return self._ar_get_credit_doubted().filtered(
            lambda document: document._ar_get_credit_stops()
        )

    def _ar_get_credit_doubted(self):
        """Give the documents against which something speaks before releases are asked.

        All that a customer asks for is looked at together: where nothing speaks against
        the sum, nothing speaks against any of them.
        """
        if len(self) == 1:
            return self
        doubted = self.browse()
        for root, documents in self.grouped(
            lambda document: document._ar_get_credit_company().sudo().root_id
        ).items():
            totals = defaultdict(Decimal)
            for document, asked in documents._ar_get_credit_asked().items():
                totals[document._ar_get_credit_partner().id] += max(asked, ZERO)
            checks = self.env["ar.credit.engine"]._check(root, totals, documents)
            doubted |= documents.filtered(
                lambda one, checks=checks: checks[one._ar_get_credit_partner().id].reasons
            )
        # In their order: the first of them gets the credit.
        return self & doubted

    def _ar_in_rounds(self):
        """Give the documents in groups: the second of a customer waits for the first.

        It is checked when that one counts. Where all of a customer's may go on together,
        as nearly always, none has to wait.
        """
        by_customer = self._ar_get_holdable().grouped(lambda one: one._ar_get_credit_head())
        many = self.browse().union(*(one for one in by_customer.values() if len(one) > 1))
        many._ar_claim_credit()
        later, seen = [], defaultdict(int)
        for document in many._ar_get_credit_doubted():
            number = seen[document._ar_get_credit_head()]
            seen[document._ar_get_credit_head()] += 1
            if number > len(later):
                later.append(self.browse())
            if number:
                later[number - 1] |= document
        return [self - self.browse().union(*later), *later]

    def _ar_get_holdable(self):
        """Give those that a hold would keep from going on."""
        strict = self.filtered(lambda document: document._ar_get_credit_effect() != "warn")
        return strict._ar_get_using_credit()

    def _ar_set_aside_credit(self):
        """Give those that must wait; claim the credit first, and put on record why."""
        using = self._ar_get_holdable()
        using._ar_claim_credit()
        held = using._ar_get_credit_stopped()
        for document in held:
            document._ar_flag_credit()
        return held

    def _ar_claim_credit(self):
        """Make a transaction that uses the same credit at this moment fail and start again."""
        cases = self.env["ar.collection.case"].sudo()
        for root, documents in self.grouped(
            lambda document: document._ar_get_credit_company().sudo().root_id
        ).items():
            partners = {document._ar_get_credit_partner().id for document in documents}
            partners |= {document._ar_get_credit_head().id for document in documents}
            cases |= cases.browse(cases._ensure_cases(root, sorted(partners)).values())
        if cases:
            cases._use_credit()
