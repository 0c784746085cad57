"""What happens to charges when ledger, rule or customer change after they were made."""

from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError

from .common import day_in
from .common_late_fees import LateFeeCase


class TestLateFeeChanges(LateFeeCase):
    def states(self):
        return self.charges().mapped("state")

    def report(self):
        self.env.flush_all()
        self.env["ar.late.fee.report"].invalidate_model()
        [row] = self.env["ar.late.fee.report"].search([]).read(
            ["charged", "collected", "waived"]
        )
        return row["charged"], row["collected"], row["waived"]

    def reverse(self, document, method="refund_moves"):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=document.ids)
            .create({"journal_id": document.journal_id.id, "reason": "By hand"})
        )
        getattr(wizard, method)()
        return wizard.new_move_ids

    # === NOT DUE ANY MORE === #

    def test_what_is_spared_meanwhile_is_not_booked_with_the_next_notice(self):
        rule = self.flat_rule(mode="automatic")
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-3)
        self.daily_pass()
        spare_by = {
            "invoice": lambda: invoice.write({"ar_is_charge_exempt": True}),
            "customer": lambda: self.customer.write({"ar_is_charge_exempt": True}),
            "dropped": rule.action_drop,
            "archived": lambda: rule.write({"active": False}),
            "unconfirmed": lambda: self.customer.write({"ar_is_kind_confirmed": False}),
            "consumer": lambda: self.customer.write({"ar_customer_kind": "consumer"}),
            "no interest": lambda: rule.copy(
                {"is_no_interest": True, "tier_ids": [Command.clear()], "is_on": True}
            ),
        }
        for name, spare in spare_by.items():
            with self.subTest(name), self.isolated():
                spare()
                notice = self.follow_up().notice_ids
                self.assertEqual(notice.state, "done")
                self.assertEqual(self.states(), ["cancelled"])
                self.assertNotIn("fee", str(notice.details_html).lower())

    def test_the_daily_pass_takes_back_what_is_not_due_and_says_why(self):
        rule = self.flat_rule()
        self.create_invoice(due_in=-20)
        charge = self.daily_pass()
        rule.action_drop()
        self.daily_pass(1)
        self.assertEqual(charge.state, "cancelled")
        event = self.env["ar.followup.event"].search([("code", "=", "charge_cancelled")])
        self.assertIn("not in force", event.note)

    def test_what_is_not_due_any_more_cannot_be_accepted(self):
        self.flat_rule()
        invoice = self.create_invoice(due_in=-20)
        charge = self.daily_pass()
        invoice.ar_is_charge_exempt = True
        with self.assertRaisesRegex(UserError, "bears no charges any more"):
            charge.action_accept()

    def test_a_due_date_in_the_future_takes_proposals_back_and_marks_what_is_booked(self):
        self.rule(tier_ids=self.flat((0, 40)), frequency="month")
        invoice = self.create_invoice(due_in=-60, amount=3650)
        flat, interest = self.daily_pass()
        interest.action_accept()
        invoice.invoice_date_due = day_in(30)
        self.assertEqual(flat.state, "cancelled")
        self.daily_pass(1)
        self.assertEqual(interest.correction_amount, interest.amount)
        self.assertEqual(len(self.charges()), 2, "Nothing new before the day")

    # === INVOICE CANCELLED OR REBUILT === #

    def test_a_cancelled_invoice_loses_its_proposals(self):
        self.flat_rule()
        invoice = self.create_invoice(due_in=-20)
        charge = self.daily_pass()
        invoice.button_draft()
        invoice.button_cancel()
        self.assertEqual(charge.state, "cancelled")
        self.assertEqual(self.daily_pass(1), charge)

    def test_a_cancelled_invoice_marks_all_that_was_booked_as_too_much(self):
        self.rule(mode="automatic", tier_ids=self.flat((0, 40)))
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-20, amount=3650)
        self.follow_up()
        invoice.button_draft()
        self.daily_pass(1)
        self.assertFalse(any(self.charges().mapped("correction_amount")), "Not decided")
        invoice.button_cancel()
        self.daily_pass(2)
        self.assertEqual(self.charges().mapped("correction_amount"), [40, 20])
        self.charges().action_correct()
        self.assertEqual(set(self.states()), {"waived"})

    def test_another_due_date_in_draft_corrects_the_booked_interest(self):
        self.rule(mode="automatic")
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-20, amount=3650)
        self.follow_up()
        invoice.button_draft()
        invoice.invoice_date_due = day_in(-19)
        invoice.action_post()
        self.env.cr.precommit.run()
        self.daily_pass(1)
        self.assertEqual(self.charges().correction_amount, 1)

    def test_other_terms_do_not_charge_the_same_days_twice(self):
        self.rule(frequency="month")
        invoice = self.create_invoice(due_in=-60, amount=3650)
        charge = self.daily_pass()
        charge.action_accept()
        self.assertEqual(charge.amount, 56)
        invoice.button_draft()
        invoice.invoice_payment_term_id = self.create_terms(
            [-60, -59], invoice.invoice_date
        )
        invoice.action_post()
        self.env.cr.precommit.run()
        self.assertEqual(self.daily_pass(1), charge)
        self.assertEqual(charge.correction_amount, 0.5, "28.00 and 27.50 are right")
        later = self.daily_pass(40) - charge
        self.assertEqual(set(later.mapped("date_from")), {date(2026, 3, 1)})

    def test_a_second_draft_does_not_charge_the_same_days_again(self):
        self.rule(frequency="month")
        invoice = self.create_invoice(due_in=-60, amount=3650)
        charge = self.daily_pass()
        charge.action_accept()
        for day in (1, 2):
            invoice.button_draft()
            invoice.invoice_payment_term_id = self.create_terms(
                [-60, -59], invoice.invoice_date
            )
            invoice.action_post()
            self.env.cr.precommit.run()
            self.create_policy([1])
            self.follow_up(day)
            self.assertEqual(len(invoice.ar_item_ids), 2)
        self.assertEqual(self.daily_pass(3), charge)
        self.assertEqual(charge.correction_amount, 0.5)

    # === MATCHES THAT CHANGE === #

    def test_what_a_person_waived_stays_waived_on_the_new_proposal(self):
        self.flat_rule()
        invoice = self.create_invoice(due_in=-20)
        self.daily_pass().action_waive("Goodwill", 25)
        self.pay(invoice, 10, day=day_in(-10))
        self.daily_pass(1)
        charge = self.charges(state="proposed")
        self.assertEqual((charge.amount, charge.waived_amount), (15, 25))
        self.assertEqual(charge.waive_note, "Goodwill")

    def test_what_a_person_lowered_stays_lowered(self):
        self.flat_rule()
        invoice = self.create_invoice(due_in=-20)
        self.daily_pass().amount = 30
        self.pay(invoice, 10, day=day_in(-10))
        self.daily_pass(1)
        charge = self.charges(state="proposed")
        self.assertEqual((charge.amount, charge.computed_amount), (30, 40))

    def test_a_waived_part_stays_waived_when_the_notice_is_withdrawn(self):
        self.flat_rule(mode="automatic")
        self.create_policy([1])
        self.create_invoice(due_in=-10)
        notice = self.follow_up().notice_ids
        self.charges().action_waive("Goodwill", 25)
        notice.action_withdraw("Sent by mistake", is_apologising=False)
        self.follow_up(1)
        self.assertEqual(self.charges(state="posted").amount, 15)

    def test_what_the_ledger_took_off_is_not_taken_off_again(self):
        self.rule(mode="automatic")
        self.create_policy([1])
        invoice = self.create_invoice(due_in=-56, amount=3650)
        notice = self.follow_up().notice_ids
        charge = self.charges()
        self.pay(invoice, 1825, day=day_in(-28))
        self.daily_pass(1)
        charge.action_correct()
        self.assertEqual((charge.amount, charge.corrected_amount), (42, 14))
        charge.action_waive("Goodwill", 2)
        notice.action_withdraw("Sent by mistake", is_apologising=False)
        self.follow_up(2)
        [again] = self.charges(state="posted")
        self.assertEqual((again.computed_amount, again.amount), (43, 41))
        self.assertEqual(again.waived_amount, 2)

    def test_a_lowered_charge_is_not_too_much_while_it_is_under_the_ledger(self):
        self.rule(frequency="month")
        invoice = self.create_invoice(due_in=-60, amount=3650)
        charge = self.daily_pass()
        charge.amount = 20
        charge.action_accept()
        self.pay(invoice, 365, day=day_in(-20))
        self.daily_pass(1)
        self.assertFalse(charge.correction_amount)

    def test_a_cancelled_stretch_is_charged_with_the_next(self):
        self.rule(frequency="month")
        invoice = self.create_invoice(due_in=-60, amount=3650)
        january = self.daily_pass(-20)
        february = self.daily_pass() - january
        self.assertEqual((january.amount, february.amount), (28, 28))
        february.action_accept()
        self.pay(invoice, 365, day=day_in(-50))
        self.assertEqual(january.state, "cancelled")
        again = self.daily_pass(1) - january - february
        self.assertEqual(
            (again.date_from, again.date_to), (january.date_from, january.date_to)
        )
        # 28 days; one tenth is paid with the end of the 10th of them.
        self.assertAlmostEqual(again.amount, 10 + 18 * 0.9)

    def test_an_undone_payment_is_told_as_charged_too_little(self):
        self.rule(frequency="month")
        invoice = self.create_invoice(due_in=-60, amount=3650)
        self.pay(invoice, 1825, day=day_in(-50))
        charge = self.daily_pass()
        charge.action_accept()
        self.assertEqual(charge.amount, 33)
        self.debts(invoice).remove_move_reconcile()
        self.daily_pass(1)
        self.assertEqual((charge.missing_amount, charge.correction_amount), (23, 0))

    def test_a_credit_note_counts_from_its_invoice_date_in_a_locked_period_too(self):
        self.rule(frequency="month")
        invoice = self.create_invoice(due_in=-60, amount=3650)
        charge = self.daily_pass()
        charge.action_accept()
        self.env.company.sudo().sale_lock_date = date(2026, 2, 28)
        credit = self.create_credit_note(1825, invoice_date=date(2026, 1, 23))
        self.assertGreater(credit.date, charge.date_to)
        (self.debts(invoice) | self.debts(credit)).reconcile()
        self.daily_pass(1)
        # 20 days at 1.00, the other 36 at 0.50.
        self.assertEqual(charge.correction_amount, 56 - 38)

    # === DOCUMENTS OF CHARGES === #

    def booked(self, **values):
        self.flat_rule(**values)
        invoice = self.create_invoice(due_in=-20)
        charge = self.daily_pass()
        charge.action_accept()
        return invoice, charge

    def test_a_rule_waives_what_is_not_paid_only(self):
        for document_type in ("out_invoice", "entry"):
            with self.subTest(document_type), self.isolated():
                invoice, charge = self.booked(
                    waive_after_days=30, document_type=document_type
                )
                self.pay(invoice)
                self.pay(charge.document_id, 30)
                self.daily_pass(40)
                self.assertEqual((charge.amount, charge.waived_amount), (30, 10))
                self.assertEqual(charge.state, "posted")
                credit = charge.document_id.reversal_move_ids
                self.assertFalse(credit.line_ids.filtered(
                    lambda line: line.account_type == "asset_receivable"
                    and not line.reconciled
                ), "No free credit")
                self.assertEqual(self.report(), (30, 30, 10))

    def test_a_paid_entry_is_not_waived(self):
        invoice, charge = self.booked(waive_after_days=5, document_type="entry")
        self.pay(invoice)
        self.pay(charge.document_id)
        self.daily_pass(40)
        self.assertEqual((charge.state, charge.waived_amount), ("posted", 0))

    def test_a_cancelled_document_waives_its_charges(self):
        _invoice, charge = self.booked()
        charge.document_id.button_draft()
        self.assertEqual(self.report(), (40, 0, 0))
        charge.document_id.button_cancel()
        self.assertEqual(charge.state, "waived")
        self.assertIn("cancelled", charge.waive_note)
        self.assertEqual(self.report(), (0, 0, 40))
        with self.assertRaisesRegex(UserError, "waived or cancelled already"):
            charge.action_waive("Again")

    def test_a_deleted_document_waives_its_charges(self):
        _invoice, charge = self.booked()
        document = charge.document_id
        document.button_draft()
        document.with_context(force_delete=True).unlink()
        charge.invalidate_recordset()
        self.assertEqual(charge.state, "waived")
        self.assertEqual(self.report(), (0, 0, 40))

    def test_a_credit_note_by_hand_waives_what_it_credits(self):
        _invoice, charge = self.booked()
        credit = self.reverse(charge.document_id)
        credit.invoice_line_ids.price_unit = 10
        credit.action_post()
        self.assertEqual((charge.amount, charge.waived_amount), (30, 10))
        self.assertIn(credit.name, charge.waive_note)

    def test_a_credit_note_that_is_posted_again_counts_once(self):
        _invoice, charge = self.booked()
        credit = self.reverse(charge.document_id)
        credit.invoice_line_ids.price_unit = 10
        credit.action_post()
        credit.button_draft()
        self.assertEqual((charge.amount, charge.waived_amount), (40, 0))
        credit.invoice_line_ids.price_unit = 15
        credit.action_post()
        self.assertEqual((charge.amount, charge.waived_amount), (25, 15))
        credit.button_cancel()
        self.assertEqual((charge.amount, charge.waived_amount), (40, 0))
        credit.button_draft()
        self.assertEqual((charge.amount, charge.waived_amount), (40, 0))
        self.assertEqual(self.report(), (40, 0, 0))
        logged = charge.case_id.event_ids.filtered(lambda one: one.code == "charge_changed")
        self.assertIn("was opened again", logged[:1].note)

    def test_a_waiver_ends_with_its_credit_note(self):
        _invoice, charge = self.booked()
        charge.action_waive("Goodwill")
        credit = charge.document_id.reversal_move_ids
        credit.button_draft()
        self.assertEqual((charge.state, charge.amount), ("posted", 40))
        credit.action_post()
        self.assertEqual((charge.state, charge.waived_amount), ("waived", 40))
        credit.button_draft()
        credit.button_cancel()
        self.assertEqual((charge.state, charge.amount), ("posted", 40))
        self.assertEqual(charge.document_id.amount_residual, 40)
        self.daily_pass(1)
        self.assertEqual(charge.correction_amount, 0)

    def test_only_what_a_waiver_was_for_comes_back(self):
        self.rule(tier_ids=self.flat((0, 40)))
        self.create_invoice(due_in=-20, amount=3650)
        self.create_policy([1])
        self.follow_up()
        charges = self.charges()
        charges.action_accept()
        flat, interest = charges.sorted("kind")
        self.assertEqual((flat.kind, interest.amount), ("flat", 20))
        interest.action_waive("Goodwill", 5)
        credit = flat.document_id.reversal_move_ids
        credit.button_draft()
        self.assertEqual((flat.amount, interest.amount), (40, 20))
        credit.action_post()
        self.assertEqual((flat.amount, interest.amount), (40, 15))

    def test_a_document_that_is_opened_again_books_its_charges(self):
        _invoice, charge = self.booked()
        document = charge.document_id
        document.button_draft()
        document.button_cancel()
        self.assertEqual(charge.state, "waived")
        document.button_draft()
        self.assertEqual((charge.state, charge.amount), ("posted", 40))
        document.action_post()
        self.assertEqual(self.report(), (40, 0, 0))

    def test_a_full_credit_by_hand_is_nothing_collected(self):
        _invoice, charge = self.booked()
        credit = self.reverse(charge.document_id)
        credit.action_post()
        self.assertEqual(charge.state, "waived")
        self.assertEqual(self.report(), (0, 0, 40))

    def test_the_corrected_copy_of_a_document_bears_no_charges(self):
        _invoice, charge = self.booked()
        copy = self.reverse(charge.document_id, "modify_moves")
        self.assertTrue(copy.ar_is_charge)
        copy.invoice_date_due = day_in(1)
        copy.action_post()
        self.assertEqual(self.daily_pass(30), charge)

    def test_nobody_marks_an_invoice_as_charges(self):
        biller = self.create_user("fee_biller")
        biller.sudo().group_ids += self.env.ref("account.group_account_invoice")
        invoice = self.create_invoice().with_user(biller)
        with self.assertRaisesRegex(AccessError, "Collections keeps"):
            invoice.ar_is_charge = True

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
        _invoice, charge = self.booked(waive_after_days=5)
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

    # === BY HAND === #

    def test_a_zero_is_a_waiver_and_needs_its_reason(self):
        self.flat_rule()
        self.create_invoice(due_in=-20)
        charge = self.daily_pass()
        with self.assertRaisesRegex(UserError, "waive"):
            charge.amount = 0
