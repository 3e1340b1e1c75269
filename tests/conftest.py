"""What every test gets: no settings and no home of whoever runs it, reproducible examples, a browser when one is asked for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

KEPT = {"PDCA_REQUIRE_BROWSER", "PDCA_SKIP_POSTGRES"}

# No deadline: how long an example takes says something about the machine, not about the program.
settings.register_profile(
    "project", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=os.environ.get("CI") == "true"
)
settings.load_profile("project")


# Files whose few tests take long begin first, so that no core waits for the last of them.
LONG = (
    "tests/house/test_docs.py",
    "tests/faults/",
    "tests/acceptance/",
    "tests/integration/demo/",
    "tests/integration/imports/test_again.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first, everything else as it stands in the folders."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture(scope="session", autouse=True)
def nobodys_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty home and none of the caller's PDCA_* settings, for this process and all it starts."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("PDCA_") and name not in KEPT]:
            patch.delenv(name)
        patch.setenv("HOME", str(home))
        patch.setenv("XDG_DATA_HOME", str(home / "data"))
        yield home


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of an installed Chromium; without one the test is skipped, or fails where PDCA_REQUIRE_BROWSER=1."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None and os.environ.get("PDCA_REQUIRE_BROWSER") == "1":
        pytest.fail("no Chromium, and PDCA_REQUIRE_BROWSER=1: install chromium and libatomic1")
    if found is None:
        pytest.skip("no Chromium here: install chromium and libatomic1 to run the browser stories")
    return found
