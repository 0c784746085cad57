"""The statement of account: what is open with a customer today, as PDF and e-mail."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from ..tools.aging import BUCKETS

# Fields that every editor of the statement's e-mail may use as `object.<field>`.
STATEMENT_BLOCKS = (
    "statement_greeting",
    "statement_text",
    "statement_html",
    "statement_day_text",
    "statement_contact_text",
    "statement_sender",
    "company_id.name",
    "statement_recipient_id.id",
    "statement_recipient_id.lang",
)


class ArCollectionCase(models.Model):
    _name = "ar.collection.case"
    _inherit = ["ar.collection.case", "ar.known.language.mixin"]

    statement_recipient_id = fields.Many2one(
        "res.partner", compute="_compute_statement_recipient_id", compute_sudo=True
    )
    statement_greeting = fields.Char(compute="_compute_statement", compute_sudo=True)
    statement_text = fields.Char(compute="_compute_statement", compute_sudo=True)
    statement_day_text = fields.Char(compute="_compute_statement", compute_sudo=True)
    statement_contact_text = fields.Char(compute="_compute_statement", compute_sudo=True)
    statement_sender = fields.Char(compute="_compute_statement", compute_sudo=True)
    statement_html = fields.Html(
        compute="_compute_statement", compute_sudo=True, sanitize=False
    )

    @api.model
    def mail_allowed_qweb_expressions(self):
        """Override of `mail`: everybody who edits the text may use its blocks."""
        return (
            *super().mail_allowed_qweb_expressions(),
            *(f"object.{name}" for name in STATEMENT_BLOCKS),
        )

    # === COMPUTES === #

    @api.depends("partner_id.ar_collections_contact_id.active")
    def _compute_statement_recipient_id(self):
        for case in self:
            contact = case.partner_id.ar_collections_contact_id.filtered("active")
            case.statement_recipient_id = contact or case.partner_id

    @api.depends("partner_id", "collector_id")
    @api.depends_context("lang")
    def _compute_statement(self):
        for case, words in zip(self, self._in_known_language(), strict=True):
            people = words._get_statement_people()
            statement = words._get_statement()
            case.statement_greeting = people["greeting_text"]
            case.statement_contact_text = people["contact_text"]
            case.statement_sender = people["sender_email"]
            case.statement_day_text = statement["day"]
            case.statement_text = statement["summary"]
            case.statement_html = words.env["ir.qweb"]._render(
                "ar_collections.statement_details",
                {"statement": statement},
                minimal_qcontext=True,
            )

    def _get_statement_people(self):
        """Give who reads and who writes, in the words of a notice."""
        notice = self.env["ar.followup.notice"].new(
            {
                "case_id": self.id,
                "company_id": self.company_id.id,
                "partner_id": self.partner_id.id,
                "recipient_id": self.statement_recipient_id.id,
            }
        )
        return notice._get_people_texts()

    # === ACTIONS === #

    def action_print_statement(self):
        """Open the statements of these customers as PDF."""
        self.check_access("read")
        report = self.env.ref("ar_collections.report_statement_action")
        return report.report_action(self, config=False)

    def action_send_statement(self):
        """Write the e-mail that carries the statement; a person looks at it and sends.

        :raise UserError: in test mode, in which nothing reaches customers
        """
        self._check_group("ar_collections_group_collector")
        if any(company._ar_is_test_mode() for company in self.company_id):
            raise UserError(
                self.env._(
                    "Test mode is on: nothing is sent to customers until it ends. Print "
                    "the statement to see it."
                )
            )
        template = self.env.ref("ar_collections.mail_template_statement")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send the statement of account"),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": template.id,
                "default_composition_mode": "comment" if len(self) == 1 else "mass_mail",
                "default_email_layout_xmlid": False,
                "force_email": True,
            },
        }

    # === STATEMENT === #

    def _in_language(self):
        """Give the case as the recipient of its statement reads it."""
        self.ensure_one()
        lang = self.statement_recipient_id.lang or self.env.lang
        return self.sudo().with_context(lang=lang)._in_known_language()

    def _get_statement(self):
        """Give what a statement of today shows, amounts and days as text.

        :return: a dict: day, summary, sections (one per currency)
        """
        self.ensure_one()
        today = self.company_id._ar_today()
        direction = self.env["res.lang"]._get_data(code=self.env.lang).direction
        sections = [
            self._get_statement_section(currency, lines, today)
            for currency, lines in self._get_statement_lines().grouped("currency_id").items()
        ]
        day = format_date(self.env, today, date_format="full")
        return {
            "day": day,
            "day_line": self._get_statement_day_line(day),
            "questions": self._say(
                "statement_questions", contact=self.statement_contact_text
            ),
            "direction": direction or "ltr",
            "start": "right" if direction == "rtl" else "left",
            "end": "left" if direction == "rtl" else "right",
            "sections": sections,
            "summary": self._get_statement_summary(sections),
        }

    def _get_statement_day_line(self, day):
        parts = [self._say("statement_day", day=day)]
        if self.partner_id.ref:
            parts.append(self._say("statement_customer", number=self.partner_id.ref))
        return " · ".join(parts)

    def _get_statement_lines(self):
        """Give the open receivables of the customer in the company, oldest due first."""
        facts = self.env["ar.followup.facts"]
        return (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("account_id", "in", facts._get_receivable_accounts(self.company_id).ids),
                    ("partner_id.commercial_partner_id", "=", self.partner_id.id),
                    ("company_id", "=", self.company_id.id),
                    ("parent_state", "=", "posted"),
                    ("reconciled", "=", False),
                ]
            )
            .sorted(lambda line: (line.date_maturity or line.date, line.move_name, line.id))
        )

    def _get_statement_section(self, currency, lines, today):
        def money(amount):
            return formatLang(self.env, amount, currency_obj=currency)

        rows = [line._ar_get_statement_row(today) for line in lines]
        sums = self._get_statement_sums(rows)
        return {
            "currency": currency.name,
            "rows": [
                {
                    **row,
                    "kind": self._say(row["kind"]),
                    "date": format_date(self.env, row["date"]),
                    "due": format_date(self.env, row["due"]),
                    "amount": money(row["amount"]),
                    "open": money(row["open"]),
                }
                for row in rows
            ],
            "total": money(sum(row["open"] for row in rows)),
            "overdue": money(sum(row["open"] for row in rows if row["days"] > 0)),
            "has_overdue": any(row["days"] > 0 for row in rows),
            "sums": {name: money(amount) for name, amount in sums.items()},
            "parts": [
                (label, money(amount))
                for label, amount in self._get_statement_parts(lines)
            ],
        }

    def _get_statement_parts(self, lines):
        """Give what the total is made of, where charges are in it: (label, amount)."""
        charges = lines.filtered("move_id.ar_is_charge")
        if not charges:
            return []
        return [
            (label, sum(part.mapped("amount_residual_currency")))
            for label, part in (
                (self.env._("Invoices, less payments and credits"), lines - charges),
                (self.env._("Late fees and interest"), charges),
            )
        ]

    def _get_statement_sums(self, rows):
        """Sum debts by the time they are overdue; credits stand for themselves."""
        sums = dict.fromkeys((*(bucket.name for bucket in BUCKETS), "credits"), 0.0)
        for row in rows:
            sums[self._get_bucket(row)] += row["open"]
        return sums

    def _get_bucket(self, row):
        if row["open"] < 0:
            return "credits"
        return next(
            bucket.name
            for bucket in BUCKETS
            if bucket.last is None or row["days"] <= bucket.last
        )

    def _get_statement_summary(self, sections):
        if not sections:
            return self._say("statement_none")
        total = self._join_sums([section["total"] for section in sections])
        overdue = [section["overdue"] for section in sections if section["has_overdue"]]
        if not overdue:
            return self._say("statement_not_due", total=total)
        return self._say(
            "statement_overdue", total=total, overdue=self._join_sums(overdue)
        )

    def _join_sums(self, amounts):
        """Give amounts of several currencies as text."""
        if len(amounts) < 2:
            return "".join(amounts)
        return self._say("sums", amounts=", ".join(amounts[:-1]), last=amounts[-1])


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _ar_get_statement_row(self, today):
        """Give an open item as a statement shows it.

        A credit is never overdue: the customer may use it at any time.
        """
        due = self.date_maturity or self.date
        is_debt = self.amount_residual_currency > 0
        return {
            "name": self._ar_get_number(),
            "kind": self._ar_get_document_kind(),
            "date": self.invoice_date or self.date,
            "due": due if is_debt else False,
            "days": max((today - due).days, 0) if is_debt else 0,
            "amount": self.amount_currency,
            "open": self.amount_residual_currency,
        }

    def _ar_get_document_kind(self):
        """Give what a statement calls the document: a name in the table of sentences."""
        move = self.move_id
        if move.move_type == "out_refund":
            return "credit_note"
        if move.is_invoice(include_receipts=True):
            return "invoice"
        if move.origin_payment_id or move.statement_line_id:
            return "payment"
        return "entry"
