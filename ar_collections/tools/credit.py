"""Credit: what a customer could cost us, whether more is given, how the customer pays."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

ZERO = Decimal(0)


@dataclass(frozen=True)
class Exposure:
    """What a customer could cost us now, in the currency of the root company.

    :param parts: {code of ``const.EXPOSURE_PARTS``: amount}; credits are negative
    :param overdue: the part of the open invoices that is past its due date
    :param free: credits that are tied to nothing, negative, whether they count or not
    """

    parts: dict = field(default_factory=dict)
    overdue: Decimal = ZERO
    free: Decimal = ZERO

    @property
    def total(self):
        """What the customer could cost us now."""
        return sum(self.parts.values(), ZERO)


class Terms(NamedTuple):
    """What was decided on a customer's credit, and the company's rules.

    :param limit: amount while `state` is ``limit``, a temporary increase included
    :param is_undecided_stopped: whether customers nobody has decided on get no credit
    :param overdue_from: overdue sums below it stop nothing
    """

    state: str = "undecided"
    limit: Decimal = ZERO
    review_date: date | None = None
    is_undecided_stopped: bool = True
    overdue_from: Decimal = ZERO


class Facts(NamedTuple):
    """What is true of a customer when credit is asked for.

    :param exposure: without the document that asks
    :param late: what is overdue for longer than the company bears, after credits,
        without disputed amounts, plans and charges
    :param level: name of the reminder level that stops credit
    :param by_hand: why a person has stopped credit
    """

    exposure: Decimal = ZERO
    late: Decimal = ZERO
    level: str | None = None
    by_hand: str | None = None


class Reason(NamedTuple):
    """Why credit is on hold; `amount` and `text` are what its sentence tells."""

    code: str
    amount: Decimal = ZERO
    text: str = ""


def decide(facts, terms, asked, today):
    """Tell what speaks against giving `asked` more credit.

    What is paid in advance asks for nothing: then only a stop by hand counts.

    :return: list of `Reason`, empty where nothing does
    """
    reasons = decide_customer(facts, terms, today)
    if asked <= ZERO:
        return [reason for reason in reasons if reason.code == "by_hand"]
    return [*_decide_amount(facts, terms, asked), *reasons]


def decide_customer(facts, terms, today):
    """Tell what stops a customer's credit, whatever amount is asked for."""
    reasons = []
    if facts.late > ZERO and facts.late >= terms.overdue_from:
        reasons.append(Reason("overdue", facts.late))
    if facts.level:
        reasons.append(Reason("level", text=facts.level))
    if terms.review_date and terms.review_date < today:
        reasons.append(Reason("review_lapsed"))
    if facts.by_hand:
        reasons.append(Reason("by_hand", text=facts.by_hand))
    return reasons


def _decide_amount(facts, terms, asked):
    """Compare what the customer would owe with what was decided; at the limit passes."""
    limit = get_limit(terms)
    if limit is None:
        return []
    over = facts.exposure + asked - limit
    codes = {"undecided": "undecided", "none": "no_credit"}
    return [Reason(codes.get(terms.state, "over_limit"), over)] if over > ZERO else []


def get_limit(terms):
    """Give the credit that may be used; ``None`` for as much as they like."""
    if terms.state == "limit":
        return terms.limit
    is_stopped = terms.state == "none" or (
        terms.state == "undecided" and terms.is_undecided_stopped
    )
    return ZERO if is_stopped else None


class Group(NamedTuple):
    """A group of companies whose credit counts together, as its head's was decided.

    :param limit: what all of them may use; ``None`` for as much as they like
    :param used: their exposure, without the documents that ask
    :param asked: what all of them ask for
    """

    head_id: int
    name: str
    is_decided: bool
    limit: Decimal | None
    used: Decimal
    asked: Decimal = ZERO

    @property
    def free(self):
        return None if self.limit is None else self.limit - self.used - self.asked


def decide_member(reasons, group, asked, is_head):
    """Tell what speaks against more credit for a member of a group.

    A member nobody has decided on goes by the decision on the group. What the head may
    use is the group's limit, so it is told once.

    :param reasons: list of `Reason` against the member by itself
    """
    settled = {"undecided"} if group.is_decided else set()
    over = ZERO if group.free is None else -group.free
    if asked > ZERO and over > ZERO:
        reasons = [Reason("over_group", over, group.name), *reasons]
        if is_head:
            settled |= {"over_limit", "no_credit"}
    return [reason for reason in reasons if reason.code not in settled]


class Payer(NamedTuple):
    """How a customer has paid within a year.

    :param debts: number of debts that were due
    :param on_time: how many of them were paid by their due date, or a few days later
    :param days_late: the usual (median) days late; 0 or less: on time
    :param broken: promises that were not kept
    """

    debts: int = 0
    on_time: int = 0
    days_late: int = 0
    broken: int = 0


def rate(payer):
    """Rate how a customer pays: ``new``, ``good``, ``slow`` or ``poor``.

    Three debts are the least to judge by, unless promises were broken.
    """
    if payer.debts < 3 and payer.broken < 2:
        return "new"
    share = Decimal(payer.on_time) / payer.debts if payer.debts else ZERO
    if payer.broken >= 2 or payer.days_late > 30 or share < Decimal("0.25"):
        return "poor"
    is_good = share >= Decimal("0.75") and payer.days_late <= 5 and not payer.broken
    return "good" if is_good else "slow"
