"""What is installed outside a checkout has everything with it: migrations, workflows, and each data file of the package."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.house.source import ROOT, files


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the unpacked wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    build = f"from hatchling.build import build_wheel; print(build_wheel({str(folder)!r}))"
    done = subprocess.run([sys.executable, "-c", build], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with ZipFile(folder / done.stdout.split()[-1]) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


def test_every_file_of_the_package_is_installed(installed: Path) -> None:
    """Templates, styles, fonts, translations and calendars too."""
    missing = [path.name for path in files("pdca_engine/*") if not (installed / path.relative_to(ROOT)).exists()]
    assert missing == []


@pytest.mark.parametrize("name", ["migrations", "workflows", "alembic.ini"])
def test_what_lies_beside_the_package_is_found_when_installed(installed: Path, name: str, tmp_path: Path) -> None:
    """The program finds its own copies when there is no checkout to look into."""
    look = f"import sys; sys.path.insert(0, {str(installed)!r}); from pdca_engine.paths import bundled; print(bundled({name!r}))"
    done = subprocess.run([sys.executable, "-I", "-c", look], cwd=tmp_path, capture_output=True, text=True, check=True)
    found = Path(done.stdout.strip())
    assert found.is_relative_to(installed)
    wanted = {path.relative_to(ROOT / name) for path in files(f"{name}/*")} if (ROOT / name).is_dir() else set()
    assert {path for path in wanted if path.suffix in {".py", ".yaml", ".mako", ".json"} and not (found / path).is_file()} == set()
    assert found.exists()


def test_it_works_outside_a_checkout(installed: Path, tmp_path: Path) -> None:
    """From an empty folder: the database is made and the bundled workflows are there."""

    def pdca(*words: str) -> Any:
        begin = f"import sys; sys.path.insert(0, {str(installed)!r}); from pdca_engine.cli.main import run; sys.exit(run())"
        clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        environment = {**clean, "PDCA_DATA_DIR": str(tmp_path / "data"), "LANG": "C.UTF-8"}
        command = [sys.executable, "-I", "-c", begin, *words, "--json"]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    assert pdca("init")["found"] == "nothing"
    published = {one["id"] for one in pdca("workflows", "list")["workflows"]}
    assert {"improvement", "action", "nonconformity", "review", "incident"} <= published
    assert (tmp_path / "data" / "pdca.db").is_file()


def test_nothing_else_is_installed(installed: Path) -> None:
    """No tests, no benchmarks, no documentation under a name of their own."""
    assert {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")} == {"pdca_engine"}
