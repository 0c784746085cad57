"""The daily pass over charges as the scheduled action lives it."""

from contextlib import suppress
from unittest.mock import patch

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

    @mute_logger("odoo.addons.ar_collections.models.ar_late_fee_pass")
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
