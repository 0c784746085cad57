"""Which charges a late debt bears, and that none is made twice."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.tools.charges import (
    Charged,
    LateDebt,
    Scope,
    Terms,
    propose,
    recompute,
    reminder_charge,
)
from odoo.addons.ar_collections.tools.fees import (
    AmountTier,
    Caps,
    DayTier,
    ReminderFeeTerms,
)
from odoo.addons.ar_collections.tools.frozen_terms import freeze, thaw
from odoo.addons.ar_collections.tools.interest import (
    Change,
    InterestTerms,
    Pause,
    ReferenceRate,
)

DUE = date(2026, 3, 2)
FLAT = (AmountTier(Decimal(0), Decimal(40)),)
TEN = InterestTerms(Decimal(10))


def after(days):
    return DUE + timedelta(days=days)


def debt(amount=1000, paid=(), **values):
    changes = tuple(Change(after(days), Decimal(sum_)) for days, sum_ in paid)
    return LateDebt(DUE, Decimal(amount), changes, **values)


def remember(facts, charges, day):
    """Give the debt with `charges` made on `day`."""
    charged = tuple(
        Charged(charge.kind, charge.key, day, charge.amount, charge.end, charge.start)
        for charge in charges
    )
    has_flat = facts.has_flat_sum or any(charge.kind == "flat" for charge in charges)
    return facts._replace(charged=facts.charged + charged, has_flat_sum=has_flat)


def kinds(charges):
    return [charge.kind for charge in charges]


# === FLAT SUM === #


@pytest.mark.parametrize(("days", "expected"), [(0, []), (1, ["flat"]), (2, ["flat"])])
def test_flat_sum_from_the_day_after_due(days, expected):
    assert kinds(propose(debt(), Terms(flat_tiers=FLAT), after(days))) == expected


def test_flat_sum_once():
    terms = Terms(flat_tiers=FLAT)
    facts = remember(debt(), propose(debt(), terms, after(1)), after(1))
    assert propose(facts, terms, after(90)) == []


def test_paid_on_the_due_date_bears_nothing():
    terms = Terms(flat_tiers=FLAT, interest=TEN, frequency="payment")
    assert propose(debt(paid=[(0, 1000)]), terms, after(30)) == []


def test_paid_one_day_late_bears_flat_sum_and_one_day():
    terms = Terms(flat_tiers=FLAT, interest=TEN, frequency="payment")
    flat, interest = propose(debt(paid=[(1, 1000)]), terms, after(30))
    assert flat.amount == 40
    assert (interest.start, interest.end, interest.amount) == (
        after(1),
        after(1),
        Decimal("0.27"),
    )


@pytest.mark.parametrize(
    ("is_base_original", "expected"), [(False, 40), (True, 70)]
)
def test_tiers_look_at_the_open_or_the_original_amount(is_base_original, expected):
    tiers = (*FLAT, AmountTier(Decimal(1000), Decimal(70)))
    terms = Terms(flat_tiers=tiers, is_base_original=is_base_original)
    [flat] = propose(debt(paid=[(-1, 100)]), terms, after(5))
    assert flat.amount == expected


def test_reminder_fees_count_against_the_flat_sum():
    terms = Terms(flat_tiers=FLAT, is_less_reminder_fees=True)
    fee = Charged("reminder", "", after(15), Decimal(15))
    assert propose(debt(charged=(fee,)), terms, after(20))[0].amount == 25


# === INTEREST === #


def test_interest_with_each_notice_touches_the_last():
    terms = Terms(interest=TEN, frequency="level")
    [first] = propose(debt(), terms, after(11), "notice")
    facts = remember(debt(), [first], after(11))
    [second] = propose(facts, terms, after(20), "notice")
    assert (first.start, first.end) == (after(1), after(11))
    assert (second.start, second.end) == (after(12), after(20))


def test_interest_of_levels_waits_for_a_notice():
    assert propose(debt(), Terms(interest=TEN, frequency="level"), after(11)) == []


def test_a_stretch_whose_charge_was_cancelled_is_charged_with_the_next():
    terms = Terms(interest=TEN, frequency="level")
    [first] = propose(debt(), terms, after(11), "notice")
    facts = remember(debt(), [first], after(11))
    [second] = propose(facts, terms, after(20), "notice")
    only_second = remember(debt(), [second], after(20))
    lost, new = propose(only_second, terms, after(30), "notice")
    assert (lost.start, lost.end, lost.amount) == (first.start, first.end, first.amount)
    assert (new.start, new.end) == (after(21), after(30))


def test_interest_of_a_debt_paid_late_is_not_lost():
    terms = Terms(interest=TEN, frequency="level")
    facts = debt(paid=[(10, 1000)])
    [interest] = propose(facts, terms, after(40))
    assert interest.end == after(10)
    assert propose(remember(facts, [interest], after(40)), terms, after(99)) == []


def test_interest_once_is_once():
    terms = Terms(interest=TEN, frequency="once")
    [first] = propose(debt(), terms, after(11), "notice")
    assert propose(remember(debt(), [first], after(11)), terms, after(40), "notice") == []


def test_monthly_interest_ends_with_the_month():
    [charge] = propose(debt(), Terms(interest=TEN, frequency="month"), date(2026, 4, 20))
    assert (charge.start, charge.end) == (after(1), date(2026, 3, 31))


def test_interest_at_payment_waits_for_the_payment():
    terms = Terms(interest=TEN, frequency="payment")
    assert propose(debt(), terms, after(50)) == []
    [charge] = propose(debt(paid=[(5, 400), (50, 600)]), terms, after(50))
    assert [stretch.days for stretch in charge.stretches] == [5, 45]


def test_grace_days_move_the_start():
    terms = Terms(interest=TEN, frequency="level", grace_days=5)
    assert propose(debt(), terms, after(5), "notice") == []
    assert propose(debt(), terms, after(6), "notice")[0].start == after(6)


def test_interest_under_the_minimum_waits_and_is_not_lost():
    terms = Terms(interest=TEN, frequency="level", caps=Caps(minimum=Decimal(5)))
    assert propose(debt(), terms, after(10), "notice") == []
    assert propose(debt(), terms, after(30), "notice")[0].start == after(1)


# === PERCENTAGES AND REMINDERS === #


def test_small_steps_are_charged_once_each():
    terms = Terms(day_tiers=(DayTier(10, Decimal(1)), DayTier(30, Decimal(1))))
    facts = remember(debt(), propose(debt(), terms, after(10)), after(10))
    assert propose(facts, terms, after(29)) == []
    assert [charge.key for charge in propose(facts, terms, after(30))] == ["day 30"]


def test_percentages_stop_with_the_payment():
    terms = Terms(percent_per_period=(Decimal(3), 31))
    assert len(propose(debt(paid=[(40, 1000)]), terms, after(81))) == 1


def test_no_reminder_fee_in_the_first_notice():
    terms = Terms(reminder=ReminderFeeTerms(Decimal(5), earliest_days=14))
    assert reminder_charge(debt(), terms, after(20), is_first=True) is None
    assert reminder_charge(debt(), terms, after(20), is_first=False).amount == 5


def test_a_flat_sum_that_was_charged_covers_reminders():
    terms = Terms(
        flat_tiers=FLAT, is_less_reminder_fees=True, reminder=ReminderFeeTerms(Decimal(5))
    )
    assert reminder_charge(debt(), terms, after(20), is_first=False).amount == 5
    covered = debt(has_flat_sum=True)
    assert reminder_charge(covered, terms, after(20), is_first=False) is None


def test_a_percentage_looks_at_what_is_overdue_on_its_day():
    terms = Terms(day_tiers=(DayTier(10, Decimal(1)), DayTier(30, Decimal(1))))
    charges = propose(debt(paid=[(9, 200), (29, 300)]), terms, after(30))
    assert [(c.base, c.amount) for c in charges] == [(800, 8), (500, 5)]


def test_a_cap_is_told():
    terms = Terms(interest=TEN, caps=Caps(per_debt=Decimal(1)))
    [charge] = propose(debt(), terms, after(10), "notice")
    assert (charge.amount, charge.uncut) == (1, Decimal("2.74"))
    assert sum(stretch.amount for stretch in charge.stretches) == charge.uncut


# === WHO === #


@pytest.mark.parametrize(
    ("scope", "fits"),
    [
        (Scope(frozenset({"business"})), True),
        (Scope(frozenset({"consumer"})), False),
        (Scope(frozenset({"business"}), country_ids=frozenset({7})), True),
        (Scope(frozenset({"business"}), country_ids=frozenset({8})), False),
        (Scope(frozenset({"business"}), partner_ids=frozenset({9})), False),
        (Scope(frozenset({"business"}), date_from=after(0), date_to=after(0)), True),
        (Scope(frozenset({"business"}), date_from=after(1)), False),
        (Scope(frozenset({"business"}), date_to=after(-1)), False),
        (Scope(frozenset({"business"}), exempt_product_ids=frozenset({5})), False),
    ],
)
def test_scope(scope, fits):
    assert scope.fits("business", 7, 3, DUE, [4, 5]) is fits


# === GRACE DAYS === #

ALL_FEES = Terms(
    flat_tiers=FLAT,
    day_tiers=(DayTier(1, Decimal(1)),),
    reminder=ReminderFeeTerms(Decimal(5)),
    interest=TEN,
    frequency="payment",
    grace_days=5,
)


@pytest.mark.parametrize(
    ("paid_on", "expected"), [(3, []), (5, []), (6, ["flat", "percent", "interest"])]
)
def test_what_is_paid_in_the_grace_days_bears_nothing(paid_on, expected):
    assert kinds(propose(debt(paid=[(paid_on, 1000)]), ALL_FEES, after(20))) == expected


@pytest.mark.parametrize(("day", "expected"), [(5, None), (6, 5)])
def test_a_reminder_in_the_grace_days_costs_nothing(day, expected):
    made = reminder_charge(debt(), ALL_FEES, after(day), is_first=False)
    assert (made and made.amount) == expected


def test_a_step_from_day_0_looks_at_what_is_overdue():
    terms = Terms(day_tiers=(DayTier(0, Decimal(1)),))
    [made] = propose(debt(paid=[(0, 500)]), terms, after(20))
    assert (made.base, made.amount) == (500, 5)


# === WHAT HOLDS NOW === #


def test_a_payment_told_later_lowers_interest():
    terms = Terms(interest=TEN, frequency="level")
    [made] = propose(debt(), terms, after(20), "notice")
    was = Charged("interest", made.key, after(20), made.amount, made.end)
    assert recompute(debt(), terms, was, made.start) == made.amount
    assert recompute(debt(paid=[(10, 1000)]), terms, was, made.start) == Decimal("2.74")


def test_a_payment_in_time_that_is_told_later_leaves_no_flat_sum():
    terms = Terms(flat_tiers=FLAT)
    was = Charged("flat", "", after(20), Decimal(40))
    assert recompute(debt(), terms, was) == 40
    assert recompute(debt(paid=[(0, 1000)]), terms, was) == 0


@pytest.mark.parametrize(
    ("paid", "day", "is_overdue"),
    [
        ([], 0, False),
        ([], 1, True),
        ([(4, 1000)], 4, True),
        ([(4, 1000)], 5, False),
        ([(4, 999)], 5, True),
        ([(-3, 1000)], 5, False),
    ],
)
def test_overdue_when_a_day_began(paid, day, is_overdue):
    assert debt(paid=paid).is_overdue_on(after(day)) is is_overdue


@pytest.mark.parametrize("kind", ["flat", "percent", "interest"])
def test_charges_keep_what_they_were_computed_by(kind):
    terms = Terms(
        flat_tiers=(*FLAT, AmountTier(Decimal(1000), Decimal("70.5"))),
        day_tiers=(DayTier(10, Decimal("0.5")),),
        percent_per_period=(Decimal(1), 30),
        interest=TEN._replace(ceiling=Decimal("9.5"), day_count="30/360"),
        frequency="month",
        grace_days=3,
    )
    kept = thaw(json.loads(json.dumps(freeze(terms, kind))))
    facts, day = debt(paid=[(20, 100)]), after(95)
    made = [charge for charge in propose(facts, terms, day) if charge.kind == kind]
    assert made
    for charge in made:
        was = Charged(kind, charge.key, day, charge.amount, charge.end, charge.start)
        assert recompute(facts, kept, was, charge.start) == charge.amount


def test_kept_terms_take_the_rate_as_it_is_now():
    terms = Terms(interest=TEN._replace(reference=ReferenceRate("B", [(DUE, Decimal(2))])))
    now = ReferenceRate("B", [(DUE, Decimal(1))])
    kept = thaw(freeze(terms, "interest"), now)
    assert kept.interest == terms.interest._replace(reference=now)


def test_a_rule_without_interest_takes_none():
    was = Charged("interest", "", after(20), Decimal(5), after(20))
    assert recompute(debt(), Terms(), was, after(1)) == 0


def test_reminders_keep_nothing():
    assert freeze(Terms(reminder=ReminderFeeTerms(Decimal(5))), "reminder") is None


# === PAUSES === #


def test_days_of_a_pause_bear_no_interest_and_are_named():
    facts = debt(3650, pauses=(Pause(after(11), after(20)), Pause(after(25), None)))
    terms = Terms(interest=TEN, frequency="level")
    [charge] = propose(facts, terms, after(30), "notice")
    assert (charge.start, charge.end, charge.amount) == (after(1), after(30), 14)
    assert charge.pauses == (
        Pause(after(11), after(20)),
        Pause(after(25), after(30)),
    )


def test_nothing_is_charged_for_days_of_a_pause_alone():
    facts = debt(3650, pauses=(Pause(after(1), after(10)),))
    terms = Terms(interest=TEN, frequency="level")
    assert propose(facts, terms, after(10), "notice") == []
    [charge] = propose(facts, terms, after(11), "notice")
    assert charge.amount == 1


@pytest.mark.parametrize(("days", "expected"), [(13, []), (14, ["day 7"]), (20, ["day 7"])])
def test_days_of_a_pause_do_not_make_a_debt_later(days, expected):
    """Seven days late without the seven of the pause; step 14 comes seven days later."""
    tiers = (DayTier(7, Decimal(1)), DayTier(14, Decimal(1)))
    facts = debt(1000, paid=[(9, 400)], pauses=(Pause(after(3), after(9)),))
    charges = propose(facts, Terms(day_tiers=tiers), after(days))
    assert [charge.key for charge in charges] == expected
    assert all(charge.base == 600 for charge in charges)


def test_a_pause_moves_full_periods_too():
    terms = Terms(percent_per_period=(Decimal(3), 31))
    facts = debt(10000, pauses=(Pause(after(40), after(59)),))
    assert [c.key for c in propose(facts, terms, after(81))] == ["period 1"]
    assert [c.key for c in propose(facts, terms, after(82))] == ["period 1", "period 2"]


def test_a_pause_that_is_found_later_makes_a_charge_too_high():
    terms = Terms(interest=TEN)
    was = Charged("interest", after(1).isoformat(), after(20), Decimal(20), after(20))
    facts = debt(3650, pauses=(Pause(after(11), after(15)),))
    assert recompute(facts, terms, was, after(1)) == 15


# === PROPERTIES === #


@given(
    st.lists(st.integers(min_value=1, max_value=60), min_size=1, max_size=8),
    st.lists(
        st.tuples(st.integers(min_value=-5, max_value=200), st.integers(1, 600)),
        max_size=4,
    ),
)
def test_charging_often_charges_the_same_stretches_once(steps, payments):
    """However often somebody looks, no day bears interest twice."""
    facts = debt(paid=payments)
    terms = Terms(flat_tiers=FLAT, interest=TEN, frequency="level")
    day, seen = DUE, []
    for step in steps:
        day += timedelta(days=step)
        charges = propose(facts, terms, day, "notice")
        facts = remember(facts, charges, day)
        seen += [c for c in charges if c.kind == "interest"]
    days = [
        charge.start + timedelta(days=n)
        for charge in seen
        for n in range((charge.end - charge.start).days + 1)
    ]
    assert len(days) == len(set(days))
    assert sum(charge.kind == "flat" for charge in facts.charged) <= 1


@given(
    st.lists(st.integers(min_value=1, max_value=60), min_size=1, max_size=8),
    st.lists(
        st.tuples(st.integers(min_value=-5, max_value=200), st.integers(1, 600)),
        max_size=4,
    ),
    st.integers(min_value=1, max_value=99999),
    st.lists(st.tuples(st.integers(-5, 200), st.integers(0, 90)), max_size=2),
)
def test_claims_of_many_notices_add_up_to_that_of_one(steps, payments, cents, stops):
    pauses = tuple(Pause(after(first), after(first + more)) for first, more in stops)
    facts = debt(Decimal(cents) / 100, paid=payments, pauses=pauses)
    terms = Terms(interest=InterestTerms(Decimal("8.37")), frequency="level")
    day, charged = DUE, facts
    for step in steps:
        day += timedelta(days=step)
        charged = remember(charged, propose(charged, terms, day, "notice"), day)
    whole = sum(charge.amount for charge in propose(facts, terms, day, "notice"))
    assert sum(charge.amount for charge in charged.charged) == whole


def test_rounding_is_told_apart_from_the_stretches():
    """1,000 at 10 % a day is 0.27397: two days are 0.55, not twice 0.27."""
    terms = Terms(interest=TEN, frequency="level")
    first = propose(debt(), terms, after(1), "notice")
    [second] = propose(remember(debt(), first, after(1)), terms, after(2), "notice")
    assert first[0].amount == second.stretches[0].amount == Decimal("0.27")
    assert (second.amount, second.rounding) == (Decimal("0.28"), Decimal("0.01"))
    was = Charged("interest", second.key, after(2), second.amount, second.end, second.start)
    assert recompute(debt(), terms, was, second.start) == second.amount


def test_a_rate_that_is_not_known_any_more_stops_no_later_claim():
    reference = ReferenceRate("Bank", [(after(2), Decimal(2))])
    terms = Terms(interest=InterestTerms(Decimal(8), reference), frequency="level")
    before = Charged("interest", "x", after(1), Decimal(1), after(1), after(1))
    [charge] = propose(debt(charged=(before,)), terms, after(2), "notice")
    assert (charge.amount, charge.rounding) == (Decimal("0.27"), 0)


def test_fees_of_shared_reminders_count_for_all_their_debts():
    terms = Terms(reminder=ReminderFeeTerms(Decimal(20), max_count=2))
    shared = [Decimal(20)]
    assert reminder_charge(debt(), terms, after(20), is_first=False, shared=shared)
    assert not reminder_charge(
        debt(), terms, after(20), is_first=False, shared=shared * 2
    )
