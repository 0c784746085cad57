"""Random ledgers that can be made again from their seed."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from oracle import Calendar, Debt

TERMS = (5, 14, 30, 60)
SHARES = (Decimal("0.30"), Decimal("0.30"), Decimal("0.40"))


def make_ledger(
    seed: int, start: date, days: int = 90, invoices: int = 60, customers: int = 7
) -> list[Debt]:
    """Return invoices with one due date each, dated within days from the start."""
    rng = random.Random(seed)
    return [
        _make_debt(rng, number, start, days, customers) for number in range(invoices)
    ]


def make_instalments(
    seed: int, start: date, days: int = 60, invoices: int = 12, customers: int = 4
) -> list[Debt]:
    """Return invoices in three instalments 30 days apart, each settled by itself.

    Instalments of one invoice are settled oldest first, as money is allocated;
    amounts are whole, so that no share needs rounding.
    """
    rng = random.Random(seed)
    debts = []
    for number in range(invoices):
        whole = _make_debt(rng, number, start, days, customers)
        debts += _split(rng, whole)
    return debts


def make_calendar(seed: int, start: date, days: int, holidays: int = 6) -> Calendar:
    """Return a calendar with free weekends and some random holidays."""
    rng = random.Random(seed)
    free = {start + timedelta(rng.randrange(days)) for _holiday in range(holidays)}
    return Calendar(weekend=frozenset({5, 6}), holidays=frozenset(free))


def _make_debt(
    rng: random.Random, number: int, start: date, days: int, customers: int
) -> Debt:
    """Return one invoice with a random customer, date, term, amount and end."""
    invoice_date = start + timedelta(rng.randrange(days))
    term = rng.choice(TERMS)
    return Debt(
        customer=f"Customer {rng.randrange(customers):03d}",
        invoice=f"R{number:05d}",
        invoice_date=invoice_date,
        due_date=invoice_date + timedelta(term),
        amount=Decimal(rng.randint(500, 250_000)) / 100,
        settled_date=_settle(rng, invoice_date, term),
    )


def _settle(rng: random.Random, invoice_date: date, term: int) -> date | None:
    """Return a day on the invoice date, before, on or after due, or never."""
    days = rng.choice(
        (
            None,
            0,
            rng.randrange(term + 1),
            term,
            term + 1,
            term + rng.randint(1, 10),
            term + rng.randint(1, 60),
            term + rng.randint(30, 120),
        )
    )
    return None if days is None else invoice_date + timedelta(days)


def _split(rng: random.Random, whole: Debt) -> Iterator[Debt]:
    """Give the instalments of one invoice, paid up to a random number of them."""
    paid = rng.randint(0, len(SHARES))
    settled = whole.invoice_date
    amount = whole.amount.to_integral_value()
    for number, share in enumerate(SHARES):
        due_date = whole.due_date + timedelta(30 * number)
        settled = max(settled, due_date + timedelta(rng.randint(-10, 30)))
        yield Debt(
            customer=whole.customer,
            invoice=whole.invoice,
            invoice_date=whole.invoice_date,
            due_date=due_date,
            amount=amount * share,
            settled_date=settled if number < paid else None,
        )
