"""The daily look at the credit of all customers reaches every one of them."""

from unittest.mock import patch

from odoo.tools import mute_logger

from ..models import ar_credit_pass
from ..models.ar_followup_run_work import OutOfTime
from .common import CollectionsCase

LOGGER = "odoo.addons.ar_collections.models.ar_credit_pass"


class TestCreditPass(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company.sudo()
        cls.company.ar_credit_overdue_days = 10
        cls.customers = cls.customer
        for number in range(3):
            cls.customers |= cls.create_customer(f"Customer {number}")
        for customer in cls.customers:
            cls.create_invoice(due_in=-60, amount=500.0, partner=customer)
        cls.cases = cls.env["ar.collection.case"].sudo()
        for customer in cls.customers:
            cls.cases |= customer.sudo()._ar_ensure_case(cls.company)

    def setUp(self):
        super().setUp()
        self.patch(ar_credit_pass, "_BATCH", 1)

    def get_held(self):
        return self.env["ar.credit.hold"].sudo().search([]).case_id

    def test_a_pass_goes_on_where_its_time_ran_out(self):
        runs = type(self.env["ar.followup.run"])
        commits = iter([None, OutOfTime])

        def commit(_runs, *_args, **_kwargs):
            if error := next(commits, None):
                raise error

        with patch.object(runs, "_commit_progress", commit):
            self.cases._cron_credit()
            first = self.get_held()
            self.assertEqual(len(first), 2)
            self.assertTrue(first < self.cases)
            self.cases._cron_credit()
        self.assertEqual(self.get_held(), self.cases)
        progress = self.env["ar.credit.pass"].sudo()._get_for(self.company)
        self.assertFalse(progress.cursor)

    def test_a_customer_who_fails_keeps_nobody_else_unchecked(self):
        self.patch(ar_credit_pass, "_BATCH", 100)
        model, failing = type(self.cases), self.cases[1]
        refresh = model._refresh_credit_holds

        def fail(cases):
            if failing in cases:
                raise ValueError("This one is broken")
            refresh(cases)

        with (
            patch.object(model, "_refresh_credit_holds", fail),
            mute_logger(LOGGER),
            self.assertLogs(LOGGER, "ERROR") as logged,
        ):
            self.cases._pass_over_credit(self.company)
        self.assertEqual(len(logged.output), 1)
        self.assertIn(f"case {failing.id} could not be checked", logged.output[0])
        self.assertEqual(self.get_held(), self.cases - failing)
