"""Published examples, on real invoices: chosen rules, booked documents, to the cent."""

from datetime import date

from .common import TODAY
from .common_late_fees import LateFeeCase

# 36,500 for ten days: a percent of interest is 10.00.
AMOUNT = 36500


class TestLateFeeVectors(LateFeeCase):
    def choose(self, name):
        """Choose a ready rule; interest comes when the debt is paid."""
        ready = self.env.ref(f"ar_collections.ar_late_fee_rule_{name}")
        rule = self.env["ar.late.fee.rule"].browse(ready.action_choose()["res_id"])
        rule.write({"frequency": "payment", "account_id": self.income.id})
        return rule

    def charge_late(self, amount, due, paid, currency, country="us", kind="business"):
        """Give the charges on an invoice that was paid late, booked."""
        customer = self.create_customer(
            f"Late {country}", country_id=self.env.ref(f"base.{country}").id
        )
        customer.write({"ar_customer_kind": kind, "ar_is_kind_confirmed": True})
        invoice = self.create_invoice(
            due_in=(due - TODAY).days, amount=amount, partner=customer, currency=currency
        )
        self.pay(invoice, day=paid)
        charges = self.daily_pass()
        charges.action_accept()
        return charges

    def test_uk_ten_thousand_for_sixty_days(self):
        """GBP 10,000, 60 days at 11.75 %: 193.15 and 100, together 10,293.15."""
        pound = self.setup_other_currency("GBP")
        self.choose("uk")
        charges = self.charge_late(10000, date(2026, 1, 1), date(2026, 3, 2), pound, "uk")
        self.assertEqual(charges.mapped("amount"), [100, 193.15])
        document = charges.document_id
        self.assertEqual((document.amount_total, document.currency_id), (293.15, pound))
        self.assertFalse(document.amount_tax)

    def test_rates_of_the_first_half_of_2026(self):
        """EU 10.15, Germany 10.27 and 6.27, France 12.15, Finland 10.5 and 9.5, Greece."""
        euro = self.setup_other_currency("EUR")
        vectors = [
            ("eu", "it", "business", [40, 101.5]),
            ("de_business", "de", "business", [40, 102.7]),
            ("fr", "fr", "business", [40, 121.5]),
            ("fi_business", "fi", "public", [40, 105.0]),
            ("fi_consumer", "fi", "consumer", [95.0]),
            ("gr", "gr", "business", [40, 101.5]),
        ]
        for name, country, kind, amounts in vectors:
            with self.subTest(name), self.isolated():
                self.choose(name)
                charges = self.charge_late(
                    AMOUNT, date(2026, 2, 1), date(2026, 2, 11), euro, country, kind
                )
                self.assertEqual(charges.mapped("amount"), amounts)
                self.assertAlmostEqual(charges.document_id.amount_total, sum(amounts))

    def test_german_consumers_pay_from_day_31(self):
        euro = self.setup_other_currency("EUR")
        self.choose("de_consumer")
        charges = self.charge_late(
            AMOUNT, date(2026, 1, 9), date(2026, 2, 18), euro, "de", "consumer"
        )
        self.assertEqual((charges.amount, charges.date_from), (62.7, date(2026, 2, 9)))

    def test_no_country_charges_another_ones_consumers(self):
        euro = self.setup_other_currency("EUR")
        for name in ("eu", "de_business", "fr", "fi_business", "gr"):
            self.choose(name)
        dues = (date(2026, 2, 1), date(2026, 2, 11))
        with self.assertRaisesRegex(Exception, "None of these charges"):
            self.charge_late(AMOUNT, *dues, euro, "fr", "consumer")

    def test_rounding_each_day_or_once(self):
        """GBP 1,000, 50 days at 8.5 %: gov.uk rounds the day to 0.23."""
        for is_daily, amount in ((True, 11.5), (False, 11.64)):
            with self.subTest(is_daily), self.isolated():
                self.rule(
                    frequency="payment", interest_percent=8.5, is_rounded_daily=is_daily
                )
                charges = self.charge_late(
                    1000, date(2026, 1, 10), date(2026, 3, 1), self.env.company.currency_id
                )
                self.assertEqual(charges.document_id.amount_total, amount)

    def test_three_percent_per_31_days_for_81_days(self):
        """10,000 for 81 days: two full periods, 600 in all."""
        self.rule(has_interest=False, period_percent=3, period_days=31)
        charges = self.charge_late(
            10000, date(2025, 12, 12), date(2026, 3, 3), self.env.company.currency_id
        )
        self.assertEqual(charges.mapped("amount"), [300, 300])
        self.assertEqual(charges.document_id.amount_total, 600)

    def test_flat_sums_of_the_uk_by_tier(self):
        pound = self.setup_other_currency("GBP")
        for amount, fee in ((999.99, 40), (1000, 70), (9999.99, 70), (10000, 100)):
            with self.subTest(amount), self.isolated():
                self.choose("uk")
                charges = self.charge_late(
                    amount, date(2026, 3, 1), date(2026, 3, 2), pound, "uk"
                )
                self.assertEqual(charges[0].amount, fee)
