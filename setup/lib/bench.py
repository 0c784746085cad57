"""Measurements: how fast the addons work, and how far from plain SQL.

Each module `tests/bench/bench_*.py` measures works on one database, in a process and on
a copy of the database of its own:

    ITEMS = (10_000, 100_000)
    WORKS = {"plan a run": plan, "plan it again": plan_again}

    def prepare(env, items): ...    # fill the database; not measured, committed
    def sql_limit(env, items): ...  # optional: the same in plain SQL, rolled back
    def plan(env, items):
        ...                         # prepare this work; not measured
        yield
        ...                         # measured
        yield done                  # optional: how many items were done

Works are done one after the other.
"""

import argparse
import json

from . import console, databases, environment, paths

MODULES = paths.ROOT / "tests" / "bench"
RESULT = paths.STATE / "bench.json"


def run(args):
    """Measure and print one JSON line for every work and size."""
    options = _parse(args)
    modules = _modules(options.names)
    server = databases.Databases(environment.prepare())
    template, name = server.ensure_template(), server.name("ar_bench")
    for module in modules:
        for items in options.items or _sizes(module):
            console.note(f"== {module.stem}: {items} items")
            server.copy(template, name)
            RESULT.unlink(missing_ok=True)
            server.shell(name, f"from lib import bench_worker\nbench_worker.measure(env, {str(module)!r}, {items})\n")
            print(RESULT.read_text(), end="", flush=True)
    server.drop(name)
    return 0


def _parse(args):
    parser = argparse.ArgumentParser(prog="setup/bench", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="parts of the modules' names (default: all)")
    parser.add_argument("--items", type=_numbers, help="sizes instead of the modules' own: 1000,10000")
    return parser.parse_args(args)


def _numbers(text):
    return [int(part.replace("_", "")) for part in text.split(",")]


def _modules(names):
    found = [
        path for path in sorted(MODULES.glob("bench_*.py")) if not names or any(name in path.stem for name in names)
    ]
    if not found:
        raise console.SetupError("No such measurement.", f"Look into {MODULES} for what there is.")
    return found


def _sizes(module):
    """Read a module's sizes without importing it: it needs Odoo."""
    for line in module.read_text().splitlines():
        if line.startswith("ITEMS = "):
            return [int(part) for part in json.loads("[" + line[8:].strip("() ,").replace("_", "") + "]")]
    raise console.SetupError(f"{module.name} names no ITEMS.", 'Add a line such as "ITEMS = (1_000, 10_000)".')
