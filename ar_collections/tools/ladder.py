"""The follow-up ladder: facts and a date in, a decision out.

Nothing here reads a record, a clock or a database. `Rules` is a policy as plain
values, `Customer` and its `Debt`s are the facts of the ledger, `decide` says for
each debt what happens next and why, and which notices follow from it today.
"""

from bisect import bisect_right
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from ..const import HOLD_CODES, LONG_HOLD_DAYS
from .business_days import EVERY_DAY, ONE_DAY, BusinessDays
from .setoff import ZERO, Credit, set_off

SAID = frozenset({"climbs", "courtesy", "repeats"})


class Level(NamedTuple):
    """A rung. Days after due (zero or less: courtesy), amounts in company currency."""

    id: int
    days: int
    channels: tuple = ("email",)
    deadline_days: int = 0
    is_formal: bool = False
    amount_from: Decimal = ZERO
    kinds: frozenset = frozenset()
    repeat_days: int = 0
    repeat_max: int = 0

    def fits(self, amount, kind):
        """Tell whether the level's condition is met (rule L4)."""
        return amount >= self.amount_from and (not self.kinds or kind in self.kinds)


class Rules:
    """A policy with its levels, as plain values.

    :param bank_known: the last day whose receipts are booked; ``None`` where
        the policy does not ask.
    :param minimum: the customer's overdue amount under which nothing is said.
    """

    def __init__(
        self,
        levels,
        *,
        min_interval=0,
        customer_interval=0,
        minimum=ZERO,
        min_reminders=3,
        days: BusinessDays = EVERY_DAY,
        bank_known=None,
        is_paused=False,
        long_hold_days=LONG_HOLD_DAYS,
    ):
        ordered = sorted(levels, key=lambda level: level.days)
        self.courtesies = [level for level in reversed(ordered) if level.days <= 0]
        self.reminders = [level for level in ordered if level.days > 0]
        self._reminder_days = [level.days for level in self.reminders]
        self.min_interval = timedelta(days=max(min_interval, 1))
        self.customer_interval = timedelta(days=customer_interval)
        self.minimum = minimum
        self.min_reminders = min_reminders
        self.days = days
        self.bank_known = bank_known
        self.is_paused = is_paused
        self.long_hold = timedelta(days=long_hold_days)

    def reminders_after(self, rung):
        return self.reminders[bisect_right(self._reminder_days, rung) :]

    def reminder_at(self, rung):
        """Give the level of `rung`, or ``None`` when the ladder has it no longer."""
        place = bisect_right(self._reminder_days, rung) - 1
        if place >= 0 and self._reminder_days[place] == rung:
            return self.reminders[place]
        return None


class Hold(NamedTuple):
    """A debt or a customer is not followed up: `amount` ``None`` means all of it."""

    reason: str
    amount: Decimal | None = None
    until: date | None = None


class Debt(NamedTuple):
    """One open instalment with what its item remembers."""

    line_id: int
    move_id: int
    currency_id: int
    due: date
    open: Decimal
    open_company: Decimal = ZERO
    recipient_id: int = 0
    item_id: int | None = None
    said_due: date | None = None
    round: int = 1
    rung: int = 0
    occurrence: int = 1
    courtesy: int | None = None
    last_notice: date | None = None
    deadline: date | None = None
    reminders: int = 0
    held_since: date | None = None
    review: str = "followed"
    is_proposed: bool = False
    holds: tuple = ()
    outlook: tuple = ()


class Customer(NamedTuple):
    """What concerns all debts of a customer in one company."""

    partner_id: int
    case_id: int | None = None
    kind: str = "business"
    last_notice: date | None = None
    holds: tuple = ()
    credits: tuple[Credit, ...] = ()
    # recipient id -> channels on which an address is known
    addresses: dict = {}  # noqa: RUF012


class Step(NamedTuple):
    """What happens to a debt, and why.

    :param day: the first day on which it may happen; ``None`` where no day is known.
    :param passed: levels passed over since their condition is not met.
    """

    reason: str
    level: Level | None = None
    day: date | None = None
    occurrence: int = 1
    passed: tuple = ()


