"""What a person sees: steps with their time, and problems with their remedy.

Everything goes to standard error, so that a command's own output stays clean.
"""

import contextlib
import re
import subprocess
import sys
import time

from . import paths

HEARTBEAT_SECONDS = 15
TAIL_LINES = 15

_NO_NETWORK = (
    r"Temporary failure|Could not resolve|Name or service not known|ENOTFOUND|EAI_AGAIN"
    r"|NewConnectionError|Connection timed out|ETIMEDOUT|Network is unreachable|Could not connect"
)
_REMEDIES = (
    (r"No space left on device|ENOSPC", "Free some disk space (about 4 GB are needed), then run the command again."),
    (_NO_NETWORK, "Check the network and the mirrors set for apt, pip and npm; then run again, it resumes."),
    (r"ensurepip is not available", "Run as root: apt-get install python3-venv"),
    (r"Address already in use", "Another program holds the port: stop it, or choose one with --http-port."),
    (r"[Pp]ermission denied|EACCES", "Give your user write access to this folder, or clone it again elsewhere."),
)


class SetupError(Exception):
    """Something stands in the way; `remedy` says what the person can do."""

    def __init__(self, problem, remedy):
        super().__init__(problem)
        self.remedy = remedy


def note(text):
    """Print one line for the person."""
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(title):
    """Announce a piece of work and tell how long it took."""
    note(f"== {title}")
    started = time.monotonic()
    yield
    note(f"   done in {time.monotonic() - started:.0f} s")


def run(command, log, **options):
    """Run a command quietly into a log file, with a sign of life.

    :param log: short name of the log file
    :param options: for `subprocess.Popen`
    :raise SetupError: with the end of the log and a remedy
    """
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    log_path = paths.LOGS / f"{log}.log"
    with log_path.open("w") as output:
        options.setdefault("stdin", subprocess.DEVNULL)
        process = subprocess.Popen(
            [str(part) for part in command], stdout=output, stderr=subprocess.STDOUT, **options,
        )
        code = _wait(process)
    if code:
        raise _failure(command, code, log_path)


def _wait(process):
    started = time.monotonic()
    while True:
        try:
            return process.wait(timeout=HEARTBEAT_SECONDS)
        except subprocess.TimeoutExpired:
            note(f"   ... {time.monotonic() - started:.0f} s")
        except BaseException:
            process.terminate()
            raise


def _failure(command, code, log_path):
    text = log_path.read_text(errors="replace")
    tail = "\n".join(f"   | {line}" for line in text.splitlines()[-TAIL_LINES:])
    name = " ".join(str(part) for part in command[:4])
    return SetupError(f"{name} ... ended with {code}:\n{tail}", remedy_for(text, log_path))


def remedy_for(text, log_path):
    """Guess from a program's output what the person can do."""
    for pattern, remedy in _REMEDIES:
        if re.search(pattern, text):
            return remedy
    return f"Read {log_path}, mend what it names, and run the command again: finished steps are not repeated."


def main(function, *args):
    """Run a command's main function; problems become two readable lines."""
    try:
        return sys.exit(function(*args))
    except SetupError as error:
        note(f"\nERROR: {error}\nREMEDY: {error.remedy}")
        sys.exit(1)
    except KeyboardInterrupt:
        note("\nStopped. Run the command again to resume.")
        sys.exit(130)
