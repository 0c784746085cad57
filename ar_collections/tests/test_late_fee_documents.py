"""What happens to charges when their documents change."""

from odoo.exceptions import AccessError, UserError

from .common import day_in
from .common_late_fees import LateFeeCase


class TestLateFeeDocuments(LateFeeCase):
    def report(self):
        self.env.flush_all()
        self.env["ar.late.fee.report"].invalidate_model()
        [row] = self.env["ar.late.fee.report"].search([]).read(
            ["charged", "collected", "waived"]
        )
        return row["charged"], row["collected"], row["waived"]

    def reverse(self, document, method="refund_moves"):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=document.ids)
            .create({"journal_id": document.journal_id.id, "reason": "By hand"})
        )
        getattr(wizard, method)()
        return wizard.new_move_ids

    # === DOCUMENTS OF CHARGES === #

    def test_a_rule_waives_what_is_not_paid_only(self):
        for document_type in ("out_invoice", "entry"):
            with self.subTest(document_type), self.isolated():
                invoice, charge = self.booked_flat_sum(
                    waive_after_days=30, document_type=document_type
                )
                self.pay(invoice)
                self.pay(charge.document_id, 30)
                self.daily_pass(40)
                self.assertEqual((charge.amount, charge.waived_amount), (30, 10))
                self.assertEqual(charge.state, "posted")
                credit = charge.document_id.reversal_move_ids
                self.assertFalse(credit.line_ids.filtered(
                    lambda line: line.account_type == "asset_receivable"
                    and not line.reconciled
                ), "No free credit")
                self.assertEqual(self.report(), (30, 30, 10))

    def test_a_paid_entry_is_not_waived(self):
        invoice, charge = self.booked_flat_sum(waive_after_days=5, document_type="entry")
        self.pay(invoice)
        self.pay(charge.document_id)
        self.daily_pass(40)
        self.assertEqual((charge.state, charge.waived_amount), ("posted", 0))

    def test_a_cancelled_document_waives_its_charges(self):
        _invoice, charge = self.booked_flat_sum()
        charge.document_id.button_draft()
        self.assertEqual(self.report(), (40, 0, 0))
        charge.document_id.button_cancel()
        self.assertEqual(charge.state, "waived")
        self.assertIn("cancelled", charge.waive_note)
        self.assertEqual(self.report(), (0, 0, 40))
        with self.assertRaisesRegex(UserError, "waived or cancelled already"):
            charge.action_waive("Again")

    def test_a_deleted_document_waives_its_charges(self):
        _invoice, charge = self.booked_flat_sum()
        document = charge.document_id
        document.button_draft()
        document.with_context(force_delete=True).unlink()
        charge.invalidate_recordset()
        self.assertEqual(charge.state, "waived")
        self.assertEqual(self.report(), (0, 0, 40))

    def test_a_credit_note_by_hand_waives_what_it_credits(self):
        _invoice, charge = self.booked_flat_sum()
        credit = self.reverse(charge.document_id)
        credit.invoice_line_ids.price_unit = 10
        credit.action_post()
        self.assertEqual((charge.amount, charge.waived_amount), (30, 10))
        self.assertIn(credit.name, charge.waive_note)

    def test_a_credit_note_that_is_posted_again_counts_once(self):
        _invoice, charge = self.booked_flat_sum()
        credit = self.reverse(charge.document_id)
        credit.invoice_line_ids.price_unit = 10
        credit.action_post()
        credit.button_draft()
        self.assertEqual((charge.amount, charge.waived_amount), (40, 0))
        credit.invoice_line_ids.price_unit = 15
        credit.action_post()
        self.assertEqual((charge.amount, charge.waived_amount), (25, 15))
        credit.button_cancel()
        self.assertEqual((charge.amount, charge.waived_amount), (40, 0))
        credit.button_draft()
        self.assertEqual((charge.amount, charge.waived_amount), (40, 0))
        self.assertEqual(self.report(), (40, 0, 0))
        logged = charge.case_id.event_ids.filtered(lambda one: one.code == "charge_changed")
        self.assertIn("was opened again", logged[:1].note)

    def test_a_waiver_ends_with_its_credit_note(self):
        _invoice, charge = self.booked_flat_sum()
        charge.action_waive("Goodwill")
        credit = charge.document_id.reversal_move_ids
        credit.button_draft()
        self.assertEqual((charge.state, charge.amount), ("posted", 40))
        credit.action_post()
        self.assertEqual((charge.state, charge.waived_amount), ("waived", 40))
        credit.button_draft()
        credit.button_cancel()
        self.assertEqual((charge.state, charge.amount), ("posted", 40))
        self.assertEqual(charge.document_id.amount_residual, 40)
        self.daily_pass(1)
        self.assertEqual(charge.correction_amount, 0)

    def test_only_what_a_waiver_was_for_comes_back(self):
        self.rule(tier_ids=self.flat((0, 40)))
        self.create_invoice(due_in=-20, amount=3650)
        self.create_policy([1])
        self.follow_up()
        charges = self.charges()
        charges.action_accept()
        flat, interest = charges.sorted("kind")
        self.assertEqual((flat.kind, interest.amount), ("flat", 20))
        interest.action_waive("Goodwill", 5)
        credit = flat.document_id.reversal_move_ids
        credit.button_draft()
        self.assertEqual((flat.amount, interest.amount), (40, 20))
        credit.action_post()
        self.assertEqual((flat.amount, interest.amount), (40, 15))

    def test_a_document_that_is_opened_again_books_its_charges(self):
        _invoice, charge = self.booked_flat_sum()
        document = charge.document_id
        document.button_draft()
        document.button_cancel()
        self.assertEqual(charge.state, "waived")
        document.button_draft()
        self.assertEqual((charge.state, charge.amount), ("posted", 40))
        document.action_post()
        self.assertEqual(self.report(), (40, 0, 0))

    def test_a_full_credit_by_hand_is_nothing_collected(self):
        _invoice, charge = self.booked_flat_sum()
        credit = self.reverse(charge.document_id)
        credit.action_post()
        self.assertEqual(charge.state, "waived")
        self.assertEqual(self.report(), (0, 0, 40))

    def test_the_corrected_copy_of_a_document_bears_no_charges(self):
        _invoice, charge = self.booked_flat_sum()
        copy = self.reverse(charge.document_id, "modify_moves")
        self.assertTrue(copy.ar_is_charge)
        copy.invoice_date_due = day_in(1)
        copy.action_post()
        self.assertEqual(self.daily_pass(30), charge)

    def test_nobody_marks_an_invoice_as_charges(self):
        biller = self.create_user("fee_biller")
        biller.sudo().group_ids += self.env.ref("account.group_account_invoice")
        invoice = self.create_invoice().with_user(biller)
        with self.assertRaisesRegex(AccessError, "Collections keeps"):
            invoice.ar_is_charge = True

    # === BY HAND === #

    def test_a_zero_is_a_waiver_and_needs_its_reason(self):
        self.flat_rule()
        self.create_invoice(due_in=-20)
        charge = self.daily_pass()
        with self.assertRaisesRegex(UserError, "waive"):
            charge.amount = 0