class Line(NamedTuple):
    """A debt with its decision; `claim` is what is asked for after all set-off."""

    debt: Debt
    step: Step
    claim: Decimal
    credit: Decimal
    held: Decimal


class Proposal(NamedTuple):
    """A notice that should go out: the lines that climb, and those listed with them."""

    recipient_id: int
    level: Level
    channel: str
    deadline_days: int
    climbing: tuple
    overdue: tuple
    not_due: tuple


class Decision(NamedTuple):
    """All lines of a customer, and the notices that follow today."""

    lines: list
    proposals: list


def decide(customer: Customer, debts, rules: Rules | None, today: date) -> Decision:
    """Say for each debt of `customer` what happens on `today`, and why.

    :param rules: ``None`` when no policy fits the customer.
    """
    debts = [with_new_round(debt, today) for debt in debts]
    shares = set_off(debts, customer.credits)
    lines = [
        _line(debt, customer, rules, today, shares.get(debt.line_id)) for debt in debts
    ]
    if rules is None:
        return Decision(lines, [])
    lines = _apply_minimum(lines, rules, today)
    lines = _formal_first(lines, rules, today)
    lines = _drop_without_address(lines, customer)
    return Decision(lines, list(_proposals(lines, customer, rules, today)))


# === ONE DEBT === #


def with_new_round(debt, today):
    """Start a new round when the due date moved into the future after a notice (L9)."""
    was_told = debt.rung > 0 or debt.courtesy is not None
    if not was_told or debt.said_due in (None, debt.due) or debt.due < today:
        return debt
    return debt._replace(
        round=debt.round + 1,
        rung=0,
        occurrence=1,
        courtesy=None,
        last_notice=None,
        deadline=None,
        reminders=0,
        held_since=None,
    )


def _line(debt, customer, rules, today, share):
    share = share or {}
    credit = share.get("covered", ZERO)
    held = sum((amount for reason, amount in share.items() if reason != "covered"), ZERO)
    held += sum((hold.amount for hold in debt.holds if hold.amount is not None), ZERO)
    claim = max(debt.open - credit - held, ZERO)
    stop = _stop(debt, customer, rules, share, claim)
    if stop is None:
        step = _next_step(debt, customer, rules, today)
    else:
        step = stop
        claim = ZERO if step.reason != "proposed" else claim
    return Line(debt, step, claim, min(credit, debt.open), held)


def _stop(debt, customer, rules, share, claim):
    """Give the step of a debt that is held, or ``None`` when it may climb (L6)."""
    if debt.review == "opening":
        return Step("opening_review")
    if debt.review == "not_followed":
        return Step("no_followup")
    for hold in (*customer.holds, *debt.holds):
        if hold.amount is None:
            return Step(hold.reason, day=hold.until and hold.until + ONE_DAY)
    if rules is None:
        return Step("no_policy")
    if rules.is_paused:
        return Step("paused")
    if claim <= ZERO:
        return _covered(debt, share)
    if debt.is_proposed:
        return Step("proposed")
    return None


def _covered(debt, share):
    """Name what leaves nothing to ask for: a partial hold before pending money."""
    if share.get("covered", ZERO) >= debt.open:
        return Step("covered")
    partial = [hold for hold in debt.holds if hold.amount is not None]
    if partial:
        return Step(partial[0].reason, day=partial[0].until and partial[0].until + ONE_DAY)
    others = [reason for reason in share if reason != "covered"]
    return Step(others[0] if others else "covered")


def _next_step(debt, customer, rules, today):
    due = rules.days.forward(debt.due)
    if today <= due:
        step = _courtesy_step(debt, customer, rules, today, due)
    else:
        step = _long_hold_step(debt, customer, rules, today, due) or _reminder_step(
            debt, customer, rules, today, due
        )
    if step.reason in SAID and not rules.days.is_open(today):
        return step._replace(reason="outside_window", day=rules.days.forward(today))
    return step


