"""Ledgers played through the models, row by row against the independent oracle."""

import importlib
import subprocess
import sys
from collections import defaultdict
from dataclasses import astuple, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from odoo import SUPERUSER_ID
from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.tests import tagged

from lib.replay_books import Books, EntryQueue
from lib.replay_engine import Replay
from lib.replay_ledger import LedgerRow
from lib.replay_options import Level, Options, OptionsError

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tests" / "unit"))
ledgers = importlib.import_module("ledgers")
oracle = importlib.import_module("oracle")

Rung = oracle.Rung
START = date(2024, 1, 1)
END = START + timedelta(100)
RUNGS = (
    Rung(-7, "email"),
    Rung(0, "sms"),
    Rung(1, "email"),
    Rung(8, "letter"),
    Rung(15, "phone"),
    Rung(30, "post"),
)
CROWDED = tuple(Rung(days, "email") for days in (-10, -7, -3, -2, 0, 1, 2, 3, 4, 5))
DEADLINES = (
    Rung(-3, "email"),
    Rung(1, "email", deadline_days=7),
    Rung(5, "letter", deadline_days=14),
    Rung(6, "sms", deadline_days=3),
    Rung(40, "phone"),
)


def make_ledger(seed, customers=7):
    """Return 45 random invoices of 40 days."""
    return ledgers.make_ledger(seed, START, 40, 45, customers)


class LadderReplay(Replay):
    """A replay of debts and a ladder as the oracle knows them."""

    def __init__(self, env, debts, ladder, first, last):
        self.debts = debts
        self.ladder = ladder
        levels = [Level(rung.days, rung.channel) for rung in ladder.rungs]
        super().__init__(env, Options([], first, last, Path(), tuple(levels)))

    def _create_policy(self):
        """Override to give the policy the ladder's intervals, deadlines and calendar."""
        policy = super()._create_policy()
        policy.write(
            {
                "min_interval_days": self.ladder.min_interval,
                "customer_interval_days": self.ladder.customer_interval,
                "calendar_id": self._create_calendar(self.ladder.calendar).id,
            }
        )
        deadlines = {rung.days: rung.deadline_days for rung in self.ladder.rungs}
        for level in policy.level_ids:
            level.deadline_days = deadlines[level.days]
        return policy

    def _create_calendar(self, calendar):
        """Return a working calendar like the oracle's; none where every day counts."""
        resource_calendar = self.env["resource.calendar"]
        if not calendar.weekend:
            return resource_calendar
        working = resource_calendar.create({"name": "Monday to Friday", "tz": "UTC"})
        self.env["resource.calendar.leaves"].create(
            [
                {
                    "name": "Holiday",
                    "calendar_id": working.id,
                    "date_from": datetime.combine(day, time.min),
                    "date_to": datetime.combine(day, time(23, 59, 59)),
                }
                for day in sorted(calendar.holidays)
            ]
        )
        return working

    def _open_books(self):
        """Override to book invoices in instalments too."""
        return DebtBooks(self.env, self.debts)

    def get_told(self):
        """Return what the models said, in the oracle's order."""
        return sorted(
            (*astuple(self.get_row(line)), line.due_date) for line in self.get_lines()
        )


class DebtBooks(Books):
    """Books of debts, where some may be instalments of one invoice."""

    def __init__(self, env, debts):
        self.debts = defaultdict(list)
        for debt in debts:
            self.debts[debt.invoice].append(debt)
        super().__init__(env, [self._get_whole(some) for some in self.debts.values()])

    @staticmethod
    def _get_row(debt):
        """Return a debt as a row of a ledger."""
        return LedgerRow(
            line=0,
            customer=debt.customer,
            invoice=debt.invoice,
            invoice_date=debt.invoice_date,
            due_date=debt.due_date,
            amount=debt.amount,
            settled_date=debt.settled_date,
        )

    def _get_whole(self, debts):
        """Return the row of an invoice with all its instalments."""
        return replace(
            self._get_row(debts[0]), amount=sum(debt.amount for debt in debts)
        )

    def _queue_payments(self):
        """Override to pay instalment by instalment."""
        rows = [self._get_row(debt) for debts in self.debts.values() for debt in debts]
        days = [(row.paid_on, row) for row in rows if row.paid_on]
        return EntryQueue(self.env, days, self._get_payment_values)

    def _get_invoice_values(self, row):
        """Override to give an invoice in instalments its payment terms."""
        values = super()._get_invoice_values(row)
        debts = self.debts[row.invoice]
        if len(debts) == 1:
            return values
        lines = [
            {
                "value": "percent",
                "value_amount": float(100 * debt.amount / row.amount),
                "delay_type": "days_after",
                "nb_days": (debt.due_date - debt.invoice_date).days,
            }
            for debt in debts
        ]
        term = self.env["account.payment.term"].create(
            {"name": row.invoice, "line_ids": [(0, 0, line) for line in lines]}
        )
        del values["invoice_date_due"]
        return values | {"invoice_payment_term_id": term.id}


