"""The words of a notice: building blocks that all its texts share.

E-mails, letters, SMS and call scripts are edited by people; what depends on the
debts (one or several, paid in part, several currencies, the reader's language) comes
from the fields below. They may be used by everybody who edits a text, and a text that
uses nothing else is rendered without compiling it for each notice.
"""

from datetime import timedelta

from odoo import api, fields, models

# Fields that every editor of texts may use as `object.<field>`.
BLOCKS = (
    "subject_text",
    "greeting_text",
    "opening_text",
    "thanks_text",
    "amount_text",
    "plain_amount_text",
    "documents_text",
    "reference_text",
    "due_day_text",
    "deadline_text",
    "deadline_day_text",
    "day_after_text",
    "day_text",
    "creditor_text",
    "customer_text",
    "enclosure_text",
    "contact_text",
    "phone_text",
    "sender_email",
    "details_html",
)
# What the texts of a notice are made from.
_LINES = (
    "level_days",
    "is_formal",
    "line_ids.is_cancelled",
    "line_ids.claim_amount",
    "line_ids.days_overdue",
    "line_ids.due_date",
    "late_fee_ids.amount",
    "late_fee_ids.state",
)
_DAYS = ("as_of", "handed_over_on", "deadline", "deadline_days")


class ArFollowupNotice(models.Model):
    _inherit = "ar.followup.notice"

    # What is asked for
    subject_text = fields.Char(compute="_compute_claim_texts", compute_sudo=True)
    opening_text = fields.Text(
        string="What is open",
        compute="_compute_claim_texts",
        compute_sudo=True,
        help="Amount, document and due date in one sentence, and thanks for a part "
        "payment.",
    )
    thanks_text = fields.Char(compute="_compute_claim_texts", compute_sudo=True)
    amount_text = fields.Char(compute="_compute_claim_texts", compute_sudo=True)
    deadline_text = fields.Char(
        string="By when",
        compute="_compute_claim_texts",
        compute_sudo=True,
        help="Such as: within 7 days, by Friday, 4 December 2026.",
    )

    # The same in few letters, as an SMS needs them
    plain_amount_text = fields.Char(compute="_compute_short_texts", compute_sudo=True)
    documents_text = fields.Char(compute="_compute_short_texts", compute_sudo=True)
    reference_text = fields.Char(compute="_compute_short_texts", compute_sudo=True)
    due_day_text = fields.Char(compute="_compute_short_texts", compute_sudo=True)
    deadline_day_text = fields.Char(compute="_compute_short_texts", compute_sudo=True)

    # What some of the texts say besides
    day_text = fields.Char(
        string="Day of the message", compute="_compute_more_texts", compute_sudo=True
    )
    day_after_text = fields.Char(
        string="Day after the deadline", compute="_compute_more_texts", compute_sudo=True
    )
    enclosure_text = fields.Char(compute="_compute_more_texts", compute_sudo=True)
    creditor_text = fields.Char(compute="_compute_more_texts", compute_sudo=True)
    customer_text = fields.Char(compute="_compute_more_texts", compute_sudo=True)

    # Who reads, and who writes
    greeting_text = fields.Char(compute="_compute_people_texts", compute_sudo=True)
    contact_text = fields.Char(compute="_compute_people_texts", compute_sudo=True)
    phone_text = fields.Char(compute="_compute_people_texts", compute_sudo=True)
    sender_email = fields.Char(compute="_compute_people_texts", compute_sudo=True)

    @api.model
    def mail_allowed_qweb_expressions(self):
        """Override of `mail`: everybody who edits a text may use the building blocks."""
        return (
            *super().mail_allowed_qweb_expressions(),
            *(f"object.{name}" for name in BLOCKS),
            "object.company_id.name",
            "object.recipient_id.id",
            "object.recipient_id.lang",
        )

    # === COMPUTES === #

    @api.depends(*_LINES, *_DAYS, "is_test")
    @api.depends_context("lang")
    def _compute_claim_texts(self):
        thanks = self._in_known_language()._get_thanks()
        self._fill_texts(lambda words: words._get_claim_texts(thanks.get(words.id, "")))

    @api.depends(*_LINES, *_DAYS)
    @api.depends_context("lang")
    def _compute_short_texts(self):
        self._fill_texts(lambda words: words._get_short_texts())

    @api.depends(*_LINES, *_DAYS, "level_id.attach_invoices", "partner_id")
    @api.depends_context("lang")
    def _compute_more_texts(self):
        self._fill_texts(lambda words: words._get_more_texts())

    @api.depends("recipient_id", "case_id.collector_id")
    @api.depends_context("lang")
    def _compute_people_texts(self):
        self._fill_texts(lambda words: words._get_people_texts())

    def _fill_texts(self, get_values):
        """Set text fields, all in a language that they are known in."""
        self._read_ahead()
        for notice, words in zip(self, self._in_known_language(), strict=True):
            for name, value in get_values(words).items():
                notice[name] = value

    def _get_claim_texts(self, thanks):
        lines = self._get_lines("overdue")
        sums = self._get_totals(lines)
        opening = self._get_opening(lines, self._format_sums(sums))
        charges = self._get_charges_sentence(lines)
        return {
            "subject_text": self._get_subject(lines),
            "opening_text": " ".join(filter(None, (opening, charges, thanks))),
            "thanks_text": thanks,
            "amount_text": self._format_sums(self._get_sums_to_pay(sums, lines)),
            "deadline_text": self._get_deadline_text(lines),
        }

    def _get_short_texts(self):
        lines = self._get_lines("overdue")
        due_days = lines.mapped("due_date")
        return {
            "plain_amount_text": self._format_plain_sums(
                self._get_sums_to_pay(self._get_totals(lines), lines)
            ),
            "documents_text": self._get_documents(lines),
            "reference_text": self._get_reference(lines),
            "due_day_text": self._format_short_day(min(due_days, default=None)),
            "deadline_day_text": self._format_short_day(self._get_deadline()),
        }

    def _get_more_texts(self):
        deadline = self._get_deadline()
        day_after = deadline + timedelta(days=1) if deadline else None
        company, partner = self.company_id, self.partner_id
        return {
            "day_text": self._format_day(self._get_text_day()),
            "day_after_text": self._format_day(day_after),
            "enclosure_text": self._get_enclosure(),
            "creditor_text": self._get_party(company.partner_id, company.name),
            "customer_text": self._get_party(partner, partner.name),
        }

    def _get_people_texts(self):
        name, phone, email = self._get_contact()
        return {
            "greeting_text": self._get_greeting(),
            "contact_text": ", ".join(filter(None, (name, phone, email))),
            "phone_text": phone,
            "sender_email": self._get_sender_email(name, email),
        }
