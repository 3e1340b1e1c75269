"""Pure time is light to import: every other room leans on it."""

from __future__ import annotations

import subprocess
import sys


def test_importing_the_rules_loads_neither_yaml_nor_apscheduler() -> None:
    code = (
        "import sys, pdca_engine.cadence.catchup, pdca_engine.cadence.ladder;"
        "print([name for name in ('yaml', 'apscheduler', 'sqlalchemy', 'pydantic') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
