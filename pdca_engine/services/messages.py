"""The outbox: who is told what, once per key. Delivery reads these rows later; nothing leaves the process here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from pdca_engine.definition.paper.facts import Decision
from pdca_engine.store.rows import ItemRow, MessageRow
from pdca_engine.unit import Unit

LONGEST_KEY: Final = 120


def messages_of(unit: Unit, row: ItemRow, decision: Decision) -> list[MessageRow]:
    """The messages a decision sends: one per kind and person, one per webhook."""
    body = {
        "key": row.key,
        "title": decision.columns.get("title", row.title),
        "transition": decision.transition,
        "source": decision.source,
        "target": decision.target,
        "by": decision.person,
        "comment": decision.comment,
    }
    if decision.kind != "advanced":
        body["kind"] = decision.kind
    told = {(notice.kind, person): None for notice in decision.notices for person in notice.persons}
    people = [message(unit, row.id, row.seq + 1, kind, person, body) for kind, person in told]
    hooks = [message(unit, row.id, row.seq + 1, "webhook", None, {**body, "webhook": name}, name) for name in decision.webhooks]
    return people + hooks


def yeses_ended(unit: Unit, row: ItemRow, agreed: Mapping[str, Sequence[Sequence[int]]]) -> list[MessageRow]:
    """Whoever said yes to a step is told that the item was changed since, and their yes no longer counts."""
    found = []
    for transition, said in sorted(agreed.items()):
        body = {"key": row.key, "title": row.title, "transition": transition, "by": unit.person, "kind": "ended"}
        persons = dict.fromkeys(who for who, _ in said if who != unit.person)
        found += [message(unit, row.id, row.seq + 1, "notify", person, body, transition) for person in persons]
    return found


def message(
    unit: Unit, item_id: int | None, seq: int | str, kind: str, person: int | None, body: dict[str, Any], name: str = ""
) -> MessageRow:
    """One message with its unique key: item, trail line (or due date), kind, and whom or what it is for."""
    return MessageRow(_within(f"{item_id}:{seq}:{kind}:{name}:{person}"), kind, person, item_id, body, unit.now)


def _within(key: str) -> str:
    """The key as its column holds it. Cut off alone, the end would no longer tell one person or day from another."""
    return key if len(key) <= LONGEST_KEY else f"{key[: LONGEST_KEY - 33]} {sha256(key.encode()).hexdigest()[:32]}"
