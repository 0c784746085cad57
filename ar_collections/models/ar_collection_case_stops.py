"""Credit holds of customers: found, kept on record, lifted when the reason is gone."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.credit import ZERO, decide_customer


class ArCollectionCase(models.Model):
    _inherit = "ar.collection.case"

    credit_hold_ids = fields.One2many("ar.credit.hold", "case_id", string="Credit holds")
    credit_release_ids = fields.One2many("ar.credit.release", "case_id", string="Releases")

    # === BUSINESS === #

    def _check_credit(self, asked=ZERO, exclude=None):
        """Check whether the customer gets `asked` more credit.

        :return: a `Check` of the credit engine
        """
        self.ensure_one()
        partner_id = self.partner_id.id
        engine = self.env["ar.credit.engine"]
        return engine._check(self.company_id, {partner_id: asked}, exclude)[partner_id]

    def _get_credit_sentences(self, check):
        """Give [(code, sentence, amount)] of what speaks against more credit."""
        self.ensure_one()
        engine = self.env["ar.credit.engine"]
        return [
            (reason.code, engine._get_sentence(self.company_id, check, reason), reason.amount)
            for reason in check.reasons
        ]

    def _refresh_credit_holds(self):
        """Put on record what stops these customers now, lift what no longer does.

        Documents that were held are checked again too; lifting confirms nothing.
        """
        for company, cases in self.grouped("company_id").items():
            checks = self.env["ar.credit.engine"]._check(
                company, dict.fromkeys(cases.partner_id.ids, ZERO)
            )
            cases._refresh_own_holds(checks, company._ar_today())
        self._refresh_document_holds()

    def _refresh_own_holds(self, checks, today):
        """Bring the holds of whole customers up to what the checks have found.

        :param checks: {partner id: Check}
        """
        holds = self.env["ar.credit.hold"]
        gone, found = holds.sudo(), {}
        for case in self:
            check = checks[case.partner_id.id]
            reasons = decide_customer(check.facts, check.terms, today)
            codes = {reason.code for reason in reasons}
            gone |= case.sudo().credit_hold_ids.filtered(
                lambda hold, codes=codes: hold._is_on_customer() and hold.reason not in codes
            )
            check = check._replace(reasons=[r for r in reasons if r.code != "by_hand"])
            found[case] = case._get_credit_sentences(check)
        gone._lift("cleared")
        holds._hold_customers(found)

    def _refresh_document_holds(self):
        """Check documents that are on hold again."""
        holds = self.sudo().credit_hold_ids.filtered("document")
        for group in holds.grouped("document").values():
            document = group[0]._get_document()
            if document:
                document._ar_refresh_credit_hold()

    # === BY HAND === #

    def _stop_credit(self, note, until=False):
        """Stop the credit of these customers, whatever they owe."""
        note = (note or "").strip()
        if not note:
            raise UserError(self.env._("Say why credit is stopped: colleagues read it."))
        if until and any(until < case.company_id._ar_today() for case in self):
            raise UserError(
                self.env._("The last day of the stop is over: choose a later day, or none.")
            )
        for case in self:
            hold = self.env["ar.credit.hold"]._hold(case, [("by_hand", note, ZERO)])
            if not hold:
                raise UserError(
                    self.env._(
                        "Credit of %(customer)s is stopped by hand already: lift that "
                        "first.",
                        customer=case.partner_id.display_name,
                    )
                )
            hold.until = until

    # === WHEN THE LEDGER CHANGES === #

    @api.model
    def _get_held_cases(self, company, partner_ids):
        """Give the cases of customers for which something is on credit hold."""
        return self.sudo().search(
            [
                ("company_id", "=", company.sudo().root_id.id),
                ("partner_id", "in", list(partner_ids)),
                ("credit_hold_ids", "!=", False),
            ]
        )
