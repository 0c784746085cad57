"""Credit on hold: each reason, on invoices without an order, lifted by paying."""

from odoo.exceptions import UserError

from .common import day_in
from .common_credit import CreditCase


class TestCreditReasons(CreditCase):
    """What speaks against more credit, on the last day before and the first day after."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.decide(limit=1000.0)

    def test_overdue_for_exactly_the_days_borne_passes(self):
        self.create_invoice(due_in=-30, amount=100.0)
        self.assertEqual(self.stops(), [])
        with self.on_day(1):
            self.assertEqual(self.stops(), ["overdue"])

    def test_small_sums_overdue_stop_nothing(self):
        self.create_invoice(due_in=-60, amount=99.99)
        self.assertEqual(self.stops(), [])
        self.create_invoice(due_in=-60, amount=0.01)
        self.assertEqual(self.stops(), ["overdue"])

    def test_each_instalment_is_overdue_by_itself(self):
        self.create_invoice(terms=(-31, 20), amount=300.0)
        self.assertEqual(self.stops(), ["overdue"])

    def test_credits_are_set_off_against_what_is_overdue(self):
        self.create_invoice(due_in=-60, amount=150.0)
        self.create_credit_note(60.0)
        self.assertEqual(self.stops(), [])

    def test_disputed_amounts_do_not_count(self):
        invoice = self.create_invoice(due_in=-60, amount=150.0)
        for target in (invoice, self.customer):
            with self.subTest(target._name), self.isolated():
                self.hold(target, "dispute")
                self.assertEqual(self.stops(), [])

    def test_a_part_in_dispute_leaves_the_rest(self):
        invoice = self.create_invoice(due_in=-60, amount=150.0)
        hold = self.hold(invoice, "dispute", amount=50.0)
        self.assertEqual(self.stops(), ["overdue"])
        hold.action_lift()
        self.hold(invoice, "dispute", amount=50.01)
        self.assertEqual(self.stops(), [])

    def test_a_payment_plan_counts_while_it_lasts(self):
        invoice = self.create_invoice(due_in=-60, amount=150.0)
        self.hold(invoice, "plan", until=day_in(3))
        with self.on_day(3):
            self.assertEqual(self.stops(), [])
        with self.on_day(4):
            self.assertEqual(self.stops(), ["overdue"])

    def test_a_promise_lifts_nothing(self):
        invoice = self.create_invoice(due_in=-60, amount=150.0)
        self.hold(invoice, "promise", until=day_in(5))
        self.assertEqual(self.stops(), ["overdue"])

    def test_late_fees_stop_nothing(self):
        invoice = self.create_invoice(due_in=-60, amount=150.0)
        invoice.sudo().ar_is_charge = True
        self.assertEqual(self.stops(), [])

    def test_blocked_invoices_stop_nothing(self):
        self.create_invoice(due_in=-60, amount=150.0).action_toggle_block_payment()
        self.assertEqual(self.stops(), [])

    def test_a_part_of_a_foreign_invoice_in_dispute(self):
        euro = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        invoice = self.create_invoice(due_in=-60, amount=400.0, currency=euro)
        hold = self.hold(invoice, "dispute", amount=200.0)
        self.assertEqual(self.stops(), ["overdue"])
        hold.action_lift()
        self.hold(invoice, "dispute", amount=200.02)
        self.assertEqual(self.stops(), [])

    def test_a_level_that_stops_credit(self):
        self.create_policy([self.level(1), self.level(8, is_stopping_credit=True)])
        invoice = self.create_invoice(due_in=-1)
        self.follow_up()
        self.assertEqual(self.stops(), [])
        self.follow_up(7)
        self.assertEqual(self.stops(), ["level"])
        self.assertEqual(self.holds_of(), ["level"])
        self.pay(invoice)
        self.commit()
        self.assertEqual(self.stops(), [])
        self.assertEqual(self.holds_of(), [])

    def test_levels_above_stop_it_too(self):
        self.create_policy([self.level(1, is_stopping_credit=True), self.level(8)])
        self.create_invoice(due_in=-1)
        self.follow_up()
        self.follow_up(7)
        self.assertEqual(self.stops(), ["level"])

    def test_a_level_stops_what_is_left_to_pay(self):
        """As with what is overdue: no matched money is needed, and no quarrel counts."""
        self.create_policy([self.level(1, is_stopping_credit=True)])
        invoice = self.create_invoice(due_in=-1)
        self.follow_up()
        with self.isolated():
            self.create_credit_note(99.99)
            self.assertEqual(self.stops(), ["level"])
            self.create_credit_note(0.01)
            self.assertEqual(self.stops(), [])
        self.hold(invoice, "dispute", amount=99.99)
        self.assertEqual(self.stops(), ["level"])
        self.hold(invoice, "plan", amount=0.01)
        self.assertEqual(self.stops(), [])

    def test_a_review_that_has_lapsed(self):
        self.decide(limit=1000.0, review_date=day_in(5))
        with self.on_day(5):
            self.assertEqual(self.stops(), [])
        with self.on_day(6):
            self.assertEqual(self.stops(), ["review_lapsed"])

    def test_a_temporary_increase_ends_after_its_last_day(self):
        self.decide(limit=1000.0, increase=500.0, increase_until=day_in(5))
        with self.on_day(5):
            self.assertEqual(self.stops(1500.0), [])
            self.assertEqual(self.stops(1500.01), ["over_limit"])
        with self.on_day(6):
            self.assertEqual(self.stops(1000.01), ["over_limit"])

    def test_a_stop_by_hand_and_its_end(self):
        self.case_of()._stop_credit("Cheque came back", day_in(2))
        self.assertEqual(self.stops(), ["by_hand"])
        self.assertEqual(self.stops(0.0), ["by_hand"])
        with self.on_day(3):
            self.assertEqual(self.stops(), [])

    def test_a_stop_by_hand_needs_a_reason_and_a_day_to_come(self):
        with self.assertRaisesRegex(UserError, "Say why"):
            self.case_of()._stop_credit(" ")
        with self.assertRaisesRegex(UserError, "choose a later day"):
            self.case_of()._stop_credit("Cheque came back", day_in(-1))
        self.case_of()._stop_credit("Cheque came back", day_in(0))
        self.assertEqual(self.stops(), ["by_hand"])

    def test_credit_is_stopped_by_hand_once(self):
        self.case_of()._stop_credit("Cheque came back")
        with self.assertRaisesRegex(UserError, "already"):
            self.case_of()._stop_credit("Once more")

    def test_every_reason_is_said_in_words(self):
        self.create_invoice(due_in=-60, amount=950.0)
        self.decide(limit=1000.0, review_date=day_in(0))
        self.case_of()._stop_credit("Cheque came back")
        with self.on_day(1):
            check = self.case_of()._check_credit(asked=60)
            found = self.case_of()._get_credit_sentences(check)
            sentences = {code: text for code, text, _sum in found}
        self.assertIn("10.00", sentences["over_limit"])
        self.assertIn("950.00", sentences["overdue"])
        self.assertIn("30 days", sentences["overdue"])
        self.assertIn("03/04/2026", sentences["review_lapsed"])
        self.assertIn("Cheque came back", sentences["by_hand"])


class TestHoldsOfCustomers(CreditCase):
    def test_the_daily_look_holds_and_paying_lifts(self):
        self.decide(limit=1000.0)
        invoice = self.create_invoice(due_in=-31, amount=100.0)
        cron = self.env.ref("ar_collections.ir_cron_credit")
        with self.enter_registry_test_mode():
            cron.sudo().method_direct_trigger()
        self.assertEqual(self.holds_of(), ["overdue"])
        self.pay(invoice, amount=0.5)
        self.commit()
        self.assertEqual(self.holds_of(), [])
        lifted = self.case_of().with_context(active_test=False).credit_hold_ids
        self.assertEqual(lifted.lift_reason, "cleared")
        self.assertEqual(len(self.log_of("credit_held")), 1)
        self.assertEqual(len(self.log_of("credit_lifted")), 1)

    def test_an_undone_payment_brings_the_hold_back(self):
        self.decide(limit=1000.0)
        invoice = self.create_invoice(due_in=-31, amount=100.0)
        case = self.case_of()
        case._refresh_credit_holds()
        self.pay(invoice)
        self.commit()
        self.assertEqual(self.holds_of(), [])
        self.unmatch(invoice)
        case._get_credit_candidates()._refresh_credit_holds()
        # The money is still the customer's, and covers the debt.
        self.assertEqual(self.holds_of(), [])
        payment = invoice.matched_payment_ids or self.env["account.payment"].search(
            [("partner_id", "=", self.customer.id)]
        )
        payment.action_draft()
        case._refresh_credit_holds()
        self.assertEqual(self.holds_of(), ["overdue"])

    def test_looking_twice_holds_once(self):
        self.decide(limit=1000.0)
        self.create_invoice(due_in=-31, amount=100.0)
        self.case_of()._refresh_credit_holds()
        self.case_of()._refresh_credit_holds()
        self.assertEqual(self.holds_of(), ["overdue"])
        self.assertEqual(len(self.log_of("credit_held")), 1)

    def test_only_an_approver_lifts_and_only_a_stop_by_hand(self):
        self.decide(limit=1000.0)
        self.create_invoice(due_in=-31, amount=100.0)
        self.case_of()._refresh_credit_holds()
        self.case_of()._stop_credit("Cheque came back")
        holds = self.case_of().credit_hold_ids
        collector = self.create_user("credit_collector", "collector")
        by_hand = holds.filtered(lambda hold: hold.reason == "by_hand")
        with self.assertRaisesRegex(Exception, "Credit approver"):
            by_hand.with_user(collector).action_lift()
        with self.assertRaisesRegex(UserError, "lift by"):
            (holds - by_hand).with_user(self.approver).action_lift()
        by_hand.with_user(self.approver).action_lift()
        self.assertEqual(self.holds_of(), ["overdue"])

    def test_merged_customers_keep_one_decision_and_their_holds(self):
        twin = self.create_customer("Acorn Limited")
        self.decide(limit=700.0, partner=twin)
        self.case_of(twin)._stop_credit("Cheque came back")
        self.case_of()._stop_credit("Once more")
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((self.customer | twin).ids, self.customer)
        self.assertEqual(self.case_of().credit_state, "limit")
        self.assertEqual(self.holds_of(), ["by_hand"])
        self.assertEqual(len(self.case_of().credit_review_ids), 1)

    def merge_twin(self, twin):
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((self.customer | twin).ids, self.customer)

    def test_merged_customers_keep_the_stricter_decision(self):
        """No credit is not lost to a twin with a limit, nor a limit to an unlimited one."""
        for ours, theirs, state, limit in (
            ("limit", "none", "none", None),
            ("unlimited", "none", "none", None),
            ("none", "limit", "none", None),
            ("unlimited", "limit", "limit", 700.0),
            ("limit", "unlimited", "limit", 700.0),
        ):
            with self.isolated(), self.subTest(ours=ours, theirs=theirs):
                twin = self.create_customer("Acorn Limited")
                for partner, decision in ((self.customer, ours), (twin, theirs)):
                    self.decide(decision, limit=700.0, partner=partner)
                name = twin.display_name
                self.merge_twin(twin)
                case = self.case_of()
                self.assertEqual(case.credit_state, state)
                if limit:
                    self.assertEqual(case.credit_limit, limit)
                log = self.log_of("credit_decided").mapped("note")
                self.assertTrue(any("no longer" in note and name in note for note in log), log)
                self.assertIn("counts no longer", " ".join(case.message_ids.mapped("body")))

    def test_of_two_limits_that_of_the_kept_customer_counts(self):
        twin = self.create_customer("Acorn Limited")
        self.decide(limit=500.0)
        self.decide(limit=9000.0, partner=twin)
        self.merge_twin(twin)
        self.assertEqual(self.case_of().credit_limit, 500.0)
        self.assertIn("no longer", self.log_of("credit_decided")[0].note)

    def test_a_decision_goes_with_a_customer_who_is_merged_into_a_new_one(self):
        twin = self.create_customer("Acorn Limited")
        self.decide("none", partner=twin)
        self.merge_twin(twin)
        self.assertEqual(self.case_of().credit_state, "none")
