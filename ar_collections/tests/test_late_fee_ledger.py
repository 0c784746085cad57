"""Charges in the ledger: companies, branches, currencies, taxes, locks, corrections."""

from odoo import Command
from odoo.exceptions import UserError

from .common import TODAY, day_in
from .common_late_fees import LateFeeCase


class TestLateFeeLedger(LateFeeCase):
    def accepted(self, due_in=-20, partner=None, **values):
        """Give a flat sum of 40 that was accepted."""
        self.flat_rule(**values)
        self.create_invoice(due_in=due_in, partner=partner)
        charge = self.daily_pass()
        charge.action_accept()
        return charge

    # === TAXES, ACCOUNTS, ANALYTIC === #

    def test_no_tax_unless_the_rule_says_so(self):
        self.assertFalse(self.accepted().document_id.amount_tax)

    def test_the_tax_of_the_rule_is_mapped_by_the_fiscal_position(self):
        tax = self.tax_sale_a.copy({"name": "Twenty", "amount": 20})
        other = self.tax_sale_b.copy({"name": "Five", "amount": 5})
        account = self.income.copy()
        position = self.env["account.fiscal.position"].create(
            {
                "name": "Abroad",
                "account_ids": [
                    Command.create(
                        {"account_src_id": self.income.id, "account_dest_id": account.id}
                    )
                ],
            }
        )
        other.fiscal_position_ids = position
        other.original_tax_ids = tax
        self.customer.property_account_position_id = position
        charge = self.accepted(tax_ids=tax.ids)
        line = charge.document_line_id
        self.assertEqual((line.tax_ids, line.account_id), (other, account))
        self.assertEqual(charge.document_id.amount_total, 42)
        charge.action_waive("Goodwill")
        credit = charge.document_id.reversal_move_ids
        self.assertEqual(credit.amount_total, 42)
        self.assertEqual(credit.invoice_line_ids.account_id, account)

    def test_a_cash_basis_tax_on_principal_and_on_charges(self):
        """Interest runs on the gross amount; the tax of a charge is due when it is paid."""
        self.env.company.sudo().tax_exigibility = True
        transition = self.company_data["default_account_tax_sale"].copy()
        transition.reconcile = True
        tax = self.tax_sale_a.copy(
            {
                "name": "Ten, when paid",
                "amount": 10,
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": transition.id,
            }
        )
        self.rule(frequency="payment", tax_ids=tax.ids)
        invoice = self.create_invoice(due_in=-30, amount=3650, post=False)
        invoice.invoice_line_ids.tax_ids = tax
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 4015)
        self.pay(invoice, 2190, day=day_in(-20))
        self.pay(invoice, 1825, day=day_in(-10))
        charge = self.daily_pass()
        # 4,015 and then 1,825 at 10 %, ten days each.
        self.assertEqual(charge.amount, 16.0)
        charge.action_accept()
        document = charge.document_id
        self.assertEqual(document.amount_total, 17.6)
        tax_line = document.line_ids.filtered("tax_line_id")
        self.assertEqual(tax_line.account_id, transition)
        self.pay(document)
        booked = document.tax_cash_basis_created_move_ids
        self.assertEqual(sum(booked.line_ids.filtered("tax_line_id").mapped("credit")), 1.6)

    def test_the_analytic_model_of_the_customer_counts(self):
        plan = self.env["account.analytic.plan"].sudo().create({"name": "Projects"})
        account = (
            self.env["account.analytic.account"]
            .sudo()
            .create({"name": "Late", "plan_id": plan.id, "company_id": False})
        )
        self.env["account.analytic.distribution.model"].sudo().create(
            {
                "partner_id": self.customer.id,
                "analytic_distribution": {str(account.id): 100},
            }
        )
        charge = self.accepted()
        wanted = {str(account.id): 100}
        self.assertEqual(charge.document_line_id.analytic_distribution, wanted)
        charge.action_waive("Goodwill")
        credit = charge.document_id.reversal_move_ids
        self.assertEqual(credit.invoice_line_ids.analytic_distribution, wanted)

    def test_one_line_for_each_debt(self):
        self.rule(tier_ids=self.flat((0, 40)), frequency="payment", legal_basis="The law")
        for amount in (3650, 7300):
            self.pay(self.create_invoice(due_in=-30, amount=amount), day=day_in(-20))
        charges = self.daily_pass()
        charges.action_accept()
        document = charges.document_id
        self.assertEqual(document.invoice_line_ids.mapped("price_unit"), [50, 60])
        self.assertIn("Flat sum", document.invoice_line_ids[0].name)
        self.assertIn("× 10 % × 10/365", document.invoice_line_ids[0].name)
        self.assertIn("The law", document.narration)
        self.assertEqual(document.invoice_origin, ", ".join(sorted(charges.move_id.mapped("name"))))
        self.assertTrue(document.ar_is_charge)
        self.assertEqual(document.ar_booked_fee_ids, charges)

    def test_accepted_without_a_notice_leaves_two_weeks(self):
        self.assertEqual(self.accepted().document_id.invoice_date_due, day_in(14))

    # === CLOSED PERIODS === #

    def test_a_closed_period_is_refused_in_words(self):
        self.flat_rule()
        self.create_invoice(due_in=-20)
        charge = self.daily_pass()
        self.env.company.sudo().fiscalyear_lock_date = day_in(10)
        with self.assertRaisesRegex(UserError, "Lock Date"), self.env.cr.savepoint():
            charge.action_accept()
        charge.invalidate_recordset()
        self.assertEqual((charge.state, charge.document_id.id), ("proposed", False))

    def test_an_entry_is_not_moved_out_of_a_closed_period(self):
        self.flat_rule(document_type="entry")
        self.create_invoice(due_in=-20)
        charge = self.daily_pass()
        self.env.company.sudo().fiscalyear_lock_date = day_in(10)
        with self.assertRaisesRegex(UserError, "is closed"), self.env.cr.savepoint():
            charge.action_accept()
        charge.invalidate_recordset()
        self.assertEqual((charge.state, charge.document_id.id), ("proposed", False))

    def test_a_closed_period_stops_the_notice_with_the_reason(self):
        self.rule(mode="automatic")
        self.create_policy([1])
        self.create_invoice(due_in=-20)
        self.env.company.sudo().fiscalyear_lock_date = day_in(10)
        notice = self.follow_up().notice_ids
        self.assertEqual(notice.state, "failed")
        self.assertIn("Lock Date", notice.failure)
        self.assertFalse(self.charges())

    def test_what_cannot_be_posted_is_refused_and_nothing_is_half_booked(self):
        rule = self.flat_rule(document_type="entry")
        self.create_invoice(due_in=-20)
        charge = self.daily_pass()
        rule.account_id = self.income.copy()
        rule.account_id.active = False
        before = self.env["account.move"].search_count([])
        with self.assertRaises(UserError), self.env.cr.savepoint():
            charge.action_accept()
        charge.invalidate_recordset()
        self.assertEqual((charge.state, charge.document_id.id), ("proposed", False))
        self.assertEqual(self.env["account.move"].search_count([]), before)

    # === CURRENCIES === #

    def test_flat_sums_in_the_currency_of_the_debt(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        rule = self.flat_rule((0, 40), (1000, 70))
        self.create_invoice(due_in=-20, amount=1500, currency=euro)
        # 1,500 EUR are 750 USD; 40 USD are 80 EUR.
        self.assertEqual(self.daily_pass().amount, 80)
        rule.tier_ids = [
            Command.create({"amount_from": 0, "fee": 35, "currency_id": euro.id})
        ]
        self.create_invoice(due_in=-20, amount=1500, currency=euro)
        self.assertEqual(self.daily_pass(1)[-1].amount, 35)

    def test_a_foreign_payment_and_its_exchange_difference(self):
        """The difference of rates is no payment: interest goes by the debt's currency."""
        euro = self.setup_other_currency(
            "EUR", rates=[("2020-01-01", 2.0), (str(day_in(-25)), 4.0)]
        )
        self.rule(frequency="payment")
        invoice = self.create_invoice(due_in=-30, amount=3650, currency=euro)
        self.pay(invoice, day=day_in(-20))
        self.assertTrue(self.debts(invoice).matched_credit_ids.exchange_move_id)
        charge = self.daily_pass()
        self.assertEqual((charge.currency_id, charge.amount), (euro, 10.0))
        self.assertEqual(len(charge.example), 1)
        charge.action_accept()
        self.assertEqual(charge.document_id.currency_id, euro)

    def test_one_document_for_each_currency(self):
        euro = self.setup_other_currency("EUR")
        self.rule(frequency="payment")
        for currency in (self.env.company.currency_id, euro):
            invoice = self.create_invoice(due_in=-30, amount=3650, currency=currency)
            self.pay(invoice, day=day_in(-20))
        charges = self.daily_pass()
        charges.action_accept()
        self.assertEqual(charges.document_id.mapped("amount_total"), [10, 10])
        self.assertEqual(len(charges.document_id.currency_id), 2)

    def test_a_foreign_entry_and_its_counter_entry(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        self.rule(frequency="payment", document_type="entry")
        self.pay(
            self.create_invoice(due_in=-30, amount=3650, currency=euro), day=day_in(-20)
        )
        charge = self.daily_pass()
        charge.action_accept()
        debt = self.debts(charge.document_id)
        self.assertEqual((debt.amount_currency, debt.balance), (10, 5))
        charge.action_waive("Half of it", 5)
        self.assertEqual(debt.amount_residual_currency, 5)
        self.assertEqual(debt.amount_residual, 2.5)

    # === COMPANIES === #

    def test_two_companies_choose_their_own_rules(self):
        data = self.setup_other_company(name="Oak Inc")
        other = data["company"]
        self.switch_on(other)
        self.env = self.env(
            context={
                **self.env.context,
                "allowed_company_ids": [self.env.company.id, other.id],
            }
        )
        self.flat_rule((0, 40))
        self.flat_rule((0, 70), company=other, account_id=data["default_account_revenue"].id)
        ours = self.create_invoice(due_in=-20)
        theirs = self.create_invoice(due_in=-20, company=other)
        self.daily_pass()
        charges = self.daily_pass(company=other)
        self.assertEqual(
            {charge.move_id: charge.amount for charge in charges}, {ours: 40, theirs: 70}
        )
        charges.action_accept()
        for charge in charges:
            document = charge.document_id
            self.assertEqual(document.company_id, charge.move_id.company_id)
            self.assertEqual(document.journal_id.company_id, charge.company_id)
            self.assertEqual(charge.document_line_id.account_id, charge.rule_id.account_id)

    def test_a_branch_charges_by_the_rule_of_its_company(self):
        branch = (
            self.env["res.company"]
            .sudo()
            .create({"name": "Acorn North", "parent_id": self.env.company.id})
        )
        self.env.user.sudo().company_ids = [Command.link(branch.id)]
        self.env.cr.precommit.run()
        self.env = self.env(
            context={
                **self.env.context,
                "allowed_company_ids": [self.env.company.id, branch.id],
            }
        )
        for document_type in ("out_invoice", "entry"):
            with self.subTest(document_type), self.isolated():
                self.flat_rule(document_type=document_type)
                invoice = self.create_invoice(due_in=-20, company=branch)
                self.assertFalse(self.daily_pass())
                charge = self.daily_pass(company=branch)
                self.assertEqual((charge.company_id, charge.move_id), (branch, invoice))
                charge.action_accept()
                self.assertEqual(charge.document_id.company_id, branch)
                self.assertEqual(charge.document_id.state, "posted")

    # === CORRECTED === #

    def test_a_booked_charge_is_corrected_by_a_credit_note_never_silently(self):
        self.rule(mode="automatic")
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-20, amount=3650)
        self.follow_up()
        charge = self.charges()
        self.assertEqual(charge.amount, 20)
        self.pay(invoice, day=day_in(-10))
        self.assertEqual((charge.amount, charge.state), (20, "posted"))
        self.daily_pass(1)
        self.assertEqual(charge.correction_amount, 10)
        charge.action_correct()
        self.assertEqual(charge.amount, 10)
        self.assertEqual(charge.document_id.amount_residual, 10)
        self.assertFalse(charge.correction_amount)
        self.assertFalse(self.daily_pass(2) - charge, "Paid: no more interest")

    def test_a_late_credit_note_corrects_from_its_date(self):
        self.rule(mode="automatic")
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-20, amount=3650)
        self.follow_up()
        note = self.create_credit_note(1825, invoice, invoice_date=day_in(-10), date=day_in(-10))
        (self.debts(invoice) | self.debts(note)).reconcile()
        self.daily_pass(1)
        self.assertEqual(self.charges().correction_amount, 5)

    def test_a_payment_of_today_corrects_nothing(self):
        self.rule(mode="automatic")
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-20, amount=3650)
        self.follow_up()
        self.pay(invoice, day=day_in(1))
        self.assertFalse(self.charges().is_to_check)
        charges = self.daily_pass(2)
        self.assertEqual(charges.mapped("amount"), [20, 1])
        self.assertEqual(charges.mapped("correction_amount"), [0, 0])

    def test_paying_principal_late_keeps_interest_and_stretches_touch(self):
        self.rule()
        self.create_policy([1, 8])
        invoice = self.create_invoice(due_in=-1, amount=3650)
        self.climb(0, 7)
        self.pay(invoice, day=day_in(12))
        charges = self.daily_pass(15)
        days = [(charge.date_from, charge.date_to) for charge in charges]
        self.assertEqual(
            days,
            [(day_in(0), day_in(0)), (day_in(1), day_in(7)), (day_in(8), day_in(12))],
        )
        self.assertEqual(sum(charges.mapped("amount")), 13)

    def test_an_invoice_that_was_charged_is_not_deleted(self):
        self.flat_rule()
        invoice = self.create_invoice(due_in=-20)
        charge = self.daily_pass()
        charge.action_accept()
        invoice.button_draft()
        with self.assertRaisesRegex(UserError, "credit it instead"):
            invoice.unlink()

    # === WAIVED BY RULE === #

    def test_waived_when_paid_soon_after_the_notice(self):
        self.flat_rule(mode="automatic", waive_days=5)
        self.create_policy([1])
        in_time, late = (self.create_invoice(due_in=-3) for _n in range(2))
        self.follow_up()
        self.pay(in_time, day=day_in(5))
        self.pay(late, day=day_in(6))
        self.daily_pass(7)
        states = {charge.move_id: charge.state for charge in self.charges()}
        self.assertEqual(states, {in_time: "waived", late: "posted"})

    def test_small_charges_are_waived_once_the_principal_is_paid(self):
        self.rule(frequency="payment", waive_below=15)
        for days in (10, 20):
            invoice = self.create_invoice(due_in=-30, amount=3650)
            self.pay(invoice, day=day_in(-30 + days))
        charges = self.daily_pass()
        self.assertEqual(charges.mapped("state"), ["waived", "proposed"])
        self.assertEqual(charges[0].waive_note, "Under the amount that the rule waives")

    def test_not_paid_long_after_the_principal(self):
        self.flat_rule(waive_after_days=30)
        invoice = self.create_invoice(due_in=-20)
        charge = self.daily_pass()
        charge.action_accept()
        self.pay(invoice)
        self.daily_pass(30)
        self.assertEqual(charge.state, "posted")
        self.daily_pass(31)
        self.assertEqual(charge.state, "waived")
        self.assertEqual(charge.document_id.payment_state, "reversed")

    def test_what_was_paid_is_not_waived(self):
        self.flat_rule(waive_after_days=30)
        invoice = self.create_invoice(due_in=-20)
        charge = self.daily_pass()
        charge.action_accept()
        self.pay(invoice | charge.document_id)
        self.daily_pass(40)
        self.assertEqual(charge.state, "posted")

    # === REPORT === #

    def test_charged_collected_and_waived_by_rule_customer_and_month(self):
        rule = self.flat_rule()
        for days in (10, 20, 30, 40):
            self.create_invoice(due_in=-days)
        first, second, third, fourth = self.daily_pass()
        (first | second | third).action_accept()
        self.pay(first.document_id, 60)
        third.action_waive("Goodwill", 10)
        fourth.action_waive("Goodwill")
        self.env.flush_all()
        [(found_rule, partner, month, *sums)] = self.env["ar.late.fee.report"]._read_group(
            [],
            ["rule_id", "partner_id", "date:month"],
            ["charged:sum", "collected:sum", "waived:sum", "proposed:sum"],
        )
        self.assertEqual((found_rule, partner), (rule, self.customer))
        self.assertEqual(month.month, TODAY.month)
        charged, collected, waived, proposed = (round(amount, 2) for amount in sums)
        self.assertEqual((charged, waived, proposed), (110, 50, 0))
        self.assertEqual(collected, 60)
