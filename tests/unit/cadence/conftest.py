"""Calendars most tests need."""

from __future__ import annotations

import pytest

from pdca_engine.cadence.calendars import WorkingCalendar, load_calendar


@pytest.fixture(scope="session")
def cn() -> WorkingCalendar:
    return load_calendar("cn")


@pytest.fixture(scope="session")
def weekdays() -> WorkingCalendar:
    return load_calendar("none")
