"""What is already done: stamps, and one lock so that two commands do not build at once."""

import contextlib
import fcntl
import hashlib
from pathlib import Path

from . import console, paths


@contextlib.contextmanager
def locked(name):
    """Hold a lock below the repository while building something."""
    paths.STATE.mkdir(exist_ok=True)
    with (paths.STATE / f"{name}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.note(f"Waiting: another command is at work ({name}).")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def digest(*sources):
    """Hash files (by content), folders (by their files) and plain values."""
    result = hashlib.sha256()
    for source in sources:
        for path in _files(source):
            result.update(str(path).encode() + b"\0" + path.read_bytes())
        if not isinstance(source, Path):
            result.update(repr(source).encode())
    return result.hexdigest()


def _files(source):
    if not isinstance(source, Path):
        return []
    if source.is_file():
        return [source]
    return sorted(path for path in source.rglob("*") if path.is_file() and path.suffix != ".pyc")


def is_done(name, key):
    """Tell whether a step was finished with the same inputs."""
    stamp = paths.STAMPS / name
    return stamp.exists() and stamp.read_text() == key


def mark_done(name, key):
    """Remember that a step is finished with these inputs."""
    paths.STAMPS.mkdir(parents=True, exist_ok=True)
    (paths.STAMPS / name).write_text(key)


def forget(name):
    """Have a step done again next time."""
    (paths.STAMPS / name).unlink(missing_ok=True)
