"""The ledger's contacts: who gets the notice, and customers that become one."""

from .common import CollectionsCase, day_in


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
