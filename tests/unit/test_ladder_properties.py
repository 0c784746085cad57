"""What holds for any customer, any debts and any ladder."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.const import ITEM_REASONS
from odoo.addons.ar_collections.tools.business_days import EVERY_DAY
from odoo.addons.ar_collections.tools.ladder import decide
from odoo.addons.ar_collections.tools.ladder_notices import (
    SAID,
)
from odoo.addons.ar_collections.tools.ladder_values import Customer, Debt, Hold, Rules
from odoo.addons.ar_collections.tools.setoff import Credit

from ladder_builders import (
    CHANNELS,
    EUR,
    TODAY,
    USD,
    WEEK,
    day,
    level,
)

levels = st.lists(
    st.builds(
        lambda days, deadline, formal, amount, repeat: level(
            days,
            deadline_days=deadline,
            is_formal=formal and days > 0,
            amount_from=Decimal(amount),
            repeat_days=repeat,
            repeat_max=2,
        ),
        st.integers(-10, 60),
        st.integers(0, 20),
        st.booleans(),
        st.sampled_from([0, 0, 50]),
        st.sampled_from([0, 0, 5]),
    ),
    max_size=6,
    unique_by=lambda one: one.days,
)
ladders = st.builds(
    lambda ladder, item, customer, minimum, reminders, days, known: Rules(
        ladder,
        min_interval=item,
        customer_interval=customer,
        minimum=Decimal(minimum),
        min_reminders=reminders,
        days=days,
        bank_known=known,
    ),
    levels,
    st.integers(0, 10),
    st.sampled_from([0, 0, 7]),
    st.sampled_from([0, 10, 200]),
    st.integers(0, 3),
    st.sampled_from([EVERY_DAY, WEEK]),
    st.sampled_from([None, None, day(-20), TODAY]),
)
past = st.none() | st.integers(-80, 0).map(day)
holds = st.lists(
    st.builds(
        Hold,
        st.sampled_from(["dispute", "promise"]),
        st.none() | st.just(Decimal(20)),
    ),
    max_size=1,
).map(tuple)
debts_strategy = st.lists(
    st.builds(
        Debt,
        line_id=st.integers(1, 10**6),
        move_id=st.integers(1, 5),
        currency_id=st.sampled_from([EUR, USD]),
        due=st.integers(-90, 20).map(day),
        open=st.integers(1, 300).map(Decimal),
        open_company=st.integers(1, 300).map(Decimal),
        recipient_id=st.integers(0, 3),
        rung=st.integers(0, 60),
        passed=st.integers(0, 60),
        occurrence=st.integers(1, 3),
        courtesy=st.none() | st.integers(-10, 0),
        last_notice=past,
        deadline=past,
        held_since=past,
        reminders=st.integers(0, 4),
        is_proposed=st.booleans(),
        holds=holds,
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda one: one.line_id,
)
customers = st.builds(
    Customer,
    partner_id=st.just(1),
    last_notice=past,
    is_waiting=st.booleans(),
    credits=st.lists(
        st.builds(Credit, st.just("covered"), st.just(Decimal(70)), st.just(EUR)),
        max_size=1,
    ).map(tuple),
    addresses=st.dictionaries(
        st.integers(0, 3), st.sampled_from([(), ("email",), CHANNELS])
    ),
)
CODES = frozenset(code for code, _label in ITEM_REASONS)


@given(customers, debts_strategy, ladders)
def test_every_debt_has_one_line_with_a_known_reason(customer, debts, ladder):
    found = decide(customer, debts, ladder, TODAY)
    assert [line.debt.line_id for line in found.lines] == [one.line_id for one in debts]
    assert CODES.issuperset(line.step.reason for line in found.lines)


@given(customers, debts_strategy, ladders)
def test_exactly_what_is_said_is_proposed(customer, debts, ladder):
    found = decide(customer, debts, ladder, TODAY)
    said = [line for line in found.lines if line.step.reason in SAID]
    proposed = [line for one in found.proposals for line in one.climbing]
    assert sorted(said, key=id) == sorted(proposed, key=id)


@given(customers, debts_strategy, ladders)
def test_nothing_is_said_too_soon_or_of_nothing(customer, debts, ladder):
    for line in decide(customer, debts, ladder, TODAY).lines:
        if line.step.reason not in SAID:
            continue
        assert 0 < line.claim <= line.debt.open
        assert line.step.day <= TODAY
        assert ladder.days.is_open(TODAY)
        assert line.debt.last_notice != TODAY or line.step.level.days <= 0


@given(customers, debts_strategy, ladders)
def test_a_formal_notice_is_the_only_one_of_the_day(customer, debts, ladder):
    found = decide(customer, debts, ladder, TODAY).proposals
    formal = [one for one in found if one.level.is_formal]
    assert not formal or len({one.level for one in found}) == 1
    for one in formal:
        assert {line.step.level for line in one.climbing} == {one.level}
        assert not one.overdue
        assert not one.not_due


@given(customers, debts_strategy, ladders)
def test_a_notice_reaches_its_recipient(customer, debts, ladder):
    for one in decide(customer, debts, ladder, TODAY).proposals:
        assert one.channel in customer.addresses[one.recipient_id]
        assert one.channel in one.level.channels
        named = {line.debt.recipient_id for line in one.climbing}
        assert one.recipient_id in named | {customer.partner_id}


@given(customers, debts_strategy, ladders)
def test_a_recipient_gets_one_notice(customer, debts, ladder):
    found = decide(customer, debts, ladder, TODAY).proposals
    recipients = [one.recipient_id for one in found]
    assert len(recipients) == len(set(recipients))


@given(customers, debts_strategy, ladders)
def test_the_decision_depends_on_nothing_but_its_input(customer, debts, ladder):
    first = decide(customer, debts, ladder, TODAY)
    assert decide(customer, debts, ladder, TODAY) == first


@given(customers, debts_strategy)
def test_without_a_policy_nothing_is_said(customer, debts):
    found = decide(customer, debts, None, TODAY)
    assert found.proposals == []
    assert not SAID.intersection(line.step.reason for line in found.lines)