@tagged("standard", "post_install", "-at_install")
class TestReplay(AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env.company
        cls.env = cls.env(
            user=SUPERUSER_ID, context={"allowed_company_ids": company.ids}
        )

    def play(self, debts, ladder, first=START, last=END):
        """Return the rows of the models and those of the oracle."""
        replay = LadderReplay(self.env, debts, ladder, first, last)
        for _day in replay.play():
            pass
        expected = [
            (*astuple(row)[:6], f"{row.open_amount:.2f}", row.due_date)
            for row in oracle.play(debts, ladder, first, last)
        ]
        return replay.get_told(), expected

    def assert_same(self, debts, ladder, first=START, last=END):
        """Check that the models say what the oracle says, and that it is something."""
        told, expected = self.play(debts, ladder, first, last)
        self.assertGreater(len(expected), 20)
        missing = [row for row in expected if row not in told]
        extra = [row for row in told if row not in expected]
        self.assertEqual((missing, extra), ([], []), "missing, extra")
        self.assertEqual(told, expected)

    def test_plain_ladder(self):
        self.assert_same(make_ledger(1), oracle.Ladder(RUNGS))

    def test_crowded_ladder(self):
        self.assert_same(make_ledger(2), oracle.Ladder(CROWDED))

    def test_interval_between_rungs(self):
        ladder = oracle.Ladder(RUNGS, min_interval=11)
        self.assert_same(make_ledger(3), ladder)

    def test_customer_interval(self):
        ladder = oracle.Ladder(RUNGS, min_interval=3, customer_interval=6)
        self.assert_same(make_ledger(4), ladder)

    def test_deadlines(self):
        ladder = oracle.Ladder(DEADLINES)
        self.assert_same(make_ledger(5), ladder)

    def test_calendar(self):
        calendar = ledgers.make_calendar(6, START, 100)
        ladder = oracle.Ladder(RUNGS, calendar=calendar)
        self.assert_same(make_ledger(6), ladder)

    def test_everything_together(self):
        calendar = ledgers.make_calendar(7, START, 100)
        ladder = oracle.Ladder(DEADLINES, 4, 5, calendar)
        self.assert_same(make_ledger(7, customers=15), ladder)

    def test_a_start_in_the_middle_of_the_ledger(self):
        debts = make_ledger(8)
        self.assert_same(debts, oracle.Ladder(RUNGS), first=START + timedelta(40))

    def test_instalments(self):
        debts = ledgers.make_instalments(9, START, days=30)
        ladder = oracle.Ladder(RUNGS, min_interval=2)
        self.assert_same(debts, ladder)

    def test_policies_of_the_database(self):
        ledger = DebtBooks(self.env, []).rows
        options = Options(ledger, START, START, Path(), policy="None such")
        with self.assertRaisesRegex(OptionsError, "there is no “None such”.*Business"):
            Replay(self.env, options)


LEDGER = """\
country_code,customer,invoice,invoice_date,due_date,amount,disputed,settled_date,paperless
1,Ada,A1,2024-01-02,2024-01-12,50.39,no,,paper
1,"Bob, Ltd",B1,2024-01-02,2024-01-07,20.00,yes,2024-01-09,electronic
"""
NOTICES = """\
date,customer,invoice,level,channel,days_overdue,open_amount
2024-01-02,"Bob, Ltd",B1,-7,email,-5,20.00
2024-01-05,Ada,A1,-7,email,-7,50.39
2024-01-08,"Bob, Ltd",B1,1,sms,1,20.00
2024-01-13,Ada,A1,1,sms,1,50.39
2024-01-20,Ada,A1,8,letter,8,50.39
"""


def run_replay(folder, text):
    """Run the command on a ledger; return its end and the path of its result."""
    ledger, out = folder / "ledger.csv", folder / "notices.csv"
    ledger.write_text(text)
    words = ["--levels", "-7:email,1:sms,8:letter", "--out", str(out)]
    dates = ["--from", "2024-01-01", "--to", "2024-02-02"]
    command = [sys.executable, str(ROOT / "setup" / "replay"), str(ledger)]
    return subprocess.run(
        [*command, *words, *dates], capture_output=True, text=True, check=False
    ), out


def test_the_command_writes_what_was_said(tmp_path):
    ended, out = run_replay(tmp_path, LEDGER)
    assert ended.returncode == 0, ended.stderr
    assert out.read_text() == NOTICES
    assert "2024-01: invoices 2, payments 1, notices 5" in ended.stderr


def test_the_command_imports_nothing_of_a_bad_ledger(tmp_path):
    bad = LEDGER.replace("50.39", "x").replace("2024-01-07", "2023-12-31")
    ended, out = run_replay(tmp_path, bad)
    assert ended.returncode == 2
    assert "line 2: amount: “x” is not an amount" in ended.stderr
    assert "line 3: due_date 2023-12-31 is before" in ended.stderr
    assert not out.exists()
