"""Figures of the ledger in lists."""

from odoo import Command

from .common import CollectionsCase, day_in


class TestLists(CollectionsCase):
    """Figures of the ledger in lists: sorted, summed and filtered as they are computed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.create_policy((1, 8))
        cls.birch = cls.create_customer("Birch Ltd")
        cls.create_invoice(due_in=-5, amount=100.0)
        cls.create_invoice(due_in=10, amount=30.0)
        cls.create_invoice(due_in=-3, amount=500.0, partner=cls.birch)
        cls.create_credit_note(50.0, partner=cls.birch)
        run = cls.env["ar.followup.run"].create({"company_id": cls.env.company.id})
        run.action_plan()
        cls.todays_run = run
        cls.cases = cls.env["ar.collection.case"].search([])
        cls.case = cls.cases.filtered(lambda case: case.partner_id == cls.customer)

    def found(self, *domain):
        return self.env["ar.collection.case"].search(list(domain)).partner_id

    def test_cases_are_sorted_and_summed_by_what_is_overdue(self):
        by_amount = self.cases.search([], order="overdue_amount desc")
        self.assertEqual(by_amount.mapped("overdue_amount"), [450.0, 100.0])
        [[total, still_open]] = self.cases._read_group(
            [], [], ["overdue_amount:sum", "open_amount:sum"]
        )
        self.assertEqual((total, still_open), (550.0, 580.0))

    def test_cases_are_found_by_amounts(self):
        self.assertEqual(self.found(("overdue_amount", ">", 100)), self.birch)
        self.assertEqual(self.found(("open_amount", "<=", 130)), self.customer)
        self.assertEqual(self.found(("overdue_amount", "in", [100])), self.customer)

    def test_what_is_paid_is_not_overdue(self):
        self.pay(self.case.item_ids.move_id.sorted("invoice_date_due")[:1])
        self.assertEqual(self.case.overdue_amount, 0.0)
        self.assertEqual(self.found(("overdue_amount", ">", 0)), self.birch)

    def test_cases_know_their_next_step(self):
        self.assertEqual(
            self.case.next_date, day_in(0), "a step that is due is due today"
        )
        self.assertEqual(self.case.next_level_id, self.policy.level_ids[0])
        self.assertEqual(
            self.found(("next_date", "<=", "today")), self.customer | self.birch
        )
        self.hold(self.customer, until=day_in(6))
        self.case.invalidate_recordset()
        self.assertEqual(self.case.next_date, day_in(7))
        self.assertEqual(self.found(("next_date", "<=", "today")), self.birch)

    def test_at_the_end_of_the_ladder_no_step_comes_by_itself(self):
        item = self.case.item_ids.sorted("due_date")[:1]
        item.sudo().write({"reason": "ladder_end", "next_date": day_in(-2)})
        self.assertFalse(item.next_day)
        self.case.invalidate_recordset()
        self.assertEqual(self.case.next_date, day_in(11))

    def test_a_case_uses_the_policy_that_python_chooses(self):
        tag = self.env["res.partner.category"].create({"name": "Key account"})
        greece = self.env.ref("base.gr")
        none = {"for_business": False, "for_consumer": False, "for_public": False}
        first = {"sequence": -1, "is_on": True}
        policies = self.create_policy(
            (1,),
            **(
                none
                | first
                | {"for_business": True, "category_ids": [Command.link(tag.id)]}
            ),
        )
        policies |= self.create_policy(
            (1,),
            **(
                none
                | first
                | {"for_consumer": True, "country_ids": [Command.link(greece.id)]}
            ),
        )
        policies |= self.create_policy((1,), is_on=False, sequence=-2)
        by_hand = self.create_policy((1,), sequence=9)
        makes = (
            {},
            {"category_id": [Command.link(tag.id)]},
            {"is_company": False, "country_id": greece.id},
            {"is_company": False},
            {"ar_customer_kind": "public"},
        )
        cases = self.env["ar.collection.case"]
        for number, values in enumerate(makes):
            partner = self.create_customer(f"Customer {number}", **values)
            cases |= partner._ar_ensure_case(self.env.company)
        cases |= self.create_customer("By hand")._ar_ensure_case(self.env.company)
        cases[-1].policy_id = by_hand
        expected = [case._get_policy() for case in cases]
        self.assertGreaterEqual(len(set(expected)), 4)
        self.assertEqual([case.used_policy_id for case in cases], expected)
        groups = dict(
            cases._read_group(
                [("id", "in", cases.ids)], ["used_policy_id"], ["id:recordset"]
            )
        )
        for policy, found in groups.items():
            self.assertEqual(
                set(found),
                {c for c, p in zip(cases, expected, strict=True) if p == policy},
            )
        self.assertEqual(by_hand.case_count, 1)
        cases[-1].policy_id.is_on = False
        cases.invalidate_recordset()
        self.assertFalse(cases[-1].used_policy_id)
        self.assertIn(cases[-1], cases.search([("used_policy_id", "=", False)]))

    def test_replies_and_holds_are_found(self):
        self.assertFalse(self.found(("has_replied", "=", True)))
        self.hold(self.customer, "replied", until=day_in(2))
        self.assertEqual(self.found(("has_replied", "=", True)), self.customer)
        self.assertEqual(self.found(("is_on_hold", "=", True)), self.customer)
        self.assertIn("Customer replied until", self.case.hold_summary)
        with self.on_day(3):
            self.assertFalse(self.found(("has_replied", "=", True)))
            self.case.invalidate_recordset()
            self.assertFalse(self.case.hold_summary)

    def test_debts_are_sorted_and_summed_by_the_ledger(self):
        items = self.env["ar.followup.item"].search([], order="days_overdue desc")
        self.assertEqual(items.mapped("days_overdue"), [5, 3, -10])
        self.assertEqual(
            items.search([], order="open_amount desc")[0].partner_id, self.birch
        )
        groups = items._read_group([], ["partner_id"], ["open_amount_company:sum"])
        self.assertEqual(dict(groups), {self.customer: 130.0, self.birch: 500.0})
        self.assertEqual(
            items.search([("policy_id", "=", self.policy.id)]), items.sorted("id")
        )

    def test_debts_in_another_currency_are_summed_in_the_companys(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 0.5)])
        invoice = self.create_invoice(due_in=-4, amount=60.0, currency=euro)
        self.follow_up()
        item = self.item(invoice)
        self.assertEqual((item.open_amount, item.open_amount_company), (60.0, 120.0))
        [[total]] = item._read_group(
            [("id", "=", item.id)], [], ["open_amount_company:sum"]
        )
        self.assertEqual(total, 120.0)

    def test_letters_that_lie_too_long_are_late(self):
        letter = self.level(1, channel="letter", letter_text="<p>Please pay.</p>")
        self.create_policy(
            (letter,), sequence=-1, calendar_id=self.create_calendar().id
        )
        self.create_invoice(due_in=-2, partner=self.create_customer("Cedar Ltd"))
        delivery = self.follow_up().notice_ids.delivery_ids
        self.assertEqual(delivery.channel, "letter")
        # Wednesday; the third business day after it is a Monday.
        for day, is_late in ((5, False), (6, True)):
            with self.on_day(day):
                delivery.invalidate_recordset()
                self.assertEqual(delivery.is_late, is_late, day)
                found = delivery.search([("is_late", "=", True)])
                self.assertEqual(delivery in found, is_late, day)

    def test_the_run_log_counts_reasons(self):
        self.assertIn("Climbs to the next level", self.todays_run.reason_table)
        self.assertIn(">2<", self.todays_run.reason_table)
