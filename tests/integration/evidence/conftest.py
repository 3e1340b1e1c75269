"""The office these tests work in."""

from __future__ import annotations

from tests.support.office_fixtures import office, postgres_office, postgres_office_url, sqlite_office

__all__ = ["office", "postgres_office", "postgres_office_url", "sqlite_office"]
