"""The replay command: a throw-away database, and Odoo at work in it.

A kill leaves at most a database that the next replay takes over.
"""

import contextlib
import fcntl
import pickle
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence

from . import console, databases, environment, paths
from .replay_options import Options, OptionsError, read_options

DATABASE = "ar_replay"
MAX_AT_ONCE = 20
BAD_INPUT = 2
STOP_SECONDS = 10


def run(argv: Sequence[str]) -> int:
    """Replay a ledger; return 0, or 2 when options or ledger cannot be used."""
    try:
        options = read_options(argv)
    except OptionsError as error:
        for problem in error.problems:
            console.note(problem)
        console.note(f"Nothing was imported ({len(error.problems)} problems).")
        return BAD_INPUT
    signal.signal(signal.SIGTERM, _interrupt)
    prepared = databases.Databases(environment.prepare())
    with _borrow_database(prepared, options) as (name, lock):
        return _work(prepared.ready, options, name, lock)


def _interrupt(*_args) -> None:
    """End like Ctrl+C, so that the database is dropped."""
    raise KeyboardInterrupt


@contextlib.contextmanager
def _borrow_database(
    prepared: databases.Databases, options: Options
) -> Iterator[tuple[str, int]]:
    """Lend a copy of the template that nobody else uses, and its lock's descriptor."""
    template = prepared.ensure_template()
    with _lock_name(prepared, options) as (name, lock):
        prepared.copy(template, name)
        try:
            yield name, lock
        finally:
            if options.keep:
                console.note(f"The database is kept: setup/odoo -d {name}")
            else:
                prepared.drop(name)


@contextlib.contextmanager
def _lock_name(
    prepared: databases.Databases, options: Options
) -> Iterator[tuple[str, int]]:
    """Lend the first free name of a database; one that is kept gets a name for good."""
    stamp = time.strftime("_kept_%Y%m%d_%H%M%S") if options.keep else ""
    for number in range(1, MAX_AT_ONCE + 1):
        name = prepared.name(f"{DATABASE}{stamp}_{number}")
        with (paths.STATE / f"{name}.lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield name, handle.fileno()
            return
    raise console.SetupError(
        f"{MAX_AT_ONCE} replays at once.", "Wait for some of them to end."
    )


def _work(
    ready: environment.Environment, options: Options, name: str, lock: int
) -> int:
    """Run Odoo on the database and return its exit code.

    Odoo holds the lock too: should it outlive this command, its database is not
    taken over under its feet.
    """
    worker = subprocess.Popen(
        [paths.PYTHON, "-m", "lib.replay_worker", name],
        cwd=paths.ROOT,
        env={**ready.variables, "PYTHONPATH": str(paths.ROOT / "setup")},
        stdin=subprocess.PIPE,
        pass_fds=(lock,),
    )
    try:
        worker.communicate(pickle.dumps(options))
    finally:
        _stop(worker)
    return worker.returncode


def _stop(worker: subprocess.Popen) -> None:
    """End a worker that is still at it."""
    worker.terminate()
    try:
        worker.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
