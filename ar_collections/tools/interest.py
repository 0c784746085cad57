"""Simple interest on an open balance, exact to the cent.

Amounts and rates are `decimal.Decimal`; rates are percent a year. Interest runs
from its first day to the day of payment inclusive, never on interest. A stretch
is a time in which balance, rate and calendar year stay the same; the stretches
of a claim add up to the claim. Days of a pause bear nothing.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .business_days import ONE_DAY

ZERO = Decimal(0)
HUNDRED = Decimal(100)
DAY_COUNTS = ("act/365", "act/360", "act/act", "30/360")


class MissingRateError(LookupError):
    """No value of a reference rate is known for a day.

    :ivar name: the reference rate
    :ivar day: the first day without a value
    """

    def __init__(self, name, day):
        super().__init__(f"{name}: {day}")
        self.name = name
        self.day = day


class Change(NamedTuple):
    """The open balance goes down by `amount` at the end of `day`."""

    day: date
    amount: Decimal


class Pause(NamedTuple):
    """Days that bear no interest, both included; `end` ``None``: no end is known."""

    start: date
    end: date | None = None


class Stretch(NamedTuple):
    """Days on which the same base bore the same rate.

    :param start: the first day, included
    :param end: the last day, included
    :param days: days by the day count, not always the calendar's
    :param rate: percent a year
    :param amount: rounded so that the stretches add up to the claim
    """

    start: date
    end: date
    days: int
    base: Decimal
    rate: Decimal
    amount: Decimal


class ReferenceRate:
    """A central bank's rate: dated values, each in force until the next.

    :param values: pairs (first day, percent)
    :param ends: the last day for which the values are known; ``None``: no end
    :param gaps: pairs (first day, last day) within, for which no value is known
    """

    def __init__(self, name, values: Iterable, ends=None, gaps: Iterable = ()):
        self.name = name
        ordered = sorted(values)
        self.days = [day for day, _percent in ordered]
        self.percents = [percent for _day, percent in ordered]
        self.ends = ends
        self.gaps = list(gaps)

    def at(self, day):
        """Give the percent in force on `day`.

        :raise MissingRateError: before the first value, or after the known end
        """
        place = bisect_right(self.days, day) - 1
        is_in_gap = any(first <= day <= last for first, last in self.gaps)
        if place < 0 or is_in_gap or (self.ends and day > self.ends):
            raise MissingRateError(self.name, day)
        return self.percents[place]

    def changes(self, start, end):
        """Give the days after `start`, up to `end`, on which the rate changes.

        The first day without a value is one: nothing runs on unseen into it.
        """
        days = [*self.days, *(first for first, _last in self.gaps)]
        if self.ends:
            days.append(self.ends + ONE_DAY)
        return [day for day in days if start < day <= end]


class InterestTerms(NamedTuple):
    """How interest is computed.

    :param percent: the fixed yearly rate, or the margin over `reference`
    :param is_fixed_at_start: the rate of the first day holds to the end (UK)
    :param round_up_to: step to which the reference is rounded up (Finland: 0.5)
    :param ceiling: no rate above this percent; ``None``: none
    :param is_rounded_daily: round each day's interest (gov.uk), else the sum once
    """

    percent: Decimal
    reference: ReferenceRate | None = None
    is_fixed_at_start: bool = False
    round_up_to: Decimal = ZERO
    ceiling: Decimal | None = None
    day_count: str = "act/365"
    is_rounded_daily: bool = False

    def rate_at(self, day):
        """Give the percent a year that holds on a day."""
        rate = self.percent
        if self.reference:
            reference = self.reference.at(day)
            if self.round_up_to:
                steps = (reference / self.round_up_to).to_integral_value(ROUND_CEILING)
                reference = steps * self.round_up_to
            rate += reference
        rate = max(rate, ZERO)
        return rate if self.ceiling is None else min(rate, self.ceiling)

    def rate_changes(self, start, end):
        """Give the days from `start` to `end` on which another rate begins."""
        if self.reference is None or self.is_fixed_at_start:
            return []
        return self.reference.changes(start, end)


# === DAY COUNTS === #


def year_days(day_count, day):
    """Give the days of the year by which a day count divides."""
    if day_count == "act/act":
        return 366 if _is_leap(day.year) else 365
    return 360 if day_count.endswith("/360") else 365


def count_days(day_count, start, end):
    """Count the days from `start` to `end`, both included.

    30/360 is the Eurobond method (30E/360): it is additive over split periods.
    """
    if day_count == "30/360":
        return _day_360(end) - _day_360(start - ONE_DAY)
    return (end - start).days + 1


def _day_360(day):
    return 360 * day.year + 30 * day.month + min(day.day, 30)


def _is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


# === PAUSES === #


def merge_pauses(pauses: Iterable[Pause], start: date, end: date) -> list[Pause]:
    """Give the paused days from `start` to `end` as pauses that do not touch."""
    merged: list[Pause] = []
    for pause in sorted(pauses, key=lambda pause: pause.start):
        first, last = max(pause.start, start), min(pause.end or end, end)
        if first > last:
            continue
        if merged and first <= merged[-1].end + ONE_DAY:
            merged[-1] = Pause(merged[-1].start, max(merged[-1].end, last))
        else:
            merged.append(Pause(first, last))
    return merged


def count_late_days(due: date, end: date, pauses: Iterable[Pause] = ()) -> int:
    """Count the days after `due` up to `end`, those of pauses left out."""
    paused = merge_pauses(pauses, due + ONE_DAY, end)
    return (end - due).days - sum((last - first).days + 1 for first, last in paused)


def late_day(due: date, number: int, pauses: Iterable[Pause], end: date) -> date:
    """Give the day on which a debt is `number` days late, those of pauses left out.

    :param end: no pause after this day is looked at
    """
    day = due + timedelta(days=number)
    for first, last in merge_pauses(pauses, due + ONE_DAY, end):
        if first <= day:
            day += last - first + ONE_DAY
    return day


# === INTEREST === #


def interest(
    amount: Decimal,
    changes: Iterable[Change],
    start: date,
    end: date,
    terms: InterestTerms,
    *,
    rate_start: date | None = None,
    unit: Decimal = Decimal("0.01"),
    pauses: Iterable[Pause] = (),
) -> list[Stretch]:
    """Compute the interest on a balance from `start` to `end`, both included.

    :param amount: the balance before all `changes`
    :param changes: payments and credits; each bears interest on its own day still
    :param rate_start: the day whose rate is fixed (default: `start`)
    :param unit: the smallest amount of the currency
    :param pauses: days that bear nothing; no rate needs to be known for them
    :return: stretches in order; those without base are left out
    :raise MissingRateError: where the reference rate is not known
    """
    stretches, exact, said = [], ZERO, ZERO
    for *facts, part in _exact_parts(
        amount, changes, start, end, terms, rate_start, unit, pauses
    ):
        exact += part
        total = round_to(exact, unit)
        stretches.append(Stretch(*facts, total - said))
        said = total
    return stretches


def unrounded(
    amount, changes, start, end, terms, *, rate_start=None, unit, pauses=()
) -> Decimal:
    """Give the interest as `interest` computes it, before it is rounded."""
    parts = _exact_parts(amount, changes, start, end, terms, rate_start, unit, pauses)
    return sum((part for *_facts, part in parts), ZERO)


def _exact_parts(amount, changes, start, end, terms, rate_start, unit, pauses):
    """Give (first day, last day, days, base, rate, unrounded interest) of stretches."""
    if end < start:
        return
    changes, paused = sorted(changes), merge_pauses(pauses, start, end)
    fixed = terms.rate_at(rate_start or start) if terms.is_fixed_at_start else None
    for first, last in _periods(start, end, changes, terms, paused):
        base = amount - sum((change.amount for change in changes if change.day < first), ZERO)
        days = count_days(terms.day_count, first, last)
        if base <= ZERO or days <= 0:
            continue
        rate = fixed if fixed is not None else terms.rate_at(first)
        yield first, last, days, base, rate, _interest_of(base, rate, days, first, terms, unit)


def _interest_of(base, rate, days, first, terms, unit):
    daily = base * rate / HUNDRED / year_days(terms.day_count, first)
    return (round_to(daily, unit) if terms.is_rounded_daily else daily) * days


def _periods(start, end, changes, terms, paused):
    """Cut the time at changes of balance and rate, and for act/act at New Year.

    :param paused: pauses that do not touch; their days are left out
    """
    firsts = {start}
    firsts.update(change.day + ONE_DAY for change in changes)
    firsts.update(terms.rate_changes(start, end))
    if terms.day_count == "act/act":
        firsts.update(date(year, 1, 1) for year in range(start.year + 1, end.year + 1))
    for pause in paused:
        firsts.update((pause.start, pause.end + ONE_DAY))
    cuts = sorted(first for first in firsts if start <= first <= end)
    lasts = [first - ONE_DAY for first in cuts[1:]] + [end]
    periods = zip(cuts, lasts, strict=True)
    return [
        (first, last)
        for first, last in periods
        if not any(pause.start <= first <= pause.end for pause in paused)
    ]


def total(stretches: Iterable[Stretch]) -> Decimal:
    """Add up the interest of stretches."""
    return sum((stretch.amount for stretch in stretches), ZERO)


def round_to(amount, unit):
    """Round half up to a multiple of `unit`, as currencies do."""
    return (amount / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit


def first_day(due: date, grace_days: int = 0) -> date:
    """Give the first day of interest: the day after due, or after the grace days."""
    return due + timedelta(days=grace_days + 1)
