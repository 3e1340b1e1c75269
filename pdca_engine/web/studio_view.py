"""What the studio shows of a text: its problems, its drawing, its forms, what it changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

from pdca_engine.definition.changing.diff import Change, diff_workflows
from pdca_engine.definition.deciding.values import COLUMN_FIELDS
from pdca_engine.definition.drawing.diagram import diagram_svg
from pdca_engine.definition.drawing.diff_drawing import diff_svg
from pdca_engine.definition.drawing.style import STYLE
from pdca_engine.definition.paper.workflow import Field, Transition, Workflow
from pdca_engine.definition.reading.sketch import can_be_drawn
from pdca_engine.reports.workflow_life import Stranded, stranded
from pdca_engine.reports.workflow_versions import InUse, in_use
from pdca_engine.services.drafts import Glance, glance
from pdca_engine.unit import Unit
from pdca_engine.web.forms import Blank, blank
from pdca_engine.web.new_item import ASKED

FILE: Final = "workflow.yaml"  # what problems call the text
MOST_FIELDS: Final = 60  # in one preview: a form nobody would fill in need not be drawn
MOST_PREVIEWS: Final = 40
PREVIEW: Final = "preview."


@dataclass(frozen=True, slots=True)
class FormPreview:
    """One form as people will see it: of a new item (`transition` None) or of a step."""

    title: str
    blanks: tuple[Blank, ...]
    transition: Transition | None = None
    asks_comment: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What the text would change: nothing to compare with (`before` None), or every difference, the drawing, who would be stranded."""

    before: InUse | None
    lines: tuple[Change, ...] = ()
    drawing: str = ""
    stranded: tuple[Stranded, ...] = ()


@dataclass(frozen=True, slots=True)
class StudioView:
    """A text, looked at from every side. `drawing` is empty where nothing of it can be drawn."""

    glance: Glance
    drawing: str
    previews: tuple[FormPreview, ...]
    changes: Changes

    @property
    def title(self) -> str:
        """The id the text gives itself, as far as it can be read."""
        return self.glance.shown.id if self.glance.shown else ""


def drawn(workflow: Workflow, language: str, current: str | None = None) -> str:
    """The diagram without its own style, which our pages have from `/workflows.css`."""
    return diagram_svg(workflow, language, current).replace(f"<style>{STYLE}</style>", "")


def drawn_changes(old: Workflow, new: Workflow, language: str) -> str:
    """Both versions in one diagram; empty where nobody could read it."""
    if not (can_be_drawn(old) and can_be_drawn(new)):
        return ""
    return diff_svg(old, new, language).replace(f"<style>{STYLE}</style>", "")


def studio_view(unit: Unit, text: str) -> StudioView:
    """Look at a text. Raises Busy."""
    seen = glance(unit, text, FILE)
    shown = seen.shown
    drawing = drawn(shown, unit.language) if shown and can_be_drawn(shown) else ""
    previews = tuple(islice(_previews(unit, shown), MOST_PREVIEWS)) if shown else ()
    return StudioView(seen, drawing, previews, _changes(unit, seen))


def _changes(unit: Unit, seen: Glance) -> Changes:
    """Against the version in use; only a text without errors is compared, or the rest would look as if it were gone."""
    if seen.workflow is None:
        return Changes(None)
    before = in_use(unit, seen.workflow.id)
    if before is None:
        return Changes(None)
    lines = diff_workflows(before.paper, seen.workflow)
    drawing = drawn_changes(before.paper, seen.workflow, unit.language) if lines else ""
    return Changes(before, lines, drawing, stranded(unit, seen.workflow.id, before.number, seen.workflow.states))


def _previews(unit: Unit, workflow: Workflow) -> Iterator[FormPreview]:
    own = [one for one in workflow.fields.values() if one.required]
    asked = [COLUMN_FIELDS[name] for name in ASKED]
    yield FormPreview("", _blanks(unit, [*asked, *own], "new", {one.name for one in own} | {"title"}))
    others = [one for one in workflow.fields.values() if not one.required]
    if others:
        yield FormPreview("fields", _blanks(unit, others, "fields", set()))
    for transition in workflow.transitions.values():
        asks = asked_by(workflow, transition)
        if asks or transition.needs.comment:
            blanks = _blanks(unit, asks, transition.name, needed_by(transition))
            yield FormPreview(transition.title.get(unit.language), blanks, transition, transition.needs.comment)


def asked_by(workflow: Workflow, transition: Transition) -> list[Field]:
    """What the form of a step asks: its inputs and what it needs, as far as they are declared."""
    needed = (workflow.fields.get(name) or COLUMN_FIELDS.get(name) for name in transition.needs.fields)
    return list({one.name: one for one in (*transition.inputs, *needed) if one is not None}.values())


def needed_by(transition: Transition) -> set[str]:
    """The names that must be filled in."""
    return {*transition.needs.fields, *(one.name for one in transition.inputs if one.required)}


def _blanks(unit: Unit, fields: Sequence[Field], group: str, needed: set[str]) -> tuple[Blank, ...]:
    """Controls under names of their own, so that nothing typed into a preview is ever sent as something else."""
    made = (blank(unit, one, one.default, scope=f"{PREVIEW}{group}.", needed=one.name in needed) for one in fields[:MOST_FIELDS])
    return tuple(replace(one, name=PREVIEW + one.name) for one in made if one.control != "nothing")


def marks(seen: Glance, language: str) -> list[dict[str, Any]]:
    """The problems as an editor underlines them: lines and columns from 1, as characters of the text."""
    return [
        {
            "code": one.code,
            "severity": one.severity,
            "line": one.line,
            "column": one.column,
            "length": one.length,
            "message": one.sentence(language),
            "suggestion": one.suggestion,
        }
        for one in seen.problems
    ]


def names(seen: Glance, language: str) -> dict[str, dict[str, str]]:
    """What a word of the text can point to, inherited names too: section → name → title."""
    if seen.shown is None:
        return {}
    sections = ("states", "fields", "transitions", "timers")
    return {section: {name: one.title.get(language) for name, one in getattr(seen.shown, section).items()} for section in sections}
