"""What goes into the ladder and what comes out of it, as plain values."""

from bisect import bisect_right
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from ..const import LONG_HOLD_DAYS
from .business_days import EVERY_DAY, BusinessDays
from .setoff import ZERO, Credit

# === THE RULES === #


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
        """Give the levels after due with more days than `rung`, in order."""
        return self.reminders[bisect_right(self._reminder_days, rung) :]

    def reminder_at(self, rung):
        """Give the level of `rung`, or ``None`` when the ladder has it no longer."""
        place = bisect_right(self._reminder_days, rung) - 1
        if place >= 0 and self._reminder_days[place] == rung:
            return self.reminders[place]
        return None


# === THE FACTS === #


class Hold(NamedTuple):
    """A debt or a customer is not followed up: `amount` ``None`` means all of it."""

    reason: str
    amount: Decimal | None = None
    until: date | None = None


class Debt(NamedTuple):
    """One open instalment with what its item remembers.

    :param said_due: the due date when the ladder last looked
    :param rung: days of the level that was said last, 0: none yet
    :param passed: days of the highest level that was passed over
    :param courtesy: days of the last courtesy level, ``None``: none yet
    :param said_levels: ids of the levels that were said in this round
    :param reminders: delivered notices after due, in this round
    :param is_charge: late fees and interest, which are never reminded alone
    :param is_taken_over: the item was another customer's, who alone was reminded
    """

    line_id: int
    move_id: int
    currency_id: int
    due: date
    open: Decimal
    open_company: Decimal = ZERO
    recipient_id: int = 0
    item_id: int | None = None
    case_id: int | None = None
    said_due: date | None = None
    round: int = 1
    rung: int = 0
    passed: int = 0
    occurrence: int = 1
    courtesy: int | None = None
    last_notice: date | None = None
    deadline: date | None = None
    said_levels: frozenset = frozenset()
    reminders: int = 0
    held_since: date | None = None
    review: str = "followed"
    is_proposed: bool = False
    is_charge: bool = False
    is_taken_over: bool = False
    is_new_round: bool = False
    task_key: str | None = None
    holds: tuple = ()
    outlook: tuple = ()

    @property
    def position(self):
        """Give the days above which the next rung is looked for."""
        return max(self.rung, self.passed)

    def to_company(self, amount):
        """Give the value of a part of the debt in company currency."""
        if amount == self.open:
            return self.open_company
        return amount / self.open * self.open_company


class Customer(NamedTuple):
    """What concerns all debts of a customer in one company.

    :param is_waiting: a notice to the customer was proposed and has not left yet
    :param is_formally_told: a formal notice to the customer has left today
    :param addresses: {recipient id: channels on which an address is known}
    """

    partner_id: int
    case_id: int | None = None
    kind: str = "business"
    last_notice: date | None = None
    is_waiting: bool = False
    is_formally_told: bool = False
    holds: tuple = ()
    credits: tuple[Credit, ...] = ()
    addresses: dict = {}


# === THE DECISION === #


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
