"""Every code says why: each is produced here with real models.

The tables below are complete by a test of their own: a new code needs a producer.
"""

from odoo import Command
from odoo.addons.ar_collections.const import CANCEL_REASONS, HOLD_REASONS, ITEM_REASONS

from .common import LONG_AGO, CollectionsCase, day_in


class TestItemReasons(CollectionsCase):
    """A method `produce_<code>` sets a situation up and gives the debt concerned."""

    # === SAID: SEEN BEFORE THE NOTICE LEAVES === #

    def produce_climbs(self):
        self.create_policy([1], is_approval_needed=True)
        return self.create_invoice(due_in=-1)

    def produce_courtesy(self):
        self.create_policy([-3, 1], is_approval_needed=True)
        return self.create_invoice(due_in=3)

    def produce_repeats(self):
        policy = self.create_policy([self.level(1, repeat_days=1, repeat_max=1)])
        invoice = self.create_invoice(due_in=-2)
        self.follow_up(-1)
        policy.is_approval_needed = True
        return invoice

    # === WAITING === #

    def produce_not_due(self):
        self.create_policy([1])
        return self.create_invoice(due_in=0)

    def produce_too_soon_level(self):
        self.create_policy([5])
        return self.create_invoice(due_in=-4)

    def produce_too_soon_item(self):
        self.create_policy([1, 2], min_interval_days=7)
        invoice = self.create_invoice(due_in=-4)
        self.follow_up(-1)
        return invoice

    def produce_too_soon_customer(self):
        self.create_policy([1, 90], customer_interval_days=7)
        self.create_invoice(due_in=-4)
        self.follow_up(-1)
        return self.create_invoice(due_in=-2)

    def produce_deadline_running(self):
        self.create_policy([self.level(1, deadline_days=7), 2])
        invoice = self.create_invoice(due_in=-4)
        self.follow_up(-1)
        return invoice

    def produce_proposed(self):
        self.create_policy([1], is_approval_needed=True)
        invoice = self.create_invoice(due_in=-4)
        self.follow_up(-1)
        return invoice

    def produce_outside_window(self):
        calendar = self.create_calendar(holidays=[day_in(0)])
        self.create_policy([1], calendar_id=calendar.id)
        return self.create_invoice(due_in=-4)

    def produce_run_limit(self):
        self.create_policy([1])
        self.env.company.sudo().ar_max_per_day = 1
        self.create_invoice(due_in=-5)
        return self.create_invoice(due_in=-4, partner=self.create_customer("Second Ltd"))

    def produce_formal_first(self):
        self.create_policy([1, self.level(2, is_formal=True)], min_reminders=1)
        self.create_invoice(due_in=-4)
        self.climb(-1)
        return self.create_invoice(due_in=-1)

    # === HELD BY A FACT === #

    def produce_opening_review(self):
        self.create_policy([1])
        self.env.company.sudo().ar_start_date = day_in(-1)
        return self.create_invoice(due_in=-2)

    def produce_no_followup(self):
        self.create_policy([1])
        invoice = self.create_invoice()
        self.debts(invoice).no_followup = True
        return invoice

    def produce_blocked(self):
        self.create_policy([1])
        invoice = self.create_invoice()
        invoice.action_toggle_block_payment()
        return invoice

    def produce_in_process(self):
        self.create_policy([1])
        invoice = self.create_invoice()
        self.create_transaction(invoice, "pending")
        return invoice

    def produce_unmatched_receipt(self):
        self.create_policy([1])
        invoice = self.create_invoice(amount=100.0)
        self.create_receipt(100.0)
        return invoice

    def produce_covered(self):
        self.create_policy([1])
        invoice = self.create_invoice(amount=100.0)
        self.create_credit_note(100.0)
        return invoice

    def produce_no_policy(self):
        self.create_policy([1], for_business=False)
        return self.create_invoice()

    def produce_below_minimum(self):
        self.create_policy([1], minimum_amount=10.0)
        return self.create_invoice(amount=9.0)

    def produce_condition(self):
        self.create_policy([self.level(-3, amount_from=500.0), 1])
        return self.create_invoice(due_in=2)

    def produce_bank_unknown(self):
        self.create_policy([1])
        self.env.company.sudo().write(
            {"ar_is_bank_gated": True, "ar_bank_known_date": day_in(-6)}
        )
        return self.create_invoice(due_in=-5)

    def produce_no_address(self):
        self.create_policy([1])
        unknown = self.create_customer("Nowhere Ltd", email=False)
        return self.create_invoice(partner=unknown)

    def produce_too_few_reminders(self):
        self.create_policy([1, self.level(2, is_formal=True)], min_reminders=1)
        invoice = self.create_invoice(due_in=-4)
        lost = self.follow_up(-1)
        lost.notice_ids.delivery_ids._update_state("failed", error="Lost")
        return invoice

    def produce_ladder_end(self):
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-4)
        self.follow_up(-1)
        return invoice

    def produce_charge_only(self):
        self.create_policy([1])
        invoice = self.create_invoice(post=False)
        invoice.sudo().ar_is_charge = True
        invoice.action_post()
        return invoice

    def produce_paused(self):
        self.create_policy([1])
        self.env["ar.followup.pause"].create(
            {"name": "Fair", "date_from": day_in(0), "date_until": day_in(0)}
        )
        return self.create_invoice()

    # === THE TABLE === #

    def _produce_hold(self, reason):
        self.create_policy([1])
        invoice = self.create_invoice()
        self.hold(self.customer, reason)
        return invoice

    def test_each_code_has_a_producer(self):
        produced = {name[8:] for name in dir(self) if name.startswith("produce_")}
        codes = dict(ITEM_REASONS)
        self.assertEqual(produced | set(dict(HOLD_REASONS)), set(codes))
        self.assertEqual(len(codes), len(ITEM_REASONS), "a code is there twice")

    def test_each_producer_gives_its_reason(self):
        holds = {code: lambda code=code: self._produce_hold(code) for code, _ in HOLD_REASONS}
        for code, _label in ITEM_REASONS:
            produce = holds.get(code) or getattr(self, f"produce_{code}")
            with self.subTest(code), self.isolated():
                debt = produce()
                run = self.follow_up(execute=False)
                self.assertReason(debt, code)
                self.assertIn(code, run.entry_ids.mapped("reason"), "in the run log")

    def test_what_is_held_is_not_said(self):
        for code, _label in HOLD_REASONS:
            with self.subTest(code), self.isolated():
                self._produce_hold(code)
                self.assertNothingSaid(self.follow_up())


