"""One debt on the ladder: rules L1 to L6, L9, L10, each around its boundary."""

from decimal import Decimal

import pytest

from odoo.addons.ar_collections.tools.business_days import BusinessDays
from odoo.addons.ar_collections.tools.ladder import (
    get_dead_end,
    held_since,
    with_new_round,
)
from odoo.addons.ar_collections.tools.ladder_values import Hold
from odoo.addons.ar_collections.tools.setoff import Credit

from ladder_builders import EUR, TODAY, WEEK, day, debt, level, line, rules, step

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


# === L4: CONDITIONS, MINIMUM, REPEATS === #

CONDITION = rules((1, level(8, amount_from=Decimal(500)), 15))


@pytest.mark.parametrize(
    ("amount", "expected", "passed"),
    [
        (499, ("climbs", 15, -15), [8]),
        (500, ("climbs", 8, -19), []),
        (501, ("climbs", 8, -19), []),
    ],
)
def test_a_level_needs_its_amount(amount, expected, passed):
    told = debt(-30, amount, rung=1, last_notice=-20)
    assert step(told, CONDITION) == expected
    assert [one.days for one in line(told, CONDITION).step.passed] == passed


def test_the_rung_after_a_passed_one_keeps_its_own_day():
    told = debt(-10, rung=1, last_notice=-9)
    assert step(told, CONDITION) == ("too_soon_level", 15, 5)


def test_a_rung_is_not_passed_over_before_its_day():
    told = debt(-7, rung=1, last_notice=-6)
    assert step(told, CONDITION) == ("too_soon_level", 8, 1)
    assert line(told, CONDITION).step.passed == ()


def test_a_passed_rung_is_passed_once():
    told = debt(-30, rung=1, passed=8, last_notice=-20)
    assert line(told, CONDITION).step.passed == ()
    assert step(told, CONDITION)[:2] == ("climbs", 15)


def test_the_condition_counts_what_is_claimed_in_company_currency():
    credits = (Credit("covered", Decimal(60), EUR),)
    told = debt(-30, 100, worth=1000, rung=1, last_notice=-20)
    assert step(told, CONDITION)[1] == 8
    assert step(told, CONDITION, credits=credits)[1] == 15


def test_a_level_for_one_kind_of_customer():
    ladder = rules((level(1, kinds=frozenset({"consumer"})), 8))
    assert step(debt(-9), ladder, kind="consumer")[1] == 1
    assert step(debt(-9), ladder, kind="business")[1] == 8


@pytest.mark.parametrize(
    ("amount", "reason"), [(9, "below_minimum"), (10, "climbs"), (11, "climbs")]
)
def test_below_the_minimum_nothing_is_said(amount, reason):
    assert step(debt(-1, amount), rules(minimum=Decimal(10)))[0] == reason


def test_a_courtesy_knows_no_minimum():
    ladder = rules((-3, 1), minimum=Decimal(10))
    assert step(debt(3, 1), ladder)[0] == "courtesy"


REPEATS = rules((1, level(8, repeat_days=5, repeat_max=2), 40))


@pytest.mark.parametrize(
    ("last_notice", "expected"),
    [
        (-4, ("too_soon_item", 8, 1)),
        (-5, ("repeats", 8, 0)),
        (-6, ("repeats", 8, -1)),
    ],
)
def test_a_level_repeats_every_so_many_days(last_notice, expected):
    assert step(debt(-20, rung=8, last_notice=last_notice), REPEATS) == expected


@pytest.mark.parametrize(
    ("occurrence", "expected"),
    [(1, ("repeats", 8)), (2, ("repeats", 8)), (3, ("too_soon_level", 40))],
)
def test_a_level_repeats_at_most_so_many_times(occurrence, expected):
    told = debt(-30, rung=8, last_notice=-6, occurrence=occurrence)
    assert step(told, REPEATS)[:2] == expected


def test_a_repeat_has_its_own_occurrence():
    found = line(debt(-30, rung=8, last_notice=-6, occurrence=2), REPEATS).step
    assert found.occurrence == 3


@pytest.mark.parametrize(
    ("due_in", "expected"),
    [(-40, ("climbs", 40)), (-39, ("too_soon_level", 40)), (-34, ("repeats", 8))],
)
def test_the_next_rung_comes_before_a_repeat_of_the_same_day(due_in, expected):
    # The repeat would come tomorrow, today for the last.
    last_notice = -5 if due_in == -34 else -4
    assert step(debt(due_in, rung=8, last_notice=last_notice), REPEATS)[:2] == expected


def test_the_last_level_repeats_before_the_ladder_ends():
    ladder = rules((1, level(8, repeat_days=5, repeat_max=1)))
    told = {"rung": 8, "last_notice": -5}
    assert step(debt(-20, **told), ladder)[0] == "repeats"
    assert step(debt(-20, **told, occurrence=2), ladder)[0] == "ladder_end"


def test_a_repeat_waits_for_the_deadline_and_the_bank():
    told = debt(-20, rung=8, last_notice=-6, deadline=2)
    assert step(told, REPEATS) == ("too_soon_item", 8, 3)
    known = rules((1, level(8, repeat_days=5, repeat_max=2), 40), bank_known=day(-7))
    assert step(debt(-20, rung=8, last_notice=-6), known)[0] == "bank_unknown"


def test_a_debt_that_no_longer_fits_its_level_does_not_repeat_it():
    ladder = rules((level(8, repeat_days=5, repeat_max=2, amount_from=Decimal(50)), 40))
    told = debt(-20, 49, rung=8, last_notice=-6)
    assert step(told, ladder)[:2] == ("too_soon_level", 40)


