"""The `.pot` files: what translators get must be what the code says."""

import re
import shutil
import tempfile
from pathlib import Path

from . import console, databases, environment, paths

_DATES = re.compile(r'^"(POT-Creation-Date|PO-Revision-Date|Project-Id-Version):.*$', re.MULTILINE)


def run(args):
    """Write the addons' `.pot` files, or with `--check` tell which are out of date.

    :return: 1 when a check found one
    """
    server = databases.Databases(environment.prepare())
    with server.test_copy() as name:
        stale = refresh(server, name, check="--check" in args)
    return 1 if stale else 0


def refresh(server, database, *, check):
    """Compare every addon's terms with its `.pot`; write what differs unless only checking.

    :return: the addons that were out of date, empty when they have been written
    """
    stale = []
    with tempfile.TemporaryDirectory() as folder:
        for addon in paths.ADDONS:
            exported = Path(folder) / f"{addon}.pot"
            _export(server, database, addon, exported)
            target = paths.ROOT / addon / "i18n" / exported.name
            if not _differ(exported, target):
                continue
            if check:
                stale.append(addon)
                console.note(f"   {target.relative_to(paths.ROOT)} is out of date: run setup/pot and commit it.")
            else:
                _write(exported, target)
    return stale


def _export(server, database, addon, target):
    command = server.ready.odoo_command("i18n", "export", "--database", database, "--output", target, addon)
    console.run(command, f"pot-{addon}", env=server.ready.variables, cwd=paths.ROOT)
    if not target.exists():
        # Odoo writes no file for an addon without terms
        target.write_text("")


def _differ(exported, target):
    old = target.read_text() if target.exists() else ""
    return _DATES.sub("", exported.read_text()) != _DATES.sub("", old)


def _write(exported, target):
    target.parent.mkdir(exist_ok=True)
    shutil.copyfile(exported, target)
    console.note(f"   {target.relative_to(paths.ROOT)} written")
