import re
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.translate import code_translations

from ..sentences import SENTENCES
from .common_texts import IBAN, PRINTED_IBAN, TODAY, TextsCase, day_in

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

    def each_notice(self):
        """Give (name, notice) for each level with one, and with several debts."""
        for policy in self.policies.values():
            kind = next(kind for kind, found in self.policies.items() if found == policy)
            for level in policy.level_ids:
                partner = self.customers[kind]
                yield f"{kind} {level.days:+d}", self.write_notice(level)
                moves = self.create_invoice(-level.days, 700.0, partner)
                moves |= self.create_invoice(-level.days, 1500.0, partner)
                yield f"{kind} {level.days:+d}, two", self.write_notice(level, moves)

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
        for name, notice in self.each_notice():
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
        for name, notice in self.each_notice():
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
        for name, notice in self.each_notice():
            if notice.level_days <= 0:
                continue
            with self.subTest(name):
                _subject, _sender, body = self.read_mail(notice)
                days = notice.deadline_days
                day = notice._format_day(TODAY + timedelta(days=days))
                self.assertSays(body, f"within {days} days, by {day}")

    def test_texts_are_short(self):
        for name, notice in self.each_notice():
            with self.subTest(name):
                _subject, _sender, body = self.read_mail(notice)
                words = self.read_before_table(body).split()
                self.assertLessEqual(len(words), MAX_WORDS)
                self.assertGreater(len(words), 25)

    def test_texts_are_polite(self):
        for name, notice in self.each_notice():
            kind = name.split()[0]
            with self.subTest(name):
                subject, _sender, body = self.read_mail(notice)
                self.assertPolite(subject, kind)
                self.assertPolite(self.read_words(body).replace(PRINTED_IBAN, ""), kind)

    def test_letters_are_polite(self):
        for name, notice in self.each_notice():
            with self.subTest(name):
                letter = notice._render_letter_texts()[notice.id]
                self.assertPolite(self.read_words(letter["body"]), name.split()[0])
                self.assertPolite(letter["title"], name.split()[0])
                self.assertNotIn("<table", letter["body"])

    def test_subject_and_sender_tell_no_debt(self):
        for name, notice in self.each_notice():
            with self.subTest(name):
                subject, sender, _body = self.read_mail(notice)
                self.assertNoneOf(DEBT_WORDS, subject)
                self.assertNoneOf(DEBT_WORDS, sender)
                self.assertIn("Birch and Oak Ltd", subject)

    def test_everything_needed_to_pay_and_to_answer_is_there(self):
        for name, notice in self.each_notice():
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
        for name, notice in self.each_notice():
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
        for name, notice in self.each_notice():
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


