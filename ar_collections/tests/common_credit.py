"""What the tests of credit stand on: decisions, approvers, invoices that are held."""

from decimal import Decimal

from .common import CollectionsCase


class CreditCase(CollectionsCase):
    """A customer whom nobody has decided on, in a company that asks for releases."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root = cls.env.company
        cls.root.sudo().ar_credit_effect = "ask"
        cls.env.ref("ar_collections.ar_collections_group_credit_approver").sudo().user_ids = False
        cls.approver = cls.create_user("credit_approver", "credit_approver")

    # === BUILDERS === #

    @classmethod
    def case_of(cls, partner=None):
        """Give the case that holds the decision on credit."""
        return (partner or cls.customer)._ar_ensure_case(cls.root).sudo()

    @classmethod
    def decide(cls, decision="limit", limit=0.0, partner=None, **values):
        """Decide on a customer's credit as the approver."""
        if decision == "limit":
            values["limit"] = limit
        review = cls.env["ar.credit.review"].with_user(cls.approver)
        review = review.with_context(allowed_company_ids=cls.root.ids)
        review = review.create(
            {"partner_id": (partner or cls.customer).id, "decision": decision, **values}
        )
        review.action_decide()
        return review

    @classmethod
    def create_draft(cls, amount=100.0, **values):
        """Create an invoice that is not posted yet, due in a month."""
        return cls.create_invoice(due_in=30, amount=amount, post=False, **values)

    def open_request(self, document, user=None, note="Pays on Friday"):
        """Ask for the release of a document, as a person does."""
        user = user or self.env.user
        action = document.with_user(user).action_ar_open_release_request()
        wizard = self.env["ar.credit.release.request"].with_user(user)
        wizard.with_context(**action["context"]).create({"note": note}).action_request()
        return self.releases_of(document)[:1]

    # === WHAT CAME OF IT === #

    def exposure(self, partner=None):
        """Give the parts of the exposure as plain numbers."""
        parts = self.case_of(partner)._get_exposure().parts
        return {code: float(amount) for code, amount in parts.items()}

    def stops(self, asked=1.0, partner=None):
        """Give the codes of what speaks against more credit."""
        check = self.case_of(partner)._check_credit(Decimal(str(asked)))
        return [reason.code for reason in check.reasons]

    def holds_of(self, document=None, partner=None):
        """Give the reasons for which a document, or a customer, is on credit hold."""
        name = f"{document._name},{document.id}" if document else ""
        holds = self.env["ar.credit.hold"].sudo().search(
            [("case_id", "=", self.case_of(partner).id), ("document", "=", name)]
        )
        return sorted(holds.mapped("reason"))

    def releases_of(self, document):
        return self.env["ar.credit.release"].search(
            [("document", "=", f"{document._name},{document.id}")]
        )

    def log_of(self, code, partner=None):
        """Give what was logged on the customer's file."""
        return self.env["ar.followup.event"].sudo().search(
            [("case_id", "=", self.case_of(partner).id), ("code", "=", code)]
        )
