"""The whole suite through pytest: a fresh database, a real browser, a real PDF."""

import os
import subprocess

from . import console, databases, environment, paths

_UNIT = str(paths.ROOT / "tests" / "unit")


def run(args):
    """Prepare and run pytest.

    :param args: for pytest; they narrow what runs
    :return: pytest's exit code
    """
    targets = [os.path.abspath(path) for path in (arg.split("::")[0] for arg in args) if os.path.exists(path)]
    folder = None if targets else paths.ROOT
    if targets and os.path.commonpath([_UNIT, *targets]) == _UNIT:
        return _pytest(environment.prepare().variables, args, folder)
    server = databases.Databases(environment.prepare(browser=True))
    with server.test_copy() as name:
        variables = {**server.ready.variables, "AR_TEMPLATE_DATABASE": server.name(databases.TEMPLATE)}
        return _pytest(variables, [f"--odoo-database={name}", *args], folder)


def _pytest(variables, args, folder):
    command = [str(paths.PYTHON), "-m", "pytest", f"--rootdir={paths.ROOT}", "-c", str(paths.ROOT / "pyproject.toml")]
    console.note(f"== pytest {' '.join(args)}")
    return subprocess.run([*command, *args], env=variables, cwd=folder, check=False).returncode
