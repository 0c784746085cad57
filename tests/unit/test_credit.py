"""Credit is decided from plain values, to the cent and to the day."""

from datetime import date
from decimal import Decimal

import pytest

from odoo.addons.ar_collections.tools.credit import (
    Exposure,
    Facts,
    Group,
    Payer,
    Reason,
    Terms,
    decide,
    decide_member,
    get_limit,
    rate,
)

TODAY = date(2026, 3, 4)
LIMIT = Terms(state="limit", limit=Decimal(5000), overdue_from=Decimal(100))


def codes(facts, terms, asked):
    return [reason.code for reason in decide(facts, terms, Decimal(asked), TODAY)]


def test_the_exposure_is_the_sum_of_its_parts():
    parts = {"receivable": Decimal("100.10"), "credits": Decimal("-0.10")}
    assert Exposure(parts).total == Decimal(100)
    assert Exposure().total == 0


@pytest.mark.parametrize(
    ("asked", "expected"), [("1000.00", []), ("1000.01", ["over_limit"]), ("999.99", [])]
)
def test_exactly_at_the_limit_passes(asked, expected):
    assert codes(Facts(exposure=Decimal(4000)), LIMIT, asked) == expected


def test_the_reason_tells_how_much_is_over():
    [reason] = decide(Facts(exposure=Decimal(4000)), LIMIT, Decimal("1000.01"), TODAY)
    assert reason.amount == Decimal("0.01")


@pytest.mark.parametrize(
    ("state", "is_stopped", "expected"),
    [
        ("none", True, ["no_credit"]),
        ("none", False, ["no_credit"]),
        ("undecided", True, ["undecided"]),
        ("undecided", False, []),
        ("unlimited", True, []),
    ],
)
def test_states_other_than_a_limit(state, is_stopped, expected):
    terms = Terms(state=state, is_undecided_stopped=is_stopped)
    assert codes(Facts(), terms, 1) == expected


def test_free_credits_may_be_used_by_customers_without_credit():
    facts = Facts(exposure=Decimal(-500))
    assert codes(facts, Terms(state="none"), "500") == []
    assert codes(facts, Terms(state="none"), "500.01") == ["no_credit"]


def test_what_is_paid_in_advance_asks_for_nothing():
    facts = Facts(exposure=Decimal(9000), late=Decimal(9000), level="Last reminder")
    terms = LIMIT._replace(review_date=date(2020, 1, 1))
    assert codes(facts, terms, 0) == []
    assert codes(facts._replace(by_hand="fraud"), terms, 0) == ["by_hand"]


@pytest.mark.parametrize(
    ("late", "expected"), [("99.99", []), ("100.00", ["overdue"]), ("0", [])]
)
def test_small_overdue_sums_stop_nothing(late, expected):
    assert codes(Facts(late=Decimal(late)), LIMIT, 1) == expected


def test_nothing_overdue_stops_nothing_where_any_sum_would():
    assert codes(Facts(), LIMIT._replace(overdue_from=Decimal(0)), 1) == []


@pytest.mark.parametrize(
    ("day", "expected"), [(3, ["review_lapsed"]), (4, []), (5, [])]
)
def test_a_decision_holds_through_the_day_of_its_review(day, expected):
    assert codes(Facts(), LIMIT._replace(review_date=date(2026, 3, day)), 1) == expected


def test_all_reasons_are_told():
    facts = Facts(Decimal(6000), Decimal(200), "Last reminder", "fraud")
    terms = LIMIT._replace(review_date=date(2026, 3, 3))
    assert codes(facts, terms, 1) == ["over_limit", "overdue", "level", "review_lapsed", "by_hand"]


@pytest.mark.parametrize(
    ("terms", "limit"),
    [
        (LIMIT, Decimal(5000)),
        (Terms(state="none"), Decimal(0)),
        (Terms(), Decimal(0)),
        (Terms(is_undecided_stopped=False), None),
        (Terms(state="unlimited"), None),
    ],
)
def test_the_limit_that_counts(terms, limit):
    assert get_limit(terms) == limit


@pytest.mark.parametrize(
    ("payer", "rating"),
    [
        (Payer(), "new"),
        (Payer(debts=2, on_time=0, days_late=60), "new"),
        (Payer(debts=2, on_time=2, broken=2), "poor"),
        (Payer(debts=4, on_time=3, days_late=0), "good"),
        (Payer(debts=4, on_time=3, days_late=5), "good"),
        (Payer(debts=4, on_time=3, days_late=6), "slow"),
        (Payer(debts=100, on_time=74, days_late=0), "slow"),
        (Payer(debts=4, on_time=4, days_late=0, broken=1), "slow"),
        (Payer(debts=4, on_time=1, days_late=30), "slow"),
        (Payer(debts=4, on_time=1, days_late=31), "poor"),
        (Payer(debts=100, on_time=24, days_late=8), "poor"),
    ],
)
def test_how_customers_pay(payer, rating):
    assert rate(payer) == rating


@pytest.mark.parametrize(
    ("limit", "used", "asked", "is_decided", "own", "is_head", "expected"),
    [
        (1000, 400, 600, True, [], False, []),
        (1000, 400, "600.01", True, [], False, ["over_group"]),
        (1000, 400, 100, True, ["undecided"], False, []),
        (1000, 400, 700, True, ["undecided", "overdue"], False, ["over_group", "overdue"]),
        (1000, 400, 700, True, ["over_limit"], False, ["over_group", "over_limit"]),
        (1000, 400, 700, True, ["over_limit"], True, ["over_group"]),
        (0, 0, 1, True, ["no_credit"], True, ["over_group"]),
        (None, 400, 700, False, ["undecided"], False, ["undecided"]),
        (None, 400, 700, True, ["undecided"], False, []),
        # what is paid in advance asks for nothing
        (1000, 2000, 0, True, ["by_hand"], False, ["by_hand"]),
    ],
)
def test_a_member_of_a_group(limit, used, asked, is_decided, own, is_head, expected):
    asked = Decimal(asked)
    limit = None if limit is None else Decimal(limit)
    group = Group(1, "Holding", is_decided, limit, Decimal(used), asked)
    reasons = decide_member([Reason(code) for code in own], group, asked, is_head)
    assert [reason.code for reason in reasons] == expected
