"""Builders of late debts and their charges; days are told from the due date."""

from datetime import date, timedelta
from decimal import Decimal

from odoo.addons.ar_collections.tools.charges import Charged, LateDebt, remake
from odoo.addons.ar_collections.tools.fees import AmountTier
from odoo.addons.ar_collections.tools.interest import Change, InterestTerms

DUE = date(2026, 3, 2)
FLAT = (AmountTier(Decimal(0), Decimal(40)),)
TEN = InterestTerms(Decimal(10))


def after(days):
    """Give the date `days` after due."""
    return DUE + timedelta(days=days)


def debt(amount=1000, paid=(), **values):
    """Give a debt due on DUE.

    :param paid: (days after due, sum) of its payments
    """
    changes = tuple(Change(after(days), Decimal(sum_)) for days, sum_ in paid)
    return LateDebt(DUE, Decimal(amount), changes, **values)


def remember(facts, charges, day):
    """Give the debt with `charges` made on `day`."""
    charged = tuple(
        Charged(charge.kind, charge.key, day, charge.amount, charge.end, charge.start)
        for charge in charges
    )
    has_flat = facts.has_flat_sum or any(charge.kind == "flat" for charge in charges)
    return facts._replace(charged=facts.charged + charged, has_flat_sum=has_flat)


def kinds(charges):
    """Give the kinds of charges, in their order."""
    return [charge.kind for charge in charges]


def recompute(facts, terms, charged, start=None):
    """Give what a charge that was made comes to as the ledger stands now; 0 for none."""
    charge = remake(facts, terms, charged, start)
    return charge.amount if charge else Decimal(0)
