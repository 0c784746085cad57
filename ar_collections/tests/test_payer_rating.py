"""How customers pay is told from the ledger, in words."""

from .common import day_in
from .common_credit import CreditCase


class TestPayerRating(CreditCase):
    def rate(self, partner=None, day=0):
        case = self.case_of(partner)
        with self.on_day(day):
            case._rate_payers()
        return case

    def create_paid(self, *days_late, partner=None, due_in=-60, **values):
        """Create invoices that were paid so many days after they were due."""
        for days in days_late:
            invoice = self.create_invoice(due_in=due_in, partner=partner, **values)
            self.pay(invoice, day=day_in(due_in + days))

    def test_a_customer_without_debts_is_new(self):
        case = self.rate()
        self.assertEqual(case.payer_rating, "new")
        self.assertIn("No invoice", case.payer_rating_reason)

    def test_a_good_payer_and_why(self):
        self.create_paid(0, -3, 1, 12)
        case = self.rate()
        self.assertEqual(case.payer_rating, "good")
        self.assertIn("3 of 4", case.payer_rating_reason)
        self.assertIn("0 broken", case.payer_rating_reason)

    def test_slow_and_poor_payers(self):
        slow, poor = self.create_customer("Slow Ltd"), self.create_customer("Poor Ltd")
        self.create_paid(0, 10, 11, partner=slow)
        self.create_paid(40, 45, 50, partner=poor)
        self.assertEqual(self.rate(slow).payer_rating, "slow")
        self.assertEqual(self.rate(poor).payer_rating, "poor")
        self.assertEqual(poor._ar_ensure_case(self.root).rated_days_late, 45)

    def test_open_debts_age_from_day_to_day(self):
        for _number in range(3):
            self.create_invoice(due_in=-1)
        self.assertEqual(self.rate().rated_days_late, 1)
        self.assertEqual(self.rate(day=9).rated_days_late, 10)
        self.assertEqual(self.rate(day=9).payer_rating, "poor")

    def test_debts_that_are_not_due_are_not_judged(self):
        self.create_invoice(due_in=0)
        self.create_invoice(due_in=10)
        self.assertEqual(self.rate().rated_debts, 0)

    def test_a_part_payment_does_not_end_a_delay(self):
        invoice = self.create_invoice(due_in=-20)
        self.pay(invoice, amount=30.0, day=day_in(-20))
        self.assertEqual(self.rate().rated_days_late, 20)

    def test_only_the_last_year_counts(self):
        self.create_paid(90, due_in=-366)
        self.create_paid(0, due_in=-365)
        self.assertEqual(self.rate().rated_debts, 1)

    def test_late_fees_and_credit_notes_are_not_judged(self):
        self.create_paid(0)
        self.create_invoice(due_in=-60).sudo().ar_is_charge = True
        self.create_credit_note(10.0)
        self.assertEqual(self.rate().rated_debts, 1)

    def test_what_was_credited_is_no_delay(self):
        """Wholly credited: nothing to judge. In part: the money tells when."""
        whole, part = self.create_invoice(due_in=-60), self.create_invoice(due_in=-60)
        self.pay(part, amount=70.0, day=day_in(-63))
        self.match(whole | self.create_credit_note(100.0))
        self.match(part | self.create_credit_note(30.0))
        case = self.rate()
        self.assertEqual((case.rated_debts, case.rated_days_late), (1, -3))
        self.assertIn("usually 3 days early", case.payer_rating_reason)

    def test_a_rate_that_changed_is_no_payment(self):
        euro = self.setup_other_currency(
            "EUR", rates=[("2016-01-01", 2.0), (day_in(-62), 4.0)]
        )
        invoice = self.create_invoice(due_in=-60, currency=euro)
        self.match(invoice | self.create_credit_note(100.0, currency=euro))
        receivable = self.receivable(invoice)
        self.assertTrue(receivable.matched_credit_ids.exchange_move_id)
        self.assertEqual(self.rate().rated_debts, 0)

    def receivable(self, moves):
        return moves.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    def match(self, moves):
        self.receivable(moves).reconcile()

    def test_the_usual_day_is_said_in_words(self):
        case = self.case_of()
        for days, words in ((0, "on the day"), (-2, "2 days early"), (9, "9 days late")):
            case.write({"rated_debts": 3, "rated_days_late": days})
            with self.subTest(days):
                self.assertIn(f"usually {words}", case._get_rating_sentence())

    def test_promises_that_were_broken(self):
        kept, broken = self.create_invoice(due_in=-30), self.create_invoice(due_in=-30)
        for invoice in (kept, broken):
            self.hold(invoice, "promise", date=day_in(-20), until=day_in(-10))
        self.pay(kept, day=day_in(-10))
        self.pay(broken, day=day_in(-9))
        case = self.rate()
        self.assertEqual(case.rated_broken_promises, 1)
        self.assertIn("1 broken", case.payer_rating_reason)

    def test_a_promise_that_runs_is_not_broken(self):
        invoice = self.create_invoice(due_in=-30)
        self.hold(invoice, "promise", until=day_in(0))
        self.assertEqual(self.rate().rated_broken_promises, 0)
        self.assertEqual(self.rate(day=1).rated_broken_promises, 1)

    def test_many_customers_are_rated_with_the_same_queries(self):
        customers = [self.create_customer(f"Customer {number}") for number in range(5)]
        for customer in customers:
            self.create_paid(3, partner=customer)
        cases = self.env["ar.collection.case"].sudo().union(
            *(self.case_of(customer) for customer in customers)
        )

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some._rate_payers()
            return self.cr.sql_log_count - before

        self.assertEqual(count(cases), count(cases[:1]))

    def test_the_daily_job_rates_every_customer(self):
        self.create_paid(0, 0, 0)
        with self.enter_registry_test_mode():
            self.env.ref("ar_collections.ir_cron_credit").sudo().method_direct_trigger()
        case = self.case_of()
        case.invalidate_recordset()
        self.assertEqual(case.payer_rating, "good")
