"""All debts of a customer: minimum, formal notice, address, grouping, limit."""

from decimal import Decimal

import pytest

from odoo.addons.ar_collections.tools.ladder_notices import (
    get_deadline_days,
    limit,
)
from odoo.addons.ar_collections.tools.ladder_values import Hold
from odoo.addons.ar_collections.tools.setoff import Credit

from ladder_builders import (
    CHANNELS,
    EUR,
    TODAY,
    USD,
    WEEK,
    day,
    debt,
    decision,
    level,
    reasons,
    rules,
)


def proposals(debts, ladder=None, **values):
    """Give the proposals as (recipient, days of the level, lists of line ids)."""
    return [
        (
            one.recipient_id,
            one.level.days,
            *([line.debt.line_id for line in lines] for lines in one[4:]),
        )
        for one in decision(debts, ladder, **values).proposals
    ]


# === GROUPING (L7) === #


def test_one_notice_has_all_lines_of_a_recipient():
    debts = [debt(-1, line_id=1), debt(-8, line_id=2, rung=1, last_notice=-7)]
    assert proposals(debts) == [(0, 8, [1, 2], [], [])]


def test_each_recipient_gets_a_notice():
    debts = [debt(-1, line_id=1), debt(-1, line_id=2, recipient_id=2)]
    assert proposals(debts) == [(0, 1, [1], [], []), (2, 1, [2], [], [])]


def test_other_debts_are_listed_by_what_they_are():
    debts = [
        debt(-1, line_id=1),
        debt(-3, line_id=2, rung=1, last_notice=0),
        debt(9, line_id=3),
        debt(-3, line_id=4, recipient_id=1, rung=1, last_notice=0),
    ]
    assert proposals(debts) == [(0, 1, [1], [2], [3])]


def test_what_is_not_claimed_is_not_listed():
    debts = [debt(-1, line_id=1), debt(-3, line_id=2, holds=(Hold("dispute"),))]
    assert proposals(debts) == [(0, 1, [1], [], [])]


def test_a_debt_due_on_a_closed_day_is_not_overdue_yet():
    # On Saturday, as if on Monday; Monday is the first day on which anything leaves.
    debts = [debt(2, line_id=1), debt(3, line_id=2)]
    found = decision(debts, rules(days=WEEK), on=5).proposals
    assert [[line.debt.line_id for line in lines] for lines in found[0][4:]] == [
        [1],
        [],
        [2],
    ]


def test_a_courtesy_lists_nothing_overdue():
    debts = [debt(3, line_id=1), debt(-3, line_id=2, rung=1, last_notice=0)]
    assert proposals(debts, rules((-3, 1, 8))) == [(0, -3, [1], [], [])]


def test_courtesies_go_with_a_reminder_in_its_tone():
    debts = [debt(3, line_id=1), debt(-1, line_id=2)]
    assert proposals(debts, rules((-3, 1, 8))) == [(0, 1, [1, 2], [], [])]


def test_one_notice_has_the_longest_deadline_of_its_lines():
    ladder = rules((level(1, deadline_days=14), level(8, deadline_days=7)))
    debts = [debt(-1, line_id=1), debt(-8, line_id=2, rung=1, last_notice=-7)]
    assert [one.deadline_days for one in decision(debts, ladder).proposals] == [14]


def test_a_courtesy_lengthens_no_deadline():
    assert get_deadline_days([level(-3, deadline_days=30), level(1, deadline_days=7)]) == 7
    assert get_deadline_days([level(-3, deadline_days=30)]) == 30
    assert get_deadline_days([]) == 0


# === CHANNEL AND ADDRESS === #

BOTH = rules((level(1, channels=("letter", "email")), level(8, channels=("sms",))))


@pytest.mark.parametrize(
    ("known", "channel"),
    [(CHANNELS, "letter"), (("email", "sms"), "email"), (("letter",), "letter")],
)
def test_the_first_channel_with_an_address(known, channel):
    found = decision([debt()], BOTH, addresses={0: known}).proposals
    assert [one.channel for one in found] == [channel]


