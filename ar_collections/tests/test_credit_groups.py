"""Companies of one group share the credit of its head."""

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user

from .common_credit import CreditCase


class TestCreditGroups(CreditCase):
    """A holding with a limit of 1,000 for itself and two daughters."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root.sudo().ar_credit_invoice_effect = "ask"
        partners = cls.env["res.partner"].sudo()
        cls.head, cls.sister = partners.create(
            [{"name": name, "is_company": True} for name in ("Holding", "Sister")]
        )
        cls.decide(limit=1000.0, partner=cls.head)
        cls.join(cls.customer)
        cls.join(cls.sister)

    @classmethod
    def join(cls, partner):
        partner.with_user(cls.approver).write({"ar_credit_head_id": cls.head.id})

    def assertHeld(self, invoice, code="over_group"):
        invoice.action_post()
        self.assertEqual(invoice.state, "draft")
        self.assertIn(code, [reason.code for reason in invoice._ar_check_credit().reasons])

    # === THE LIMIT OF ALL === #

    def test_exactly_at_the_limit_passes_one_cent_over_holds(self):
        self.create_invoice(amount=600.0, partner=self.sister)
        self.create_draft(400.0).action_post()
        self.assertHeld(self.create_draft(0.01))

    def test_the_head_is_held_for_its_daughters(self):
        self.create_invoice(amount=900.0, partner=self.sister)
        invoice = self.create_draft(200.0, partner=self.head)
        self.assertHeld(invoice)
        [reason] = invoice._ar_check_credit().reasons
        self.assertEqual(float(reason.amount), 100.0)

    def test_a_limit_of_its_own_counts_besides(self):
        self.decide(limit=300.0)
        self.create_draft(300.0).action_post()
        self.assertHeld(self.create_draft(50.0), "over_limit")
        self.create_draft(600.0, partner=self.sister).action_post()
        self.assertHeld(self.create_draft(150.0, partner=self.sister))

    def test_members_nobody_has_decided_on_go_by_the_group(self):
        self.assertEqual(self.stops(1000.0), [])
        self.assertEqual(self.stops(1000.01), ["over_group"])
        self.sister.sudo().ar_credit_head_id = False
        self.assertEqual(self.stops(1.0, self.sister), ["undecided"])

    def test_without_a_decision_on_the_head_each_stands_by_itself(self):
        self.case_of(self.head).credit_state = "undecided"
        self.assertEqual(self.stops(1.0), ["undecided"])

    def test_no_credit_for_the_head_is_none_for_all(self):
        self.decide("none", partner=self.head)
        self.assertEqual(self.stops(1.0), ["over_group"])

    def test_what_one_has_paid_too_much_is_no_credit_of_another(self):
        self.pay(self.create_invoice(amount=500.0, partner=self.sister), amount=1000.0)
        self.assertEqual(self.stops(1000.01), ["over_group"])
        self.assertEqual(self.stops(1500.0, self.sister), [])

    def test_one_batch_cannot_slip_under_the_limit(self):
        invoices = self.create_draft(600.0) + self.create_draft(600.0, partner=self.sister)
        invoices.action_post()
        self.assertEqual(sorted(invoices.mapped("state")), ["draft", "posted"])

    def test_a_sisters_payment_lifts_the_hold(self):
        other = self.create_invoice(amount=900.0, partner=self.sister)
        invoice = self.create_draft(200.0)
        self.assertHeld(invoice)
        self.assertEqual(self.holds_of(invoice), ["over_group"])
        self.pay(other)
        self.env.cr.precommit.run()
        self.assertEqual(self.holds_of(invoice), [])
        self.assertEqual(invoice.state, "draft")

    def test_a_decision_on_the_head_lifts_the_hold_of_a_daughter(self):
        self.create_invoice(amount=900.0, partner=self.sister)
        invoice = self.create_draft(200.0)
        self.assertHeld(invoice)
        self.decide(limit=5000.0, partner=self.head)
        self.assertEqual(self.holds_of(invoice), [])

    def test_leaving_the_group_lifts_the_hold(self):
        self.decide("unlimited")
        self.create_invoice(amount=900.0, partner=self.sister)
        invoice = self.create_draft(200.0)
        self.assertHeld(invoice)
        self.customer.sudo().ar_credit_head_id = False
        self.assertEqual(self.holds_of(invoice), [])

    def test_the_words_name_the_group(self):
        self.create_invoice(amount=900.0, partner=self.sister)
        check = self.case_of()._check_credit(200)
        [(_code, sentence, _amount)] = self.case_of()._get_credit_sentences(check)
        self.assertIn("of the group Holding would be exceeded", sentence)
        self.assertIn("Group Holding", self.customer.ar_credit_bar["group_text"])

    def test_both_claim_the_same_credit(self):
        for partner in (self.customer, self.sister):
            before = self.case_of(self.head).credit_counter
            self.create_draft(10.0, partner=partner).action_post()
            self.assertGreater(self.case_of(self.head).credit_counter, before)

    def test_the_number_of_queries_is_the_same_for_any_number(self):
        engine, company = self.env["ar.credit.engine"], self.root
        engine._check(company, {self.customer.id: 1})
        with self.assertQueryCount(20):
            engine._check(company, {self.customer.id: 1, self.sister.id: 1, self.head.id: 1})

    # === WHO MAY, AND WHAT === #

    def test_only_an_approver_says_whose_credit_counts(self):
        accountant = new_test_user(
            self.env, "grouper", "account.group_account_invoice,base.group_partner_manager"
        )
        with self.assertRaisesRegex(AccessError, "credit approver"):
            self.sister.with_user(accountant).ar_credit_head_id = False
        with self.assertRaisesRegex(AccessError, "credit approver"):
            self.env["res.partner"].with_user(accountant).create(
                {"name": "Third", "ar_credit_head_id": self.head.id}
            )

    def test_an_approver_sets_the_group_from_the_customers_file(self):
        action = self.case_of().with_user(self.approver).action_open_credit_group()
        window = self.env["ar.credit.group.set"].with_user(self.approver)
        window = window.with_context(**action["context"]).create({})
        self.assertEqual(window.head_id, self.head)
        window.action_set()
        self.assertEqual(self.customer.sudo().ar_credit_head_id, self.head)
        window.head_id = False
        window.action_set()
        self.assertFalse(self.customer.sudo().ar_credit_head_id)
        self.assertEqual(self.sister.sudo().ar_credit_head_id, self.head)

    def test_the_window_is_for_approvers(self):
        collector = self.create_user("group_collector", "collector")
        with self.assertRaises(AccessError):
            self.case_of().with_user(collector).action_open_credit_group()
        with self.assertRaises(AccessError):
            self.env["ar.credit.group.set"].with_user(collector).create({})

    def test_groups_of_groups_are_refused(self):
        contact = self.env["res.partner"].sudo().create(
            {"name": "Contact", "parent_id": self.head.id}
        )
        third = self.env["res.partner"].sudo().create({"name": "Third", "is_company": True})
        for partner, head in (
            (third, self.customer),
            (self.head, third),
            (third, third),
            (third, contact),
        ):
            with self.subTest(head=head.name), self.assertRaises(ValidationError):
                partner.ar_credit_head_id = head
            partner.invalidate_recordset()
