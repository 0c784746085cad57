"""Business days: what is open, forward, back, counted."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.tools.business_days import (
    EVERY_DAY,
    MAX_CLOSED_DAYS,
    BusinessDays,
)

WEDNESDAY = date(2026, 3, 4)
SATURDAY = date(2026, 3, 7)
MONDAY = date(2026, 3, 9)
WEEK = range(5)

days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
calendars = st.builds(
    BusinessDays,
    st.sets(st.integers(0, 6), min_size=1),
    st.sets(st.dates(date(2026, 1, 1), date(2026, 3, 31)), max_size=40),
)


@pytest.mark.parametrize(
    ("day", "is_open"),
    [(WEDNESDAY, True), (SATURDAY, False), (SATURDAY + timedelta(1), False), (MONDAY, True)],
)
def test_the_weekend_is_closed(day, is_open):
    assert BusinessDays(WEEK).is_open(day) is is_open


def test_a_holiday_is_closed():
    assert not BusinessDays(WEEK, [WEDNESDAY]).is_open(WEDNESDAY)


def test_a_calendar_without_days_is_always_open():
    assert BusinessDays([]).is_open(SATURDAY)


@pytest.mark.parametrize(
    ("day", "forward", "back"),
    [
        (WEDNESDAY, WEDNESDAY, WEDNESDAY),
        (SATURDAY, MONDAY, SATURDAY - timedelta(1)),
        (SATURDAY + timedelta(1), MONDAY, SATURDAY - timedelta(1)),
    ],
)
def test_days_move_over_the_weekend(day, forward, back):
    calendar = BusinessDays(WEEK)
    assert (calendar.forward(day), calendar.back(day)) == (forward, back)


def test_days_move_over_a_holiday_beside_the_weekend():
    calendar = BusinessDays(WEEK, [MONDAY])
    assert calendar.forward(SATURDAY) == MONDAY + timedelta(1)


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, WEDNESDAY), (1, date(2026, 3, 5)), (2, date(2026, 3, 6)), (3, MONDAY)],
)
def test_business_days_are_counted_after_the_day(count, expected):
    assert BusinessDays(WEEK).add(WEDNESDAY, count) == expected


def test_a_count_from_a_closed_day_starts_with_the_next_open_one():
    assert BusinessDays(WEEK).add(SATURDAY, 1) == MONDAY


def test_a_calendar_that_never_opens_does_not_hang():
    closed = [WEDNESDAY + timedelta(n) for n in range(2 * MAX_CLOSED_DAYS)]
    moved = BusinessDays(range(7), closed).forward(WEDNESDAY)
    assert moved == WEDNESDAY + timedelta(MAX_CLOSED_DAYS)


@given(days)
def test_every_day_is_open_without_a_calendar(day):
    assert EVERY_DAY.forward(day) == EVERY_DAY.back(day) == day


@given(calendars, days)
def test_forward_gives_the_first_open_day_from_the_day_on(calendar, day):
    moved = calendar.forward(day)
    assert calendar.is_open(moved)
    between = (day + timedelta(n) for n in range((moved - day).days))
    assert not any(map(calendar.is_open, between))


@given(calendars, days)
def test_back_mirrors_forward(calendar, day):
    moved = calendar.back(day)
    assert calendar.is_open(moved)
    assert moved <= day
    between = (moved + timedelta(n + 1) for n in range((day - moved).days))
    assert not any(map(calendar.is_open, between))


@given(calendars, days, st.integers(0, 15))
def test_counting_passes_exactly_so_many_open_days(calendar, day, count):
    end = calendar.add(day, count)
    passed = (day + timedelta(n + 1) for n in range((end - day).days))
    assert sum(map(calendar.is_open, passed)) == count
