"""The ledger moves: payments, credits, and what undoes them."""

from unittest.mock import patch

from .common import TODAY, CollectionsCase


class TestPayments(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.create_policy([1, 8, 15])

    # === PAID === #

    def test_a_paid_debt_leaves_the_ladder(self):
        invoice = self.create_invoice(due_in=-1)
        self.climb(0)
        self.pay(invoice)
        self.assertNothingSaid(self.follow_up(7))
        self.assertFalse(self.item(invoice).is_open)

    def test_a_part_paid_debt_climbs_with_what_is_left(self):
        invoice = self.create_invoice(due_in=-1, amount=100.0)
        self.pay(invoice, 40.0)
        run = self.follow_up()
        self.assertSaid(run, {invoice: 1})
        self.assertRecordValues(
            self.lines_said(run), [{"amount_total": 100.0, "open_amount": 60.0}]
        )

    def test_an_undone_payment_brings_the_debt_back_at_its_rung(self):
        invoice = self.create_invoice(due_in=-1)
        self.climb(0)
        self.pay(invoice)
        self.assertNothingSaid(self.follow_up(7))
        self.unmatch(invoice)
        # The payment is free money now and covers the debt.
        self.assertNothingSaid(self.follow_up(8))
        self.assertReason(invoice, "covered")
        self.env["account.payment"].search([]).filtered(
            lambda payment: payment.partner_id == self.customer
        ).action_draft()
        self.assertSaid(self.follow_up(9), {invoice: 8})
        self.assertEqual(self.item(invoice).round, 1)

    def test_a_reversed_payment_brings_the_debt_back_at_its_rung(self):
        invoice = self.create_invoice(due_in=-1)
        self.climb(0)
        payment = self.pay(invoice)
        payment.move_id._reverse_moves(cancel=True)
        self.assertEqual(invoice.payment_state, "not_paid")
        self.assertSaid(self.follow_up(7), {invoice: 8})

    def test_a_reversed_invoice_leaves_the_ladder(self):
        invoice = self.create_invoice(due_in=-1)
        self.climb(0)
        self._reverse_invoice(invoice, post=True)
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertNothingSaid(self.follow_up(7))

    # === CREDITS === #

    def test_a_credit_note_covers_its_own_invoice_first(self):
        older = self.create_invoice(due_in=-9, amount=100.0)
        own = self.create_invoice(due_in=-1, amount=100.0)
        self.create_credit_note(100.0, own)
        self.assertSaid(self.follow_up(), {older: 1})
        self.assertReason(own, "covered")

    def test_a_free_credit_covers_the_oldest_due_first(self):
        younger = self.create_invoice(due_in=-1, amount=100.0)
        older = self.create_invoice(due_in=-9, amount=100.0)
        self.create_credit_note(130.0)
        run = self.follow_up()
        self.assertSaid(run, {younger: 1})
        self.assertReason(older, "covered")
        self.assertRecordValues(
            self.lines_said(run),
            [{"open_amount": 100.0, "credit_amount": 30.0, "claim_amount": 70.0}],
        )

    def test_a_payment_that_nobody_has_matched_covers_debts(self):
        invoice = self.create_invoice(due_in=-1, amount=100.0)
        self.init_payment(100.0, post=True, partner=self.customer, date=TODAY)
        self.assertNothingSaid(self.follow_up())
        self.assertReason(invoice, "covered")

    def test_a_credit_note_that_is_opened_again_covers_again(self):
        invoice = self.create_invoice(due_in=-1, amount=100.0)
        other = self.create_invoice(due_in=-30, amount=100.0)
        note = self.create_credit_note(100.0, invoice)
        (self.debts(note) + self.debts(other)).reconcile()
        self.assertSaid(self.follow_up(), {invoice: 1})
        self.unmatch(note)
        self.assertSaid(self.follow_up(1), {other: 1})
        self.assertReason(invoice, "covered")

    def test_money_that_was_paid_back_covers_nothing_and_is_not_reminded(self):
        invoice = self.create_invoice(due_in=-1, amount=100.0)
        self.create_credit_note(100.0)
        refund = self.init_payment(-100.0, partner=self.customer, date=TODAY)
        refund.partner_type = "customer"
        refund.action_post()
        self.assertSaid(self.follow_up(), {invoice: 1})
        self.assertFalse(self.items(refund.move_id))

    def test_money_that_the_bank_paid_back_is_not_reminded_either(self):
        invoice = self.create_invoice(due_in=-1, amount=100.0)
        self.create_credit_note(100.0)
        paid_back = self.create_receipt(-100.0)
        _liquidity, suspense, _other = paid_back.with_context(
            skip_account_move_synchronization=True
        )._seek_for_lines()
        suspense.account_id = self.debts(invoice).account_id
        self.assertEqual(self.debts(paid_back.move_id).amount_residual, 100.0)
        self.assertSaid(self.follow_up(), {invoice: 1})
        self.assertFalse(self.items(paid_back.move_id))

    def test_a_credit_of_another_customer_covers_nothing(self):
        invoice = self.create_invoice(due_in=-1, amount=100.0)
        self.create_credit_note(100.0, partner=self.create_customer("Other Ltd"))
        self.assertSaid(self.follow_up(), {invoice: 1})

    # === ON ITS WAY === #

    def test_a_payment_in_process_holds_its_amount_only(self):
        invoice = self.create_invoice(due_in=-1, amount=100.0)
        self.create_transaction(invoice, amount=60.0)
        run = self.follow_up()
        self.assertSaid(run, {invoice: 1})
        self.assertRecordValues(
            self.lines_said(run), [{"held_amount": 60.0, "claim_amount": 40.0}]
        )

    def test_a_payment_in_process_holds_its_own_invoice_only(self):
        invoice = self.create_invoice(due_in=-1, amount=100.0)
        other = self.create_invoice(due_in=-9, amount=100.0)
        self.create_transaction(invoice)
        self.assertSaid(self.follow_up(), {other: 1})
        self.assertReason(invoice, "in_process")

    def test_a_payment_is_in_process_for_five_business_days(self):
        self.policy.calendar_id = self.create_calendar()
        invoice = self.create_invoice(due_in=-9, amount=100.0)
        self.create_transaction(invoice)
        # From Wednesday: the fifth business day after it is next Wednesday.
        self.assertNothingSaid(self.follow_up(7))
        self.assertReason(invoice, "in_process")
        self.assertSaid(self.follow_up(8), {invoice: 1})

    def test_announcing_a_payment_again_gains_no_days(self):
        invoice = self.create_invoice(due_in=-9, amount=100.0)
        self.create_transaction(invoice)
        self.assertNothingSaid(self.follow_up(5))
        with self.on_day(6):
            self.create_transaction(invoice)
        self.assertSaid(self.follow_up(7), {invoice: 1})

    def test_each_customer_has_the_business_days_of_its_policy(self):
        self.policy.write({"calendar_id": self.create_calendar(), "for_consumer": False})
        self.create_policy([1], sequence=1000)
        consumer = self.create_customer("Ada Byron", is_company=False)
        ours = self.create_invoice(due_in=-9)
        theirs = self.create_invoice(due_in=-9, partner=consumer)
        self.create_transaction(ours)
        self.create_transaction(theirs)
        self.assertSaid(self.follow_up(6), {theirs: 1})
        self.assertReason(ours, "in_process")

    def test_authorised_and_unbooked_payments_are_in_process_too(self):
        for state in ("authorized", "done"):
            with self.subTest(state), self.isolated():
                invoice = self.create_invoice(due_in=-1)
                self.create_transaction(invoice, state)
                self.assertNothingSaid(self.follow_up())
                self.assertReason(invoice, "in_process")

    def test_a_cancelled_transaction_holds_nothing(self):
        invoice = self.create_invoice(due_in=-1)
        self.create_transaction(invoice)._set_canceled()
        self.assertSaid(self.follow_up(), {invoice: 1})

    def test_one_transaction_for_several_invoices_is_shared(self):
        one = self.create_invoice(due_in=-9, amount=100.0)
        two = self.create_invoice(due_in=-1, amount=100.0)
        self.create_transaction(one + two, amount=150.0)
        run = self.follow_up()
        self.assertSaid(run, {two: 1})
        self.assertEqual(self.lines_said(run).claim_amount, 50.0)

    def test_a_payment_in_another_currency_holds_its_invoice_at_the_days_rate(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 0.5)])
        dollars = self.create_invoice(due_in=-1, amount=100.0)
        euros = self.create_invoice(due_in=-1, amount=100.0, currency=euro)
        paying = self.create_transaction(dollars)
        paying.write({"currency_id": euro.id, "amount": 50.0})
        other = self.create_transaction(euros)
        other.write({"currency_id": dollars.currency_id.id, "amount": 150.0})
        run = self.follow_up()
        self.assertSaid(run, {euros: 1})
        self.assertReason(dollars, "in_process")
        self.assertEqual(self.lines_said(run).claim_amount, 25.0)

    def test_a_payment_without_entry_is_in_process(self):
        """As with the enterprise accounting app, where an invoice is `in_payment`."""
        invoice = self.create_invoice(due_in=-1, amount=100.0)
        self.inbound_payment_method_line.payment_account_id = False
        model = self.env.registry["account.move"]
        with patch.object(model, "_get_invoice_in_payment_state", lambda self: "in_payment"):
            payment = self.pay(invoice, 60.0)
            self.assertFalse(payment.move_id)
            self.assertEqual(payment.state, "in_process")
            self.assertEqual(invoice.payment_state, "in_payment")
        run = self.follow_up()
        self.assertSaid(run, {invoice: 1})
        self.assertEqual(self.lines_said(run).claim_amount, 40.0)

    def test_an_unmatched_receipt_holds_the_oldest_debts(self):
        younger = self.create_invoice(due_in=-1, amount=100.0)
        older = self.create_invoice(due_in=-9, amount=100.0)
        self.create_receipt(120.0)
        run = self.follow_up()
        self.assertSaid(run, {younger: 1})
        self.assertReason(older, "unmatched_receipt")
        self.assertRecordValues(
            self.lines_said(run), [{"held_amount": 20.0, "claim_amount": 80.0}]
        )

    def test_a_matched_receipt_holds_nothing(self):
        invoice = self.create_invoice(due_in=-9, amount=100.0)
        other = self.create_invoice(due_in=-1, amount=50.0)
        receipt = self.create_receipt(100.0)
        _liquidity, suspense, _other = receipt.with_context(
            skip_account_move_synchronization=True
        )._seek_for_lines()
        suspense.account_id = self.debts(invoice).account_id
        (suspense + self.debts(invoice)).reconcile()
        self.assertSaid(self.follow_up(), {other: 1})

    # === BETWEEN PLAN AND EXECUTION === #

    def test_a_debt_paid_before_the_message_drops_out_singly(self):
        paid = self.create_invoice(due_in=-1, amount=100.0)
        other = self.create_invoice(due_in=-2, amount=50.0)
        run = self.follow_up(execute=False)
        self.pay(paid)
        run.action_execute()
        self.assertSaid(run, {other: 1})
        dropped = run.notice_ids.line_ids.filtered("is_cancelled")
        self.assertEqual((dropped.move_id, dropped.cancel_reason), (paid, "settled"))
        self.assertFalse(self.item(paid).rung_days)

    def test_a_notice_with_nothing_left_is_cancelled_with_the_reason(self):
        invoice = self.create_invoice(due_in=-1)
        run = self.follow_up(execute=False)
        self.pay(invoice)
        run.action_execute()
        notice = run.notice_ids
        self.assertEqual((notice.state, notice.cancel_reason), ("cancelled", "settled"))
        self.assertFalse(notice.delivery_ids)
        self.assertEqual(run.state, "done")

    def test_level_channel_and_deadline_are_taken_from_what_is_left(self):
        self.policy.level_ids.filtered(lambda level: level.days == 8).write(
            {"channel": "sms", "deadline_days": 20}
        )
        young = self.create_invoice(due_in=-1)
        old = self.create_invoice(due_in=-15)
        self.follow_up(-7)
        run = self.follow_up(execute=False)
        self.assertRecordValues(
            run.notice_ids, [{"level_days": 8, "channel": "sms", "deadline_days": 20}]
        )
        self.pay(old)
        run.action_execute()
        self.assertSaid(run, {young: 1})
        self.assertRecordValues(
            run.notice_ids,
            [{"level_days": 1, "channel": "email", "deadline_days": 0, "deadline": False}],
        )

    def test_amounts_are_those_of_the_moment_of_the_message(self):
        invoice = self.create_invoice(due_in=-1, amount=100.0)
        run = self.follow_up(execute=False)
        self.pay(invoice, 30.0)
        run.action_execute()
        self.assertEqual(self.lines_said(run).open_amount, 70.0)

    def test_a_debt_held_meanwhile_drops_out_with_its_reason(self):
        invoice = self.create_invoice(due_in=-1)
        other = self.create_invoice(due_in=-2)
        run = self.follow_up(execute=False)
        self.hold(invoice, "dispute")
        run.action_execute()
        self.assertSaid(run, {other: 1})
        dropped = run.notice_ids.line_ids.filtered("is_cancelled")
        self.assertEqual(dropped.cancel_reason, "dispute")

    def test_a_listed_debt_that_is_held_leaves_the_list_with_its_reason(self):
        listed = self.create_invoice(due_in=-1)
        self.climb(0)
        said = self.create_invoice(due_in=0)
        run = self.follow_up(1, execute=False)
        self.assertEqual(self.lines_said(run, "overdue").move_id, listed)
        with self.on_day(1):
            self.hold(listed, "dispute")
            run.action_execute()
        self.assertSaid(run, {said: 1})
        line = run.notice_ids.line_ids.filtered(lambda line: line.move_id == listed)
        self.assertEqual((line.is_cancelled, line.cancel_reason), (True, "dispute"))

    def test_a_listed_debt_that_falls_due_meanwhile_is_listed_as_overdue(self):
        self.create_invoice(due_in=-1)
        listed = self.create_invoice(due_in=1)
        run = self.follow_up(execute=False)
        self.assertEqual(self.lines_said(run, "not_due").move_id, listed)
        with self.on_day(2):
            run.action_execute()
        self.assertEqual(self.lines_said(run, "overdue").move_id, listed)

    def test_the_address_of_the_moment_is_used(self):
        self.policy.level_ids.fallback_channel = "phone"
        self.create_invoice(due_in=-1)
        run = self.follow_up(execute=False)
        self.assertEqual(run.notice_ids.channel, "email")
        self.customer.email = False
        run.action_execute()
        self.assertRecordValues(run.notice_ids, [{"channel": "phone", "state": "done"}])

    def test_the_contact_of_the_moment_is_told(self):
        self.create_invoice(due_in=-1)
        run = self.follow_up(execute=False)
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": self.customer.id, "email": "ann@example.com"}
        )
        self.customer.ar_collections_contact_id = contact
        run.action_execute()
        self.assertEqual(run.notice_ids.recipient_id, contact)
        self.assertEqual(run.notice_ids.state, "done")

    def test_a_notice_whose_recipient_lost_its_address_is_cancelled(self):
        invoice = self.create_invoice(due_in=-1)
        run = self.follow_up(execute=False)
        self.customer.email = False
        run.action_execute()
        self.assertEqual(run.notice_ids.cancel_reason, "no_address")
        self.assertReason(invoice, "no_address")

    def test_a_cancelled_notice_frees_its_rung(self):
        invoice = self.create_invoice(due_in=-1)
        run = self.follow_up(execute=False)
        hold = self.hold(invoice)
        run.action_execute()
        self.assertNothingSaid(run)
        hold.action_lift()
        self.assertSaid(self.follow_up(), {invoice: 1})
