"""Rules of late fees: chosen by their sentence, bad ones refused; the calculator."""

from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger

from ..tools.interest import MissingRateError
from .common import day_in
from .common_late_fees import LateFeeCase


class TestLateFeeRules(LateFeeCase):
    def ready(self, name):
        return self.env.ref(f"ar_collections.ar_late_fee_rule_{name}")

    # === READY RULES === #

    def test_nothing_is_in_force_until_somebody_chooses(self):
        ready = self.env["ar.late.fee.rule"].search([("is_ready", "=", True)])
        self.assertGreater(len(ready), 14)
        self.assertFalse(ready.filtered("is_on"))
        self.create_invoice(due_in=-20)
        self.assertFalse(self.daily_pass())

    def test_each_ready_rule_is_dated_and_has_a_source(self):
        ready = self.env["ar.late.fee.rule"].search([("is_ready", "=", True)])
        for rule in ready:
            self.assertTrue(rule.source and rule.source_date and rule.note, rule.name)
            self.assertTrue(rule.sentence)
            self.assertTrue(rule.legal_basis or rule.is_no_interest, rule.name)

    def test_sentences(self):
        sentences = {
            "eu": "8 % over European Central Bank from the day after due, 40 EUR once",
            "fi_business": "8 % over European Central Bank (rounded up to 0.5) from the day "
            "after due, 40 EUR once",
            "uk": "8 % over Bank of England (that of the first day) from the day after "
            "due, 40/70/100 GBP once",
            "no_business": "Norwegian rate for late payment from the day after due, "
            "460 NOK once less reminder fees, 35\xa0NOK for each reminder after the "
            "first (from day 14, at most 2, 70\xa0NOK in all)",
            "ca": "18 % a year from the day after due, at most 35 % a year",
            "de_consumer": "5 % over Deutsche Bundesbank base rate from day 31 after due",
            "us": "18 % a year from the day after due",
            "no_interest": "No interest and no fees",
        }
        for name, sentence in sentences.items():
            self.assertEqual(self.ready(name).sentence, sentence)

    def test_large_sums_and_caps_read_as_they_are_written(self):
        rule = self.flat_rule((0, 1500000), cap_debt=20, cap_year=30.5)
        self.assertEqual(
            rule.sentence,
            "1,500,000 USD once, at most 20\xa0USD for a debt, at most 30.50\xa0USD for a "
            "debt in a year",
        )

    def test_a_sentence_follows_its_tiers_and_their_language(self):
        rule = self.flat_rule((0, 40))
        rule.tier_ids.fee = 41.5
        self.assertEqual(rule.sentence, "41.50 USD once")
        self.env["res.lang"]._activate_lang("de_DE")
        rule.write({"has_interest": True, "interest_percent": 7.25})
        self.assertIn("7,25", rule.with_context(lang="de_DE").sentence)

    def test_ready_rules_give_the_published_rates_of_early_2026(self):
        rates = {
            "eu": "10.15",
            "uk": "11.75",
            "de_business": "10.27",
            "de_consumer": "6.27",
            "fr": "12.15",
            "fi_business": "10.5",
            "fi_consumer": "9.5",
            "gr": "10.15",
            "no_business": "12.0",
            "at_consumer": "4.0",
            "us": "18.0",
            "ca": "18.0",
        }
        for name, rate in rates.items():
            terms = self.ready(name)._get_interest_terms()
            with self.subTest(name):
                self.assertEqual(terms.rate_at(date(2026, 3, 1)), Decimal(rate))

    def test_rates_that_are_not_shipped_are_refused_not_guessed(self):
        for name in ("se", "at_business"):
            terms = self.ready(name)._get_interest_terms()
            with self.subTest(name), self.assertRaises(MissingRateError):
                terms.rate_at(date(2026, 3, 1))
        with self.assertRaises(MissingRateError):
            self.ready("eu")._get_interest_terms().rate_at(date(2026, 7, 1))

    def test_choosing_is_the_whole_set_up(self):
        self.ready("us").action_choose()
        self.create_invoice(due_in=-20, amount=3650)
        self.create_policy([1])
        self.follow_up()
        charge = self.charges()
        self.assertEqual((charge.amount, charge.state), (36.0, "proposed"))
        self.assertTrue(charge.rule_id.confirmed_by_id)

    def test_choosing_gives_the_company_a_rule_of_its_own_once(self):
        ready = self.ready("us")
        ready.action_choose()
        own = self.env["ar.late.fee.rule"].search([("ready_id", "=", ready.id)])
        self.assertEqual(own.company_id, self.env.company)
        self.assertTrue(own.is_on and own.is_chosen and ready.is_chosen)
        self.assertFalse(ready.is_on)
        own.action_drop()
        self.assertFalse(ready.is_chosen)
        ready.action_choose()
        again = self.env["ar.late.fee.rule"].search([("ready_id", "=", ready.id)])
        self.assertEqual(again, own)

    def test_a_ready_rule_stays_as_it_is(self):
        with self.assertRaisesRegex(UserError, "stays as it is"):
            self.ready("us").interest_percent = 25
        with self.assertRaisesRegex(UserError, "stays as it is"):
            self.ready("us").unlink()

    def test_no_interest_comes_before_all_other_rules(self):
        self.rule(tier_ids=self.flat((0, 40)), frequency="month")
        self.ready("no_interest").action_choose()
        self.create_invoice(due_in=-90)
        self.assertFalse(self.daily_pass())

    def test_no_interest_with_an_agreed_penalty_and_no_word_of_interest(self):
        self.rule(
            has_interest=False,
            is_no_interest=True,
            tier_ids=self.flat((0, 25)),
            mode="automatic",
        )
        self.create_policy([self.level(1, mail_template_id=self._business_template().id)])
        self.create_invoice(due_in=-10)
        notice = self.follow_up().notice_ids
        self.assertEqual(self.charges().amount, 25)
        mail = notice.delivery_ids.mail_mail_id
        text = f"{mail.subject} {mail.body_html}".lower()
        self.assertIn("125.00", text)
        self.assertNotIn("interest", text)

    def _business_template(self):
        return self.env.ref("ar_collections.mail_template_business_second")

    # === BAD INPUT === #

    @contextmanager
    def assertConstraint(self, name):
        """Check that the database refuses, by a constraint of that name."""
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(IntegrityError, name),
            self.env.cr.savepoint(),
        ):
            yield

    def assertRefused(self, words, **values):
        with self.assertRaisesRegex(ValidationError, words):
            self.rule(**values)

    def test_equal_tiers_are_refused(self):
        self.assertRefused("same point", tier_ids=self.flat((0, 40), (0, 70)))

    def test_equal_tiers_in_other_currencies_are_not(self):
        euro = self.setup_other_currency("EUR")
        rule = self.flat_rule((0, 40))
        rule.tier_ids = [
            Command.create({"amount_from": 0, "fee": 35, "currency_id": euro.id})
        ]
        self.assertEqual(rule.sentence, "40 USD once")

    def test_negative_rates_are_refused(self):
        for name in ("interest_percent", "reminder_fee", "cap_debt", "waive_below"):
            with self.subTest(name), self.assertConstraint("_not_negative"):
                self.rule(**{name: -1}).flush_recordset()

    def test_negative_tiers_are_refused(self):
        with self.assertConstraint("_not_negative"):
            self.rule(tier_ids=self.flat((0, -40))).flush_recordset()

    def test_a_cap_under_the_minimum_is_refused(self):
        self.assertRefused("under its minimum", cap_debt=5, minimum_amount=10)

    def test_a_period_without_days_is_refused(self):
        self.assertRefused("days of a period", period_percent=3)

    def test_interest_without_a_rate_is_refused(self):
        self.assertRefused("how much interest", interest_percent=0)

    def test_no_interest_with_interest_is_refused(self):
        self.assertRefused("says no interest", is_no_interest=True)

    def test_dates_that_run_backwards_are_refused(self):
        self.assertRefused("start before", date_from=day_in(1), date_to=day_in(0))

    def test_a_rule_without_account_is_refused(self):
        product = self.product_without_account()
        self.assertRefused("income account", account_id=False, product_id=product.id)

    def test_a_memo_needs_no_account(self):
        product = self.product_without_account()
        self.assertTrue(
            self.rule(account_id=False, product_id=product.id, mode="memo")
        )

    def test_the_sales_journal_gives_the_account_where_a_rule_has_none(self):
        rule = self.rule(account_id=False)
        self.assertEqual(rule._get_income_account(self.env.company), self.income)

    def test_a_used_rule_is_archived_not_deleted(self):
        rule = self.flat_rule()
        self.create_invoice(due_in=-20)
        self.daily_pass()
        with self.assertRaisesRegex(UserError, "archive"):
            rule.unlink()

    # === SCOPE === #

    def test_an_exempt_product_spares_its_invoice(self):
        product = self.product_a
        self.flat_rule(exempt_product_ids=product.ids)
        invoice = self.create_invoice(due_in=-20, post=False)
        invoice.invoice_line_ids.product_id = product
        invoice.action_post()
        self.create_invoice(due_in=-19)
        self.assertNotIn(invoice, self.daily_pass().move_id)
        self.assertEqual(len(self.charges()), 1)

    def test_the_first_rule_that_fits_decides(self):
        self.flat_rule((0, 40), sequence=5, country_ids=self.env.ref("base.de").ids)
        self.flat_rule((0, 70), sequence=6, country_ids=self.env.ref("base.us").ids)
        self.flat_rule((0, 10), sequence=7)
        self.create_invoice(due_in=-20)
        self.assertEqual(self.daily_pass().amount, 70)

    def test_choosing_the_kind_by_hand_confirms_it(self):
        customer = self.create_customer("Unsure")
        self.assertFalse(customer.ar_is_kind_confirmed)
        customer.ar_customer_kind = "public"
        self.assertTrue(customer.ar_is_kind_confirmed)

    def test_customers_to_confirm_are_counted_on_the_rule(self):
        rule = self.flat_rule()
        unsure = self.create_customer("Unsure")
        unsure._ar_ensure_case(self.env.company)
        rule.invalidate_recordset(["unconfirmed_count"])
        found = self.env["res.partner"].search(rule.action_open_unconfirmed()["domain"])
        self.assertIn(unsure, found)
        self.assertEqual(rule.unconfirmed_count, len(found))

    # === CALCULATOR === #

    def calculate(self, rule, amount, due, until, paid=()):
        calculator = self.env["ar.late.fee.calculator"].create(
            {
                "rule_id": rule.id,
                "amount": amount,
                "due_date": due,
                "until": until,
                "payment_ids": [
                    Command.create({"date": day, "amount": sum_}) for day, sum_ in paid
                ],
            }
        )
        return str(calculator.result)

    def test_the_calculator_gives_the_published_example(self):
        """GBP 10,000, 60 days at 11.75 %: 193.15 interest and 100 compensation."""
        self.env.ref("base.GBP").active = True
        html = self.calculate(self.ready("uk"), 10000, "2026-01-01", "2026-03-02")
        for text in ("10,000.00 × 11.75 % × 60/365", "193.15", "100.00", "293.15", "10,293.15"):
            self.assertIn(text, html)

    def test_the_calculator_names_the_missing_rate(self):
        self.env.ref("base.GBP").active = True
        html = self.calculate(self.ready("uk"), 1000, "2031-01-01", "2031-03-02")
        self.assertIn("No value of Bank of England", html)

    def test_the_calculator_in_its_window(self):
        rule = self.rule()
        with Form(self.env["ar.late.fee.calculator"]) as window:
            self.assertEqual(window.rule_id, rule)
            window.amount = 0
            self.assertIn("above zero", str(window.result))
            window.amount = 3650
            self.assertIn("30.00", str(window.result))

    def test_a_collector_calculates_but_does_not_set_rules(self):
        collector = self.create_user("calculating", "collector")
        rule = self.rule().with_user(collector)
        window = self.env["ar.late.fee.calculator"].with_user(collector)
        self.assertTrue(window.create({"rule_id": rule.id}).result)
        with self.assertRaises(AccessError):
            rule.interest_percent = 20
        with self.assertRaises(AccessError):
            self.ready("us").with_user(collector).action_choose()
