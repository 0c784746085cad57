"""Arithmetic of deposits: matching, thirds, part payment, splitting a receivable."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.tools.deposits import (
    Condition,
    Customer,
    Instalment,
    fill,
    get_amount,
    share_money,
    share_out,
    share_rest,
    split_receivable,
    take_back,
)

CENT = Decimal("0.01")
YEN = Decimal(1)
SOMEBODY = Customer(
    is_new=False,
    credit_state="limit",
    rating="good",
    amount=Decimal(1000),
    category_ids=frozenset({1, 5}),
    country_id=7,
)


def money(*amounts):
    return [Decimal(str(amount)) for amount in amounts]


@pytest.mark.parametrize(
    ("condition", "customer", "is_fitting"),
    [
        ({}, {}, True),
        ({"amount_from": Decimal(1000)}, {}, True),
        ({"amount_from": Decimal("1000.01")}, {}, False),
        ({}, {"amount": Decimal(0)}, False),
        ({"is_for_new": True}, {}, False),
        ({"is_for_new": True}, {"is_new": True}, True),
        ({"credit_states": frozenset({"none", "undecided"})}, {}, False),
        ({"credit_states": frozenset({"none", "limit"})}, {}, True),
        ({"ratings": frozenset({"poor"})}, {}, False),
        ({"ratings": frozenset({"poor"})}, {"rating": "poor"}, True),
        ({"category_ids": frozenset({5})}, {}, True),
        ({"category_ids": frozenset({6})}, {}, False),
        ({"country_ids": frozenset({7, 8})}, {}, True),
        ({"country_ids": frozenset({8})}, {}, False),
        ({"country_ids": frozenset({8})}, {"country_id": None}, False),
    ],
)
def test_each_condition_lets_in_whom_it_names(condition, customer, is_fitting):
    assert Condition(**condition).fits(replace(SOMEBODY, **customer)) is is_fitting


@pytest.mark.parametrize(
    ("total", "weights", "step", "expected"),
    [
        (100, (1, 1, 1), CENT, (33.33, 33.33, 33.34)),
        (200, (1, 1, 1), CENT, (66.67, 66.67, 66.66)),
        ("10000.01", (1, 1, 1), CENT, ("3333.34", "3333.34", "3333.33")),
        (1000, (30, 40, 30), CENT, (300, 400, 300)),
        (100, (1, 1, 1), YEN, (33, 33, 34)),
        ("0.01", (1, 1, 1), CENT, (0, 0, "0.01")),
        (50, (1,), CENT, (50,)),
    ],
)
def test_parts_add_up_and_the_last_takes_the_cents(total, weights, step, expected):
    assert share_out(*money(total), money(*weights), step) == money(*expected)


@given(
    st.decimals(0, 10**9, places=2),
    st.lists(st.decimals("0.01", 100, places=2), min_size=1, max_size=40),
)
def test_parts_always_add_up(total, weights):
    parts = share_out(total, weights, CENT)
    assert sum(parts) == total
    assert min(parts) >= 0


def test_a_part_that_is_invoiced_stays_when_the_order_changes():
    parts = [(Decimal(1), Decimal(1000)), (Decimal(1), None), (Decimal(1), None)]
    assert share_rest(Decimal(3600), parts, CENT) == money(1000, 1300, 1300)


def test_the_cents_of_thirds_stay_where_they_are_once_the_first_is_invoiced():
    parts = [(Decimal(1), Decimal("333.33")), (Decimal(1), None), (Decimal(1), None)]
    assert share_rest(Decimal(1000), parts, CENT) == money("333.33", "333.33", "333.34")


def test_an_order_that_shrinks_below_what_is_invoiced_asks_for_nothing_more():
    parts = [(Decimal(1), Decimal(1000)), (Decimal(1), None)]
    assert share_rest(Decimal(800), parts, CENT) == money(1000, 0)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("percent", 30, "370.37"),
        ("fixed", 500, "500"),
        ("fixed", 5000, "1234.56"),
        ("all", 0, "1234.56"),
    ],
)
def test_a_deposit_of_one_part(kind, value, expected):
    total = Decimal("1234.56")
    assert get_amount(total, kind, Decimal(value), CENT) == Decimal(expected)


@pytest.mark.parametrize(
    ("own", "free", "paid"),
    [
        ((0, 0, 0), 0, (0, 0, 0)),
        ((40, 0, 0), 0, (40, 0, 0)),
        ((100, 0, 0), 0, (100, 0, 0)),
        ((40, 0, 0), 60, (100, 0, 0)),
        ((0, 0, 0), 150, (100, 50, 0)),
        ((150, 0, 0), 0, (100, 50, 0)),
        ((0, 0, 0), 400, (100, 100, 200)),
        ((0, 100, 0), 30, (30, 100, 0)),
    ],
)
def test_money_fills_the_first_part_first(own, free, paid):
    amounts = money(100, 100, 100)
    assert fill(amounts, money(*own), Decimal(free)) == money(*paid)


def test_a_receivable_is_split_in_both_currencies():
    first, rest = split_receivable(
        [Instalment(Decimal(1000), Decimal("333.33"))], Decimal(300), CENT, CENT
    )
    assert first == Instalment(Decimal(300), Decimal("100.00"))
    assert rest == [Instalment(Decimal(700), Decimal("233.33"))]


def test_instalments_share_what_the_deposit_leaves():
    terms = [Instalment(*money(50, 50)), Instalment(*money(50, 50))]
    first, rest = split_receivable(terms, Decimal("33.33"), CENT, CENT)
    assert first.amount == Decimal("33.33")
    assert [one.amount for one in rest] == money("33.34", "33.33")


@given(
    st.lists(st.decimals(1, 10**6, places=2), min_size=1, max_size=5),
    st.decimals("0.01", "0.99", places=2),
    st.decimals("0.1", 10, places=4),
)
def test_nothing_is_lost_in_a_split(amounts, share, rate):
    terms = [Instalment(one, (one * rate).quantize(CENT)) for one in amounts]
    deposit = (sum(amounts) * share).quantize(CENT)
    first, rest = split_receivable(terms, deposit, CENT, CENT)
    assert first.amount + sum(one.amount for one in rest) == sum(amounts)
    assert first.balance + sum(one.balance for one in rest) == sum(
        one.balance for one in terms
    )


@pytest.mark.parametrize(
    ("amount", "asks", "shares"),
    [
        (900, [(300, 1000), (600, 2000)], [300, 600]),
        (899, [(300, 1000), (600, 2000)], [300, 599]),
        (100, [(300, 1000), (600, 2000)], [100, 0]),
        (2500, [(300, 1000), (600, 2000)], [1000, 1500]),
        (3100, [(300, 1000), (600, 2000)], [1000, 2100]),
        (700, [(0, 1000), (500, 500)], [200, 500]),
        (50, [(0, 20)], [50]),
        (50, [], []),
    ],
)
def test_a_payment_of_several_orders_is_shared(amount, asks, shares):
    asks = [tuple(map(Decimal, pair)) for pair in asks]
    assert share_money(Decimal(amount), asks) == shares


@pytest.mark.parametrize(
    ("amounts", "is_first", "left"),
    [
        ([100], None, [300, 500]),
        ([700], None, [200, 0]),
        ([100], [True, False], [200, 600]),
        ([300, 100], [True, False], [0, 500]),
        ([5000], None, [0, 0]),
        ([], None, [300, 600]),
    ],
)
def test_what_goes_back_is_taken_from_the_last_or_the_first(amounts, is_first, left):
    shares = [Decimal(300), Decimal(600)]
    assert take_back(shares, [Decimal(one) for one in amounts], is_first) == left
