"""The words of a notice: building blocks that all its texts share.

E-mails, letters, SMS and call scripts are edited by people; what depends on the
debts (one or several, paid in part, several currencies, the reader's language) comes
from the fields below. They may be used by everybody who edits a text, and a text that
uses nothing else is rendered without compiling it for each notice.
"""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

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


class ArFollowupNotice(models.Model):
    _inherit = "ar.followup.notice"

    subject_text = fields.Char(compute="_compute_texts", compute_sudo=True)
    greeting_text = fields.Char(compute="_compute_texts", compute_sudo=True)
    opening_text = fields.Text(
        string="What is open",
        compute="_compute_texts",
        compute_sudo=True,
        help="Amount, document and due date in one sentence, and thanks for a part "
        "payment.",
    )
    thanks_text = fields.Char(compute="_compute_texts", compute_sudo=True)
    amount_text = fields.Char(compute="_compute_texts", compute_sudo=True)
    plain_amount_text = fields.Char(
        compute="_compute_texts",
        compute_sudo=True,
        help="The amount in letters that fit into an SMS.",
    )
    documents_text = fields.Char(compute="_compute_texts", compute_sudo=True)
    reference_text = fields.Char(compute="_compute_texts", compute_sudo=True)
    due_day_text = fields.Char(compute="_compute_texts", compute_sudo=True)
    deadline_text = fields.Char(
        string="By when",
        compute="_compute_texts",
        compute_sudo=True,
        help="Such as: within 7 days, by Friday, 4 December 2026.",
    )
    deadline_day_text = fields.Char(compute="_compute_texts", compute_sudo=True)
    day_after_text = fields.Char(
        string="Day after the deadline", compute="_compute_texts", compute_sudo=True
    )
    day_text = fields.Char(string="Today", compute="_compute_texts", compute_sudo=True)
    creditor_text = fields.Char(compute="_compute_texts", compute_sudo=True)
    customer_text = fields.Char(compute="_compute_texts", compute_sudo=True)
    enclosure_text = fields.Char(compute="_compute_texts", compute_sudo=True)
    contact_text = fields.Char(compute="_compute_texts", compute_sudo=True)
    phone_text = fields.Char(compute="_compute_texts", compute_sudo=True)
    sender_email = fields.Char(compute="_compute_texts", compute_sudo=True)

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

    @api.depends(
        "level_id.attach_invoices",
        "level_id.deadline_days",
        "level_days",
        "is_formal",
        "is_test",
        "as_of",
        "handed_over_on",
        "deadline",
        "deadline_days",
        "recipient_id",
        "partner_id",
        "case_id.collector_id",
        "line_ids.is_cancelled",
        "line_ids.claim_amount",
        "line_ids.days_overdue",
        "line_ids.due_date",
    )
    @api.depends_context("lang")
    def _compute_texts(self):
        thanks = self._get_thanks()
        for notice in self:
            values = {
                **notice._get_money_texts(),
                **notice._get_day_texts(),
                **notice._get_people_texts(),
                "thanks_text": thanks.get(notice.id, ""),
            }
            values["opening_text"] = " ".join(
                filter(None, (notice._get_opening(), values["thanks_text"]))
            )
            for name, value in values.items():
                notice[name] = value

    def _get_money_texts(self):
        """Give the texts that tell how much is asked for, and for what."""
        return {
            "subject_text": self._get_subject(),
            "amount_text": self._format_total(),
            "plain_amount_text": self._format_plain_total(),
            "documents_text": self._get_documents(),
            "reference_text": self._get_reference(),
            "enclosure_text": self.env._("A copy of each invoice is enclosed.")
            if self.level_id.attach_invoices != "none" and self._get_invoices()
            else "",
        }

    def _get_day_texts(self):
        deadline = self._get_deadline()
        due_days = self._get_lines("overdue").mapped("due_date")
        return {
            "day_text": self._format_day(self._get_text_day()),
            "due_day_text": format_date(self.env, min(due_days)) if due_days else "",
            "deadline_text": self._get_deadline_text(deadline),
            "deadline_day_text": format_date(self.env, deadline) if deadline else "",
            "day_after_text": self._format_day(deadline + timedelta(days=1))
            if deadline
            else "",
        }

    def _get_people_texts(self):
        sender, company = self._get_sender(), self.company_id
        name = sender.name or company.name
        phone = sender.phone or company.phone
        email = sender.email or company.email
        return {
            "greeting_text": self._get_greeting(),
            "creditor_text": self._get_party(company.partner_id, company.name),
            "customer_text": self._get_party(self.partner_id, self.partner_id.name),
            "phone_text": phone or "",
            "contact_text": ", ".join(filter(None, (name, phone, email))),
            "sender_email": self._get_sender_email(name, email),
        }

    # === SENTENCES === #

    def _get_subject(self):
        """Give a subject that names the documents and no debt."""
        lines = self._get_lines("overdue")
        company = self.company_id.name
        if len(lines.move_id) == 1 and lines.move_id.is_invoice(include_receipts=True):
            subject = self.env._(
                "Invoice %(number)s from %(company)s",
                number=lines[0].name,
                company=company,
            )
        else:
            subject = self.env._("Your account with %(company)s", company=company)
        if self.is_test:
            return self.env._("Test: %(subject)s", subject=subject)
        return subject

    def _get_greeting(self):
        """Greet a person by name, and a company without guessing who reads."""
        recipient = self.recipient_id
        if recipient.is_company or not recipient.name:
            return self.env._("Dear Sir or Madam,")
        return self.env._("Dear %(name)s,", name=recipient.name)

    def _get_opening(self):
        """Say what is open since when, or until when: one sentence, no blame."""
        lines = self._get_lines("overdue")
        if not lines:
            return ""
        values = {
            "amount": self._format_total(),
            "number": lines[0].name,
            "day": self._format_day(min(lines.mapped("due_date"))),
        }
        scope = self._get_scope(lines)
        if self.level_days <= 0:
            return self._get_courtesy_opening(scope, values)
        if self.is_formal:
            return self._get_formal_opening(scope, values)
        return self._get_reminder_opening(scope, values)

    def _get_scope(self, lines):
        """Tell whether a whole invoice is open, a part of one, or several debts."""
        move = lines.move_id
        if len(lines) > 1 or not move.is_invoice(include_receipts=True):
            return "several"
        is_whole = not lines.currency_id.compare_amounts(
            lines.claim_amount, move.amount_total
        )
        return "whole" if is_whole else "part"

    def _get_courtesy_opening(self, scope, values):
        if scope == "whole":
            return self.env._(
                "Invoice %(number)s for %(amount)s falls due on %(day)s.", **values
            )
        if scope == "part":
            return self.env._(
                "%(amount)s of invoice %(number)s falls due on %(day)s.", **values
            )
        return self.env._(
            "%(amount)s from the items listed below falls due soon, the first part "
            "on %(day)s.",
            **values,
        )

    def _get_reminder_opening(self, scope, values):
        if scope == "whole":
            return self.env._(
                "According to our records, invoice %(number)s for %(amount)s, due on "
                "%(day)s, is still open.",
                **values,
            )
        if scope == "part":
            return self.env._(
                "According to our records, %(amount)s of invoice %(number)s, due on "
                "%(day)s, is still open.",
                **values,
            )
        return self.env._(
            "According to our records, %(amount)s from the items listed below is still "
            "open; the oldest was due on %(day)s.",
            **values,
        )

    def _get_formal_opening(self, scope, values):
        if scope == "whole":
            return self.env._(
                "Invoice %(number)s for %(amount)s was due on %(day)s and has not "
                "been paid.",
                **values,
            )
        if scope == "part":
            return self.env._(
                "%(amount)s of invoice %(number)s was due on %(day)s and has not "
                "been paid.",
                **values,
            )
        return self.env._(
            "%(amount)s from the items listed below has not been paid; the oldest "
            "was due on %(day)s.",
            **values,
        )

    def _get_documents(self):
        """Name what is open in two or three words."""
        lines = self._get_lines("overdue")
        if len(lines.move_id) == 1:
            return lines[0].name or ""
        return self.env._("your invoices")

    def _get_deadline_text(self, deadline):
        """Give the term in days and as a date: within 7 days, by Friday, 4 December."""
        if not deadline:
            return self.env._("as soon as you can")
        day = self._format_day(deadline)
        if self.level_days <= 0 or not self.deadline_days:
            return self.env._("by %(day)s", day=day)
        if self.deadline_days == 1:
            return self.env._("within one day, by %(day)s", day=day)
        return self.env._(
            "within %(days)s days, by %(day)s", days=self.deadline_days, day=day
        )

    # === THANKS === #

    def _get_thanks(self):
        """Thank for payments that came since the last notice and left a rest.

        :return: {notice id: text}
        """
        lines = self.line_ids.filtered(
            lambda line: not line.is_cancelled
            and line.role != "not_due"
            and line.currency_id.compare_amounts(line.amount_total, line.open_amount) > 0
        )
        received = self._get_part_payments(lines)
        texts = {}
        for notice, notice_lines in lines.grouped("notice_id").items():
            sums = defaultdict(float)
            for line in notice_lines:
                sums[line.currency_id] += received.get(line.move_line_id.id, 0.0)
            amount = notice._format_sums(sums)
            if amount:
                texts[notice.id] = notice.env._(
                    "Thank you for your payment of %(amount)s.", amount=amount
                )
        return texts

    def _get_part_payments(self, lines):
        """Give {journal item id: paid since the last notice for that debt}."""
        since = {
            line.move_line_id.id: line.item_id.last_notice_date
            for line in lines
            if line.item_id.last_notice_id != line.notice_id
        }
        partials = self.env["account.partial.reconcile"].search_fetch(
            [
                ("debit_move_id", "in", list(since)),
                "|",
                ("credit_move_id.move_id.origin_payment_id", "!=", False),
                ("credit_move_id.move_id.statement_line_id", "!=", False),
            ],
            ["debit_move_id", "debit_amount_currency", "max_date"],
        )
        received = defaultdict(float)
        for partial in partials:
            last = since[partial.debit_move_id.id]
            if not last or partial.max_date >= last:
                received[partial.debit_move_id.id] += partial.debit_amount_currency
        return received