class TestTexts(TextsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls.ready_level("business", 1)
        cls.courtesy = cls.ready_level("business", -5)

    # === WHAT IS OPEN === #

    def test_whole_invoice(self):
        notice = self.write_notice(self.first)
        self.assertEqual(
            notice.opening_text,
            f"According to our records, invoice {notice.line_ids.name} for $\xa01,200.00, "
            "due on Tuesday, March 3, 2026, is still open.",
        )

    def test_part_of_an_invoice_and_thanks_for_the_rest(self):
        invoice = self.create_invoice(-1, 1200.0)
        self.pay(invoice, 500.0)
        notice = self.write_notice(self.first, invoice)
        self.assertEqual(
            notice.opening_text,
            f"According to our records, $\xa0700.00 of invoice {invoice.name}, due on "
            "Tuesday, March 3, 2026, is still open. "
            "Thank you for your payment of $\xa0500.00.",
        )

    def test_thanks_are_said_once(self):
        invoice = self.create_invoice(-1, 1200.0)
        self.pay(invoice, 500.0, day_in(-1))
        notice = self.write_notice(self.first, invoice)
        item = self.env["ar.followup.item"].sudo().create(
            {
                "case_id": notice.case_id.id,
                "company_id": notice.company_id.id,
                "partner_id": notice.partner_id.id,
                "move_id": invoice.id,
                "move_line_id": self.debts(invoice).id,
                "currency_id": invoice.currency_id.id,
                "last_notice_date": day_in(0),
            }
        )
        notice.line_ids.item_id = item
        notice.invalidate_recordset()
        self.assertFalse(notice.thanks_text, "Paid before the last notice")
        item.last_notice_date = day_in(-2)
        notice.invalidate_recordset()
        self.assertIn("$\xa0500.00", notice.thanks_text)

    def test_credit_note_is_no_payment_to_thank_for(self):
        invoice = self.create_invoice(-1, 1200.0)
        note = self.create_credit_note(200.0, invoice)
        (self.debts(invoice) | self.debts(note)).reconcile()
        notice = self.write_notice(self.first, invoice)
        self.assertFalse(notice.thanks_text)
        self.assertEqual(notice.amount_text, "$\xa01,000.00")

    def test_several_invoices(self):
        moves = self.create_invoice(-1, 700.0) | self.create_invoice(-9, 500.0)
        notice = self.write_notice(self.first, moves)
        self.assertEqual(
            notice.opening_text,
            "According to our records, the items listed below, $\xa01,200.00 in all, are "
            "still open; the oldest was due on Monday, February 23, 2026.",
        )
        self.assertEqual(notice.subject_text, "Your account with Birch and Oak Ltd")

    def test_instalments_of_one_invoice_have_one_subject(self):
        invoice = self.create_invoice(terms=(-9, -1), amount=1000.0)
        notice = self.write_notice(self.first, invoice)
        self.assertEqual(notice.subject_text, f"Invoice {invoice.name} from Birch and Oak Ltd")
        self.assertEqual(notice.documents_text, invoice.name)
        self.assertIn("the items listed below", notice.opening_text)

    def test_courtesy_says_nothing_of_overdue(self):
        moves = self.create_invoice(5, 700.0) | self.create_invoice(7, 500.0)
        notice = self.write_notice(self.courtesy, moves)
        self.assertEqual(
            notice.opening_text,
            "The items listed below, $\xa01,200.00 in all, fall due soon, the first on "
            "Monday, March 9, 2026.",
        )
        self.assertEqual(notice.deadline_text, "by the due date of each item")
        _subject, _sender, body = self.read_mail(notice)
        self.assertSaysNot(body.lower(), "overdue", "reminder")

    def test_courtesy_for_one_due_date_names_it(self):
        moves = self.create_invoice(5, 700.0) | self.create_invoice(5, 500.0)
        notice = self.write_notice(self.courtesy, moves)
        self.assertEqual(notice.deadline_text, "by Monday, March 9, 2026")

    def test_courtesy_with_a_deadline_of_its_own_names_that(self):
        moves = self.create_invoice(5, 700.0) | self.create_invoice(7, 500.0)
        notice = self.write_notice(self.courtesy, moves, deadline=day_in(8))
        self.assertEqual(notice.deadline_text, "by Thursday, March 12, 2026")

    def test_currencies_are_never_added(self):
        euro = self.setup_other_currency("EUR")
        moves = self.create_invoice(-1, 700.0)
        moves |= self.create_invoice(-2, 500.0, currency=euro)
        notice = self.write_notice(self.first, moves)
        self.assertEqual(notice.amount_text, "500.00\xa0€ and $\xa0700.00")
        self.assertEqual(notice.plain_amount_text, "500.00 EUR + 700.00 USD")
        tables = notice._get_details()["tables"]
        self.assertEqual(
            [(table["currency"], table["total"]) for table in tables],
            [("EUR", "500.00\xa0€"), ("USD", "$\xa0700.00")],
        )

    # === BY WHEN === #

    def test_deadline_is_singular_for_one_day(self):
        notice = self.write_notice(self.first, deadline_days=1, deadline=day_in(1))
        self.assertEqual(notice.deadline_text, "within one day, by Thursday, March 5, 2026")

    def test_deadline_before_it_is_sent_counts_from_today(self):
        notice = self.write_notice(self.first, deadline=False)
        self.assertEqual(notice.deadline_text, "within 7 days, by Wednesday, March 11, 2026")

    def test_level_without_a_deadline(self):
        notice = self.write_notice(self.first, deadline=False, deadline_days=0)
        self.assertEqual(notice.deadline_text, "as soon as you can")

    def test_words_follow_what_changes(self):
        moves = self.create_invoice(-1, 700.0) | self.create_invoice(-1, 500.0)
        notice = self.write_notice(self.first, moves)
        self.assertEqual(notice.amount_text, "$\xa01,200.00")
        self.assertIn(moves[0].name, notice.details_html)
        notice.line_ids.filtered(lambda line: line.move_id == moves[0]).is_cancelled = True
        self.assertEqual(notice.amount_text, "$\xa0500.00")
        self.assertNotIn(moves[0].name, notice.details_html)
        notice.deadline = day_in(20)
        self.assertIn("March 24", notice.deadline_text)

    def test_paid_day_is_the_banks_where_the_company_waits_for_it(self):
        self.env.company.sudo().write(
            {"ar_is_bank_gated": True, "ar_bank_known_date": day_in(-3)}
        )
        notice = self.write_notice(self.first)
        self.assertSays(notice.details_html, "payments up to Sunday, March 1, 2026 are")

    def test_where_nothing_was_ever_booked_no_day_is_named(self):
        self.env.company.sudo().ar_is_bank_gated = True
        notice = self.write_notice(self.courtesy)
        self.assertSaysNot(notice.details_html, "1900", "are included")
        [alert] = self.env["ar.collection.today"].get_today()["alerts"]
        self.assertIn("No receipt is booked", alert["text"])

    # === TABLES === #

    def test_sections_and_their_totals(self):
        also = self.create_invoice(-20, 300.0)
        later = self.create_invoice(10, 55.0)
        notice = self.write_notice(self.first, also=also, not_due=later)
        details = notice._get_details()
        [table], [information] = details["tables"], details["tables_not_due"]
        self.assertEqual([row["claim"] for row in table["reminded"]], ["$\xa01,200.00"])
        self.assertEqual([row["name"] for row in table["also"]], [also.name])
        self.assertEqual(table["total"], "$\xa01,500.00")
        self.assertEqual([row["name"] for row in information["also"]], [later.name])
        self.assertSays(notice.details_html, "Also overdue", "not part of the total")
        self.assertEqual(notice.amount_text, "$\xa01,500.00")

    def test_columns_are_shown_where_they_say_something(self):
        notice = self.write_notice(self.first)
        self.assertSaysNot(notice.details_html, "Credits", "On hold", "To pay", "Open")
        notice.line_ids.write(
            {"credit_amount": 100.0, "held_amount": 50.0, "claim_amount": 1050.0}
        )
        self.assertSays(
            notice.details_html,
            "Days overdue Amount Credits On hold To pay",
            "$ -100.00 $ -50.00 $ 1,050.00",
        )

    def test_personal_text_stands_before_the_table(self):
        notice = self.write_notice(self.first, personal_text="<p>Nice to meet you.</p>")
        _subject, _sender, body = self.read_mail(notice)
        self.assertIn("Nice to meet you.", self.read_before_table(body))

    def test_test_message_is_marked(self):
        notice = self.write_notice(self.first, is_test=True)
        subject, _sender, body = self.read_mail(notice)
        self.assertTrue(subject.startswith("Test: "))
        self.assertSays(body, "Test: this message would go to Acorn Ltd.")
        real = self.write_notice(self.first)
        self.assertSaysNot(self.read_mail(real)[2], "Test:")

    # === HOW TO PAY === #

    def test_account_named_on_the_invoice_comes_first(self):
        other = self.bank_account.copy({"acc_number": "BE71096123456769"})
        invoice = self.create_invoice(-1, 700.0, partner_bank_id=other.id)
        notice = self.write_notice(self.first, invoice)
        self.assertSays(notice.details_html, "BE71 0961 2345 6769")
        self.assertSaysNot(notice.details_html, PRINTED_IBAN)

    def test_an_account_that_is_archived_is_not_named(self):
        closed = self.bank_account.copy({"acc_number": "BE71096123456769"})
        invoice = self.create_invoice(-1, 700.0, partner_bank_id=closed.id)
        closed.active = False
        [payment] = self.write_notice(self.first, invoice)._get_payments()
        self.assertEqual(
            payment["account"].replace(" ", ""),
            self.bank_account.acc_number.replace(" ", ""),
        )

    def test_a_branch_without_an_account_names_that_of_its_company(self):
        branch = self.create_branch("Birch North")
        notice = self.write_notice(self.first, company_id=branch.id)
        [payment] = notice._get_payments()
        self.assertIn(self.bank_account.acc_number[-4:], payment["account"])

    def test_account_that_is_no_iban_stays_as_it_was_entered(self):
        notice = self.write_notice(self.first)
        self.assertEqual(notice._format_account("123-456 789"), "123-456 789")
        self.assertEqual(notice._format_account(IBAN), PRINTED_IBAN)

    def test_reference_names_a_few_invoices(self):
        moves = self.env["account.move"].union(
            *(self.create_invoice(-1, 10.0) for _number in range(3))
        )
        notice = self.write_notice(self.first, moves)
        self.assertEqual(notice.reference_text, ", ".join(moves.mapped("payment_reference")))

    def test_reference_of_many_invoices_is_the_customer(self):
        self.customer.ref = "C-77"
        moves = self.env["account.move"].union(
            *(self.create_invoice(-1, 10.0) for _number in range(6))
        )
        notice = self.write_notice(self.first, moves)
        self.assertEqual(notice.reference_text, "C-77")

    def test_link_where_the_customer_can_pay_online(self):
        notice = self.write_notice(self.first)
        self.assertEqual(notice._get_payments()[0]["links"], [], "No provider yet")
        provider = self.env["payment.provider"].sudo().search(
            [("code", "=", "demo"), ("company_id", "=", self.env.company.id)], limit=1
        ) or self.env["payment.provider"].sudo().search([("code", "=", "demo")], limit=1).copy(
            {"company_id": self.env.company.id}
        )
        provider.write({"state": "test", "is_published": True})
        self.env["ir.config_parameter"].sudo().set_param(
            "account_payment.enable_portal_payment", "True"
        )
        self.cr.cache.clear()
        notice._give_tokens(notice.line_ids.move_id)
        [link] = notice._get_payments()[0]["links"]
        invoice = notice.line_ids.move_id
        self.assertIn(f"/my/invoices/{invoice.id}?", link["url"])
        self.assertIn("amount=1200.0", link["url"])
        self.assertEqual(link["label"], "Pay $\xa01,200.00 online")
        provider.is_published = False
        self.cr.cache.clear()
        self.assertEqual(notice._get_payments()[0]["links"], [])

    def test_invoice_number_leads_to_the_invoice(self):
        notice = self.write_notice(self.first)
        invoice = notice.line_ids.move_id
        notice._give_tokens(invoice)
        _subject, _sender, body = self.read_mail(notice)
        self.assertIn(f"/my/invoices/{invoice.id}?access_token={invoice.access_token}", body)

    def test_looking_at_a_text_writes_nothing(self):
        notice = self.write_notice(self.first)
        invoice = notice.line_ids.move_id
        self.assertIn(f"/my/invoices/{invoice.id}", notice.preview_body)
        self.env.flush_all()
        self.env.cr.execute(
            SQL("SELECT access_token FROM account_move WHERE id = %s", invoice.id)
        )
        self.assertEqual(self.env.cr.fetchall(), [(None,)])

    # === PEOPLE === #

    def test_person_is_greeted_by_name(self):
        notice = self.write_notice(self.ready_level("consumer", 3))
        self.assertEqual(notice.greeting_text, "Dear Mary Jones,")
        self.assertEqual(self.write_notice(self.first).greeting_text, "Dear Sir or Madam,")

    def test_collector_of_the_case_signs(self):
        user = self.create_user("ben", "collector", name="Ben Hill", email="ben@birchoak.example")
        notice = self.write_notice(self.first)
        notice.case_id.collector_id = user
        self.assertEqual(
            notice.sender_email, '"Ben Hill, Birch and Oak Ltd" <ben@birchoak.example>'
        )
        self.assertIn("+44 20 7946 0018", notice.contact_text, "The company's number")
        self.assertSays(notice.details_html, "Ben Hill, Birch and Oak Ltd")

    def test_nobody_who_has_left_signs(self):
        user = self.create_user("leaver", "collector", name="Ben Hill", email="ben@x.example")
        heir = self.create_user("heir", "collector", name="Ida Hill", email="ida@x.example")
        notice = self.write_notice(self.first)
        notice.case_id.collector_id = user
        user.sudo().write({"active": False, "ar_substitute_id": heir.id})
        self.assertIn("Ida Hill", notice.contact_text)
        self.assertIn("ida@x.example", notice.sender_email)

    def test_company_signs_where_nobody_is_responsible(self):
        self.env.company.sudo().ar_responsible_id = False
        notice = self.write_notice(self.first)
        self.assertEqual(
            notice.sender_email, '"Birch and Oak Ltd" <accounts@birchoak.example>'
        )
        self.assertEqual(
            notice.contact_text,
            "Birch and Oak Ltd, +44 20 7946 0018, accounts@birchoak.example",
        )

    # === LANGUAGES === #

    def know(self, lang, texts):
        """Let the addon know some words of a language."""
        self.env["res.lang"]._activate_lang(lang)
        words = {sentence._source: sentence._source for sentence in SENTENCES.values()}
        known = {
            **code_translations.python_translations,
            ("ar_collections", lang): words | texts,
        }
        self.patch(code_translations, "python_translations", known)

    def test_days_and_amounts_are_in_the_language_of_the_words(self):
        self.know("fi_FI", {"by %(day)s": "viimeistään %(day)s"})
        notice = self.write_notice(self.courtesy).with_context(lang="fi_FI")
        self.assertEqual(notice.deadline_text, "viimeistään maanantai 9. maaliskuuta 2026")
        self.assertEqual(notice.amount_text, "$\xa01\xa0200,00")

    def test_language_that_is_not_known_is_not_mixed_in(self):
        self.env["res.lang"]._activate_lang("fi_FI")
        self.customer.lang = "fi_FI"
        notice = self.write_notice(self.first).with_context(lang="fi_FI")
        self.assertIn("Tuesday, March 3, 2026", notice.opening_text)
        self.assertSays(notice.details_html, "03/03/2026", "$ 1,200.00")

    def test_template_is_in_the_recipients_language(self):
        self.know("de_DE", {})
        self.customer.lang = "de_DE"
        template = self.first.mail_template_id.sudo()
        template.with_context(lang="de_DE").write(
            {"subject": "Rechnung", "body_html": "<p>Guten Tag</p>"}
        )
        notice = self.write_notice(self.first)
        self.assertEqual(self.read_mail(notice)[0], "Rechnung")

    def test_text_from_right_to_left(self):
        self.know("ar_001", {"by %(day)s": "حتى %(day)s"})
        notice = self.write_notice(self.courtesy).with_context(lang="ar_001")
        self.assertIn('dir="rtl"', notice.details_html)
        self.assertIn('<td align="right"', notice.details_html)
        self.assertIn(f'dir="ltr">{PRINTED_IBAN}', notice.details_html)
        self.assertIn("\u202a+44 20 7946 0021\u202c", notice.contact_text)

    # === EDITING === #

    def test_manager_may_edit_with_building_blocks_and_not_write_code(self):
        editors = self.env.ref("mail.group_mail_template_editor")
        self.env.ref("base.group_user").sudo()._remove_group(editors)
        level = self.first.with_user(self.create_user("manager", "manager"))
        self.assertFalse(level.env.user.has_group("mail.group_mail_template_editor"))
        level.letter_text = "<p>Still <t t-out='object.amount_text'/>.</p>"
        self.assertIn("t-out", level.letter_text)
        with self.assertRaises(AccessError):
            level.letter_text = "<p><t t-out='object.env.cr'/></p>"

    def test_letter_has_its_own_words_where_the_level_has_some(self):
        notice = self.write_notice(self.first)
        mail_words = self.read_before_table(self.read_mail(notice)[2])
        letter = notice._render_letter_texts()[notice.id]
        self.assertEqual(self.read_words(letter["body"]), mail_words)
        self.assertEqual(letter["title"], f"Reminder of {notice.line_ids.name}")
        self.first.letter_text = "<p>Still <t t-out='object.amount_text'/>.</p>"
        self.first.letter_title = False
        letter = notice._render_letter_texts()[notice.id]
        self.assertSays(letter["body"], "Still $ 1,200.00.")
        self.assertEqual(letter["title"], notice.subject_text)

    def test_level_without_any_text_still_says_what_is_needed(self):
        self.first.mail_template_id = False
        notice = self.write_notice(self.first)
        letter = notice._render_letter_texts()[notice.id]
        self.assertSays(letter["body"], "1,200.00", "Please pay", "within 7 days")

    # === IN BATCH === #

    def count_queries(self, notices):
        notices.invalidate_recordset()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        notices.mapped("details_html")
        notices.mapped("opening_text")
        return self.cr.sql_log_count - before

    def test_texts_of_many_notices_take_no_more_queries(self):
        notices = self.env["ar.followup.notice"]
        for number in range(12):
            partner = self.create_customer(f"Customer {number}")
            invoice = self.create_invoice(-1, 100.0 + number, partner)
            notices |= self.write_notice(self.first, invoice, partner=partner)
        few, many = self.count_queries(notices[:3]), self.count_queries(notices)
        self.assertLessEqual(many, few + 2)

    def test_many_invoices_get_their_tokens_in_one_statement(self):
        notice = self.write_notice(self.first)
        moves = notice.line_ids.move_id | self.create_invoice(-1)
        self.env["ar.followup.notice"]._give_tokens(moves)
        tokens = moves.mapped("access_token")
        self.assertEqual(len(set(tokens)), 2)
        self.env["ar.followup.notice"]._give_tokens(moves)
        self.assertEqual(moves.mapped("access_token"), tokens, "Links stay valid")


class TestStatement(TextsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_invoice(-75, 500.0)
        cls.create_invoice(-31, 300.0)
        cls.create_invoice(10, 200.0)
        cls.note = cls.create_credit_note(120.0, partner=cls.customer)
        cls.case = cls.customer._ar_ensure_case(cls.env.company)

    def test_open_items_credits_and_ages(self):
        statement = self.case._get_statement()
        [section] = statement["sections"]
        self.assertEqual(section["total"], "$\xa0880.00")
        self.assertEqual(section["overdue"], "$\xa0800.00")
        self.assertEqual(
            section["sums"],
            {
                "not_due": "$\xa0200.00",
                "due_30": "$\xa00.00",
                "due_60": "$\xa0300.00",
                "due_90": "$\xa0500.00",
                "due_more": "$\xa00.00",
                "credits": "$\xa0-120.00",
            },
        )
        credit = next(row for row in section["rows"] if row["name"] == self.note.name)
        self.assertEqual((credit["kind"], credit["days"]), ("Credit note", 0))
        self.assertEqual(
            statement["summary"], "$\xa0880.00 is open, of which $\xa0800.00 is overdue."
        )

    def test_currencies_stand_apart(self):
        euro = self.setup_other_currency("EUR")
        self.create_invoice(-1, 90.0, currency=euro)
        sections = self.case._get_statement()["sections"]
        totals = {section["currency"]: section["total"] for section in sections}
        self.assertEqual(totals, {"USD": "$\xa0880.00", "EUR": "90.00\xa0€"})

    def test_paid_and_foreign_items_are_left_out(self):
        paid = self.create_invoice(-5, 77.0)
        self.pay(paid)
        other = self.create_invoice(-5, 88.0, self.consumer)
        names = [row["name"] for row in self.case._get_statement()["sections"][0]["rows"]]
        self.assertNotIn(paid.name, names)
        self.assertNotIn(other.name, names)
        self.assertEqual(len(names), 4)

    def test_contacts_share_the_statement_of_their_company(self):
        contact = self.env["res.partner"].create(
            {"name": "Office", "parent_id": self.customer.id}
        )
        invoice = self.create_invoice(-5, 11.0, contact)
        names = [row["name"] for row in self.case._get_statement()["sections"][0]["rows"]]
        self.assertIn(invoice.name, names)

    def test_nothing_open(self):
        partner = self.create_customer("Quiet Ltd")
        statement = partner._ar_ensure_case(self.env.company)._get_statement()
        self.assertEqual((statement["sections"], statement["summary"]), ([], "Nothing is open."))

    def test_from_customer_and_case(self):
        for action in (
            self.customer.action_ar_print_statement(),
            self.case.action_print_statement(),
        ):
            self.assertEqual(action["report_name"], "ar_collections.report_statement")
            self.assertEqual(action["context"]["active_ids"], self.case.ids)

    def test_email_waits_for_a_look_and_carries_the_pdf(self):
        contact = self.env["res.partner"].create(
            {"name": "Pat", "email": "pat@acorn.example", "parent_id": self.customer.id}
        )
        self.customer.ar_collections_contact_id = contact
        action = self.customer.with_user(self.responsible).action_ar_send_statement()
        composer = self.env["mail.compose.message"].with_context(**action["context"]).create({})
        self.assertEqual(composer.partner_ids, contact)
        self.assertEqual(composer.subject, "Statement of account from Birch and Oak Ltd")
        self.assertSays(
            composer.body,
            "Dear Pat,",
            "as of Wednesday, March 4, 2026",
            "$ 880.00 is open, of which $ 800.00 is overdue.",
        )
        self.assertEqual(len(composer.attachment_ids), 1)

    def test_in_test_mode_no_statement_is_sent(self):
        self.env.company.sudo().write(
            {"ar_test_email": "test@example.com", "ar_is_test_mode": True}
        )
        with self.assertRaisesRegex(UserError, "Test mode is on"):
            self.case.action_send_statement()
        self.assertTrue(self.case.action_print_statement())

    def test_auditor_prints_and_does_not_send(self):
        auditor = self.create_user("auditor", "auditor")
        case = self.case.with_user(auditor)
        self.assertTrue(case.action_print_statement())
        with self.assertRaises(AccessError):
            case.action_send_statement()

    def test_collector_without_accounting_rights_sees_the_sums(self):
        case = self.case.with_user(self.responsible)
        self.assertIn("$\xa0880.00", case.statement_text)
        self.assertSays(case.statement_html, "Credit note", "31 to 60 days")
