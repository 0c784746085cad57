"""When a debt climbs: rules L1 to L3, each around its boundary."""

from decimal import Decimal

import pytest

from odoo.addons.ar_collections.tools.business_days import BusinessDays

from ladder_builders import TODAY, WEEK, debt, level, line, rules, step

# === L1 AND L3: WHEN, ONE RUNG AT A TIME === #


@pytest.mark.parametrize(
    ("due_in", "expected"),
    [
        (0, ("not_due", 1, 1)),
        (-1, ("climbs", 1, 0)),
        (-2, ("climbs", 1, -1)),
        (-90, ("climbs", 1, -89)),
    ],
)
def test_the_first_rung_comes_on_its_day_however_late(due_in, expected):
    assert step(debt(due_in)) == expected


@pytest.mark.parametrize(
    ("due_in", "expected"),
    [
        (-7, ("too_soon_level", 8, 1)),
        (-8, ("climbs", 8, 0)),
        (-9, ("climbs", 8, -1)),
    ],
)
def test_the_second_rung_comes_on_its_day(due_in, expected):
    assert step(debt(due_in, rung=1, last_notice=-6)) == expected


def test_missed_days_still_climb_one_rung():
    assert step(debt(-90, rung=1, last_notice=-60)) == ("climbs", 8, -59)


@pytest.mark.parametrize(
    ("last_notice", "expected"),
    [
        (-6, ("too_soon_item", 8, 1)),
        (-7, ("climbs", 8, 0)),
        (-8, ("climbs", 8, -1)),
    ],
)
def test_a_debt_rests_between_two_notices(last_notice, expected):
    told = debt(-30, rung=1, last_notice=last_notice)
    assert step(told, rules(min_interval=7)) == expected


def test_a_debt_climbs_once_a_day_at_most():
    told = debt(-30, rung=1, last_notice=0)
    assert step(told, rules(min_interval=0)) == ("too_soon_item", 8, 1)


@pytest.mark.parametrize(
    ("deadline", "expected"),
    [
        (1, ("deadline_running", 8, 2)),
        (0, ("deadline_running", 8, 1)),
        (-1, ("climbs", 8, 0)),
    ],
)
def test_a_deadline_is_waited_for_until_its_last_hour(deadline, expected):
    assert step(debt(-30, rung=1, last_notice=-8, deadline=deadline)) == expected


@pytest.mark.parametrize(
    ("last_notice", "expected"),
    [
        (-6, ("too_soon_customer", 1, 1)),
        (-7, ("climbs", 1, 0)),
        (-8, ("climbs", 1, -1)),
    ],
)
def test_a_customer_rests_between_two_notices(last_notice, expected):
    ladder = rules(customer_interval=7)
    assert step(debt(-2), ladder, last_notice=last_notice) == expected


def test_without_a_customer_interval_the_customer_never_rests():
    assert step(debt(-2), last_notice=0)[0] == "climbs"


def test_the_latest_clock_decides():
    told = debt(-30, rung=1, last_notice=-2, deadline=1)
    ladder = rules(min_interval=10, customer_interval=30)
    assert step(told, ladder, last_notice=-2) == ("too_soon_customer", 8, 28)
    assert step(told, rules(min_interval=10), last_notice=-2) == ("too_soon_item", 8, 8)


# === L1: THE CALENDAR === #


@pytest.mark.parametrize(
    ("due_in", "on", "expected"),
    [
        # due on Saturday, as if on Monday: told on Tuesday
        (3, 5, ("not_due", 1, 6)),
        (3, 6, ("climbs", 1, 6)),
        # due on Friday, day one is Saturday: told on Monday
        (2, 3, ("too_soon_level", 1, 5)),
        (2, 5, ("climbs", 1, 5)),
    ],
)
def test_due_date_and_day_move_forward_over_the_weekend(due_in, on, expected):
    assert step(debt(due_in), rules(days=WEEK), on) == expected


