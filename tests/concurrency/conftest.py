"""Databases on which commits are real: one is filled once, tests get copies of it."""

import os

import pytest
from crew import Crew, Place, copied

# Many small pieces of work, so that there is something to kill and to share.
SMALL = {"small_batches": {"debts": 12, "notices": 5}}


@pytest.fixture(scope="session", autouse=True)
def load_registry():
    """Shadow pytest-odoo's fixture: the workers load a registry, these tests do not."""


@pytest.fixture(scope="session", autouse=True)
def load_http():
    """Shadow pytest-odoo's fixture: no server."""


@pytest.fixture(scope="session")
def crew(tmp_path_factory):
    """Lend a crew whose database has a ledger and a ladder; it is only to be copied."""
    template = os.environ.get("AR_TEMPLATE_DATABASE", "ar_template")
    with copied(template, f"ar_crew_{os.getpid()}") as name:
        crew = Crew(name, tmp_path_factory.mktemp("crew"))
        try:
            Place(crew, name).do("set_up")
            yield crew
        finally:
            crew.close()


@pytest.fixture
def place(crew):
    """Lend a copy of the ledger; no worker may log an error there."""
    with crew.copy() as place:
        yield place
        assert not place.get_errors(), place.get_log()[-12000:]


@pytest.fixture(scope="session")
def undisturbed(crew):
    """Give what a run comes to that nobody disturbs, and how much work it was."""
    with crew.copy() as place:
        run_id = place.do("create_run")
        work = place.do("plan_and_execute", SMALL, run_id=run_id)
        outcome = place.do("read_outcome")
        assert outcome["mails"]
        assert all(count == 1 for *_mail, count in outcome["mails"])
        yield {"work": work, "outcome": outcome}


@pytest.fixture
def small():
    """Give the traps that cut work into small pieces."""
    return SMALL