def _courtesy_step(debt, customer, rules, today, due):
    """Rule L2: only the latest level whose day has come, dropped after the due date."""
    following = None
    for level in rules.courtesies:
        day = rules.days.back(due + timedelta(days=level.days))
        if day > today:
            following = (level, day)
            continue
        if debt.courtesy is not None and level.days <= debt.courtesy:
            break
        if not level.fits(debt.open_company, customer.kind):
            return Step("condition", level)
        free = _customer_free(customer, rules)
        if free and today < free:
            return Step("too_soon_customer", level, free)
        return Step("courtesy", level, day)
    return Step("not_due", *(following or _first_reminder(rules, due)))


def _first_reminder(rules, due):
    if not rules.reminders:
        return (None, None)
    level = rules.reminders[0]
    return (level, rules.days.forward(due + timedelta(days=level.days)))


def _reminder_step(debt, customer, rules, today, due):
    """Rules L1, L3, L4, L5: the next rung, when its day has come."""
    passed = []
    for level in rules.reminders_after(debt.rung):
        day, reason = _earliest(debt, customer, rules, due, level)
        if day > today:
            waiting = Step(reason, level, day)
            return _sooner_repeat(debt, customer, rules, today, due, waiting, passed)
        if not _bank_reaches(debt, rules):
            return Step("bank_unknown", level, passed=tuple(passed))
        if not level.fits(debt.open_company, customer.kind):
            passed.append(level)
            continue
        if level.is_formal and debt.reminders < rules.min_reminders:
            return Step("too_few_reminders", level, passed=tuple(passed))
        return Step("climbs", level, day, passed=tuple(passed))
    end = Step("ladder_end", day=debt.deadline and debt.deadline + ONE_DAY)
    return _sooner_repeat(debt, customer, rules, today, due, end, passed)


def _earliest(debt, customer, rules, due, level):
    """Give the first day of `level` for a debt, and the clock that decides it (L1)."""
    clocks = [(due + timedelta(days=level.days), "too_soon_level")]
    if debt.last_notice:
        clocks.append((debt.last_notice + rules.min_interval, "too_soon_item"))
    if debt.deadline:
        clocks.append((debt.deadline + ONE_DAY, "deadline_running"))
    if free := _customer_free(customer, rules):
        clocks.append((free, "too_soon_customer"))
    day, reason = max(clocks, key=lambda clock: clock[0])
    return rules.days.forward(day), reason


def _customer_free(customer, rules):
    if customer.last_notice and rules.customer_interval:
        return customer.last_notice + rules.customer_interval
    return None


def _bank_reaches(debt, rules):
    """The bank must be known to the due date, later to the last deadline (L6)."""
    if rules.bank_known is None:
        return True
    return rules.bank_known >= (debt.deadline or debt.last_notice or debt.due)


def _sooner_repeat(debt, customer, rules, today, due, otherwise, passed):
    """Repeat the rung when that comes before the step `otherwise` (L4)."""
    otherwise = otherwise._replace(passed=tuple(passed))
    level = rules.reminder_at(debt.rung)
    if level is None or not level.repeat_days or debt.last_notice is None:
        return otherwise
    if debt.occurrence > level.repeat_max:
        return otherwise
    day, _reason = _earliest(debt, customer, rules, due, level)
    rhythm = debt.last_notice + timedelta(days=level.repeat_days)
    day = max(day, rules.days.forward(rhythm))
    is_waiting_sooner = otherwise.reason != "ladder_end" and otherwise.day <= day
    if passed or is_waiting_sooner:
        return otherwise
    reason = "repeats" if day <= today else "too_soon_item"
    return Step(reason, level, day, debt.occurrence + 1)