@pytest.mark.parametrize("known", [(), ("phone",)])
def test_without_an_address_nothing_is_said(known):
    assert reasons([debt()], BOTH, addresses={0: known}) == ["no_address"]


def test_an_unknown_recipient_has_no_address():
    assert reasons([debt()], BOTH, addresses={}) == ["no_address"]


@pytest.mark.parametrize(
    ("contact", "company", "expected"),
    [
        (("email",), CHANNELS, (1, "letter")),
        (("letter",), CHANNELS, (0, "letter")),
        (("email",), ("email",), (0, "email")),
        (("phone",), ("email",), (1, "email")),
        ((), ("letter",), (1, "letter")),
    ],
)
def test_without_an_address_of_its_own_the_customers_is_used(
    contact, company, expected
):
    found = decision([debt()], BOTH, addresses={0: contact, 1: company}).proposals
    assert [(one.recipient_id, one.channel) for one in found] == [expected]


def test_who_is_reached_at_the_customer_shares_its_notice():
    debts = [
        debt(-1, line_id=1),
        debt(-1, line_id=2, recipient_id=1),
        debt(-1, line_id=3, recipient_id=2),
        debt(9, line_id=4),
    ]
    found = decision(
        debts, BOTH, addresses={0: ("email",), 1: CHANNELS, 2: ("letter",)}
    ).proposals
    assert [
        (one.recipient_id, [line.debt.line_id for line in one.climbing]) for one in found
    ] == [(1, [1, 2]), (2, [3])]
    assert [line.debt.line_id for line in found[0].not_due] == [4]


def test_what_the_customer_owes_itself_is_listed_with_what_its_contact_owes():
    debts = [debt(-1, line_id=1), debt(9, line_id=2, recipient_id=1)]
    [found] = decision(debts, BOTH, addresses={0: (), 1: CHANNELS}).proposals
    assert [line.debt.line_id for line in found.not_due] == [2]


def test_the_highest_rung_chooses_the_channel_for_all():
    debts = [debt(-1, line_id=1), debt(-8, line_id=2, rung=1, last_notice=-7)]
    assert reasons(debts, BOTH, addresses={0: ("letter",)}) == ["no_address"] * 2


def test_only_the_recipient_without_address_is_left_out():
    debts = [debt(-1, line_id=1), debt(-1, line_id=2, recipient_id=2)]
    found = reasons(debts, BOTH, addresses={0: CHANNELS})
    assert found == ["climbs", "no_address"]


# === FORMAL (L5, L7) === #

FORMAL = rules((1, 8, level(28, is_formal=True)))
READY = {"rung": 8, "last_notice": -9}


def test_a_formal_notice_goes_alone():
    debts = [
        debt(-30, line_id=1, **READY),
        debt(-1, line_id=2),
        debt(-3, line_id=3, rung=1, last_notice=0),
        debt(9, line_id=4),
    ]
    assert proposals(debts, FORMAL) == [(0, 28, [1], [], [])]
    found = decision(debts, FORMAL).lines[1].step
    assert (found.reason, found.day) == ("formal_first", day(1))


def test_other_recipients_wait_for_a_formal_notice_too():
    debts = [debt(-30, line_id=1, **READY), debt(-1, line_id=2, recipient_id=1)]
    assert reasons(debts, FORMAL) == ["climbs", "formal_first"]


def test_a_courtesy_waits_for_a_formal_notice_too():
    debts = [debt(-30, line_id=1, **READY), debt(3, line_id=2)]
    ladder = rules((-3, 1, 8, level(28, is_formal=True)))
    assert reasons(debts, ladder) == ["climbs", "formal_first"]


def test_the_formal_notice_with_the_highest_rung_goes_first():
    ladder = rules((1, level(28, is_formal=True), level(60, is_formal=True)))
    debts = [
        debt(-30, line_id=1, rung=1, last_notice=-9),
        debt(-70, line_id=2, rung=28, last_notice=-9),
    ]
    assert reasons(debts, ladder) == ["formal_first", "climbs"]


