"""Numbers with as many decimals as they have."""

from decimal import Decimal

import pytest

from odoo.addons.ar_collections.tools.numbers import count_decimals


@pytest.mark.parametrize(
    ("number", "decimals"),
    [
        (0, 0),
        (40.0, 0),
        (1_500_000.0, 0),
        (0.5, 1),
        (2.15, 2),
        (9.2, 1),
        (1.1234, 4),
        (0.1 + 0.2, 1),
        (Decimal("11.7500"), 2),
        ("10.15", 2),
        (-2.5, 1),
    ],
)
def test_a_number_has_the_decimals_that_it_needs(number, decimals):
    assert count_decimals(number) == decimals
