"""How Alembic reaches the database: through the connection the program hands in, inside its transaction (see pdca_engine.store.migrate).

Run by hand (`alembic revision --autogenerate`), it opens the store the settings name.
"""

from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from pdca_engine.records import Record
from pdca_engine.settings import Settings
from pdca_engine.store.engine import open_store

OWN_TYPES = {"Moment": "Moment()", "JsonText": "JsonText()"}


def render(kind: str, thing: Any, autogen: AutogenContext) -> str | bool:
    """Write the program's own column types by their names."""
    name = type(thing).__name__
    if kind != "type" or name not in OWN_TYPES:
        return False
    autogen.imports.add(f"from pdca_engine.records.base import {name}")
    return OWN_TYPES[name]


def migrate(connection: Connection) -> None:
    """Run the migrations on `connection`; the transaction around them is the caller's."""
    context.configure(
        connection=connection, target_metadata=Record.metadata, transactional_ddl=True, render_as_batch=True, render_item=render
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with open_store(Settings()).rebuilding() as opened:
        migrate(opened)