@pytest.mark.parametrize("on", [3, 4])
def test_nothing_leaves_on_a_day_off(on):
    assert step(debt(-10), rules(days=WEEK), on) == ("outside_window", 1, 5)


def test_nothing_leaves_on_a_holiday():
    closed = BusinessDays(range(5), [TODAY])
    assert step(debt(-10), rules(days=closed)) == ("outside_window", 1, 1)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # Friday + 1, + 7 from Saturday, deadline on Saturday: all on Monday
        ({"last_notice": -6}, ("too_soon_customer", 8, 5)),
        ({"deadline": 3}, ("deadline_running", 8, 5)),
    ],
)
def test_every_clock_moves_forward_to_a_business_day(values, expected):
    told = debt(-30, rung=1, **values)
    ladder = rules(days=WEEK, min_interval=1, customer_interval=9)
    assert step(told, ladder, last_notice=values.get("last_notice")) == expected


# === L2: COURTESY === #

COURTESY = rules((-7, -3, 1))


@pytest.mark.parametrize(
    ("due_in", "expected"),
    [
        (8, ("not_due", -7, 1)),
        (7, ("courtesy", -7, 0)),
        (4, ("courtesy", -7, -3)),
        (3, ("courtesy", -3, 0)),
        (0, ("courtesy", -3, -3)),
        (-1, ("climbs", 1, 0)),
    ],
)
def test_only_the_latest_courtesy_whose_day_has_come(due_in, expected):
    assert step(debt(due_in), COURTESY) == expected


@pytest.mark.parametrize(
    ("due_in", "courtesy", "expected"),
    [
        (5, -7, ("not_due", -3, 2)),
        (3, -7, ("courtesy", -3, 0)),
        (2, -3, ("not_due", 1, 3)),
    ],
)
def test_a_courtesy_is_said_once(due_in, courtesy, expected):
    assert step(debt(due_in, courtesy=courtesy), COURTESY) == expected


def test_a_level_of_day_zero_is_said_on_the_due_date():
    ladder = rules((0, 1))
    assert step(debt(1), ladder) == ("not_due", 0, 1)
    assert step(debt(0), ladder) == ("courtesy", 0, 0)
    assert step(debt(-1), ladder) == ("climbs", 1, 0)


def test_a_courtesy_moves_back_before_the_weekend():
    # Due Tuesday 10, three days before is Saturday 7: told on Friday 6.
    ladder = rules((-3, 1), days=WEEK)
    assert step(debt(6), ladder, 1) == ("not_due", -3, 2)
    assert step(debt(6), ladder, 2) == ("courtesy", -3, 2)


def test_a_courtesy_is_sent_until_the_moved_due_date():
    # Due on Saturday 7, as if on Monday 9.
    ladder = rules((-3, 1), days=WEEK)
    assert step(debt(3), ladder, 5)[0] == "courtesy"
    assert step(debt(3), ladder, 6)[0] == "climbs"


@pytest.mark.parametrize(
    ("last_notice", "expected"),
    [
        # free again before, on and after the due date
        (-5, ("too_soon_customer", -3, 2)),
        (-4, ("too_soon_customer", -3, 3)),
        (-3, ("too_soon_customer", 1, 4)),
    ],
)
def test_a_customer_who_was_contacted_gets_no_courtesy(last_notice, expected):
    ladder = rules((-3, 1), customer_interval=7)
    assert step(debt(3), ladder, last_notice=last_notice) == expected


def test_a_courtesy_does_not_make_the_first_reminder_wait():
    told = debt(-1, courtesy=-3)
    assert step(told, rules((-3, 1), min_interval=9))[0] == "climbs"


def test_a_courtesy_whose_condition_is_not_met_is_passed_over():
    ladder = rules((level(-3, amount_from=Decimal(250)), 1))
    assert step(debt(3, 249), ladder) == ("condition", 1, 4)
    assert [one.days for one in line(debt(3, 249), ladder).step.passed] == [-3]
    assert step(debt(3, 250), ladder) == ("courtesy", -3, 0)
