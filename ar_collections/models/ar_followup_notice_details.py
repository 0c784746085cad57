"""The part of a notice that nobody has to write: debts, ways to pay, who to ask."""

from odoo import api, fields, models

from ..const import BANK_NEVER_BOOKED


class ArFollowupNotice(models.Model):
    _inherit = "ar.followup.notice"

    details_html = fields.Html(
        string="Debts and ways to pay",
        compute="_compute_details_html",
        compute_sudo=True,
        sanitize=False,
        help="The table of debts, totals, bank account and link, and who to ask. "
        "Letters print it by themselves.",
    )

    @api.depends(
        "personal_text",
        "opening_text",
        "line_ids.open_amount",
        "line_ids.credit_amount",
        "line_ids.held_amount",
        "late_fee_ids.amount",
        "late_fee_ids.state",
    )
    @api.depends_context("lang", "ar_words_only")
    def _compute_details_html(self):
        if self.env.context.get("ar_words_only"):
            self.details_html = ""
            return
        qweb = self.env["ir.qweb"]
        for notice, words in zip(self, self._in_known_language(), strict=True):
            notice.details_html = qweb._render(
                "ar_collections.notice_details",
                {"details": words._get_details(), "is_letter": False},
                minimal_qcontext=True,
            )

    def _get_details(self, *, is_letter=False):
        """Give what the details show, all amounts and days as text.

        :return: a dict: tables (one per currency) of what is asked for and of what is
            not due yet, payments (one per currency), texts
        """
        self.ensure_one()
        direction = self.env["res.lang"]._get_data(code=self.env.lang).direction
        due, not_due = self._get_lines("overdue"), self._get_lines("not_due")
        questions = "questions_letter" if is_letter else "questions_email"
        return {
            "direction": direction or "ltr",
            "start": "right" if direction == "rtl" else "left",
            "end": "left" if direction == "rtl" else "right",
            "is_test": self.is_test,
            "test_text": self._get_test_text(),
            "personal_text": self.personal_text,
            "is_courtesy": self.level_days <= 0,
            "tables": self._get_tables(due),
            "tables_not_due": self._get_tables(not_due),
            "payments": self._get_payments(is_letter=is_letter),
            "day": self._format_day(self._get_text_day()),
            "received": self._get_received(),
            "questions": self._say(questions, contact=self.contact_text),
            "regards": self._say("regards"),
            "contact_lines": list(filter(None, self._get_contact())) if is_letter else [],
            "signature": list(
                filter(None, (self._get_sender().name, self.company_id.name))
            ),
        }

    def _get_test_text(self):
        if not self.is_test:
            return ""
        return self._say("test", recipient=self.recipient_id.display_name)

    def _get_received(self):
        """Say up to when payments are included; nothing where none was ever booked."""
        day = self._get_paid_day()
        if day == BANK_NEVER_BOOKED:
            return ""
        return self._say("received", day=self._format_day(day))

    def _get_paid_day(self):
        """Give the day up to which payments are known to be booked."""
        day = self._get_text_day()
        settings = self.company_id._ar_get_settings_company()
        if settings.ar_is_bank_gated:
            return min(day, self.company_id._ar_get_bank_known())
        return day

    # === TABLES === #

    def _get_tables(self, lines):
        """Give one table per currency, each with its own total."""
        return [
            self._get_table(currency, currency_lines)
            for currency, currency_lines in lines.grouped("currency_id").items()
        ]

    def _get_table(self, currency, lines):
        def money(amount):
            return self._format_amount(amount, currency)

        reminded = lines.filtered(lambda line: line.role == "climbing")
        shown = self._get_optional_columns(currency, lines)
        return {
            "currency": currency.name,
            "reminded": [line._get_row(money) for line in reminded],
            "also": [line._get_row(money) for line in lines - reminded],
            "shown": shown,
            "width": 4 + len(shown),
            "total": money(sum(lines.mapped("claim_amount"))),
        }

    def _get_optional_columns(self, currency, lines):
        """Give the columns that have something to show in one of the lines."""
        found = {
            "days": any(line.days_overdue > 0 for line in lines),
            "open": any(
                currency.compare_amounts(line.amount_total, line.open_amount)
                for line in lines
            ),
            "credit": any(lines.mapped("credit_amount")),
            "held": any(lines.mapped("held_amount")),
        }
        found["claim"] = found["open"] or found["credit"] or found["held"]
        return {name for name, is_shown in found.items() if is_shown}
