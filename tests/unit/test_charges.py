"""Which charges a late debt bears."""

from datetime import date
from decimal import Decimal

import pytest

from odoo.addons.ar_collections.tools.charges import (
    Charged,
    Scope,
    Terms,
    propose,
    reminder_charge,
)
from odoo.addons.ar_collections.tools.fees import (
    AmountTier,
    Caps,
    DayTier,
    ReminderFeeTerms,
)

from charge_builders import DUE, FLAT, TEN, after, debt, kinds, remember

# === FLAT SUM === #


@pytest.mark.parametrize(("days", "expected"), [(0, []), (1, ["flat"]), (2, ["flat"])])
def test_flat_sum_from_the_day_after_due(days, expected):
    assert kinds(propose(debt(), Terms(flat_tiers=FLAT), after(days))) == expected


def test_flat_sum_once():
    terms = Terms(flat_tiers=FLAT)
    facts = remember(debt(), propose(debt(), terms, after(1)), after(1))
    assert propose(facts, terms, after(90)) == []


def test_paid_on_the_due_date_bears_nothing():
    terms = Terms(flat_tiers=FLAT, interest=TEN, frequency="payment")
    assert propose(debt(paid=[(0, 1000)]), terms, after(30)) == []


def test_paid_one_day_late_bears_flat_sum_and_one_day():
    terms = Terms(flat_tiers=FLAT, interest=TEN, frequency="payment")
    flat, interest = propose(debt(paid=[(1, 1000)]), terms, after(30))
    assert flat.amount == 40
    assert (interest.start, interest.end, interest.amount) == (
        after(1),
        after(1),
        Decimal("0.27"),
    )


@pytest.mark.parametrize(
    ("is_base_original", "expected"), [(False, 40), (True, 70)]
)
def test_tiers_look_at_the_open_or_the_original_amount(is_base_original, expected):
    tiers = (*FLAT, AmountTier(Decimal(1000), Decimal(70)))
    terms = Terms(flat_tiers=tiers, is_base_original=is_base_original)
    [flat] = propose(debt(paid=[(-1, 100)]), terms, after(5))
    assert flat.amount == expected


def test_reminder_fees_count_against_the_flat_sum():
    terms = Terms(flat_tiers=FLAT, is_less_reminder_fees=True)
    fee = Charged("reminder", "", after(15), Decimal(15))
    assert propose(debt(charged=(fee,)), terms, after(20))[0].amount == 25


# === INTEREST === #


def test_interest_with_each_notice_touches_the_last():
    terms = Terms(interest=TEN, frequency="level")
    [first] = propose(debt(), terms, after(11), "notice")
    facts = remember(debt(), [first], after(11))
    [second] = propose(facts, terms, after(20), "notice")
    assert (first.start, first.end) == (after(1), after(11))
    assert (second.start, second.end) == (after(12), after(20))


def test_interest_of_levels_waits_for_a_notice():
    assert propose(debt(), Terms(interest=TEN, frequency="level"), after(11)) == []


def test_a_stretch_whose_charge_was_cancelled_is_charged_with_the_next():
    terms = Terms(interest=TEN, frequency="level")
    [first] = propose(debt(), terms, after(11), "notice")
    facts = remember(debt(), [first], after(11))
    [second] = propose(facts, terms, after(20), "notice")
    only_second = remember(debt(), [second], after(20))
    lost, new = propose(only_second, terms, after(30), "notice")
    assert (lost.start, lost.end, lost.amount) == (first.start, first.end, first.amount)
    assert (new.start, new.end) == (after(21), after(30))


def test_interest_of_a_debt_paid_late_is_not_lost():
    terms = Terms(interest=TEN, frequency="level")
    facts = debt(paid=[(10, 1000)])
    [interest] = propose(facts, terms, after(40))
    assert interest.end == after(10)
    assert propose(remember(facts, [interest], after(40)), terms, after(99)) == []


def test_interest_once_is_once():
    terms = Terms(interest=TEN, frequency="once")
    [first] = propose(debt(), terms, after(11), "notice")
    assert propose(remember(debt(), [first], after(11)), terms, after(40), "notice") == []


def test_monthly_interest_ends_with_the_month():
    [charge] = propose(debt(), Terms(interest=TEN, frequency="month"), date(2026, 4, 20))
    assert (charge.start, charge.end) == (after(1), date(2026, 3, 31))


def test_interest_at_payment_waits_for_the_payment():
    terms = Terms(interest=TEN, frequency="payment")
    assert propose(debt(), terms, after(50)) == []
    [charge] = propose(debt(paid=[(5, 400), (50, 600)]), terms, after(50))
    assert [stretch.days for stretch in charge.stretches] == [5, 45]


