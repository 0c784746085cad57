"""Programs around Odoo: PDF, right-to-left style sheets, a browser.

Each is found on the machine or fetched, and linked into `paths.BIN`, which comes
first on PATH.
"""

import os
import shutil
import subprocess

from . import console, paths, postgres, python_env, state, system

_PDF_LIBRARIES = ("libfontconfig1", "libxrender1", "libxext6", "fonts-dejavu-core")
_BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def ensure_pdf():
    """Have a wkhtmltopdf with patched Qt: others lose headers and refuse several records."""
    found = shutil.which("wkhtmltopdf", path=_outside_path())
    if not (found and "with patched qt" in _version(found)):
        found = paths.VENV / "bin" / "wkhtmltopdf-pack"
        if "with patched qt" not in _version(found):
            system.install_packages(_PDF_LIBRARIES, "libraries of wkhtmltopdf")
            _require_patched(found)
    _link("wkhtmltopdf", found)


def ensure_node_packages():
    """Install what package.json names: rtlcss for Odoo, prettier for the lint."""
    manifest = paths.ROOT / "package-lock.json"
    key = state.digest(manifest)
    if state.is_done("node", key) and (paths.NODE_MODULES / ".bin" / "rtlcss").exists():
        return
    _ensure_node()
    with console.step("Node packages (rtlcss, prettier)"):
        console.run(
            ["npm", "ci", "--no-audit", "--no-fund"], "npm",
            cwd=paths.ROOT, env=dict(os.environ, PATH=search_path(), npm_config_update_notifier="false"),
        )
    _link("rtlcss", paths.NODE_MODULES / ".bin" / "rtlcss")
    state.mark_done("node", key)


def ensure_browser():
    """Have a Chromium for the browser tests."""
    if not any(shutil.which(name) for name in _BROWSERS):
        system.install_packages(["chromium"], "a browser for the browser tests")


def link_postgres():
    """Put psql, createdb and their like on our PATH."""
    for program in postgres.binaries().iterdir():
        _link(program.name, program)


def _ensure_node():
    """Have node and npm: the machine's, else those of a Python package."""
    if shutil.which("npm", path=_outside_path()) and shutil.which("node", path=_outside_path()):
        return
    python_env.ensure(paths.NODE_VENV, paths.NODE_REQUIREMENTS)
    for program in ("node", "npm"):
        _link(program, paths.NODE_VENV / "bin" / program)


def search_path():
    """Return PATH with our programs first."""
    return os.pathsep.join([str(paths.BIN), str(paths.VENV / "bin"), _outside_path()])


def _outside_path():
    entries = os.environ.get("PATH", "").split(os.pathsep)
    return os.pathsep.join(entry for entry in entries if entry != str(paths.BIN))


def _version(program):
    try:
        return subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""


def _require_patched(program):
    if "with patched qt" not in _version(program):
        raise console.SetupError(
            f"{program} does not run on this machine.",
            "Install wkhtmltopdf 0.12.6 with patched Qt and put it on PATH.",
        )


def _link(name, target):
    paths.BIN.mkdir(parents=True, exist_ok=True)
    link = paths.BIN / name
    if link.is_symlink() and os.readlink(link) == str(target):
        return
    link.unlink(missing_ok=True)
    link.symlink_to(target)
