"""The company these tests work in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pdca_engine.settings import Settings
from tests.support.company import Company, open_company


@pytest.fixture
def company(settings: Settings) -> Iterator[Company]:
    """The people of the acceptance scenarios, on both databases."""
    with open_company(settings) as opened:
        yield opened
