"""Texts that are shipped, against the rules for texts."""

import re
from datetime import timedelta

from .common_texts import PRINTED_IBAN, TODAY, TextsCase

# What no customer should read from us, whoever they are.
NEVER = (
    # blame and motive
    "fail",
    "failed",
    "failure",
    "refuse",
    "refused",
    "ignore",
    "ignored",
    "neglect",
    "neglected",
    "unwilling",
    "debtor",
    "late payer",
    # threats
    "threat",
    "consequences",
    "force",
    "forced",
    "blacklist",
    "bailiff",
    "prosecute",
    # pressure
    "immediately",
    "at once or",
    "urgent",
    "urgently",
    "without delay",
    "final warning",
    "warning",
    # charges are off
    "fee",
    "fees",
    "interest",
    "charge",
    "charges",
    "cost",
    "costs",
    "penalty",
)
# A consumer's debt is nobody else's business.
THIRD_PARTIES = (
    "agency",
    "lawyer",
    "solicitor",
    "attorney",
    "court",
    "legal",
    "bureau",
    "employer",
    "family",
)
DEBT_WORDS = (
    "overdue",
    "unpaid",
    "debt",
    "reminder",
    "dunning",
    "notice",
    "collection",
    "collections",
    "outstanding",
    "arrears",
    "payment",
    "due",
)
WEEKDAY_DATE = re.compile(
    r"(Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday), \w+ \d{1,2}, \d{4}"
)
MAX_WORDS = 120
MAX_SMS = 160


