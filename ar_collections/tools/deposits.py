"""Deposits: which rule fits, what its parts come to, how a receivable is split."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Customer:
    """What a rule asks about a document and its customer.

    :param credit_state: ``None`` for those whom no rule on credit is for
    :param amount: the total, in the document's currency
    :param category_ids: the product categories sold, with those above them
    """

    is_new: bool
    credit_state: str | None
    rating: str
    amount: Decimal
    category_ids: frozenset = frozenset()
    country_id: int | None = None


@dataclass(frozen=True)
class Condition:
    """When a rule fits; an empty set asks nothing.

    :param amount_from: in the document's currency
    """

    is_for_new: bool = False
    credit_states: frozenset = frozenset()
    ratings: frozenset = frozenset()
    amount_from: Decimal = ZERO
    category_ids: frozenset = frozenset()
    country_ids: frozenset = frozenset()

    def fits(self, customer):
        """Tell whether all that the rule asks for is there."""
        return (
            customer.amount > ZERO
            and customer.amount >= self.amount_from
            and (customer.is_new or not self.is_for_new)
            and _asks_for(self.credit_states, {customer.credit_state})
            and _asks_for(self.ratings, {customer.rating})
            and _asks_for(self.category_ids, customer.category_ids)
            and _asks_for(self.country_ids, {customer.country_id})
        )


def _asks_for(wanted, found):
    return not wanted or not wanted.isdisjoint(found)


def to_step(amount, step):
    """Round `amount` to a currency's smallest step, half away from zero."""
    return (amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def share_out(total, weights, step):
    """Share `total` by weights; each part is rounded, and the last takes the rest.

    :return: as many amounts as weights; they add up to `total`, none is negative
    """
    parts, rest, whole = [], total, sum(weights, ZERO)
    for weight in weights[:-1]:
        part = min(to_step(total * weight / whole, step), rest)
        parts.append(part)
        rest -= part
    return [*parts, rest]


def share_rest(total, parts, step):
    """Share `total` anew when some parts can no longer change.

    :param parts: list of (weight, fixed amount or None)
    :return: the amounts; what is fixed stays, the others share what remains, and do not
        change by a cent where what is fixed is what they had all been given
    """
    if not parts:
        return []
    planned = share_out(total, [weight for weight, _fixed in parts], step)
    if all(fixed in (None, plan) for (_weight, fixed), plan in zip(parts, planned, strict=True)):
        return planned
    taken = sum((fixed for _weight, fixed in parts if fixed is not None), ZERO)
    weights = [weight for weight, fixed in parts if fixed is None]
    shares = iter(share_out(max(total - taken, ZERO), weights, step) if weights else ())
    return [next(shares) if fixed is None else fixed for _weight, fixed in parts]


def get_amount(total, kind, value, step):
    """Give what a deposit of one part comes to.

    :param kind: ``percent``, ``fixed`` or ``all``
    :param value: the percentage, or the fixed amount in the document's currency
    """
    if kind == "all":
        return total
    if kind == "fixed":
        return min(to_step(value, step), total)
    return min(to_step(total * value / HUNDRED, step), total)


def fill(amounts, own, free):
    """Tell how much of each part is paid.

    :param amounts: what each part comes to, first due first
    :param own: what was paid on each part's own invoices
    :param free: money for the order that belongs to no part yet
    :return: list of amounts; more than a part asks for goes on to the next
    """
    paid = []
    for amount, mine in zip(amounts, own, strict=True):
        taken = min(max(amount - mine, ZERO), max(free, ZERO))
        free -= taken
        over = max(mine + taken - amount, ZERO)
        free += over
        paid.append(mine + taken - over)
    if paid:
        paid[-1] += free
    return paid


def share_money(amount, asks):
    """Share a payment of several orders: first what each asks for, then all of each.

    :param asks: list of (asked before start, total) of the orders, first come first
    :return: a share for each order; they add up to `amount`, the last takes what is over
    """
    shares, rest = [ZERO] * len(asks), amount
    for goals in zip(*asks, strict=True):
        for number, goal in enumerate(goals):
            taken = min(max(goal - shares[number], ZERO), rest)
            shares[number] += taken
            rest -= taken
    if shares:
        shares[-1] += rest
    return shares


def take_back(shares, amounts, is_first=None):
    """Take amounts from shares: from those that are first, else from the last one on.

    :return: what is left of each share, never less than nothing
    """
    shares, rest = list(shares), sum(amounts, ZERO)
    numbers = sorted(
        range(len(shares)), key=lambda number: (is_first and not is_first[number], -number)
    )
    for number in numbers:
        taken = min(shares[number], rest)
        shares[number] -= taken
        rest -= taken
    return shares


@dataclass(frozen=True)
class Instalment:
    """A part of a receivable, in the document's and in the company's currency."""

    amount: Decimal
    balance: Decimal


def split_receivable(instalments, deposit, step, company_step):
    """Take a deposit out of a receivable; the rest keeps the shares of its terms.

    :param instalments: list of Instalment, all of one sign
    :param deposit: positive, below the total, in the document's currency
    :return: (the deposit, list of the instalments that remain); in both currencies they
        add up to what was given
    """
    total = sum((one.amount for one in instalments), ZERO)
    balance = sum((one.balance for one in instalments), ZERO)
    first = Instalment(deposit, to_step(balance * deposit / total, company_step))
    weights = [one.amount for one in instalments]
    amounts = share_out(total - first.amount, weights, step)
    balances = share_out(balance - first.balance, weights, company_step)
    return first, [Instalment(*pair) for pair in zip(amounts, balances, strict=True)]