def test_grace_days_move_the_start():
    terms = Terms(interest=TEN, frequency="level", grace_days=5)
    assert propose(debt(), terms, after(5), "notice") == []
    assert propose(debt(), terms, after(6), "notice")[0].start == after(6)


def test_interest_under_the_minimum_waits_and_is_not_lost():
    terms = Terms(interest=TEN, frequency="level", caps=Caps(minimum=Decimal(5)))
    assert propose(debt(), terms, after(10), "notice") == []
    assert propose(debt(), terms, after(30), "notice")[0].start == after(1)


# === PERCENTAGES AND REMINDERS === #


def test_small_steps_are_charged_once_each():
    terms = Terms(day_tiers=(DayTier(10, Decimal(1)), DayTier(30, Decimal(1))))
    facts = remember(debt(), propose(debt(), terms, after(10)), after(10))
    assert propose(facts, terms, after(29)) == []
    assert [charge.key for charge in propose(facts, terms, after(30))] == ["day 30"]


def test_percentages_stop_with_the_payment():
    terms = Terms(percent_per_period=(Decimal(3), 31))
    assert len(propose(debt(paid=[(40, 1000)]), terms, after(81))) == 1


def test_no_reminder_fee_in_the_first_notice():
    terms = Terms(reminder=ReminderFeeTerms(Decimal(5), earliest_days=14))
    assert reminder_charge(debt(), terms, after(20), is_first=True) is None
    assert reminder_charge(debt(), terms, after(20), is_first=False).amount == 5


def test_a_flat_sum_that_was_charged_covers_reminders():
    terms = Terms(
        flat_tiers=FLAT, is_less_reminder_fees=True, reminder=ReminderFeeTerms(Decimal(5))
    )
    assert reminder_charge(debt(), terms, after(20), is_first=False).amount == 5
    covered = debt(has_flat_sum=True)
    assert reminder_charge(covered, terms, after(20), is_first=False) is None


def test_a_percentage_looks_at_what_is_overdue_on_its_day():
    terms = Terms(day_tiers=(DayTier(10, Decimal(1)), DayTier(30, Decimal(1))))
    charges = propose(debt(paid=[(9, 200), (29, 300)]), terms, after(30))
    assert [(c.base, c.amount) for c in charges] == [(800, 8), (500, 5)]


def test_a_cap_is_told():
    terms = Terms(interest=TEN, caps=Caps(per_debt=Decimal(1)))
    [charge] = propose(debt(), terms, after(10), "notice")
    assert (charge.amount, charge.uncut) == (1, Decimal("2.74"))
    assert sum(stretch.amount for stretch in charge.stretches) == charge.uncut


# === WHO === #


@pytest.mark.parametrize(
    ("scope", "fits"),
    [
        (Scope(frozenset({"business"})), True),
        (Scope(frozenset({"consumer"})), False),
        (Scope(frozenset({"business"}), country_ids=frozenset({7})), True),
        (Scope(frozenset({"business"}), country_ids=frozenset({8})), False),
        (Scope(frozenset({"business"}), partner_ids=frozenset({9})), False),
        (Scope(frozenset({"business"}), date_from=after(0), date_to=after(0)), True),
        (Scope(frozenset({"business"}), date_from=after(1)), False),
        (Scope(frozenset({"business"}), date_to=after(-1)), False),
        (Scope(frozenset({"business"}), exempt_product_ids=frozenset({5})), False),
    ],
)
def test_scope(scope, fits):
    assert scope.fits("business", 7, 3, DUE, [4, 5]) is fits


# === GRACE DAYS === #

ALL_FEES = Terms(
    flat_tiers=FLAT,
    day_tiers=(DayTier(1, Decimal(1)),),
    reminder=ReminderFeeTerms(Decimal(5)),
    interest=TEN,
    frequency="payment",
    grace_days=5,
)


@pytest.mark.parametrize(
    ("paid_on", "expected"), [(3, []), (5, []), (6, ["flat", "percent", "interest"])]
)
def test_what_is_paid_in_the_grace_days_bears_nothing(paid_on, expected):
    assert kinds(propose(debt(paid=[(paid_on, 1000)]), ALL_FEES, after(20))) == expected


@pytest.mark.parametrize(("day", "expected"), [(5, None), (6, 5)])
def test_a_reminder_in_the_grace_days_costs_nothing(day, expected):
    made = reminder_charge(debt(), ALL_FEES, after(day), is_first=False)
    assert (made and made.amount) == expected


def test_a_step_from_day_0_looks_at_what_is_overdue():
    terms = Terms(day_tiers=(DayTier(0, Decimal(1)),))
    [made] = propose(debt(paid=[(0, 500)]), terms, after(20))
    assert (made.base, made.amount) == (500, 5)
