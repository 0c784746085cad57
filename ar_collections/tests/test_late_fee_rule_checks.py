"""Rules of late fees that nobody bends: ready ones, those of a parent, bad bookings."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form

from .common import day_in
from .common_late_fees import LateFeeCase


class TestLateFeeRuleChecks(LateFeeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.create_user("rules", "manager")
        cls.ready = cls.env.ref("ar_collections.ar_late_fee_rule_eu")

    def assertRefused(self, words, **values):
        with self.assertRaisesRegex(ValidationError, words), self.isolated():
            self.rule(**values)

    # === READY RULES, AND WHO VOUCHES === #

    def test_the_tiers_of_a_ready_rule_stay_as_they_are(self):
        tiers = self.ready.with_user(self.manager).tier_ids
        other = {"rule_id": self.ready.id, "amount_from": 5, "fee": 3}
        for act in (
            lambda: tiers.write({"fee": 1}),
            lambda: tiers.create(other),
            tiers.unlink,
            lambda: self.flat_rule().with_user(self.manager).tier_ids.write(
                {"rule_id": self.ready.id}
            ),
        ):
            with self.assertRaisesRegex(UserError, "stays as it is"), self.isolated():
                act()
        self.assertEqual(tiers.mapped("fee"), [40])

    def test_a_company_changes_the_tiers_of_its_own_rule(self):
        mine = self.ready.with_user(self.manager)
        rule = self.env["ar.late.fee.rule"].browse(mine.action_choose()["res_id"])
        rule.with_user(self.manager).tier_ids.fee = 45
        self.assertEqual((rule.tier_ids.fee, self.ready.tier_ids.fee), (45, 40))

    def test_nobody_makes_or_hides_ready_rules(self):
        rules = self.env["ar.late.fee.rule"].with_user(self.manager)
        with self.assertRaisesRegex(UserError, "belongs to a company"):
            rules.create({"name": "For all", "company_id": False})
        with self.assertRaisesRegex(UserError, "belongs to a company"):
            self.flat_rule(is_on=False).with_user(self.manager).company_id = False
        with self.assertRaisesRegex(UserError, "stays as it is"):
            self.ready.with_user(self.manager).action_archive()

    def test_the_copy_of_a_ready_rule_is_the_companys_own(self):
        copy = self.ready.with_user(self.manager).copy()
        self.assertEqual(copy.company_id, self.env.company)
        self.assertFalse(copy.is_on)
        copy.tier_ids.fee = 45
        self.assertEqual(self.ready.tier_ids.fee, 40)

    def test_nobody_forges_who_vouches_for_a_rule(self):
        rule = self.flat_rule(is_on=False).with_user(self.manager)
        with self.assertRaises(AccessError):
            rule.write({"is_on": True, "confirmed_by_id": self.env.user.id})
        with self.assertRaises(AccessError):
            rule.confirmed_date = "2020-01-01"
        rule.is_on = True
        self.assertEqual(rule.confirmed_by_id, self.manager)
        self.assertEqual(rule.confirmed_date, day_in(0))

    def test_a_rule_that_is_made_in_force_is_vouched_for(self):
        self.assertEqual(self.flat_rule().confirmed_by_id, self.env.user)
        self.assertFalse(self.flat_rule(is_on=False).confirmed_by_id)

    def test_a_branch_leaves_the_rules_of_its_parent_as_they_are(self):
        rule = self.flat_rule()
        branch = self.create_branch("North")
        user = self.create_user("north", "manager")
        user.write({"company_ids": [Command.set(branch.ids)], "company_id": branch.id})
        theirs = rule.with_user(user).with_company(branch)
        self.assertTrue(theirs.read(["sentence"]))
        for act in (
            lambda: theirs.write({"reminder_fee": 50}),
            lambda: theirs.tier_ids.write({"fee": 50}),
            theirs.action_choose,
            theirs.action_drop,
            theirs.unlink,
        ):
            with self.assertRaises(AccessError), self.isolated():
                act()
        self.ready.with_user(user).with_company(branch).action_choose()
        own = self.env["ar.late.fee.rule"].search([("company_id", "=", branch.id)])
        self.assertEqual(own.ready_id, self.ready)

    def test_a_branch_gives_no_tier_to_its_parents_rule(self):
        rule, branch = self.flat_rule(), self.create_branch("North")
        user = self.create_user("north", "manager")
        user.write({"company_ids": [Command.set(branch.ids)], "company_id": branch.id})
        tiers = self.env["ar.late.fee.tier"].with_user(user).with_company(branch)
        with self.assertRaises(AccessError), self.isolated():
            tiers.create({"rule_id": rule.id, "amount_from": 500, "fee": 1})
        self.env.invalidate_all()
        own = self.flat_rule(company=branch).with_user(user).with_company(branch)
        own.tier_ids.amount_from = 700
        with self.assertRaises(AccessError), self.isolated():
            own.tier_ids.rule_id = rule.id
        self.env.invalidate_all()
        self.assertEqual(rule.tier_ids.mapped("fee"), [40])

    def test_a_branch_does_not_decide_on_charges_of_its_parent(self):
        self.flat_rule()
        self.create_invoice(due_in=-20)
        charge, branch = self.daily_pass(), self.create_branch("North")
        user = self.create_user("north", "manager")
        user.write({"company_ids": [Command.set(branch.ids)], "company_id": branch.id})
        theirs = charge.with_user(user).with_company(branch)
        for act in (
            lambda: theirs.read(["amount"]),
            lambda: theirs.write({"amount": 1}),
            theirs.action_accept,
            lambda: theirs.action_waive("Goodwill"),
            theirs.action_correct,
            theirs.action_propose_missing,
        ):
            with self.assertRaises(AccessError), self.isolated():
                act()
        self.assertEqual((charge.state, charge.amount), ("proposed", 40))

    # === TIERS === #

    def test_a_tier_that_is_changed_itself_may_not_begin_where_another_does(self):
        tier = self.flat_rule((0, 40), (1000, 70)).tier_ids[1]
        with self.assertRaisesRegex(ValidationError, "same point"):
            tier.amount_from = 0
        with self.assertRaisesRegex(ValidationError, "same point"):
            tier.copy()

    def test_tiers_move_up_together(self):
        rule = self.flat_rule((0, 40), (1000, 70), (10000, 100))
        _first, second, third = rule.tier_ids
        rule.tier_ids = [
            Command.update(second.id, {"amount_from": 10000}),
            Command.update(third.id, {"amount_from": 50000}),
        ]
        self.assertEqual(rule.tier_ids.mapped("amount_from"), [0, 10000, 50000])

    def test_flat_sums_survive_a_change_of_the_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        pound = self.setup_other_currency("GBP", rates=[("2020-01-01", 4.0)])
        self.env.user.sudo().group_ids += self.env.ref("base.group_multi_currency")
        rule = self.flat_rule((0, 40), (1000, 70))
        with Form(rule) as form:
            form.currency_id = euro
        self.assertEqual(rule.sentence, "40/70 USD once")
        for currency, fee in ((euro, 80), (pound, 160), (self.env.company.currency_id, 70)):
            with self.subTest(currency.name):
                invoice = self.create_invoice(due_in=-20, amount=1500, currency=currency)
                self.daily_pass()
                self.assertEqual(self.charges(move_id=invoice.id).amount, fee)

    # === WHERE IT IS BOOKED === #

    def test_an_account_that_is_no_income_is_refused(self):
        for kind in ("receivable", "expense"):
            account = self.company_data[f"default_account_{kind}"]
            with self.subTest(kind):
                self.assertRefused("no income account", account_id=account.id)

    def test_a_product_that_books_elsewhere_is_refused(self):
        expense = self.company_data["default_account_expense"]
        self.product_a.property_account_income_id = expense
        values = {"account_id": False, "product_id": self.product_a.id}
        self.assertRefused("no income account", **values)

    def test_a_rule_that_gets_charges_later_needs_its_account_then(self):
        product = self.product_without_account()
        rule = self.rule(has_interest=False, account_id=False, product_id=product.id)
        with self.assertRaisesRegex(ValidationError, "needs an income account"):
            rule.reminder_fee = 5

    def test_a_journal_of_another_kind_is_refused(self):
        sale = self.company_data["default_journal_sale"]
        general = self.company_data["default_journal_misc"]
        self.assertRefused("no journal for it", journal_id=general.id)
        entry = {"document_type": "entry"}
        self.assertRefused("no journal for it", journal_id=sale.id, **entry)
        self.assertTrue(self.rule(journal_id=sale.id))
        self.assertTrue(self.rule(journal_id=general.id, **entry))

    def test_a_tax_on_a_journal_entry_is_refused(self):
        values = {"document_type": "entry", "tax_ids": self.tax_sale_a.ids}
        self.assertRefused("without taxes", **values)

    def test_an_entry_books_to_the_account_of_the_fiscal_position(self):
        abroad = self.income.copy()
        mapped = {"account_src_id": self.income.id, "account_dest_id": abroad.id}
        self.customer.property_account_position_id = self.env[
            "account.fiscal.position"
        ].create({"name": "Abroad", "account_ids": [Command.create(mapped)]})
        for document_type in ("entry", "out_invoice"):
            with self.subTest(document_type), self.isolated():
                self.flat_rule(document_type=document_type)
                self.create_invoice(due_in=-20)
                charge = self.daily_pass()
                charge.action_accept()
                self.assertEqual(charge.document_line_id.account_id, abroad)

    def test_each_line_of_the_legal_basis_stands_by_itself(self):
        self.flat_rule(legal_basis="Act <1996> & more\nSection 5A")
        self.create_invoice(due_in=-20)
        charge = self.daily_pass()
        charge.action_accept()
        self.assertRegex(
            charge.document_id.narration, r"Act &lt;1996&gt; &amp; more<br/?>Section 5A"
        )

    # === CONSUMERS === #

    def test_consumers_are_charged_by_the_rule_of_a_country_alone(self):
        self.assertRefused("law of their country", for_consumer=True)
        rule = self.rule(for_consumer=True, country_ids=self.env.ref("base.us").ids)
        with self.assertRaisesRegex(ValidationError, "law of their country"):
            rule.country_ids = False
        self.assertTrue(self.rule(for_consumer=True, has_interest=False))
