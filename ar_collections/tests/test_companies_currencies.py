"""Companies, branches and currencies keep to themselves."""

from odoo.exceptions import UserError
from odoo.tests import Form

from .common import CollectionsCase, day_in


class TestCompanies(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.create_policy([1, 8], customer_interval_days=7)
        cls.other_data = cls.setup_other_company(name="Oak Inc")
        cls.other = cls.other_data["company"]
        cls.switch_on(cls.other)
        cls.branch = cls.create_branch("Acorn North")
        companies = cls.env.company + cls.other + cls.branch
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": companies.ids})
        cls.customer = cls.customer.with_env(cls.env)

    def create_other_policy(self, levels=(1, 8), **values):
        """Give the other company a ladder of its own."""
        return self.create_policy(
            levels,
            company_id=self.other.id,
            currency_id=self.other.currency_id.id,
            **values,
        )

    # === COMPANIES === #

    def test_a_run_takes_the_debts_of_its_company_only(self):
        self.create_other_policy()
        ours = self.create_invoice(due_in=-1)
        theirs = self.create_invoice(due_in=-1, company=self.other)
        self.assertSaid(self.follow_up(), {ours: 1})
        self.assertFalse(self.items(theirs))
        self.assertSaid(self.follow_up(company=self.other), {theirs: 1})
        self.assertEqual(self.item(theirs).company_id, self.other)
        self.assertEqual(self.item(theirs).case_id.company_id, self.other)

    def test_what_one_company_has_said_does_not_slow_the_other(self):
        self.create_other_policy(customer_interval_days=7)
        self.create_invoice(due_in=-1)
        theirs = self.create_invoice(due_in=-1, company=self.other)
        self.follow_up()
        self.assertSaid(self.follow_up(company=self.other), {theirs: 1})

    def test_a_hold_in_one_company_does_not_hold_in_the_other(self):
        self.create_other_policy()
        self.create_invoice(due_in=-1)
        theirs = self.create_invoice(due_in=-1, company=self.other)
        self.hold(self.customer, "insolvency")
        self.assertNothingSaid(self.follow_up())
        self.assertSaid(self.follow_up(company=self.other), {theirs: 1})

    def test_credits_of_one_company_do_not_cover_debts_of_the_other(self):
        self.create_other_policy()
        theirs = self.create_invoice(due_in=-1, company=self.other)
        self.create_credit_note(100.0)
        self.create_receipt(100.0)
        self.assertSaid(self.follow_up(company=self.other), {theirs: 1})

    def test_a_notice_that_waits_in_one_company_does_not_stop_the_other(self):
        self.policy.is_approval_needed = True
        self.create_other_policy(customer_interval_days=7)
        self.create_invoice(due_in=-1)
        theirs = self.create_invoice(due_in=-1, company=self.other)
        self.follow_up()
        self.assertSaid(self.follow_up(company=self.other), {theirs: 1})

    def test_a_formal_notice_in_one_company_does_not_stop_the_other(self):
        self.create_policy([self.level(1, is_formal=True)])
        self.create_other_policy()
        ours = self.create_invoice(due_in=-1)
        theirs = self.create_invoice(due_in=-1, company=self.other)
        self.assertSaid(self.follow_up(), {ours: 1})
        self.assertSaid(self.follow_up(company=self.other), {theirs: 1})

    def test_the_ladder_of_one_company_is_not_climbed_in_the_other(self):
        theirs = self.create_invoice(due_in=-1, company=self.other)
        self.assertNothingSaid(self.follow_up(company=self.other))
        self.assertReason(theirs, "no_policy")

    def test_a_ladder_of_no_company_is_climbed_in_all(self):
        self.policy.company_id = False
        ours = self.create_invoice(due_in=-1)
        theirs = self.create_invoice(due_in=-1, company=self.other)
        self.assertSaid(self.follow_up(), {ours: 1})
        self.assertSaid(self.follow_up(company=self.other), {theirs: 1})

    def test_each_company_has_its_own_day(self):
        self.other.sudo().ar_tz = "Pacific/Kiritimati"
        with self.on_day(0):
            self.assertEqual(self.env.company._ar_today(), day_in(0))
            self.assertEqual(self.other._ar_today(), day_in(1))

    def test_run_now_runs_the_company_of_the_chosen_case(self):
        self.create_other_policy()
        self.create_invoice(due_in=-1)
        theirs = self.create_invoice(due_in=-1, company=self.other)
        case = self.customer._ar_ensure_case(self.other)
        action = case.action_ar_open_run_now()
        wizard = self.env["ar.followup.run.now"].with_context(**action["context"])
        wizard = Form(wizard).save()
        self.assertEqual(wizard.company_id, self.other)
        notices = self.env["ar.followup.notice"].search(wizard.action_plan()["domain"])
        self.assertSaid(notices.run_id, {theirs: 1})

    def test_run_now_refuses_cases_of_several_companies(self):
        cases = self.customer._ar_ensure_case(self.other)
        cases |= self.customer._ar_ensure_case(self.env.company)
        with self.assertRaisesRegex(UserError, "Oak Inc"):
            cases.action_ar_open_run_now()

    # === BRANCHES === #

    def test_a_branch_uses_the_settings_and_ladder_of_its_parent(self):
        self.assertFalse(self.branch.ar_start_date)
        ours = self.create_invoice(due_in=-1)
        theirs = self.create_invoice(due_in=-1, company=self.branch)
        self.assertEqual(theirs.company_id, self.branch)
        run = self.follow_up(company=self.branch)
        self.assertSaid(run, {theirs: 1})
        self.assertEqual(run.notice_ids.policy_id, self.policy)
        self.assertEqual(run.notice_ids.company_id, self.branch)
        self.assertFalse(self.items(ours))

    def test_a_branch_is_paused_and_reviewed_as_its_parent(self):
        theirs = self.create_invoice(due_in=-9, company=self.branch)
        self.env.company.sudo().ar_is_paused = True
        self.assertNothingSaid(self.follow_up(company=self.branch))
        self.assertReason(theirs, "paused")
        self.env.company.sudo().write({"ar_is_paused": False, "ar_start_date": day_in(0)})
        new = self.create_invoice(due_in=-8, company=self.branch)
        self.assertSaid(self.follow_up(company=self.branch), {theirs: 1})
        self.assertReason(new, "opening_review")

    def test_a_branch_with_settings_of_its_own_uses_them(self):
        self.switch_on(self.branch, ar_is_paused=True)
        self.create_invoice(due_in=-1, company=self.branch)
        ours = self.create_invoice(due_in=-1)
        self.assertNothingSaid(self.follow_up(company=self.branch))
        self.assertSaid(self.follow_up(), {ours: 1})

    def test_the_run_of_a_parent_leaves_its_branches_alone(self):
        theirs = self.create_invoice(due_in=-1, company=self.branch)
        self.assertNothingSaid(self.follow_up())
        self.assertFalse(self.items(theirs))

    def test_a_branch_knows_its_bank_by_its_parents_journals(self):
        self.env.company.sudo().ar_is_bank_gated = True
        theirs = self.create_invoice(due_in=-5, company=self.branch)
        self.assertNothingSaid(self.follow_up(company=self.branch))
        self.assertReason(theirs, "bank_unknown")
        ours = self.create_invoice(due_in=-90)
        self.pay(ours, 1.0, day=day_in(-5))
        self.assertSaid(self.follow_up(company=self.branch), {theirs: 1})


class TestCurrencies(CollectionsCase):
    """The company keeps its books in dollars; one euro is two dollars."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency("EUR", rates=[("1900-01-01", 0.5)])
        cls.dollar = cls.env.company.currency_id

    def test_a_debt_is_told_in_its_own_currency(self):
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-1, amount=100.0, currency=self.euro)
        run = self.follow_up()
        self.assertSaid(run, {invoice: 1})
        self.assertRecordValues(
            self.lines_said(run),
            [
                {
                    "currency_id": self.euro.id,
                    "amount_total": 100.0,
                    "open_amount": 100.0,
                    "claim_amount": 100.0,
                }
            ],
        )
        self.assertEqual(self.item(invoice).currency_id, self.euro)
        self.assertEqual(self.item(invoice).open_amount, 100.0)
        self.assertEqual(self.item(invoice).open_amount_company, 200.0)

    def test_nothing_adds_two_currencies(self):
        self.create_policy([1])
        self.create_invoice(due_in=-1, amount=100.0, currency=self.euro)
        self.create_invoice(due_in=-2, amount=30.0)
        self.create_invoice(due_in=-3, amount=5.0)
        run = self.follow_up()
        self.assertEqual(len(run.notice_ids), 1)
        self.assertEqual(
            run.notice_ids._get_totals(), {self.euro: 100.0, self.dollar: 35.0}
        )

    def test_the_minimum_holds_for_each_currency_at_its_value(self):
        self.create_policy([1], minimum_amount=20.0)
        small = self.create_invoice(due_in=-1, amount=19.0)
        euros = self.create_invoice(due_in=-1, amount=10.0, currency=self.euro)
        self.assertSaid(self.follow_up(), {euros: 1})
        self.assertReason(small, "below_minimum")

    def test_the_minimum_is_in_the_currency_of_the_policy(self):
        self.create_policy([1], minimum_amount=10.0, currency_id=self.euro.id)
        small = self.create_invoice(due_in=-1, amount=19.99)
        self.assertNothingSaid(self.follow_up())
        self.assertReason(small, "below_minimum")
        large = self.create_invoice(due_in=-1, amount=0.01)
        self.assertSaid(self.follow_up(), {small: 1, large: 1})

    def test_a_condition_is_in_the_currency_of_the_policy(self):
        self.create_policy([self.level(1, amount_from=100.0), 2])
        below = self.create_invoice(due_in=-1, amount=49.99, currency=self.euro)
        reached = self.create_invoice(due_in=-1, amount=50.0, currency=self.euro)
        self.assertSaid(self.follow_up(), {reached: 1})
        self.assertReason(below, "too_soon_level", 2, 1)

    def test_credits_cover_debts_in_their_currency_only(self):
        self.create_policy([1])
        euros = self.create_invoice(due_in=-1, amount=100.0, currency=self.euro)
        dollars = self.create_invoice(due_in=-1, amount=100.0)
        self.create_credit_note(100.0, currency=self.euro)
        self.assertSaid(self.follow_up(), {dollars: 1})
        self.assertReason(euros, "covered")

    def test_a_receipt_in_euros_covers_debts_in_euros(self):
        self.create_policy([1])
        euros = self.create_invoice(due_in=-1, amount=100.0, currency=self.euro)
        dollars = self.create_invoice(due_in=-1, amount=100.0)
        receipt = self.create_receipt(200.0)
        receipt.write({"foreign_currency_id": self.euro.id, "amount_currency": 100.0})
        self.assertSaid(self.follow_up(), {dollars: 1})
        self.assertReason(euros, "unmatched_receipt")

    def test_a_part_payment_in_another_currency_leaves_the_rest_in_euros(self):
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-1, amount=100.0, currency=self.euro)
        payment = self.init_payment(80.0, post=True, partner=self.customer, date=day_in(0))
        (self.debts(payment.move_id) + self.debts(invoice)).reconcile()
        self.assertEqual(self.lines_said(self.follow_up()).open_amount, 60.0)

    def test_a_hold_of_a_part_is_in_the_currency_of_the_debt(self):
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-1, amount=100.0, currency=self.euro)
        self.follow_up(-20)
        self.hold(self.item(invoice), "dispute", amount=25.0)
        self.assertEqual(self.lines_said(self.follow_up()).claim_amount, 75.0)
