"""Which version of the workflow an entry of an item's trail was written under: its states, fields and who may see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import select

from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.records.items import Entry, Item
from pdca_engine.records.workflows import WorkflowVersion
from pdca_engine.unit import Unit


class Papers:
    """The papers of one item over its whole life: one, unless it was migrated."""

    def __init__(self, unit: Unit, item: Item) -> None:
        self._unit = unit
        wanted = select(Entry.seq, Entry.text).where(Entry.item_id == item.id, Entry.kind == "migrated").order_by(Entry.seq)
        self._left = [(seq, orjson.loads(text)["detail"]["workflow_version"][0]) for seq, text in unit.session.execute(wanted)]
        self._now = item.workflow_version_id

    def at(self, seq: int) -> Workflow:
        """The paper that was valid when entry `seq` was written."""
        version: int = next((before for migrated, before in self._left if migrated >= seq), self._now)
        return self._unit.workflow(version).workflow

    def after(self, seq: int) -> Workflow:
        """The paper that was valid after it."""
        return self.at(seq + 1)


def versions_told(unit: Unit, kind: str, data: Mapping[str, Any]) -> dict[str, int]:
    """The numbers of the versions a migration led from and to, as `before` and `after`."""
    if kind != "migrated":
        return {}
    numbers = {
        one: unit.session.scalar(select(WorkflowVersion.number).where(WorkflowVersion.id == one)) or 0 for one in data["workflow_version"]
    }
    before, after = (numbers[one] for one in data["workflow_version"])
    return {"before": before, "after": after}
