"""The scheduled action: hourly, killed, short of time, and with a company that fails."""

import random
import signal

# The action may have cut the run into batches of another size.
SAME = ("lines", "items", "mails", "deliveries", "cases", "log")
STATES = "SELECT company_id, state FROM ar_followup_run ORDER BY id"
WRITTEN = """
    SELECT 'run', id, write_date FROM ar_followup_run
     UNION ALL SELECT 'case', id, write_date FROM ar_collection_case
     UNION ALL SELECT 'notice', id, write_date FROM ar_followup_notice
     UNION ALL SELECT 'item', id, write_date FROM ar_followup_item
     UNION ALL SELECT 'entry', id, write_date FROM ar_followup_run_entry
"""


def test_killed_and_short_of_time_the_action_does_the_day_once(place, small, undisturbed):
    moments = random.Random(19)
    for _kill in range(5):
        moment = {"statement": moments.randint(40, 300), "microseconds": 0}
        worker = place.start("run_cron", {**small, "die": moment})
        assert worker.end()[0] == -signal.SIGKILL
    assert _run_until_done(place, {**small, "short_of_time": {"seconds": 0.01}}) > 1
    outcome = place.do("read_outcome")
    assert {key: outcome[key] for key in SAME} == {
        key: undisturbed["outcome"][key] for key in SAME
    }
    before = place.do("read", query=WRITTEN)
    assert place.do("run_cron") == {"failures": 0, "is_called_again": False}
    assert place.do("read", query=WRITTEN) == before


def _run_until_done(place, traps):
    """Run the action as often as it asks for it; give how often."""
    for number in range(1, 100):
        result = place.do("run_cron", traps)
        assert not result["failures"]
        if not result["is_called_again"]:
            return number
    raise AssertionError("the action never ends")


def test_a_company_that_fails_does_not_stop_the_others(crew):
    with crew.copy() as place:
        [[company]] = place.do("read", query="SELECT id FROM res_company")
        branch = place.do("add_branch")
        result = place.do("run_cron", {"fail": {"company_id": company}})
        assert result == {"failures": 1, "is_called_again": False}
        assert "The books of this company are closed" in place.get_log()
        assert place.do("read", query=STATES) == [[branch, "done"]]
        assert place.do("run_cron") == {"failures": 0, "is_called_again": False}
        assert place.do("read", query=STATES) == [[branch, "done"], [company, "done"]]
