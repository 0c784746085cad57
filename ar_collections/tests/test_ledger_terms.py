"""The ledger moves: terms, due dates, exclusions and contacts."""


from odoo import Command

from .common import TODAY, CollectionsCase, day_in


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


class TestExcluded(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_policy([1, 8])

    def test_a_debt_excluded_from_follow_up_is_left_alone(self):
        invoice = self.create_invoice(due_in=-1)
        self.climb(0)
        invoice.no_followup = True
        self.assertNothingSaid(self.follow_up(7))
        self.assertReason(invoice, "no_followup")
        invoice.no_followup = False
        self.assertSaid(self.follow_up(8), {invoice: 8})

    def test_a_blocked_invoice_is_left_alone_until_it_is_free(self):
        invoice = self.create_invoice(due_in=-1)
        invoice.action_toggle_block_payment()
        self.assertNothingSaid(self.follow_up())
        self.assertReason(invoice, "blocked")
        invoice.action_toggle_block_payment()
        self.assertSaid(self.follow_up(), {invoice: 1})

    def test_a_blocked_invoice_that_is_paid_is_settled(self):
        invoice = self.create_invoice(due_in=-1)
        self.follow_up(-5)
        invoice.action_toggle_block_payment()
        payment = self.init_payment(100.0, post=True, partner=self.customer, date=TODAY)
        (self.debts(payment.move_id) + self.debts(invoice)).reconcile()
        self.assertEqual(invoice.payment_state, "blocked", "core leaves it so")
        self.assertNothingSaid(self.follow_up())
        self.assertFalse(self.item(invoice).is_open)

    # === JOURNAL ENTRIES === #

    def create_entry(self, amount=100.0, due_in=-5, **values):
        """Book an opening balance that a customer owes."""
        receivable = self.company_data["default_account_receivable"]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": day_in(due_in - 30),
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.id,
                            "partner_id": self.customer.id,
                            "date_maturity": day_in(due_in),
                            "debit": amount,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data["default_account_revenue"].id,
                            "credit": amount,
                        }
                    ),
                ],
                **values,
            }
        )
        entry.action_post()
        return entry

    def create_shared_entry(self, *debts):
        """Book opening balances of several customers in one entry.

        :param debts: of customer and day of the due date
        """
        return self.create_entry(
            line_ids=[
                *(
                    Command.create(
                        {
                            "account_id": self.company_data["default_account_receivable"].id,
                            "partner_id": customer.id,
                            "date_maturity": day_in(due_in),
                            "debit": 100.0,
                        }
                    )
                    for customer, due_in in debts
                ),
                Command.create(
                    {
                        "account_id": self.company_data["default_account_revenue"].id,
                        "credit": 100.0 * len(debts),
                    }
                ),
            ]
        )

    def get_places(self, entry):
        """Give customer, rung and round of each debt of an entry."""
        return {
            (item.move_line_id.partner_id, item.partner_id, item.rung_days, item.round)
            for item in self.items(entry)
        }

    def test_customers_in_one_entry_keep_their_own_rungs(self):
        self.env.company.sudo().ar_is_following_entries = True
        birch = self.create_customer("Birch Ltd")
        entry = self.create_shared_entry((self.customer, -20), (birch, -10))
        self.climb(0, 1)
        told = {(self.customer, self.customer, 8, 1), (birch, birch, 8, 1)}
        self.assertEqual(self.get_places(entry), told)
        self.debts(entry)[0].date_maturity = day_in(-10)
        self.assertNothingSaid(self.follow_up(2))
        self.assertEqual(self.get_places(entry), told)

    def test_a_customer_of_an_entry_starts_below_whatever_the_others_were_told(self):
        self.env.company.sudo().ar_is_following_entries = True
        birch = self.create_customer("Birch Ltd")
        entry = self.create_shared_entry((self.customer, -20), (birch, -20))
        for day in (0, 1):
            self.follow_up(day, partner_ids=[Command.set(birch.ids)])
        self.follow_up(2, partner_ids=[Command.set(self.customer.ids)])
        self.assertEqual(
            self.get_places(entry),
            {(self.customer, self.customer, 1, 1), (birch, birch, 8, 1)},
        )

    def test_opening_balances_are_left_alone_by_default(self):
        entry = self.create_entry()
        self.assertNothingSaid(self.follow_up())
        self.assertReason(entry, "no_followup")

    def test_opening_balances_are_followed_by_choice(self):
        self.env.company.sudo().ar_is_following_entries = True
        entry = self.create_entry()
        run = self.follow_up()
        self.assertSaid(run, {entry: 1})
        self.assertRecordValues(
            self.lines_said(run),
            [{"name": entry.name, "due_date": day_in(-5), "amount_total": 100.0}],
        )

    def test_an_opening_balance_is_called_by_its_label(self):
        self.env.company.sudo().ar_is_following_entries = True
        entry = self.create_entry()
        self.debts(entry).name = "2019-0042"
        self.assertEqual(self.lines_said(self.follow_up()).name, "2019-0042")
        self.assertIn("2019-0042", self.item(entry).display_name)

    def test_single_opening_balances_can_be_taken_out(self):
        self.env.company.sudo().ar_is_following_entries = True
        entry, other = self.create_entry(), self.create_entry()
        self.follow_up(-20)
        self.item(entry).action_follow(False, "Old story")
        self.assertSaid(self.follow_up(), {other: 1})

    def test_an_opening_balance_without_due_date_is_due_on_its_day(self):
        self.env.company.sudo().ar_is_following_entries = True
        entry = self.create_entry(due_in=-5)
        self.debts(entry).date_maturity = False
        self.follow_up()
        self.assertEqual(self.item(entry).due_date, day_in(-35))


