"""Two versions of a workflow in one drawing: what is new, gone or changed where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from pdca_engine.definition.changing.diff import Change, diff_workflows
from pdca_engine.definition.drawing.diagram import diagram_svg
from pdca_engine.definition.drawing.marks import Marks
from pdca_engine.definition.paper.workflow import State, Transition, Workflow

LEGEND: Final = (
    "+ new: thick line. − gone: dashed line, struck through. ~ changed: dash-dotted line. Everything else stays.",
    "+ 新增：粗线。− 移除：虚线并加删除线。~ 更改：点划线。其余不变。",
)
OF_TRANSITIONS: Final = ("transition", "guard", "needs", "people")
BEFORE: Final = "@before"  # added to a transition's name: where it led, or came from, in the old version


def diff_svg(old: Workflow, new: Workflow, language: str = "en") -> str:
    """Both versions as one SVG: everything of `new`, and what only `old` has; an arrow that leads elsewhere now is drawn both ways."""
    changes = diff_workflows(old, new)
    states, transitions = _states(old, new), _transitions(old, new)
    marks = Marks(_marks(changes, ("state",)), _marks(changes, OF_TRANSITIONS) | _moved(transitions), LEGEND)
    return diagram_svg(replace(new, states=states, transitions=transitions), language, marks=marks)


def _states(old: Workflow, new: Workflow) -> Mapping[str, State]:
    gone = {name: replace(state, initial=False) for name, state in old.states.items() if name not in new.states}
    return {**new.states, **gone}


def _transitions(old: Workflow, new: Workflow) -> Mapping[str, Transition]:
    """The new ones, those that are gone, and the old arrow of those that lead or begin elsewhere."""
    found = dict(new.transitions)
    for name, before in old.transitions.items():
        after = new.transitions.get(name)
        if after is None:
            found[name] = before
        elif after.target != before.target:
            found[name + BEFORE] = replace(before, name=name + BEFORE)
        elif lost := tuple(one for one in before.sources if one not in after.sources):
            found[name + BEFORE] = replace(before, name=name + BEFORE, sources=lost)
    return found


def _moved(names: Iterable[str]) -> dict[str, str]:
    return {name: "removed" for name in names if name.endswith(BEFORE)}


def _marks(changes: Iterable[Change], parts: Iterable[str]) -> dict[str, str]:
    """By name: the thing came or went (`what` is empty), or something about it changed."""
    return {one.name: "changed" if one.what else one.kind for one in changes if one.part in parts}
