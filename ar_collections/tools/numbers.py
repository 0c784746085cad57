"""Numbers as people read them: with as many decimals as they have."""

from decimal import Decimal

MOST_DECIMALS = 4


def count_decimals(number) -> int:
    """Give how many decimals a number needs: none for 1,500,000, two for 2.15.

    :param number: a `Decimal`, or what a field of floats gives
    """
    rounded = round(Decimal(str(number)), MOST_DECIMALS).normalize()
    return max(-rounded.as_tuple().exponent, 0)
