"""The schema: at which revision the database is, at which this program is, and the way from one to the other."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from pdca_engine.errors import WrongSchema
from pdca_engine.paths import bundled
from pdca_engine.settings import Settings
from pdca_engine.store.connect import sqlite_file
from pdca_engine.store.engine import Store
from pdca_engine.store.faults import as_file_fault
from pdca_engine.store.triggers import make_triggers

ADVISORY_KEY = 7_032_161  # any number, the same everywhere: only one program migrates a PostgreSQL database at a time
EMPTY = "nothing"


def schema_state(store: Store) -> tuple[str, str]:
    """(found, wanted): the revision of the database ("nothing" when it is empty) and the one this program needs."""
    with store.reading() as session:
        return _found(session.connection()), _wanted(_scripts())


def require_current(store: Store) -> None:
    """WrongSchema unless the database is exactly where this program needs it."""
    found, wanted = schema_state(store)
    if found != wanted:
        raise _behind(found, wanted) if _known(found) else _ahead(found, wanted)


def require_made(settings: Settings) -> None:
    """WrongSchema where there is no SQLite file: to look for something must not make one, nor its folder."""
    file = sqlite_file(settings)
    try:
        there = file is None or file.exists()
    except OSError as broken:
        raise as_file_fault(broken, settings) from broken
    if not there:
        raise _behind(EMPTY, _wanted(_scripts()))


def upgrade(store: Store) -> str:
    """Bring the database to this program's revision, all or nothing, and make the triggers anew; answers the revision found before.

    WrongSchema when the database belongs to a newer program: nothing is touched.
    """
    with store.rebuilding() as connection:
        if store.dialect == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (ADVISORY_KEY,))
        found = _found(connection)
        if not _known(found):
            raise _ahead(found, _wanted(_scripts()))
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        make_triggers(connection)
        _check_references(connection)
    return found


def _check_references(connection: Connection) -> None:
    """SQLite looked away while tables were rebuilt: no row may point to nothing now."""
    if connection.dialect.name == "sqlite":
        dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if dangling:
            raise RuntimeError(f"the migration left {len(dangling)} rows that point to nothing: {dangling[:3]}")


def _config() -> Config:
    """Alembic's configuration; a database's address is never written into it."""
    config = Config()
    config.set_main_option("script_location", str(bundled("migrations")).replace("%", "%%"))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _found(connection: Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or EMPTY


def _wanted(scripts: ScriptDirectory) -> str:
    return scripts.get_current_head() or EMPTY


def _known(revision: str) -> bool:
    """Whether this program has heard of the revision."""
    return revision == EMPTY or revision in {script.revision for script in _scripts().walk_revisions()}


def _behind(found: str, wanted: str) -> WrongSchema:
    command = "pdca init" if found == EMPTY else "pdca upgrade"
    return WrongSchema(found=found, wanted=wanted, advice=f"Run `{command}`.", advice_zh=f"请运行 `{command}`。")


def _ahead(found: str, wanted: str) -> WrongSchema:
    return WrongSchema(
        found=found,
        wanted=wanted,
        advice="A newer version of the program has used it: install that version, or restore a backup made before.",
        advice_zh="较新版本的程序已使用过该数据库：请安装该版本，或恢复此前的备份。",
    )
