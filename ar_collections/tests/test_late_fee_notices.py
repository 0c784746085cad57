"""Charges and the notices that announce them: shown before, booked with, taken back."""

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

    # === REMINDER FEES === #

    def test_a_reminder_fee_for_each_debt_where_the_rule_says_so(self):
        self.rule(
            has_interest=False,
            reminder_fee=12,
            reminder_max_count=1,
            is_reminder_per_debt=True,
            mode="automatic",
        )
        self.create_policy([1, 8, 15])
        self.create_invoice(due_in=-2)
        self.create_invoice(due_in=-1)
        self.climb(0, 7)
        self.assertEqual(self.charges().mapped("amount"), [12, 12])
        self.follow_up(14)
        self.assertEqual(len(self.charges()), 2, "At most one for each debt")

    def test_a_reminder_fee_waits_for_its_day(self):
        self.rule(
            has_interest=False, reminder_fee=5, reminder_earliest_days=14, mode="automatic"
        )
        self.create_policy([1, 8, 15])
        self.create_invoice(due_in=-2)
        self.climb(0, 7)
        self.assertFalse(self.charges())
        self.follow_up(14)
        self.assertEqual(self.charges().mapped("amount"), [5])

    def test_the_fee_of_a_notice_counts_for_all_debts_that_it_reminds_of(self):
        self.rule(
            has_interest=False, reminder_fee=20, reminder_max_count=2, mode="automatic"
        )
        self.create_policy([1, 8, 15, 22, 29])
        oldest = self.create_invoice(due_in=-2)
        self.create_invoice(due_in=-2)
        self.climb(0, 7, 14, 21)
        self.assertEqual(self.charges().mapped("amount"), [20, 20])
        self.assertEqual(self.charges().move_id, oldest)
        younger = self.create_invoice(due_in=21)
        self.climb(28, 35)
        self.assertEqual(self.charges().mapped("amount"), [20, 20, 20])
        self.assertEqual(self.charges()[-1].move_id, younger, "It was reminded twice")

    def test_reminder_fees_count_against_the_flat_sum(self):
        self.rule(
            has_interest=False,
            reminder_fee=35,
            tier_ids=self.flat((0, 460)),
            is_less_reminder_fees=True,
            mode="automatic",
        )
        self.create_policy([1, 8])
        self.create_invoice(due_in=-2)
        self.climb(0, 7)
        self.assertEqual(self.charges().mapped("amount"), [460])

    def test_many_notices_are_charged_in_a_constant_number_of_queries(self):
        self.rule(reminder_fee=12, mode="proposal", tier_ids=self.flat((0, 40)))
        self.create_policy([1, 8])

        def get_queries(count):
            partners = [
                self.create_customer(f"Customer {count} {number}", vat="X")
                for number in range(count)
            ]
            for partner in partners:
                self.create_invoice(due_in=-2, partner=partner)
            notices = self.follow_up(execute=False).notice_ids
            self.env.flush_all()
            engine = self.env["ar.late.fee.engine"].sudo()
            before = self.env.cr.sql_log_count
            with self.isolated():
                made, _problems = engine._decide_notices(
                    self.env.company, notices, day_in(0)
                )
            self.assertGreaterEqual(len(made), count)
            return self.env.cr.sql_log_count - before

        get_queries(1)
        self.assertLessEqual(get_queries(12), get_queries(2) + 3)

    def test_charges_that_wait_are_found_in_a_constant_number_of_queries(self):
        self.flat_rule(mode="automatic")
        self.create_policy([1])
        engine = self.env["ar.late.fee.engine"].sudo()

        def get_queries(count):
            with self.isolated():
                for number in range(count):
                    partner = self.create_customer(f"Customer {number}", vat="X")
                    self.create_invoice(due_in=-2, partner=partner)
                self.daily_pass()
                notices = self.follow_up(execute=False).notice_ids
                notices = notices.sudo().browse(notices.ids)
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                found = engine._find_waiting(engine._announce(notices), day_in(0))
                self.assertEqual(len(found), count)
                return self.env.cr.sql_log_count - before

        self.assertLessEqual(get_queries(9), get_queries(3))

    # === TAKEN BACK === #

    def test_a_cancelled_notice_takes_its_proposals_back(self):
        self.rule(tier_ids=self.flat((0, 40)))
        self.create_policy([1])
        self.create_invoice(due_in=-10, amount=3650)
        notice = self.follow_up().notice_ids
        self.assertEqual(self.charges().mapped("state"), ["proposed", "proposed"])
        notice._cancel("by_hand")
        self.assertEqual(self.charges().mapped("state"), ["cancelled", "cancelled"])

    def test_a_failed_notice_takes_its_proposals_back(self):
        self.flat_rule()
        self.create_policy([1])
        self.create_invoice(due_in=-10)
        notice = self.follow_up().notice_ids
        notice._update_state("failed", failure="The printer is on fire")
        self.assertEqual(self.charges().state, "cancelled")

    def lose(self, notice, day=0):
        """Let all messages of a notice come back."""
        with self.on_day(day):
            deliveries = notice.delivery_ids
            deliveries._fail("Mailbox unknown", is_bounce=True)
            deliveries.sudo()._use_due_fallbacks()
        self.assertEqual(notice.state, "failed")

    def remind_twice(self, **values):
        """Book interest with two notices, and a reminder fee with the second."""
        self.rule(mode="automatic", reminder_fee=12, **values)
        self.create_policy([1, 8])
        self.create_invoice(due_in=-3, amount=3650)
        self.climb(0)
        notice = self.follow_up(7).notice_ids
        fee = self.charges(kind="reminder")
        self.assertEqual((fee.state, fee.amount), ("posted", 12))
        return notice, fee

    def test_a_reminder_that_did_not_arrive_costs_nothing_and_interest_stays(self):
        for document_type in ("out_invoice", "entry"):
            with self.subTest(document_type), self.isolated():
                notice, fee = self.remind_twice(document_type=document_type)
                document = fee.document_id
                self.lose(notice, 7)
                self.assertEqual(fee.state, "cancelled")
                self.assertEqual(len(document.reversal_move_ids), 1)
                interest = self.charges(kind="interest")
                self.assertEqual(set(interest.mapped("state")), {"posted"})
                self.assertEqual(sum(self.debts(document).mapped("amount_residual")), 7)
                event = self.env["ar.followup.event"].search(
                    [("code", "=", "charge_cancelled")]
                )
                self.assertIn("did not arrive", event.note)

    def test_a_reminder_that_is_sent_again_costs_again(self):
        notice, fee = self.remind_twice()
        self.lose(notice, 7)
        with self.on_day(8):
            notice.action_retry()
        self.assertEqual(notice.state, "done")
        again = self.charges(kind="reminder") - fee
        self.assertEqual((again.state, again.amount), ("posted", 12))

    def test_what_was_paid_was_heard_of(self):
        notice, fee = self.remind_twice()
        self.pay(fee.document_id)
        self.lose(notice, 7)
        self.assertEqual(fee.state, "posted")

    def test_a_fallback_keeps_the_fee(self):
        notice, fee = self.remind_twice()
        notice.level_id.fallback_channel = "letter"
        with self.on_day(7):
            notice.delivery_ids._fail("Mailbox unknown", is_bounce=True)
            notice.delivery_ids.sudo()._use_due_fallbacks()
            letter = notice.delivery_ids.filtered("is_fallback")
            self.assertEqual(fee.state, "posted")
            letter._update_state("sent")
            letter._fail("Moved, no address")
            letter.sudo()._use_due_fallbacks()
        self.assertEqual(notice.state, "failed")
        self.assertEqual(fee.state, "cancelled", "A returned letter did not arrive")

    def test_a_debt_settled_before_the_fallback_leaves_no_fee(self):
        notice, fee = self.remind_twice()
        notice.level_id.fallback_channel = "letter"
        with self.on_day(7):
            notice.delivery_ids._fail("Mailbox unknown", is_bounce=True)
            self.pay(notice.line_ids.move_id.filtered(lambda move: not move.ar_is_charge))
            notice.delivery_ids.sudo()._use_due_fallbacks()
        self.assertEqual(notice.state, "cancelled")
        self.assertEqual(fee.state, "cancelled")
        self.assertTrue(fee.document_id.reversal_move_ids)

    def test_a_withdrawn_notice_credits_what_it_booked_and_frees_it(self):
        self.rule(mode="automatic", tier_ids=self.flat((0, 40)))
        self.create_policy([1])
        self.create_invoice(due_in=-10, amount=3650)
        notice = self.follow_up().notice_ids
        document = self.charges().document_id
        notice.action_withdraw("Sent by mistake", is_apologising=False)
        self.assertEqual(self.charges().mapped("state"), ["cancelled", "cancelled"])
        self.assertEqual(document.payment_state, "reversed")
        self.assertEqual(len(document.reversal_move_ids), 1)
        self.follow_up(1)
        again = self.charges(state="posted")
        self.assertEqual(again.mapped("amount"), [40, 11])

    def test_a_notice_whose_document_accounting_cancelled_is_withdrawn(self):
        self.flat_rule(mode="automatic")
        self.create_policy([1])
        self.create_invoice(due_in=-10)
        notice = self.follow_up().notice_ids
        charge = self.charges()
        charge.document_id.button_draft()
        with self.assertRaisesRegex(UserError, "is a draft"):
            notice.action_withdraw("Sent by mistake", is_apologising=False)
        charge.document_id.button_cancel()
        self.assertEqual(charge.state, "waived")
        notice.action_withdraw("Sent by mistake", is_apologising=False)
        self.assertFalse(charge.document_id.reversal_move_ids)
