"""The follow-up ladder: facts and a date in, a decision out.

Nothing here reads a record, a clock or a database. `Rules` is a policy as plain
values, `Customer` and its `Debt`s are the facts of the ledger, `decide` says for
each debt what happens next and why, and which notices follow from it today.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from ..const import HOLD_CODES, LONG_HOLD_DAYS
from .business_days import ONE_DAY
from .ladder_notices import SAID, apply_customer_rules, propose
from .ladder_values import Customer, Debt, Decision, Line, Rules, Step
from .setoff import ZERO, set_off

# Stopped, but listed in notices that go out for other debts.
_LISTED = frozenset({"proposed", "charge_only"})


def decide(customer: Customer, debts, rules: Rules | None, today: date) -> Decision:
    """Say for each debt of `customer` what happens on `today`, and why.

    :param rules: ``None`` when no policy fits the customer.
    """
    debts = [with_new_round(debt, today) for debt in debts]
    shares = set_off(debts, customer.credits)
    lines = [
        _line(debt, customer, rules, today, shares.get(debt.line_id, {}))
        for debt in debts
    ]
    if rules is None:
        return Decision(lines, [])
    lines = apply_customer_rules(lines, customer, rules, today)
    return Decision(lines, list(propose(lines, customer, rules, today)))


def with_new_round(debt, today):
    """Start a new round where what was said no longer counts (L9).

    That is when the due date has moved into the future since, or when the debt has
    become another customer's.
    """
    is_moved = debt.due > today and debt.said_due not in (None, debt.due)
    if not is_moved and not debt.is_taken_over:
        return debt
    if debt.position <= 0 and debt.courtesy is None:
        return debt
    return debt._replace(
        round=debt.round + 1,
        rung=0,
        passed=0,
        occurrence=1,
        courtesy=None,
        last_notice=None if debt.is_taken_over else debt.last_notice,
        deadline=None,
        said_levels=frozenset(),
        reminders=0,
        held_since=None,
        is_new_round=True,
    )


def held_since(line, today):
    """Give since when a debt is held, as its item should remember it.

    A long hold is remembered until the repeated rung was said. A hold that had ended
    before the next one began is another hold.
    """
    debt = line.debt
    end = _get_hold_end(debt, today)
    if line.step.reason in HOLD_CODES:
        return debt.held_since if debt.held_since and end == today else today
    is_long = debt.held_since and (end - debt.held_since).days > LONG_HOLD_DAYS
    return debt.held_since if is_long and debt.rung > 0 else None


def _get_hold_end(debt, today):
    """Give the day after a hold that is over, as the ladder saw it last; else `today`.

    A run may come days after the end of a hold: those days are not on hold.
    """
    reason, _level_id, free = debt.outlook or (None, None, None)
    return min(free, today) if free and reason in HOLD_CODES else today


def get_dead_end(line, today):
    """Name the dead end at which a person has to decide, or ``None`` (L5, L10).

    The end of the ladder is one from the day after the last deadline; a ladder that
    has said nothing to anybody has no end.

    :return: a key that is another one for every dead end of a debt
    """
    debt, step = line.debt, line.step
    is_end = (
        step.reason == "ladder_end"
        and debt.rung > 0
        and (step.day is None or step.day <= today)
    )
    if not is_end and step.reason != "too_few_reminders":
        return None
    return f"{step.reason}:{debt.round}:{debt.position}"


# === WHAT STOPS A DEBT === #


def _line(debt, customer, rules, today, share):
    credit, held, claim = ZERO, ZERO, debt.open
    if share or debt.holds:
        credit = share.get("covered", ZERO)
        held = sum((part for reason, part in share.items() if reason != "covered"), ZERO)
        held += sum((hold.amount for hold in debt.holds if hold.amount is not None), ZERO)
        claim = max(debt.open - credit - held, ZERO)
    step = _stop(debt, customer, rules, share, claim)
    if step is None:
        due = rules.days.forward(debt.due)
        place = Place(debt, customer, rules, today, due, debt.to_company(claim))
        step = _next_step(place)
    elif step.reason not in _LISTED:
        claim = ZERO
    return Line(debt, step, claim, credit, held)


def _stop(debt, customer, rules, share, claim):
    """Give the step of a debt that is held, or ``None`` when it may climb (L6)."""
    if debt.review == "opening":
        return Step("opening_review")
    if debt.review == "not_followed":
        return Step("no_followup")
    whole = [hold for hold in (*customer.holds, *debt.holds) if hold.amount is None]
    if whole:
        return _held(whole)
    if rules is None:
        return Step("no_policy")
    if rules.is_paused:
        return Step("paused")
    if claim <= ZERO:
        return _covered(debt, share)
    if debt.is_proposed:
        return Step("proposed")
    if debt.is_charge:
        return Step("charge_only")
    return None


def _held(holds):
    """Name the first of holds, and the day after the last of them has ended."""
    ends = [hold.until for hold in holds]
    return Step(holds[0].reason, day=None if None in ends else max(ends) + ONE_DAY)


def _covered(debt, share):
    """Name what leaves nothing to ask for: a partial hold before pending money."""
    if share.get("covered", ZERO) >= debt.open:
        return Step("covered")
    partial = [hold for hold in debt.holds if hold.amount is not None]
    if partial:
        return _held(partial[:1])
    return Step(next((reason for reason in share if reason != "covered"), "covered"))


# === WHAT COMES NEXT === #


class Place(NamedTuple):
    """A debt that may climb, with all that its next step depends on.

    :param due: the due date, moved forward to a business day
    :param worth: the claim in company currency
    """

    debt: Debt
    customer: Customer
    rules: Rules
    today: date
    due: date
    worth: Decimal

    def fits(self, level):
        """Tell whether the condition of `level` is met."""
        return level.fits(self.worth, self.customer.kind)

    def get_customer_free(self):
        """Give the day from which the customer may be told again, if there is one."""
        if self.customer.last_notice and self.rules.customer_interval:
            return self.customer.last_notice + self.rules.customer_interval
        return None

    def get_earliest(self, level):
        """Give the first day of `level`, and the clock that decides it (L1)."""
        debt, rules = self.debt, self.rules
        day, reason = self.due + timedelta(days=level.days), "too_soon_level"
        if debt.last_notice and debt.last_notice + rules.min_interval > day:
            day, reason = debt.last_notice + rules.min_interval, "too_soon_item"
        if debt.deadline and debt.deadline >= day:
            day, reason = debt.deadline + ONE_DAY, "deadline_running"
        free = self.get_customer_free()
        if free and free > day:
            day, reason = free, "too_soon_customer"
        return rules.days.forward(day), reason

    def is_bank_known(self):
        """Tell whether the bank is booked to the due date, later to the deadline (L6)."""
        known, debt = self.rules.bank_known, self.debt
        last = debt.rung > 0 and (debt.deadline or debt.last_notice)
        return known is None or known >= (last or debt.due)

    def get_reminders(self):
        """Give the levels after due that are left (L10).

        Those with more days than the rung; a level that was said and has other days
        since is not said again.
        """
        levels = self.rules.reminders_after(self.debt.position)
        said = self.debt.said_levels
        return [level for level in levels if level.id not in said] if said else levels

    def get_following(self):
        """Give the next level after due and its day, without regard to other clocks."""
        for level in self.get_reminders()[:1]:
            day = self.due + timedelta(days=level.days)
            return level, self.rules.days.forward(day)
        return None, None


def _next_step(place):
    days, today = place.rules.days, place.today
    step = (
        _courtesy_step(place)
        if today <= place.due
        else _long_hold_step(place) or _reminder_step(place)
    )
    if step.reason in SAID and not days.is_open(today):
        return step._replace(reason="outside_window", day=days.forward(today))
    return step


def _courtesy_step(place):
    """Rule L2: only the latest level whose day has come, dropped after the due date."""
    debt, rules = place.debt, place.rules
    following = place.get_following()
    for level in rules.courtesies:
        day = rules.days.back(place.due + timedelta(days=level.days))
        if day > place.today:
            following = (level, day)
            continue
        is_earlier = debt.courtesy is not None and level.days <= debt.courtesy
        if is_earlier or level.id in debt.said_levels:
            break
        if not place.fits(level):
            return Step("condition", *following, passed=(level,))
        return _courtesy_when_free(place, level, day, following)
    return Step("not_due", *following)


def _courtesy_when_free(place, level, day, following):
    free = place.get_customer_free()
    if free is None or free <= place.today:
        return Step("courtesy", level, day)
    free = place.rules.days.forward(free)
    if free <= place.due:
        following = (level, free)
    return Step("too_soon_customer", *following)


def _reminder_step(place):
    """Rules L1, L3, L4, L5: the next rung when its day has come, or a repeat before."""
    debt, passed = place.debt, ()
    for level in place.get_reminders():
        day, reason = place.get_earliest(level)
        if day > place.today:
            step = Step(reason, level, day, passed=passed)
            break
        if not place.is_bank_known():
            step = Step("bank_unknown", level, passed=passed)
            break
        if place.fits(level):
            is_short = level.is_formal and debt.reminders < place.rules.min_reminders
            reason = "too_few_reminders" if is_short else "climbs"
            step = Step(reason, level, None if is_short else day, passed=passed)
            break
        passed += (level,)
    else:
        step = Step("ladder_end", day=_get_end_day(debt), passed=passed)
    return _repeat_before(place, step)


def _get_end_day(debt):
    last = debt.deadline or debt.last_notice
    return last and last + ONE_DAY


def _repeat_before(place, step):
    """Repeat the rung when that comes before `step` (L4)."""
    debt = place.debt
    level = place.rules.reminder_at(debt.rung) if debt.last_notice else None
    if level is None or not level.repeat_days or debt.occurrence > level.repeat_max or not place.fits(level):
        return step
    rhythm = debt.last_notice + timedelta(days=level.repeat_days)
    earliest, _reason = place.get_earliest(level)
    day = max(earliest, place.rules.days.forward(rhythm))
    is_dead_end = step.reason in ("ladder_end", "too_few_reminders")
    if not is_dead_end and (step.day is None or step.day <= day):
        return step
    repeat = _repeat(place, level, day, "too_soon_item")
    return repeat._replace(passed=step.passed)


def _repeat(place, level, day, waiting_reason):
    """Give the repeat of `level` on `day`, or what it waits for."""
    occurrence = place.debt.occurrence + 1
    if day > place.today:
        return Step(waiting_reason, level, day, occurrence)
    if not place.is_bank_known():
        return Step("bank_unknown", level)
    return Step("repeats", level, day, occurrence)


def _long_hold_step(place):
    """Repeat the last rung before the next, after a long hold (L9)."""
    debt, rules = place.debt, place.rules
    end = _get_hold_end(debt, place.today)
    if debt.held_since is None or end - debt.held_since <= rules.long_hold:
        return None
    level = rules.reminder_at(debt.rung)
    if level is None or not place.get_reminders():
        return None
    day, reason = place.get_earliest(level)
    return _repeat(place, level, day, reason)
