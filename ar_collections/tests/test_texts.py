"""What a text says of debts, dates and people, in each language."""

from odoo.exceptions import AccessError
from odoo.tools.translate import code_translations

from ..sentences import SENTENCES
from .common_texts import PRINTED_IBAN, TextsCase, day_in


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
