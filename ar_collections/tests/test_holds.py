"""Holds on a debt, an invoice, a customer."""

from odoo import Command

from .common import CollectionsCase, day_in


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
