"""Debts from before the start wait until a person has decided, one by one or by CSV."""

import base64

from odoo.exceptions import AccessError, UserError

from .common import LONG_AGO, day_in
from .common_by_hand import ByHandCase

HEADER = "customer,invoice,level,last_contact,decision"


class TestOpeningReview(ByHandCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.ar_start_date = day_in(-3)
        cls.policy = cls.create_policy([1, 8, 15], min_interval_days=7)
        cls.customer.ref = "C-100"
        cls.invoice = cls.create_invoice(due_in=-40)
        cls.follow_up(-2)

    def setUp(self):
        super().setUp()
        self.assertReason(self.invoice, "opening_review")

    # === BY HAND === #

    def test_started_at_the_first_level_it_climbs_from_below(self):
        wizard = self.open(self.invoice, "action_ar_open_review", self.collector)
        wizard.action_decide()
        self.assertSaid(self.follow_up(), {self.invoice: 1})
        self.assertEqual(
            self.events(self.item(self.invoice), "opening_decided").user_id,
            self.collector,
        )

    def test_already_at_a_level_the_next_follows_in_its_pace(self):
        wizard = self.open(
            self.invoice,
            "action_ar_open_review",
            decision="level",
            level_id=self.policy.level_ids[1],
            last_contact=day_in(-5),
        )
        wizard.action_decide()
        self.assertReason(self.invoice, "too_soon_item", 15, 2)
        self.assertNothingSaid(self.follow_up(1))
        self.assertSaid(self.follow_up(2), {self.invoice: 15})

    def test_not_followed_it_is_never_said(self):
        wizard = self.open(
            self.invoice, "action_ar_open_review", decision="skip", note="old"
        )
        wizard.action_decide()
        self.assertNothingSaid(self.follow_up(90))
        self.assertReason(self.invoice, "no_followup")
        self.assertEqual(
            self.events(self.item(self.invoice), "not_followed").note, "old"
        )

    def test_a_debt_is_not_taken_out_without_a_reason(self):
        item = self.item(self.invoice)
        with self.assertRaisesRegex(UserError, "Say why"):
            item.action_review("skip", "  ")
        self.assertEqual(item.review_state, "opening")

    def test_a_customer_is_decided_at_once(self):
        other = self.create_invoice(due_in=-50)
        wizard = self.open(self.customer, "action_ar_open_review")
        self.assertEqual(wizard.item_ids.move_id, self.invoice + other)
        wizard.action_decide()
        self.assertSaid(self.follow_up(), {self.invoice: 1, other: 1})

    def test_what_is_decided_is_not_decided_again(self):
        self.item(self.invoice).action_review("first")
        self.follow_up(0)
        self.item(self.invoice).action_review("skip", "Settled in court")
        self.assertEqual(self.item(self.invoice).review_state, "followed")
        with self.assertRaisesRegex(UserError, "opening review"):
            self.invoice.action_ar_open_review()

    def test_a_set_rung_decides_the_review(self):
        level = self.policy.level_ids[0]
        self.item(self.invoice).action_set_rung(level, "told", day_in(-20))
        self.assertSaid(self.follow_up(), {self.invoice: 8})

    def test_a_level_needs_the_day_of_the_last_contact(self):
        item, level = self.item(self.invoice), self.policy.level_ids[0]
        for values in ({}, {"level": level}, {"last_contact": day_in(-5)}):
            with self.assertRaisesRegex(UserError, "last contact"):
                item.action_review("level", **values)
        with self.assertRaisesRegex(UserError, "future"):
            item.action_review("level", level=level, last_contact=day_in(1))
        with self.assertRaisesRegex(UserError, "no decision"):
            item.action_review("maybe")
        self.assertEqual(item.review_state, "opening")

    def test_an_auditor_decides_nothing(self):
        item = self.item(self.invoice).with_user(self.auditor)
        with self.assertRaises(AccessError):
            item.action_ar_open_review()
        with self.assertRaises(AccessError):
            item.action_review("first")

    # === CSV === #

    def load(self, *rows, header=HEADER, encoding="utf-8", user=None):
        """Import rows.

        :return: {line: problem}
        """
        text = "\r\n".join([header, *rows])
        wizard = self.env["ar.followup.review.import"].with_user(user or self.manager)
        wizard = wizard.create(
            {"file": base64.b64encode(text.encode(encoding)), "file_name": "review.csv"}
        )
        wizard.action_import()
        return {line.line: line.problem for line in wizard.problem_ids}

    def test_a_file_decides_all_its_debts(self):
        told, out = self.create_invoice(due_in=-50), self.create_invoice(due_in=-60)
        problems = self.load(
            f"C-100,{self.invoice.name},,,first",
            f"Acorn Ltd,{told.name},8,{day_in(-20)},LEVEL",
            f"C-100,{out.name},,,skip",
        )
        self.assertEqual(problems, {})
        self.assertSaid(self.follow_up(), {self.invoice: 1, told: 15})
        self.assertReason(out, "no_followup")
        self.assertEqual(self.item(told).last_notice_date, day_in(0))
        self.assertIn(
            "review.csv", self.events(self.item(told), "opening_decided").note
        )

    def test_debts_that_no_run_has_seen_are_found(self):
        new = self.create_invoice(due_in=-50)
        self.assertFalse(self.items(new))
        self.assertEqual(self.load(f"C-100,{new.name},,,first"), {})
        self.assertEqual(self.item(new).review_state, "followed")

    def test_all_bad_rows_are_listed_at_once_and_nothing_is_imported(self):
        paid, recent = self.create_invoice(due_in=-50), self.create_invoice(due_in=5)
        self.pay(paid)
        name = self.invoice.name
        problems = self.load(
            f"C-100,{name},,,first",
            f"Nobody,{name},,,first",
            "C-100,INV/0,,,first",
            f"C-100,{paid.name},,,first",
            f"C-100,{recent.name},,,first",
            f"C-100,{name},,,perhaps",
            f"C-100,{name},9,2026-01-01,level",
            f"C-100,{name},x,2026-01-01,level",
            f"C-100,{name},8,31.31.2026,level",
            f"C-100,{name},8,,level",
            f"C-100,{name},8,{day_in(1)},level",
            f"C-100,{name},,,skip",
            ",,,,",
        )
        self.assertEqual(sorted(problems), [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])
        expected = {
            3: "No customer “Nobody”",
            4: "no open invoice “INV/0”",
            5: "no open invoice",
            6: "does not wait",
            7: "“perhaps”",
            8: "its levels are on day 1, 8, 15",
            9: "“x” is no level",
            10: "“31.31.2026” is no date",
            11: "“” is no date",
            12: "future",
            13: "line 2",
        }
        for line, part in expected.items():
            self.assertIn(part, problems[line])
        self.assertEqual(self.item(self.invoice).review_state, "opening")

    def test_customers_of_one_name_need_a_reference(self):
        twin = self.create_customer("Acorn Ltd", ref="C-200")
        other = self.create_invoice(due_in=-50, partner=twin)
        problems = self.load(f"Acorn Ltd,{self.invoice.name},,,first")
        self.assertIn("Several customers", problems[2])
        self.assertEqual(self.load(f"C-200,{other.name},,,first"), {})

    def test_files_of_spreadsheets_are_read(self):
        self.customer.name = "Äpfel & Söhne"
        row = f'"Äpfel & Söhne";{self.invoice.name};;;first'
        header = HEADER.replace(",", ";")
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"):
            with self.subTest(encoding):
                self.item(self.invoice).sudo().review_state = "opening"
                self.assertEqual(self.load(row, header=header, encoding=encoding), {})
                self.assertEqual(self.item(self.invoice).review_state, "followed")

    def test_the_date_may_be_written_as_the_user_does(self):
        self.env["res.lang"]._lang_get("en_US").date_format = "%d.%m.%Y"
        day = day_in(-20).strftime("%d.%m.%Y")
        self.assertEqual(self.load(f"C-100,{self.invoice.name},8,{day},level"), {})
        self.assertEqual(self.item(self.invoice).last_notice_date, day_in(-20))

    def test_a_file_without_its_columns_is_refused(self):
        with self.assertRaisesRegex(UserError, "decision"):
            self.load(
                "C-100,INV,8,2026-01-01", header="customer,invoice,level,last_contact"
            )
        with self.assertRaisesRegex(UserError, "no rows"):
            self.load()

    def test_the_file_of_one_company_decides_nothing_in_the_other(self):
        other = self.setup_other_company(name="Other Company")["company"]
        self.switch_on(other, ar_start_date=day_in(-3))
        theirs = self.create_invoice(due_in=-50, company=other, ref="THEIRS")
        self.follow_up(company=other)
        problems = self.load("C-100,THEIRS,,,first")
        self.assertIn("no open invoice", problems[2])
        self.assertEqual(self.item(theirs).review_state, "opening")

    def test_only_managers_import(self):
        for user in (self.collector, self.auditor):
            with self.assertRaises(AccessError):
                self.load(f"C-100,{self.invoice.name},,,first", user=user)

    def test_before_the_start_nothing_waits(self):
        self.env.company.ar_start_date = LONG_AGO
        new = self.create_invoice(due_in=-50)
        self.assertSaid(self.follow_up(), {new: 1})
