"""What keeps a debt on its rung: rules L4 to L6, each around its boundary."""

from decimal import Decimal

import pytest

from odoo.addons.ar_collections.tools.ladder_values import Hold
from odoo.addons.ar_collections.tools.setoff import Credit

from ladder_builders import EUR, day, debt, level, line, rules, step

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
