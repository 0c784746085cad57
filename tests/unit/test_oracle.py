"""Cases worked out by hand that pin the oracle itself."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from ledgers import make_calendar, make_instalments, make_ledger
from oracle import Calendar, Debt, Ladder, Rung, play

WEEKEND = frozenset({5, 6})
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
DUNNING = (Rung(1, "email"), Rung(8, "letter"), Rung(30, "phone"))


def debt(invoice="A1", customer="Ada", dated="2026-03-02", due="2026-03-16", **values):
    """Return a debt of 100.00 on two weeks, dated a Monday and due a Monday."""
    settled = values.get("settled")
    return Debt(
        customer=customer,
        invoice=invoice,
        invoice_date=date.fromisoformat(dated),
        due_date=date.fromisoformat(due),
        amount=Decimal(values.get("amount", "100.00")),
        settled_date=settled and date.fromisoformat(settled),
    )


def told(debts, *rungs, first=FIRST, last=LAST, **rules):
    """Return the rows as short texts: date, invoice, level, channel."""
    rows = play(debts, Ladder(rungs=rungs, **rules), first, last)
    return [f"{row.date} {row.invoice} {row.level:+} {row.channel}" for row in rows]


# === AFTER DUE === #


def test_each_rung_leaves_on_its_own_day():
    assert told([debt()], *DUNNING) == [
        "2026-03-17 A1 +1 email",
        "2026-03-24 A1 +8 letter",
        "2026-04-15 A1 +30 phone",
    ]


def test_a_row_holds_the_ledger_figures():
    (row,) = play([debt(amount="50.39")], Ladder((Rung(8, "sms"),)), FIRST, LAST)
    assert (row.date, row.customer, row.days_overdue) == (date(2026, 3, 24), "Ada", 8)
    assert (row.open_amount, row.due_date) == (Decimal("50.39"), date(2026, 3, 16))


@pytest.mark.parametrize(
    ("settled", "count"),
    [("2026-03-16", 0), ("2026-03-17", 0), ("2026-03-18", 1), ("2026-03-24", 1)],
)
def test_money_of_the_day_stops_the_notice_of_the_day(settled, count):
    assert len(told([debt(settled=settled)], *DUNNING)) == count


def test_nothing_is_said_about_an_amount_of_zero():
    assert told([debt(amount="0.00")], *DUNNING) == []


def test_a_debt_settled_before_it_was_invoiced_is_never_open():
    assert told([debt(settled="2026-02-01")], Rung(-30, "email"), *DUNNING) == []


def test_a_debt_first_seen_90_days_late_starts_at_the_bottom():
    assert told([debt()], Rung(-7, "sms"), *DUNNING, first=date(2026, 6, 14)) == [
        "2026-06-14 A1 +1 email",
        "2026-06-15 A1 +8 letter",
        "2026-06-16 A1 +30 phone",
    ]


def test_the_interval_keeps_rungs_apart():
    assert told([debt()], *DUNNING, min_interval=10) == [
        "2026-03-17 A1 +1 email",
        "2026-03-27 A1 +8 letter",
        "2026-04-15 A1 +30 phone",
    ]


def test_the_day_after_the_deadline_is_the_earliest():
    rungs = Rung(1, "email", deadline_days=14), Rung(8, "letter")
    assert told([debt()], *rungs) == [
        "2026-03-17 A1 +1 email",
        "2026-04-01 A1 +8 letter",
    ]


def test_nothing_before_the_first_or_after_the_last_day():
    rungs = (Rung(-7, "sms"), *DUNNING)
    assert told([debt()], *rungs, first=date(2026, 3, 17), last=date(2026, 3, 23)) == [
        "2026-03-17 A1 +1 email"
    ]


# === COURTESY === #


def test_courtesy_counts_back_from_the_due_date():
    assert told([debt()], Rung(-7, "email"), Rung(0, "sms")) == [
        "2026-03-09 A1 -7 email",
        "2026-03-16 A1 +0 sms",
    ]


def test_a_short_term_gets_its_courtesy_on_the_invoice_date():
    assert told([debt(due="2026-03-07")], Rung(-7, "email")) == [
        "2026-03-02 A1 -7 email"
    ]


def test_settled_on_the_invoice_date_gets_none():
    short = debt(due="2026-03-07", settled="2026-03-02")
    assert told([short], Rung(-7, "email")) == []


def test_only_the_latest_courtesy_whose_day_has_come():
    rungs = Rung(-10, "email"), Rung(-7, "sms"), Rung(-3, "phone")
    assert told([debt(due="2026-03-07")], *rungs) == [
        "2026-03-02 A1 -7 sms",
        "2026-03-04 A1 -3 phone",
    ]


def test_same_day_terms_get_the_courtesy_of_day_zero():
    assert told([debt(due="2026-03-02")], Rung(-7, "email"), Rung(0, "sms")) == [
        "2026-03-02 A1 +0 sms"
    ]


def test_courtesy_is_dropped_after_the_due_date():
    assert told([debt()], Rung(-7, "email"), first=date(2026, 3, 17)) == []


def test_courtesy_is_still_sent_on_the_due_date():
    assert told([debt()], Rung(-7, "email"), first=date(2026, 3, 16)) == [
        "2026-03-16 A1 -7 email"
    ]


def test_courtesy_counts_neither_for_the_debt_nor_for_the_customer():
    rungs = Rung(0, "sms"), Rung(1, "email")
    assert told([debt()], *rungs, min_interval=14, customer_interval=14) == [
        "2026-03-16 A1 +0 sms",
        "2026-03-17 A1 +1 email",
    ]


# === CUSTOMER === #


def test_the_customer_interval_holds_the_other_debts_back():
    debts = [debt(), debt("A2", due="2026-03-20"), debt("B1", "Bob", due="2026-03-20")]
    assert told(debts, Rung(1, "email"), customer_interval=7) == [
        "2026-03-17 A1 +1 email",
        "2026-03-21 B1 +1 email",
        "2026-03-24 A2 +1 email",
    ]


def test_a_customer_just_reminded_gets_no_courtesy():
    rungs = Rung(-3, "sms"), Rung(1, "email")
    debts = [
        debt(),
        debt("A2", due="2026-03-23"),
        debt("A3", due="2026-03-24", settled="2026-03-25"),
    ]
    assert told(debts, *rungs, customer_interval=7) == [
        "2026-03-13 A1 -3 sms",
        "2026-03-17 A1 +1 email",
        "2026-03-24 A2 +1 email",
        "2026-03-24 A3 -3 email",
    ]


def test_one_notice_takes_the_channel_of_its_highest_rung():
    debts = [debt(), debt("A2", due="2026-03-23"), debt("B1", "Bob", due="2026-03-23")]
    assert told(debts, *DUNNING, last=date(2026, 3, 25)) == [
        "2026-03-17 A1 +1 email",
        "2026-03-24 A1 +8 letter",
        "2026-03-24 A2 +1 letter",
        "2026-03-24 B1 +1 email",
    ]


def test_a_courtesy_rides_on_the_notice_of_a_reminder():
    debts = [debt(), debt("A2", due="2026-03-24")]
    assert told(debts, Rung(-7, "sms"), Rung(1, "letter"))[:4] == [
        "2026-03-09 A1 -7 sms",
        "2026-03-17 A1 +1 letter",
        "2026-03-17 A2 -7 letter",
        "2026-03-25 A2 +1 letter",
    ]


def test_the_longest_deadline_binds_every_line_of_the_notice():
    rungs = Rung(1, "email", 2), Rung(8, "letter", 20), Rung(9, "phone")
    debts = [debt(), debt("A2", due="2026-03-23")]
    assert told(debts, *rungs) == [
        "2026-03-17 A1 +1 email",
        "2026-03-24 A1 +8 letter",
        "2026-03-24 A2 +1 letter",
        "2026-04-14 A1 +9 phone",
        "2026-04-14 A2 +8 phone",
        "2026-05-05 A2 +9 phone",
    ]


def test_instalments_climb_one_by_one():
    debts = [debt(), debt(due="2026-04-16", settled="2026-04-18")]
    assert told(debts, Rung(1, "email"), Rung(8, "letter")) == [
        "2026-03-17 A1 +1 email",
        "2026-03-24 A1 +8 letter",
        "2026-04-17 A1 +1 email",
    ]


# === CALENDAR === #


def test_a_due_date_on_saturday_counts_from_monday():
    calendar = Calendar(WEEKEND)
    assert told([debt(due="2026-03-14")], Rung(1, "email"), calendar=calendar) == [
        "2026-03-17 A1 +1 email"
    ]


def test_reminders_wait_for_a_business_day():
    calendar = Calendar(WEEKEND, frozenset({date(2026, 3, 23)}))
    assert told([debt()], Rung(5, "email"), calendar=calendar) == [
        "2026-03-24 A1 +5 email"
    ]


def test_courtesy_days_move_back_to_a_business_day():
    calendar = Calendar(WEEKEND, frozenset({date(2026, 3, 13)}))
    assert told([debt()], Rung(-1, "email"), calendar=calendar) == [
        "2026-03-12 A1 -1 email"
    ]


def test_courtesy_of_day_zero_leaves_on_the_moved_due_date():
    calendar = Calendar(WEEKEND)
    rows = play(
        [debt(due="2026-03-14")], Ladder((Rung(0, "sms"),), 0, 0, calendar), FIRST, LAST
    )
    assert [(row.date, row.days_overdue) for row in rows] == [(date(2026, 3, 16), 2)]


def test_nothing_leaves_on_a_free_day():
    calendar = Calendar(WEEKEND)
    late = debt(dated="2026-03-07", due="2026-03-08")
    assert told([late], Rung(-1, "sms"), Rung(1, "email"), calendar=calendar) == [
        "2026-03-09 A1 -1 sms",
        "2026-03-10 A1 +1 email",
    ]


# === RANDOM LEDGERS === #


def first_days(one, rungs):
    """Return (day, days of the rung) of a debt where nothing makes a rung wait."""
    days, last = [], None
    for rung in rungs:
        day = max(one.due_date + timedelta(rung.days), one.invoice_date)
        last = day if last is None else max(day, last + timedelta(1))
        if one.settled_date is None or last < one.settled_date:
            days.append((last, rung.days))
    return days


@pytest.mark.parametrize("seed", range(5))
def test_without_intervals_each_debt_follows_a_closed_form(seed):
    debts = make_ledger(seed, FIRST)
    rows = play(debts, Ladder(DUNNING), FIRST, LAST)
    expected = {(o.invoice, *day) for o in debts for day in first_days(o, DUNNING)}
    assert {(row.invoice, row.date, row.level) for row in rows} == expected


@pytest.mark.parametrize("seed", range(5))
def test_customers_are_reminded_at_most_once_an_interval(seed):
    debts = make_ledger(seed, FIRST)
    rows = play(debts, Ladder(DUNNING, 3, 10), FIRST, LAST)
    contacts = sorted({(row.customer, row.date) for row in rows})
    for (customer, day), (other, after) in pairwise(contacts):
        assert customer != other or (after - day).days >= 10


@pytest.mark.parametrize("seed", range(5))
def test_nothing_leaves_on_free_days_of_a_random_calendar(seed):
    calendar = make_calendar(seed, FIRST, 200)
    ladder = Ladder((Rung(-5, "sms"), *DUNNING), 2, 0, calendar)
    rows = play(make_ledger(seed, FIRST), ladder, FIRST, LAST)
    assert rows
    assert all(calendar.is_business_day(row.date) for row in rows)


@pytest.mark.parametrize("seed", range(5))
def test_no_rung_is_left_out(seed):
    climbed = {}
    for row in play(make_instalments(seed, FIRST), Ladder(DUNNING), FIRST, LAST):
        climbed.setdefault((row.invoice, row.due_date), []).append(row.level)
    assert climbed
    assert all(levels == [1, 8, 30][: len(levels)] for levels in climbed.values())


def test_the_same_seed_makes_the_same_ledger():
    assert make_ledger(7, FIRST) == make_ledger(7, FIRST) != make_ledger(8, FIRST)
    assert make_instalments(7, FIRST) == make_instalments(7, FIRST)


def test_random_ledgers_contain_every_kind_of_payment():
    debts = [one for seed in range(3) for one in make_ledger(seed, FIRST)]
    paid = [one for one in debts if one.settled_date]
    late = {(one.settled_date - one.due_date).days for one in paid}
    assert len(paid) < len(debts)
    assert any(one.settled_date == one.invoice_date for one in paid)
    assert {0, 1} < late
    assert min(late) < 0 < max(late)
    assert {(one.due_date - one.invoice_date).days for one in debts} == {5, 14, 30, 60}
