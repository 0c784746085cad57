"""Several workers at once: they share the work, and nothing is said twice."""

import pytest

SAID_TWICE = """
    SELECT item_id, count(*)
      FROM ar_followup_notice_line
     WHERE role = 'climbing' AND is_cancelled IS NOT TRUE
  GROUP BY item_id, round, level_id, occurrence HAVING count(*) > 1
     UNION ALL
    SELECT l.item_id, count(*)
      FROM ar_followup_notice_line l
      JOIN ar_followup_notice n ON n.id = l.notice_id
     WHERE l.role = 'climbing' AND n.state = 'done'
  GROUP BY l.item_id, n.as_of HAVING count(*) > 1
"""


def test_two_workers_share_a_run(place, small, undisturbed, tmp_path):
    run_id = place.do("create_run")
    for job, done, model, method in (
        ("plan", "planned", "ar.followup.planner", "_plan_batch"),
        ("execute", "executed", "ar.followup.executor", "_execute_notices"),
    ):
        traps = {**small, "meet": _meeting(tmp_path / job, model, method)}
        workers = [place.start(job, traps, run_id=run_id) for _number in range(2)]
        results = [worker.wait() for worker in workers]
        assert all(result[done] for result in results), results
        # Whoever ended first may have left the run to the other one's last batch.
        place.do(job, run_id=run_id)
    assert place.do("read_outcome") == undisturbed["outcome"]


@pytest.mark.parametrize("is_known", [False, True], ids=["first day", "later day"])
def test_two_runs_of_a_day_say_nothing_twice(place, small, tmp_path, is_known):
    if is_known:
        place.do("plan_and_execute", run_id=place.do("create_run", days_ago=20))
        place.do("grow_older", days=20)
    runs = [place.do("create_run") for _number in range(2)]
    meeting = _meeting(tmp_path / "plan", "ar.followup.planner", "_plan_batch")
    traps = {**small, "meet": meeting}
    workers = [place.start("plan", traps, run_id=run_id) for run_id in runs]
    for worker in workers:
        worker.wait()
    for run_id in runs:
        place.do("execute", run_id=run_id)
    outcome = place.do("read_outcome")
    assert outcome["mails"]
    assert all(count == 1 for *_mail, count in outcome["mails"])
    assert not place.do("read", query=SAID_TWICE)


def test_two_workers_open_one_run_of_the_day(place, tmp_path):
    traps = {"meet": _meeting(tmp_path / "open", "ar.followup.run", "_open_run")}
    workers = [place.start("open_run_of_today", traps) for _number in range(2)]
    [first, second] = [worker.wait() for worker in workers]
    assert first == second
    assert place.do("read", query="SELECT id, is_daily FROM ar_followup_run") == [[first, True]]


def test_two_runs_of_a_day_keep_to_one_maximum(place, small, tmp_path):
    maximum = 7
    place.do("set_maximum", notices=maximum)
    customers = place.do("read", query="SELECT id FROM res_partner WHERE name LIKE 'Bench %' AND parent_id IS NULL")
    # Of different customers: the same ones would be in each other's way anyhow.
    halves = [[partner_id for [partner_id] in customers[number::2]] for number in range(2)]
    runs = [place.do("create_run", partner_ids=half) for half in halves]
    meeting = _meeting(tmp_path / "plan", "ar.followup.run", "_take_turn")
    workers = [place.start("plan", {**small, "meet": meeting}, run_id=run_id) for run_id in runs]
    results = [worker.wait() for worker in workers]
    assert all(result["planned"] for result in results), results
    [[count]] = place.do("read", query="SELECT count(*) FROM ar_followup_notice WHERE state <> 'cancelled'")
    assert count == maximum


def _meeting(folder, model, method):
    """Have two workers hold something at the same time, however fast one of them is."""
    folder.mkdir()
    return {"path": str(folder), "others": 1, "model": model, "method": method}
