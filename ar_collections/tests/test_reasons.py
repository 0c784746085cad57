"""Every code says why: each is produced here with real models.

The tables below are complete by a test of their own: a new code needs a producer.
"""

from odoo.addons.ar_collections.const import CANCEL_REASONS, HOLD_REASONS, ITEM_REASONS

from .common import CollectionsCase, day_in


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
