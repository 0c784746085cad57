"""What a customer reads of a deposit is in the customer's language, to the last word."""

import re

from lxml import html

from odoo.addons.ar_collections.tests.test_languages import ENGLISH_WORDS, LANGUAGES

from .common_deposits import OrderDepositCase

# Words of these texts besides; “Rest” is German, too.
WORDS = ENGLISH_WORDS | {"start", "deposit", "whole", "customers", "halfway", "starts"}
WORDS -= {"we"}  # A Dutch word, too.
RULES = ("no_credit", "undecided", "thirds", "new")


class TestDepositLanguages(OrderDepositCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in LANGUAGES:
            cls.env["res.lang"]._activate_lang(lang)
        modules = cls.env["ir.module.module"].sudo()
        modules._load_module_terms(["ar_collections", "ar_collections_sale"], LANGUAGES)
        cls.rules = {name: cls.env.ref(f"ar_collections.ar_deposit_rule_{name}") for name in RULES}
        cls.customer.country_id = False

    def test_a_copy_of_a_ready_rule_keeps_its_languages(self):
        other = self.env["res.company"].create({"name": "Another company"})
        rule = self.rules["thirds"]
        copy = rule.copy({"company_id": other.id})
        for lang in LANGUAGES:
            with self.subTest(lang=lang):
                ours, theirs = rule.with_context(lang=lang), copy.with_context(lang=lang)
                self.assertNotEqual(ours.consequence, rule.with_context(lang="en_US").consequence)
                self.assertEqual(theirs.consequence, ours.consequence)
                self.assertEqual(
                    theirs.milestone_ids.mapped("name"), ours.milestone_ids.mapped("name")
                )

    def read_printed(self, document, report, name):
        """Give the words on deposits of a printed document."""
        page, _kind = (
            self.env["ir.actions.report"].sudo()._render_qweb_html(report, document.ids)
        )
        blocks = html.fromstring(page).xpath(f"//div[@name='{name}']")
        self.assertEqual(len(blocks), 1)
        return " ".join(blocks[0].text_content().split())

    def assertSpeaks(self, lang, text):
        words = set(re.findall(r"[^\W\d_]+", text.lower()))
        self.assertGreater(len(words), 5, text)
        self.assertFalse(words & WORDS, f"{lang}: {text}")

    def ask(self, lang, name):
        """Create a quotation of a customer of this language under one ready rule."""
        self.customer.lang = lang
        for rule in self.rules.values():
            rule.is_on = rule == self.rules[name]
        self.rules[name].write({"amount_from": 0.0, "for_none": False})
        return self.create_order()

    def print_order(self, order):
        return self.read_printed(order, "sale.report_saleorder", "ar_deposit")

    def test_each_ready_rule_is_printed_in_each_language(self):
        for lang in LANGUAGES:
            for name in RULES:
                with self.subTest(lang=lang, rule=name), self.isolated():
                    order = self.ask(lang, name)
                    self.assertTrue(order.ar_deposit_ids)
                    self.assertSpeaks(lang, self.print_order(order))
                    for part in order.with_context(lang=lang).ar_deposit_ids:
                        self.assertFalse(set(f"{part.name} {part.when}".split()) & WORDS)
                    terms = self.env["ar.terms.acceptance"]._read_terms(order)
                    self.assertSpeaks(lang, html.fromstring(terms[1]).text_content())

    def test_whole_and_part_say_what_they_are(self):
        self.assertIn("Vorauszahlung", self.print_order(self.ask("de_DE", "undecided")))
        self.assertIn("Anzahlung", self.print_order(self.ask("de_DE", "new")))

    def test_invoiced_and_paid(self):
        for lang in LANGUAGES:
            for name in ("undecided", "new"):
                with self.subTest(lang=lang, rule=name), self.isolated():
                    order = self.ask(lang, name)
                    order.company_id.sudo().account_use_credit_limit = False
                    invoice = self.invoice_deposit(order)
                    label = invoice.invoice_line_ids.filtered("product_id").name
                    self.assertFalse(set(re.findall(r"\w+", (label or "").lower())) & WORDS)
                    self.assertIn(invoice.name, self.print_order(order))
                    self.assertSpeaks(lang, self.print_order(order))
                    self.pay(invoice)
                    self.assertEqual(order.ar_deposit_state, "paid")
                    self.assertSpeaks(lang, self.print_order(order))

    def test_every_way_to_be_due_has_its_words(self):
        order = self.ask("en_US", "thirds")
        part = order.sudo().ar_deposit_ids[1]
        for lang in LANGUAGES:
            for trigger in ("acceptance", "delivered", "days", "hand", "completion"):
                for days in (0, 7):
                    part.write({"trigger": trigger, "due_days": days, "days": 5})
                    words = part.with_context(lang=lang)._get_when()
                    with self.subTest(lang=lang, trigger=trigger):
                        self.assertFalse(set(words.lower().split()) & WORDS, words)

    def test_an_invoice_with_a_deposit_is_in_each_language(self):
        self.env["ar.deposit.rule"].search([]).is_on = False
        for lang in LANGUAGES:
            with self.subTest(lang=lang), self.isolated():
                self.customer.lang = lang
                invoice = self.create_invoice(due_in=30, amount=1000.0, post=False)
                self.change(invoice, kind="fixed", amount=300.0, date="2026-03-09")
                invoice.action_post()
                self.assertSpeaks(
                    lang,
                    self.read_printed(invoice, "account.report_invoice", "ar_deposit"),
                )
