"""For the tests outside the addons: databases of their own, and a check of their tags."""

import contextlib
import os
import shutil

import pytest


@pytest.fixture(scope="module")
def throwaway_registry(load_registry):
    """Lend the registry of a database of its own, one a module, where commits are real.

    The copy is made from the template that `setup/test` prepares.
    """
    import odoo.service.db

    template = os.environ.get("AR_TEMPLATE_DATABASE", "ar_template")
    name = f"ar_throwaway_{os.getpid()}"
    with contextlib.ExitStack() as cleanup:
        cleanup.callback(_drop_database, name)
        with _registry_loading():
            odoo.service.db.exp_duplicate_database(template, name)
        yield odoo.modules.registry.Registry(name)


@contextlib.contextmanager
def _registry_loading():
    """Have Odoo load a registry as a server does: in test mode it would run its own tests then."""
    from odoo.tools import config

    enabled, config["test_enable"] = config["test_enable"], False
    try:
        yield
    finally:
        config["test_enable"] = enabled


def _drop_database(name):
    """Drop a database; Odoo's own function sees only the one that the tests run on."""
    import odoo.sql_db
    from odoo.tools import SQL, config

    odoo.modules.registry.Registry.delete(name)
    odoo.sql_db.close_db(name)
    with contextlib.closing(odoo.sql_db.db_connect("postgres").cursor()) as cr:
        cr._cnx.autocommit = True
        cr.execute(SQL("DROP DATABASE IF EXISTS %s WITH (FORCE)", SQL.identifier(name)))
    shutil.rmtree(config.filestore(name), ignore_errors=True)


def pytest_collection_modifyitems(items):
    """Refuse classes without the tag `standard`: Odoo would let them call the outside world."""
    classes = {item.cls for item in items if item.cls}
    untagged = {cls.__qualname__ for cls in classes if "standard" not in getattr(cls, "test_tags", {"standard"})}
    if untagged:
        raise pytest.UsageError(f'Tag with "standard", "post_install", "-at_install": {", ".join(sorted(untagged))}')
