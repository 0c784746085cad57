"""Credit reviews that lapse: an approver is told in good time, once."""

from datetime import timedelta

from odoo import api, models
from odoo.tools import format_date


class ArCreditReview(models.Model):
    _inherit = "ar.credit.review"

    @api.model
    def _remind(self, today, days):
        """Give an approver a task before decisions lapse, once for each of them."""
        lapsing = self.sudo().search(
            [
                ("state", "=", "decided"),
                ("is_reminded", "=", False),
                ("review_date", "!=", False),
                ("review_date", "<=", today + timedelta(days=days)),
            ]
        )
        for review in lapsing:
            review.is_reminded = True
            if review._is_in_force():
                review._schedule_reminder(today)
        return lapsing

    def _is_in_force(self):
        """Tell whether this is the last decision on the customer."""
        self.ensure_one()
        later = [
            ("case_id", "=", self.case_id.id),
            ("state", "=", "decided"),
            ("id", ">", self.id),
        ]
        return not self.search_count(later, limit=1)

    def _schedule_reminder(self, today):
        self.ensure_one()
        approvers = self.env["ar.credit.release"]._get_approvers_of(self.company_id)
        user = self.company_id.ar_credit_approver_id or self.decided_by_id
        user = (user & approvers) or approvers[:1]
        if user:
            self.reminder_id = self.case_id.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=self.review_date,
                summary=self.env._("Review credit before it lapses"),
                note=self.env._(
                    "The decision holds until %(day)s; orders are on credit hold after it.",
                    day=format_date(self.env, self.review_date),
                ),
                user_id=user.id,
            )
