"""Who may do what with charges; a story that is worked out by hand."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .common import day_in
from .common_late_fees import LateFeeCase

# Who may: read, accept, change, waive, correct, choose a rule, enter a rate.
RIGHTS = {
    "auditor": {"read"},
    "collector": {"read"},
    "manager": {"read", "accept", "change", "waive", "correct", "choose", "rate"},
    "credit_approver": {"read"},
}


class TestLateFeeRights(LateFeeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {group: cls.create_user(f"fee_{group}", group) for group in RIGHTS}

    def proposal(self):
        self.flat_rule()
        self.create_invoice(due_in=-20)
        return self.daily_pass()

    def acts(self, charge, user):
        """Give {act: what it does} for a user."""
        mine = charge.with_user(user)
        rates = self.env["ar.reference.rate"].with_user(user)
        return {
            "read": lambda: mine.read(["amount", "example_text"]),
            "accept": mine.action_accept,
            "change": lambda: mine.write({"amount": 30}),
            "waive": lambda: mine.action_waive("Goodwill"),
            "correct": lambda: self.correct(mine),
            "choose": charge.rule_id.with_user(user).action_choose,
            "rate": lambda: rates.create({"name": "Rate", "code": "x"}),
        }

    def correct(self, charge):
        """Correct a proposal: who may do it reads that there is nothing to correct."""
        try:
            charge.action_correct()
        except AccessError:
            raise
        except UserError as error:
            self.assertIn("Nothing of these", str(error))

    def test_matrix(self):
        charge = self.proposal()
        for group, user in self.users.items():
            for act, do in self.acts(charge, user).items():
                with self.subTest(group=group, act=act), self.isolated():
                    if act in RIGHTS[group]:
                        do()
                    else:
                        with self.assertRaises(AccessError):
                            do()

    def test_a_manager_without_accounting_rights_books(self):
        charge = self.proposal()
        self.assertFalse(self.users["manager"].has_group("account.group_account_invoice"))
        charge.with_user(self.users["manager"]).action_accept()
        self.assertEqual(charge.document_id.state, "posted")

    def test_nothing_but_the_amount_of_a_proposal_is_written_by_hand(self):
        charge = self.proposal()
        mine = charge.with_user(self.users["manager"])
        for vals in ({"state": "posted"}, {"waived_amount": 5}, {"document_id": 1}):
            with self.subTest(vals), self.assertRaises(UserError):
                mine.write(vals)
        mine.action_accept()
        with self.assertRaises(UserError):
            mine.amount = 5

    def test_a_changed_proposal_is_on_record(self):
        charge = self.proposal()
        charge.with_user(self.users["manager"]).amount = 30
        event = self.env["ar.followup.event"].search([("code", "=", "charge_changed")])
        self.assertEqual(event.user_id, self.users["manager"])
        self.assertIn("40.0 → 30.0", event.note)

    def test_reason_and_person_of_a_waiver_are_kept(self):
        charge = self.proposal()
        charge.with_user(self.users["manager"]).action_waive("A good customer")
        self.assertEqual(
            (charge.waive_note, charge.waived_by_id, charge.waived_date),
            ("A good customer", self.users["manager"], day_in(0)),
        )
        event = self.env["ar.followup.event"].search([("code", "=", "waived")])
        self.assertEqual(event.note, "A good customer")

    def test_more_than_the_charge_is_not_waived(self):
        for amount in (0, -1, 40.01):
            with self.subTest(amount), self.isolated(), self.assertRaises(UserError):
                self.proposal().action_waive("Goodwill", amount)

    def test_waiving_and_accepting_in_bulk(self):
        self.flat_rule()
        for days in (10, 20, 30):
            self.create_invoice(due_in=-days)
        charges = self.daily_pass()
        window = self.env["ar.late.fee.waive"].with_context(active_ids=charges[:2].ids)
        window.create({"note": "Goodwill"}).action_confirm()
        charges[2].action_accept()
        self.assertEqual(charges.mapped("state"), ["waived", "waived", "posted"])
        with self.assertRaisesRegex(UserError, "None of these"):
            charges.action_accept()

    def test_charges_that_are_booked_together_are_logged_together(self):
        self.flat_rule()
        for days in (10, 20, 30):
            self.create_invoice(due_in=-days)
        charges = self.daily_pass()
        events = self.env.registry["ar.followup.event"]
        with patch.object(
            events, "create", autospec=True, side_effect=events.create
        ) as create:
            charges.action_accept()
        self.assertEqual(create.call_count, 1)
        kept = self.env["ar.followup.event"].search([("code", "=", "charged")])
        self.assertEqual(kept.item_id, charges.item_id)

    def test_collectors_see_the_charges_of_their_own_cases(self):
        charge = self.proposal()
        self.env.company.sudo().ar_is_own_cases_only = True
        collector = self.users["collector"]
        fees = self.env["ar.late.fee"].with_user(collector)
        charge.case_id.collector_id = collector
        self.assertTrue(fees.search([("id", "=", charge.id)]))
        charge.case_id.collector_id = self.users["manager"]
        self.env.flush_all()
        self.assertFalse(fees.search([("id", "=", charge.id)]))
        report = self.env["ar.late.fee.report"].with_user(collector)
        self.assertFalse(report.search([("id", "=", charge.id)]))

    def test_another_company_sees_nothing(self):
        charge = self.proposal()
        other = self.setup_other_company(name="Oak Inc")["company"]
        stranger = self.create_user("stranger", "manager")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        for model in ("ar.late.fee", "ar.late.fee.report"):
            with self.subTest(model):
                found = self.env[model].with_user(stranger).search([("id", "=", charge.id)])
                self.assertFalse(found)
        rules = self.env["ar.late.fee.rule"].with_user(stranger)
        self.assertFalse(rules.search([("id", "=", charge.rule_id.id)]))
        with self.assertRaises(AccessError):
            charge.with_user(stranger).action_waive("Please")

    # === FROM THE INVOICE AND THE CUSTOMER === #

    def test_buttons_lead_to_the_charges(self):
        charge = self.proposal()
        charge.action_accept()
        self.env.flush_all()
        self.env.invalidate_all()
        for record in (charge.move_id, charge.document_id, self.customer, charge.case_id):
            name = "late_fee_count" if record == charge.case_id else "ar_late_fee_count"
            with self.subTest(record):
                self.assertEqual(record[name], 1)
        for record in (charge.move_id, charge.document_id, self.customer):
            domain = record.action_ar_open_late_fees()["domain"]
            self.assertEqual(self.env["ar.late.fee"].search(domain), charge)

    def test_the_calculator_starts_with_the_invoice(self):
        rule = self.rule()
        invoice = self.create_invoice(due_in=-30, amount=3650)
        self.pay(invoice, 1825, day=day_in(-20))
        context = invoice.action_ar_open_calculator()["context"]
        window = self.env["ar.late.fee.calculator"].with_context(**context).create({})
        self.assertEqual((window.rule_id, window.amount), (rule, 3650))
        # 3,650 for 10 days and 1,825 for 20.
        self.assertIn("20.00", str(window.result))

    def test_everybody_computes_and_reads_no_rule(self):
        self.rule(name="Ours", interest_percent=11.75, tier_ids=self.flat((0, 40)))
        other = self.setup_other_company(name="Oak Inc")["company"]
        foreign = self.rule(name="Theirs", company=other, mode="memo", account_id=False)
        seller = self.create_user("fee_seller")
        calculators = self.env["ar.late.fee.calculator"].with_user(seller)
        with Form(calculators) as window:
            names = [label for _key, label in calculators._list_rules()]
            self.assertIn("Ours (in force)", names)
            self.assertNotIn("Theirs (in force)", names)
            window.amount = 10000
            window.due_date = day_in(-60)
            window.until = day_in(0)
            self.assertIn("193.15", str(window.result))
            ready = self.env.ref("ar_collections.ar_late_fee_rule_no_interest")
            window.rule_choice = str(ready.id)
            self.assertIn("Nothing is charged", str(window.result))
        calculator = calculators.create({"rule_id": foreign.id})
        self.assertNotIn("10", str(calculator.result), "Not even by its id")
        for model in ("ar.late.fee.rule", "ar.late.fee", "ar.reference.rate"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(seller).search([])
        with self.assertRaises(AccessError):
            calculator.with_user(self.create_user("fee_other")).read(["amount"])
        menus = self.env["ir.ui.menu"].with_user(self.seller_of_invoices())
        menu = self.env.ref("ar_collections.account_menu_late_fee_calculator")
        self.assertIn(menu.id, menus._visible_menu_ids())

    def seller_of_invoices(self):
        user = self.create_user("fee_invoicing")
        user.sudo().group_ids += self.env.ref("account.group_account_invoice")
        return user

    def test_the_calculator_tells_bad_payments_and_the_reminder_fee(self):
        self.rule(reminder_fee=12)
        calculator = self.env["ar.late.fee.calculator"].create(
            {"payment_ids": [Command.create({"date": day_in(-5), "amount": -500})]}
        )
        self.assertIn("above zero", str(calculator.result))
        calculator.payment_ids.amount = 500
        self.assertIn("for each reminder after the first", str(calculator.result))

    def test_the_calculator_takes_the_instalment_that_is_open(self):
        self.rule()
        invoice = self.create_invoice(terms=[-40, -10], amount=1000)
        self.pay(self.debts(invoice)[0])
        context = invoice.action_ar_open_calculator()["context"]
        self.assertEqual(context["default_due_date"], day_in(-10))

    def test_charges_go_with_a_customer_who_is_merged(self):
        charge = self.proposal()
        kept = self.create_customer("Acorn Limited", vat="X")
        kept._ar_ensure_case(self.env.company)
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo()
        wizard._merge((self.customer | kept).ids, kept)
        self.assertEqual((charge.partner_id, charge.case_id.partner_id), (kept, kept))

    # === A STORY === #

    def test_a_customer_climbs_with_part_payments(self):
        """The document of charges agrees with what is worked out on paper.

        10,000 were due on 22 February 2026 (10 days ago). The contract: 8 points over a
        reference rate of 2 % until 9 March and 3 % afterwards, act/365, and 40/70/100.

        | paid       | amount | open after |
        |------------|--------|------------|
        | 27 Feb     |  2,000 |      8,000 |
        | 8 March    |  3,000 |      5,000 |
        | 15 March   |  5,000 |          0 |

        First notice, 4 March: 100.00 (10,000 open on the day after due) and
          23.2.-27.2.: 10,000 x 10 % x 5/365 = 13.6986
          28.2.- 4.3.:  8,000 x 10 % x 5/365 = 10.9589     together 24.66
        Second notice, 12 March:
           5.3.- 8.3.:  8,000 x 10 % x 4/365 =  8.7671
           9.3.- 9.3.:  5,000 x 10 % x 1/365 =  1.3699
          10.3.-12.3.:  5,000 x 11 % x 3/365 =  4.5205     together 14.66
        Paid on 15 March:
          13.3.-15.3.:  5,000 x 11 % x 3/365 =  4.5205              4.52
        """
        reference = self.reference(
            ("2026-01-01", "2026-03-09", 2.0), ("2026-03-10", "2026-12-31", 3.0)
        )
        self.rule(
            interest_percent=8.0,
            reference_id=reference.id,
            tier_ids=self.flat((0, 40), (1000, 70), (10000, 100)),
            mode="automatic",
        )
        self.create_policy(
            [self.level(1, deadline_days=5), self.level(9, is_example_printed=True)]
        )
        invoice = self.create_invoice(due_in=-10, amount=10000)
        self.pay(invoice, 2000, day=day_in(-5))
        first = self.follow_up(0).notice_ids
        self.pay(invoice, 3000, day=day_in(4))
        second = self.follow_up(8).notice_ids
        self.pay(invoice, 5000, day=day_in(11))
        charges = self.daily_pass(12)

        self.assertEqual(charges.mapped("amount"), [100, 24.66, 14.66, 4.52])
        self.assertEqual(first.late_fee_ids.document_id.amount_total, 124.66)
        self.assertEqual(second.late_fee_ids.document_id.amount_total, 14.66)
        self.assertEqual(charges[3].state, "proposed", "It waits for a notice or a person")
        charges[3].action_accept()
        booked = charges.document_id
        self.assertEqual(sum(booked.mapped("amount_total")), 143.84)
        for charge in charges:
            parts = sum(float(part["amount"]) for part in charge.example)
            self.assertAlmostEqual(parts, charge.amount, 2)
        days = [
            (part["start"], part["end"], part["base"], part["rate"])
            for part in charges[2].example
        ]
        self.assertEqual(
            days,
            [
                ("2026-03-05", "2026-03-08", "8000.00", "10.0"),
                ("2026-03-09", "2026-03-09", "5000.00", "10.0"),
                ("2026-03-10", "2026-03-12", "5000.00", "11.0"),
            ],
        )
        self.assertEqual(invoice.payment_state, "paid")
        self.assertFalse(self.daily_pass(40) - charges, "Charges bear no charges")
