"""Set credits off against debts, virtually: nothing is reconciled."""

from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

ZERO = Decimal(0)


class Credit(NamedTuple):
    """Money of the customer that is not matched with a debt.

    :param reason: ``covered`` for credits in the ledger, else why the money counts
        (``in_process``, ``unmatched_receipt``).
    :param amount: positive, in `currency_id`.
    :param move_id: the invoice that it belongs to first, if any.
    :param is_bound: whether it may cover nothing but that invoice.
    """

    reason: str
    amount: Decimal
    currency_id: int
    move_id: int | None = None
    is_bound: bool = False


def set_off(debts, credits):
    """Share `credits` among `debts` of one customer.

    Per currency; a credit covers its own invoice first, then the oldest due.

    :param debts: objects with ``line_id``, ``move_id``, ``currency_id``, ``due``, ``open``
    :return: {line_id: {reason: amount}}, amounts positive and never above the debt
    """
    shares = defaultdict(dict)
    if not credits:
        return shares
    left = {debt.line_id: debt.open for debt in debts}
    oldest_first = sorted(debts, key=lambda debt: (debt.due, debt.line_id))
    rests = [(credit, credit.amount) for credit in credits]
    rests = _spend(rests, oldest_first, left, shares, _own_invoice)
    _spend(rests, oldest_first, left, shares, _any_invoice)
    return shares


def _own_invoice(credit, debt):
    return credit.move_id is not None and credit.move_id == debt.move_id


def _any_invoice(credit, debt):
    return not credit.is_bound


def _spend(rests, debts, left, shares, may_cover):
    """Use up `rests` on the debts they may cover; give what remains of each."""
    remaining = []
    for credit, rest in rests:
        for debt in debts:
            if rest <= ZERO:
                break
            if debt.currency_id != credit.currency_id or not may_cover(credit, debt):
                continue
            part = min(rest, left[debt.line_id])
            if part > ZERO:
                share = shares[debt.line_id]
                share[credit.reason] = share.get(credit.reason, ZERO) + part
                left[debt.line_id] -= part
                rest -= part
        remaining.append((credit, rest))
    return remaining
