"""Credit reviews: handed in, decided, and applied to the customer."""

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from ..const import CREDIT_REVIEW_TRANSITIONS


class ArCreditReview(models.Model):
    _inherit = "ar.credit.review"

    # === ACTIONS === #

    def action_submit(self):
        """Have an approver decide."""
        self.check_access("write")
        for review in self:
            releases = self.env["ar.credit.release"]
            releases._check_somebody_decides(review.company_id)
            approvers = releases._get_approvers_of(review.company_id)
            user = review.company_id.ar_credit_approver_id & approvers
            user = user or (approvers - self.env.user)[:1] or approvers[:1]
            if user:
                review.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=review.company_id._ar_today(),
                    summary=self.env._("Decide on credit"),
                    user_id=user.id,
                )
        self._update_state("to_decide")
        return True

    def action_decide(self):
        """Apply the decision to the customer."""
        self.env["ar.collection.case"]._check_group("ar_collections_group_credit_approver")
        self.check_access("write")
        for review in self:
            review._check_decision()
        self.filtered(lambda review: review.state == "draft")._update_state("to_decide")
        self._update_state("decided")
        for review in self:
            review.sudo().write(
                {
                    "decided_by_id": self.env.uid,
                    "decided_on": review.company_id._ar_today(),
                }
            )
            review.sudo()._apply()
            review.sudo().activity_ids.action_feedback()
        return True

    def action_cancel(self):
        """Take the application back."""
        self.check_access("write")
        self._update_state("cancelled")
        self.sudo().activity_ids.unlink()
        return True

    def action_reopen(self):
        """Go back to the application, such as when a document is missing."""
        self.check_access("write")
        self.sudo().activity_ids.filtered("automated").unlink()
        self._update_state("draft")
        return True

    # === BUSINESS === #

    def _update_state(self, target):
        """Move to `target`: the one writer of the state."""
        allowed = CREDIT_REVIEW_TRANSITIONS[target]
        for review in self:
            if review.state not in allowed:
                raise UserError(
                    self.env._("This review has moved on meanwhile: reload the page.")
                )
        self.sudo().write({"state": target})

    def _check_decision(self):
        self.ensure_one()
        today = self.company_id._ar_today()
        if not self.decision:
            raise UserError(self.env._("Choose the decision: no credit, a limit or unlimited."))
        if self.decision == "limit" and not self.limit:
            raise UserError(
                self.env._("Enter the limit, or choose “No credit” or “Unlimited”.")
            )
        if self.increase and self.decision != "limit":
            raise UserError(self.env._("Only a limit can be increased for a time."))
        if self.increase_until and self.increase_until < today:
            raise UserError(self.env._("The increase has ended already: choose a later day."))
        if self.review_date and self.review_date < today:
            raise UserError(self.env._("The next review must be a day to come."))

    def _apply(self):
        """Write the decision on the customer and the file of the root company."""
        self.ensure_one()
        case, root = self.case_id, self.company_id
        partner = self.partner_id.commercial_partner_id.with_company(root)
        case.write(
            {
                "credit_state": self.decision,
                "credit_increase": self.increase,
                "credit_increase_until": self.increase_until,
                "credit_review_date": self.review_date,
                "credit_deposit_percent": self.deposit_percent,
            }
        )
        if self.decision != "none":
            # Core's own field: its 0 means unlimited, and cannot mean none.
            partner.credit_limit = self.limit if self.decision == "limit" else 0.0
        if self.payment_term_id:
            # Branches have no property of their own otherwise.
            for company_id in self.env["ar.credit.exposure"]._get_company_ids(root):
                there = partner.with_company(company_id)
                there.property_payment_term_id = self.payment_term_id
        case._log("credit_decided", self._get_decision_text())
        reminders = self.search([("case_id", "=", case.id)]).reminder_id
        reminders.filtered("active").action_feedback()
        case._refresh_credit_holds()

    def _get_decision_text(self):
        """Say the decision in one line."""
        self.ensure_one()
        labels = dict(self._fields["decision"]._description_selection(self.env))
        parts = [labels[self.decision]]
        if self.decision == "limit":
            parts.append(format_amount(self.env, self.limit, self.currency_id))
        if self.increase:
            parts.append(
                self.env._(
                    "plus %(amount)s until %(day)s",
                    amount=format_amount(self.env, self.increase, self.currency_id),
                    day=format_date(self.env, self.increase_until),
                )
            )
        if self.decision_note:
            parts.append(self.decision_note)
        return " · ".join(parts)
