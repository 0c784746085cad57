"""How a text asks to be paid: account, reference, link and code."""

from odoo.tools import SQL

from .common_texts import IBAN, PRINTED_IBAN, TextsCase


class TestTextsOfPayment(TextsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls.ready_level("business", 1)
        cls.courtesy = cls.ready_level("business", -5)

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
