"""Charges when a process is killed: none is lost, none is made or booked twice."""

import os
import random
import signal

KILLS = 6
SMALL_PASS = {"small_fee_batches": {"debts": 20}}


def get_moments():
    """Give random moments; AR_SEED=… repeats those that the test printed."""
    seed = int(os.environ.get("AR_SEED") or random.SystemRandom().randrange(10**6))
    print(f"AR_SEED={seed}")  # noqa: T201
    return random.Random(seed)


def kill_often(place, job, traps, statements, **values):
    """Kill workers on a job, each somewhere in its share of the work."""
    moments = get_moments()
    for _kill in range(KILLS):
        moment = {
            "statement": moments.randint(1, max(statements // KILLS, 1)),
            "microseconds": moments.randint(0, 3000),
        }
        worker = place.start(job, {**traps, "die": moment}, **values)
        assert worker.end()[0] == -signal.SIGKILL, f"{job} outlived {moment}"


def test_a_killed_daily_pass_ends_like_an_undisturbed_one(crew, place):
    with crew.copy() as quiet:
        quiet.do("charge_lateness", mode="proposal")
        work = quiet.do("pass_over_charges", SMALL_PASS)
        expected = quiet.do("read_charges")
    assert work["is_done"]
    assert len(expected["charges"]) > 100
    assert all(count == 1 for *_charge, count in expected["charges"])
    place.do("charge_lateness", mode="proposal")
    kill_often(place, "pass_over_charges", SMALL_PASS, work["statements"])
    assert finish(lambda: place.do("pass_over_charges", SMALL_PASS)["is_done"])
    assert place.do("read_charges") == expected


def test_charges_of_a_killed_run_are_booked_once(crew, place, small):
    with crew.copy() as quiet:
        quiet.do("charge_lateness", mode="automatic")
        run_id = quiet.do("create_run")
        work = quiet.do("plan_and_execute", small, run_id=run_id)
        expected = quiet.do("read_charges")
    assert expected["documents"]
    place.do("charge_lateness", mode="automatic")
    run_id = place.do("create_run")
    place.do("plan", small, run_id=run_id)
    statements = work["execute"]["statements"]
    kill_often(place, "execute", small, statements, run_id=run_id)
    assert finish(
        lambda: place.do("execute", run_id=run_id)["state"] == work["execute"]["state"]
    )
    assert place.do("read_charges") == expected


def finish(work):
    """Start again until the work is done; the rows of a killed worker may be locked."""
    return any(work() for _attempt in range(5))
