"""The whole suite through pytest: a fresh database, a real browser, a real PDF."""

import os
import subprocess

from . import console, databases, environment, paths


def run(args):
    """Prepare and run pytest.

    :param args: for pytest; they narrow what runs
    :return: pytest's exit code
    """
    if _needs_no_database(args):
        return _pytest(environment.prepare().variables, args)
    ready = environment.prepare(browser=True)
    with databases.Databases(ready).test_copy() as name:
        variables = {**ready.variables, "AR_TEMPLATE_DATABASE": databases.Databases(ready).name(databases.TEMPLATE)}
        return _pytest(variables, [f"--odoo-database={name}", *args])


def _needs_no_database(args):
    targets = [arg for arg in args if not arg.startswith("-")]
    unit = paths.ROOT / "tests" / "unit"
    return bool(targets) and all(
        os.path.commonpath([unit, os.path.abspath(target.split("::")[0])]) == str(unit) for target in targets
    )


def _pytest(variables, args):
    command = [str(paths.PYTHON), "-m", "pytest", f"--rootdir={paths.ROOT}", "-c", str(paths.ROOT / "pyproject.toml")]
    console.note(f"== pytest {' '.join(args)}")
    return subprocess.run([*command, *args], env=variables, check=False).returncode