class TestCancelReasons(CollectionsCase):
    """A method `produce_<code>` gives a notice that was cancelled for it."""

    def plan(self, **values):
        """Plan a notice for one debt; it waits for approval."""
        self.create_policy([1, 8], is_approval_needed=True, **values)
        self.invoice = self.create_invoice(due_in=-5)
        return self.follow_up().notice_ids

    def produce_settled(self):
        notice = self.plan()
        self.pay(self.invoice)
        notice.action_approve_and_send()
        return notice

    def produce_changed(self):
        notice = self.plan()
        self.invoice.button_draft()
        notice.action_approve_and_send()
        return notice

    def produce_skipped_wait(self):
        notice = self.plan()
        notice.action_skip(until=day_in(3), note="They rang")
        return notice

    def produce_skipped_done(self):
        notice = self.plan()
        notice.action_skip(note="Told by phone")
        return notice

    def produce_withdrawn(self):
        notice = self.plan()
        notice.action_approve_and_send()
        notice.action_withdraw("Sent by mistake", is_apologising=False)
        return notice

    def produce_by_hand(self):
        notice = self.plan()
        notice.action_cancel(note="Not this one")
        return notice

    def produce_rung_reset(self):
        notice = self.plan()
        self.item(self.invoice).action_set_rung(self.env["ar.followup.level"], "Again")
        return notice

    def produce_test_over(self):
        company = self.env.company.sudo()
        company.write({"ar_is_test_mode": True, "ar_test_email": "tester@example.org"})
        notice = self.plan()
        company.ar_is_test_mode = False
        return notice

    def test_each_code_has_a_producer(self):
        produced = {name[8:] for name in dir(self) if name.startswith("produce_")}
        self.assertEqual(produced, set(dict(CANCEL_REASONS)))

    def test_each_producer_gives_its_reason(self):
        for code, _label in CANCEL_REASONS:
            with self.subTest(code), self.isolated():
                notice = getattr(self, f"produce_{code}")()
                self.assertEqual(notice.state, "cancelled")
                self.assertEqual(notice.cancel_reason, code)

    def test_a_notice_is_cancelled_for_whatever_holds_its_debt_now(self):
        notice = self.plan()
        self.hold(self.invoice, "dispute")
        notice.action_approve_and_send()
        self.assertEqual((notice.state, notice.cancel_reason), ("cancelled", "dispute"))
        self.assertEqual(notice.line_ids.cancel_reason, "dispute")


