"""Builders of the ladder's facts, with plain defaults; days are told from TODAY."""

from datetime import date, timedelta
from decimal import Decimal

from odoo.addons.ar_collections.tools.business_days import BusinessDays
from odoo.addons.ar_collections.tools.ladder import decide
from odoo.addons.ar_collections.tools.ladder_values import Customer, Debt, Level, Rules

# A Wednesday.
TODAY = date(2026, 3, 4)
WEEK = BusinessDays(range(5))
EUR, USD = 1, 2
CHANNELS = ("email", "letter", "sms", "phone")


def day(number):
    """Give the date `number` days from TODAY; ``None`` stays."""
    return None if number is None else TODAY + timedelta(number)


def level(days, **values):
    """Give a level whose id is 1000 + its days."""
    return Level(1000 + days, days, **values)


def rules(levels=(1, 8, 15), **values):
    """Give rules; levels as days or as levels."""
    ladder = [level(one) if isinstance(one, int) else one for one in levels]
    return Rules(ladder, **{"min_reminders": 0, **values})


def debt(due_in=-1, amount=100, line_id=1, **values):
    """Give a debt due `due_in` days from TODAY; dates in `values` as days too."""
    dates = {
        name: day(values.pop(name))
        for name in ("last_notice", "deadline", "held_since", "said_due")
        if name in values
    }
    values = {"move_id": line_id, "currency_id": EUR, **values}
    worth = Decimal(values.pop("worth", amount))
    return Debt(
        line_id=line_id,
        due=day(due_in),
        open=Decimal(amount),
        open_company=worth,
        **values,
        **dates,
    )


def customer(**values):
    """Give a customer who is reached on every channel, at recipients 0, 1 and 2."""
    if "last_notice" in values:
        values["last_notice"] = day(values["last_notice"])
    addresses = values.pop("addresses", dict.fromkeys(range(3), CHANNELS))
    return Customer(partner_id=1, addresses=addresses, **values)


def decision(debts, ladder=None, on=0, **values):
    """Decide for one customer on a day; `values` are the customer's."""
    return decide(customer(**values), debts, ladder or rules(), day(on))


def line(one, ladder=None, on=0, **values):
    """Decide for one debt and give its line."""
    return decision([one], ladder, on, **values).lines[0]


def step(one, ladder=None, on=0, **values):
    """Decide for one debt; give reason, days of its level, and its day from TODAY."""
    found = line(one, ladder, on, **values).step
    return (
        found.reason,
        found.level and found.level.days,
        found.day and (found.day - TODAY).days,
    )


def reasons(debts, ladder=None, on=0, **values):
    """Give the reason of each debt, in their order."""
    return [one.step.reason for one in decision(debts, ladder, on, **values).lines]
