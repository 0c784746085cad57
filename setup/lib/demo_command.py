"""The demo: a database with a company, its ledger and a follow-up run, served on this machine.

What the demo tells is in `demo.py`; here is only the way there and back.
"""

import argparse

from . import console, databases, environment, paths, state

DATABASE = "demo"
PORT = 8069


def run(args):
    """Prepare the demo and serve it until the person stops it."""
    options = _parse(args)
    port = _choose_port(options)
    ready = environment.prepare()
    server = databases.Databases(ready)
    name = server.name(DATABASE)
    with state.locked("demo"):
        _prepare(server, name, fresh=options.fresh)
    _in_odoo(server, name, "show")
    if options.no_serve:
        return 0
    console.note(f"\nServing on http://127.0.0.1:{port}/odoo (log in as admin, password admin). Ctrl-C stops.")
    return ready.replace_process(ready.odoo_command(
        "--database", name, f"--db-filter=^{name}$", "--http-port", str(port), "--log-level=warn",
    ))


def _parse(args):
    parser = argparse.ArgumentParser(prog="setup/demo", description=__doc__.splitlines()[0])
    parser.add_argument("--no-serve", action="store_true", help="stop before serving")
    parser.add_argument("--fresh", action="store_true", help="make the database anew")
    parser.add_argument("--port", type=int, help=f"listen there (default: {PORT}, or a free port)")
    return parser.parse_args(args)


def _choose_port(options):
    port = environment.free_port(options.port or PORT)
    if options.port and port != options.port:
        raise console.SetupError(f"Port {options.port} is taken.", "Name another --port, or none to get a free one.")
    return port


def _prepare(server, name, *, fresh):
    """Bring the database to our addons as they are, and have its story told once."""
    installed, _separator, told = server.made_from(name).partition(" ")
    key = databases.addons_digest()
    if fresh or not installed:
        with console.step(f"Database {name}: Odoo and our addons (2 minutes)"):
            server.drop(name)
            server.odoo(name, "--init", ",".join([*databases.CORE_MODULES, *paths.ADDONS]))
        told = ""
    elif installed != key:
        with console.step(f"Database {name}: the addons have changed, updating"):
            server.odoo(name, "--update", ",".join(paths.ADDONS))
    server.remember(name, f"{key} {told}".strip())
    if not told:
        with console.step("The demo's story: ledger, payments, follow-up run, letters"):
            _in_odoo(server, name, "build")
        server.remember(name, f"{key} told")


def _in_odoo(server, name, function):
    paths.OUT.mkdir(exist_ok=True)
    server.shell(name, f"from lib import demo\ndemo.{function}(env)\n", show=True)
