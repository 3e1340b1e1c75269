"""One item by its key."""

from __future__ import annotations

from sqlalchemy import select

from pdca_engine.errors import NotFound
from pdca_engine.records.items import Item
from pdca_engine.unit import Unit


def find_item(unit: Unit, key: str) -> Item:
    """The item's row; NotFound when there is none."""
    item = unit.session.scalar(select(Item).where(Item.key == key.upper()))
    if item is None:
        raise NotFound("item", "事项", key, "Look it up in the register.", "请在登记表中查找。")
    return item