# === L5: FORMAL === #

FORMAL = rules((1, 8, 15, level(28, is_formal=True)), min_reminders=3)


@pytest.mark.parametrize(
    ("reminders", "expected"),
    [
        (2, ("too_few_reminders", 28, None)),
        (3, ("climbs", 28, -12)),
        (4, ("climbs", 28, -12)),
    ],
)
def test_a_formal_notice_needs_delivered_reminders(reminders, expected):
    told = debt(-40, rung=15, last_notice=-20, reminders=reminders)
    assert step(told, FORMAL) == expected


def test_a_formal_notice_waits_for_the_last_deadline():
    told = debt(-40, rung=15, last_notice=-20, deadline=0, reminders=3)
    assert step(told, FORMAL) == ("deadline_running", 28, 1)


def test_too_few_reminders_are_told_on_the_day_only():
    told = debt(-27, rung=15, last_notice=-12, reminders=0)
    assert step(told, FORMAL) == ("too_soon_level", 28, 1)


def test_a_repeat_can_still_bring_the_reminders_that_are_missing():
    ladder = rules(
        (level(8, repeat_days=5, repeat_max=3), level(28, is_formal=True)),
        min_reminders=2,
    )
    told = debt(-40, rung=8, last_notice=-5, reminders=1)
    assert step(told, ladder)[:2] == ("repeats", 8)
    assert step(told._replace(occurrence=4), ladder)[0] == "too_few_reminders"


# === L6: HELD === #


@pytest.mark.parametrize(
    ("review", "reason"),
    [("opening", "opening_review"), ("not_followed", "no_followup"), ("followed", "climbs")],
)
def test_the_review_of_a_debt(review, reason):
    assert step(debt(review=review))[0] == reason


def test_a_hold_tells_the_day_after_it():
    held = debt(holds=(Hold("dispute", until=day(4)),))
    assert step(held) == ("dispute", None, 5)


def test_a_hold_on_the_customer_comes_first():
    held = debt(holds=(Hold("dispute"),))
    assert step(held, holds=(Hold("insolvency"),))[0] == "insolvency"


def test_nothing_is_claimed_of_a_debt_on_hold():
    assert line(debt(holds=(Hold("dispute"),))).claim == 0


def test_a_part_on_hold_leaves_the_rest_to_be_said():
    found = line(debt(amount=100, holds=(Hold("dispute", Decimal(30)),)))
    assert (found.step.reason, found.claim, found.held) == ("climbs", 70, 30)


def test_a_debt_held_in_parts_that_make_it_all():
    holds = (Hold("dispute", Decimal(60), day(2)), Hold("promise", Decimal(40)))
    assert step(debt(amount=100, holds=holds)) == ("dispute", None, 3)


def test_a_part_on_hold_and_credits_for_the_rest():
    held = debt(amount=100, holds=(Hold("dispute", Decimal(60)),))
    found = line(held, credits=(Credit("covered", Decimal(40), EUR),))
    assert (found.step.reason, found.claim) == ("dispute", 0)


@pytest.mark.parametrize("reason", ["covered", "in_process", "unmatched_receipt"])
@pytest.mark.parametrize(("amount", "is_covered"), [(99, False), (100, True), (101, True)])
def test_money_that_covers_a_debt(reason, amount, is_covered):
    found = line(debt(amount=100), credits=(Credit(reason, Decimal(amount), EUR),))
    assert found.step.reason == (reason if is_covered else "climbs")
    assert found.claim == max(100 - amount, 0)


def test_paused_and_without_a_policy():
    assert step(debt(), rules(is_paused=True))[0] == "paused"


def test_a_debt_in_a_notice_waits_with_its_claim():
    found = line(debt(is_proposed=True))
    assert (found.step.reason, found.claim) == ("proposed", 100)


@pytest.mark.parametrize(
    ("known", "reason"), [(-6, "bank_unknown"), (-5, "climbs"), (-4, "climbs")]
)
def test_the_bank_is_known_to_the_due_date(known, reason):
    assert step(debt(-5), rules(bank_known=day(known)))[0] == reason


@pytest.mark.parametrize(
    ("known", "reason"), [(-4, "bank_unknown"), (-3, "climbs"), (-2, "climbs")]
)
def test_the_bank_is_known_to_the_last_deadline(known, reason):
    told = debt(-30, rung=1, last_notice=-10, deadline=-3)
    assert step(told, rules(bank_known=day(known)))[0] == reason


def test_the_bank_is_known_to_the_last_notice_where_it_had_no_deadline():
    told = debt(-30, rung=1, last_notice=-10)
    assert step(told, rules(bank_known=day(-11)))[0] == "bank_unknown"
    assert step(told, rules(bank_known=day(-10)))[0] == "climbs"


def test_a_courtesy_does_not_ask_for_the_bank():
    ladder = rules((-3, 1), bank_known=day(-90))
    assert step(debt(3), ladder)[0] == "courtesy"


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
    found = line(debt(-40, rung=15, last_notice=-20), FORMAL)
    assert get_dead_end(found, TODAY) == "too_few_reminders:1:15"


def test_a_debt_that_climbs_has_no_dead_end():
    assert get_dead_end(line(debt(-1)), TODAY) is None


def test_moving_the_clock_changes_nothing_but_the_day():
    told = debt(-30, rung=1, last_notice=-3)
    ladder = rules(min_interval=7)
    found = {step(told, ladder, on) for on in range(4)}
    assert found == {("too_soon_item", 8, 4)}
    assert step(told, ladder, 4) == ("climbs", 8, 4)
