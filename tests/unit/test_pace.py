"""The size of batches follows the time that they take."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.tools.pace import Pace


@pytest.fixture
def pace():
    return Pace(3.0, {"letter": 10}, 400)


def test_the_first_batch_is_given_or_a_twentieth_of_the_most(pace):
    assert pace.get_size("letter") == 10
    assert pace.get_size("email") == 20


def test_slow_pieces_make_a_batch_small(pace):
    pace.learn("letter", 10, 10.0)
    assert pace.get_size("letter") == 3


def test_fast_pieces_double_it(pace):
    for expected in (20, 40, 80, 160, 320, 400, 400):
        pace.learn("letter", pace.get_size("letter"), 0.001)
        assert pace.get_size("letter") == expected


def test_each_kind_has_a_pace_of_its_own(pace):
    pace.learn("letter", 10, 30.0)
    assert pace.get_size("letter") == 1
    assert pace.get_size("email") == 20


def test_pieces_slower_than_the_whole_time_come_one_by_one(pace):
    pace.learn("letter", 1, 60.0)
    assert pace.get_size("letter") == 1


def test_a_clock_that_stands_still(pace):
    pace.learn("letter", 10, 0.0)
    assert pace.get_size("letter") == 20


@given(st.floats(0.001, 2.9))
def test_at_a_steady_pace_no_batch_but_the_first_takes_longer(seconds_each):
    pace = Pace(3.0, {"letter": 10}, 400)
    for number in range(12):
        seconds = pace.get_size("letter") * seconds_each
        assert number == 0 or seconds <= 3.0 + 1e-9
        pace.learn("letter", pace.get_size("letter"), seconds)
