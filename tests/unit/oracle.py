"""An independent account of the ladder, against which the addon is checked.

Plain Python on ledger rows with the standard library only. It shares no code with
the addons on purpose: whatever both get wrong, they have to get wrong twice.

The rules, for one run on each day:

* A debt is open from its invoice date until the day before it is settled.
* Courtesy rungs (days <= 0): the latest whose day has come, until the due date,
  unless it was sent already; a customer told after due within the customer interval
  gets none. They count for no interval.
* After due: the next rung, one a day, none left out, on the latest of due + days,
  the debt's last notice + the interval (one day at least), its deadline + 1 and the
  customer's last notice + the customer interval.
* One notice per customer and day: the channel of its highest rung and the longest
  deadline hold for every line that climbs with it.
* With a calendar, due dates move forward and courtesy days back to a business day,
  and nothing leaves on any other day.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Debt:
    """One instalment of one invoice; an empty settlement date means still open."""

    customer: str
    invoice: str
    invoice_date: date
    due_date: date
    amount: Decimal
    settled_date: date | None = None

    def is_open(self, day: date) -> bool:
        """Tell whether something is owed at the end of a day's bookings."""
        is_settled = self.settled_date is not None and self.settled_date <= day
        return self.invoice_date <= day and not is_settled and self.amount > 0


@dataclass(frozen=True)
class Rung:
    """One level: days from the due date, channel, days given to answer."""

    days: int
    channel: str
    deadline_days: int = 0


@dataclass(frozen=True)
class Calendar:
    """Days on which letters leave: no weekend (Monday is 0) and no holiday."""

    weekend: frozenset[int] = frozenset()
    holidays: frozenset[date] = frozenset()

    def is_business_day(self, day: date) -> bool:
        """Tell whether something may leave on a day."""
        return day.weekday() not in self.weekend and day not in self.holidays

    def forward(self, day: date) -> date:
        """Return the day itself or the next business day."""
        while not self.is_business_day(day):
            day += DAY
        return day

    def back(self, day: date) -> date:
        """Return the day itself or the business day before it."""
        while not self.is_business_day(day):
            day -= DAY
        return day


@dataclass(frozen=True)
class Ladder:
    """Rungs with the intervals in days that hold for all of them."""

    rungs: tuple[Rung, ...]
    min_interval: int = 0
    customer_interval: int = 0
    calendar: Calendar = Calendar()

    def courtesies(self) -> list[Rung]:
        """Return the rungs up to the due date, earliest first."""
        return sorted((r for r in self.rungs if r.days <= 0), key=lambda r: r.days)

    def reminders(self) -> list[Rung]:
        """Return the rungs after the due date, earliest first."""
        return sorted((r for r in self.rungs if r.days > 0), key=lambda r: r.days)


@dataclass(frozen=True, order=True)
class Row:
    """One line that climbed, in the order in which rows are compared."""

    date: date
    customer: str
    invoice: str
    level: int
    channel: str
    days_overdue: int
    open_amount: Decimal
    due_date: date


@dataclass
class Progress:
    """What one debt has been told so far."""

    debt: Debt
    level: int | None = None
    last_reminder: date | None = None
    deadline: date | None = None


def play(debts: Iterable[Debt], ladder: Ladder, first: date, last: date) -> list[Row]:
    """Return every line that climbs from the first to the last day, in order."""
    progress = [Progress(debt) for debt in debts]
    contacted: dict[str, date] = {}
    rows: list[Row] = []
    for day in _days(first, last):
        if not ladder.calendar.is_business_day(day):
            continue
        for climbing in _notices(progress, contacted, ladder, day):
            rows += _tell(climbing, contacted, day)
    return sorted(rows)


def _days(first: date, last: date) -> Iterator[date]:
    """Give each day from the first to the last."""
    while first <= last:
        yield first
        first += DAY


def _notices(
    progress: list[Progress], contacted: dict[str, date], ladder: Ladder, day: date
) -> list[list[tuple[Progress, Rung]]]:
    """Return the climbing debts of a day, one list per customer."""
    notices = defaultdict(list)
    for one in progress:
        if not one.debt.is_open(day):
            continue
        told = contacted.get(one.debt.customer)
        if told is not None and day < told + ladder.customer_interval * DAY:
            continue
        rung = _courtesy(one, ladder, day) or _reminder(one, ladder, day)
        if rung is not None:
            notices[one.debt.customer].append((one, rung))
    return list(notices.values())


def _courtesy(one: Progress, ladder: Ladder, day: date) -> Rung | None:
    """Return the latest courtesy rung whose day has come, if it is new."""
    due = ladder.calendar.forward(one.debt.due_date)
    if day > due:
        return None
    came = [
        rung
        for rung in ladder.courtesies()
        if ladder.calendar.back(due + rung.days * DAY) <= day
    ]
    if not came or (one.level is not None and one.level >= came[-1].days):
        return None
    return came[-1]


def _reminder(one: Progress, ladder: Ladder, day: date) -> Rung | None:
    """Return the next rung after due, if nothing makes it wait longer."""
    above = 0 if one.level is None else max(one.level, 0)
    rung = next((r for r in ladder.reminders() if r.days > above), None)
    if rung is None:
        return None
    earliest = [ladder.calendar.forward(one.debt.due_date) + rung.days * DAY]
    if one.last_reminder is not None:
        earliest.append(one.last_reminder + max(ladder.min_interval, 1) * DAY)
    if one.deadline is not None:
        earliest.append(one.deadline + DAY)
    return rung if day >= max(earliest) else None


def _tell(
    climbing: list[tuple[Progress, Rung]], contacted: dict[str, date], day: date
) -> list[Row]:
    """Send one notice: note what each debt was told and return its rows."""
    highest = max((rung for _one, rung in climbing), key=lambda rung: rung.days)
    reminders = [rung for _one, rung in climbing if rung.days > 0]
    for one, rung in climbing:
        one.level = rung.days
        if rung.days > 0:
            one.last_reminder = day
            one.deadline = day + max(r.deadline_days for r in reminders) * DAY
    if reminders:
        contacted[climbing[0][0].debt.customer] = day
    return [_row(one.debt, rung, highest.channel, day) for one, rung in climbing]


def _row(debt: Debt, rung: Rung, channel: str, day: date) -> Row:
    """Return the row of one climbing line."""
    return Row(
        date=day,
        customer=debt.customer,
        invoice=debt.invoice,
        level=rung.days,
        channel=channel,
        days_overdue=(day - debt.due_date).days,
        open_amount=debt.amount,
        due_date=debt.due_date,
    )