class TestFirstRun(CollectionsCase):
    """L0: switching on, opening review, first approval, maximum, test mode."""

    def test_a_run_needs_the_start_date(self):
        self.create_policy([1])
        self.env.company.sudo().ar_start_date = False
        with self.assertRaisesRegex(Exception, "not switched on"):
            self.follow_up()

    def test_debts_due_before_the_start_wait_for_the_review(self):
        self.create_policy([1, 8])
        self.env.company.sudo().ar_start_date = day_in(-10)
        before = self.create_invoice(due_in=-11)
        on_it = self.create_invoice(due_in=-10)
        after = self.create_invoice(due_in=-9)
        self.assertSaid(self.follow_up(), {on_it: 1, after: 1})
        self.assertReason(before, "opening_review")

    def test_the_review_starts_debts_at_the_first_rung(self):
        self.env.company.sudo().ar_start_date = day_in(0)
        self.create_policy([1, 8])
        invoice = self.create_invoice(due_in=-30)
        self.follow_up()
        self.item(invoice).action_review("first")
        self.assertReason(invoice, "climbs", 1)
        self.assertSaid(self.follow_up(), {invoice: 1})

    def test_the_review_sets_debts_on_a_level_with_their_last_contact(self):
        self.env.company.sudo().ar_start_date = day_in(0)
        policy = self.create_policy([1, 8, 15], min_interval_days=7)
        invoice = self.create_invoice(due_in=-30)
        self.follow_up()
        level = policy.level_ids.filtered(lambda level: level.days == 8)
        self.item(invoice).action_review("level", level=level, last_contact=day_in(-3))
        self.assertReason(invoice, "too_soon_item", 15, 4)
        self.assertSaid(self.follow_up(4), {invoice: 15})

    def test_the_review_takes_debts_out(self):
        self.env.company.sudo().ar_start_date = day_in(0)
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-30)
        self.follow_up()
        self.item(invoice).action_review("skip", note="Settled in court")
        self.assertNothingSaid(self.follow_up(1))
        self.assertReason(invoice, "no_followup")

    def test_a_run_for_some_customers_does_not_stand_for_the_first_run(self):
        company = self.env.company.sudo()
        company.ar_has_approved_run = False
        self.create_policy([1], is_approval_needed=False)
        self.create_invoice()
        self.create_invoice(partner=self.create_customer("Birch Ltd"))
        some = self.follow_up(partner_ids=[Command.set(self.customer.ids)])
        with self.on_day(0):
            some.notice_ids.action_approve()
        self.assertFalse(company.ar_has_approved_run)
        self.assertEqual(self.follow_up().notice_ids.state, "to_approve")

    def test_the_first_run_waits_for_approval_whatever_the_policy_says(self):
        company = self.env.company.sudo()
        company.ar_has_approved_run = False
        self.create_policy([1, 2], is_approval_needed=False)
        self.create_invoice(due_in=-5)
        run = self.follow_up()
        self.assertEqual(run.notice_ids.state, "to_approve")
        run.notice_ids.action_approve()
        self.assertTrue(company.ar_has_approved_run)
        run.action_execute()
        self.assertEqual(run.notice_ids.state, "done")
        self.assertEqual(self.follow_up(1).notice_ids.state, "done")

    def test_the_maximum_of_a_day_holds_over_several_runs(self):
        self.create_policy([1])
        self.env.company.sudo().ar_max_per_day = 2
        partners = [self.create_customer(f"Number {number}") for number in range(4)]
        invoices = [self.create_invoice(partner=partner) for partner in partners]
        self.assertEqual(len(self.follow_up().notice_ids), 2)
        self.assertEqual(len(self.follow_up().notice_ids), 0)
        waiting = [i for i in invoices if self.item(i).reason == "run_limit"]
        self.assertEqual(len(waiting), 2)
        self.assertReason(waiting[0], "run_limit", 1, 1)
        self.assertSaid(self.follow_up(1), dict.fromkeys(waiting, 1))

    def test_a_preview_keeps_the_maximum_of_the_day(self):
        self.create_policy([1])
        self.env.company.sudo().ar_max_per_day = 2
        for number in range(4):
            self.create_invoice(partner=self.create_customer(f"Number {number}"))
        run = self.env["ar.followup.run"].new(
            {"company_id": self.env.company.id, "as_of": day_in(0)}
        )
        self.assertEqual(len(run.action_preview()), 2)
        [row] = self.env["ar.collection.today"].get_preview()["rows"]
        self.assertEqual((row["count"], row["customers"]), (2, 2))
        self.assertEqual(len(self.follow_up().notice_ids), 2)
        self.assertEqual(run.action_preview(), [])

    def test_the_longest_waiting_debts_come_first_under_the_maximum(self):
        self.create_policy([1])
        self.env.company.sudo().ar_max_per_day = 1
        self.create_invoice(due_in=-2)
        oldest = self.create_invoice(due_in=-9, partner=self.create_customer("Old Ltd"))
        self.assertSaid(self.follow_up(), {oldest: 1})

    def test_test_mode_moves_no_debt_and_hides_none_from_the_real_run(self):
        company = self.env.company.sudo()
        company.write({"ar_is_test_mode": True, "ar_test_email": "test@example.com"})
        self.create_policy([self.level(1, amount_from=500.0), 2, 3])
        invoice = self.create_invoice(due_in=-5)
        test_run = self.follow_up()
        self.assertTrue(test_run.notice_ids.is_test)
        self.assertEqual(test_run.notice_ids.state, "done")
        item = self.item(invoice)
        self.assertRecordValues(
            item,
            [
                {
                    "rung_days": 0,
                    "passed_days": 0,
                    "last_notice_date": False,
                    "task_key": False,
                }
            ],
        )
        self.assertFalse(item.event_ids)
        self.assertFalse(item.case_id.last_notice_date)
        company.ar_is_test_mode = False
        real = self.follow_up()
        self.assertSaid(real, {invoice: 2})
        self.assertEqual((item.rung_days, item.passed_days), (2, 1))

    def test_test_notices_that_wait_do_not_stop_real_ones(self):
        company = self.env.company.sudo()
        company.write({"ar_is_test_mode": True, "ar_test_email": "test@example.com"})
        self.create_policy([1], is_approval_needed=True, customer_interval_days=7)
        invoice = self.create_invoice(due_in=-5)
        self.follow_up()
        company.ar_is_test_mode = False
        self.assertSaid(self.follow_up(), {invoice: 1})

    def test_debts_without_start_in_sight_are_not_reviewed(self):
        self.assertEqual(self.env.company.ar_start_date, LONG_AGO)
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-700)
        self.assertSaid(self.follow_up(), {invoice: 1})


