"""The machine: its platform and Debian packages (installed by root only, never silently)."""

import os
import platform
import shutil

from . import console

MIN_PYTHON = (3, 10)
MAX_PYTHON = (3, 13)
NEEDED_GB = 4


def check_platform():
    """Refuse a machine on which the rest cannot work, with a remedy."""
    if platform.system() != "Linux":
        raise console.SetupError(
            f"{platform.system()} is not supported.",
            "Use Linux (Debian 12 or newer is tested), a virtual machine or a container.",
        )
    version = tuple(int(part) for part in platform.python_version_tuple()[:2])
    if not MIN_PYTHON <= version <= MAX_PYTHON:
        raise console.SetupError(
            f"Odoo 19 needs Python 3.10 to 3.13; this is {platform.python_version()}.",
            "Install python3.11 and put it first on PATH as python3.",
        )


def check_disk(folder):
    """Refuse to start what would fill the disk."""
    free = shutil.disk_usage(folder).free / 1e9
    if free < NEEDED_GB:
        raise console.SetupError(
            f"Only {free:.1f} GB are free at {folder}.", f"Free some space: about {NEEDED_GB} GB are needed.",
        )


def is_root():
    return os.geteuid() == 0


def install_packages(packages, reason):
    """Install Debian packages; whoever is not root is told the command instead.

    :raise SetupError: not root, or no apt on this machine
    """
    names = " ".join(packages)
    if not is_root() or not shutil.which("apt-get"):
        raise console.SetupError(f"{reason}: missing.", f"Run as root: apt-get install {names}")
    with console.step(f"Debian packages: {names} ({reason})"):
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        console.run(["apt-get", "update"], "apt-update", env=environment)
        console.run(
            ["apt-get", "install", "--yes", "--no-install-recommends", *packages],
            "apt-install", env=environment,
        )
