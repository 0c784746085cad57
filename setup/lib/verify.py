"""The passes beside pytest: Odoo's own runner on an upgrade, a round trip, translations."""

import re

from . import console, databases, environment, paths, translations

_ADDONS = ",".join(paths.ADDONS)
_COUNT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")
_SKIPPED = re.compile(r"skipped|websocket-client module is not installed", re.IGNORECASE)


def run(names):
    """Run the passes, or those named.

    :return: 0 when all are well
    """
    passes = {"runner": run_odoo_tests, "roundtrip": run_roundtrip, "translations": check_translations}
    unknown = set(names) - set(passes)
    if unknown:
        raise console.SetupError(f"No such pass: {', '.join(unknown)}.", f"Name some of: {', '.join(passes)}.")
    server = databases.Databases(environment.prepare(browser=True))
    for name in names or passes:
        passes[name](server)
    return 0


def run_odoo_tests(server):
    """Upgrade our addons with Odoo's own test runner: also what only an upgrade or an installation tests."""
    with server.test_copy() as name, console.step("Odoo's own runner: upgrade and tests of our addons"):
        tags = ",".join(f"/{addon}" for addon in paths.ADDONS)
        command = server.ready.odoo_command(
            "--database", name, "--update", _ADDONS, "--test-tags", tags, "--stop-after-init",
            "--http-port", str(environment.free_port()), "--log-level=warn",
            "--log-handler=odoo.tests.result:INFO", "--log-handler=odoo.tests.stats:INFO",
        )
        console.run(command, "runner", env=server.ready.variables, cwd=paths.ROOT)
        databases.check_log("runner")
        _check_counts((paths.LOGS / "runner.log").read_text(errors="replace"))


def _check_counts(log):
    failed, errors, tests = (sum(int(match[i]) for match in _COUNT.finditer(log)) for i in (1, 2, 3))
    skipped = [line for line in log.splitlines() if _SKIPPED.search(line)]
    if failed or errors or skipped or not tests:
        raise console.SetupError(
            "\n".join([f"{tests} tests, {failed} failed, {errors} errors", *skipped]),
            f"Read {paths.LOGS / 'runner.log'}; a skipped test or no test at all is a failure.",
        )
    console.note(f"   {tests} tests, none failed")


def run_roundtrip(server):
    """Install, use, uninstall, look, install again: posted entries and core's schema stay as they were."""
    name = server.name("ar_roundtrip")
    with console.step("Round trip: install, use, uninstall, install again"):
        server.copy(server.ensure_base(), name)
        _inside(server, name, "book")
        server.odoo(name, "--init", _ADDONS)
        _inside(server, name, "use")
        _uninstall(server, name)
        _inside(server, name, "look")
        server.odoo(name, "--init", _ADDONS)
        _inside(server, name, "use")
        server.drop(name)


def _inside(server, name, function):
    console.note(f"   {function}")
    server.shell(name, f"from lib import roundtrip_steps\nroundtrip_steps.{function}(env)\n")


def _uninstall(server, name):
    console.note("   uninstall")
    command = server.ready.odoo_command("module", "uninstall", "--database", name, *reversed(paths.ADDONS))
    console.run(command, "uninstall", env=server.ready.variables, cwd=paths.ROOT)
    databases.check_log("uninstall")


def check_translations(server):
    """Fail when a `.pot` file is out of date."""
    with server.test_copy() as name, console.step("Translations: are the .pot files current?"):
        stale = translations.refresh(server, name, check=True)
    if stale:
        raise console.SetupError(f"Out of date: {', '.join(stale)}.", "Run setup/pot and commit the result.")
