"""Aging as of any day: against a plain count over the ledger, and against the accounts."""

from collections import defaultdict
from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError

from .common import CollectionsCase, day_in

COLUMNS = ("credits", "not_due", "due_30", "due_60", "due_90", "due_more", "total")


class TestAging(CollectionsCase):
    """A ledger with parts paid, credits, currencies, and a payment of later."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency("EUR", rates=[("2020-01-01", 0.5)])
        cls.birch = cls.create_customer("Birch Ltd")
        cls.late = cls.create_invoice(due_in=-40, amount=200.0)
        cls.early = cls.create_invoice(due_in=-10, amount=100.0)
        cls.coming = cls.create_invoice(due_in=10, amount=70.0)
        cls.old = cls.create_invoice(
            due_in=-120, amount=50.0, partner=cls.birch, currency=cls.euro
        )
        cls.instalments = cls.create_invoice(
            terms=(-70, -1, 30), amount=300.0, partner=cls.birch
        )
        cls.create_credit_note(20.0, partner=cls.birch)
        cls.pay(cls.late, 150.0, day_in(-5))
        cls.pay(cls.old, 50.0, day_in(-3))
        cls.auditor = cls.create_user("aging_auditor", "auditor")

    def open(self, as_of=0, **values):
        as_of = as_of if isinstance(as_of, date) else day_in(as_of)
        aging = (
            self.env["ar.aging"]
            .with_user(self.auditor)
            .create({"as_of": as_of, **values})
        )
        action = aging.action_open()
        return aging.line_ids.search(action["domain"])

    def oracle(self, as_of):
        """Count in plain Python what each customer owed on a day, by currency."""
        table = defaultdict(lambda: dict.fromkeys(COLUMNS, 0.0))
        lines = self.env["account.move.line"].search(
            [
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.env.company.id),
                ("date", "<=", as_of),
            ]
        )
        for line in lines:
            amount = line.balance
            amount -= sum(
                p.amount for p in line.matched_credit_ids if p.max_date <= as_of
            )
            amount += sum(
                p.amount for p in line.matched_debit_ids if p.max_date <= as_of
            )
            amount = line.company_id.currency_id.round(amount)
            if not amount:
                continue
            days = (as_of - line.date_maturity).days
            edges = ((0, "not_due"), (30, "due_30"), (60, "due_60"), (90, "due_90"))
            column = next((name for last, name in edges if days <= last), "due_more")
            row = table[line.partner_id.commercial_partner_id, line.currency_id]
            row["credits" if amount < 0 else column] += amount
            row["total"] += amount
        return dict(table)

    def told(self, lines):
        return {
            (line.partner_id, line.currency_id): {
                name: line[f"{name}_company"] for name in COLUMNS
            }
            for line in lines
        }

    def test_any_day_agrees_with_a_plain_count(self):
        for day in (-200, -60, -39, -6, -5, -4, -3, -1, 0, 1, 11, 40):
            with self.subTest(day=day):
                self.assertEqual(self.told(self.open(day)), self.oracle(day_in(day)))

    def test_buckets_change_on_their_day(self):
        invoice = self.create_invoice(
            due_in=0, partner=self.create_customer("Cedar Ltd")
        )
        steps = {0: "not_due", 1: "due_30", 30: "due_30", 31: "due_60", 60: "due_60"}
        steps |= {61: "due_90", 90: "due_90", 91: "due_more"}
        for day, column in steps.items():
            line = self.open(day).filtered(
                lambda line: line.partner_id == invoice.partner_id
            )
            self.assertEqual(line[column], 100.0, f"{day} days overdue")

    def test_total_is_the_balance_of_the_accounts(self):
        for day in (-30, -4, 0):
            [[balance]] = self.env["account.move.line"]._read_group(
                [
                    ("account_id.account_type", "=", "asset_receivable"),
                    ("parent_state", "=", "posted"),
                    ("company_id", "=", self.env.company.id),
                    ("date", "<=", day_in(day)),
                ],
                aggregates=["balance:sum"],
            )
            self.assertAlmostEqual(sum(self.open(day).mapped("total_company")), balance)

    def test_currencies_stand_apart(self):
        line = self.open(-4).filtered(lambda line: line.currency_id == self.euro)
        self.assertEqual((line.due_more, line.due_more_company), (50.0, 100.0))
        self.assertFalse(
            self.open(-3).filtered(lambda line: line.currency_id == self.euro)
        )

    def test_undone_payments_are_open_again(self):
        self.unmatch(self.late)
        line = self.open().filtered(lambda line: line.partner_id == self.customer)
        self.assertEqual((line.due_60, line.credits), (200.0, -150.0))

    def test_debts_of_one_customer_one_by_one(self):
        line = self.open(-6).filtered(lambda line: line.partner_id == self.customer)
        action = line.action_open_debts()
        self.assertIn("Acorn Ltd", action["name"])
        debts = line.search(action["domain"], order="due")
        self.assertEqual(debts.move_id, self.late | self.early | self.coming)
        self.assertEqual(debts.mapped("days_overdue"), [34, 4, -16])
        self.assertEqual(debts.mapped("total"), [200.0, 100.0, 70.0])
        self.assertEqual(debts[0].action_open_document()["res_id"], self.late.id)

    def test_instalments_are_aged_one_by_one(self):
        debts = self.open(
            0, is_detailed=True, partner_ids=[Command.set(self.birch.ids)]
        )
        ages = debts.filtered(lambda line: line.move_id == self.instalments).mapped(
            "days_overdue"
        )
        self.assertEqual(sorted(ages), [-30, 1, 70])

    def test_receivables_without_a_customer_are_counted(self):
        receivable = self.company_data["default_account_receivable"]
        income = self.company_data["default_account_revenue"]
        self.env["account.move"].create(
            {
                "date": day_in(-2),
                "line_ids": [
                    Command.create({"account_id": receivable.id, "debit": 9.0}),
                    Command.create({"account_id": income.id, "credit": 9.0}),
                ],
            }
        ).action_post()
        line = self.open().filtered(lambda line: not line.partner_id)
        self.assertEqual((line.total, line.display_name), (9.0, "Without a customer"))

    def test_own_cases_only(self):
        collector = self.create_user("aging_collector", "collector")
        colleague = self.create_user("aging_colleague", "collector")
        self.birch._ar_ensure_case(self.env.company).collector_id = colleague
        self.env.company.sudo().ar_is_own_cases_only = True
        aging = self.env["ar.aging"].with_user(collector).create({"as_of": day_in(0)})
        aging.action_open()
        self.assertEqual(aging.line_ids.partner_id, self.customer)

    def test_nobody_reads_the_list_of_somebody_else(self):
        lines = self.open()
        other = self.create_user("aging_other", "auditor")
        self.assertFalse(lines.with_user(other).search([("id", "in", lines.ids)]))
        with self.assertRaises(AccessError):
            self.env["ar.aging"].with_user(self.create_user("aging_nobody")).create({})

    def test_a_company_that_is_switched_off_is_refused(self):
        company = self.setup_other_company()["company"]
        aging = self.env["ar.aging"].create({"company_id": company.id})
        with self.assertRaises(UserError):
            aging.with_user(self.auditor).sudo().with_context(
                allowed_company_ids=self.env.company.ids
            ).action_open()

    def test_branches_are_counted_with_their_root(self):
        branch = (
            self.env["res.company"]
            .sudo()
            .create({"name": "Branch", "parent_id": self.env.company.id})
        )
        self.env.user.sudo().company_ids = [Command.link(branch.id)]
        # Core gives a branch its chart of accounts just before the commit.
        self.env.cr.precommit.run()
        self.create_invoice(due_in=-2, amount=33.0, company=branch)
        aging = self.env["ar.aging"].create({"as_of": day_in(0)})
        aging = aging.with_context(allowed_company_ids=(self.env.company | branch).ids)
        aging.action_open()
        line = aging.line_ids.filtered(lambda line: line.company_id == branch)
        self.assertEqual(line.total, 33.0)

    def test_the_list_is_exported_with_its_figures(self):
        self.auditor.sudo().group_ids += self.env.ref("base.group_allow_export")
        lines = self.open()
        names = ["partner_id", "total_company", "currency_id"]
        rows = lines.export_data(names)["datas"]
        self.assertEqual({row[0] for row in rows}, {"Acorn Ltd", "Birch Ltd"})
        self.assertEqual(
            sum(row[1] for row in rows), sum(lines.mapped("total_company"))
        )
