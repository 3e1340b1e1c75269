"""Where the bundled paper and the migrations lie: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def bundled(name: str) -> Path:
    """The folder or file `name` ("workflows", "migrations", "alembic.ini") that travels with the program."""
    beside = PACKAGE.parent / name
    return beside if beside.exists() and (PACKAGE.parent / "pyproject.toml").exists() else PACKAGE / "bundled" / name
