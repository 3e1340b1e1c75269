"""Which fields the reader may see: `visible_to` names roles and relations; everybody sees a field that names none."""

from __future__ import annotations

from sqlalchemy import select

from pdca_engine.definition.paper.words import COLUMN_RELATIONS, EVERYBODY, RELATIONS
from pdca_engine.definition.paper.workflow import Field
from pdca_engine.records.items import Item
from pdca_engine.unit import Unit


class Sight:
    """What one reader sees of one item. The engine itself (local administration) sees all."""

    def __init__(self, unit: Unit, item: Item) -> None:
        self._everything = unit.engine
        self._roles = _roles(unit, item)

    def sees(self, field: Field | None) -> bool:
        """Whether the reader may see that field's value, now or in the history."""
        return field is None or not field.visible_to or self._everything or not self._roles.isdisjoint(field.visible_to)


def _roles(unit: Unit, item: Item) -> frozenset[str]:
    """Every role and relation the reader has here, those of whom they stand in for included."""
    if unit.person is None:
        return frozenset()
    persons = (unit.person, *unit.directory.stands_in(unit.person, unit.today))
    roles = (unit.directory.roles(one, item.process_id, unit.today, item.service_id) | _relations(unit, item, one) for one in persons)
    return frozenset((EVERYBODY,)).union(*roles)


def _relations(unit: Unit, item: Item, person: int) -> set[str]:
    held = {relation for relation in RELATIONS if _holds(item, relation, person)}
    action = select(Item.id).where(Item.parent_id == item.id, Item.owner_id == person).limit(1)
    return held | ({"implementer"} if unit.session.scalar(action) is not None else set())


def _holds(item: Item, relation: str, person: int) -> bool:
    value = getattr(item, f"{relation}_id") if relation in COLUMN_RELATIONS else item.fields.get(relation)
    return person in value if isinstance(value, list) else value == person