class TestHolds(CollectionsCase):
    """L6: holds on a debt, an invoice, a customer; all or part; until a day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_policy([1, 8])

    def test_a_hold_ends_with_its_last_day(self):
        invoice = self.create_invoice()
        self.hold(invoice, until=day_in(2))
        self.assertNothingSaid(self.follow_up(2))
        self.assertReason(invoice, "hold", next_date=3)
        self.assertSaid(self.follow_up(3), {invoice: 1})

    def test_a_hold_begins_on_its_day(self):
        invoice = self.create_invoice()
        self.hold(invoice, date=day_in(1))
        self.assertSaid(self.follow_up(), {invoice: 1})

    def test_a_lifted_hold_holds_no_more(self):
        invoice = self.create_invoice()
        hold = self.hold(invoice)
        self.assertNothingSaid(self.follow_up())
        hold.action_lift()
        self.assertReason(invoice, "climbs", 1)
        self.assertSaid(self.follow_up(), {invoice: 1})

    def test_a_debt_on_hold_leaves_the_others(self):
        invoice = self.create_invoice(terms=(-20, -10))
        other = self.create_invoice()
        self.follow_up(-30)
        self.hold(self.items(invoice)[0], "dispute")
        run = self.follow_up()
        self.assertSaid(run, {invoice: 1, other: 1})
        self.assertNotIn(
            self.debts(invoice)[0], run.notice_ids.line_ids.move_line_id, "not listed"
        )

    def test_an_invoice_on_hold_holds_all_instalments(self):
        invoice = self.create_invoice(terms=(-20, -10))
        self.hold(invoice, "dispute")
        self.assertNothingSaid(self.follow_up())
        self.assertEqual(self.items(invoice).mapped("reason"), ["dispute"] * 2)

    def test_a_customer_on_hold_holds_everything(self):
        invoices = self.create_invoice(), self.create_invoice(due_in=-9)
        self.hold(self.customer, "insolvency")
        self.assertNothingSaid(self.follow_up())
        for invoice in invoices:
            self.assertReason(invoice, "insolvency")

    def test_part_of_a_debt_on_hold_is_not_claimed(self):
        invoice = self.create_invoice(amount=100.0)
        self.follow_up(-30)
        self.hold(self.item(invoice), "dispute", amount=30.0)
        line = self.lines_said(self.follow_up())
        self.assertRecordValues(
            line, [{"open_amount": 100.0, "held_amount": 30.0, "claim_amount": 70.0}]
        )

    def test_part_of_an_invoice_on_hold_is_held_once(self):
        invoice = self.create_invoice(terms=(-20, -10), amount=100.0)
        self.hold(invoice, "dispute", amount=60.0)
        run = self.follow_up()
        self.assertSaid(run, {invoice: 1})
        self.assertEqual(self.items(invoice).mapped("reason")[0], "dispute")
        self.assertEqual(self.lines_said(run).claim_amount, 40.0)

    def test_a_long_hold_repeats_the_last_rung_before_the_next(self):
        invoice = self.create_invoice(due_in=-1)
        self.climb(0)
        self.hold(invoice, "promise", until=day_in(46))
        self.follow_up(1)
        run = self.follow_up(47)
        self.assertSaid(run, {invoice: 1})
        self.assertRecordValues(
            self.lines_said(run), [{"reason": "repeats", "occurrence": 2}]
        )
        self.assertFalse(self.item(invoice).held_since)
        self.assertSaid(self.follow_up(48), {invoice: 8})

    def test_a_hold_of_forty_five_days_repeats_nothing(self):
        invoice = self.create_invoice(due_in=-1)
        self.climb(0)
        with self.on_day(1):
            self.hold(invoice, "promise", date=day_in(1), until=day_in(45))
        self.assertEqual(self.item(invoice).held_since, day_in(1))
        self.assertSaid(self.follow_up(46), {invoice: 8})

    def test_a_hold_of_forty_days_repeats_nothing_when_looked_at_days_later(self):
        """The days from its end to the next run (server down, pause) are not on hold."""
        self.create_policy()
        invoice = self.create_invoice()
        self.climb(0)
        with self.on_day(1):
            self.hold(invoice, date=day_in(1), until=day_in(40))
        self.assertSaid(self.follow_up(50), {invoice: 8})
        self.assertFalse(self.item(invoice).held_since)

    def test_a_reply_that_prolongs_a_hold_is_seen_at_once(self):
        self.create_policy((1, 8), customer_interval_days=0)
        invoice = self.create_invoice()
        self.climb(0)
        case = self.customer._ar_ensure_case(self.env.company)
        for day in (1, 3):
            with self.on_day(day):
                case.sudo().message_update({"subject": "Re: Open invoices"})
        # Every day counts without a calendar: five days from the second reply.
        self.assertReason(invoice, "replied", next_date=9)

    def test_a_hold_of_forty_six_days_repeats_the_rung(self):
        invoice = self.create_invoice(due_in=-1)
        self.climb(0)
        with self.on_day(1):
            self.hold(invoice, "promise", date=day_in(1), until=day_in(46))
        self.assertSaid(self.follow_up(47), {invoice: 1})

    def test_the_bank_reaches_the_due_date_then_the_deadline(self):
        company = self.env.company.sudo()
        company.write({"ar_is_bank_gated": True, "ar_bank_known_date": day_in(-6)})
        self.env["ar.followup.level"].search([]).deadline_days = 5
        invoice = self.create_invoice(due_in=-5)
        self.assertNothingSaid(self.follow_up())
        company.ar_bank_known_date = day_in(-5)
        self.assertSaid(self.follow_up(), {invoice: 1})
        company.ar_bank_known_date = day_in(4)
        self.assertNothingSaid(self.follow_up(6))
        self.assertReason(invoice, "bank_unknown", 8)
        company.ar_bank_known_date = day_in(5)
        self.assertSaid(self.follow_up(6), {invoice: 8})

    def test_a_booked_receipt_tells_how_far_the_bank_is_known(self):
        company = self.env.company.sudo()
        company.ar_is_bank_gated = True
        invoice = self.create_invoice(due_in=-5)
        other = self.create_invoice(partner=self.create_customer("Other Ltd"))
        self.pay(other, 1.0, day=day_in(-6))
        self.assertNothingSaid(self.follow_up())
        self.pay(other, 1.0, day=day_in(-5))
        self.assertEqual(company._ar_get_bank_known(), day_in(-5))
        self.assertIn(invoice, self.lines_said(self.follow_up()).move_id)

    def test_a_post_dated_receipt_tells_nothing_of_the_days_before_it(self):
        company = self.env.company.sudo()
        other = self.create_invoice(partner=self.create_customer("Other Ltd"))
        self.pay(other, 1.0, day=day_in(-6))
        self.pay(other, 1.0, day=day_in(30))
        self.assertEqual(company._ar_get_bank_known(), day_in(-6))
        with self.on_day(30):
            self.assertEqual(company._ar_get_bank_known(), day_in(30))

    def test_the_bank_is_not_known_beyond_today(self):
        company = self.env.company.sudo()
        company.ar_bank_known_date = day_in(30)
        self.assertEqual(company._ar_get_bank_known(), day_in(0))

    def test_money_that_was_paid_out_tells_nothing_about_receipts(self):
        company = self.env.company.sudo()
        payment = self.init_payment(-50, post=True, date=day_in(-1))
        self.assertEqual(payment.payment_type, "outbound")
        self.assertLess(company._ar_get_bank_known(), day_in(-1))

    def test_a_statement_line_that_nobody_matched_tells_nothing(self):
        self.create_receipt(10.0)
        self.assertLess(self.env.company._ar_get_bank_known(), day_in(0))

    def test_a_pause_of_other_policies_does_not_hold(self):
        other = self.create_policy([1], name="Other", sequence=9)
        self.env["ar.followup.pause"].create(
            {
                "name": "Strike",
                "date_from": day_in(0),
                "date_until": day_in(5),
                "policy_ids": [Command.set(other.ids)],
            }
        )
        invoice = self.create_invoice()
        self.assertSaid(self.follow_up(), {invoice: 1})

    def test_a_pause_ends_with_its_last_day(self):
        invoice = self.create_invoice()
        self.env["ar.followup.pause"].create(
            {"name": "Holidays", "date_from": day_in(-2), "date_until": day_in(1)}
        )
        self.assertNothingSaid(self.follow_up(1))
        self.assertSaid(self.follow_up(2), {invoice: 1})

    def test_pausing_everything_holds_what_is_planned_too(self):
        invoice = self.create_invoice()
        run = self.follow_up(execute=False)
        self.env.company.sudo().ar_is_paused = True
        run.action_execute()
        self.assertEqual(run.notice_ids.state, "planned")
        self.env.company.sudo().ar_is_paused = False
        run.action_execute()
        self.assertEqual(run.notice_ids.state, "done")
        self.assertSaid(run, {invoice: 1})
