"""Tests of pure functions: the fixtures that would open a database or a port do nothing here."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def load_registry():
    """Shadow pytest-odoo's fixture: no database."""

@pytest.fixture(scope="session", autouse=True)
def load_http():
    """Shadow pytest-odoo's fixture: no server."""
