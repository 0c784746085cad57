"""The ledger moves: due dates, terms, drafts."""

from .common import CollectionsCase, day_in


class TestTerms(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.create_policy([-3, 1, 8, 15])

    def events(self, debt, code):
        return debt.event_ids.filtered(lambda event: event.code == code)

    # === DUE DATE === #

    def test_a_due_date_moved_into_the_future_starts_a_new_round_on_record(self):
        invoice = self.create_invoice(due_in=-8)
        self.climb(-7, 0)
        invoice.invoice_date_due = day_in(20)
        run = self.follow_up(1)
        self.assertNothingSaid(run)
        item = self.item(invoice)
        self.assertRecordValues(
            item,
            [{"round": 2, "rung_days": 0, "rung_level_id": False, "due_date": day_in(20)}],
        )
        self.assertReason(item, "not_due", -3, 17)
        self.assertEqual(len(self.events(item, "round_started")), 1)
        self.follow_up(2)
        self.assertEqual(len(self.events(item, "round_started")), 1)
        self.assertSaid(self.follow_up(21), {invoice: 1})
        self.assertEqual(item.round, 2)

    def test_a_due_date_moved_to_today_starts_no_round(self):
        invoice = self.create_invoice(due_in=-8)
        self.climb(-7, 0)
        with self.on_day(1):
            invoice.invoice_date_due = day_in(1)
        self.follow_up(1)
        self.assertEqual((self.item(invoice).round, self.item(invoice).rung_days), (1, 8))

    def test_a_due_date_moved_later_in_the_past_keeps_round_and_rung(self):
        invoice = self.create_invoice(due_in=-8)
        self.climb(-7, 0)
        invoice.invoice_date_due = day_in(-2)
        self.assertNothingSaid(self.follow_up(12))
        item = self.item(invoice)
        self.assertEqual((item.round, item.rung_days), (1, 8))
        self.assertReason(item, "too_soon_level", 15, 13)
        self.assertSaid(self.follow_up(13), {invoice: 15})

    def test_a_due_date_moved_earlier_brings_the_next_rung_earlier(self):
        invoice = self.create_invoice(due_in=-1)
        self.climb(0)
        invoice.invoice_date_due = day_in(-8)
        self.assertSaid(self.follow_up(1), {invoice: 8})
        self.assertEqual(self.item(invoice).round, 1)

    def test_a_notice_planned_for_an_older_round_is_not_sent(self):
        self.create_policy([1, 8], is_approval_needed=True)
        invoice = self.create_invoice(due_in=-9)
        self.follow_up().notice_ids.action_approve_and_send()
        notice = self.follow_up(1).notice_ids
        self.assertEqual(notice.level_days, 8)
        invoice.invoice_date_due = day_in(20)
        with self.on_day(1):
            notice.action_approve_and_send()
        self.assertEqual(notice.state, "cancelled")
        self.assertFalse(notice.delivery_ids)

    # === REBUILT IN DRAFT === #

    def rebuild(self, invoice, *days):
        """Give an invoice other terms, by way of draft."""
        invoice.button_draft()
        terms = self.create_terms(days, invoice.invoice_date)
        invoice.invoice_payment_term_id = terms
        invoice.action_post()

    def test_three_instalments_become_two(self):
        invoice = self.create_invoice(terms=(-30, -10, 20), amount=300.0)
        self.follow_up()
        self.follow_up(1)
        self.assertEqual(self.items(invoice).mapped("rung_days"), [8, 8, 0])
        self.rebuild(invoice, -10, 20)
        self.follow_up(2)
        items = self.items(invoice)
        followed = items.filtered("is_open")
        self.assertEqual(followed.mapped("due_date"), [day_in(-10), day_in(20)])
        self.assertEqual(followed.mapped("rung_days"), [8, 0])
        self.assertEqual(followed.move_line_id, self.debts(invoice))
        self.assertEqual(len(items), 3, "what was told of the first is kept")

    def test_two_instalments_become_three_and_the_new_one_inherits_the_highest_rung(self):
        invoice = self.create_invoice(terms=(-30, -10), amount=300.0)
        self.climb(0, 1, 2)
        self.assertEqual(self.items(invoice).mapped("rung_days"), [15, 8])
        self.rebuild(invoice, -30, -10, -4)
        run = self.follow_up(3)
        items = self.items(invoice)
        self.assertEqual(items.mapped("rung_days"), [15, 8, 15])
        self.assertEqual(items.mapped("round"), [1, 1, 1])
        self.assertNothingSaid(run, "the second is not at 15 days yet, the third is")

    def test_an_added_instalment_in_the_future_starts_a_new_round(self):
        invoice = self.create_invoice(terms=(-30, -10), amount=300.0)
        self.climb(0, 1, 2)
        self.rebuild(invoice, -30, -10, 30)
        self.follow_up(3)
        added = self.items(invoice)[-1]
        self.assertEqual((added.due_date, added.rung_days), (day_in(30), 0))
        self.assertEqual(added.round, 2)
        self.assertTrue(self.events(added, "round_started"))

    def test_an_instalment_that_inherits_a_rung_inherits_its_reminders(self):
        """L5: the formal notice counts what was told before the terms were rebuilt."""
        formal = self.level(13, is_formal=True, amount_from=0)
        self.create_policy([1, 5, 9, formal], min_reminders=3)
        invoice = self.create_invoice(terms=(-5, -4), amount=300.0)
        self.climb(0, 5, 10)
        self.assertEqual(self.items(invoice).mapped("rung_days"), [9, 9])
        with self.on_day(10):
            self.rebuild(invoice, -5, -4, -3)
            self.commit()
        added = self.items(invoice)[-1]
        self.assertEqual((added.rung_days, added.inherited_reminders), (9, 3))
        self.assertSaid(self.follow_up(12), {invoice: [13, 13, 13]})

    def test_only_reminders_that_arrived_are_inherited(self):
        formal = self.level(13, is_formal=True, amount_from=0)
        self.create_policy([1, 5, formal], min_reminders=2)
        invoice = self.create_invoice(terms=(-5, -4), amount=300.0)
        self.climb(0)
        self.follow_up(5)
        self.rebuild(invoice, -5, -4, -3)
        self.follow_up(12)
        added = self.items(invoice)[-1]
        self.assertEqual((added.rung_days, added.inherited_reminders), (5, 1))
        self.assertReason(added, "too_few_reminders", 13)

    def test_what_was_inherited_is_inherited_again(self):
        self.create_policy([1, 5, 20])
        invoice = self.create_invoice(terms=(-5, -4), amount=300.0)
        self.climb(0, 5)
        self.rebuild(invoice, -5, -4, -3)
        self.follow_up(6)
        self.assertEqual(self.items(invoice)[-1]._count_reminders(), 2)
        self.items(invoice)[:2].sudo().rung_days = 1
        self.rebuild(invoice, -5, -4, -3, -2)
        self.follow_up(7)
        self.assertEqual(self.items(invoice)[-1].inherited_reminders, 2)

    def test_a_new_round_counts_no_inherited_reminders(self):
        invoice = self.create_invoice(terms=(-30, -10), amount=300.0)
        self.climb(0, 1, 2)
        self.rebuild(invoice, -30, -10, 30)
        self.follow_up(3)
        self.assertEqual(self.items(invoice)[-1].inherited_reminders, 0)
        self.rebuild(invoice, -30, -10, -4)
        self.follow_up(4)
        added = self.items(invoice)[-1]
        self.assertEqual(added.round, 2)
        self.assertEqual(added._count_reminders(), 0)

    def test_a_rung_set_back_counts_no_inherited_reminders(self):
        policy = self.create_policy([1, 5, 20])
        invoice = self.create_invoice(terms=(-5, -4), amount=300.0)
        self.climb(0, 5)
        self.rebuild(invoice, -5, -4, -3)
        self.follow_up(6)
        added = self.items(invoice)[-1]
        self.assertEqual(added.inherited_reminders, 2)
        added.action_set_rung(policy.level_ids[0], "agreed with the customer")
        self.assertEqual((added.round, added.inherited_reminders), (2, 0))

    def test_instalments_that_swap_their_lines_keep_their_rungs(self):
        """A journal item's id is not the identity of a debt: core recycles it."""
        invoice = self.create_invoice(terms=(-30, -2), amount=300.0)
        self.climb(0, 1)
        first, second = self.debts(invoice)
        self.assertEqual(self.items(invoice).mapped("rung_days"), [8, 1])
        second.date_maturity, first.date_maturity = day_in(-30), day_in(-2)
        self.follow_up(2)
        self.assertEqual(self.item(second).rung_days, 15)
        self.assertEqual(self.item(first).rung_days, 1)

    def test_instalments_are_followed_one_by_one(self):
        invoice = self.create_invoice(terms=(-8, -1, 30), amount=300.0)
        self.follow_up(-7)
        run = self.follow_up()
        self.assertSaid(run, {invoice: [8, 1]})
        self.assertEqual(self.lines_said(run, "not_due").due_date, day_in(30))
        self.assertEqual(
            self.items(invoice).mapped("reason"),
            ["too_soon_level", "too_soon_level", "not_due"],
        )

    def test_one_instalment_paid_leaves_the_others(self):
        invoice = self.create_invoice(terms=(-8, -1), amount=300.0)
        self.pay(self.debts(invoice)[0])
        self.assertSaid(self.follow_up(), {invoice: 1})

    # === CANCELLED, DRAFT === #

    def test_an_invoice_reset_to_draft_is_not_reminded_and_comes_back_at_its_rung(self):
        invoice = self.create_invoice(due_in=-1)
        self.climb(0)
        invoice.button_draft()
        self.assertNothingSaid(self.follow_up(7))
        invoice.action_post()
        self.assertSaid(self.follow_up(8), {invoice: 8})

    def test_a_cancelled_invoice_is_not_reminded(self):
        invoice = self.create_invoice(due_in=-1)
        run = self.follow_up(execute=False)
        invoice.button_draft()
        invoice.button_cancel()
        run.action_execute()
        self.assertEqual(run.notice_ids.cancel_reason, "changed")
        self.assertNothingSaid(self.follow_up(1))

    def test_an_invoice_rebuilt_between_plan_and_execution_is_found_again(self):
        invoice = self.create_invoice(terms=(-9, -8), amount=300.0)
        run = self.follow_up(execute=False)
        self.rebuild(invoice, -9, -8)
        run.action_execute()
        self.assertSaid(run, {invoice: [1, 1]})

    def test_an_invoice_that_goes_to_another_customer_starts_from_below(self):
        invoice = self.create_invoice(due_in=-9)
        self.climb(0, 1)
        other = self.create_customer("Other Ltd")
        invoice.button_draft()
        invoice.partner_id = other
        invoice.invoice_date_due = day_in(-9)
        invoice.action_post()
        self.assertSaid(self.follow_up(2), {invoice: 1})
        item = self.items(invoice).filtered("is_open")
        self.assertEqual((item.partner_id, item.case_id.partner_id), (other, other))
        self.assertEqual(item.rung_days, 1)
