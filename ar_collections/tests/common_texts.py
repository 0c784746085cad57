"""What the tests of texts stand on: a company one would write to, and its notices.

No tests in here.
"""

import re
from datetime import timedelta

from odoo import Command
from odoo.tools import html2plaintext

from .common import TODAY, CollectionsCase, day_in

IBAN = "GB33BUKB20201555555555"
PRINTED_IBAN = "GB33 BUKB 2020 1555 5555 55"


class TextsCase(CollectionsCase):
    """A company with an address, a bank account and a person who signs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env.company.sudo()
        company.write(
            {
                "name": "Birch and Oak Ltd",
                "street": "12 Mill Lane",
                "city": "London",
                "phone": "+44 20 7946 0018",
                "email": "accounts@birchoak.example",
            }
        )
        cls.bank_account = cls.env["res.partner.bank"].sudo().create(
            {
                "acc_number": IBAN,
                "partner_id": company.partner_id.id,
                "bank_id": cls.env["res.bank"]
                .sudo()
                .create({"name": "Mill Bank", "bic": "MILBGB22"})
                .id,
                "allow_out_payment": True,
            }
        )
        cls.responsible = cls.create_user(
            "anna.field",
            "collector",
            name="Anna Field",
            email="anna.field@birchoak.example",
            phone="+44 20 7946 0021",
        )
        company.ar_responsible_id = cls.responsible
        cls.consumer = cls.create_customer("Mary Jones", is_company=False)
        cls.public_body = cls.create_customer("City Library", ar_customer_kind="public")
        cls.policies = {
            kind: cls.env["ar.followup.policy"]
            .with_context(active_test=False)
            .search([("company_id", "=", company.id), (f"for_{kind}", "=", True)])
            for kind in ("business", "consumer", "public")
        }
        cls.customers = {
            "business": cls.customer,
            "consumer": cls.consumer,
            "public": cls.public_body,
        }

    # === BUILDERS === #

    @classmethod
    def ready_level(cls, kind, days):
        """Give a level of a ready policy by its days."""
        return cls.policies[kind].level_ids.filtered(lambda level: level.days == days)

    @classmethod
    def write_notice(cls, level, moves=None, *, also=None, not_due=None, **values):
        """Write a notice as it stands when it is handed over today.

        :param moves: invoices that climb (default: one of 1,200.00, due when the level
            says), with their open amounts
        """
        kind = next(kind for kind, found in cls.policies.items() if level.policy_id == found)
        partner = values.pop("partner", cls.customers[kind])
        if moves is None:
            moves = cls.create_invoice(due_in=-level.days, amount=1200.0, partner=partner)
        case = partner._ar_ensure_case(cls.env.company)
        roles = (("climbing", moves), ("overdue", also), ("not_due", not_due))
        deadline = TODAY + timedelta(days=level.deadline_days)
        return (
            cls.env["ar.followup.notice"]
            .sudo()
            .create(
                {
                    "case_id": case.id,
                    "company_id": cls.env.company.id,
                    "partner_id": partner.id,
                    "recipient_id": partner.id,
                    "policy_id": level.policy_id.id,
                    "level_id": level.id,
                    "level_days": level.days,
                    "is_formal": level.is_formal,
                    "channel": level.channel,
                    "as_of": TODAY,
                    "deadline_days": level.deadline_days,
                    "deadline": deadline if level.deadline_days else False,
                    "line_ids": [
                        Command.create(cls.line_values(line, role, level))
                        for role, found in roles
                        if found
                        for line in cls.debts(found)
                    ],
                    **values,
                }
            )
        )

    @classmethod
    def line_values(cls, line, role, level):
        """Give the values of a notice line about a journal item."""
        return {
            "company_id": line.company_id.id,
            "role": role,
            "level_id": level.id if role == "climbing" else False,
            "level_days": level.days,
            "move_id": line.move_id.id,
            "move_line_id": line.id,
            "name": line.move_id.name,
            "invoice_date": line.invoice_date,
            "due_date": line.date_maturity,
            "days_overdue": (TODAY - line.date_maturity).days,
            "currency_id": line.currency_id.id,
            "amount_total": line.amount_currency,
            "open_amount": line.amount_residual_currency,
            "claim_amount": line.amount_residual_currency,
            "is_test": True,
        }

    # === READERS === #

    def read_mail(self, notice):
        """Give (subject, sender, body) of a notice's e-mail as its recipient gets it."""
        template = notice.level_id.mail_template_id.sudo()

        def render(name):
            return template._render_field(name, notice.ids, compute_lang=True)[notice.id]

        return render("subject"), render("email_from"), render("body_html")

    def read_words(self, html):
        """Give the text of a part of HTML on one line, with plain spaces."""
        return self.plain(html2plaintext(str(html), include_references=False))

    @staticmethod
    def plain(text):
        """Give a text with plain spaces between its words."""
        return " ".join(text.split())

    def read_before_table(self, body):
        """Give the words that stand before the table of debts."""
        return self.read_words(re.split(r"<table\b", str(body))[0])

    # === ASSERTIONS === #

    def assertSays(self, text, *parts):
        """Check that a text, HTML or not, says all `parts`."""
        words = self.read_words(text)
        for part in parts:
            self.assertIn(part, words)

    def assertSaysNot(self, text, *parts):
        """Check that a text, HTML or not, says none of `parts`."""
        words = self.read_words(text)
        for part in parts:
            self.assertNotIn(part, words)


__all__ = ["IBAN", "PRINTED_IBAN", "TODAY", "TextsCase", "day_in"]
