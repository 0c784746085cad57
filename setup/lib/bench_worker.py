"""One measurement, inside Odoo's shell."""

import importlib.util
import json
import time
from pathlib import Path

from lib import bench


def measure(env, path, items):
    """Prepare, measure, and leave the result as one JSON line in `bench.RESULT`."""
    module = _load(Path(path))
    module.prepare(env, items)
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    limit = _measure_limit(env, module, items)
    env.invalidate_all()
    _reset_peak()
    done, seconds, queries = _timed(env, module.work, items)
    done = done or items
    result = {
        "work": module.WORK,
        "items": done,
        "seconds": round(seconds, 3),
        "per_second": round(done / seconds, 1),
        "ratio_to_sql": round(seconds / limit, 2) if limit else None,
        "queries": queries,
        "rss_mb": _peak_mb(),
    }
    bench.RESULT.write_text(json.dumps(result))


def _load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _measure_limit(env, module, items):
    """Time the module's plain SQL and undo it."""
    if not hasattr(module, "sql_limit"):
        return None
    _done, seconds, _queries = _timed(env, module.sql_limit, items)
    env.cr.rollback()
    return seconds


def _timed(env, function, items):
    import odoo.sql_db

    queries, started = odoo.sql_db.sql_counter, time.perf_counter()
    done = function(env, items)
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
