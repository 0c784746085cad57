"""What is done to a worker before it starts: make it die, wait, or run short of time."""

import os
import signal
import threading
import time
from pathlib import Path

import odoo.sql_db
from odoo.addons.ar_collections.models import (
    ar_followup_executor,
    ar_followup_run_work,
    ar_late_fee_engine,
    ar_late_fee_engine_void,
)
from odoo.addons.base.models import ir_cron

WAIT_SECONDS = 30


def small_batches(_registry, debts, notices):
    """Cut runs into many small pieces."""
    ar_followup_run_work.PLAN_BATCH_DEBTS = debts
    ar_followup_executor.EXECUTE_BATCH_MOST = notices
    ar_followup_executor.EXECUTE_BATCH_FIRST = {"email": notices}


def small_fee_batches(_registry, debts):
    """Cut the daily pass over charges into many small pieces."""
    ar_late_fee_engine.BATCH_DEBTS = debts
    ar_late_fee_engine_void.BATCH_VOID = debts


def die(_registry, statement, microseconds):
    """Have the process killed some time after its n-th statement or commit has begun."""

    def kill():
        os.kill(os.getpid(), signal.SIGKILL)

    def on_statement(number):
        if number == statement:
            threading.Timer(microseconds / 1e6, kill).start()

    StatementCounter().on_statement = on_statement


def pause(registry, path, model, method):
    """Have the process wait in its first call of a method until a file is there.

    That it waits is told by a file with the suffix `.reached`.
    """
    file, reached = Path(path), Path(f"{path}.reached")

    def wait(*_args):
        if not reached.exists():
            reached.touch()
            _wait_for(file.exists)

    _wrap(registry, model, method, before=wait)


def meet(registry, path, others, model, method):
    """Have the process wait in its first call of a method for others that get there."""
    folder = Path(path)
    mine = folder / str(os.getpid())

    def wait(*_args):
        if not mine.exists():
            mine.touch()
            _wait_for(lambda: len(list(folder.iterdir())) > others)

    _wrap(registry, model, method, before=wait)


def short_of_time(_registry, seconds):
    """Give scheduled actions less time than Odoo would."""
    ir_cron.MIN_TIME_PER_JOB = seconds


def fail(registry, company_id):
    """Have the follow-up of one company fail."""

    def refuse(_runs, company):
        if company.id == company_id:
            raise RuntimeError("The books of this company are closed")

    _wrap(registry, "ar.followup.run", "_follow_up", before=refuse)


class StatementCounter:
    """Counts what is sent to the database from now on, commits included."""

    def __init__(self):
        self.number = 0
        self.on_statement = None
        for name in ("execute", "commit"):
            self._count(name)

    def _count(self, name):
        original = getattr(odoo.sql_db.Cursor, name)

        def counted(cursor, *args, **kwargs):
            self.number += 1
            if self.on_statement:
                self.on_statement(self.number)
            return original(cursor, *args, **kwargs)

        setattr(odoo.sql_db.Cursor, name, counted)


def count_calls(registry, model, method):
    """Count the calls of a method from now on.

    :return: a list that grows by the arguments of each call
    """
    calls = []
    _wrap(registry, model, method, before=lambda *args: calls.append(args))
    return calls


def _wrap(registry, model, method, before):
    """Have something done before a method of a model."""
    model_class = registry[model]
    original = getattr(model_class, method)

    def wrapped(records, *args, **kwargs):
        before(records, *args)
        return original(records, *args, **kwargs)

    # Odoo looks for marks that decorators have left on a method.
    wrapped.__dict__.update(original.__dict__)
    setattr(model_class, method, wrapped)


def _wait_for(is_there):
    deadline = time.monotonic() + WAIT_SECONDS
    while not is_there():
        if time.monotonic() > deadline:
            raise TimeoutError("What this worker waits for has not come")
        time.sleep(0.005)
