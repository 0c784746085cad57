"""What a person does with debts: hold, rung, review, follow, remind."""

from odoo.exceptions import AccessError, UserError

from .common import day_in
from .common_by_hand import ByHandCase


class TestDebtsByHand(ByHandCase):
    # === HOLDS === #

    def test_a_hold_on_a_debt_stops_it_until_its_last_day(self):
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-5)
        self.follow_up(-5)
        wizard = self.open(
            self.item(invoice),
            "action_ar_open_hold",
            self.collector,
            reason="dispute",
            until=day_in(2),
        )
        wizard.action_hold()
        self.assertReason(invoice, "dispute", next_date=3)
        self.assertNothingSaid(self.follow_up(0))
        self.assertNothingSaid(self.follow_up(2))
        self.assertSaid(self.follow_up(3), {invoice: 1})
        self.assertEqual(
            self.events(self.item(invoice), "hold_set").user_id, self.collector
        )

    def test_a_part_of_a_debt_on_hold_is_not_asked_for(self):
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-5, amount=100.0)
        self.follow_up(-5)
        wizard = self.open(self.item(invoice), "action_ar_open_hold", amount=30.0)
        wizard.action_hold()
        [line] = self.lines_said(self.follow_up())
        self.assertEqual((line.held_amount, line.claim_amount), (30.0, 70.0))

    def test_a_part_of_an_invoice_is_held_on_its_oldest_instalments(self):
        self.create_policy([1])
        invoice = self.create_invoice(terms=(-9, -5), amount=100.0)
        self.follow_up(-9)
        wizard = self.open(invoice, "action_ar_open_hold", amount=60.0)
        wizard.action_hold()
        holds = self.items(invoice).hold_ids
        self.assertEqual(holds.sorted("id").mapped("amount"), [0.0, 10.0])

    def test_a_hold_on_an_invoice_needs_no_run_before(self):
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-5)
        self.open(invoice, "action_ar_open_hold").action_hold()
        self.assertNothingSaid(self.follow_up())
        self.assertReason(invoice, "hold")

    def test_several_customers_are_held_at_once(self):
        self.create_policy([1])
        other = self.create_customer("Birch Ltd")
        invoices = self.create_invoice() + self.create_invoice(partner=other)
        self.open(invoices.partner_id, "action_ar_open_hold").action_hold()
        self.assertNothingSaid(self.follow_up())
        self.assertEqual(len((self.case_of() | self.case_of(other)).hold_ids), 2)

    def test_what_stops_the_customer_is_set_on_the_customer(self):
        self.create_policy([1])
        first, second = self.create_invoice(), self.create_invoice(due_in=-3)
        self.follow_up(-5)
        self.open(
            self.item(first), "action_ar_open_hold", reason="insolvency"
        ).action_hold()
        self.assertReason(first, "insolvency")
        self.assertReason(second, "insolvency")

    def test_more_than_is_open_cannot_be_held(self):
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-5, amount=100.0)
        self.follow_up(-5)
        for record in (invoice, self.item(invoice)):
            wizard = self.open(record, "action_ar_open_hold", amount=100.01)
            with self.assertRaisesRegex(UserError, "Only .*100.00 is open"):
                wizard.action_hold()
            wizard.amount = 100.0
            wizard.action_hold()

    def test_an_amount_on_several_debts_is_refused(self):
        self.create_policy([1])
        items = self.items(self.create_invoice(terms=(-9, -5)))
        self.follow_up(-9)
        items = self.env["ar.followup.item"].search([])
        wizard = self.open(items, "action_ar_open_hold")
        wizard.amount = 10.0
        with self.assertRaisesRegex(UserError, "choose one"):
            wizard.action_hold()

    def test_a_hold_in_the_past_is_refused(self):
        self.create_policy([1])
        wizard = self.open(self.create_invoice(), "action_ar_open_hold", until=day_in(-1))
        with self.assertRaisesRegex(UserError, "today or longer"):
            wizard.action_hold()

    def test_lifting_holds_lets_the_ladder_go_on_and_keeps_them_on_record(self):
        self.create_policy([1])
        invoice = self.create_invoice()
        self.open(invoice, "action_ar_open_hold").action_hold()
        self.follow_up(0)
        invoice.with_user(self.collector).action_ar_lift_holds()
        self.assertSaid(self.follow_up(1), {invoice: 1})
        hold = self.env["ar.collection.hold"].with_context(active_test=False).search([])
        self.assertEqual((hold.active, hold.lifted_date), (False, day_in(0)))
        self.assertEqual(
            self.events(self.case_of(), "hold_lifted").user_id, self.collector
        )

    def test_lifting_touches_holds_of_these_records_only(self):
        self.create_policy([1])
        invoice, other = self.create_invoice(), self.create_invoice()
        self.hold(invoice)
        self.hold(other)
        invoice.action_ar_lift_holds()
        self.assertFalse(invoice.ar_hold_ids.filtered("active"))
        self.assertTrue(other.ar_hold_ids.filtered("active"))

    def test_lifting_leaves_what_stops_the_whole_customer(self):
        self.create_policy([1])
        self.create_invoice()
        self.hold(self.customer)
        stop = self.hold(self.customer, "insolvency")
        case = self.case_of().with_user(self.collector)
        action = case.action_ar_lift_holds()
        self.assertIn("Insolvency", action["params"]["message"])
        self.assertEqual(case.hold_ids, stop.with_user(self.collector))
        self.assertNothingSaid(self.follow_up(1))

    def test_what_stops_a_customer_is_lifted_with_a_reason(self):
        self.create_policy([1])
        invoice = self.create_invoice()
        self.hold(self.customer, "insolvency")
        wizard = self.open(
            self.case_of(), "action_ar_lift_holds", self.collector, note="Court order"
        )
        wizard.action_lift()
        self.assertFalse(self.case_of().hold_ids)
        event = self.events(self.case_of(), "hold_lifted")
        self.assertEqual(
            (event.note, event.user_id), ("Insolvency: Court order", self.collector)
        )
        self.assertSaid(self.follow_up(1), {invoice: 1})

    def test_what_stops_customers_is_lifted_one_by_one(self):
        stops = self.hold(self.customer, "insolvency")
        stops |= self.hold(self.customer, "represented")
        with self.assertRaisesRegex(UserError, "alone, with a reason"):
            stops.action_lift()
        with self.assertRaisesRegex(UserError, "alone, with a reason"):
            stops[0].action_archive()
        with self.assertRaisesRegex(UserError, "alone, with a reason"):
            self.case_of().action_ar_lift_holds()
        self.assertEqual(stops.mapped("active"), [True, True])

    def test_a_reason_of_blanks_is_none(self):
        stop = self.hold(self.customer, "deceased")
        wizard = self.fill(stop.action_lift(), note=" ")
        with self.assertRaisesRegex(UserError, "Say why"):
            wizard.action_lift()
        self.assertTrue(stop.active)

    def test_an_auditor_lifts_nothing(self):
        stop = self.hold(self.customer, "deceased")
        with self.assertRaises(AccessError):
            stop.with_user(self.auditor).action_lift()
        with self.assertRaises(AccessError):
            self.env["ar.collection.hold.lift"].with_user(self.auditor).create(
                {"hold_id": stop.id, "note": "x"}
            )

    def test_without_a_hold_there_is_nothing_to_lift(self):
        with self.assertRaisesRegex(UserError, "no hold"):
            self.create_invoice().action_ar_lift_holds()

    # === PROMISES === #

    def test_a_promise_holds_until_the_day_and_two_business_days_more(self):
        # TODAY is a Wednesday: Friday plus two business days is Tuesday.
        self.create_policy([1], calendar_id=self.create_calendar().id)
        invoice = self.create_invoice()
        wizard = self.open(
            invoice,
            "action_ar_open_promise",
            self.collector,
            date=day_in(2),
            note="Ms Oak",
        )
        wizard.action_promise()
        hold = invoice.ar_hold_ids
        self.assertEqual((hold.reason, hold.until), ("promise", day_in(6)))
        self.assertIn("Ms Oak", hold.note)
        self.assertNothingSaid(self.follow_up(6))
        self.assertSaid(self.follow_up(7), {invoice: 1})

    def test_the_tolerance_is_a_setting(self):
        self.env.company.ar_promise_tolerance_days = 0
        self.create_policy([1])
        invoice = self.create_invoice()
        self.open(invoice, "action_ar_open_promise", date=day_in(2)).action_promise()
        self.assertEqual(invoice.ar_hold_ids.until, day_in(2))

    def test_a_promised_amount_covers_the_oldest_debts_first(self):
        self.create_policy([1])
        old = self.create_invoice(due_in=-9, amount=100.0)
        new = self.create_invoice(due_in=-5, amount=100.0)
        newest = self.create_invoice(due_in=-3, amount=100.0)
        wizard = self.open(
            self.customer, "action_ar_open_promise", date=day_in(2), amount=150.0
        )
        wizard.action_promise()
        run = self.follow_up()
        self.assertSaid(run, {new: 1, newest: 1})
        claims = {line.move_id: line.claim_amount for line in self.lines_said(run)}
        self.assertEqual(claims, {new: 50.0, newest: 100.0})
        self.assertReason(old, "promise")

    def test_a_promise_for_yesterday_is_refused(self):
        wizard = self.open(
            self.create_invoice(), "action_ar_open_promise", date=day_in(-1)
        )
        with self.assertRaisesRegex(UserError, "later day"):
            wizard.action_promise()

    def test_an_amount_of_several_customers_is_refused(self):
        self.create_policy([1])
        other = self.create_customer("Birch Ltd")
        moves = self.create_invoice() + self.create_invoice(partner=other)
        wizard = self.open(moves, "action_ar_open_promise", date=day_in(2), amount=10.0)
        with self.assertRaisesRegex(UserError, "one customer at a time"):
            wizard.action_promise()

    def test_an_amount_in_a_currency_without_debts_is_refused(self):
        self.create_policy([1])
        other = self.setup_other_currency("EUR")
        wizard = self.open(
            self.create_invoice(), "action_ar_open_promise", date=day_in(2), amount=10.0
        )
        wizard.currency_id = other
        with self.assertRaisesRegex(UserError, "EUR"):
            wizard.action_promise()

    # === RUNG === #

    def test_set_before_the_first_level_all_levels_are_said_again(self):
        self.create_policy([1, 8])
        invoice = self.create_invoice(due_in=-20)
        self.climb(-19, -12)
        wizard = self.open(
            self.item(invoice),
            "action_ar_open_set_rung",
            self.manager,
            note="wrong address",
        )
        wizard.action_set()
        item = self.item(invoice)
        self.assertEqual(
            (item.round, item.rung_days, item.last_notice_date), (2, 0, False)
        )
        self.assertSaid(self.follow_up(0), {invoice: 1})
        event = self.events(item, "rung_set")
        self.assertEqual(
            (event.user_id, event.note),
            (self.manager, "Before the first level: wrong address"),
        )

    def test_set_on_a_level_the_next_one_follows_after_the_last_contact(self):
        policy = self.create_policy([1, 8, 15], min_interval_days=7)
        invoice = self.create_invoice(due_in=-60)
        self.follow_up(-60)
        wizard = self.open(
            self.item(invoice),
            "action_ar_open_set_rung",
            position="level",
            level_id=policy.level_ids[1],
            last_contact=day_in(-5),
            note="told by phone",
        )
        wizard.action_set()
        self.assertEqual(self.item(invoice).round, 1)
        self.assertReason(invoice, "too_soon_item", 15, 2)
        self.assertEqual(self.case_of().last_notice_date, day_in(-5))

    def test_set_back_to_a_level_starts_a_new_round(self):
        policy = self.create_policy([1, 8, 15])
        invoice = self.create_invoice(due_in=-30)
        self.climb(-29, -22, -15)
        self.item(invoice).action_set_rung(policy.level_ids[0], "letter was lost")
        self.assertEqual(self.item(invoice).round, 2)
        self.assertSaid(self.follow_up(0), {invoice: 8})

    def test_set_on_the_same_level_nothing_is_said_twice(self):
        policy = self.create_policy([1, 8])
        invoice = self.create_invoice(due_in=-4)
        self.climb(-3)
        self.item(invoice).action_set_rung(policy.level_ids[0], "no change")
        self.assertEqual(self.item(invoice).round, 1)
        self.assertNothingSaid(self.follow_up(0))
        self.assertReason(invoice, "too_soon_level", 8, 4)

    def test_a_debt_set_on_a_rung_leaves_the_notice_that_waits(self):
        self.create_policy([1], is_approval_needed=True)
        invoice = self.create_invoice()
        [notice] = self.follow_up().notice_ids
        self.item(invoice).action_set_rung(self.env["ar.followup.level"], "by hand")
        self.assertEqual(
            (notice.state, notice.cancel_reason), ("cancelled", "rung_reset")
        )

    def test_a_rung_needs_a_reason_a_level_of_the_policy_and_no_future_contact(self):
        policy = self.create_policy([-3, 1, 8])
        other = self.create_policy([5], sequence=99)
        self.create_invoice()
        self.follow_up(execute=False)
        item = self.env["ar.followup.item"].search([])
        with self.assertRaisesRegex(UserError, "Say why"):
            item.action_set_rung(policy.level_ids[1], "  ")
        with self.assertRaisesRegex(UserError, "courtesy"):
            item.action_set_rung(policy.level_ids[0], "x")
        with self.assertRaisesRegex(UserError, "not a level of the policy"):
            item.action_set_rung(other.level_ids, "x")
        with self.assertRaisesRegex(UserError, "future"):
            item.action_set_rung(policy.level_ids[1], "x", day_in(1))

    def test_only_a_manager_sets_rungs(self):
        self.create_policy([1])
        self.create_invoice()
        self.follow_up()
        item = self.env["ar.followup.item"].search([])
        for user in (self.collector, self.auditor):
            with self.assertRaises(AccessError):
                item.with_user(user).action_ar_open_set_rung()
            with self.assertRaises(AccessError):
                item.with_user(user).action_set_rung(item.rung_level_id, "x")

    # === IN AND OUT OF FOLLOW-UP === #

    def test_a_debt_taken_out_is_not_said_until_it_is_taken_back(self):
        self.create_policy([1], is_approval_needed=True)
        invoice = self.create_invoice()
        [notice] = self.follow_up().notice_ids
        wizard = self.open(invoice, "action_ar_open_follow", self.collector, note="staff")
        self.assertEqual(wizard.change, "out")
        wizard.action_change()
        self.assertEqual(
            (notice.state, notice.cancel_reason), ("cancelled", "no_followup")
        )
        self.assertReason(invoice, "no_followup")
        self.assertNothingSaid(self.follow_up(1))
        wizard = self.open(
            invoice, "action_ar_open_follow", self.collector, note="left us"
        )
        self.assertEqual(wizard.change, "back")
        wizard.action_change()
        self.assertSaid(self.follow_up(2), {invoice: 1})
        self.assertEqual(self.events(self.item(invoice), "not_followed").note, "staff")
        self.assertEqual(self.events(self.item(invoice), "followed").note, "left us")

    def test_an_invoice_that_no_run_has_seen_can_be_taken_out(self):
        self.create_policy([1])
        invoice = self.create_invoice()
        self.open(invoice, "action_ar_open_follow", note="staff").action_change()
        self.assertNothingSaid(self.follow_up())

    def test_without_a_reason_nothing_changes(self):
        self.create_policy([1])
        self.create_invoice()
        self.follow_up(execute=False)
        item = self.env["ar.followup.item"].search([])
        with self.assertRaisesRegex(UserError, "Say why"):
            item.action_follow(False)
        self.assertEqual(item.review_state, "followed")

    def test_where_follow_up_is_off_no_debt_gets_on_the_ladder(self):
        self.env.company.ar_start_date = False
        invoice = self.create_invoice()
        with self.assertRaisesRegex(UserError, "not switched on"):
            invoice.action_ar_open_follow()
        self.assertFalse(self.items(invoice))
