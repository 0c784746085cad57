"""The page on which a customer applies for credit."""

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.exceptions import ValidationError
from odoo.http import request, route

from ..models.ar_credit_review import MOST_DOCUMENTS, Application


class CreditApplication(CustomerPortal):
    def _prepare_portal_layout_values(self):
        """Override to tell whether the company takes applications."""
        values = super()._prepare_portal_layout_values()
        return values | {"is_taking_credit_applications": self._is_taking_applications()}

    @route("/my/credit", type="http", auth="user", methods=["GET"], website=True)
    def my_credit(self, **kwargs):
        """Show what the customer has applied for, and the form."""
        if not self._is_taking_applications():
            return request.not_found()
        return request.render(
            "ar_collections_portal.credit_page", self._get_credit_values(Application())
        )

    @route("/my/credit/apply", type="http", auth="user", methods=["POST"], website=True)
    def my_credit_apply(self, **kwargs):
        """Take the application; where something is wrong with it, say so beside the form."""
        if not self._is_taking_applications():
            return request.not_found()
        application = self._read_application(kwargs)
        try:
            with request.env.cr.savepoint():
                request.env["ar.credit.review"]._take_application(
                    request.env.user.partner_id, request.env.company, application
                )
        except ValidationError as error:
            values = self._get_credit_values(application)
            values["error"] = error.args[0]
            return request.render("ar_collections_portal.credit_page", values)
        return request.redirect("/my/credit")

    # === HELP === #

    def _is_taking_applications(self):
        root = request.env.company.sudo().root_id
        return root.ar_is_taking_applications and not request.env.user._is_internal()

    def _read_application(self, form):
        """Give what the form holds; no more documents are read than may be sent."""
        files = request.httprequest.files.getlist("documents")
        return Application(
            amount=str(form.get("amount") or ""),
            terms=str(form.get("terms") or ""),
            references=str(form.get("references") or ""),
            is_agreed=bool(form.get("is_agreed")),
            documents=tuple(
                (file.filename, file.read())
                for file in files[: MOST_DOCUMENTS + 1]
                if file.filename
            ),
        )

    def _get_credit_values(self, application):
        reviews = request.env["ar.credit.review"]
        company = request.env.company.sudo().root_id
        applications = reviews._get_applications(request.env.user.partner_id, company)
        return self._prepare_portal_layout_values() | {
            "page_name": "credit",
            "applications": applications,
            "is_open": any(one.state != "decided" for one in applications),
            "application": application,
            "consent": reviews._get_consent(company),
            "currency": company.currency_id,
            "documents_hint": reviews._get_documents_hint(),
            "error": "",
        }
