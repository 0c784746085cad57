"""Deposit rules: which one fits."""

from odoo import Command
from odoo.exceptions import ValidationError

from .common_deposits import DepositCase


class TestRules(DepositCase):
    """Which rule fits, told by the invoice that asks for it."""

    def found(self, partner=None, **values):
        """Give the rule that an invoice of 1,000.00 gets."""
        values = {"due_in": 30, "amount": 1000.0, "post": False, **values}
        return self.create_invoice(partner=partner, **values).ar_deposit_rule_id

    def test_ready_rules_are_there_and_ask_for_nothing_on_invoices(self):
        names = ("no_credit", "undecided", "thirds", "new")
        rules = [self.env.ref(f"ar_collections.ar_deposit_rule_{name}") for name in names]
        for rule in rules:
            rule.is_on = True
        self.assertEqual([rule.for_invoices for rule in rules], [False] * 4)
        self.assertFalse(self.found())

    def test_a_rule_for_the_undecided_goes_by_the_settings(self):
        rule = self.create_rule(for_undecided=True)
        self.assertEqual(self.found(), rule)
        self.env.company.sudo().root_id.ar_is_undecided_stopped = False
        self.assertFalse(self.found())
        self.create_rule(for_undecided=True, for_unlimited=True)
        self.assertFalse(self.found(), "they are not taken for unlimited")

    def test_the_first_rule_that_fits_is_used(self):
        second = self.create_rule(sequence=2)
        first = self.create_rule(sequence=1, amount_from=1000.01)
        self.assertEqual(self.found(), second)
        first.amount_from = 1000.0
        self.assertEqual(self.found(), first)

    def test_a_rule_for_nothing_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "asks nobody"):
            self.create_rule(for_orders=False, for_invoices=False)

    def test_a_rule_for_orders_leaves_invoices_alone(self):
        self.create_rule(for_invoices=False)
        self.assertFalse(self.found())

    def test_a_rule_not_in_use_or_archived_asks_nobody(self):
        self.create_rule(is_on=False)
        self.create_rule(active=False)
        self.assertFalse(self.found())

    def test_new_customers_are_those_who_have_never_paid(self):
        rule = self.create_rule(is_for_new=True)
        invoice = self.create_invoice(due_in=30, amount=50.0)
        self.assertEqual(self.found(), rule)
        self.pay(invoice, 50.0)
        self.assertFalse(self.found())

    def test_a_contact_counts_as_its_company(self):
        self.create_rule(is_for_new=True)
        contact = self.create_customer("Ann", parent_id=self.customer.id, is_company=False)
        self.pay(self.create_invoice(due_in=30, amount=50.0), 50.0)
        self.assertFalse(self.found(contact))

    def test_credit_and_rating(self):
        case = self.customer._ar_ensure_case(self.env.company)
        rule = self.create_rule(for_none=True, for_rating_poor=True)
        for state, rating, expected in (
            ("none", "poor", rule),
            ("none", "good", rule.browse()),
            ("limit", "poor", rule.browse()),
        ):
            with self.subTest(state=state, rating=rating), self.isolated():
                case.sudo().write({"credit_state": state, "payer_rating": rating})
                self.assertEqual(self.found(), expected)

    def test_nobody_has_decided_on_a_customer_without_a_case(self):
        rule = self.create_rule(for_undecided=True, for_rating_new=True)
        self.assertEqual(self.found(self.create_customer("Nova Ltd")), rule)

    def test_country_and_product_category(self):
        goods = self.env["product.category"].create({"name": "Machines"})
        below = goods.create({"name": "Presses", "parent_id": goods.id})
        rule = self.create_rule(
            product_categ_ids=goods.ids, country_ids=self.env.ref("base.us").ids
        )
        product = self.env["product.product"].create({"name": "P", "categ_id": below.id})
        line = {"product_id": product.id, "price_unit": 1000.0, "tax_ids": False}
        press = {"invoice_line_ids": [Command.create(line)]}
        self.assertEqual(self.found(**press), rule)
        self.assertFalse(self.found())
        self.customer.country_id = self.env.ref("base.be")
        self.assertFalse(self.found(**press))

    def test_amounts_in_other_currencies(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        rule = self.create_rule(amount_from=600.0)
        self.assertFalse(self.found(currency=euro, amount=1199.99))
        self.assertEqual(self.found(currency=euro, amount=1200.0), rule)
        rule.amount_ids = [Command.create({"currency_id": euro.id, "amount_from": 900.0})]
        self.assertFalse(self.found(currency=euro, amount=899.99))
        self.assertEqual(self.found(currency=euro, amount=900.0), rule)

    def test_branches_use_the_rules_of_their_company_and_others_do_not(self):
        rule = self.create_rule()
        branch = self._create_company(name="Branch", parent_id=self.env.company.id)
        other = self.setup_other_company(name="Other")["company"]
        self.assertEqual(self.env["ar.deposit.rule"]._get_rule(
            self.create_invoice(30, 1000.0, company=branch, post=False), "for_invoices"
        ), rule)
        self.assertFalse(self.found(company=other))

    def test_rules_that_make_no_sense_are_refused(self):
        milestones = self.thirds()["milestone_ids"]
        for values in (
            {"percent": 0.0},
            {"percent": 100.5},
            {"kind": "fixed"},
            {"kind": "milestones"},
            {"kind": "milestones", "milestone_ids": milestones[:1]},
            {"kind": "milestones", "milestone_ids": milestones[1:]},
            {"kind": "milestones", "share_unit": "percent", "milestone_ids": milestones},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.create_rule(**values)

    def test_percent_that_add_up_are_fine(self):
        rule = self.create_rule(**self.thirds(share_unit="parts"))
        for milestone, share in zip(rule.milestone_ids, (30, 40, 30), strict=True):
            milestone.share = share
        rule.share_unit = "percent"
        self.assertEqual(rule.milestone_ids.mapped("percent"), [30.0, 40.0, 30.0])
        with self.assertRaises(ValidationError):
            rule.milestone_ids[0].share = 31
        self.assertIn("30.00 + 40.00 + 30.00", rule.sentence)

    def test_a_change_of_a_part_is_a_new_version(self):
        rule = self.create_rule(**self.thirds())
        parts = rule.milestone_ids
        euro = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        amounts = self.env["ar.deposit.rule.amount"]
        for change in (
            lambda: parts[0].write({"share": 2.0}),
            lambda: amounts.create({"rule_id": rule.id, "currency_id": euro.id}),
            lambda: rule.amount_ids.unlink(),
            lambda: rule.update_field_translations("text", {"en_US": "Paid first."}),
            lambda: parts[1].update_field_translations("name", {"en_US": "Half"}),
            lambda: rule.write(
                {
                    "percent": 40.0,
                    "milestone_ids": [Command.update(one.id, {"share": 3}) for one in parts],
                }
            ),
        ):
            before = rule.version
            change()
            self.assertEqual(rule.version, before + 1)
        self.assertEqual(rule.copy().version, 1)

    def test_a_change_of_terms_is_a_new_version(self):
        rule = self.create_rule()
        rule.name = "Other name"
        self.assertEqual(rule.version, 1)
        rule.text = "Other terms"
        self.assertEqual(rule.version, 2)

    def test_a_list_cannot_lose_its_parts(self):
        rule = self.create_rule(**self.thirds())
        with self.isolated(), self.assertRaisesRegex(ValidationError, "at least two"):
            rule.milestone_ids[1:].unlink()
        with self.isolated(), self.assertRaisesRegex(ValidationError, "before start"):
            rule.milestone_ids[0].unlink()
        with self.isolated(), self.assertRaisesRegex(ValidationError, "at least two"):
            any_caller = rule.milestone_ids[1:].with_context(ar_rule_is_saved=True)
            any_caller.unlink()
        rule.write(
            {
                "milestone_ids": [
                    *(Command.delete(one.id) for one in rule.milestone_ids),
                    Command.create({"sequence": 1, "name": "A", "trigger": "acceptance"}),
                    Command.create({"sequence": 2, "name": "B", "trigger": "completion"}),
                ]
            }
        )
        self.assertEqual(rule.milestone_ids.mapped("name"), ["A", "B"])
        rule.unlink()

    def test_invoices_cannot_ask_for_everything_in_advance(self):
        with self.isolated(), self.assertRaisesRegex(ValidationError, "due at once"):
            self.create_rule(kind="all", for_invoices=True)
        rule = self.create_rule(kind="all")
        with self.assertRaisesRegex(ValidationError, "due at once"):
            rule.for_invoices = True

    def test_a_ready_rule_counts_in_the_currency_of_who_puts_it_to_use(self):
        ready = self.env.ref("ar_collections.ar_deposit_rule_thirds")
        own = self.create_rule(company_id=False, is_on=False)
        euro = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        (ready | own).currency_id = euro
        (ready | own).is_on = True
        self.assertEqual(ready.currency_id, self.env.company.currency_id)
        self.assertEqual(own.currency_id, euro, "somebody has chosen it")
        ready.currency_id = euro
        ready.is_on = True
        self.assertEqual(ready.currency_id, euro, "in use already")
