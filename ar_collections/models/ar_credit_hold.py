"""Credit holds: what stopped a customer or a document, and how it was lifted."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..const import CREDIT_CUSTOMER_REASONS, CREDIT_LIFT_REASONS, CREDIT_REASONS


class ArCreditHold(models.Model):
    """The record of a hold. Whether credit is given is decided from facts each time."""

    _name = "ar.credit.hold"
    _inherit = "ar.credit.record.mixin"
    _description = "Credit Hold"
    _order = "active desc, id desc"
    _rec_name = "reason"

    document_name = fields.Char(string="Held")
    reason = fields.Selection(CREDIT_REASONS, required=True, readonly=True)
    note = fields.Char(string="In words", readonly=True)
    amount = fields.Monetary(
        readonly=True, help="The amount over the limit, or overdue, when it was found."
    )
    date = fields.Date(string="Since", required=True, readonly=True)
    until = fields.Date(
        readonly=True, help="The last day of a stop by hand, included. Empty: until lifted."
    )
    user_id = fields.Many2one(
        "res.users", string="By", default=lambda self: self.env.user, readonly=True
    )
    active = fields.Boolean(default=True, readonly=True)
    lifted_date = fields.Date(string="Lifted on", readonly=True, copy=False)
    lifted_by_id = fields.Many2one("res.users", string="Lifted by", readonly=True, copy=False)
    lift_reason = fields.Selection(
        CREDIT_LIFT_REASONS, string="Lifted because", readonly=True, copy=False
    )
    release_id = fields.Many2one(
        "ar.credit.release", readonly=True, ondelete="set null", copy=False
    )

    _once = models.UniqueIndex(
        "(case_id, reason, document) WHERE active",
        "This customer or document is on credit hold for that reason already.",
    )

    # === ACTIONS === #

    def action_lift(self):
        """Lift stops that a person has set; the others are lifted by facts or a release."""
        self.env["ar.collection.case"]._check_group("ar_collections_group_credit_approver")
        self.check_access("read")
        if self.filtered(lambda hold: hold.reason != "by_hand" or hold.document):
            raise UserError(
                self.env._(
                    "Only a stop by hand can be lifted by hand. The others lift by "
                    "themselves when the customer has paid, or let a document through "
                    "with a release."
                )
            )
        self._lift("by_hand")
        return True

    # === BUSINESS === #

    def _get_name_of_all(self):
        return self.env._("All new credit")

    @api.model
    def _hold(self, case, reasons, document=None):
        """Put a customer or a document on hold, once for each reason.

        :param reasons: list of (code, sentence, amount)
        """
        return self._hold_customers({case: reasons}, document)

    @api.model
    def _hold_customers(self, found, document=None):
        """Put customers on hold, or a document of one, once for each reason.

        :param found: {case: list of (code, sentence, amount)}
        """
        values = self._get_document_values(document)
        new = self._get_new_reasons(found, values["document"])
        if not new:
            return self.browse()
        cases = self.env["ar.collection.case"].union(*(case for case, _reason in new))
        cases._use_credit()
        name = f"{document.display_name}: " if document else ""
        cases._log_notes("credit_held", [(case, name + reason[1]) for case, reason in new])
        if document:
            document._ar_forget_credit()
        days = {company: company._ar_today() for company in cases.company_id}
        return self.sudo().create(
            [
                {
                    **values,
                    "case_id": case.id,
                    "reason": code,
                    "note": sentence,
                    "amount": float(amount),
                    "date": days[case.company_id],
                }
                for case, (code, sentence, amount) in new
            ]
        )

    @api.model
    def _get_new_reasons(self, found, document):
        """Give (case, reason) of what is not on record yet.

        :param found: {case: reasons}
        """
        ids = [case.id for case, reasons in found.items() if reasons]
        held = self.sudo().search_fetch(
            [("case_id", "in", ids), ("document", "=", document)], ["case_id", "reason"]
        )
        known = {(hold.case_id.id, hold.reason) for hold in held}
        return [
            (case, reason)
            for case, reasons in found.items()
            for reason in reasons
            if (case.id, reason[0]) not in known
        ]

    def _lift(self, reason, release=None):
        """End the holds, and keep why."""
        for hold in self.sudo().filtered("active"):
            hold.write(
                {
                    "active": False,
                    "lifted_date": hold.company_id._ar_today(),
                    "lifted_by_id": self.env.uid,
                    "lift_reason": reason,
                    "release_id": release.id if release else False,
                }
            )
            labels = dict(self._fields["lift_reason"]._description_selection(self.env))
            document = hold._get_document()
            name = ""
            if document:
                document._ar_forget_credit()
                name = f"{document.display_name}: "
                if reason != "released":
                    document._ar_close_open_request(labels[reason])
            hold.case_id._log("credit_lifted", f"{name}{hold.note} – {labels[reason]}")

    @api.model
    def _find(self, document):
        """Give the holds in force of a document."""
        values = self._get_document_values(document)
        return self.sudo().search([("document", "=", values["document"])])

    @api.model
    def _get_stops_by_hand(self, company, partner_ids):
        """Give {partner id: why a person has stopped the customer's credit}.

        SQL: it is asked with each check of a document.
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT h.partner_id, h.note
                  FROM ar_credit_hold h
                 WHERE h.active AND h.reason = 'by_hand' AND h.document = ''
                   AND h.company_id = %s AND h.partner_id = ANY(%s)
                   AND (h.until IS NULL OR h.until >= %s)
                """,
                company.id,
                list(partner_ids),
                company._ar_today(),
            )
        )
        return dict(rows)

    def _is_on_customer(self):
        self.ensure_one()
        return not self.document and self.reason in CREDIT_CUSTOMER_REASONS
