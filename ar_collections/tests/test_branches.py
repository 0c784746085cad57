"""A branch and its parent: brake, test mode and money received count downwards."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form

from .common import TODAY, CollectionsCase


class TestBranches(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.create_policy([1, 8])
        cls.parent = cls.env.company
        cls.branch = cls.create_branch("Acorn North")
        cls.other = cls.create_branch("Acorn South")
        companies = cls.parent + cls.branch + cls.other
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": companies.ids})
        cls.customer = cls.customer.with_env(cls.env)
        cls.at_branch = cls.env["ar.collection.today"].with_company(cls.branch)

    def set_test_mode(self, company, address):
        company.sudo().write({"ar_test_email": address, "ar_is_test_mode": True})

    def test_the_end_of_the_parents_test_ends_that_of_branches_without_one(self):
        self.policy.is_approval_needed = True
        for company in (self.branch, self.other):
            self.create_invoice(due_in=-1, company=company)
        self.set_test_mode(self.parent, "parent@example.com")
        self.set_test_mode(self.other, "south@example.com")
        runs = [self.follow_up(company=company) for company in (self.branch, self.other)]
        self.parent.sudo().ar_is_test_mode = False
        self.assertEqual(
            [run.notice_ids.state for run in runs], ["cancelled", "to_approve"]
        )

    # === HOLDS === #

    def test_what_stops_a_customer_does_so_in_every_branch(self):
        debts = [
            self.create_invoice(due_in=-1, company=company)
            for company in (self.parent, self.branch)
        ]
        hold = self.hold(self.customer, "insolvency")
        for company, debt in zip((self.parent, self.branch), debts, strict=True):
            self.assertFalse(self.follow_up(company=company).notice_ids)
            self.assertEqual(self.item(debt).reason, "insolvency")
        hold.sudo().unlink()
        self.hold(self.customer, "replied")
        self.assertFalse(self.follow_up(1).notice_ids)
        self.assertTrue(self.follow_up(1, company=self.branch).notice_ids)

    def test_a_branch_sees_what_stops_its_customers_elsewhere(self):
        theirs = self.create_invoice(due_in=-1, company=self.branch)
        self.follow_up(company=self.branch, execute=False)
        case = self.item(theirs).case_id
        cases = case.with_company(self.branch).search
        self.assertFalse(case.is_on_hold)
        hold = self.hold(self.customer, "insolvency")
        case.invalidate_recordset()
        self.assertIn("(noted in ", case.hold_summary)
        self.assertIn(self.parent.name, case.hold_summary)
        self.assertIn(case, cases([("is_on_hold", "=", True)]))
        hold._lift("It was another company")
        case.invalidate_recordset()
        self.assertFalse(case.is_on_hold)
        self.assertNotIn(case, cases([("is_on_hold", "=", True)]))

    # === PAUSE === #

    def test_a_branch_without_settings_of_its_own_can_be_paused(self):
        self.branch.sudo().ar_is_paused = True
        ours = self.create_invoice(due_in=-1)
        theirs = self.create_invoice(due_in=-1, company=self.branch)
        self.assertNothingSaid(self.follow_up(company=self.branch))
        self.assertReason(theirs, "paused")
        self.assertSaid(self.follow_up(), {ours: 1})

    def test_what_a_branch_has_planned_waits_for_the_end_of_its_pause(self):
        theirs = self.create_invoice(due_in=-1, company=self.branch)
        run = self.follow_up(company=self.branch, execute=False)
        self.branch.sudo().ar_is_paused = True
        run.action_execute()
        self.assertEqual(run.notice_ids.state, "planned")
        self.branch.sudo().ar_is_paused = False
        run.action_execute()
        self.assertEqual(run.notice_ids.state, "done")
        self.assertSaid(run, {theirs: 1})

    def test_a_paused_parent_pauses_branches_with_settings_of_their_own(self):
        self.switch_on(self.branch)
        self.parent.sudo().ar_is_paused = True
        theirs = self.create_invoice(due_in=-1, company=self.branch)
        self.assertNothingSaid(self.follow_up(company=self.branch))
        self.assertReason(theirs, "paused")

    def test_a_pause_on_the_screen_of_a_branch_is_of_the_branch(self):
        self.at_branch.pause()
        self.assertTrue(self.branch.ar_is_paused)
        self.assertFalse(self.parent.ar_is_paused)
        self.assertTrue(self.at_branch.get_today()["is_paused"])
        self.at_branch.resume()
        self.assertFalse(self.at_branch.get_today()["is_paused"])

    def test_going_on_in_a_branch_ends_the_pause_of_its_parent(self):
        self.parent.sudo().ar_is_paused = True
        self.assertIn(
            "Everything is paused", self.at_branch.get_today()["alerts"][0]["text"]
        )
        self.at_branch.resume()
        self.assertFalse(self.parent.ar_is_paused)

    def test_only_who_works_in_the_parent_ends_its_pause(self):
        self.parent.sudo().ar_is_paused = True
        user = self.create_user("branch_manager", "manager")
        user.sudo().write(
            {"company_ids": [Command.set(self.branch.ids)], "company_id": self.branch.id}
        )
        screen = self.env["ar.collection.today"].with_user(user)
        screen = screen.with_context(allowed_company_ids=self.branch.ids)
        with self.assertRaisesRegex(UserError, self.parent.name):
            screen.resume()
        self.assertTrue(self.parent.ar_is_paused)

    # === TEST MODE === #

    def test_a_branch_without_settings_of_its_own_can_be_in_test_mode(self):
        self.set_test_mode(self.branch, "north@example.com")
        theirs = self.create_invoice(due_in=-1, company=self.branch)
        run = self.follow_up(company=self.branch)
        self.assertTrue(run.is_test)
        mail = run.notice_ids.delivery_ids.sudo().mail_mail_id
        self.assertEqual(mail.email_to, "north@example.com")
        self.assertFalse(mail.recipient_ids)
        self.assertEqual(self.item(theirs).rung_days, 0)
        self.assertFalse(self.follow_up().is_test)

    def test_test_mode_of_a_parent_holds_in_branches_with_settings_of_their_own(self):
        self.switch_on(self.branch)
        self.set_test_mode(self.parent, "parent@example.com")
        self.create_invoice(due_in=-1, company=self.branch)
        run = self.follow_up(company=self.branch)
        self.assertTrue(run.is_test)
        mail = run.notice_ids.delivery_ids.sudo().mail_mail_id
        self.assertEqual(mail.email_to, "parent@example.com")

    def test_the_nearest_test_address_is_used(self):
        self.set_test_mode(self.parent, "parent@example.com")
        self.assertEqual(self.branch._ar_get_test_email(), "parent@example.com")
        self.set_test_mode(self.branch, "north@example.com")
        self.assertEqual(self.branch._ar_get_test_email(), "north@example.com")
        self.assertEqual(self.parent._ar_get_test_email(), "parent@example.com")

    # === MONEY WITH THE PARENT === #

    def follow_up_branch(self, day=0):
        return self.follow_up(day, company=self.branch)

    def pay_parent(self, amount, **values):
        """Book money of the customer in the parent that is not matched."""
        return self.pay_on_account(amount, self.parent, **values)

    def pay_on_account(self, amount, company, payment_type="inbound", **values):
        bank = self.company_data["default_journal_bank"]
        if company != self.parent:
            bank = bank.copy({"company_id": company.id, "code": "NRTH"})
        payment = self.env["account.payment"].with_company(company)
        payment = payment.create(
            {
                "payment_type": payment_type,
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": amount,
                "journal_id": bank.id,
                "date": TODAY,
                **values,
            }
        )
        payment.action_post()
        return payment

    def test_a_receipt_at_the_bank_of_the_parent_holds_a_debt_of_the_branch(self):
        theirs = self.create_invoice(due_in=-5, company=self.branch)
        receipt = self.create_receipt(100.0)
        self.assertEqual(receipt.company_id, self.parent)
        self.assertNothingSaid(self.follow_up_branch())
        self.assertReason(theirs, "unmatched_receipt")

    def test_a_receipt_of_a_part_leaves_the_rest_to_be_said(self):
        self.create_invoice(due_in=-5, company=self.branch)
        self.create_receipt(40.0)
        line = self.lines_said(self.follow_up_branch())
        self.assertEqual((line.claim_amount, line.held_amount), (60.0, 40.0))

    def test_a_payment_on_account_of_the_parent_holds_a_debt_of_the_branch(self):
        theirs = self.create_invoice(due_in=-5, company=self.branch)
        payment = self.pay_parent(100.0)
        self.assertEqual(payment.move_id.company_id, self.parent)
        self.assertNothingSaid(self.follow_up_branch())
        self.assertReason(theirs, "unmatched_receipt")

    def test_money_paid_back_holds_nothing(self):
        theirs = self.create_invoice(due_in=-5, company=self.branch)
        self.pay_parent(100.0)
        self.pay_parent(100.0, payment_type="outbound")
        self.assertSaid(self.follow_up_branch(), {theirs: 1})

    def test_money_in_another_currency_holds_nothing(self):
        theirs = self.create_invoice(due_in=-5, company=self.branch)
        self.pay_parent(100.0, currency_id=self.setup_other_currency("EUR").id)
        self.assertSaid(self.follow_up_branch(), {theirs: 1})

    def test_a_credit_note_of_the_parent_first_serves_what_is_owed_there(self):
        theirs = self.create_invoice(due_in=-5, company=self.branch)
        self.create_invoice(due_in=-5, amount=150.0)
        self.create_credit_note(150.0)
        self.assertSaid(self.follow_up_branch(), {theirs: 1})
        self.create_credit_note(100.0)
        self.assertNothingSaid(self.follow_up_branch(1))
        self.assertReason(theirs, "unmatched_receipt")

    def test_money_with_the_branch_holds_nothing_of_its_parent(self):
        ours = self.create_invoice(due_in=-5)
        self.pay_on_account(100.0, self.branch)
        self.assertSaid(self.follow_up(), {ours: 1})

    def test_money_with_another_branch_holds_nothing(self):
        theirs = self.create_invoice(due_in=-5, company=self.branch)
        payment = self.pay_on_account(100.0, self.other)
        self.assertEqual(payment.move_id.company_id, self.other)
        self.assertSaid(self.follow_up_branch(), {theirs: 1})

    def test_money_that_comes_after_planning_stops_the_notice(self):
        self.create_invoice(due_in=-5, company=self.branch)
        run = self.follow_up(company=self.branch, execute=False)
        self.create_receipt(100.0)
        with self.on_day(0):
            run.action_execute()
        notice = run.notice_ids
        self.assertEqual(
            (notice.state, notice.cancel_reason), ("cancelled", "unmatched_receipt")
        )

    def test_what_the_parent_books_is_seen_in_the_branch_at_once(self):
        theirs = self.create_invoice(due_in=-5, company=self.branch)
        self.follow_up_branch()
        self.pay_parent(100.0)
        self.commit()
        self.assertReason(theirs, "unmatched_receipt")

    # === SETTINGS === #

    def test_the_settings_of_a_branch_say_whose_are_used(self):
        settings = self.env["res.config.settings"].sudo().with_company(self.branch)
        form = Form(settings)
        self.assertEqual(form.ar_settings_company_id, self.parent)
        form.ar_start_date = "2026-01-01"
        self.assertFalse(form.ar_settings_company_id)
        self.assertFalse(Form(settings.with_company(self.parent)).ar_settings_company_id)