def test_on_the_day_of_a_formal_notice_nothing_else_leaves():
    debts = [debt(-30, line_id=1, **READY), debt(-1, line_id=2)]
    found = decision(debts, FORMAL, is_formally_told=True)
    assert [line.step.reason for line in found.lines] == ["formal_first"] * 2
    assert found.lines[1].step.day == day(1)


def test_a_formal_notice_without_an_address_holds_up_nobody():
    ladder = rules((1, 8, level(28, is_formal=True, channels=("post",))))
    debts = [debt(-30, line_id=1, **READY), debt(-1, line_id=2)]
    found = reasons(debts, ladder, addresses={0: ("email",)})
    assert found == ["no_address", "climbs"]


def test_a_formal_notice_below_the_minimum_holds_up_nobody():
    ladder = rules((-3, 1, 8, level(28, is_formal=True)), minimum=Decimal(1000))
    debts = [debt(-30, line_id=1, **READY), debt(3, line_id=2)]
    assert reasons(debts, ladder) == ["below_minimum", "courtesy"]


# === MINIMUM (L4) === #


def test_the_minimum_is_of_all_overdue_debts_together():
    debts = [debt(-1, 6, line_id=1), debt(-3, 4, line_id=2, rung=1, last_notice=0)]
    assert reasons(debts, rules(minimum=Decimal(10))) == ["climbs", "too_soon_level"]
    assert reasons(debts, rules(minimum=Decimal("10.01")))[0] == "below_minimum"


def test_a_rest_below_the_minimum_has_nobody_decide_what_comes_next():
    rest = [debt(-60, amount=1, rung=15, last_notice=-30, deadline=-20)]
    assert reasons(rest, rules(minimum=Decimal(0))) == ["ladder_end"]
    assert reasons(rest, rules(minimum=Decimal(10))) == ["below_minimum"]


def test_the_minimum_counts_no_debt_that_is_not_overdue():
    debts = [debt(-1, 6, line_id=1), debt(5, 100, line_id=2)]
    assert reasons(debts, rules(minimum=Decimal(10)))[0] == "below_minimum"


def test_the_minimum_is_after_credits():
    credits = (Credit("covered", Decimal(95), EUR),)
    found = reasons([debt(-1, 100)], rules(minimum=Decimal(10)), credits=credits)
    assert found == ["below_minimum"]


def test_the_minimum_is_per_currency_in_company_currency():
    debts = [
        debt(-1, 6, line_id=1),
        debt(-1, 6, line_id=2, currency_id=USD, worth=12),
    ]
    assert reasons(debts, rules(minimum=Decimal(10))) == ["below_minimum", "climbs"]


# === WHILE A NOTICE WAITS (L8) === #


def test_while_a_notice_waits_there_is_no_second_one():
    paced = rules(customer_interval=7)
    assert reasons([debt()], paced, is_waiting=True) == ["too_soon_customer"]
    assert reasons([debt()], rules(), is_waiting=True) == ["climbs"]


# === MAXIMUM (L0) === #


def test_the_maximum_lets_some_notices_through():
    debts = [debt(-1, line_id=1), debt(-1, line_id=2, recipient_id=1)]
    found = limit(decision(debts), 1, rules(), TODAY)
    assert [line.step.reason for line in found.lines] == ["climbs", "run_limit"]
    assert found.lines[1].step.day == day(1)
    assert len(found.proposals) == 1


@pytest.mark.parametrize(("allowed", "count"), [(0, 0), (1, 1), (2, 2), (9, 2)])
def test_the_maximum_is_kept(allowed, count):
    debts = [debt(-1, line_id=1), debt(-1, line_id=2, recipient_id=1)]
    assert len(limit(decision(debts), allowed, rules(), TODAY).proposals) == count


def test_what_the_maximum_holds_back_waits_for_a_business_day():
    found = limit(decision([debt(-1)], on=2), 0, rules(days=WEEK), day(2))
    assert found.lines[0].step.day == day(5)
