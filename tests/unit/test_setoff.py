"""Credits set off against debts: own invoice first, then oldest due, per currency."""

from collections import namedtuple
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.tools.setoff import Credit, set_off

TODAY = date(2026, 3, 4)
EUR, USD = 1, 2
Debt = namedtuple("Debt", "line_id move_id currency_id due open")


def debt(line_id, amount, due_in=0, move_id=None, currency=EUR):
    due = TODAY + timedelta(due_in)
    return Debt(line_id, move_id or line_id, currency, due, Decimal(amount))


def credit(amount, reason="covered", currency=EUR, move_id=None, is_bound=False):
    return Credit(reason, Decimal(amount), currency, move_id, is_bound)


def shares(debts, credits):
    return {
        line_id: {reason: int(part) for reason, part in share.items()}
        for line_id, share in set_off(debts, credits).items()
    }


def test_without_credits_nothing_is_covered():
    assert shares([debt(1, 100)], []) == {}


def test_a_credit_covers_the_oldest_due_first():
    debts = [debt(1, 100, due_in=-1), debt(2, 100, due_in=-9)]
    assert shares(debts, [credit(130)]) == {2: {"covered": 100}, 1: {"covered": 30}}


def test_debts_due_on_one_day_are_covered_in_their_order():
    debts = [debt(2, 100), debt(1, 100)]
    assert shares(debts, [credit(60)]) == {1: {"covered": 60}}


def test_a_credit_note_covers_its_own_invoice_first():
    debts = [debt(1, 100, due_in=-9), debt(2, 100, due_in=-1)]
    assert shares(debts, [credit(40, move_id=2)]) == {2: {"covered": 40}}


def test_what_a_credit_note_leaves_covers_the_oldest():
    debts = [debt(1, 100, due_in=-9), debt(2, 100, due_in=-1)]
    expected = {2: {"covered": 100}, 1: {"covered": 50}}
    assert shares(debts, [credit(150, move_id=2)]) == expected


def test_a_credit_note_comes_before_free_money_on_its_invoice():
    debts = [debt(1, 100, due_in=-9), debt(2, 100, due_in=-1)]
    credits = [credit(100), credit(100, move_id=1)]
    assert shares(debts, credits) == {1: {"covered": 100}, 2: {"covered": 100}}


def test_a_credit_note_of_a_paid_invoice_is_free_money():
    assert shares([debt(1, 100)], [credit(40, move_id=7)]) == {1: {"covered": 40}}


def test_instalments_are_covered_oldest_first():
    debts = [debt(2, 50, due_in=20, move_id=9), debt(1, 50, due_in=-10, move_id=9)]
    expected = {1: {"covered": 50}, 2: {"covered": 10}}
    assert shares(debts, [credit(60, move_id=9)]) == expected


def test_bound_money_covers_nothing_but_its_invoice():
    bound = credit(150, "in_process", move_id=1, is_bound=True)
    assert shares([debt(1, 100), debt(2, 100)], [bound]) == {1: {"in_process": 100}}


def test_money_of_another_currency_covers_nothing():
    assert shares([debt(1, 100, currency=USD)], [credit(100)]) == {}


def test_each_reason_is_told_apart():
    credits = [credit(30), credit(20, "unmatched_receipt")]
    expected = {1: {"covered": 30, "unmatched_receipt": 20}}
    assert shares([debt(1, 100)], credits) == expected


debts_strategy = st.lists(
    st.builds(
        lambda line, cents, due, move, currency: Debt(
            line, move, currency, TODAY + timedelta(due), Decimal(cents) / 100
        ),
        st.integers(1, 10**6),
        st.integers(1, 10**6),
        st.integers(-90, 90),
        st.integers(1, 4),
        st.sampled_from([EUR, USD]),
    ),
    max_size=8,
    unique_by=lambda debt: debt.line_id,
)
credits_strategy = st.lists(
    st.builds(
        lambda reason, cents, currency, move, is_bound: Credit(
            reason, Decimal(cents) / 100, currency, move, is_bound and move is not None
        ),
        st.sampled_from(["covered", "in_process", "unmatched_receipt"]),
        st.integers(1, 10**6),
        st.sampled_from([EUR, USD]),
        st.sampled_from([None, 1, 2, 3, 4]),
        st.booleans(),
    ),
    max_size=6,
)


@given(debts_strategy, credits_strategy)
def test_no_debt_is_covered_by_more_than_is_open(debts, credits):
    found = set_off(debts, credits)
    for one in debts:
        parts = found.get(one.line_id, {}).values()
        assert all(part > 0 for part in parts)
        assert sum(parts) <= one.open


@given(debts_strategy, credits_strategy, st.sampled_from([EUR, USD]))
def test_no_money_is_spent_twice_or_across_currencies(debts, credits, currency):
    found = set_off(debts, credits)
    own = {one.line_id for one in debts if one.currency_id == currency}
    spent = sum(sum(share.values()) for line, share in found.items() if line in own)
    assert spent <= sum(c.amount for c in credits if c.currency_id == currency)


@given(debts_strategy, credits_strategy)
def test_free_money_is_left_only_when_nothing_is_open(debts, credits):
    found = set_off(debts, credits)
    for currency in (EUR, USD):
        free = sum(
            c.amount for c in credits if c.currency_id == currency and not c.is_bound
        )
        open_ = sum(d.open for d in debts if d.currency_id == currency)
        spent = sum(
            sum(found.get(d.line_id, {}).values())
            for d in debts
            if d.currency_id == currency
        )
        assert spent >= min(free, open_)


@pytest.mark.parametrize("due_in", [-9, 0, 9])
def test_a_credit_covers_what_is_not_due_yet_too(due_in):
    assert shares([debt(1, 100, due_in)], [credit(100)]) == {1: {"covered": 100}}
