"""The lint: pinned programs over the whole tree, each named when it finds something."""

import os
import subprocess
from dataclasses import dataclass

from . import console, paths, python_env, state, system, tools

PYTHON_TARGETS = (".",)
_WEB_FILES = "{js,scss,css,xml}"


@dataclass(frozen=True)
class Hook:
    """One program: how to check, and how to mend if it can."""

    name: str
    check: tuple
    fix: tuple = ()


def run(args):
    """Run all hooks, or those named.

    :param args: hook names, and `--fix` to have them mend what they can
    :return: 0 when nothing was found
    """
    _ensure_programs()
    fix = "--fix" in args
    wanted = [arg for arg in args if arg != "--fix"]
    hooks = [hook for hook in _hooks() if not wanted or hook.name in wanted]
    if not hooks:
        names = ", ".join(hook.name for hook in _hooks())
        raise console.SetupError(f"No such hook: {', '.join(wanted)}.", f"Name one of: {names}.")
    failed = [hook.name for hook in hooks if not _passes(hook, fix)]
    if failed:
        console.note(f"Lint: {', '.join(failed)} found something. setup/lint --fix mends a part of it.")
    return 1 if failed else 0


def _ensure_programs():
    system.check_platform()
    with state.locked("install"):
        python_env.ensure(paths.LINT_VENV, paths.LINT_REQUIREMENTS)
        tools.ensure_node_packages()


def _hooks():
    programs, prettier = paths.LINT_VENV / "bin", paths.NODE_MODULES / ".bin" / "prettier"
    addons = tuple(name for name in paths.ADDONS if (paths.ROOT / name / "__manifest__.py").exists())
    translations = tuple(
        str(path.relative_to(paths.ROOT)) for name in addons for path in sorted((paths.ROOT / name).glob("i18n/*.po*"))
    )
    web = tuple(f"{name}/**/*.{_WEB_FILES}" for name in addons)
    web_options = ("--no-error-on-unmatched-pattern", "--log-level=warn")
    # core writes plain numbers in data files as well
    module_check = (programs / "oca-checks-odoo-module", "--disable=xml-field-numeric-without-eval,xml-tag-position")
    # it would empty translations that are the same word, and leave them untranslated
    po_check = (programs / "oca-checks-po", "--disable=po-pretty-format")
    ruff = (programs / "ruff", "check", "--quiet")
    return [
        Hook("ruff", (*ruff, *PYTHON_TARGETS), (*ruff, "--fix", *PYTHON_TARGETS)),
        # A model is spread over files by what it does; wizards of core live among models.
        Hook("pylint-odoo", (programs / "pylint", "--disable=R8180,C8113", *addons)),
        Hook("oca-checks-odoo-module", (*module_check, *addons), (*module_check, "--fix", *addons)),
        *([Hook("oca-checks-po", (*po_check, *translations))] if translations else []),
        Hook("prettier", (prettier, "--check", *web_options, *web), (prettier, "--write", *web_options, *web)),
    ]


def _passes(hook, fix):
    command = hook.fix if fix and hook.fix else hook.check
    done = subprocess.run(
        [str(part) for part in command], cwd=paths.ROOT, env=dict(os.environ, PATH=tools.search_path()),
        capture_output=True, text=True, check=False,
    )
    if done.returncode:
        console.note(f"-- {hook.name}\n{done.stdout}{done.stderr}")
    else:
        console.note(f"-- {hook.name}: nothing found")
    return not done.returncode
