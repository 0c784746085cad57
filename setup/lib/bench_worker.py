"""One measurement, inside Odoo's shell."""

import importlib
import json
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
    _reset_peak()
    done, seconds, queries = _timed(env, lambda: next(begun, None) or items)
    return {
        "work": name,
        "items": done,
        "seconds": round(seconds, 3),
        "per_second": round(done / seconds, 1),
        "ratio_to_sql": round(seconds / limit, 2) if limit else None,
        "queries": queries,
        "rss_mb": _peak_mb(),
    }


def _load(path):
    # Measurements share modules that lie beside them.
    sys.path.insert(0, str(path.parent))
    return importlib.import_module(path.stem)


def _measure_limit(env, module, items):
    """Time the module's plain SQL three times, undo it, and take the middle."""
    if not hasattr(module, "sql_limit"):
        return None
    times = []
    for _attempt in range(3):
        times.append(_timed(env, lambda: module.sql_limit(env, items))[1])
        env.cr.rollback()
    return sorted(times)[1]


def _timed(env, function):
    import odoo.sql_db

    queries, started = odoo.sql_db.sql_counter, time.perf_counter()
    done = function()
    env.flush_all()
    return done, time.perf_counter() - started, odoo.sql_db.sql_counter - queries


def _reset_peak():
    """Have the kernel forget the highest memory use so far."""
    Path("/proc/self/clear_refs").write_text("5")


def _peak_mb():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) // 1024
    return None
