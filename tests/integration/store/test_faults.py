"""Real causes, clear sentences: what a person reads when the database won't."""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from pdca_engine.errors import BadInput, PdcaError, StoreUnavailable
from pdca_engine.settings import Settings
from pdca_engine.store import connect
from pdca_engine.store.engine import Store, open_store
from pdca_engine.store.faults import where_is
from pdca_engine.store.migrate import upgrade
from tests.support.postgres import LOCKED_OUT


def refusal(url: str, folder: Path) -> PdcaError:
    """What writing to that address comes to."""
    store = open_store(Settings(data_dir=folder, database_url=url))
    try:
        with pytest.raises(PdcaError) as raised, store.transaction() as transaction:
            transaction.hot.next_keys("n")
    finally:
        store.close()
    assert raised.value.sentence("zh") != raised.value.sentence("en")
    return raised.value


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://host/x", "nonsense", "postgresql+asyncpg://host/x"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(BadInput, match=r"sqlite:////folder/file\.db"):
        open_store(Settings(database_url=url))


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_text("Dear Sir or Madam, " * 100)
    assert f"{file} is not an SQLite database" in str(refusal(f"sqlite:///{file}", tmp_path))
    assert file.read_text().startswith("Dear Sir")


def test_a_folder_where_a_file_should_be(tmp_path: Path) -> None:
    (tmp_path / "x.db").mkdir()
    assert "can't be opened" in str(refusal(f"sqlite:///{tmp_path / 'x.db'}", tmp_path))


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    with pytest.raises(StoreUnavailable, match="can't be opened"):
        open_store(Settings(database_url=f"sqlite:///{tmp_path / 'x' / 'y.db'}"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_can_only_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    assert "can't be opened" in str(refusal(f"sqlite:///{folder / 'x.db'}", tmp_path))


def test_a_file_beside_which_nothing_can_be_made(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What SQLite says of a folder it can't write to: "unable to open", although the file is there."""
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    file.with_name(f"{file.name}-wal").mkdir()
    assert "can't be opened" in str(refusal(sqlite_url, tmp_path))
    monkeypatch.setattr("pdca_engine.store.faults.os.access", lambda path, mode: mode == os.R_OK)
    found = str(refusal(sqlite_url, tmp_path))
    assert f"{file} can only be read" in found and "PDCA_DATA_DIR" in found


def test_a_file_another_program_has_locked(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "PATIENCE", 0.1)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    found = refusal(sqlite_url, tmp_path)
    other.close()
    assert isinstance(found, StoreUnavailable)
    assert "is locked by another program" in str(found)


def test_another_process_of_ours_that_does_not_let_go(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pdca_engine.store.engine.PATIENCE", 0.1)
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url)
    holder, waiter = open_store(settings), open_store(settings)
    with holder.transaction() as transaction:
        transaction.hot.next_keys("n")
        with pytest.raises(StoreUnavailable, match="another writer has held"), waiter.transaction():
            pass
    with waiter.transaction() as transaction:
        assert transaction.hot.next_keys("n") == range(2, 3)
    holder.close()
    waiter.close()


def test_a_writer_waits_for_another_process_and_then_goes_on(sqlite_url: str, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url)
    holder, waiter = open_store(settings), open_store(settings)
    begun = threading.Event()

    def hold() -> None:
        with holder.transaction() as transaction:
            begun.set()
            threading.Event().wait(0.1)
            transaction.hot.next_keys("n")

    thread = threading.Thread(target=hold)
    thread.start()
    begun.wait(5)
    with waiter.transaction() as transaction:
        assert transaction.hot.next_keys("n") == range(2, 3)
    thread.join()
    holder.close()
    waiter.close()


def test_a_damaged_file(sqlite_url: str, tmp_path: Path) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)
    found = refusal(sqlite_url, tmp_path)
    assert isinstance(found, StoreUnavailable)
    assert "damaged" in str(found)


def test_a_full_disk(sqlite_url: str, tmp_path: Path) -> None:
    store = open_store(Settings(data_dir=tmp_path, database_url=sqlite_url))
    with pytest.raises(StoreUnavailable, match=r"disk of .* is full"), store.transaction() as transaction:
        session = transaction.session
        session.execute(text("PRAGMA max_page_count = 1"))
        session.execute(text("CREATE TABLE big AS SELECT randomblob(100000) AS much"))
    store.close()


def test_no_server_there(postgres_url: str, tmp_path: Path) -> None:
    found = refusal("postgresql://anna:secret@127.0.0.1:1/pdca", tmp_path)
    assert "no PostgreSQL server answers at 127.0.0.1:1/pdca" in str(found)
    assert "secret" not in str(found)
    assert "no PostgreSQL server answers" in str(refusal(postgres_url.replace("/data", "/nowhere"), tmp_path))


def test_a_wrong_password(postgres_url: str, tmp_path: Path) -> None:
    url = postgres_url.replace("postgres:@", f"{LOCKED_OUT}:wrong@")
    assert "refused the user or the password" in str(refusal(url, tmp_path))
    assert "refused the user or the password" in str(refusal(postgres_url.replace("postgres:@", "nobody:@"), tmp_path))


def test_a_database_that_does_not_exist(postgres_server: str, tmp_path: Path) -> None:
    url = postgres_server.replace("/postgres?", "/nowhere?")
    assert "has no such database" in str(refusal(url, tmp_path))


def test_a_user_without_the_right(postgres_url: str, tmp_path: Path) -> None:
    url = postgres_url.replace("postgres:@", f"{LOCKED_OUT}:right@")
    assert "lacks a right" in str(refusal(url, tmp_path))


def test_a_database_that_can_only_be_read(postgres_url: str, tmp_path: Path) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f"ALTER DATABASE {server.info.dbname} SET default_transaction_read_only = on")
    assert "can only be read" in str(refusal(postgres_url, tmp_path))


def cut_all(url: str) -> None:
    """What a restart of the server does to those who are connected."""
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_connections_cut_while_they_wait_are_replaced(postgres_url: str, tmp_path: Path) -> None:
    store = open_store(Settings(data_dir=tmp_path, database_url=postgres_url))
    with store.transaction() as outer, store.transaction() as inner:
        outer.hot.next_keys("a")
        inner.hot.next_keys("b")
    cut_all(postgres_url)
    for _ in range(3):
        with store.transaction() as transaction:
            transaction.hot.next_keys("a")
    store.close()


@pytest.mark.parametrize("with_session", [True, False])
def test_a_connection_cut_in_the_middle_writes_nothing_and_says_so(postgres_url: str, tmp_path: Path, with_session: bool) -> None:
    store = open_store(Settings(data_dir=tmp_path, database_url=postgres_url))
    with pytest.raises(StoreUnavailable, match="was cut"), store.transaction() as transaction:
        transaction.hot.next_keys("a")
        if with_session:
            transaction.session.execute(text("SELECT 1"))
        cut_all(postgres_url)
        transaction.hot.next_keys("a")
    with store.transaction() as transaction:
        assert transaction.hot.next_keys("a") == range(1, 2)
    store.close()


def test_a_statement_that_takes_too_long(postgres_url: str, tmp_path: Path) -> None:
    store = open_store(Settings(data_dir=tmp_path, database_url=postgres_url))
    with pytest.raises(StoreUnavailable, match="too long"), store.transaction() as transaction:
        transaction.session.execute(text("SET LOCAL statement_timeout = 10"))
        transaction.session.execute(text("SELECT pg_sleep(5)"))
    store.close()


def test_other_errors_stay_what_they_are(store: Store) -> None:
    with pytest.raises(FileNotFoundError), store.transaction():
        raise FileNotFoundError("not the database's")


def test_an_address_is_shown_without_its_password() -> None:
    assert where_is(Settings(database_url="postgresql://u:p@db.example:5433/pdca")) == "db.example:5433/pdca"


def test_settings_decide_how_safe_a_commit_is(tmp_path: Path) -> None:
    for name, number in (("FULL", 2), ("NORMAL", 1)):
        store = open_store(Settings(database_url=f"sqlite:///{tmp_path / name}.db", sqlite_synchronous=name))
        upgrade(store)
        with store.transaction() as transaction:
            pragma = {name: transaction.session.scalar(text(f"PRAGMA {name}")) for name in ("synchronous", "journal_mode", "foreign_keys")}
        assert pragma == {"synchronous": number, "journal_mode": "wal", "foreign_keys": 1}
        store.close()
