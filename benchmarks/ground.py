"""The program's own schema with people, a published workflow and fresh items in it: the ground on which the raw drivers and we compete."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from benchmarks.job import ACTOR, COST, GENESIS, ROLE, STATES, TOLD
from pdca_engine.records.items import Evidence, Item
from pdca_engine.records.organisation import Counter, Process
from pdca_engine.records.people import Grant, Person
from pdca_engine.records.workflows import WorkflowRecord, WorkflowVersion
from pdca_engine.settings import Settings
from pdca_engine.store.engine import Store, open_store
from pdca_engine.store.migrate import upgrade

WORKFLOW = "measured"
TEXT = Path(__file__).with_name(f"{WORKFLOW}.yaml")


def settings_for(database: str) -> Settings:
    """The program's settings for a SQLite file or a PostgreSQL address; everything else as it comes, so synchronous is FULL."""
    if "://" in database:
        return Settings(database_url=database, data_dir=Path("/nonexistent"))
    return Settings(database_url=f"sqlite:///{database}", data_dir=Path(database).parent)


class Ground:
    """A migrated database with two persons and the workflow; gives fresh items."""

    def __init__(self, database: str) -> None:
        self.settings = settings_for(database)
        self.store: Store = open_store(self.settings)
        self._made = 0
        upgrade(self.store)
        now = datetime.now(UTC)
        with self.store.transaction() as transaction:
            add = transaction.session.execute
            add(insert(Person), [{"id": person, "name": f"Person {person}", "active": True, "created_at": now} for person in (ACTOR, TOLD)])
            add(insert(Process), [{"id": "change", "title_en": "Change", "title_zh": "变更", "active": True}])
            add(insert(Grant), [{"person_id": ACTOR, "role": ROLE, "process_id": "change"}])
            add(insert(Counter), [{"name": "directory", "value": 1}])
            workflow = {"id": WORKFLOW, "title_en": "Measured", "title_zh": "测量", "item_key": "MEA", "abstract": False, "current": 1}
            add(insert(WorkflowRecord), [workflow])
            text = TEXT.read_text(encoding="utf-8")
            version = {"id": 1, "workflow_id": WORKFLOW, "number": 1, "content_hash": "0" * 64, "text": text, "parents": {}}
            add(insert(WorkflowVersion), [{**version, "published_at": now, "reason": "to be measured"}])

    def key(self, number: int) -> str:
        """The key of an item by its number."""
        return f"MEA-2026-{number:06}"

    def fresh_items(self, count: int) -> list[int]:
        """Numbers of new items in draft, each with a piece of evidence and an empty trail."""
        now = datetime.now(UTC)
        ids = list(range(self._made + 1, self._made + count + 1))
        self._made += count
        with self.store.transaction() as transaction:
            transaction.session.execute(insert(Item), [self._item(number, now) for number in ids])
            evidence = [{"item_id": number, "title": "Shown", "dated": now.date(), "added_at": now} for number in ids]
            transaction.session.execute(insert(Evidence), evidence)
        return ids

    def _item(self, number: int, now: datetime) -> dict[str, Any]:
        return {
            "id": number,
            "key": self.key(number),
            "title": f"Improvement {number}",
            "workflow_id": WORKFLOW,
            "workflow_version_id": 1,
            "state": STATES[0],
            "state_since": now,
            "phase": "plan",
            "owner_id": TOLD,
            "process_id": "change",
            "fields": {"cost": COST},
            "created_at": now,
            "head": GENESIS,
        }
