"""Invoices owe what their lines say, whatever is written from outside."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .common import day_in
from .common_credit import CreditCase


class TestOwnTotals(CreditCase):
    """An accountant bills 1,000 to a customer with a limit of 100."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root.sudo().ar_credit_invoice_effect = "ask"
        cls.decide(limit=100.0)
        cls.accountant = new_test_user(cls.env, "totals", "account.group_account_invoice")

    def create_as_accountant(self, **context):
        values = {"move_type": "out_invoice", "partner_id": self.customer.id}
        line = {"name": "Work", "quantity": 1, "price_unit": 1000.0, "tax_ids": False}
        moves = self.env["account.move"].with_user(self.accountant).with_context(**context)
        return moves.create(
            {
                **values,
                "invoice_date": day_in(0),
                "amount_total_signed": 1.0,
                "invoice_line_ids": [Command.create({**line, "price_total": 1.0})],
            }
        )

    def assertHeld(self, invoice):
        invoice.flush_recordset()
        self.assertEqual(invoice.amount_total_signed, 1000.0)
        self.assertEqual(invoice.invoice_line_ids.price_total, 1000.0)
        with self.assertRaisesRegex(UserError, "exceeded by"):
            invoice.write({"state": "posted"})

    def test_totals_given_with_a_new_invoice(self):
        self.assertHeld(self.create_as_accountant())

    def test_totals_in_the_context(self):
        names = ("amount_total_signed", "price_total")
        self.assertHeld(self.create_as_accountant(**{f"default_{n}": 1.0 for n in names}))

    def test_totals_written_to_a_draft(self):
        invoice = self.create_as_accountant()
        invoice.write({"amount_total_signed": 1.0, "amount_total": 1.0})
        invoice.invoice_line_ids.write({"price_total": 1.0})
        self.assertHeld(invoice)

    def test_what_is_open_of_a_posted_invoice(self):
        self.decide(limit=1000.0)
        invoice = self.create_invoice(amount=1000.0)
        receivable = invoice.line_ids.filtered(lambda line: line.amount_residual > 0)
        receivable.with_user(self.accountant).write({"amount_residual": 0.0})
        self.env.flush_all()
        self.assertEqual(self.exposure(), {"receivable": 1000.0})

    def test_nobody_makes_a_document_of_charges_of_an_invoice(self):
        invoice = self.create_as_accountant()
        with self.assertRaises(AccessError):
            invoice.write({"ar_is_charge": True})
        self.assertHeld(self.create_as_accountant(default_ar_is_charge=True))
