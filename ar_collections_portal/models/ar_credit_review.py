"""Credit reviews that customers start themselves, on the portal."""

from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tools import format_amount, html_escape, plaintext2html
from odoo.tools.mimetypes import guess_mimetype

MOST_DOCUMENTS = 10
LARGEST_DOCUMENT = 10 * 1024 * 1024
LARGEST_AMOUNT = Decimal(10) ** 12
LONGEST_TEXT = 10_000
# Papers and pictures of papers; nothing that a browser would run.
DOCUMENT_TYPES = frozenset(
    {
        "application/pdf",
        "image/jpeg",
        "image/png",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }
)


class Application(NamedTuple):
    """What a customer has filled in, as text of a form.

    :param documents: [(file name, content as bytes)]
    """

    amount: str = ""
    terms: str = ""
    references: str = ""
    is_agreed: bool = False
    documents: tuple = ()


class ArCreditReview(models.Model):
    _inherit = "ar.credit.review"

    applied_by_id = fields.Many2one(
        "res.partner",
        string="Applied on the portal by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )

    def _get_kept_names(self):
        """Override: who has applied is not changed afterwards."""
        return super()._get_kept_names() | {"applied_by_id"}

    def _apply(self):
        """Override to answer the customer who has applied."""
        result = super()._apply()
        for review in self.filtered("applied_by_id"):
            review._answer()
        return result

    # === PORTAL === #

    @api.model
    def _get_applications(self, partner, company):
        """Give what a customer has applied for on the portal, newest first.

        :param partner: any contact of the customer
        """
        return self.sudo().search(
            [
                ("case_id.partner_id", "=", partner.commercial_partner_id.id),
                ("company_id", "=", company.sudo().root_id.id),
                ("applied_by_id", "!=", False),
                ("state", "!=", "cancelled"),
            ]
        )

    @api.model
    def _take_application(self, applicant, company, application):
        """Start a review for a customer who applies for credit.

        :param applicant: the contact who applies
        :param application: `Application`
        :return: the review
        :raise ValidationError: in the customer's words; then nothing is kept
        """
        root = company.sudo().root_id
        amount = self._check_application(application, root)
        customer = applicant.sudo().commercial_partner_id
        case = customer._ar_ensure_case(root).sudo()
        # Two applications at the same moment: the later one starts again, and sees this.
        case._use_credit()
        if self._get_applications(customer, root).filtered(lambda r: r.state != "decided"):
            raise ValidationError(
                self.env._("Your application has arrived already: we will answer soon.")
            )
        review = self.sudo().with_context(mail_create_nosubscribe=True).create(
            {
                "partner_id": customer.id,
                "company_id": root.id,
                "date": root._ar_today(),
                "applied_by_id": applicant.id,
                "applicant": applicant.name,
                "requested_limit": float(amount),
                "requested_terms": application.terms.strip(),
                "references": plaintext2html(application.references.strip()),
                "has_consented": True,
                "user_id": case._get_collector().id,
            }
        )
        review._keep_documents(application.documents)
        review._message_log(
            body=html_escape(self._get_consent(root)), author_id=applicant.id
        )
        review._give_application_task()
        return review

    def _get_consent(self, company):
        """Give the sentence that who applies agrees to."""
        return self.env._(
            "We agree that %(company)s asks credit agencies and the references named here "
            "about us, and keeps their answers for this decision.",
            company=company.sudo().root_id.name,
        )

    def _get_documents_hint(self):
        """Say which documents help, and how many may be sent."""
        return self.env._(
            "Such as your last annual accounts or an extract from the register. Up to "
            "%(count)s files of up to %(size)s MB.",
            count=MOST_DOCUMENTS,
            size=LARGEST_DOCUMENT // 1024 // 1024,
        )

    # === CHECKS === #

    def _check_application(self, application, company):
        """Give the amount applied for, or say what is wrong with the application."""
        amount = self._get_amount(application.amount, company)
        if not application.is_agreed:
            raise ValidationError(
                self.env._("We cannot decide without asking about you: please agree to it.")
            )
        if max(len(application.terms), len(application.references)) > LONGEST_TEXT:
            raise ValidationError(
                self.env._("The text is too long: send what is longer as a document.")
            )
        self._check_documents(application.documents)
        return amount

    def _get_amount(self, text, company):
        try:
            amount = Decimal(text.strip())
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or not 0 < amount <= LARGEST_AMOUNT:
            raise ValidationError(
                self.env._(
                    "How much credit do you need? Enter an amount in %(currency)s, such as "
                    "5000.",
                    currency=company.currency_id.name,
                )
            )
        return amount

    def _check_documents(self, documents):
        if len(documents) > MOST_DOCUMENTS:
            raise ValidationError(
                self.env._("Up to %(count)s documents, please.", count=MOST_DOCUMENTS)
            )
        for name, content in documents:
            if len(content) > LARGEST_DOCUMENT:
                raise ValidationError(
                    self.env._(
                        "%(name)s is larger than %(size)s MB: please send a smaller file.",
                        name=name,
                        size=LARGEST_DOCUMENT // 1024 // 1024,
                    )
                )
            if guess_mimetype(content) not in DOCUMENT_TYPES:
                raise ValidationError(
                    self.env._(
                        "%(name)s cannot be taken: please send PDF, pictures (JPEG, PNG), "
                        "or Word, Excel and OpenDocument files.",
                        name=name,
                    )
                )

    # === EFFECTS === #

    def _keep_documents(self, documents):
        self.ensure_one()
        attachments = self.env["ir.attachment"].sudo().create(
            [
                {
                    "name": name,
                    "raw": content,
                    "res_model": self._name,
                    "res_id": self.id,
                }
                for name, content in documents
            ]
        )
        self.document_ids = [Command.set(attachments.ids)]

    def _give_application_task(self):
        """Have somebody check the application: who looks after the customer, or decides."""
        self.ensure_one()
        user = self.user_id or self.company_id.ar_credit_approver_id
        user = user or self.env["ar.credit.release"]._get_approvers_of(self.company_id)[:1]
        if user:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=self.company_id._ar_today(),
                summary=self.env._("Check the application for credit"),
                user_id=user.id,
            )

    def _answer(self):
        """Tell the customer that there is a decision; in test mode nobody is told."""
        self.ensure_one()
        applicant, company = self.applied_by_id, self.company_id
        if not applicant.email or company._ar_is_test_mode():
            return
        review = self.with_context(lang=applicant.lang)
        review.message_notify(
            partner_ids=applicant.ids,
            subject=review.env._("Your application for credit"),
            body=plaintext2html(
                "\n".join(
                    [
                        review._get_answer(),
                        review.env._(
                            "See “Credit” in your customer account: %(address)s",
                            address=f"{company.get_base_url()}/my/credit",
                        ),
                    ]
                )
            ),
            email_layout_xmlid="mail.mail_notification_light",
        )

    def _get_answer(self):
        """Say to the customer what came of the application."""
        self.ensure_one()
        if self.state != "decided":
            return self.env._("We are looking into it, and will write to you.")
        if self.decision == "limit":
            return self.env._(
                "You have credit of up to %(amount)s.",
                amount=format_amount(self.env, self.limit, self.currency_id),
            )
        if self.decision == "unlimited":
            return self.env._("You have credit.")
        return self.env._(
            "For the time being we ask you to pay in advance. Please ask us if you want to "
            "know more."
        )
