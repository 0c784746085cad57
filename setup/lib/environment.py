"""The whole environment, made ready in one call."""

import configparser
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from . import console, databases, odoo_source, paths, postgres, python_env, state, system, tools


@dataclass(frozen=True)
class Environment:
    """What a command needs to know: Odoo's folder, and the variables to run with."""

    odoo: Path
    variables: dict

    def odoo_command(self, *args):
        return [str(paths.PYTHON), "-m", "odoo", *args]

    def replace_process(self, command):
        """Become another program in this environment; does not return."""
        os.execvpe(command[0], command, self.variables)


def prepare(*, browser=False):
    """Build what is missing and start PostgreSQL; quick when nothing is.

    :param browser: the command needs a browser as well
    """
    system.check_platform()
    with state.locked("install"):
        python_env.ensure(paths.VENV, paths.REQUIREMENTS)
        odoo = odoo_source.ensure()
        tools.ensure_pdf()
        tools.ensure_node_packages()
        tools.link_postgres()
        if browser:
            tools.ensure_browser()
        connection = postgres.ensure()
        _write_config(odoo, connection)
    return Environment(odoo, _variables(connection))


def free_port(preferred=0):
    """Return the preferred port of this machine if nobody listens there, else a free one."""
    for candidate in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise console.SetupError("No port is free on this machine.", "Stop some servers, then run again.")


def _variables(connection):
    own = {
        "PATH": tools.search_path(),
        "ODOO_RC": str(paths.CONFIG),
        "VIRTUAL_ENV": str(paths.VENV),
        "PYTHONUNBUFFERED": "1",
    }
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONHOME"}
    return {**inherited, **connection, **own}


def _write_config(odoo, connection):
    addons = [*odoo_source.addons_paths(odoo), paths.ROOT]
    options = {
        "addons_path": ",".join(str(path) for path in addons),
        "data_dir": str(paths.DATA),
        "db_host": connection["PGHOST"],
        "db_port": connection["PGPORT"],
        "db_user": connection["PGUSER"],
        "http_interface": "127.0.0.1",
        "list_db": "True",
    }
    _write_options(paths.CONFIG, options)
    _write_options(paths.PYTEST_CONFIG, {**options, "db_name": databases.TEST})


def _write_options(path, options):
    """Replace a configuration file in one go: others may be reading it."""
    config = configparser.RawConfigParser()
    config["options"] = options
    partial = path.with_suffix(".partial")
    with partial.open("w") as handle:
        config.write(handle)
    partial.replace(path)