class TestContacts(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.create_policy([1, 8], customer_interval_days=7)

    def create_contact(self, name, parent, **values):
        return self.env["res.partner"].create(
            {"name": name, "parent_id": parent.id, **values}
        )

    # === RECIPIENTS === #

    def test_the_invoice_goes_to_its_contact(self):
        contact = self.create_contact("Ann", self.customer, email="ann@example.com")
        invoice = self.create_invoice(due_in=-1, partner=contact)
        run = self.follow_up()
        self.assertSaid(run, {invoice: 1})
        self.assertEqual(run.notice_ids.recipient_id, contact)
        self.assertEqual(run.notice_ids.partner_id, self.customer)
        self.assertEqual(self.item(invoice).partner_id, self.customer)

    def test_a_contact_without_any_address_leaves_it_to_the_company(self):
        contact = self.create_contact("Ann", self.customer, type="other")
        self.create_invoice(due_in=-1, partner=contact)
        self.assertEqual(self.follow_up().notice_ids.recipient_id, self.customer)

    def test_the_collections_contact_comes_first(self):
        contact = self.create_contact("Ann", self.customer, email="ann@example.com")
        clerk = self.create_contact("Bob", self.customer, email="bob@example.com")
        self.customer.ar_collections_contact_id = clerk
        self.create_invoice(due_in=-1, partner=contact)
        self.assertEqual(self.follow_up().notice_ids.recipient_id, clerk)

    def test_two_contacts_of_a_customer_get_a_notice_each_in_one_run(self):
        ann = self.create_contact("Ann", self.customer, email="ann@example.com")
        bob = self.create_contact("Bob", self.customer, email="bob@example.com")
        self.create_invoice(due_in=-1, partner=ann)
        self.create_invoice(due_in=-1, partner=bob)
        run = self.follow_up()
        self.assertEqual(run.notice_ids.recipient_id, ann + bob)
        self.assertEqual(run.notice_ids.mapped("state"), ["done", "done"])
        self.assertEqual(len(run.notice_ids.case_id), 1)

    def test_the_pace_of_a_customer_holds_for_all_its_contacts(self):
        ann = self.create_contact("Ann", self.customer, email="ann@example.com")
        self.create_invoice(due_in=-1)
        theirs = self.create_invoice(due_in=0, partner=ann)
        self.follow_up()
        self.assertNothingSaid(self.follow_up(1))
        self.assertReason(theirs, "too_soon_customer", 1, 7)

    # === CUSTOMERS BECOME ONE === #

    def merge(self, kept, *others):
        """Merge contacts with core's wizard."""
        partners = kept.union(*others)
        wizard = (
            self.env["base.partner.merge.automatic.wizard"]
            .sudo()
            .create({"dst_partner_id": kept.id, "partner_ids": partners.ids})
        )
        wizard.action_merge()

    def tell_two(self):
        """Remind two customers; give them and their invoices."""
        twin = self.create_customer("Acorn Limited")
        ours = self.create_invoice(due_in=-1)
        theirs = self.create_invoice(due_in=-2, partner=twin)
        self.climb(0)
        return twin, ours, theirs

    def test_merging_two_customers_loses_nothing(self):
        twin, ours, theirs = self.tell_two()
        self.hold(self.item(theirs), "dispute")
        self.hold(twin, "promise", until=day_in(40))
        case, lost = self.customer.ar_case_id, twin.ar_case_id
        case.sudo().message_post(body="Ours")
        lost.sudo().message_post(body="Theirs")
        task = lost._schedule_task("Call", day_in(1))
        events = case.event_ids + lost.event_ids
        notices = case.notice_ids + lost.notice_ids
        holds = lost.hold_ids
        self.merge(self.customer, twin)
        self.assertTrue(case.exists())
        self.assertFalse(lost.exists())
        self.assertEqual(case.item_ids, self.item(ours) + self.item(theirs))
        self.assertEqual(case.notice_ids, notices)
        self.assertEqual(notices.partner_id, self.customer)
        self.assertLess(events, case.event_ids)
        self.assertEqual(case.hold_ids, holds)
        self.assertIn(task, case.activity_ids)
        bodies = " ".join(case.message_ids.mapped("body"))
        self.assertIn("Ours", bodies)
        self.assertIn("Theirs", bodies)
        self.assertEqual(
            (self.item(ours).rung_days, self.item(theirs).rung_days), (1, 1)
        )

    def test_after_a_merge_the_ladder_goes_on_at_the_same_rungs(self):
        twin, ours, theirs = self.tell_two()
        self.merge(self.customer, twin)
        self.assertSaid(self.follow_up(9), {ours: 8, theirs: 8})

    def test_a_merge_into_a_customer_without_a_case_takes_the_case_along(self):
        twin, ours, theirs = self.tell_two()
        new = self.create_customer("Acorn Holding")
        self.merge(new, twin)
        case = new.ar_case_id
        self.assertEqual(case.item_ids, self.item(theirs))
        self.assertEqual(self.item(theirs).partner_id, new)
        self.assertSaid(self.follow_up(9), {ours: 8, theirs: 8})

    def test_a_merge_keeps_what_waits_for_approval(self):
        self.policy.is_approval_needed = True
        twin = self.create_customer("Acorn Limited")
        invoice = self.create_invoice(due_in=-1, partner=twin)
        notice = self.follow_up().notice_ids
        self.merge(self.customer, twin)
        self.assertNothingSaid(self.follow_up(1), "no second proposal")
        with self.on_day(1):
            notice.action_approve_and_send()
        self.assertEqual(notice.state, "done")
        self.assertEqual(notice.recipient_id, self.customer)
        self.assertEqual(self.item(invoice).rung_days, 1)

    def test_a_customer_who_becomes_a_contact_of_another_takes_the_case_along(self):
        twin, ours, theirs = self.tell_two()
        self.hold(twin, "insolvency")
        lost = twin.ar_case_id
        twin.write({"parent_id": self.customer.id, "is_company": False})
        self.assertEqual(twin.commercial_partner_id, self.customer)
        self.assertNothingSaid(self.follow_up(9), "the insolvency holds for all now")
        self.assertFalse(lost.exists())
        self.assertEqual(self.item(theirs).case_id, self.item(ours).case_id)
        self.assertEqual(self.item(theirs).rung_days, 1, "was told at the same company")

    def test_reminders_told_before_a_merge_count_for_the_formal_notice(self):
        self.create_policy([1, 2, self.level(3, is_formal=True)], min_reminders=2)
        twin = self.create_customer("Acorn Limited")
        theirs = self.create_invoice(due_in=-8, partner=twin)
        self.climb(0, 1)
        self.merge(self.customer, twin)
        self.assertSaid(self.follow_up(2), {theirs: 3})
