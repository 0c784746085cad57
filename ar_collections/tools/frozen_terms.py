"""What a charge was computed by, as it keeps it: rules change, charges stay right."""

from decimal import Decimal

from .charges import Terms
from .fees import AmountTier, DayTier
from .interest import InterestTerms

_EXACT = ("percent", "round_up_to", "ceiling")


def freeze(terms: Terms, kind: str) -> dict | None:
    """Give what charges of a kind go by, as JSON holds it; ``None`` for reminders.

    The reference rate is left out: its values may be corrected.
    """
    if kind == "reminder":
        return None
    data: dict = {"grace_days": terms.grace_days}
    if kind == "interest":
        values = terms.interest._asdict()
        del values["reference"]
        exact = {name: _text(values[name]) for name in _EXACT}
        return data | {"interest": values | exact}
    data["is_base_original"] = terms.is_base_original
    if kind == "flat":
        return data | {"flat_tiers": _texts(terms.flat_tiers)}
    period = terms.percent_per_period
    return data | {
        "day_tiers": _texts(terms.day_tiers),
        "percent_per_period": [_text(part) for part in period or ()],
    }


def thaw(data: dict, reference=None) -> Terms:
    """Give the terms that `freeze` kept of a kind of charge.

    :param reference: the reference rate, as its values are now
    """
    period = data.get("percent_per_period")
    return Terms(
        flat_tiers=tuple(
            AmountTier(Decimal(amount_from), Decimal(fee))
            for amount_from, fee in data.get("flat_tiers", ())
        ),
        is_base_original=data.get("is_base_original", False),
        day_tiers=tuple(
            DayTier(int(days), Decimal(percent))
            for days, percent in data.get("day_tiers", ())
        ),
        percent_per_period=(Decimal(period[0]), int(period[1])) if period else None,
        interest=_thaw_interest(data.get("interest"), reference),
        grace_days=data["grace_days"],
    )


def _thaw_interest(values, reference):
    if not values:
        return None
    exact = {name: Decimal(values[name]) for name in _EXACT if values[name] is not None}
    return InterestTerms(**values | exact, reference=reference)


def _text(value):
    return None if value is None else str(value)


def _texts(rows):
    return [[str(value) for value in row] for row in rows]
