"""Throw-away databases, and the workers that commit in them."""

import contextlib
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2

from odoo.tools import config

WORKER = Path(__file__).with_name("worker.py")


class Crew:
    """The process that forks workers, for a database and its copies.

    :param folder: takes the logs
    """

    def __init__(self, database, folder):
        self.database = database
        self.folder = folder
        self.numbers = itertools.count(1)
        self.log = folder / "crew.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(WORKER), database],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        self._read()

    def ask(self, request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return self._read()

    def _read(self):
        line = self.process.stdout.readline()
        assert line, f"the crew has gone:\n{self.log.read_text()[-6000:]}"
        return json.loads(line)

    @contextlib.contextmanager
    def copy(self):
        """Lend a place on a copy of the database."""
        with copied(self.database, f"{self.database}_{next(self.numbers)}") as name:
            yield Place(self, name)

    def close(self):
        """End all its processes."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Place:
    """A database with the workers on it, and what they have logged."""

    def __init__(self, crew, database):
        self.crew = crew
        self.database = database
        self.log = crew.folder / f"{database}.log"
        self.log.touch()

    def start(self, job, traps=None, **values):
        """Start a worker on a job."""
        request = {"job": job, "values": values, "traps": traps or {}}
        place = {"database": self.database, "log": str(self.log)}
        return Worker(self, self.crew.ask({**request, **place})["pid"])

    def do(self, job, traps=None, **values):
        """Have a worker do a job, and give its result."""
        return self.start(job, traps, **values).wait()

    @contextlib.contextmanager
    def hold(self, statement):
        """Keep what a statement locks until the end, at most for a minute.

        :raise psycopg2.OperationalError: it was more than a minute
        """
        limit = "-c idle_in_transaction_session_timeout=60s"
        with contextlib.closing(
            psycopg2.connect(dbname=self.database, options=limit, **_get_server())
        ) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            yield
            connection.rollback()

    def get_log(self):
        return self.log.read_text(errors="replace")

    def get_errors(self):
        """Give the lines of the log that tell of an error, or of a deadlock."""
        found = re.compile(r" (ERROR|CRITICAL) |^Traceback|deadlock", re.IGNORECASE)
        return [line for line in self.get_log().splitlines() if found.search(line)]


class Worker:
    """A process at work on a job."""

    def __init__(self, place, pid):
        self.place = place
        self.pid = pid

    def wait(self):
        """Wait for its end, and give what its job returned.

        :raise AssertionError: the job failed
        """
        status, result = self.end()
        assert status == 0, f"worker ended with {status}:\n{self.place.get_log()[-6000:]}"
        return result

    def end(self):
        """Wait for its end; give the exit status (negative: the signal) and the result."""
        answer = self.place.crew.ask({"wait": self.pid})
        return answer["status"], answer["result"]


@contextlib.contextmanager
def copied(source, target):
    """Lend a copy of a database with its files, dropped at the end."""
    _drop(target)
    try:
        _run_sql(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
        files = Path(config.filestore(source))
        if files.exists():
            shutil.copytree(files, config.filestore(target), copy_function=os.link)
        yield target
    finally:
        _drop(target)


def _drop(name):
    """Drop a copy. A vacuum that PostgreSQL has begun there may only be waited for."""
    for wait in (0.5, 1, 2, 4, 8, None):
        try:
            _run_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            break
        except psycopg2.errors.InsufficientPrivilege:
            if wait is None:
                raise
            time.sleep(wait)
    shutil.rmtree(config.filestore(name), ignore_errors=True)


def _run_sql(statement):
    with contextlib.closing(psycopg2.connect(dbname="postgres", **_get_server())) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)


def _get_server():
    """Give the server that Odoo is configured for."""
    names = {"host": "db_host", "port": "db_port", "user": "db_user", "password": "db_password"}
    return {name: config[option] for name, option in names.items() if config[option]}
