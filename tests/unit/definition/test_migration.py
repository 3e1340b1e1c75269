"""Where an item comes to stand under another version: its state, its values, what it remembers, or why it can't go there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pdca_engine.definition.changing.migration import Names, Placing, fields_after, place_item, renamed
from pdca_engine.definition.paper.facts import ItemFacts, Recall
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.definition.reading.load import load_workflow

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TEXT = """
workflow: small
key: SML
fields:
  {fields}
states:
  open: {{phase: plan, initial: true}}
  doing: {{phase: do}}
  looked: {{phase: check}}
  paused: {{phase: none}}
  done: {{phase: act, final: achieved}}
transitions:
  start: {{from: open, to: doing, by: any_staff}}
  pause: {{from: [open, doing], to: paused, by: any_staff}}
  go_on: {{from: paused, to: previous, by: any_staff}}
  look: {{from: doing, to: looked, by: any_staff}}
  end: {{from: looked, to: done, by: any_staff}}
"""


def small(*fields: str, **swaps: str) -> Workflow:
    """The workflow with those fields, and some words swapped."""
    text = TEXT.format(fields="\n  ".join(fields or ("note: {type: text}",)))
    for old, new in swaps.items():
        text = text.replace(old, new)
    loaded = load_workflow(text, "small.yaml", lambda _: None)
    assert loaded.workflow is not None, loaded.problems
    return loaded.workflow


def item(state: str = "doing", recall: Recall | None = None, **fields: Any) -> ItemFacts:
    return ItemFacts(1, "SML-1", "A title", state, NOW, 1, NOW, fields=fields, recall=recall or Recall(previous="open"))


def placed(old: str, new: str, value: Any) -> Placing:
    """One field `x`, as it was and as it shall be, with a value."""
    return place_item(small(f"x: {{{old}}}"), small(f"x: {{{new}}}"), Names(), item(x=value))


@pytest.mark.parametrize(
    ("old", "new", "value", "kept"),
    [
        ("type: number", "type: number, max: 5", 7.0, 7.0),
        ("type: number", "type: text", 7.0, "7.0"),
        ("type: text", "type: number", "1,200", 1200.0),
        ("type: integer", "type: percent", 7, 7.0),
        ("type: choice, of: [a, b]", "type: choice, of: [b, c]", "b", "b"),
        ("type: choice, of: [a, b]", "type: choices, of: [b, c]", "b", ["b"]),
        ("type: person", "type: persons", 4, [4]),
        ("type: date", "type: text", "2026-01-31", "2026-01-31"),
    ],
)
def test_a_value_follows_where_it_fits(old: str, new: str, value: Any, kept: Any) -> None:
    placing = placed(old, new, value)
    assert (placing.lost, placing.dropped) == ((), ())
    assert fields_after({"x": value}, {name: pair[1] for name, pair in placing.changes.items()}, placing.dropped) == {"x": kept}


@pytest.mark.parametrize(
    ("old", "new", "value"),
    [
        ("type: text", "type: number", "much"),
        ("type: number", "type: integer", 7.5),
        ("type: choice, of: [a, b]", "type: choice, of: [b, c]", "a"),
        ("type: text", "type: person", "Li Hua"),
        ("type: persons", "type: person", [3, 4]),
        ("type: person", "type: number", 4),
        ("type: text", "type: date", "soon"),
    ],
)
def test_a_value_that_does_not_fit_is_lost_and_told(old: str, new: str, value: Any) -> None:
    placing = placed(old, new, value)
    (loss,) = placing.lost
    assert (loss.field, loss.value) == ("x", value) and loss.en and loss.zh
    assert placing.changes == {"x": (value, None)} and placing.dropped == ("x",)


def test_defaults_arrive_and_do_not_override() -> None:
    old, new = small("a: {type: text}"), small("a: {type: text, default: x}", "b: {type: text, default: y}", "c: {type: text}")
    assert place_item(old, new, Names(), item()).changes == {"b": (None, "y")}
    assert place_item(old, new, Names(fields={"a": "b"}), item(a="kept")).changes == {"a": ("kept", None), "b": (None, "kept")}


def test_a_swap_of_names_is_one() -> None:
    both = small("a: {type: text}", "b: {type: text}")
    placing = place_item(both, both, Names(fields={"a": "b", "b": "a"}), item(a="1", b="2"))
    assert placing.changes == {"a": ("1", "2"), "b": ("2", "1")} and placing.dropped == ()


@pytest.mark.parametrize(
    ("names", "state", "previous", "code"),
    [
        (Names(), "doing", "open", "NO_PLACE"),
        (Names(states={"doing": "done"}), "doing", "open", "MIGRATION_CLOSES"),
        (Names(), "paused", "doing", "NO_WAY_BACK"),
        (Names(), "paused", None, "NO_WAY_BACK"),
        (Names(states={"doing": "busy"}), "paused", "doing", None),
        (Names(), "open", "doing", None),
    ],
)
def test_who_can_not_go(names: Names, state: str, previous: str | None, code: str | None) -> None:
    placing = place_item(small(), small(doing="busy"), names, item(state, Recall(previous=previous)))
    assert [one.code for one in placing.refusals] == ([code] if code else [])


def test_what_is_remembered_under_new_names() -> None:
    """Two states that become one: the later entry counts. Two transitions that become one are added up: four eyes forget nobody."""
    recall = Recall(
        previous="a",
        times={"x": 1, "y": 2},
        times_ever={"x": 1, "y": 3, "z": 1},
        entered={"a": "2026-01-02", "b": "2026-01-03", "c": "2026-01-01"},
        held={"owner": [1]},
        fired={"x": [1, 2], "y": [2, 3]},
        due_moved=2,
    )
    names = Names(states={"a": "b", "c": "a"}, transitions={"x": "y"})
    assert renamed(recall, names) == Recall(
        previous="b",
        times={"y": 3},
        times_ever={"y": 4, "z": 1},
        entered={"b": "2026-01-03", "a": "2026-01-01"},
        held={"owner": [1]},
        fired={"y": [1, 2, 3]},
        due_moved=2,
    )
    assert renamed(recall, Names()) is recall
