"""Who decides on a release: how they are asked, and how the answer is told."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date


class ArCreditRelease(models.Model):
    _inherit = "ar.credit.release"

    # === ASKING === #

    @api.model
    def _request(self, case, note, document=None, check=None, **values):
        """Ask the approvers to let a document through.

        :param check: what the credit engine has found
        :return: the request
        """
        if not (note or "").strip():
            raise UserError(self.env._("Say why the document should be let through."))
        self._check_somebody_decides(case.company_id)
        sentences = [sentence for _c, sentence, _a in case._get_credit_sentences(check)]
        release = self.sudo().create(
            {
                **self._get_document_values(document),
                "case_id": case.id,
                "requested_by_id": self.env.uid,
                "request_note": note,
                "reasons": "\n".join(sentences),
                "asked_amount": float(check.asked),
                "amount": float(check.asked),
                **values,
            }
        )
        if document:
            document._ar_forget_credit()
        case._log("credit_asked", f"{release.document_name}: {note}")
        release._ask_approvers()
        return release

    def _ask_approvers(self):
        """Give an approver the task to decide, and tell the others."""
        self.ensure_one()
        approvers = self._get_approvers() - self.requested_by_id
        wanted = self.company_id.ar_credit_approver_id
        user = (wanted & approvers) or approvers[:1]
        self.message_subscribe(partner_ids=approvers.partner_id.ids)
        self.message_post(body=self.request_note, author_id=self.requested_by_id.partner_id.id)
        if user:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=self.company_id._ar_today(),
                summary=self.env._("Decide on a credit release"),
                note=self.reasons,
                user_id=user.id,
            )

    # === WHO DECIDES === #

    def _get_approvers(self):
        self.ensure_one()
        return self._get_approvers_of(self.company_id)

    @api.model
    def _get_approvers_of(self, company):
        """Give the people who may decide on credit in a company."""
        group = self.env.ref("ar_collections.ar_collections_group_credit_approver")
        root = self.env.ref("base.user_root")
        return group.sudo().all_user_ids.filtered(
            lambda user: user.active and user != root and company in user.company_ids
        )

    @api.model
    def _check_somebody_decides(self, company):
        """Refuse what would wait for ever, where nobody may decide on credit."""
        if not self._get_approvers_of(company):
            raise UserError(
                self.env._(
                    "Nobody decides on credit in %(company)s: ask an administrator to give "
                    "somebody there the role “Credit approver”.",
                    company=company.sudo().name,
                )
            )

    def _may_decide(self):
        """Tell whether the user may decide: four eyes, where there are two approvers."""
        self.ensure_one()
        approvers = self.sudo()._get_approvers()
        if self.env.user not in approvers:
            return False
        return self.sudo().requested_by_id != self.env.user or len(approvers) < 2

    def _check_approver(self):
        cases = self.env["ar.collection.case"]
        cases._check_group("ar_collections_group_credit_approver")
        for company in self.sudo().company_id:
            cases._check_credit_open(company)
        self.check_access("read")
        for release in self:
            if not self.env.su and not release._may_decide():
                raise UserError(
                    self.env._(
                        "You have asked for this release yourself: another credit "
                        "approver decides."
                    )
                )

    # === TELLING === #

    def _tell(self, text):
        """Close the task, and tell the person who asked."""
        self.ensure_one()
        release = self.sudo()
        release.activity_ids.action_feedback(feedback=text)
        release.message_post(
            body=text, author_id=self.env.user.partner_id.id
        )
        document = release._get_document()
        if document:
            document.message_post(
                body=text,
                author_id=self.env.user.partner_id.id,
                partner_ids=release.requested_by_id.partner_id.ids,
            )

    def _get_release_text(self):
        self.ensure_one()
        text = self.env._("Released: %(terms)s", terms=self._get_terms_text())
        if not self._is_too_small():
            return text
        more = self.env._("The document asks for more and stays on hold until it is smaller.")
        return f"{text}. {more}"

    def _get_terms_text(self):
        """Say until when, and up to which amount."""
        self.ensure_one()
        values = {
            "document": (
                self.document_name if self.is_for_document else self.env._("all documents")
            ),
            "amount": (
                format_amount(self.env, self.amount, self.currency_id)
                if self.amount
                else self.env._("any amount")
            ),
        }
        if not self.until:
            return self.env._("%(document)s, without an end, up to %(amount)s", **values)
        return self.env._(
            "%(document)s, until %(day)s, up to %(amount)s",
            day=format_date(self.env, self.until),
            **values,
        )

    def _get_log_text(self):
        self.ensure_one()
        return ". ".join(filter(None, [self._get_terms_text(), self.decision_note]))
