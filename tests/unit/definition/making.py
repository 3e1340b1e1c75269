"""Small workflows and facts for the tests of guards and diagrams, built without any YAML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pdca_engine.cadence.calendars import load_calendar
from pdca_engine.definition.paper.facts import Actor, Facts, ItemFacts, Recall
from pdca_engine.definition.paper.workflow import Choice, Condition, Effect, Field, State, Text, Transition, Workflow

NOW = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def text(words: str) -> Text:
    return Text(words, words)


def field(name: str, type_: str, *choices: str) -> Field:
    return Field(name, type_, text(name), of=tuple(Choice(value, text(value)) for value in choices))


FIELDS = {
    one.name: one
    for one in (
        field("cost", "number"),
        field("points", "integer"),
        field("risky", "boolean"),
        field("verdict", "choice", "effective", "worse"),
        field("areas", "choices", "network", "desk"),
        field("note", "text"),
        field("target_date", "date"),
        field("met_at", "datetime"),
        field("assessor", "person"),
        field("team", "persons"),
        field("lines", "table"),
    )
}


def workflow(
    *conditions: str,
    inputs: Sequence[Field] = (),
    then: Sequence[Effect] = (),
    source: Mapping[tuple[str, ...], tuple[int, int]] | None = None,
) -> Workflow:
    """Two states and the transition `go` between them, with these conditions, inputs and effects."""
    go = Transition(
        "go", text("Go"), ("open",), "done", ("owner",), inputs=tuple(inputs), when=tuple(map(Condition, conditions)), then=tuple(then)
    )
    states = {"open": State("open", "plan", text("Open"), initial=True), "done": State("done", "act", text("Done"), final="achieved")}
    return Workflow("tiny", text("Tiny"), "TIN", FIELDS, states, {"go": go}, source=source or {})


def facts(fields: Mapping[str, Any] | None = None, *, recall: Recall | None = None, roles: Sequence[str] = (), **more: Any) -> Facts:
    """Facts about one item in `open`; `more` goes to the item where it has such a column, else to the facts."""
    columns = {name: more.pop(name) for name in list(more) if name in ItemFacts._fields}
    row = {"key": "TIN-2026-0001", "title": "Tiny", "state": "open", "version": 1, "state_since": NOW, "created_at": NOW} | columns
    item = ItemFacts(id=1, fields=fields or {}, recall=recall or Recall(), **row)
    given = {"actor": Actor(7, frozenset(roles)), "zone": SHANGHAI, "calendar": load_calendar("none")} | more
    return Facts(item=item, **given)
