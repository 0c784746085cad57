"""Flat sums, percentages and reminder fees for lateness.

Amounts are `decimal.Decimal`, in the currency of the debt. A key names what a
charge is for, so that the same thing is never charged twice.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .interest import HUNDRED, ZERO, round_to

CENT = Decimal("0.01")


class AmountTier(NamedTuple):
    """Debts from `amount_from` on are charged `fee`."""

    amount_from: Decimal
    fee: Decimal


class DayTier(NamedTuple):
    """From day `days_from` after due on, `percent` of the overdue amount more."""

    days_from: int
    percent: Decimal


class Fee(NamedTuple):
    """A fee for one debt.

    :param key: what makes it the same fee (tier or period)
    :param base: the amount it was computed from
    :param percent: ``None`` for a flat sum
    """

    key: str
    base: Decimal
    percent: Decimal | None
    amount: Decimal


def check_tiers(tiers):
    """Tell what is wrong with a list of tiers: ``overlap``, ``negative`` or ``None``."""
    starts = [tier[0] for tier in tiers]
    if len(set(starts)) != len(starts):
        return "overlap"
    if any(value < 0 for tier in tiers for value in tier):
        return "negative"
    return None


def flat_sum(base: Decimal, tiers: Iterable[AmountTier]) -> Decimal:
    """Give the flat sum for a debt of `base`: that of the highest tier it reaches.

    Directive 2011/7/EU has one tier of 40; the UK has 40, 70 from 1,000, 100 from
    10,000 (Late Payment of Commercial Debts Act 1998, s. 5A).
    """
    reached = [tier for tier in tiers if tier.amount_from <= base]
    return max(reached, key=lambda tier: tier.amount_from).fee if reached else ZERO


def small_steps(base_on, days_overdue, tiers: Iterable[DayTier], unit=CENT) -> list[Fee]:
    """Give the percentage fees whose days have come, one per tier (S2-07).

    :param base_on: gives the overdue amount on a day after due
    """
    return [
        _percentage(f"day {tier.days_from}", base_on(tier.days_from), tier.percent, unit)
        for tier in sorted(tiers)
        if tier.days_from <= days_overdue
    ]


def per_period(base_on, days_overdue, percent, period_days, unit=CENT) -> list[Fee]:
    """Give one percentage fee for each full period of lateness.

    :param base_on: gives the overdue amount on a day after due
    """
    return [
        _percentage(f"period {number}", base_on(number * period_days), percent, unit)
        for number in range(1, days_overdue // period_days + 1)
    ]


def _percentage(key, base, percent, unit):
    return Fee(key, base, percent, _share(base, percent, unit))


def _share(base, percent, unit):
    return round_to(base * percent / HUNDRED, unit)


class ReminderFeeTerms(NamedTuple):
    """When a reminder may cost something.

    :param earliest_days: days after due before which no fee is taken
    :param max_count: fees per debt at most; 0: no maximum
    :param max_total: sum of fees per debt at most; ``None``: no maximum
    """

    fee: Decimal
    earliest_days: int = 0
    max_count: int = 0
    max_total: Decimal | None = None


def reminder_fee(terms, days_overdue, is_first, charged: Iterable[Decimal]) -> Decimal:
    """Give the fee of a reminder; never in the first notice after due.

    :param charged: the reminder fees already taken for the debt
    """
    charged = list(charged)
    if is_first or days_overdue < terms.earliest_days:
        return ZERO
    if terms.max_count and len(charged) >= terms.max_count:
        return ZERO
    if terms.max_total is None:
        return terms.fee
    return max(min(terms.fee, terms.max_total - sum(charged, ZERO)), ZERO)


def less_reminder_fees(flat: Decimal, reminder_fees: Iterable[Decimal]) -> Decimal:
    """Deduct reminder fees from a flat sum that covers them (G12; Norway)."""
    return max(flat - sum(reminder_fees, ZERO), ZERO)


class Caps(NamedTuple):
    """What a charge may be at least and at most.

    :param minimum: below this nothing is charged
    :param per_debt: sum of charges on a debt at most; ``None``: no cap
    :param per_year: sum of charges on a debt in a calendar year at most
    """

    minimum: Decimal = ZERO
    per_debt: Decimal | None = None
    per_year: Decimal | None = None


def capped(amount, caps, charged: Iterable[tuple[date, Decimal]], day) -> Decimal:
    """Cut a charge so that the caps hold; nothing when it falls under the minimum.

    :param charged: (day, amount) of earlier charges on the debt
    """
    charged = list(charged)
    if caps.per_debt is not None:
        amount = min(amount, caps.per_debt - sum((sum_ for _day, sum_ in charged), ZERO))
    if caps.per_year is not None:
        year = sum((sum_ for when, sum_ in charged if when.year == day.year), ZERO)
        amount = min(amount, caps.per_year - year)
    return amount if amount > ZERO and amount >= caps.minimum else ZERO
