"""Rounds, long holds, another ladder and its end: rules L9 and L10."""

from decimal import Decimal

import pytest

from odoo.addons.ar_collections.tools.ladder import (
    get_dead_end,
    held_since,
    with_new_round,
)
from odoo.addons.ar_collections.tools.ladder_values import Hold

from ladder_builders import TODAY, day, debt, level, line, rules, step

# === L9: ROUNDS AND LONG HOLDS === #


@pytest.mark.parametrize(
    ("due_in", "is_new"), [(-3, False), (-1, False), (0, False), (1, True), (30, True)]
)
def test_a_due_date_moved_into_the_future_starts_a_round(due_in, is_new):
    told = debt(due_in, said_due=-20, rung=8, passed=8, last_notice=-5, deadline=2)
    found = with_new_round(told, TODAY)
    assert found.is_new_round is is_new
    assert (found.round, found.rung) == ((2, 0) if is_new else (1, 8))


def test_a_new_round_forgets_what_was_said_but_not_when():
    told = debt(
        9, said_due=-20, rung=8, passed=15, occurrence=3, courtesy=-3, last_notice=-5,
        deadline=2, reminders=3, held_since=-50,
    )
    found = with_new_round(told, TODAY)
    assert (found.rung, found.passed, found.occurrence, found.courtesy) == (0, 0, 1, None)
    assert (found.deadline, found.reminders, found.held_since) == (None, 0, None)
    assert found.last_notice == day(-5)


def test_a_debt_that_was_never_told_starts_no_round():
    assert not with_new_round(debt(9, said_due=-20), TODAY).is_new_round


def test_an_unmoved_due_date_starts_no_round():
    assert not with_new_round(debt(9, said_due=9, courtesy=-10), TODAY).is_new_round


def test_a_courtesy_can_be_said_again_in_a_new_round():
    told = debt(3, said_due=1, courtesy=-3)
    assert step(told, rules((-3, 1)))[0] == "courtesy"


def test_another_customer_starts_from_below():
    told = debt(-30, said_due=-30, rung=8, last_notice=-1, is_taken_over=True)
    assert step(told)[:2] == ("climbs", 1)


def test_a_due_date_moved_later_in_the_past_keeps_the_rung():
    told = debt(-2, said_due=-20, rung=8, last_notice=-5)
    assert step(told) == ("too_soon_level", 15, 13)


def test_a_due_date_moved_earlier_keeps_the_rung():
    told = debt(-30, said_due=-10, rung=8, last_notice=-2)
    assert step(told) == ("climbs", 15, -1)


@pytest.mark.parametrize(
    ("since", "expected"),
    [(-44, ("climbs", 15)), (-45, ("climbs", 15)), (-46, ("repeats", 8))],
)
def test_a_long_hold_repeats_the_last_rung(since, expected):
    told = debt(-90, rung=8, last_notice=-60, held_since=since)
    assert step(told)[:2] == expected


@pytest.mark.parametrize(
    ("reason", "since", "free", "expected"),
    [
        # On hold for 45 days and for 46; looked at some days after the end.
        ("hold", -55, -10, ("climbs", 15)),
        ("hold", -56, -10, ("repeats", 8)),
        # Lifted before its day, or not known to end: on hold until today.
        ("hold", -46, 9, ("repeats", 8)),
        ("blocked", -46, None, ("repeats", 8)),
        # Seen since: the next day is that of something else.
        ("too_soon_item", -46, -9, ("repeats", 8)),
    ],
)
def test_a_hold_counts_to_its_last_day_not_to_the_day_of_the_run(
    reason, since, free, expected
):
    outlook = (reason, None, day(free))
    told = debt(-90, rung=8, last_notice=-60, held_since=since, outlook=outlook)
    assert step(told)[:2] == expected
    kept = since if expected[0] == "repeats" else None
    assert held_since(line(told), TODAY) == day(kept)


@pytest.mark.parametrize(("free", "kept"), [(-1, 0), (0, -50), (1, -50), (None, -50)])
def test_a_hold_after_free_days_is_another_hold(free, kept):
    outlook = ("dispute", None, day(free))
    held = debt(-90, rung=8, held_since=-50, outlook=outlook, holds=(Hold("hold"),))
    assert held_since(line(held), TODAY) == day(kept)


