"""What happens to charges when a rule or a notice changes."""

from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError, ValidationError

from .common import day_in
from .common_late_fees import LateFeeCase


class TestLateFeeRuleChanges(LateFeeCase):
    def states(self):
        return self.charges().mapped("state")

    # === RULES === #

    def test_no_interest_comes_first_whatever_its_place_and_level(self):
        self.rule(has_interest=False, is_no_interest=True, sequence=99, name="None")
        rule = self.rule(mode="automatic", sequence=1)
        own = self.level(
            8, charge_mode="some", late_fee_rule_ids=[Command.set(rule.ids)]
        )
        self.create_policy([1, own])
        self.create_invoice(due_in=-3, amount=3650)
        self.climb(0, 7)
        self.assertFalse(self.charges())

    def test_a_missing_rate_stops_only_what_would_be_booked(self):
        rate = self.reference((day_in(-400), day_in(-60), 2.0))
        rule = self.rule(reference_id=rate.id)
        self.create_policy([1])
        self.create_invoice(due_in=-3)
        self.env.company.ar_responsible_id = self.env.user
        for mode, state in (("memo", "done"), ("proposal", "done"), ("automatic", "failed")):
            with self.subTest(mode), self.isolated():
                rule.mode = mode
                notice = self.follow_up().notice_ids
                self.assertEqual(notice.state, state)
                tasks = self.env.company.partner_id.sudo().activity_ids
                self.assertEqual(len(tasks), int(mode != "automatic"))

    def test_caps_hold_for_reminder_fees(self):
        self.flat_rule(cap_debt=50, reminder_fee=20, mode="automatic")
        self.create_policy([1, 8, 15])
        self.create_invoice(due_in=-1)
        self.climb(0, 7, 14)
        self.assertEqual(self.charges().mapped("amount"), [40, 10])

    def test_the_first_reminder_that_arrives_is_free(self):
        self.rule(has_interest=False, reminder_fee=20, mode="automatic")
        self.create_policy([1, 8, 15])
        self.create_invoice(due_in=-1)
        lost = self.follow_up()
        lost.notice_ids.delivery_ids._fail("Mailbox unknown", is_bounce=True)
        self.climb(7)
        self.assertFalse(self.charges())
        self.climb(14)
        self.assertEqual(self.charges().mapped("amount"), [20])

    def test_a_waived_reminder_fee_does_not_lower_the_flat_sum(self):
        rule = self.rule(
            has_interest=False, reminder_fee=35, is_less_reminder_fees=True, mode="automatic"
        )
        self.create_policy([1, 8])
        self.create_invoice(due_in=-1)
        self.climb(0, 7)
        fee = self.charges()
        rule.tier_ids = self.flat((0, 460))
        with self.isolated():
            [flat] = self.daily_pass(8) - fee
            self.assertEqual(flat.amount, 425)
            text = flat.example_text.replace("\xa0", " ")
            self.assertIn("$ 460.00", text)
            self.assertIn("Less reminder fees of $ 35.00 = $ 425.00", text)
        fee.action_waive("Goodwill")
        [flat] = self.daily_pass(8) - fee
        self.assertEqual(flat.amount, 460)

    def test_the_example_of_daily_rounding_can_be_followed(self):
        self.rule(frequency="payment", interest_percent=8.5, is_rounded_daily=True)
        invoice = self.create_invoice(due_in=-60, amount=1000)
        self.pay(invoice, day=day_in(-10))
        charge = self.daily_pass()
        self.assertEqual(charge.amount, 11.5)
        self.assertIn(
            "$ 0.23 a day, × 50 days = $ 11.50", charge.example_text.replace("\xa0", " ")
        )

    def test_no_more_interest_is_promised_than_the_rule_takes(self):
        for values in ({"frequency": "once"}, {"cap_debt": 5.0}):
            with self.subTest(values), self.isolated():
                self.rule(mode="automatic", **values)
                self.create_policy([1, 8])
                self.create_invoice(due_in=-20, amount=3650)
                notice = self.follow_up().notice_ids
                self.assertTrue(self.charges())
                self.assertNotIn("for each day", str(notice.details_html))

    def test_the_middle_of_a_rate_cannot_be_taken_out(self):
        values = [
            (date(2025, 1, 1), date(2025, 6, 30), 3),
            (date(2025, 7, 1), date(2025, 12, 31), 4),
            (date(2026, 1, 1), date(2026, 6, 30), 5),
        ]
        rate = self.reference(*values)
        other = self.reference(name="Other", code="other")
        middle = rate.value_ids.filtered(lambda value: value.percent == 4)
        with self.assertRaisesRegex(ValidationError, "without gap"):
            middle.unlink()
        with self.assertRaisesRegex(ValidationError, "without gap"):
            middle.rate_id = other

    # === NOTICES === #

    def test_a_fallback_moves_the_day_on_which_its_charges_are_due(self):
        for document_type in ("out_invoice", "entry"):
            with self.subTest(document_type), self.isolated():
                self.flat_rule(mode="automatic", document_type=document_type)
                level = self.level(1, fallback_channel="letter", deadline_days=7)
                self.create_policy([level])
                self.create_invoice(due_in=-3)
                notice = self.follow_up().notice_ids
                document = self.charges().document_id
                self.assertEqual(self.debts(document).date_maturity, day_in(7))
                with self.on_day(5):
                    notice.delivery_ids._fail("Mailbox unknown", is_bounce=True)
                    self.env["ar.followup.delivery"].sudo()._use_due_fallbacks()
                self.assertEqual(notice.deadline, day_in(12))
                self.assertEqual(self.debts(document).date_maturity, day_in(12))

    def test_a_notice_tells_only_what_was_booked_with_it(self):
        self.flat_rule()
        self.create_policy([1])
        self.create_invoice(due_in=-3)
        notice = self.follow_up().notice_ids
        before = str(notice.details_html)
        self.charges().action_accept()
        notice.invalidate_recordset()
        self.assertEqual(str(notice.details_html), before)

    def test_one_that_cannot_be_waived_does_not_stop_the_others(self):
        _invoice, charge = self.booked_flat_sum(waive_after_days=5)
        other = self.create_invoice(due_in=-20)
        second = self.daily_pass(1) - charge
        second.action_accept()
        self.pay(_invoice)
        self.pay(other)
        self.env.company.ar_responsible_id = self.env.user
        engine = type(charge)
        credit = engine._credit

        def refuse_first(records, amounts):
            if charge in records:
                raise UserError(records.env._("The account is archived"))
            return credit(records, amounts)

        with patch.object(engine, "_credit", refuse_first):
            self.daily_pass(40)
        self.assertEqual((charge.state, second.state), ("posted", "waived"))
        [task] = self.env.company.partner_id.sudo().activity_ids
        self.assertIn("archived", task.note)
