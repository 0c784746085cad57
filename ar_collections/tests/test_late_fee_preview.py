"""A preview and the screen Today tell what notices would charge, and book nothing."""

from odoo.exceptions import AccessError

from .common import day_in
from .common_late_fees import LateFeeCase


class TestLateFeePreview(LateFeeCase):
    def preview(self, days=0, **values):
        preview = self.env["ar.followup.preview"].create(
            {"date": day_in(days), **values}
        )
        preview.action_preview()
        return preview

    def plain(self, text):
        return (text or "").replace("\xa0", " ")

    def test_each_charge_with_its_worked_example(self):
        self.rule(mode="automatic", tier_ids=self.flat((0, 40)))
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-10, amount=3650)
        preview = self.preview()
        self.assertEqual(
            [(c.kind, c.amount, c.outcome, c.move_id) for c in preview.charge_ids],
            [("flat", 40, "booked", invoice), ("interest", 10, "booked", invoice)],
        )
        self.assertEqual(
            self.plain(preview.charge_ids[1].example_text),
            "02/23/2026 to 03/04/2026: $ 3,650.00 × 10 % × 10/365 = $ 10.00",
        )
        self.assertEqual(
            self.plain(preview.charge_text), "Booked with the notice: $ 50.00"
        )
        self.assertEqual(preview.line_ids.charge_amount, 50)

    def test_nothing_is_booked_and_the_run_books_the_same(self):
        self.rule(mode="automatic", tier_ids=self.flat((0, 40)), reminder_fee=12)
        self.create_policy([1, 8])
        self.create_invoice(due_in=-10, amount=3650)
        self.create_invoice(due_in=-5, amount=7300)
        self.climb(-2)
        for days in (0, 9):
            made = len(self.charges())
            with self.on_day(days):
                foreseen = self.preview(days).charge_ids
            self.assertEqual(len(self.charges()), made)
            self.follow_up(days)
            self.assertEqual(
                sorted((c.kind, c.amount) for c in self.charges()[made:]),
                sorted((c.kind, c.amount) for c in foreseen),
            )
        self.assertIn("reminder", foreseen.mapped("kind"))

    def test_a_day_in_the_future(self):
        self.rule(mode="automatic")
        self.create_policy([1])
        self.create_invoice(due_in=0, amount=3650)
        self.assertEqual(self.preview(20).charge_ids.amount, 20)

    def test_each_notice_for_itself_and_currencies_are_not_added(self):
        euro = self.setup_other_currency("EUR")
        self.rule(mode="automatic")
        self.create_policy([1])
        other = self.create_customer("Birch Ltd", vat="X")
        self.create_invoice(due_in=-10, amount=3650)
        self.create_invoice(due_in=-10, amount=7300, partner=other, currency=euro)
        preview = self.preview()
        self.assertEqual(preview.charge_count, 2)
        self.assertEqual(
            {(c.partner_id, c.notice_name, c.amount) for c in preview.charge_ids},
            {
                (self.customer, "Level 1 · Acorn Ltd", 10),
                (other, "Level 1 · Birch Ltd", 20),
            },
        )
        self.assertEqual(
            self.plain(preview.charge_text), "Booked with the notice: $ 10.00 + 20.00 €"
        )
        action = preview.action_open_charges()
        found = self.env["ar.followup.preview.charge"].search(action["domain"])
        self.assertEqual(found, preview.charge_ids)

    def test_what_becomes_of_it_follows_the_rule(self):
        self.create_policy([1])
        self.create_invoice(due_in=-10, amount=3650)
        rule = self.rule()
        for mode, text in (
            ("proposal", "Proposed, a person decides: $ 10.00"),
            ("memo", "Shown, not booked: $ 10.00"),
        ):
            rule.mode = mode
            preview = self.preview()
            self.assertEqual(self.plain(preview.charge_text), text)
            self.assertFalse(preview.line_ids.charge_amount, "Not to be paid with it")

    def test_what_waits_for_a_notice_is_foreseen_with_it(self):
        self.rule(mode="automatic")
        self.create_policy([8])
        paid = self.create_invoice(due_in=-30, amount=3650)
        self.pay(paid, day=day_in(-20))
        charge = self.daily_pass()
        self.assertEqual((charge.state, charge.amount), ("proposed", 10))
        self.create_invoice(due_in=-10, amount=365)
        preview = self.preview()
        self.assertEqual(sorted(preview.charge_ids.mapped("amount")), [1, 10])
        self.assertEqual((charge.state, charge.notice_id.id), ("proposed", False))

    def test_courtesy_and_levels_without_charges_bear_none(self):
        self.rule(mode="automatic", tier_ids=self.flat((0, 40)))
        self.create_policy([-3, self.level(1, charge_mode="none")])
        self.create_invoice(due_in=2)
        self.create_invoice(due_in=-5)
        preview = self.preview()
        self.assertEqual(len(preview.line_ids), 2)
        self.assertFalse(preview.charge_ids)
        self.assertFalse(preview.charge_text)

    def test_a_rate_that_is_missing_is_told(self):
        rate = self.reference((day_in(-100), day_in(-50), 2.0))
        self.rule(mode="automatic", reference_id=rate.id)
        self.create_policy([1])
        self.create_invoice(due_in=-10)
        preview = self.preview()
        self.assertFalse(preview.charge_ids)
        self.assertIn("Central bank", preview.problem_text)

    def test_worked_out_again_it_holds_the_new_day_only(self):
        self.rule(mode="automatic")
        self.create_policy([1])
        self.create_invoice(due_in=-10, amount=3650)
        preview = self.preview()
        preview.date = day_in(10)
        preview.action_preview()
        self.assertEqual(preview.charge_ids.mapped("amount"), [20])

    def test_only_its_manager_reads_it(self):
        self.rule(mode="automatic")
        self.create_policy([1])
        self.create_invoice(due_in=-10, amount=3650)
        charge = self.preview().charge_ids
        other = self.create_user("fee_other_manager", "manager")
        for user in (other, self.create_user("fee_collector", "collector")):
            with self.assertRaises(AccessError):
                charge.with_user(user).read(["amount"])

    # === TODAY === #

    def today(self, method="get_preview", user=None):
        today = self.env["ar.collection.today"].with_user(user or self.env.user)
        return getattr(today, method)()

    def test_today_tells_what_the_next_run_would_charge(self):
        self.rule(mode="automatic", tier_ids=self.flat((0, 40)))
        policy = self.create_policy([1])
        self.create_invoice(due_in=-10, amount=3650)
        told = self.today()
        level = policy.level_ids
        self.assertEqual(
            {key: self.plain(text) for key, text in told["fees"].items()},
            {f"{level.id}email": "$ 50.00"},
        )
        self.assertEqual(
            list(map(self.plain, told["fee_total"])), ["Booked with the notice: $ 50.00"]
        )
        self.assertFalse(self.charges())

    def test_today_tells_what_waiting_and_sent_notices_charge(self):
        self.rule(mode="automatic", tier_ids=self.flat((0, 40)))
        policy = self.create_policy([1], is_approval_needed=True)
        other = self.create_customer("Birch Ltd", vat="X")
        self.create_invoice(due_in=-10, amount=3650)
        self.create_invoice(due_in=-10, amount=7300, partner=other)
        notices = self.follow_up().notice_ids
        self.assertFalse(self.charges())
        key = f"{policy.level_ids.id}email"
        run = self.today("get_today")["run"]
        self.assertEqual(self.plain(run["fees"][key]), "$ 110.00")
        notices[0].action_approve_and_send()
        self.assertTrue(self.charges(state="posted"))
        run = self.today("get_today")["run"]
        self.assertEqual(self.plain(run["fees"][key]), "$ 110.00")

    def test_a_collector_of_own_cases_sees_the_fees_of_own_cases(self):
        self.rule(mode="automatic")
        self.create_policy([1])
        self.env.company.sudo().ar_is_own_cases_only = True
        collector = self.create_user("fee_own_cases", "collector")
        other = self.create_customer("Birch Ltd", vat="X")
        self.create_invoice(due_in=-10, amount=3650)
        self.create_invoice(due_in=-10, amount=7300, partner=other)
        self.customer._ar_ensure_case(self.env.company).collector_id = self.env.user
        other._ar_ensure_case(self.env.company).collector_id = collector
        told = self.today(user=collector)
        self.assertEqual(
            list(map(self.plain, told["fee_total"])), ["Booked with the notice: $ 20.00"]
        )
        self.follow_up()
        told = self.today("get_today", user=collector)["run"]
        self.assertEqual(
            list(map(self.plain, told["fee_total"])), ["Booked with the notice: $ 20.00"]
        )
