"""Customers read one language in a message: their own where we speak it, else English."""

import re

from odoo.tools import html2plaintext

from ..sentences import SENTENCES
from .common_texts import TextsCase

LANGUAGES = ("de_DE", "fr_FR", "es_ES", "nl_NL")
# Words that none of these languages has.
ENGLISH_WORDS = frozenset(
    {
        "the",
        "please",
        "your",
        "with",
        "amount",
        "payable",
        "days",
        "reminder",
        "invoice",
        "pay",
        "and",
        "for",
        "by",
        "this",
        "overdue",
        "we",
        "our",
        "have",
        "been",
        "dear",
        "kind",
        "regards",
        "thank",
    }
)
# Parts of names, addresses and numbers.
NAMES = frozenset(
    {
        "anna",
        "field",
        "birchoak",
        "example",
        "mill",
        "lane",
        "london",
        "main",
        "street",
        "springfield",
        "united",
        "states",
        "gb",
        "bukb",
        "bank",
        "milbgb",
        "inv",
    }
)


class TestLanguages(TextsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in (*LANGUAGES, "fi_FI"):
            cls.env["res.lang"]._activate_lang(lang)
        modules = cls.env["ir.module.module"].sudo()
        modules._load_module_terms(["ar_collections"], LANGUAGES)
        cls.first = cls.ready_level("business", 1)
        cls.names = ("Birch and Oak Ltd", "Mill Bank", cls.customer.name)

    def write_ready_notices(self):
        """Write a notice of each level of each ready policy."""
        notices = self.env["ar.followup.notice"]
        for policy in self.policies.values():
            for level in policy.level_ids:
                notices |= self.write_notice(level)
        self.assertEqual(len(notices), 15)
        return notices

    def speak(self, lang, notices=None):
        for partner in self.customers.values():
            partner.lang = lang
        if notices:
            notices.invalidate_recordset()

    def assertSpeaks(self, lang, html, english):
        """Check that nothing is left of the English text in another language's."""
        text, source = self.read_plain(html), self.read_plain(english)
        words = re.findall(r"[^\W\d_]+", text)
        found = ENGLISH_WORDS.intersection(map(str.lower, words))
        self.assertFalse(found, f"{lang}: {text}")
        # Not even three words in a row.
        left = self.read_triples(source) & self.read_triples(text)
        self.assertFalse(left, f"{lang}: {text}")
        self.assertTrue(words)

    def read_plain(self, html):
        # Styles, and what is read from right to left or not, are no words.
        html = re.sub(r"<style.*?</style>|<head>.*?</head>", "", str(html), flags=re.S)
        text = self.plain(html2plaintext(html, include_references=False))
        for name in (*self.names, *(partner.name for partner in self.customers.values())):
            text = text.replace(name, "")
        return text

    def read_triples(self, text):
        words = re.findall(r"[^\W\d_]+", text.lower())
        return {
            triple
            for triple in zip(words, words[1:], words[2:], strict=False)
            if NAMES.isdisjoint(triple)
        }

    # === READY TEXTS === #

    def test_each_ready_email_is_in_each_language(self):
        notices = self.write_ready_notices()
        self.speak("en_US", notices)
        english = {notice: self.read_mail(notice) for notice in notices}
        for lang in LANGUAGES:
            self.speak(lang, notices)
            for notice in notices:
                with self.subTest(lang=lang, level=notice.level_id.name):
                    subject, _sender, body = self.read_mail(notice)
                    self.assertSpeaks(lang, subject, english[notice][0])
                    self.assertSpeaks(lang, body, english[notice][2])
                    self.assertNotIn("!", self.read_words(body))

    def test_each_ready_letter_is_in_each_language(self):
        notices = self.write_ready_notices()
        letters = {"en_US": notices._render_letter_texts()}
        for lang in LANGUAGES:
            self.speak(lang, notices)
            letters[lang] = notices._render_letter_texts()
            for notice in notices:
                text, english = letters[lang][notice.id], letters["en_US"][notice.id]
                with self.subTest(lang=lang, level=notice.level_id.name):
                    self.assertSpeaks(lang, text["title"], english["title"])
                    self.assertSpeaks(lang, text["body"], english["body"])

    def test_whole_letters_with_tables_and_ways_to_pay_are_in_each_language(self):
        notice = self.write_notice(
            self.ready_level("business", 28),
            self.create_invoice(-28, 1200.0),
            also=self.create_invoice(-2, 30.0),
            not_due=self.create_invoice(9, 70.0),
        )
        self.customer.ref = "C-7"

        def render():
            reports = self.env["ir.actions.report"].sudo()
            html, _kind = reports._render_qweb_html(
                "ar_collections.report_dunning_letter", notice.ids
            )
            return html.decode()

        english = render()
        for lang in LANGUAGES:
            self.speak(lang, notice)
            with self.subTest(lang=lang):
                self.assertSpeaks(lang, render(), english)

    def test_each_sms_is_in_each_language(self):
        notice = self.write_notice(self.first)
        for name in ("courtesy", "reminder", "last"):
            template = self.env.ref(f"ar_collections.sms_template_{name}").sudo()
            self.speak("en_US", notice)
            english = template._render_field("body", notice.ids, compute_lang=True)
            for lang in LANGUAGES:
                self.speak(lang, notice)
                texts = template._render_field("body", notice.ids, compute_lang=True)
                with self.subTest(lang=lang, name=name):
                    self.assertSpeaks(lang, texts[notice.id], english[notice.id])

    def test_statement_apology_and_copy_are_in_each_language(self):
        notice = self.write_notice(self.first)
        self.create_credit_note(10.0)
        case = notice.case_id
        for name, record in (("statement", case), ("withdrawal", notice), ("copy", notice)):
            template = self.env.ref(f"ar_collections.mail_template_{name}").sudo()
            self.speak("en_US", record)
            english = self.render_all(template, record)
            for lang in LANGUAGES:
                self.speak(lang, record)
                with self.subTest(lang=lang, name=name):
                    self.assertSpeaks(lang, self.render_all(template, record), english)

    def render_all(self, template, record):
        fields = ("subject", "body_html")
        parts = [template._render_field(f, record.ids, compute_lang=True) for f in fields]
        return " ".join(str(part[record.id]) for part in parts)

    def test_call_scripts_are_in_the_language_of_the_caller(self):
        notice = self.write_notice(self.first)
        english = notice._render_call_scripts()[notice.id]
        for lang in LANGUAGES:
            scripts = notice.with_context(lang=lang)._render_call_scripts()
            self.assertSpeaks(lang, scripts[notice.id], english)

    # === ONE LANGUAGE === #

    def create_template(self, lang, opening):
        return (
            self.env["mail.template"]
            .sudo()
            .with_context(lang=lang)
            .create(
                {
                    "name": "Own words",
                    "model_id": self.env["ir.model"]._get_id("ar.followup.notice"),
                    "subject": "{{ object.subject_text }}",
                    "lang": "{{ object.recipient_id.lang }}",
                    "body_html": f"<p>{opening} <t t-out='object.opening_text'/></p>",
                }
            )
        )

    def write_own(self, lang, opening):
        self.first.mail_template_id = self.create_template(lang, opening)
        return self.write_notice(self.first)

    def test_own_english_words_make_the_whole_message_english(self):
        notice = self.write_own("en_US", "Good morning.")
        self.speak("de_DE", notice)
        subject, _sender, body = self.read_mail(notice)
        self.assertSays(body, "Good morning. According to our records", "March 3, 2026")
        self.assertIn("Invoice", subject)

    def test_own_english_words_make_the_whole_letter_english(self):
        notice = self.write_own("en_US", "Good morning.")
        self.first.letter_title = "Reminder"
        self.speak("de_DE", notice)
        text = notice._render_letter_texts()[notice.id]
        self.assertSays(text["body"], "Good morning. According to our records")
        self.assertEqual(notice._in_language().env.lang, "en_US")

    def test_own_words_with_a_translation_are_sent_in_it(self):
        notice = self.write_own("en_US", "Good morning.")
        template = self.first.mail_template_id
        template.with_context(
            lang="de_DE"
        ).body_html = "<p>Guten Morgen. <t t-out='object.opening_text'/></p>"
        self.speak("de_DE", notice)
        self.assertSays(self.read_mail(notice)[2], "Guten Morgen. Nach unseren Unterlagen")
        self.speak("fr_FR", notice)
        self.assertSays(self.read_mail(notice)[2], "Good morning. According to our")

    def test_words_written_in_german_alone_have_german_sentences(self):
        notice = self.write_own("de_DE", "Guten Morgen.")
        for lang in ("de_DE", "fr_FR", "en_US"):
            self.speak(lang, notice)
            with self.subTest(lang=lang):
                body = self.read_mail(notice)[2]
                self.assertSays(body, "Guten Morgen. Nach unseren Unterlagen")

    def test_a_language_without_our_sentences_is_answered_in_english(self):
        template = self.first.mail_template_id.sudo()
        template.with_context(lang="fi_FI").body_html = "<p>Huomenta.</p>"
        notice = self.write_notice(self.first)
        self.speak("fi_FI", notice)
        subject, _sender, body = self.read_mail(notice)
        self.assertIn("Invoice", subject)
        self.assertSays(body, "According to our records")
        self.assertSaysNot(body, "Huomenta")

    def test_a_letter_in_german_is_german_to_the_last_table(self):
        notice = self.write_notice(self.first)
        self.speak("de_DE", notice)
        words = notice._in_language()
        self.assertEqual(words.env.lang, "de_DE")
        self.assertIn("Dienstag, 3. März 2026", words.opening_text)

    def test_all_sentences_are_known_in_the_languages_we_ship(self):
        speaker = self.env["ar.known.language.mixin"]
        for lang in (*LANGUAGES, "de_AT", "fr_BE", "es_MX", "nl_BE", "en_GB"):
            self.assertTrue(speaker._is_language_known(lang), lang)
        self.assertFalse(speaker._is_language_known("fi_FI"))
        self.assertTrue(SENTENCES)
