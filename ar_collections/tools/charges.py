"""Which charges a late debt bears: facts, terms and a day in, charges out.

Nothing here reads a record or a clock. Amounts are `decimal.Decimal` in the
currency of the debt.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from .business_days import ONE_DAY
from .fees import (
    AmountTier,
    Caps,
    DayTier,
    ReminderFeeTerms,
    capped,
    flat_sum,
    less_reminder_fees,
    per_period,
    reminder_fee,
    small_steps,
)
from .interest import (
    ZERO,
    Change,
    InterestTerms,
    MissingRateError,
    Pause,
    Stretch,
    count_late_days,
    first_day,
    interest,
    late_day,
    merge_pauses,
    round_to,
    total,
    unrounded,
)


class Charged(NamedTuple):
    """An earlier charge on the debt, by whatever rule; not a cancelled one.

    :param amount: what is charged, waived parts left out
    """

    kind: str
    key: str
    day: date
    amount: Decimal
    end: date | None = None
    start: date | None = None


class LateDebt(NamedTuple):
    """One instalment with its matches.

    :param amount: the original amount of the instalment
    :param changes: what reduced it and when, matches with exchange entries left out
    :param has_flat_sum: the flat sum of the invoice was already charged
    :param pauses: days that bear no interest, and do not count as days late
    """

    due: date
    amount: Decimal
    changes: tuple[Change, ...] = ()
    charged: tuple[Charged, ...] = ()
    has_flat_sum: bool = False
    unit: Decimal = Decimal("0.01")
    pauses: tuple[Pause, ...] = ()

    def open_after(self, day):
        """Give the balance at the end of `day`."""
        paid = sum((change.amount for change in self.changes if change.day <= day), ZERO)
        return max(self.amount - paid, ZERO)

    def is_overdue_on(self, day):
        """Tell whether anything was overdue when `day` began."""
        return day > self.due and self.open_after(day - ONE_DAY) > ZERO

    def settled_on(self):
        """Give the day on which nothing was open any more, or ``None``."""
        rest = self.amount
        for change in sorted(self.changes):
            rest -= change.amount
            if rest <= ZERO:
                return change.day
        return None


class Terms(NamedTuple):
    """A rule as plain values; amounts in the currency of the debt.

    :param is_base_original: tiers look at the original amount, not at the open
        amount on the day after due
    :param percent_per_period: (percent, days) of a fee for each full period
    """

    flat_tiers: tuple[AmountTier, ...] = ()
    is_base_original: bool = False
    is_less_reminder_fees: bool = False
    day_tiers: tuple[DayTier, ...] = ()
    percent_per_period: tuple[Decimal, int] | None = None
    reminder: ReminderFeeTerms | None = None
    interest: InterestTerms | None = None
    frequency: str = "level"
    grace_days: int = 0
    caps: Caps = Caps()


class Charge(NamedTuple):
    """A charge to propose, with its worked example.

    :param key: with the kind, what it is charged for; the first day for interest
    :param uncut: the amount before a cap cut it; ``None`` where none did
    :param deducted: reminder fees that were taken off the flat sum
    :param rounding: what makes the claims of split periods add up to that of the whole
    :param pauses: days between `start` and `end` that bear no interest
    """

    kind: str
    key: str
    base: Decimal
    amount: Decimal
    start: date | None = None
    end: date | None = None
    percent: Decimal | None = None
    stretches: tuple[Stretch, ...] = ()
    uncut: Decimal | None = None
    deducted: Decimal = ZERO
    rounding: Decimal = ZERO
    pauses: tuple[Pause, ...] = ()


class Scope(NamedTuple):
    """Which debts a rule is for; empty sets fit everything."""

    kinds: frozenset
    country_ids: frozenset = frozenset()
    partner_ids: frozenset = frozenset()
    date_from: date | None = None
    date_to: date | None = None
    exempt_product_ids: frozenset = frozenset()

    def fits(self, kind, country_id, partner_id, due, product_ids=()):
        """Tell whether a rule is for a debt of a customer, by what was sold."""
        return (
            kind in self.kinds
            and (not self.country_ids or country_id in self.country_ids)
            and (not self.partner_ids or partner_id in self.partner_ids)
            and (self.date_from is None or due >= self.date_from)
            and (self.date_to is None or due <= self.date_to)
            and self.exempt_product_ids.isdisjoint(product_ids)
        )


def propose(debt: LateDebt, terms: Terms, day: date, occasion: str = "pass"):
    """Give the charges that a debt bears on `day` and that were not made yet.

    :param occasion: ``notice`` when one goes out for the debt, else ``pass``

    :raise MissingRateError: where a reference rate is not known
    """
    base = tier_base(debt, terms)
    if day < first_day(debt.due, terms.grace_days) or base <= ZERO:
        return []
    charges = []
    for charge in (
        *_flat(debt, terms, base),
        *_percentages(debt, terms, base, day),
        *_interest(debt, terms, day, occasion),
    ):
        earlier = [(c.day, c.amount) for c in debt.charged]
        earlier += [(day, c.amount) for c in charges]
        charges += _cap(charge, terms, earlier, day)
    return charges


def _cap(charge, terms, earlier, day):
    """Give a charge under the caps of its rule, in a list; none where nothing is left."""
    amount = capped(charge.amount, terms.caps, earlier, day)
    if amount <= ZERO:
        return []
    uncut = charge.amount if amount < charge.amount else None
    return [charge._replace(amount=amount, uncut=uncut)]


def tier_base(debt, terms):
    """Give the amount that tiers look at: zero for a debt that was paid in time.

    What is paid in the days after due that cost nothing is paid in time.
    """
    if debt.open_after(first_day(debt.due, terms.grace_days) - ONE_DAY) <= ZERO:
        return ZERO
    late = debt.open_after(debt.due)
    return debt.amount if terms.is_base_original and late > ZERO else late


def reminder_charge(debt, terms: Terms, day, *, is_first, shared=()):
    """Give the reminder fee that a notice of `day` may bear for a debt, or ``None``.

    A flat sum that was charged already covers it, where the rule says so (G12).

    :param shared: fees of earlier notices that reminded of the debt among others
    """
    if terms.reminder is None or (terms.is_less_reminder_fees and debt.has_flat_sum):
        return None
    if day < first_day(debt.due, terms.grace_days):
        return None
    taken = [charge.amount for charge in debt.charged if charge.kind == "reminder"]
    late = (day - debt.due).days
    fee = reminder_fee(terms.reminder, late, is_first, [*taken, *shared])
    if fee <= ZERO:
        return None
    earlier = [(charge.day, charge.amount) for charge in debt.charged]
    charge = Charge("reminder", "", debt.open_after(day), fee)
    return next(iter(_cap(charge, terms, earlier, day)), None)


def _flat(debt, terms, base):
    if debt.has_flat_sum or not terms.flat_tiers:
        return
    full = amount = flat_sum(base, terms.flat_tiers)
    if terms.is_less_reminder_fees:
        taken = [charge.amount for charge in debt.charged if charge.kind == "reminder"]
        amount = less_reminder_fees(full, taken)
    if amount > ZERO:
        yield Charge("flat", "", base, amount, deducted=full - amount)


def _percentages(debt, terms, base, day):
    """Percentages stop growing when the debt is settled."""
    settled = debt.settled_on()
    last = min(day, settled) if settled else day
    late = count_late_days(debt.due, last, debt.pauses)

    def base_on(days):
        """A step looks at what was overdue when its day began."""
        if terms.is_base_original:
            return base
        day_of_step = late_day(debt.due, max(days, 1), debt.pauses, last)
        return debt.open_after(day_of_step - ONE_DAY)

    fees = small_steps(base_on, late, terms.day_tiers, debt.unit)
    if terms.percent_per_period:
        fees += per_period(base_on, late, *terms.percent_per_period, debt.unit)
    known = {charge.key for charge in debt.charged if charge.kind == "percent"}
    for fee in fees:
        if fee.key not in known and fee.amount > ZERO:
            yield Charge("percent", fee.key, fee.base, fee.amount, percent=fee.percent)


def _interest(debt, terms, day, occasion):
    if terms.interest is None:
        return
    last = _interest_end(debt, terms, day, occasion)
    if last is None:
        return
    for start, end in _uncharged(debt, terms, last):
        if charge := _claim(debt, terms, start, end, start.isoformat()):
            yield charge


def _claim(debt, terms, start, end, key):
    """Give the interest from `start` to `end` as a charge, or ``None`` for none."""
    stretches, rounding = _compute(debt, terms, start, end)
    amount = total(stretches) + rounding
    if amount <= ZERO:
        return None
    return Charge(
        "interest",
        key,
        stretches[0].base,
        amount,
        start,
        end,
        stretches=tuple(stretches),
        rounding=rounding,
        pauses=tuple(merge_pauses(debt.pauses, start, end)),
    )


def _compute(debt, terms, start, end):
    """Give the stretches from `start` to `end`, and what rounding adds to them.

    A claim is the rounded interest until its end, less that before its start: however
    often a debt is charged, it pays what it would pay at once.
    """
    first = first_day(debt.due, terms.grace_days)
    facts = {"rate_start": first, "unit": debt.unit, "pauses": debt.pauses}
    stretches = interest(debt.amount, debt.changes, start, end, terms.interest, **facts)
    if start <= first:
        return stretches, ZERO

    def until(last):
        return unrounded(debt.amount, debt.changes, first, last, terms.interest, **facts)

    try:
        before, after = until(start - ONE_DAY), until(end)
    except MissingRateError:
        # Nobody knows it any more: what came before was charged by another rule.
        return stretches, ZERO
    claim = round_to(after, debt.unit) - round_to(before, debt.unit)
    return stretches, claim - total(stretches)


def _uncharged(debt, terms, last):
    """Give the periods up to `last` that no charge covers, in order.

    Periods touch: a stretch charged once is never charged again, and one whose charge
    was cancelled is charged with the next.
    """
    start = first_day(debt.due, terms.grace_days)
    periods = sorted(
        (charge.start, charge.end)
        for charge in debt.charged
        if charge.kind == "interest" and charge.start and charge.end
    )
    for first, end in periods:
        if start < first <= last:
            yield start, first - ONE_DAY
        start = max(start, end + ONE_DAY)
    if start <= last:
        yield start, last


def _interest_end(debt, terms, day, occasion):
    """Give the last day to charge now, or ``None`` when it is not the time.

    Interest of a principal that was paid late is charged to the day of payment,
    whatever the frequency.
    """
    settled = debt.settled_on()
    has_interest = any(charge.kind == "interest" for charge in debt.charged)
    if terms.frequency == "once" and has_interest:
        return None
    if settled and settled <= day:
        return settled
    if terms.frequency == "month":
        return day.replace(day=1) - timedelta(days=1)
    if terms.frequency in ("once", "level"):
        return day if occasion == "notice" else None
    return None


# === WHAT HOLDS NOW === #


def remake(debt: LateDebt, terms: Terms, charged: Charged, start: date | None = None):
    """Give a charge that was made as the ledger stands now, or ``None`` for none.

    Caps and deductions are left out.

    :param start: the first day of interest
    :raise MissingRateError: where a reference rate is not known
    """
    if charged.kind == "interest":
        if terms.interest is None:
            return None
        start = max(start, first_day(debt.due, terms.grace_days))
        return _claim(debt, terms, start, charged.end, charged.key)
    bare = debt._replace(charged=(), has_flat_sum=False)
    bare_terms = terms._replace(interest=None, caps=Caps(), is_less_reminder_fees=False)
    for charge in propose(bare, bare_terms, charged.day):
        if (charge.kind, charge.key) == (charged.kind, charged.key):
            return charge
    return None
