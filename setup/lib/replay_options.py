"""The command line of the replay: read all of it, or say everything wrong in it."""

import argparse
import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone
from pathlib import Path

from .replay_ledger import LedgerError, LedgerRow, parse_date, read_ledger

CHANNELS = ("email", "letter", "post", "sms", "phone")
MAX_DAYS = 3650
USAGE = """\
setup/replay LEDGER.csv [--policy NAME | --levels "-7:email,1:email,8:letter"]
       [--min-interval N] --from D --to D --out NOTICES.csv [--keep]"""
_LEVEL = re.compile(r"([+-]?[0-9]{1,5})\s*:\s*(\w+)", re.ASCII)


@dataclass(frozen=True)
class Level:
    """One rung of a ladder given on the command line."""

    days: int
    channel: str


@dataclass(frozen=True)
class Options:
    """What to replay; without levels and policy the company's own policies hold."""

    ledger: list[LedgerRow]
    first: date
    last: date
    out: Path
    levels: tuple[Level, ...] = ()
    policy: str | None = None
    min_interval: int | None = None
    keep: bool = False


class OptionsError(Exception):
    """The command line or the ledger cannot be used; `problems` are texts."""

    def __init__(self, problems: Sequence[str]):
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


def read_options(argv: Sequence[str]) -> Options:
    """Return the options and the ledger, or raise OptionsError with all faults."""
    given = _make_parser().parse_args(_join_values(argv))
    problems: list[str] = []
    values = {
        "ledger": _collect(
            problems, f"{given.ledger.name}: ", read_ledger, given.ledger
        ),
        "first": _collect(problems, "--from: ", parse_date, given.first),
        "last": _collect(problems, "--to: ", parse_date, given.last),
        "levels": _collect(problems, "--levels: ", parse_levels, given.levels),
        "min_interval": _collect(
            problems, "--min-interval: ", parse_interval, given.min_interval
        ),
        "out": _collect(problems, "--out: ", check_out, given.out, given.ledger),
    }
    problems += _check_together(given, values)
    if problems:
        raise OptionsError(problems)
    return Options(policy=given.policy, keep=given.keep, **values)


def parse_levels(text: str | None) -> tuple[Level, ...]:
    """Return the levels of "-7:email,1:letter" by their days, or raise OptionsError."""
    if text is None:
        return ()
    levels, problems = [], []
    for part in text.split(","):
        try:
            levels.append(_parse_level(part.strip()))
        except ValueError as error:
            problems.append(str(error))
    days = [level.days for level in levels]
    problems += (
        f"{day} days are given more than once"
        for day in sorted(set(days))
        if days.count(day) > 1
    )
    if problems:
        raise OptionsError(problems)
    return tuple(sorted(levels, key=lambda level: level.days))


def parse_interval(text: str | None) -> int | None:
    """Return a number of days from 0, or raise ValueError."""
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,4}", text) or int(text) > MAX_DAYS:
        raise ValueError(f"“{text}” is not a number of days from 0 to {MAX_DAYS}")
    return int(text)


def check_out(path: Path, ledger: Path) -> Path:
    """Return the full path of a file to write, or raise OSError or ValueError."""
    if path.is_dir():
        raise ValueError(f"{path} is a folder, not a file")
    if path.exists() and ledger.exists() and path.samefile(ledger):
        raise ValueError(f"{path} is the ledger itself")
    if path.exists():
        path.open("ab").close()
    if _is_plain(path):
        tempfile.TemporaryFile(dir=path.parent).close()
    return path.absolute()


def write_out(path: Path, text: str) -> None:
    """Write a file whole or not at all; pipes and devices are written directly."""
    if not _is_plain(path):
        path.write_text(text, encoding="utf-8", newline="")
        return
    path = path.resolve()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _make_parser() -> argparse.ArgumentParser:
    """Return the parser; values stay texts so that all can be checked at once."""
    parser = argparse.ArgumentParser(
        prog="setup/replay",
        usage=USAGE,
        description="Play a ledger day by day through the follow-up models.",
        allow_abbrev=False,
    )
    parser.add_argument("ledger", metavar="LEDGER.csv", type=Path)
    ladder = parser.add_mutually_exclusive_group()
    ladder.add_argument("--policy", metavar="NAME", help="a policy of the database")
    ladder.add_argument("--levels", metavar="LEVELS", help="DAYS:CHANNEL, by commas")
    parser.add_argument("--min-interval", metavar="N", help="days between two rungs")
    parser.add_argument("--from", dest="first", metavar="D", required=True)
    parser.add_argument("--to", dest="last", metavar="D", required=True)
    parser.add_argument("--out", metavar="NOTICES.csv", type=Path, required=True)
    parser.add_argument("--keep", action="store_true", help="keep the database")
    return parser


def _join_values(argv: Sequence[str]) -> list[str]:
    """Join --levels and its value, which may begin with a minus sign."""
    joined: list[str] = []
    for word in argv:
        if joined and joined[-1] in ("--levels", "--min-interval"):
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined


def _collect(problems: list[str], label: str, read, *arguments):
    """Return what a reader returns, or note what it found wrong and return None."""
    try:
        return read(*arguments)
    except OSError as error:
        problems.append(f"{label}cannot use {arguments[0]}: {error.strerror}")
    except ValueError as error:
        problems.append(f"{label}{error}")
    except (LedgerError, OptionsError) as error:
        problems += (f"{label}{problem}" for problem in error.problems)
    return None


def _check_together(given: argparse.Namespace, values: dict) -> list[str]:
    """Return what is wrong with options that are good one by one."""
    problems = []
    first, last = values["first"], values["last"]
    if first and last and first > last:
        problems.append(f"--from {first} is after --to {last}")
    if last and last > datetime.now(timezone.utc).date():
        problems.append(f"--to {last} is in the future, which cannot be replayed")
    if given.policy == "":
        problems.append("--policy: is empty")
    return problems


def _parse_level(text: str) -> Level:
    """Return one level, or raise ValueError."""
    match = _LEVEL.fullmatch(text)
    if not match:
        raise ValueError(f"“{text}” is not a level like 8:letter")
    days, channel = int(match[1]), match[2]
    if channel not in CHANNELS:
        known = ", ".join(CHANNELS)
        raise ValueError(f"“{channel}” is not a channel; there are {known}")
    if abs(days) > MAX_DAYS:
        raise ValueError(f"{days} days are more than {MAX_DAYS}")
    return Level(days, channel)


def _is_plain(path: Path) -> bool:
    """Tell whether a path is, or would become, an ordinary file."""
    return path.is_file() or not path.exists()
