"""Debian packages unpacked into a private folder: nothing is installed system-wide.

apt does the fetching and checks the signatures; it works on a root of its own,
with the mirror that the machine is configured for.
"""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from . import console, paths

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
APT = paths.STATE / "apt"
PACKAGES = paths.DEBIAN / "usr" / "lib" / "python3" / "dist-packages"

_ODOO_SUITE = "sid"
# Odoo's links expect Font Awesome 4.7, which newer suites have replaced.
_ASSETS_SUITE = "bookworm"
_ODOO = ("odoo-19", "fonts-montserrat")
_ASSETS = (
    "libjs-jquery", "libjs-jquery-form", "libjs-underscore",
    "fonts-font-awesome", "fonts-inconsolata", "fonts-ocr-b", "fonts-roboto-unhinted",
)


def is_available():
    """Tell whether this machine has apt and Debian's archive keys."""
    return bool(shutil.which("apt-get") and shutil.which("dpkg-deb") and KEYRING.exists())


def unpack():
    """Fetch Odoo and the assets it links to, and unpack them below `paths.DEBIAN`.

    :raise SetupError: no configured mirror has them
    """
    _update_from_first_mirror()
    downloads = APT / "packages"
    downloads.mkdir(exist_ok=True)
    wanted = [f"{name}/{_ODOO_SUITE}" for name in _ODOO] + [f"{name}/{_ASSETS_SUITE}" for name in _ASSETS]
    _apt("download", *wanted, cwd=downloads)
    partial = paths.STATE / "debian.partial"
    shutil.rmtree(partial, ignore_errors=True)
    for package in sorted(downloads.glob("*.deb")):
        console.run(["dpkg-deb", "--extract", package, partial], "dpkg")
    shutil.rmtree(paths.DEBIAN, ignore_errors=True)
    partial.rename(paths.DEBIAN)
    shutil.rmtree(APT)


def _update_from_first_mirror():
    for folder in ("lists/partial", "cache/archives/partial"):
        (APT / folder).mkdir(parents=True, exist_ok=True)
    problems = []
    for mirror in _mirrors():
        (APT / "sources.list").write_text("".join(
            f"deb [signed-by={KEYRING}] {mirror} {suite} main\n" for suite in (_ODOO_SUITE, _ASSETS_SUITE)
        ))
        try:
            return _apt("update", "--error-on=any")
        except console.SetupError as error:
            problems.append(str(error))
    raise console.SetupError("\n".join(problems) or "apt knows no mirror.", "Add a Debian mirror to /etc/apt.")


def _mirrors():
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],
        capture_output=True, text=True, check=False,
    )
    return list(dict.fromkeys(listed.stdout.split()))


def _apt(*args, **options):
    settings = {
        "Dir::Etc::SourceList": APT / "sources.list",
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State::Lists": APT / "lists",
        "Dir::Cache": APT / "cache",
        "APT::Sandbox::User": pwd.getpwuid(os.geteuid()).pw_name,
        "Acquire::Languages": "none",
    }
    flags = [part for name, value in settings.items() for part in ("-o", f"{name}={value}")]
    console.run(["apt-get", *flags, *args], f"apt-{args[0]}", **options)
