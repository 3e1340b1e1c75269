"""Both databases for the stories that go through services: the very fixtures of tests/integration."""

from __future__ import annotations

from tests.integration.conftest import (
    database,
    office,
    postgres_office,
    postgres_office_url,
    postgres_server,
    postgres_template,
    sqlite_office,
    sqlite_template,
)

__all__ = [
    "database",
    "office",
    "postgres_office",
    "postgres_office_url",
    "postgres_server",
    "postgres_template",
    "sqlite_office",
    "sqlite_template",
]
