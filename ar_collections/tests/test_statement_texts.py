"""What a statement of account says."""

from odoo.exceptions import AccessError, UserError

from .common_texts import TextsCase


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
