"""Interest: the vectors of law, and what must hold for any numbers."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.tools.interest import (
    DAY_COUNTS,
    Change,
    InterestTerms,
    MissingRateError,
    Pause,
    ReferenceRate,
    count_days,
    count_late_days,
    first_day,
    interest,
    late_day,
    merge_pauses,
    round_to,
    total,
)

DUE = date(2026, 1, 31)
BOE = ReferenceRate(
    "Bank of England",
    [(date(2025, 7, 1), Decimal("4.25")), (date(2026, 1, 1), Decimal("3.75"))],
)
ECB = ReferenceRate(
    "ECB",
    [(date(2025, 7, 1), Decimal("2.15")), (date(2026, 7, 1), Decimal("2.40"))],
)

amounts = st.decimals(min_value="0.01", max_value=1_000_000, places=2)
rates = st.decimals(min_value=0, max_value=40, places=2)
days = st.integers(min_value=0, max_value=1500)
day_counts = st.sampled_from(DAY_COUNTS)


def claim(amount, percent, number, *, changes=(), **terms):
    terms = InterestTerms(Decimal(percent), **terms)
    end = DUE + timedelta(days=number)
    return interest(Decimal(amount), changes, first_day(DUE), end, terms)


# === VECTORS === #


def test_uk_example_of_sixty_days():
    assert total(claim("10000", "11.75", 60)) == Decimal("193.15")


@pytest.mark.parametrize(
    ("is_rounded_daily", "expected"), [(True, "11.50"), (False, "11.64")]
)
def test_rounding_daily_or_once(is_rounded_daily, expected):
    stretches = claim("1000", "8.5", 50, is_rounded_daily=is_rounded_daily)
    assert total(stretches) == Decimal(expected)


def test_finland_rounds_the_reference_up_to_half_points():
    terms = InterestTerms(Decimal(8), reference=ECB, round_up_to=Decimal("0.5"))
    assert terms.rate_at(date(2026, 1, 15)) == Decimal("10.5")


def test_eu_minimum_over_the_reference():
    terms = InterestTerms(Decimal(8), reference=ECB)
    assert terms.rate_at(date(2026, 3, 1)) == Decimal("10.15")


def test_the_first_day_is_the_one_after_the_days_that_cost_nothing():
    assert first_day(date(2026, 1, 31)) == date(2026, 2, 1)
    assert first_day(date(2026, 1, 31), 5) == date(2026, 2, 6)


# === STRETCHES === #


def test_nothing_on_the_due_date_one_day_on_the_next():
    assert claim("1000", "10", 0) == []
    [stretch] = claim("1000", "10", 1)
    assert (stretch.start, stretch.end, stretch.days) == (
        date(2026, 2, 1),
        date(2026, 2, 1),
        1,
    )


def test_a_part_payment_bears_interest_on_its_day():
    paid = Change(DUE + timedelta(days=10), Decimal(400))
    first, second = claim("1000", "10", 30, changes=[paid])
    assert (first.base, first.days, first.end) == (Decimal(1000), 10, paid.day)
    assert (second.base, second.days) == (Decimal(600), 20)


def test_interest_survives_the_late_payment_of_the_principal():
    paid = Change(DUE + timedelta(days=10), Decimal(1000))
    assert total(claim("1000", "10", 90, changes=[paid])) == total(
        claim("1000", "10", 10)
    )


def test_dated_rates_are_split_at_the_change():
    terms = InterestTerms(Decimal(8), reference=ECB)
    stretches = interest(
        Decimal(1000), [], date(2026, 6, 21), date(2026, 7, 10), terms
    )
    assert [(s.days, s.rate) for s in stretches] == [
        (10, Decimal("10.15")),
        (10, Decimal("10.40")),
    ]


def test_uk_rate_is_fixed_on_the_first_day():
    terms = InterestTerms(Decimal(8), reference=BOE, is_fixed_at_start=True)
    stretches = interest(
        Decimal(1000), [], date(2025, 12, 1), date(2026, 3, 1), terms
    )
    assert {stretch.rate for stretch in stretches} == {Decimal("12.25")}


def test_a_missing_rate_is_named():
    terms = InterestTerms(Decimal(8), reference=BOE)
    with pytest.raises(MissingRateError) as caught:
        interest(Decimal(1000), [], date(2025, 6, 1), date(2025, 8, 1), terms)
    assert (caught.value.name, caught.value.day) == (
        "Bank of England",
        date(2025, 6, 1),
    )


def test_a_known_end_is_not_passed():
    rate = ReferenceRate("ECB", [(date(2026, 1, 1), Decimal(2))], ends=date(2026, 6, 30))
    with pytest.raises(MissingRateError):
        rate.at(date(2026, 7, 1))


def test_interest_does_not_run_on_into_a_time_without_a_value():
    rate = ReferenceRate(
        "ECB",
        [(date(2025, 1, 1), Decimal(3)), (date(2026, 1, 1), Decimal(2))],
        ends=date(2026, 6, 30),
        gaps=[(date(2025, 7, 1), date(2025, 12, 31))],
    )
    terms = InterestTerms(Decimal(8), reference=rate)
    for start, end, unknown in (
        (date(2026, 6, 1), date(2026, 7, 1), date(2026, 7, 1)),
        (date(2025, 6, 1), date(2026, 2, 1), date(2025, 7, 1)),
    ):
        with pytest.raises(MissingRateError) as caught:
            interest(Decimal(1000), [], start, end, terms)
        assert caught.value.day == unknown
    fixed = terms._replace(is_fixed_at_start=True)
    [stretch] = interest(Decimal(1000), [], date(2026, 6, 1), date(2026, 7, 1), fixed)
    assert stretch.rate == Decimal(10)


def test_ceiling_cuts_the_rate():
    assert claim("1000", "50", 10, ceiling=Decimal(35))[0].rate == Decimal(35)


def test_act_act_divides_by_the_year_it_is_in():
    terms = InterestTerms(Decimal(10), day_count="act/act")
    stretches = interest(
        Decimal(36600), [], date(2023, 12, 31), date(2024, 1, 1), terms
    )
    assert [stretch.amount for stretch in stretches] == [
        Decimal("10.03"),
        Decimal("10.00"),
    ]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2026, 2, 1), date(2026, 2, 28), 28),
        (date(2026, 3, 1), date(2026, 3, 31), 32),
        (date(2026, 1, 1), date(2026, 12, 31), 360),
    ],
)
def test_30_360_counts_from_the_day_before(start, end, expected):
    assert count_days("30/360", start, end) == expected


# === PAUSES === #


def day(number):
    return DUE + timedelta(days=number)


def paused_claim(number, *pauses, **values):
    """Give the interest on 3,650 at 10 %: 1.00 a day."""
    terms = InterestTerms(Decimal(10), **values)
    found = [Pause(day(first), last if last is None else day(last)) for first, last in pauses]
    return interest(Decimal(3650), [], day(1), day(number), terms, pauses=found)


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        ([], [(1, 30)]),
        ([(11, 20)], [(1, 10), (21, 30)]),
        ([(1, 10)], [(11, 30)]),
        ([(-5, 0)], [(1, 30)]),
        ([(30, 40)], [(1, 29)]),
        ([(31, 40)], [(1, 30)]),
        ([(21, None)], [(1, 20)]),
        ([(-9, None)], []),
        ([(5, 12), (10, 20)], [(1, 4), (21, 30)]),
        ([(5, 9), (10, 20)], [(1, 4), (21, 30)]),
        ([(5, 5), (7, 7)], [(1, 4), (6, 6), (8, 30)]),
    ],
)
def test_a_pause_is_cut_out_of_the_stretches(pauses, expected):
    stretches = paused_claim(30, *pauses)
    assert [(s.start, s.end) for s in stretches] == [
        (day(first), day(last)) for first, last in expected
    ]
    assert total(stretches) == sum(last - first + 1 for first, last in expected)


def test_no_rate_needs_to_be_known_for_a_pause():
    rate = ReferenceRate("ECB", [(day(1), Decimal(2))], ends=day(10))
    stretches = paused_claim(30, (11, None), reference=rate)
    assert [(s.end, s.rate) for s in stretches] == [(day(10), Decimal(12))]


def test_pauses_that_touch_are_one():
    pauses = [Pause(day(5), day(9)), Pause(day(2), day(4)), Pause(day(12), None)]
    assert merge_pauses(pauses, day(3), day(20)) == [
        Pause(day(3), day(9)),
        Pause(day(12), day(20)),
    ]


# === PROPERTIES === #

spans = st.lists(st.tuples(days, st.none() | days), max_size=4)


def as_pauses(found):
    return [
        Pause(day(first), None if length is None else day(first + length))
        for first, length in found
    ]


@given(amounts, rates, st.integers(0, 400), spans, day_counts)
def test_pauses_leave_the_interest_of_the_other_days(amount, rate, number, found, day_count):
    """An oracle that goes day by day."""
    terms, pauses = InterestTerms(rate, day_count=day_count), as_pauses(found)
    exact = sum(
        (
            amount * rate / 100 * count_days(day_count, day(n), day(n)) / _year_of(day_count, day(n))
            for n in range(1, number + 1)
            if not any(p.start <= day(n) <= (p.end or date.max) for p in pauses)
        ),
        Decimal(0),
    )
    claimed = total(interest(amount, [], day(1), day(number), terms, pauses=pauses))
    assert abs(claimed - exact) <= Decimal("0.005")


@given(amounts, rates, days, spans, day_counts)
def test_a_pause_never_raises_interest(amount, rate, number, found, day_count):
    terms = InterestTerms(rate, day_count=day_count)
    period = (amount, [], day(1), day(number), terms)
    assert total(interest(*period, pauses=as_pauses(found))) <= total(interest(*period))


@given(days, days, spans)
def test_late_days_and_the_day_of_a_number_agree(number, more, found):
    """The day on which a debt is n days late is the first with n days counted."""
    pauses, end = as_pauses(found), day(number + more)
    late = count_late_days(DUE, end, pauses)
    for wanted in {1, number, late}:
        if 1 <= wanted <= late:
            reached = late_day(DUE, wanted, pauses, end)
            assert count_late_days(DUE, reached, pauses) == wanted
            assert count_late_days(DUE, reached - timedelta(days=1), pauses) == wanted - 1


@given(amounts, rates, days, day_counts)
def test_interest_is_never_negative(amount, rate, number, day_count):
    assert total(claim(amount, rate, number, day_count=day_count)) >= 0


@given(amounts, rates, days, days, day_counts)
def test_interest_grows_with_the_days(amount, rate, number, more, day_count):
    shorter = total(claim(amount, rate, number, day_count=day_count))
    assert total(claim(amount, rate, number + more, day_count=day_count)) >= shorter


@given(amounts, rates, days, days, day_counts)
def test_days_add_up_over_split_periods(amount, rate, number, more, day_count):
    start, cut = first_day(DUE), DUE + timedelta(days=number)
    end = cut + timedelta(days=more)
    both = count_days(day_count, start, cut) + count_days(
        day_count, cut + timedelta(days=1), end
    )
    assert both == count_days(day_count, start, end)


@given(amounts, rates, days, st.lists(st.tuples(days, amounts), max_size=4), day_counts)
def test_stretches_add_up_to_the_whole(amount, rate, number, payments, day_count):
    changes = [Change(day(when), paid) for when, paid in payments]
    terms = InterestTerms(rate, day_count=day_count)
    end = DUE + timedelta(days=number)
    stretches = interest(amount, changes, first_day(DUE), end, terms)
    exact = sum(
        stretch.base * stretch.rate / 100 * stretch.days / _year(day_count, stretch)
        for stretch in stretches
    )
    assert total(stretches) == round_to(Decimal(exact), Decimal("0.01"))


def _year(day_count, stretch):
    return _year_of(day_count, stretch.start)


def _year_of(day_count, day):
    is_leap = day.year % 4 == 0
    if day_count == "act/act":
        return 366 if is_leap else 365
    return 360 if day_count.endswith("360") else 365


@given(amounts, rates, days, amounts, days, day_counts)
def test_paying_never_raises_interest(amount, rate, number, paid, when, day_count):
    change = Change(DUE + timedelta(days=when), paid)
    with_payment = total(claim(amount, rate, number, changes=[change], day_count=day_count))
    assert with_payment <= total(claim(amount, rate, number, day_count=day_count))
