"""What the ledger gives more than was booked: told, proposed, never charged by itself."""

from odoo.exceptions import AccessError, UserError

from .common import day_in
from .common_late_fees import LateFeeCase


class TestLateFeeMissing(LateFeeCase):
    def bounced(self, **values):
        """Give interest of 33.00, booked; its payment was undone: 56.00 are owed now."""
        self.rule(frequency="month", **values)
        invoice = self.create_invoice(due_in=-60, amount=3650)
        payment = self.pay(invoice, 1825, day=day_in(-50))
        charge = self.daily_pass()
        charge.action_accept()
        self.assertEqual(charge.amount, 33)
        payment.action_draft()
        payment.action_cancel()
        return invoice, charge

    def test_the_difference_is_proposed_and_booked(self):
        _invoice, charge = self.bounced()
        self.daily_pass(1)
        self.assertEqual(charge.missing_amount, 23)
        charge.action_propose_missing()
        more = self.charges() - charge
        self.assertEqual((more.amount, more.state, more.supplements_id), (23, "proposed", charge))
        self.assertFalse(charge.missing_amount)
        self.assertEqual(
            more.example_text.splitlines(),
            [
                "01/04/2026 to 02/28/2026: $\xa03,650.00 × 10 % × 56/365 = $\xa056.00",
                "Less $\xa033.00, charged before = $\xa023.00",
            ],
        )
        more.action_accept()
        self.assertEqual(more.document_id.amount_total, 23)
        self.assertEqual(self.daily_pass(2), charge | more, "Nothing is proposed twice")
        self.assertFalse(charge.missing_amount or more.correction_amount)

    def test_it_is_proposed_once(self):
        _invoice, charge = self.bounced()
        charge.action_propose_missing()
        with self.assertRaisesRegex(UserError, "below what the ledger gives"):
            charge.action_propose_missing()
        self.assertEqual(len(self.charges()), 2)

    def test_it_is_looked_at_without_waiting_for_the_daily_pass(self):
        _invoice, charge = self.bounced()
        self.assertFalse(charge.missing_amount)
        charge.action_propose_missing()
        self.assertEqual(sum(self.charges().mapped("amount")), 56)

    def test_a_payment_that_comes_after_all_takes_it_back(self):
        invoice, charge = self.bounced()
        charge.action_propose_missing()
        more = self.charges() - charge
        self.pay(invoice, 1825, day=day_in(-50))
        self.assertEqual(more.state, "cancelled")
        self.daily_pass(1)
        self.assertFalse(charge.missing_amount or charge.correction_amount)

    def test_a_payment_of_another_day_leaves_a_part_missing(self):
        invoice, charge = self.bounced()
        charge.action_propose_missing()
        self.pay(invoice, 1825, day=day_in(-40))
        self.daily_pass(1)
        # Half the balance for 36 days in place of 46: 38.00 in all.
        self.assertEqual(charge.missing_amount, 5)

    def test_booked_differences_are_credited_as_far_as_the_ledger_goes_back(self):
        invoice, charge = self.bounced()
        charge.action_propose_missing()
        more = self.charges() - charge
        more.action_accept()
        self.pay(invoice, 1825, day=day_in(-40))
        self.daily_pass(1)
        self.assertEqual((charge.correction_amount, more.correction_amount), (0, 18))
        more.action_correct()
        self.assertEqual(more.amount, 5)

    def test_what_was_credited_is_missing_when_the_payment_is_undone_again(self):
        invoice, charge = self.bounced()
        charge.action_propose_missing()
        more = self.charges() - charge
        more.action_accept()
        payment = self.pay(invoice, 1825, day=day_in(-50))
        self.daily_pass(1)
        more.action_correct()
        self.assertEqual(more.state, "waived")
        payment.action_draft()
        payment.action_cancel()
        self.daily_pass(2)
        self.assertEqual(charge.missing_amount, 23)
        charge.action_propose_missing()
        again = self.charges() - charge - more
        again.action_accept()
        self.daily_pass(3)
        self.assertEqual((again.amount, again.correction_amount), (23, 0))
        self.assertFalse(charge.missing_amount)

    def test_a_withdrawn_notice_takes_what_adds_to_its_charges_along(self):
        self.rule(mode="automatic")
        self.create_policy([1])
        for is_booked in (True, False):
            with self.subTest(is_booked=is_booked):
                customer = self.create_customer(f"Birch {is_booked}")
                customer.ar_is_kind_confirmed = True
                invoice = self.create_invoice(due_in=-56, amount=3650, partner=customer)
                payment = self.pay(invoice, 1825, day=day_in(-28))
                notice = self.follow_up().notice_ids
                first = self.charges(partner_id=customer.id)
                self.assertEqual(first.amount, 42)
                payment.action_draft()
                payment.action_cancel()
                first.action_propose_missing()
                more = self.charges(partner_id=customer.id) - first
                if is_booked:
                    more.action_accept()
                notice.action_withdraw("Sent by mistake", is_apologising=False)
                self.assertEqual(set((first | more).mapped("state")), {"cancelled"})
                documents = (first | more).document_id
                self.assertFalse(sum(documents.mapped("amount_residual")))
                self.follow_up(2)
                [anew] = self.charges(partner_id=customer.id) - first - more
                self.assertEqual((anew.date_from, anew.amount), (day_in(-55), 58))

    def test_a_flat_sum_of_a_higher_tier(self):
        self.flat_rule((0, 40), (1000, 70))
        invoice = self.create_invoice(due_in=-20, amount=1500)
        payment = self.pay(invoice, 600, day=day_in(-25))
        charge = self.daily_pass()
        charge.action_accept()
        payment.action_draft()
        payment.action_cancel()
        charge.action_propose_missing()
        more = self.charges() - charge
        self.assertEqual((charge.amount, more.amount), (40, 30))
        more.action_accept()
        self.assertEqual(self.daily_pass(1), charge | more)

    def test_a_cap_leaves_nothing_to_propose(self):
        _invoice, charge = self.bounced()
        charge.rule_id.cap_debt = 33
        with self.assertRaisesRegex(UserError, "takes no more"):
            charge.action_propose_missing()
        charge.rule_id.cap_debt = 43
        charge.action_propose_missing()
        self.assertEqual((self.charges() - charge).amount, 10)

    def test_charges_of_one_debt_that_are_proposed_together_share_its_cap(self):
        self.rule(frequency="month")
        invoice = self.create_invoice(due_in=-60, amount=3650)
        payment = self.pay(invoice, 1825, day=day_in(-50))
        charges = self.daily_pass() | self.daily_pass(30)
        self.assertEqual(charges.mapped("amount"), [33, 15.5])
        charges.action_accept()
        payment.action_draft()
        payment.action_cancel()
        charges.rule_id.cap_debt = 33 + 15.5 + 30
        with self.on_day(30):
            charges.action_propose_missing()
        more = self.charges() - charges
        self.assertEqual(more.sorted("id").mapped("amount"), [23, 7])

    def test_another_percent_of_the_rule_does_not_count(self):
        _invoice, charge = self.bounced()
        charge.rule_id.interest_percent = 20
        charge.action_propose_missing()
        more = self.charges() - charge
        self.assertEqual(more.amount, 23)
        more.action_accept()

    def test_only_a_manager_proposes(self):
        _invoice, charge = self.bounced()
        for group in ("collector", "auditor", "credit_approver"):
            user = self.create_user(f"missing_{group}", group)
            with self.subTest(group), self.assertRaises(AccessError):
                charge.with_user(user).action_propose_missing()

    # === WHO SELLS, WHAT IT IS CALLED === #

    def test_the_salesperson_is_that_of_the_newest_debt(self):
        seller, collector = self.create_user("seller"), self.create_user("dunner", "collector")
        self.customer._ar_ensure_case(self.env.company).collector_id = collector
        self.flat_rule()
        self.create_invoice(due_in=-30, invoice_user_id=self.env.user.id)
        self.create_invoice(due_in=-20, invoice_user_id=seller.id)
        charges = self.daily_pass()
        charges.with_user(self.env.ref("base.user_root")).action_accept()
        self.assertEqual(charges.document_id.invoice_user_id, seller)
        seller.active = False
        self.assertEqual(charges._get_salesperson(), collector)

    def test_a_statement_names_late_fees(self):
        self.rule(tier_ids=self.flat((0, 40)), frequency="month")
        self.create_invoice(due_in=-60, amount=3650)
        flat, interest = self.daily_pass()
        flat.action_accept()
        interest.action_accept()
        names = {
            self.debts(charge.document_id)._ar_get_document_kind() for charge in (flat, interest)
        }
        self.assertEqual(names, {"late_fees", "late_fees_interest"})
        flat.action_waive("Goodwill", 10)
        credit = flat.document_id.reversal_move_ids
        self.assertEqual(
            credit.line_ids.filtered("date_maturity")._ar_get_document_kind(), "credit_note"
        )