@pytest.mark.parametrize(
    ("ends", "expected"), [((4, 9), 10), ((9, 4), 10), ((4, None), None), ((4,), 5)]
)
def test_several_holds_last_until_the_last_of_them(ends, expected):
    holds = tuple(Hold("dispute", until=day(end)) for end in ends)
    assert step(debt(holds=holds)) == ("dispute", None, expected)


def test_a_long_hold_repeats_in_its_own_occurrence_and_pace():
    told = debt(-90, rung=8, last_notice=-60, held_since=-50)
    assert line(told).step.occurrence == 2
    ladder = rules(customer_interval=7)
    assert step(told, ladder, last_notice=-3) == ("too_soon_customer", 8, 4)


def test_after_a_long_hold_a_debt_without_a_rung_starts_as_ever():
    assert step(debt(-90, held_since=-50))[:2] == ("climbs", 1)


def test_a_long_hold_at_the_end_of_the_ladder_repeats_nothing():
    told = debt(-90, rung=15, last_notice=-60, held_since=-50)
    assert step(told)[0] == "ladder_end"


def test_a_long_hold_on_a_level_that_is_gone_repeats_nothing():
    told = debt(-90, rung=9, last_notice=-60, held_since=-50)
    assert step(told)[:2] == ("climbs", 15)


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ({"holds": (Hold("dispute"),)}, 0),
        ({"holds": (Hold("dispute"),), "held_since": -9}, -9),
        ({"held_since": -45, "rung": 1}, None),
        ({"held_since": -46, "rung": 1}, -46),
        ({"held_since": -46}, None),
        ({"review": "opening"}, None),
    ],
)
def test_how_long_a_debt_is_held_is_remembered(values, kept):
    found = line(debt(-90, last_notice=-60, **values))
    assert held_since(found, TODAY) == day(kept)


# === L10: ANOTHER LADDER, AND ITS END === #


def test_the_next_rung_is_the_first_with_more_days_in_the_ladder_of_today():
    told = debt(-90, rung=8, last_notice=-20)
    assert step(told, rules((5, 10, 20)))[:2] == ("climbs", 10)
    assert step(told, rules((5, 8)))[0] == "ladder_end"


def test_a_level_that_was_said_is_not_said_again_with_other_days():
    told = debt(-90, rung=8, last_notice=-20, said_levels=frozenset({1010}))
    assert step(told, rules((5, 10, 20)))[:2] == ("climbs", 20)
    assert step(told, rules((5, 10)))[0] == "ladder_end"


def test_a_courtesy_that_was_said_is_not_said_again_with_other_days():
    told = debt(2, courtesy=-7, said_levels=frozenset({997}))
    assert step(told, rules((-3, 1))) == ("not_due", 1, 3)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"deadline": 2}, 3),
        ({"deadline": -9}, -8),
        ({"last_notice": -5}, -4),
        ({}, None),
    ],
)
def test_the_ladder_ends_the_day_after_the_last_deadline(values, expected):
    assert step(debt(-90, rung=15, **values)) == ("ladder_end", None, expected)


@pytest.mark.parametrize(("deadline", "is_end"), [(0, False), (-1, True), (-2, True)])
def test_a_dead_end_begins_the_day_after_the_deadline(deadline, is_end):
    found = line(debt(-90, rung=15, last_notice=-9, deadline=deadline))
    assert (get_dead_end(found, TODAY) == "ladder_end:1:15") is is_end


def test_a_debt_that_nobody_was_told_of_has_no_dead_end():
    assert get_dead_end(line(debt(-90), rules((-3,))), TODAY) is None


def test_a_ladder_that_passed_a_debt_over_has_no_dead_end_for_it():
    ladder = rules((level(1, amount_from=Decimal(1000)),))
    passed = debt(-90, amount=20, passed=1)
    assert get_dead_end(line(passed, ladder), TODAY) is None


def test_too_few_reminders_are_a_dead_end():
    formal = rules((1, 8, 15, level(28, is_formal=True)), min_reminders=3)
    found = line(debt(-40, rung=15, last_notice=-20), formal)
    assert get_dead_end(found, TODAY) == "too_few_reminders:1:15"


def test_a_debt_that_climbs_has_no_dead_end():
    assert get_dead_end(line(debt(-1)), TODAY) is None


def test_moving_the_clock_changes_nothing_but_the_day():
    told = debt(-30, rung=1, last_notice=-3)
    ladder = rules(min_interval=7)
    found = {step(told, ladder, on) for on in range(4)}
    assert found == {("too_soon_item", 8, 4)}
    assert step(told, ladder, 4) == ("climbs", 8, 4)
