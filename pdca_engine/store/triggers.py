"""The database itself refuses to change a trail: triggers on `entry`, made anew and looked for after every migration.

UPDATE, DELETE, TRUNCATE, and INSERT OR REPLACE, which on SQLite would delete without asking (storage.md). A person with the owner's
rights can drop the triggers; the hash chain then still shows what was changed.
"""

from __future__ import annotations

from sqlalchemy import Connection

from pdca_engine.errors import PdcaError

REFUSAL = "a trail entry is never changed or removed; write a new entry instead"

SQLITE = {
    "entry_no_update": f"BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    "entry_no_delete": f"BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    "entry_no_replace": f"""BEFORE INSERT ON entry BEGIN
        SELECT RAISE(ABORT, '{REFUSAL} (entry.request_key)') WHERE EXISTS (SELECT 1 FROM entry WHERE request_key = NEW.request_key);
        SELECT RAISE(ABORT, '{REFUSAL} (entry.seq)') WHERE EXISTS (SELECT 1 FROM entry WHERE item_id = NEW.item_id AND seq = NEW.seq);
        SELECT RAISE(ABORT, '{REFUSAL} (entry.id)') WHERE EXISTS (SELECT 1 FROM entry WHERE id = NEW.id);
    END""",
}
POSTGRESQL = {
    "entry_no_change": "BEFORE UPDATE OR DELETE ON entry FOR EACH ROW EXECUTE FUNCTION refuse_trail_change()",
    "entry_no_truncate": "BEFORE TRUNCATE ON entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_trail_change()",
}
REFUSE = f"""CREATE OR REPLACE FUNCTION refuse_trail_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"""

FIND = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'entry'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = 'entry'::regclass AND NOT tgisinternal AND tgenabled IN ('O', 'A')",
}


def make_triggers(connection: Connection) -> None:
    """Make all of them anew and look whether they are there. PdcaError when one is not."""
    if connection.dialect.name == "sqlite":
        for name, body in SQLITE.items():
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            connection.exec_driver_sql(f"CREATE TRIGGER {name} {body}")
    else:
        connection.exec_driver_sql(REFUSE)
        for name, body in POSTGRESQL.items():
            connection.exec_driver_sql(f"CREATE OR REPLACE TRIGGER {name} {body}")
    if missing_triggers(connection):
        raise PdcaError(missing=missing_triggers(connection))


def missing_triggers(connection: Connection) -> list[str]:
    """The names of the triggers that should be there and are not."""
    name = connection.dialect.name
    wanted = SQLITE if name == "sqlite" else POSTGRESQL
    found = {row[0] for row in connection.exec_driver_sql(FIND[name])}
    return sorted(set(wanted) - found)
