"""What holds for every test here: no skips, no logged errors.

A test that is skipped has checked nothing, and an error that is only logged (a
failing scheduled action, a broken template) is still an error.
"""

import contextlib
import logging
import os
import shutil
from pathlib import Path

import pytest
import pytest_odoo

from odoo.tools import config

_STATE = Path(__file__).parent / ".odoo"
if os.environ.get("ODOO_RC") in {None, str(_STATE / "odoo.conf")} and (_STATE / "pytest.conf").exists():
    # the same configuration with a database, which pytest-odoo insists on
    os.environ["ODOO_RC"] = str(_STATE / "pytest.conf")


class _ErrorLog(logging.Handler):
    """Keeps the records that nobody expected: expected ones are muted or caught by their test."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.messages = []

    def emit(self, record):
        self.messages.append(f"{record.name}: {record.getMessage()}{self._trace(record)}")

    def take(self):
        """Return what was logged since the last call."""
        messages, self.messages = self.messages, []
        return messages

    @staticmethod
    def _trace(record):
        return f"\n{logging.Formatter().formatException(record.exc_info)}" if record.exc_info else ""


_errors = _ErrorLog()


def pytest_sessionstart(session):
    logging.getLogger().addHandler(_errors)


def pytest_sessionfinish(session):
    logging.getLogger().removeHandler(_errors)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    logged = _errors.take()
    if report.skipped and not hasattr(report, "wasxfail"):
        _fail(report, f"skipped, which counts as a failure: {report.longrepr[-1]}")
    elif report.passed and logged:
        _fail(report, "logged as an error:\n" + "\n".join(logged))
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    if report.skipped:
        _fail(report, f"skipped, which counts as a failure: {report.longrepr[-1]}")
    return report


def _fail(report, reason):
    report.outcome = "failed"
    report.longrepr = reason


@contextlib.contextmanager
def _own_filestore(database, copy):
    """Lend files of its own to the copy of a database that a worker of pytest-xdist has.

    pytest-odoo has workers share them: one would clear away what another has not committed.
    """
    if copy == database:
        yield
        return
    source, target = Path(config.filestore(database)), Path(config.filestore(copy))
    shutil.rmtree(target, ignore_errors=True)
    if source.exists():
        shutil.copytree(source, target, copy_function=os.link)
    try:
        yield
    finally:
        shutil.rmtree(target, ignore_errors=True)


pytest_odoo._shared_filestore = _own_filestore
