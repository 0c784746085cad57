"""A process that loads a registry once, and forks one worker per job.

    python worker.py DATABASE

Reads one JSON object per line. {"database": …, "log": …, "job": …, "values": {…},
"traps": {…}} forks a worker and answers {"pid": …}; {"wait": pid} answers
{"status": …, "result": …}. A worker is a process of its own, with a connection and
commits of its own; its database is a copy of the one whose registry was loaded.
"""

import json
import os
import sys
import tempfile
import traceback
from pathlib import Path

import odoo.sql_db
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

HERE = Path(__file__).parent


def main(database):
    config.parse_config(["--database", database, "--no-http", "--log-level=info"], setup_logging=True)
    sys.path += [str(HERE), str(HERE.parent / "bench")]
    registry = Registry(database)
    odoo.sql_db.close_all()
    with tempfile.TemporaryDirectory() as results:
        _answer({"ready": True})
        for line in sys.stdin:
            request = json.loads(line)
            if "wait" in request:
                _answer(_wait(request["wait"], Path(results)))
            else:
                _answer({"pid": _fork(registry, request, Path(results))})


def _answer(value):
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def _wait(pid, results):
    _pid, status = os.waitpid(pid, 0)
    path = results / str(pid)
    result = json.loads(path.read_text()) if path.exists() else None
    return {"status": os.waitstatus_to_exitcode(status), "result": result}


def _fork(registry, request, results):
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        with Path(request["log"]).open("a") as log:
            os.dup2(log.fileno(), sys.stderr.fileno())
        result = _work(registry, request)
        (results / str(os.getpid())).write_text(json.dumps(result, default=str))
        status = 0
    except BaseException:  # noqa: BLE001
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        # Nothing of the parent is to be cleaned up by its copy.
        os._exit(status)


def _work(registry, request):
    # They import addons, which are found once Odoo is configured.
    import jobs
    import traps

    _move(registry, request["database"])
    for name, value in request["traps"].items():
        getattr(traps, name)(registry, **value)
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
        return getattr(jobs, request["job"])(env, **request["values"])


def _move(registry, database):
    """Have the registry serve a copy of its database."""
    registry.db_name = database
    registry._db = odoo.sql_db.db_connect(database)
    Registry.registries[database] = registry
    registry.check_signaling()


if __name__ == "__main__":
    main(sys.argv[1])
