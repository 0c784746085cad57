"""A process killed anywhere in a run, and started again: nothing lost, nothing doubled."""

import os
import random
import signal

KILLS = 15


def test_killed_run_ends_like_an_undisturbed_one(place, small, undisturbed):
    """Kill 15 workers while they plan and 15 while they execute.

    AR_SEED=… repeats the moments that the test printed.
    """
    seed = int(os.environ.get("AR_SEED") or random.SystemRandom().randrange(10**6))
    print(f"AR_SEED={seed}")  # noqa: T201
    moments = random.Random(seed)
    run_id = place.do("create_run")
    for job in ("plan", "execute"):
        work = undisturbed["work"][job]
        for _kill in range(KILLS):
            moment = {
                "statement": moments.randint(1, work["statements"] // KILLS),
                "microseconds": moments.randint(0, 3000),
            }
            worker = place.start(job, {**small, "die": moment}, run_id=run_id)
            assert worker.end()[0] == -signal.SIGKILL, f"{job} outlived {moment}"
        _finish(place, job, run_id, work["state"])
    assert place.do("read_outcome") == undisturbed["outcome"]


def _finish(place, job, run_id, state):
    """Start again until the run is where it should be.

    The rows of a killed worker may be locked for a moment more.
    """
    for _attempt in range(5):
        if place.do(job, run_id=run_id)["state"] == state:
            return
    raise AssertionError(f"{job} does not end")
