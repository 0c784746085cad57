"""The daily pass over charges as the scheduled action lives it."""

from contextlib import suppress
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from ..models import ar_late_fee_engine
from ..models.ar_followup_run_work import OutOfTime
from .common import day_in
from .common_late_fees import LateFeeCase


class TestLateFeePass(LateFeeCase):
    def cron(self, day=0):
        """Let the scheduled action work on a day."""
        cron = self.env.ref("ar_collections.ir_cron_late_fees").sudo()
        with self.on_day(day), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def progress(self, company=None):
        return self.env["ar.late.fee.pass"].sudo()._get_for(company or self.env.company)

    def test_once_a_day(self):
        self.flat_rule()
        self.create_invoice(due_in=-20)
        self.cron()
        self.assertEqual(len(self.charges()), 1)
        self.assertEqual(self.progress().done_on, day_in(0))
        self.create_invoice(due_in=-20)
        self.cron()
        self.assertEqual(len(self.charges()), 1, "Today is done")
        self.cron(1)
        self.assertEqual(len(self.charges()), 2)

    def test_nothing_before_the_start(self):
        self.flat_rule()
        self.create_invoice(due_in=-20)
        self.env.company.sudo().ar_start_date = day_in(5)
        self.cron()
        self.assertFalse(self.charges())

    def test_a_pass_that_ran_out_of_time_goes_on_where_it_ended(self):
        self.flat_rule()
        invoices = [self.create_invoice(due_in=-20) for _number in range(3)]
        runs = type(self.env["ar.followup.run"])
        with patch.object(ar_late_fee_engine, "BATCH_DEBTS", 1):
            # Not assertRaises, which would undo what was done until then.
            with patch.object(runs, "_commit_progress", side_effect=OutOfTime), suppress(OutOfTime):
                self.daily_pass()
                self.fail("Time was not up")
            self.assertEqual(self.charges().move_id, invoices[0])
            self.assertEqual(self.progress().cursor, self.debts(invoices[0]).id)
            engine = type(self.env["ar.late.fee.engine"])
            propose = engine._propose_for_lines
            with patch.object(
                engine, "_propose_for_lines", autospec=True, side_effect=propose
            ) as batches:
                self.daily_pass()
        line_ids = [call.args[2] for call in batches.call_args_list]
        self.assertEqual(line_ids, [[self.debts(move).id] for move in invoices[1:]])
        self.assertEqual(len(self.charges()), 3)
        self.assertEqual(self.progress().cursor, 0)

    @mute_logger("odoo.addons.ar_collections.models.ar_followup_run_work")
    def test_a_company_that_fails_does_not_stop_the_others(self):
        data = self.setup_other_company(name="Oak Inc")
        other = data["company"]
        self.switch_on(other)
        self.flat_rule()
        self.flat_rule(company=other, account_id=data["default_account_revenue"].id)
        self.create_invoice(due_in=-20)
        self.create_invoice(due_in=-20, company=other)
        engine = type(self.env["ar.late.fee.engine"])
        propose = engine._propose_for_company

        def fail_once(records, company, day):
            if company == self.env.company:
                raise ValueError("The disk is full")
            return propose(records, company, day)

        fees = self.env["ar.late.fee"].sudo()
        with (
            patch.object(engine, "_propose_for_company", fail_once),
            patch.object(self.env.cr, "rollback"),
            self.assertRaisesRegex(ValueError, "The disk is full"),
        ):
            fees._cron_late_fees()
        self.assertEqual(fees.search([]).company_id, other)
        self.assertFalse(self.progress().done_on)

    # === MONEY THAT COVERS A DEBT === #

    def test_nothing_is_proposed_for_what_credits_cover(self):
        self.flat_rule()
        covered = self.create_invoice(due_in=-40, amount=100)
        open_one = self.create_invoice(due_in=-39, amount=100)
        note = self.create_credit_note(100)
        self.assertEqual(self.daily_pass().move_id, open_one)
        # Once it is matched, its date tells that the debt was late.
        (self.debts(covered) | self.debts(note)).reconcile()
        self.assertEqual(self.daily_pass(1).move_id, covered | open_one)

    def test_a_credit_that_is_too_small_covers_nothing(self):
        self.flat_rule()
        self.create_invoice(due_in=-40, amount=100)
        self.create_credit_note(99.99)
        self.assertEqual(self.daily_pass().amount, 40)

    def test_a_credit_in_another_currency_covers_nothing(self):
        self.flat_rule()
        self.create_invoice(due_in=-40, amount=100)
        self.create_credit_note(500, currency=self.setup_other_currency("EUR"))
        self.assertEqual(self.daily_pass().amount, 40)

    def test_a_part_on_hold_is_no_money(self):
        self.flat_rule()
        self.hold(self.create_invoice(due_in=-40, amount=100), "dispute", amount=100)
        self.assertEqual(self.daily_pass().amount, 40)

    def test_nothing_is_proposed_while_a_payment_is_in_process(self):
        self.flat_rule()
        invoice = self.create_invoice(due_in=-40)
        other = self.create_invoice(due_in=-40)
        transaction = self.create_transaction(invoice, "pending")
        self.assertEqual(self.daily_pass().move_id, other)
        transaction.state = "cancel"
        self.assertEqual(self.daily_pass(1).move_id, invoice | other)

    def test_an_invoice_that_is_excluded_later_loses_its_proposal(self):
        self.flat_rule()
        invoice = self.create_invoice(due_in=-40)
        charge = self.daily_pass()
        invoice.no_followup = True
        with self.assertRaisesRegex(UserError, "bears no charges any more"):
            charge.action_accept()
        self.daily_pass(1)
        self.assertEqual(charge.state, "cancelled")

    # === WHAT COULD NOT BE COMPUTED === #

    def tasks(self):
        return self.env.company._ar_get_late_fee_tasks()

    def test_the_task_on_a_missing_rate_closes_itself(self):
        responsible = self.create_user("in_charge", "manager")
        self.env.company.sudo().ar_responsible_id = responsible
        rate = self.reference(("2025-01-01", "2025-12-31", 2.0))
        self.rule(reference_id=rate.id, frequency="month")
        self.create_invoice(due_in=-60, amount=3650)
        self.daily_pass()
        task = self.tasks()
        self.assertEqual(task.user_id, responsible)
        self.assertIn("no value of Central bank", task.note)
        self.daily_pass(1)
        self.assertEqual(self.tasks(), task, "One task while it is open")
        rate.value_ids = [
            Command.create(
                {"date_from": "2026-01-01", "date_to": "2026-12-31", "percent": 2.0}
            )
        ]
        self.daily_pass(2)
        self.assertTrue(self.charges())
        self.assertFalse(self.tasks())
        self.assertFalse(self.progress().problems)

    def test_managers_are_told_where_nobody_is_responsible(self):
        self.env.company.sudo().ar_responsible_id = False
        rate = self.reference(("2025-01-01", "2025-12-31", 2.0))
        self.rule(reference_id=rate.id, frequency="month")
        self.create_invoice(due_in=-60, amount=3650)
        self.daily_pass()
        self.assertIn(self.env.user, self.tasks().user_id)
        collector = self.create_user("not_in_charge", "collector")
        self.assertNotIn(collector, self.tasks().user_id)

    def test_all_that_a_pass_could_not_do_is_in_one_task(self):
        """Batches tell of different rates; nothing of the first is lost."""
        for name, amount in (("first", 1000), ("second", 2000)):
            rate = self.reference(("2025-01-01", "2025-12-31", 2.0), name=name, code=name)
            customer = self.create_customer(f"Oak {name}", vat="X")
            self.rule(
                reference_id=rate.id,
                frequency="month",
                name=name,
                partner_ids=customer.ids,
            )
            self.create_invoice(due_in=-60, amount=amount, partner=customer)
        with patch.object(ar_late_fee_engine, "BATCH_DEBTS", 1):
            self.daily_pass()
        for task in self.tasks():
            self.assertIn("“first” cannot be computed", task.note)
            self.assertIn("“second” cannot be computed", task.note)
