"""Flat sums, percentages and reminder fees."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.tools.fees import (
    AmountTier,
    Caps,
    DayTier,
    ReminderFeeTerms,
    capped,
    check_tiers,
    flat_sum,
    less_reminder_fees,
    per_period,
    reminder_fee,
    small_steps,
)

UK = [
    AmountTier(Decimal(0), Decimal(40)),
    AmountTier(Decimal(1000), Decimal(70)),
    AmountTier(Decimal(10000), Decimal(100)),
]
DAY = date(2026, 6, 1)
amounts = st.decimals(min_value=0, max_value=1_000_000, places=2)


@pytest.mark.parametrize(
    ("base", "expected"),
    [("999.99", 40), ("1000", 70), ("9999.99", 70), ("10000", 100), ("0.01", 40)],
)
def test_uk_flat_sum_by_the_debt(base, expected):
    assert flat_sum(Decimal(base), UK) == expected


def test_no_flat_sum_below_the_first_tier():
    tiers = [AmountTier(Decimal(50), Decimal(40))]
    assert flat_sum(Decimal("49.99"), tiers) == 0


def test_three_percent_per_31_days_is_charged_twice_in_81_days():
    fees = per_period(lambda _day: Decimal(10000), 81, Decimal(3), 31)
    assert [fee.amount for fee in fees] == [Decimal(300), Decimal(300)]
    assert len({fee.key for fee in fees}) == 2


def test_small_steps_come_one_by_one():
    tiers = [DayTier(10, Decimal(1)), DayTier(30, Decimal(2))]

    def base_on(_day):
        return Decimal(500)

    assert [fee.key for fee in small_steps(base_on, 9, tiers)] == []
    assert [fee.amount for fee in small_steps(base_on, 10, tiers)] == [Decimal(5)]
    assert [fee.amount for fee in small_steps(base_on, 30, tiers)] == [5, 10]


def test_a_step_looks_at_what_is_overdue_on_its_day():
    tiers = [DayTier(10, Decimal(1)), DayTier(30, Decimal(1))]
    fees = small_steps(lambda day: Decimal(500 if day < 20 else 200), 30, tiers)
    assert [fee.amount for fee in fees] == [5, 2]


@pytest.mark.parametrize(
    ("tiers", "expected"),
    [
        (UK, None),
        ([*UK, AmountTier(Decimal(1000), Decimal(80))], "overlap"),
        ([AmountTier(Decimal(0), Decimal(-1))], "negative"),
    ],
)
def test_tiers_are_checked(tiers, expected):
    assert check_tiers(tiers) == expected


NORWAY = ReminderFeeTerms(
    Decimal("37.50"), earliest_days=14, max_count=2, max_total=Decimal(75)
)


@pytest.mark.parametrize(
    ("days", "is_first", "charged", "expected"),
    [
        (13, False, [], "0"),
        (14, False, [], "37.50"),
        (40, True, [], "0"),
        (40, False, ["37.50"], "37.50"),
        (60, False, ["37.50", "37.50"], "0"),
        (60, False, ["50.00"], "25.00"),
    ],
)
def test_reminder_fees_stay_within_the_law(days, is_first, charged, expected):
    taken = [Decimal(amount) for amount in charged]
    assert reminder_fee(NORWAY, days, is_first, taken) == Decimal(expected)


def test_reminder_fees_are_deducted_from_the_flat_sum():
    assert less_reminder_fees(Decimal(460), [Decimal(35), Decimal(35)]) == 390


@pytest.mark.parametrize(
    ("amount", "caps", "charged", "expected"),
    [
        ("10", Caps(minimum=Decimal(5)), [], "10"),
        ("4.99", Caps(minimum=Decimal(5)), [], "0"),
        ("10", Caps(per_debt=Decimal(12)), [(DAY, "5")], "7"),
        ("10", Caps(per_debt=Decimal(12)), [(DAY, "12")], "0"),
        ("10", Caps(per_year=Decimal(12)), [(date(2025, 12, 31), "12")], "10"),
        ("10", Caps(per_year=Decimal(12)), [(date(2026, 1, 1), "5")], "7"),
    ],
)
def test_caps(amount, caps, charged, expected):
    earlier = [(day, Decimal(sum_)) for day, sum_ in charged]
    assert capped(Decimal(amount), caps, earlier, DAY) == Decimal(expected)


@given(amounts, amounts, st.lists(amounts, max_size=5))
def test_caps_are_never_passed(amount, cap, earlier):
    charged, caps = [], Caps(per_debt=cap)
    for sum_ in [*earlier, amount]:
        charged.append((DAY, capped(sum_, caps, charged, DAY)))
    assert sum(sum_ for _day, sum_ in charged) <= cap
