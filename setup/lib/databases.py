"""Databases made once and copied: a copy takes a second, an installation a minute.

What a prepared database was made from is kept in its own comment, so that it can
never lie about its content.
"""

import contextlib
import fcntl
import hashlib
import re
import shutil
import subprocess

from . import console, paths, postgres, state

# Core modules that the addons need, or meet in the tests and the demo.
CORE_MODULES = (
    "account", "account_payment", "payment_demo", "portal", "resource",
    "sale_management", "sms", "snailmail_account",
)
BASE = "ar_base"
TEMPLATE = "ar_template"
TEST = "ar_test"
# Tests roll back, so that what they build themselves is built again and again.
_BUILD_ASSETS = "env['ir.qweb']._pregenerate_assets_bundles()\nenv.cr.commit()\n"
# Without demo data Odoo offers its tours to the administrator, into the middle of a browser test.
_NO_TOURS = "env['res.users'].search([]).tour_enabled = False\n"
_ERROR = re.compile(r" (ERROR|CRITICAL) |^Traceback")
_NOT_DATA = {"tests", "__pycache__", "description", ".pot", ".pyc", ".rst"}


class Databases:
    """The databases of one prepared environment."""

    def __init__(self, ready):
        self.ready = ready
        own_server = ready.variables["PGHOST"] == str(postgres.socket_folder())
        # On a shared server two clones must not take each other's databases.
        self._suffix = "" if own_server else "_" + hashlib.sha256(str(paths.ROOT).encode()).hexdigest()[:8]

    def name(self, base):
        """Return the real name of one of our databases."""
        return base + self._suffix

    # --- PostgreSQL ---

    def sql(self, statement, database="postgres"):
        """Run one statement and return its rows as text lines.

        :raise SetupError: the server refuses
        """
        done = subprocess.run(
            [postgres.binaries() / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement],
            env=self.ready.variables, capture_output=True, text=True, check=False,
        )
        if done.returncode:
            raise console.SetupError(
                f"PostgreSQL: {done.stderr.strip()}",
                "Close what uses the database; see that the role may create databases; run again.",
            )
        return done.stdout.splitlines()

    def exists(self, name):
        return bool(self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))

    def made_from(self, name):
        """Return the key that a prepared database was made from, or an empty string."""
        rows = self.sql(f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{name}'")
        return rows[0] if rows else ""

    def copy(self, source, target):
        """Make `target` a copy of `source`, files included; an older `target` is dropped."""
        self.drop(target)
        self.sql(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
        filestore = self.filestore(source)
        if filestore.exists():
            shutil.copytree(filestore, self.filestore(target))

    def drop(self, name):
        self.sql(f'DROP DATABASE IF EXISTS "{name}"')
        shutil.rmtree(self.filestore(name), ignore_errors=True)

    def filestore(self, name):
        return paths.DATA / "filestore" / name

    # --- prepared databases ---

    def ensure_base(self):
        """Have a closed database with the core modules, without demo data.

        :return: its name
        """
        name = self.name(BASE)
        key = state.digest(*CORE_MODULES, _NO_TOURS, self.ready.odoo / "odoo" / "release.py")
        with state.locked("databases"):
            if self.made_from(name) != key:
                with console.step(f"Database {name}: Odoo's own modules (1 minute)"):
                    self.drop(name)
                    self.odoo(name, "--init", ",".join(CORE_MODULES), "--without-demo")
                    self.shell(name, _NO_TOURS + _BUILD_ASSETS)
                    self._close(name, key)
        return name

    def ensure_template(self):
        """Have a closed database with our addons as they are now, and their assets built.

        :return: its name
        """
        base, name = self.ensure_base(), self.name(TEMPLATE)
        key = addons_digest() + self.made_from(base)
        with state.locked("databases"):
            if self.made_from(name) != key:
                with console.step(f"Database {name}: our addons as they are now (1 minute)"):
                    self.copy(base, name)
                    self.odoo(name, "--init", ",".join(paths.ADDONS), "--without-demo")
                    self.shell(name, _BUILD_ASSETS)
                    self._close(name, key)
        return name

    @contextlib.contextmanager
    def test_copy(self):
        """Lend a fresh copy of the template; commands at the same time get their own."""
        template = self.ensure_template()
        for number in range(1, 20):
            name = self.name(TEST if number == 1 else f"{TEST}_{number}")
            with (paths.STATE / f"{name}.lock").open("w") as handle:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                self.copy(template, name)
                yield name
                # the first stays for a plain `pytest`
                return None if number == 1 else self.drop(name)
        raise console.SetupError("20 test runs at once.", "Wait for some of them to end.")

    def remember(self, name, key):
        """Note in the database itself what it was made from."""
        self.sql(f"COMMENT ON DATABASE \"{name}\" IS '{key}'")

    def _close(self, name, key):
        self.remember(name, key)
        self.sql(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')

    # --- Odoo ---

    def odoo(self, database, *args):
        """Run Odoo's server command once; a logged error is a failure."""
        command = self.ready.odoo_command(
            "--database", database, *args, "--stop-after-init", "--no-http", "--log-level=warn",
        )
        console.run(command, f"odoo-{database}", env=self.ready.variables, cwd=paths.ROOT)
        check_log(f"odoo-{database}")

    def shell(self, database, script, *, show=False):
        """Run a script in Odoo's shell, with our `lib` importable and `env` at hand.

        :param show: let the person see what it prints; else that goes to the log
        """
        command = self.ready.odoo_command("shell", "--database", database, "--no-http", "--log-level=warn")
        source = paths.LOGS / f"shell-{database}.py"
        source.write_text(script)
        variables = {**self.ready.variables, "PYTHONPATH": str(paths.ROOT / "setup")}
        with source.open() as stdin:
            if show:
                return _run_visibly(command, variables, stdin)
            console.run(command, f"shell-{database}", env=variables, cwd=paths.ROOT, stdin=stdin)
        return check_log(f"shell-{database}")


def _run_visibly(command, variables, stdin):
    done = subprocess.run(command, env=variables, cwd=paths.ROOT, stdin=stdin, check=False)
    if done.returncode:
        raise console.SetupError("The script in Odoo's shell failed.", "Mend what the message above names; run again.")


def addons_digest():
    """Hash what a database takes from our addons: everything but their tests."""
    files = [
        path for addon in paths.ADDONS for path in sorted((paths.ROOT / addon).rglob("*"))
        if path.is_file() and path.suffix not in _NOT_DATA
        and not _NOT_DATA.intersection(path.relative_to(paths.ROOT).parts)
    ]
    return state.digest(*files)


def check_log(name):
    """Show the warnings of an Odoo log, and fail on its errors.

    :raise SetupError: the log holds an error or a traceback
    """
    path = paths.LOGS / f"{name}.log"
    lines = path.read_text(errors="replace").splitlines()
    for line in lines:
        if " WARNING " in line:
            console.note(f"   {line}")
    errors = [number for number, line in enumerate(lines) if _ERROR.search(line)]
    if errors:
        first = lines[errors[0]:errors[0] + console.TAIL_LINES]
        raise console.SetupError("\n".join(first), f"{len(errors)} errors in {path}: mend what it names.")
