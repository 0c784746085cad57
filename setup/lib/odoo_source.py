"""Odoo 19's source: given, already importable, from Debian, or from git."""

import importlib.util
import os
import re
import shutil
from pathlib import Path

from . import console, debian, paths, python_env, system

SERIES = 19
REPOSITORY = "https://github.com/odoo/odoo.git"
CLONE = paths.STATE / "src"
# Debian leaves this file out as non-free; Odoo's web client asks for it by name.
_SELFIE = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def ensure():
    """Find or fetch Odoo and make it importable in the virtual environment.

    :return: the folder that holds the package `odoo`
    """
    root = _given() or _importable() or _fetched()
    if not root:
        system.check_disk(paths.ROOT)
        root = _from_debian() or _from_git()
    _link_into_venv(root)
    return root


def addons_paths(root):
    """Return the folders of Odoo's own addons: one in Debian's package, two in a checkout.

    Debian's package has a second folder too, with the Python files only.
    """
    inner, outer = root / "odoo" / "addons", root / "addons"
    return [inner] if (inner / "account").is_dir() else [inner, outer]


def series(root):
    """Return Odoo's major version below `root`, 0 when there is none."""
    release = root / "odoo" / "release.py"
    match = release.exists() and re.search(r"^version_info = \((\d+)", release.read_text(), re.MULTILINE)
    return int(match.group(1)) if match else 0


def _given():
    value = os.environ.get("ODOO_SRC")
    if not value:
        return None
    root = Path(value).expanduser().resolve()
    if series(root) != SERIES:
        raise console.SetupError(
            f"$ODOO_SRC ({root}) is not Odoo {SERIES}.", "Name the folder that holds odoo/release.py, or unset it.",
        )
    return root


def _importable():
    spec = importlib.util.find_spec("odoo")
    for location in spec.submodule_search_locations or [] if spec else []:
        root = Path(location).resolve().parent
        if series(root) == SERIES:
            return root
    return None


def _fetched():
    return next((root for root in (debian.PACKAGES, CLONE) if series(root) == SERIES), None)


def _from_debian():
    if not debian.is_available():
        return None
    try:
        with console.step("Odoo 19 from Debian (package odoo-19, about 130 MB)"):
            debian.unpack()
    except console.SetupError as error:
        console.note(f"   Not from Debian: {error}")
        return None
    _complete(debian.PACKAGES)
    return debian.PACKAGES


def _complete(root):
    selfie = root / "odoo" / "addons" / _SELFIE
    selfie.parent.mkdir(parents=True, exist_ok=True)
    if not selfie.exists():
        selfie.write_text("// Left out by Debian; blurring the camera's background is not needed here.\n")


def _from_git():
    if not shutil.which("git"):
        raise console.SetupError("No Odoo 19 found, and git is missing.", "Set ODOO_SRC to a checkout of Odoo 19.")
    with console.step("Odoo 19 from git (shallow clone, about 1 GB)"):
        shutil.rmtree(CLONE, ignore_errors=True)
        console.run(
            ["git", "clone", "--depth=1", f"--branch={SERIES}.0", "--single-branch", REPOSITORY, CLONE], "clone",
        )
    return CLONE


def _link_into_venv(root):
    link = python_env.site_packages() / "odoo-source.pth"
    if not link.exists() or link.read_text() != f"{root}\n":
        link.write_text(f"{root}\n")
