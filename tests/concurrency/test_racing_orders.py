"""Two orders at the same moment do not both slip under a limit."""

import pytest


@pytest.fixture
def race(place, tmp_path):
    """Have jobs run in processes of their own that reach a method at the same moment."""

    def run(*jobs, method="_use_credit"):
        folder = tmp_path / "meeting"
        folder.mkdir()
        meeting = {"path": str(folder), "others": len(jobs) - 1}
        traps = {"meet": {**meeting, "model": "ar.collection.case", "method": method}}
        workers = [place.start(job, traps, **values) for job, values in jobs]
        results = [worker.wait() for worker in workers]
        assert len(list(folder.iterdir())) == len(jobs), "they have not met"
        return results

    return run


def test_one_of_two_orders_at_the_same_moment_is_held(place, race):
    orders = place.do("prepare_orders", limit=5000.0, amounts=[3000.0, 3000.0])
    race(*(("confirm", {"order_id": order}) for order in orders))
    states = sorted(place.do("read_orders", order_ids=orders))
    assert states == [["draft", 3000.0, ["over_limit"]], ["sale", 3000.0, []]]


def test_one_of_two_daughters_at_the_same_moment_is_held(place, race):
    orders = place.do("prepare_group", limit=5000.0, amounts=[3000.0, 3000.0])
    race(*(("confirm", {"order_id": order}) for order in orders))
    states = sorted(place.do("read_orders", order_ids=orders))
    assert states == [["draft", 3000.0, ["over_group"]], ["sale", 3000.0, []]]


def test_two_orders_that_fit_together_are_both_confirmed(place, race):
    orders = place.do("prepare_orders", limit=6000.0, amounts=[3000.0, 3000.0])
    race(*(("confirm", {"order_id": order}) for order in orders))
    states = place.do("read_orders", order_ids=orders)
    assert states == [["sale", 3000.0, []], ["sale", 3000.0, []]]


def test_an_order_that_grows_races_with_one_that_is_confirmed(place, race):
    grown, other = place.do("prepare_orders", limit=5000.0, amounts=[1000.0, 3000.0])
    place.do("confirm", order_id=grown)
    [outcome, _none] = race(
        ("grow", {"order_id": grown, "amount": 3000.0}), ("confirm", {"order_id": other})
    )
    states = place.do("read_orders", order_ids=[grown, other])
    total = sum(amount for state, amount, _holds in states if state == "sale")
    assert total <= 5000.0
    assert (outcome == "grown") == (states[0][1] == 3000.0)
    assert (outcome == "refused") == (states[1][0] == "sale")


def test_a_customer_gets_one_file_though_two_orders_open_it(place, race):
    orders = place.do("prepare_new_customer", amounts=[10.0, 10.0])
    jobs = [("confirm", {"order_id": order}) for order in orders]
    race(*jobs, method="_ensure_cases")
    states = place.do("read_orders", order_ids=orders)
    assert states == [["draft", 10.0, ["undecided"]]] * 2
