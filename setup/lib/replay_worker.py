"""The part of the replay that runs inside Odoo: python -m lib.replay_worker DATABASE

Reads its options from standard input, as `replay` writes them.
"""

import csv
import io
import os
import pickle
import sys
import time
from collections import Counter
from dataclasses import astuple, fields

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tools import config

from . import console
from .replay_engine import Replay, Row
from .replay_options import Options, OptionsError, write_out

BAD_INPUT = 2


def main(database: str) -> int:
    """Replay in a database and write the result; return the exit code."""
    options = pickle.load(sys.stdin.buffer)
    config.parse_config(
        ["--database", database, "--log-level=warn", "--no-http"], setup_logging=True
    )
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
        try:
            rows = _play(Replay(env, options))
        except OptionsError as error:
            for problem in error.problems:
                console.note(problem)
            return BAD_INPUT
        except UserError as error:
            raise console.SetupError(
                f"Odoo refuses: {error}", "Change what it names, and replay again."
            ) from error
    _write(options, rows)
    return 0


def _play(replay: Replay) -> list[Row]:
    """Play all days, with one line of progress for each month; return the rows."""
    started, month, counts = time.monotonic(), None, Counter()
    command = os.getppid()
    for day, booked in replay.play():
        replay.env.cr.commit()
        if os.getppid() != command:
            raise console.SetupError("The command was killed.", "Replay again.")
        if month not in (None, f"{day:%Y-%m}"):
            _show_month(month, counts, started)
            replay.env.invalidate_all()
            counts.clear()
        month = f"{day:%Y-%m}"
        counts.update(booked)
    _show_month(month, counts, started)
    return replay.get_rows()


def _show_month(month: str, counts: Counter, started: float) -> None:
    """Tell what happened in a month of the ledger."""
    seconds = time.monotonic() - started
    console.note(
        f"{month}: invoices {counts['invoices']}, payments {counts['payments']}, "
        f"notices {counts['notices']} ({seconds:.0f} s)"
    )


def _write(options: Options, rows: list[Row]) -> None:
    """Write the rows as CSV and tell how many there are."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(field.name for field in fields(Row))
    writer.writerows(astuple(row) for row in rows)
    write_out(options.out, text.getvalue())
    notices = len({(row.date, row.customer) for row in rows})
    console.note(f"{options.out}: lines {len(rows)}, notices {notices}")


if __name__ == "__main__":
    console.main(main, sys.argv[1])
