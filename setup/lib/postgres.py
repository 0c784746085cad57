"""PostgreSQL: the one named by $PGHOST or $DATABASE_URL, else one of our own from a wheel.

Our own listens only on a socket in an ignored folder, is started once, reused by
every command, and left running.
"""

import hashlib
import os
import pwd
import socket
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from . import console, paths, python_env, state, system

ROLE = "odoo"
PORT = "5432"
DATA = paths.POSTGRES / "data"
LOG = paths.POSTGRES / "server.log"
# PostgreSQL refuses to run as root; this system user takes its place.
SYSTEM_USER = "embedded_postgres"
_MAX_SOCKET_PATH = 100

# A throw-away server for work and tests: fast rather than safe against a power cut.
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "effective_cache_size": "4GB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "jit": "off",
}


def ensure():
    """Have a server that answers.

    :return: its connection as libpq environment variables (PGHOST, PGUSER, …)
    """
    given = _given()
    if given:
        return given
    if not _answers():
        with state.locked("postgres"):
            if not _answers():
                _start()
    return {"PGHOST": str(socket_folder()), "PGPORT": PORT, "PGUSER": ROLE}


def stop():
    """Stop our own server, if it runs; the data stay."""
    with state.locked("postgres"):
        if _answers():
            _server_command("pg_ctl", "stop", "--mode=fast", "--pgdata", DATA)


def binaries():
    """Return the folder with psql, createdb and the other programs."""
    return python_env.site_packages() / "embedded_postgres" / "pginstall" / "bin"


def socket_folder():
    """Return the folder of the socket, elsewhere when the path is too long for one."""
    folder = paths.POSTGRES / "run"
    if len(str(folder)) <= _MAX_SOCKET_PATH:
        return folder
    name = hashlib.sha256(str(paths.ROOT).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"ar-collections-{name}"


def _given():
    url = os.environ.get("DATABASE_URL")
    if url:
        return _from_url(url)
    host = os.environ.get("PGHOST")
    if not host or host == str(socket_folder()):
        return None
    names = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
    return _checked({name: os.environ[name] for name in names if os.environ.get(name)})


def _from_url(url):
    parts = urlsplit(url)
    values = {
        # a socket's folder comes as ?host=/folder
        "PGHOST": dict(parse_qsl(parts.query)).get("host") or parts.hostname,
        "PGPORT": parts.port,
        "PGUSER": parts.username,
        "PGPASSWORD": parts.password,
    }
    return _checked({name: unquote(str(value)) for name, value in values.items() if value})


def _checked(values):
    user = values.setdefault("PGUSER", pwd.getpwuid(os.geteuid()).pw_name)
    values.setdefault("PGPORT", PORT)
    if user == "postgres":
        raise console.SetupError(
            "Odoo refuses to work as the database user postgres.",
            f"createuser --createdb {ROLE}; then set PGUSER={ROLE} (or the user in DATABASE_URL).",
        )
    return values


def _answers():
    path = socket_folder() / f".s.PGSQL.{PORT}"
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


def _start():
    owner = _owner()
    for folder in (paths.POSTGRES, DATA, socket_folder()):
        folder.mkdir(parents=True, exist_ok=True)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    if system.is_root():
        _open_for_others()
    if not (DATA / "PG_VERSION").exists():
        with console.step("PostgreSQL: a new cluster below .pg"):
            _server_command(
                "initdb", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
                "--username=postgres", "--pgdata", DATA,
            )
    _write_settings(owner)
    with console.step("PostgreSQL: starting"):
        _server_command("pg_ctl", "start", "--wait", "--timeout=60", "--pgdata", DATA, "--log", LOG)
        _create_role()


def _owner():
    if not system.is_root():
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        console.note(f"PostgreSQL does not run as root: adding the system user {SYSTEM_USER}.")
        console.run(["useradd", "--system", "--home-dir", "/nonexistent", SYSTEM_USER], "useradd")
        return pwd.getpwnam(SYSTEM_USER)


def _open_for_others():
    """Let the system user reach its programs and data: search permission on the way down."""
    for folder in [paths.POSTGRES, *paths.POSTGRES.parents]:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            console.note(f"PostgreSQL's user must pass through {folder}: adding o+x.")
            folder.chmod(mode | 0o001)
    packages = binaries().parents[1]
    subprocess.run(
        ["chmod", "-R", "o+rX", packages, packages.with_name("embedded_postgres.libs")], check=True,
    )
    for folder in packages.relative_to(paths.ROOT).parents:
        path = paths.ROOT / folder
        path.chmod(path.stat().st_mode | 0o001)


def _server_command(program, *args):
    options = {"user": SYSTEM_USER, "group": SYSTEM_USER, "extra_groups": []} if system.is_root() else {}
    console.run([binaries() / program, *args], program, cwd=paths.POSTGRES, **options)


def _write_settings(owner):
    settings = dict(_SETTINGS, unix_socket_directories=str(socket_folder()), port=PORT)
    target = DATA / "postgresql.auto.conf"
    target.write_text("".join(f"{name} = '{value}'\n" for name, value in settings.items()))
    os.chown(target, owner.pw_uid, owner.pw_gid)


def _create_role():
    statement = (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}')"
        f" THEN CREATE ROLE {ROLE} LOGIN CREATEDB; END IF; END $$"
    )
    console.run(
        [binaries() / "psql", "-h", socket_folder(), "-U", "postgres", "-d", "postgres", "-qc", statement], "role",
    )
