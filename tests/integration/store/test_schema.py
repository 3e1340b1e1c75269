"""The migrations give the records' schema, and the database itself keeps the trail."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from pdca_engine.errors import WrongSchema
from pdca_engine.records import Record
from pdca_engine.records.items import Entry
from pdca_engine.records.organisation import Process
from pdca_engine.settings import Settings
from pdca_engine.store.engine import Store, open_store
from pdca_engine.store.migrate import EMPTY, require_current, schema_state, upgrade
from pdca_engine.store.triggers import REFUSAL, make_triggers, missing_triggers
from tests.support.items import add_items, found_organisation
from tests.support.postgres import create_database, drop_database

REPLACE = """INSERT OR REPLACE INTO entry (id, item_id, seq, at, kind, text, hash)
    SELECT id + {id}, item_id, seq + {seq}, at, kind, 'forged', hash FROM entry WHERE seq = 1 LIMIT 1"""
CHANGES = {
    "edit": "UPDATE entry SET text = 'forged'",
    "touch": "UPDATE entry SET kind = kind",
    "delete": "DELETE FROM entry",
    "truncate": "TRUNCATE entry CASCADE",
    "replace the same number": REPLACE.format(id=0, seq=7),
    "replace the same place": REPLACE.format(id=7, seq=0),
}


@pytest.fixture
def empty_store(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Store:
    """A store on a database without any table."""
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    if database == "postgresql":
        server = request.getfixturevalue("postgres_server")
        url = create_database(server, "pdca_empty")
        request.addfinalizer(lambda: drop_database(server, "pdca_empty"))
    store = open_store(Settings(data_dir=tmp_path, database_url=url))
    request.addfinalizer(store.close)
    return store


def test_migrations_give_what_the_records_say(store: Store) -> None:
    with store.reading() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, Record.metadata) == []


def test_an_upgrade_brings_an_empty_database_to_the_newest_schema(empty_store: Store) -> None:
    found, wanted = schema_state(empty_store)
    assert found == EMPTY
    with pytest.raises(WrongSchema, match="pdca init"):
        require_current(empty_store)
    assert upgrade(empty_store) == EMPTY
    assert schema_state(empty_store) == (wanted, wanted)
    require_current(empty_store)
    assert upgrade(empty_store) == wanted


def test_an_upgrade_that_fails_leaves_nothing_behind(empty_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("pdca_engine.store.migrate.make_triggers", fail)
    with pytest.raises(ZeroDivisionError):
        upgrade(empty_store)
    with empty_store.reading() as session:
        assert inspect(session.connection()).get_table_names() == []


def test_an_upgrade_keeps_the_rows(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.session.add(Process(id="incident", title_en="Incident management", title_zh="事件管理"))
    upgrade(store)
    with store.reading() as session:
        assert session.scalars(select(Process.id)).all() == ["incident"]


def test_a_database_of_a_newer_program_is_left_alone(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for ask in (require_current, upgrade):
        with pytest.raises(WrongSchema, match="newer version") as refused:
            ask(store)
        assert "较新版本" in refused.value.sentence("zh")
        assert refused.value.params["found"] == "9999"


def test_an_empty_database_says_what_to_do(empty_store: Store) -> None:
    with pytest.raises(WrongSchema, match="pdca upgrade"), empty_store.transaction() as transaction:
        transaction.hot.next_keys("n")


@pytest.mark.parametrize("name", CHANGES)
def test_the_database_refuses_to_change_the_trail(store: Store, name: str) -> None:
    on_sqlite_only, on_postgresql_only = name.startswith("replace"), name == "truncate"
    if (on_sqlite_only and store.dialect != "sqlite") or (on_postgresql_only and store.dialect != "postgresql"):
        pytest.skip("that database has no such statement")
    found_organisation(store)
    with store.transaction() as transaction:
        add_items(transaction, 2)
    with pytest.raises(DBAPIError, match=REFUSAL), store.transaction() as transaction:
        transaction.session.execute(text(CHANGES[name]))
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Entry).where(Entry.text != "forged")) == 2


def test_replacing_is_refused_without_the_help_of_recursive_triggers(sqlite_url: str) -> None:
    """As when somebody opens the file with another program."""
    store = open_store(Settings(database_url=sqlite_url))
    found_organisation(store)
    with store.transaction() as transaction:
        add_items(transaction, 1)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA recursive_triggers = OFF")
        for name in ("replace the same number", "replace the same place"):
            with pytest.raises(DBAPIError, match=REFUSAL):
                connection.exec_driver_sql(CHANGES[name])
    store.close()


def test_a_missing_trigger_is_noticed_and_made_anew(store: Store) -> None:
    name = "entry_no_delete" if store.dialect == "sqlite" else "entry_no_truncate"
    drop = f"DROP TRIGGER {name}" + ("" if store.dialect == "sqlite" else " ON entry")
    with store.transaction() as transaction:
        connection = transaction.session.connection()
        assert missing_triggers(connection) == []
        connection.exec_driver_sql(drop)
        assert missing_triggers(connection) == [name]
        make_triggers(connection)
        assert missing_triggers(connection) == []
