"""Charges and the notices that announce them: shown before, booked with."""

from odoo import Command
from odoo.exceptions import UserError, ValidationError

from .common import day_in
from .common_late_fees import LateFeeCase


class TestLateFeeNotices(LateFeeCase):
    def html(self, notice):
        return str(notice.details_html).replace("\xa0", " ")

    # === BEFORE IT IS SENT === #

    def test_who_approves_sees_the_charges_and_nothing_is_written(self):
        self.rule(mode="automatic", tier_ids=self.flat((0, 40)))
        self.create_policy([self.level(1, deadline_days=10)], is_approval_needed=True)
        self.create_invoice(due_in=-10, amount=3650)
        notice = self.follow_up().notice_ids
        self.assertEqual(notice.state, "to_approve")
        self.assertIn("$ 3,700.00", self.html(notice))
        self.assertIn("late fees and interest of", notice.opening_text)
        self.assertFalse(self.charges())

    def test_what_was_shown_is_what_is_booked(self):
        self.rule(mode="automatic", tier_ids=self.flat((0, 40)))
        self.create_policy([self.level(1, deadline_days=10)], is_approval_needed=True)
        self.create_invoice(due_in=-10, amount=3650)
        notice = self.follow_up().notice_ids
        before = notice._get_asked_charges().mapped("amount")
        notice.action_approve_and_send()
        self.assertEqual(self.charges(state="posted").mapped("amount"), before)

    def test_a_charge_proposed_by_the_pass_comes_with_the_next_notice(self):
        self.flat_rule(mode="automatic")
        self.create_policy([self.level(8, deadline_days=10)], is_approval_needed=True)
        self.create_invoice(due_in=-10)
        charge = self.daily_pass()
        notice = self.follow_up().notice_ids
        self.assertEqual(notice._get_shown_charges().mapped("amount"), [40])
        notice.action_approve_and_send()
        self.assertEqual((charge.state, charge.notice_id), ("posted", notice))

    def test_interest_of_a_debt_paid_late_comes_with_the_next_notice(self):
        self.rule(mode="automatic")
        self.create_policy([self.level(8, deadline_days=10)])
        paid = self.create_invoice(due_in=-30, amount=3650)
        self.pay(paid, day=day_in(-20))
        charge = self.daily_pass()
        self.assertEqual(charge.state, "proposed", "Nobody is written to for it alone")
        self.create_invoice(due_in=-10, amount=365)
        notice = self.follow_up().notice_ids
        self.assertEqual((charge.state, charge.notice_id), ("posted", notice))
        [payment] = notice._get_payments()
        self.assertIn("376.00", payment["amount"])

    def test_a_debt_on_hold_is_not_charged_with_the_notice_of_another(self):
        self.flat_rule(mode="automatic")
        self.create_policy([8])
        held = self.create_invoice(due_in=-20)
        self.create_invoice(due_in=-10)
        charges = self.daily_pass()
        self.hold(self.item(held), "dispute")
        self.follow_up()
        states = {charge.move_id: charge.state for charge in charges}
        self.assertEqual(states.pop(held), "proposed")
        self.assertEqual(list(states.values()), ["posted"])

    def test_a_proposal_is_not_told_to_the_customer(self):
        self.rule(mode="proposal", tier_ids=self.flat((0, 40)))
        self.create_policy([1])
        self.create_invoice(due_in=-10, amount=3650)
        notice = self.follow_up().notice_ids
        self.assertNotIn("fee", self.html(notice).lower())
        self.assertNotIn("interest", self.html(notice).lower())
        self.assertEqual(set(self.charges().mapped("state")), {"proposed"})

    def test_courtesy_notices_bear_nothing(self):
        self.rule(mode="memo", tier_ids=self.flat((0, 40)))
        self.create_policy([-3, 1])
        self.create_invoice(due_in=3)
        self.assertNotIn("fee", self.html(self.follow_up().notice_ids).lower())
        self.assertFalse(self.charges())

    # === WHAT THE TEXT SAYS === #

    def test_principal_charges_so_far_total_and_what_happens_next(self):
        self.rule(mode="automatic", tier_ids=self.flat((0, 40)))
        self.create_policy(
            [self.level(1, deadline_days=3), self.level(8, is_example_printed=True)]
        )
        self.create_invoice(due_in=-10, amount=3650)
        self.follow_up()
        notice = self.follow_up(10).notice_ids
        html = self.html(notice)
        for text in (
            "Charged before",
            "$ 50.00",
            "Charged now",
            "$ 10.00",
            "Total to pay",
            "$ 3,710.00",
            "(late fees)",
            "03/05/2026 to 03/14/2026: $ 3,650.00 × 10 % × 10/365 = $ 10.00",
            "From Sunday, March 15, 2026 on, $ 1.00 of interest is added",
        ):
            self.assertIn(text, html)
        self.assertIn("the sum is $ 3,710.00", notice.opening_text.replace("\xa0", " "))
        self.assertIn("3,710.00", notice.amount_text)
        self.assertIn("3,710.00 USD", notice.plain_amount_text)
        self.assertIn(self.charges()[-1].document_id.name, html)

    def test_memos_are_told_together(self):
        self.rule(mode="memo")
        self.create_policy([1, 8])
        self.create_invoice(due_in=-10, amount=3650)
        self.follow_up()
        html = self.html(self.follow_up(10).notice_ids)
        self.assertIn("so far, not charged", html)
        self.assertIn("$ 20.00", html)
        self.assertEqual(len(self.charges(state="memo")), 2)

    def test_currencies_have_tables_of_their_own_and_are_not_added(self):
        euro = self.setup_other_currency("EUR")
        self.rule(mode="automatic")
        self.create_policy([1])
        self.create_invoice(due_in=-10, amount=3650)
        self.create_invoice(due_in=-10, amount=7300, currency=euro)
        notice = self.follow_up().notice_ids
        charges = self.charges()
        self.assertEqual(len(charges.document_id), 2)
        sums = {charge.currency_id.name: charge.amount for charge in charges}
        self.assertEqual(sums, {"USD": 10.0, "EUR": 20.0})
        self.assertEqual(len(notice._get_details()["charges"]), 2)
        totals = notice._get_sums_to_pay(
            notice._get_totals(), notice._get_lines("overdue")
        )
        self.assertEqual(
            {currency.name: total for currency, total in totals.items()},
            {"USD": 3660.0, "EUR": 7320.0},
        )

    def test_the_letter_prints_the_computation_when_the_level_asks(self):
        self.rule(mode="automatic")
        self.create_policy(
            [self.level(1, channel="letter", is_example_printed=True, letter_title="Reminder")]
        )
        self.create_invoice(due_in=-10, amount=3650)
        notice = self.follow_up().notice_ids
        html = self.env["ir.actions.report"]._render_qweb_html(
            "ar_collections.report_dunning_letter", notice.ids
        )[0]
        self.assertIn("3,650.00 × 10 % × 10/365", html.decode().replace("\xa0", " "))

    def test_the_history_keeps_the_computation(self):
        self.rule(mode="automatic")
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-10, amount=3650)
        self.follow_up()
        event = self.env["ar.followup.event"].search([("code", "=", "charged")])
        self.assertEqual(event.item_id, self.item(invoice))
        self.assertIn("× 10 % × 10/365", event.note)

    def test_one_total_to_pay_in_each_text(self):
        self.rule(mode="automatic", tier_ids=self.flat((0, 40)))
        self.create_policy(
            [self.level(1, deadline_days=3), self.level(8, channel="letter", letter_title="R")]
        )
        self.create_invoice(due_in=-10, amount=3650)
        first = self.follow_up().notice_ids
        self.assertEqual(self.html(first).count("Total to pay"), 1)
        second = self.follow_up(10).notice_ids
        letter = self.env["ir.actions.report"]._render_qweb_html(
            "ar_collections.report_dunning_letter", second.ids
        )[0].decode()
        for html in (self.html(second), letter.replace("\xa0", " ")):
            self.assertEqual(html.count("Total to pay"), 1)
            foot = html.partition("Total to pay")[2]
            self.assertIn("$ 3,710.00", foot[: foot.index("</tr>")])
        second.late_fee_ids.action_waive("Goodwill")
        second.invalidate_recordset()
        html = self.html(second)
        self.assertEqual(html.count("Total to pay"), 1)
        self.assertIn("Charged before", html)
        self.assertIn("$ 3,700.00", html)

    def test_the_statement_has_one_total_and_tells_charges_apart(self):
        self.flat_rule(mode="automatic")
        self.create_policy([1])
        self.create_invoice(due_in=-10, amount=1000)
        case = self.follow_up().notice_ids.case_id
        html = self.env["ir.actions.report"]._render_qweb_html(
            "ar_collections.report_statement", case.ids
        )[0].decode().replace("\xa0", " ")
        self.assertEqual(html.count("Total to pay"), 1)
        self.assertNotIn("Total open", html)
        for text in ("Late fees and interest", "$ 40.00", "$ 1,000.00", "$ 1,040.00"):
            self.assertIn(text, html)

    # === WHICH LEVELS === #

    def test_a_level_without_charges_announces_none(self):
        self.rule(mode="automatic", tier_ids=self.flat((0, 40)))
        self.create_policy([self.level(1, charge_mode="none"), 8])
        self.create_invoice(due_in=-10, amount=3650)
        self.follow_up()
        self.assertFalse(self.charges())
        self.follow_up(7)
        self.assertEqual(self.charges().mapped("amount"), [40, 17])

    def test_a_level_charges_by_its_own_rules(self):
        gentle = self.flat_rule((0, 5), mode="automatic", name="Gentle")
        strict = self.rule(mode="automatic", name="Strict", sequence=1)
        self.create_policy(
            [
                1,
                self.level(
                    8, charge_mode="some", late_fee_rule_ids=[Command.set(strict.ids)]
                ),
            ]
        )
        self.create_invoice(due_in=-10, amount=3650)
        self.assertEqual(self.daily_pass().rule_id, gentle, "Strict waits for its level")
        self.follow_up()
        self.assertEqual(self.charges().rule_id, gentle)
        self.follow_up(7)
        self.assertEqual(self.charges()[-1].rule_id, strict)
        self.assertEqual(self.charges()[-1].amount, 17)

    def test_a_level_with_rules_of_its_own_must_name_them(self):
        with self.assertRaisesRegex(ValidationError, "name them"):
            self.create_policy([self.level(1, charge_mode="some")])

    def test_a_rule_that_a_level_names_is_not_deleted(self):
        rule = self.rule()
        self.create_policy(
            [self.level(1, charge_mode="some", late_fee_rule_ids=[Command.set(rule.ids)])]
        )
        with self.assertRaisesRegex(UserError, "out of the level first"):
            rule.unlink()
