"""Charges looked at again: what holds now, pauses, and that none is made twice."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.tools.charges import (
    Charged,
    Terms,
    propose,
    reminder_charge,
)
from odoo.addons.ar_collections.tools.fees import (
    AmountTier,
    DayTier,
    ReminderFeeTerms,
)
from odoo.addons.ar_collections.tools.frozen_terms import freeze, thaw
from odoo.addons.ar_collections.tools.interest import (
    InterestTerms,
    Pause,
    ReferenceRate,
)

from charge_builders import DUE, FLAT, TEN, after, debt, recompute, remember

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
