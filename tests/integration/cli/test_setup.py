"""From nothing to an installation, and what the doctor says of it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from pdca_engine.services.workflows import bundled_texts
from pdca_engine.settings import Settings
from tests.support.office import Office
from tests.support.terminal import Terminal


@pytest.fixture
def nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """A terminal on a machine where the program never ran."""
    monkeypatch.setenv("PDCA_DATA_DIR", str(tmp_path / "fresh"))
    monkeypatch.setenv("LANG", "C.UTF-8")
    return Terminal(capsys)


def test_init_makes_everything_and_can_be_run_again(nothing: Terminal, tmp_path: Path) -> None:
    """Database, workflows, an administrator and a link; the second time nothing is made twice."""
    assert nothing("items", "list").code == 1
    first = nothing.json("init", "--admin", "gu", "--name", "Gu Wei")
    assert first["found"] == "nothing" and len(first["published"]) == len(bundled_texts())
    assert first["link"].startswith("http://127.0.0.1:8000/sign-in/")
    second = nothing.json("init")
    assert (second["published"], second["admin"]) == ([], "gu")
    assert second["link"] != first["link"]
    assert [one["name"] for one in nothing.json("people", "list")["people"]] == ["Gu Wei"]
    assert nothing("doctor").code == 0
    assert (tmp_path / "fresh" / "pdca.db").exists()


def test_the_first_command_on_an_empty_database_says_what_to_do(nothing: Terminal) -> None:
    """Not a traceback, but `pdca init`."""
    said = nothing("people", "list")
    assert said.code == 1 and "pdca init" in said.err


@pytest.mark.parametrize("words", [("items", "list"), ("trail", "verify"), ("scheduler", "status"), ("doctor",)])
def test_to_look_makes_nothing(nothing: Terminal, tmp_path: Path, words: tuple[str, ...]) -> None:
    """No folder, no empty database: a wrong PDCA_DATA_DIR leaves no trace."""
    said = nothing(*words)
    assert said.code == 1 and "pdca init" in said.out + said.err
    assert not (tmp_path / "fresh").exists()


def test_doctor_finds_nothing_in_a_healthy_office(pdca: Terminal) -> None:
    """Every look is told by its name; exit code 0."""
    said = pdca.json("doctor")
    assert said["ok"] is True
    found = {one["check"]: one for one in said["findings"]}
    assert {"program", "database", "schema", "triggers", "counts", "admin", "workflows", "schedules", "folder", "disk", "time"} <= set(
        found
    )
    assert found["admin"]["data"] == {"logins": ["gu"]}


def test_doctor_finds_a_missing_trigger(database: str, office: Office, pdca: Terminal) -> None:
    """Somebody with the owner's rights took the trail's protection away."""
    drop = "DROP TRIGGER entry_no_update" if database == "sqlite" else "DROP TRIGGER entry_no_truncate ON entry"
    with office.app.store.rebuilding() as connection:
        connection.exec_driver_sql(drop)
    said = pdca("doctor")
    assert said.code == 1 and drop.split()[2] in said.out
    assert pdca("upgrade").code == 0
    assert pdca("doctor").code == 0


def test_doctor_finds_that_nobody_is_administrator(empty_pdca: Terminal) -> None:
    """And that no workflow is published."""
    said = empty_pdca.json("doctor", code=1)
    assert {one["check"] for one in said["findings"] if one["ok"] is False} == {"admin", "workflows"}


def test_a_newer_database_is_left_alone(settings: Settings, office: Office, pdca: Terminal) -> None:
    """One clear sentence, exit code 1, also for upgrade."""
    with office.app.store.rebuilding() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for words in (("items", "list"), ("upgrade",)):
        said = pdca(*words)
        assert said.code == 1 and "newer version" in said.err, said


def test_a_file_that_is_no_database(nothing: Terminal, tmp_path: Path) -> None:
    """Said in one sentence."""
    (tmp_path / "fresh").mkdir()
    (tmp_path / "fresh" / "pdca.db").write_text("this is a shopping list, certainly longer than a hundred bytes " * 4)
    said = nothing("items", "list")
    assert said.code == 1 and "is not an SQLite database" in said.err


def test_a_locked_database_is_waited_for_and_not_damaged(nothing: Terminal, tmp_path: Path) -> None:
    """Another program that only reads does not hinder."""
    nothing("init")
    reader = sqlite3.connect(tmp_path / "fresh" / "pdca.db")
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM item").fetchone()
    assert nothing("people", "add", "Li Hua").code == 0
    reader.close()


READ_ONLY_MOUNT = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && exec "$2" -m pdca_engine.cli.main items list'


def may_mount() -> bool:
    """Whether this user may mount in a namespace of their own."""
    unshare = shutil.which("unshare")
    return unshare is not None and subprocess.run([unshare, "-m", "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not may_mount(), reason="mounting needs root and `unshare`; the driver's error is tried in tests/integration/store")
def test_a_database_on_a_read_only_disk(nothing: Terminal, tmp_path: Path) -> None:
    """That it can only be read, and what to do; not that the folder is missing."""
    nothing("init")
    folder = tmp_path / "fresh"
    environment = {**os.environ, "PDCA_DATA_DIR": str(folder)}
    words = ["unshare", "-m", "sh", "-c", READ_ONLY_MOUNT, "sh", str(folder), sys.executable]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done
    assert f"{folder / 'pdca.db'} can only be read" in done.stderr and "mounted read-only" in done.stderr


def test_a_locked_database_ends_with_1_and_no_other_advice(pdca: Terminal, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator can mend it; `pdca items list` wouldn't help."""
    monkeypatch.setattr("pdca_engine.store.engine.PATIENCE", 0.1)
    monkeypatch.setattr("pdca_engine.store.connect.PATIENCE", 0.1)
    if office.app.store.dialect == "postgresql":
        monkeypatch.setenv("PDCA_DATABASE_URL", "postgresql://127.0.0.1:1/pdca")
        assert pdca("items", "list").code == 1
        return
    key = office.new_improvement()
    with office.app.unit(office.li):
        said = pdca("items", "comment", key, "hello", "--as", "li")
    assert said.code == 1 and "another writer" in said.err and "Next:" not in said.err