class TestTextsOfReadyPolicies(TextsCase):
    """Every text that is shipped, as customers read it, against the rules for texts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.notices = dict(cls.write_notices())

    @classmethod
    def write_notices(cls):
        """Give (name, notice) for each level with one debt, and with two."""
        for kind, policy in cls.policies.items():
            for level in policy.level_ids:
                partner = cls.customers[kind]
                yield f"{kind} {level.days:+d}", cls.write_notice(level)
                moves = cls.create_invoice(-level.days, 700.0, partner)
                moves |= cls.create_invoice(-level.days, 1500.0, partner)
                yield f"{kind} {level.days:+d}, two", cls.write_notice(level, moves)

    def assertNoneOf(self, words, text):
        found = [
            word
            for word in words
            if re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)
        ]
        self.assertFalse(found, text)

    def assertPolite(self, text, kind):
        """Check a text against what must not be said, nor how."""
        self.assertNoneOf(NEVER, text)
        if kind == "consumer":
            self.assertNoneOf(THIRD_PARTIES, text)
        self.assertNotIn("!", text)
        plain = re.sub(r"\S*\d\S*", "", text)
        self.assertFalse(re.findall(r"\b[A-Z]{3,}\b", plain), "Words in capitals")

    def test_first_sentence_says_what_is_open_and_when(self):
        for name, notice in self.notices.items():
            with self.subTest(name):
                opening = notice.opening_text
                self.assertEqual(opening.count(". ") + opening.endswith("."), 1)
                self.assertIn(notice.amount_text, opening)
                self.assertRegex(opening, WEEKDAY_DATE)
                _subject, _sender, body = self.read_mail(notice)
                words = self.read_before_table(body)
                after_greeting = words.split(", ", 1)[1]
                self.assertTrue(after_greeting.startswith(self.plain(opening)), words)

    def test_one_request_and_one_deadline(self):
        for name, notice in self.notices.items():
            with self.subTest(name):
                _subject, _sender, body = self.read_mail(notice)
                words = self.read_before_table(body)
                self.assertEqual(len(re.findall(r"\bplease\b", words, re.I)), 1, words)
                days = set(WEEKDAY_DATE.findall(words)) and {
                    found.group() for found in WEEKDAY_DATE.finditer(words)
                }
                due = notice._format_day(min(notice.line_ids.mapped("due_date")))
                after = notice.day_after_text if notice.is_formal else None
                self.assertEqual(len(days - {due, after}), int(notice.level_days > 0))

    def test_deadline_is_told_in_days_and_as_a_date(self):
        for name, notice in self.notices.items():
            if notice.level_days <= 0:
                continue
            with self.subTest(name):
                _subject, _sender, body = self.read_mail(notice)
                days = notice.deadline_days
                day = notice._format_day(TODAY + timedelta(days=days))
                self.assertSays(body, f"within {days} days, by {day}")

    def test_texts_are_short(self):
        for name, notice in self.notices.items():
            with self.subTest(name):
                _subject, _sender, body = self.read_mail(notice)
                words = self.read_before_table(body).split()
                self.assertLessEqual(len(words), MAX_WORDS)
                self.assertGreater(len(words), 25)

    def test_texts_are_polite(self):
        for name, notice in self.notices.items():
            kind = name.split()[0]
            with self.subTest(name):
                subject, _sender, body = self.read_mail(notice)
                self.assertPolite(subject, kind)
                self.assertPolite(self.read_words(body).replace(PRINTED_IBAN, ""), kind)

    def test_letters_are_polite(self):
        for name, notice in self.notices.items():
            with self.subTest(name):
                letter = notice._render_letter_texts()[notice.id]
                self.assertPolite(self.read_words(letter["body"]), name.split()[0])
                self.assertPolite(letter["title"], name.split()[0])
                self.assertNotIn("<table", letter["body"])

    def test_subject_and_sender_tell_no_debt(self):
        for name, notice in self.notices.items():
            with self.subTest(name):
                subject, sender, _body = self.read_mail(notice)
                self.assertNoneOf(DEBT_WORDS, subject)
                self.assertNoneOf(DEBT_WORDS, sender)
                self.assertIn("Birch and Oak Ltd", subject)

    def test_everything_needed_to_pay_and_to_answer_is_there(self):
        for name, notice in self.notices.items():
            with self.subTest(name):
                _subject, _sender, body = self.read_mail(notice)
                self.assertSays(
                    body,
                    PRINTED_IBAN,
                    "MILBGB22",
                    notice.reference_text,
                    "Anna Field, +44 20 7946 0021, anna.field@birchoak.example",
                    "Already paid? Thank you; payments up to "
                    "Wednesday, March 4, 2026 are included.",
                )
                for line in notice.line_ids:
                    self.assertSays(body, line.name)

    def test_formal_notice_names_parties_basis_and_consequence(self):
        for kind in self.policies:
            level = self.policies[kind].level_ids.filtered("is_formal")
            notice = self.write_notice(level)
            with self.subTest(kind):
                _subject, _sender, body = self.read_mail(notice)
                words = self.read_before_table(body)
                self.assertIn("Birch and Oak Ltd, 12 Mill Lane, London", words)
                self.assertIn(f"{notice.partner_id.name}, 1 Main Street", words)
                self.assertIn("on the basis of the invoices named below", words)
                day_after = notice._format_day(notice.deadline + timedelta(days=1))
                self.assertIn(f"we will decide on {day_after}", words)

    def test_sms_fits_into_one(self):
        for name, notice in self.notices.items():
            with self.subTest(name):
                template = notice.level_id.sms_template_id.sudo()
                text = template._render_field("body", notice.ids, compute_lang=True)
                text = text[notice.id]
                self.assertLessEqual(len(text), MAX_SMS, text)
                self.assertTrue(text.isascii(), text)
                self.assertIn("USD", text)
                self.assertIn(notice.phone_text, text)
                self.assertPolite(re.sub(r"\bUSD\b", "", text), name.split()[0])

    def test_call_scripts_ask_open_questions(self):
        for name, notice in self.notices.items():
            with self.subTest(name):
                script = notice._render_call_scripts()[notice.id]
                words = self.read_words(script)
                self.assertIn(self.plain(notice.amount_text), words)
                self.assertIn(notice.documents_text, words)
                self.assertGreaterEqual(words.count("?"), 3)
                self.assertPolite(words, name.split()[0])

    def test_apology_and_copy(self):
        notice = self.write_notice(self.ready_level("consumer", 20))
        for name, parts in (
            ("withdrawal", ("was sent in error", "We are sorry", "Anna Field")),
            ("copy", ("Here is a copy of our message", PRINTED_IBAN)),
        ):
            template = self.env.ref(f"ar_collections.mail_template_{name}").sudo()
            body = template._render_field("body_html", notice.ids, compute_lang=True)
            with self.subTest(name):
                self.assertSays(body[notice.id], "Wednesday, March 4, 2026", *parts)
                self.assertPolite(self.read_before_table(body[notice.id]), "consumer")
                subject = template._render_field("subject", notice.ids)[notice.id]
                self.assertNoneOf(DEBT_WORDS, subject)

    def test_texts_use_nothing_but_building_blocks(self):
        """Whoever may edit texts can edit these, without a right to write code."""
        templates = self.env["mail.template"].sudo().search(
            [("model", "=", "ar.followup.notice"), ("name", "like", "Collections:")]
        )
        self.assertGreaterEqual(len(templates), 17)
        for template in templates:
            with self.subTest(template.name):
                self.assertFalse(template._has_unsafe_expression())
