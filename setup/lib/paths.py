"""Where things lie. Everything made here is in folders that git ignores."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

ADDONS = ("ar_collections", "ar_collections_portal", "ar_collections_sale")
REQUIREMENTS = ROOT / "requirements.txt"
LINT_REQUIREMENTS = ROOT / "setup" / "requirements-lint.txt"
NODE_REQUIREMENTS = ROOT / "setup" / "requirements-node.txt"

VENV = ROOT / ".venv"
LINT_VENV = ROOT / ".venv-lint"
NODE_VENV = ROOT / ".venv-node"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"

STATE = ROOT / ".odoo"
BIN = STATE / "bin"
CONFIG = STATE / "odoo.conf"
PYTEST_CONFIG = STATE / "pytest.conf"
DATA = STATE / "data"
LOGS = STATE / "log"
STAMPS = STATE / "stamps"
DEBIAN = STATE / "debian"

POSTGRES = ROOT / ".pg"
OUT = ROOT / "out"
