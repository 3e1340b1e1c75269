"""The role that docs/reference/store.md recommends can do the program's work, and can't change the trail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from pdca_engine.errors import StoreUnavailable
from pdca_engine.settings import Settings
from pdca_engine.store.engine import Store, open_store
from pdca_engine.store.migrate import require_current
from tests.support.items import add_items, found_organisation, next_advance

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "store.md"


@pytest.fixture
def as_program(postgres_url: str, tmp_path: Path) -> Iterator[Store]:
    """A store that signs in as the role of the page."""
    recipe = re.search(r"```sql\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert recipe is not None
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute(recipe[1].encode())
    store = open_store(Settings(data_dir=tmp_path, database_url=postgres_url.replace("postgres:@", "pdca:@")))
    yield store
    store.close()
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute("DROP OWNED BY pdca")
        owner.execute("DROP ROLE pdca")


def test_the_role_can_do_the_work(as_program: Store) -> None:
    require_current(as_program)
    found_organisation(as_program)
    with as_program.transaction() as transaction:
        (parent,) = add_items(transaction, 1)
        (child,) = add_items(transaction, 1, parent_id=parent)
    with as_program.transaction() as transaction:
        item = transaction.hot.read_item(id=child, lock=True)
        assert item is not None
        assert transaction.hot.write_advances([next_advance(item)]) == [True]
        transaction.hot.next_keys("IMP-2026")


@pytest.mark.parametrize(
    "change", ["UPDATE entry SET text = 'x'", "DELETE FROM entry", "TRUNCATE entry", "DROP TABLE entry", "DELETE FROM alembic_version"]
)
def test_the_role_cannot_change_the_trail(as_program: Store, change: str) -> None:
    with pytest.raises(StoreUnavailable, match="lacks a right"), as_program.transaction() as transaction:
        transaction.session.execute(text(change))
