"""Which levels a person may say now."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from odoo.addons.ar_collections.tools.by_hand import (
    is_formal_allowed,
    level_in_notice,
    sayable,
)
from odoo.addons.ar_collections.tools.ladder_values import Debt, Level, Rules

TODAY = date(2026, 3, 4)
LEVELS = [Level(10 + place, days) for place, days in enumerate((-7, -3, 1, 8, 15))]
FORMAL = Level(20, 28, is_formal=True)
RULES = Rules([*LEVELS, FORMAL])


def debt(due_in, **values):
    due = TODAY + timedelta(days=due_in)
    return Debt(1, 1, 1, due, Decimal(100), Decimal(100), **values)


def days(levels):
    return [level.days for level in levels]


@pytest.mark.parametrize(
    ("rung", "expected"),
    [(0, [1]), (1, [8, 1]), (8, [15, 8]), (15, [28, 15]), (28, [28]), (5, [8])],
)
def test_after_due_the_next_level_comes_first_then_the_last_one_again(rung, expected):
    assert days(sayable(debt(-50, rung=rung), "business", RULES, TODAY)) == expected


@pytest.mark.parametrize(
    ("due_in", "courtesy", "expected"),
    [
        (0, None, [-3]),
        (3, None, [-3]),
        (4, None, [-7]),
        (7, None, [-7]),
        (30, None, [-7]),
        (30, -7, [-3, -7]),
        (2, -3, [-3]),
        (-1, -3, [1]),
    ],
)
def test_until_the_due_date_only_courtesy_levels_may_be_said(
    due_in, courtesy, expected
):
    assert (
        days(sayable(debt(due_in, courtesy=courtesy), "business", RULES, TODAY))
        == expected
    )


def test_levels_whose_condition_is_not_met_are_passed_over():
    dear = Level(1, 1, amount_from=Decimal(500))
    consumers = Level(2, 8, kinds=frozenset({"consumer"}))
    rules = Rules([dear, consumers, Level(3, 15)])
    assert days(sayable(debt(-50), "business", rules, TODAY)) == [15]
    assert days(sayable(debt(-50), "consumer", rules, TODAY)) == [8]


@pytest.mark.parametrize(
    ("rung", "notice", "expected"),
    [
        (0, 1, 1),
        (0, 15, 1),
        (1, 15, 8),
        (8, 8, 8),
        (15, 8, None),
        (8, 28, None),
        (15, 28, 28),
    ],
)
def test_in_a_notice_a_debt_takes_that_level_or_its_own_lower_one(
    rung, notice, expected
):
    choices = sayable(debt(-50, rung=rung), "business", RULES, TODAY)
    level = next(level for level in [*LEVELS, FORMAL] if level.days == notice)
    found = level_in_notice(choices, level)
    assert (found and found.days) == expected


def test_courtesy_and_reminders_do_not_mix():
    coming = sayable(debt(5), "business", RULES, TODAY)
    late = sayable(debt(-50), "business", RULES, TODAY)
    assert level_in_notice(coming, LEVELS[3]) is None
    assert level_in_notice(late, LEVELS[0]) is None


@pytest.mark.parametrize(
    ("reminders", "deadline_in", "expected"),
    [(3, None, True), (2, None, False), (3, -1, True), (3, 0, False), (3, 1, False)],
)
def test_a_formal_notice_needs_reminders_and_the_deadline_past(
    reminders, deadline_in, expected
):
    deadline = None if deadline_in is None else TODAY + timedelta(days=deadline_in)
    item = debt(-50, rung=15, reminders=reminders, deadline=deadline)
    assert is_formal_allowed(item, RULES, TODAY) is expected
