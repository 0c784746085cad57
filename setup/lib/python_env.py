"""Virtual environments, each made from one requirements file."""

import importlib.util
import sys

from . import console, paths, state, system


def ensure(venv, requirements):
    """Make the virtual environment, or bring it to its requirements file."""
    key = state.digest(requirements, _interpreter())
    if state.is_done(venv.name, key) and (venv / "bin" / "python").exists():
        return
    with console.step(f"Python packages of {requirements.name} into {venv.name} (1 to 3 minutes)"):
        _create(venv)
        pip = [venv / "bin" / "python", "-m", "pip", "--disable-pip-version-check"]
        console.run([*pip, "install", "--requirement", requirements], f"pip{venv.name}")
    state.mark_done(venv.name, key)


def _create(venv):
    made_for = venv / "made-for"
    here = f"{venv} {_interpreter()}"
    if made_for.exists() and made_for.read_text() == here:
        return
    if venv.is_symlink():
        raise console.SetupError(
            f"{venv} is a link to {venv.resolve()}, which would be emptied.", f"Remove the link: rm {venv}"
        )
    if importlib.util.find_spec("ensurepip") is None:
        system.install_packages(["python3-venv"], "Python's venv module")
    console.run([sys.executable, "-m", "venv", "--clear", venv], "venv")
    made_for.write_text(here)


def _interpreter():
    """Name the Python that a virtual environment is made with; its bug-fix releases are the same to it."""
    return f"{sys.base_prefix} {sys.version_info.major}.{sys.version_info.minor}"


def site_packages(venv=paths.VENV):
    """Return the folder that holds the packages of a virtual environment."""
    return next((venv / "lib").glob("python3.*/site-packages"))
