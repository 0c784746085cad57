"""One measurement, inside Odoo's shell."""

import gc
import importlib
import json
import os
import sys
import time
from pathlib import Path

from lib import bench


def measure(env, path, items):
    """Prepare, measure, and leave the results as JSON lines in `bench.RESULT`."""
    module = _load(Path(path))
    module.prepare(env, items)
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    limit = _measure_limit(env, module, items)
    with bench.RESULT.open("w") as results:
        for name, work in module.WORKS.items():
            env.invalidate_all()
            result = _measure(env, name, work, items, limit)
            results.write(json.dumps(result) + "\n")


def _measure(env, name, work, items, limit):
    begun = work(env, items)
    next(begun)
    # What was loaded to begin with is old in a server that has run for a while.
    gc.collect()
    _reset_peak()
    processor = _processor_seconds(env)
    done, seconds, queries = _timed(env, lambda: next(begun, None) or items)
    processor = _processor_seconds(env) - processor
    return {
        "work": name,
        "items": done,
        "seconds": round(seconds, 3),
        "per_second": round(done / seconds, 1),
        "processor_seconds": round(processor, 3),
        "load": round(os.getloadavg()[0], 1),
        "ratio_to_sql": round(seconds / limit[0], 2) if limit else None,
        "processor_ratio_to_sql": round(processor / limit[1], 2) if limit else None,
        "queries": queries,
        "rss_mb": _peak_mb(),
    }


def _load(path):
    # Measurements share modules that lie beside them.
    sys.path.insert(0, str(path.parent))
    return importlib.import_module(path.stem)


def _measure_limit(env, module, items):
    """Time the module's plain SQL three times, undo it, and take the middle.

    :return: seconds by the clock, and seconds of processors
    """
    if not hasattr(module, "sql_limit"):
        return None
    times, used = [], []
    for _attempt in range(3):
        before = _processor_seconds(env)
        times.append(_timed(env, lambda: module.sql_limit(env, items))[1])
        used.append(_processor_seconds(env) - before)
        env.cr.rollback()
    return sorted(times)[1], sorted(used)[1]


def _timed(env, function):
    import odoo.sql_db

    queries, started = odoo.sql_db.sql_counter, time.perf_counter()
    done = function()
    env.flush_all()
    return done, time.perf_counter() - started, odoo.sql_db.sql_counter - queries


def _processor_seconds(env):
    """Give what this process, its children and its database connection have used.

    On a busy machine that says more than the clock.
    """
    server = Path(f"/proc/{env.cr._cnx.info.backend_pid}/schedstat")
    used = os.times()
    own = used.user + used.system + used.children_user + used.children_system
    # A database server elsewhere is not to be seen.
    return own + (int(server.read_text().split()[0]) / 1e9 if server.exists() else 0.0)


def _reset_peak():
    """Have the kernel forget the highest memory use so far."""
    Path("/proc/self/clear_refs").write_text("5")


def _peak_mb():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) // 1024
    return None