def _long_hold_step(debt, customer, rules, today, due):
    """Repeat the last rung after a hold longer than `LONG_HOLD_DAYS` (L9)."""
    if debt.held_since is None or today - debt.held_since <= rules.long_hold:
        return None
    level = rules.reminder_at(debt.rung)
    if level is None or level.is_formal:
        return None
    day, reason = _earliest(debt, customer, rules, due, level)
    occurrence = debt.occurrence + 1
    if day > today:
        return Step(reason, level, day, occurrence)
    return Step("repeats", level, day, occurrence)


def held_since(line, today):
    """Give since when a debt is held, as its item should remember it.

    A long hold is remembered until the repeated rung was said.
    """
    debt, step = line.debt, line.step
    if step.reason in HOLD_CODES:
        return debt.held_since or today
    is_long = debt.held_since and today - debt.held_since > timedelta(days=LONG_HOLD_DAYS)
    return debt.held_since if is_long and debt.rung > 0 else None


# === THE CUSTOMER === #


def _replace_steps(lines, is_concerned, reason, day=None):
    return [
        line._replace(step=line.step._replace(reason=reason, day=day, passed=()))
        if is_concerned(line)
        else line
        for line in lines
    ]


def _is_reminder(line):
    return line.step.reason in SAID and line.step.level.days > 0


def _is_formal(line):
    return line.step.reason in SAID and line.step.level.is_formal


def _is_overdue(line, rules, today):
    return today > rules.days.forward(line.debt.due)


def _apply_minimum(lines, rules, today):
    """Rule L4: per currency, nothing after due is said below the minimum.

    The minimum is compared with the overdue claims' value in company currency.
    """
    if not any(_is_reminder(line) for line in lines):
        return lines
    totals = {}
    for line in lines:
        if _is_overdue(line, rules, today):
            share = line.claim / line.debt.open * line.debt.open_company
            currency = line.debt.currency_id
            totals[currency] = totals.get(currency, ZERO) + share
    return _replace_steps(
        lines,
        lambda line: _is_reminder(line)
        and totals.get(line.debt.currency_id, ZERO) < rules.minimum,
        "below_minimum",
    )


def _formal_first(lines, rules, today):
    """Rule L7: beside a formal notice the customer's other lines wait."""
    if not any(_is_formal(line) for line in lines):
        return lines
    return _replace_steps(
        lines,
        lambda line: line.step.reason in SAID and not line.step.level.is_formal,
        "formal_first",
        rules.days.forward(today + ONE_DAY),
    )


def _drop_without_address(lines, customer):
    reachable = {
        recipient: _channel(recipient_lines, customer) is not None
        for recipient, recipient_lines in _by_recipient(lines).items()
    }
    return _replace_steps(
        lines,
        lambda line: line.step.reason in SAID and not reachable[line.debt.recipient_id],
        "no_address",
    )


def _by_recipient(lines):
    groups = {}
    for line in lines:
        if line.step.reason in SAID:
            groups.setdefault(line.debt.recipient_id, []).append(line)
    return groups


def _highest(lines):
    return max((line.step.level for line in lines), key=lambda level: level.days)


def _channel(lines, customer):
    known = customer.addresses.get(lines[0].debt.recipient_id, ())
    for channel in _highest(lines).channels:
        if channel in known:
            return channel
    return None


def _proposals(lines, customer, rules, today):
    """Rule L7: one notice per recipient, in the tone of its highest rung."""
    for recipient_id, climbing in _by_recipient(lines).items():
        level = _highest(climbing)
        others = [
            line
            for line in lines
            if line.debt.recipient_id == recipient_id
            and line.step.reason not in SAID
            and line.claim > ZERO
        ]
        overdue = [line for line in others if _is_overdue(line, rules, today)]
        not_due = [line for line in others if not _is_overdue(line, rules, today)]
        yield Proposal(
            recipient_id=recipient_id,
            level=level,
            channel=_channel(climbing, customer),
            deadline_days=max(line.step.level.deadline_days for line in climbing),
            climbing=tuple(climbing),
            overdue=() if level.is_formal or level.days <= 0 else tuple(overdue),
            not_due=() if level.is_formal else tuple(not_due),
        )
