"""Trying a workflow out: what somebody pressed becomes a step of the story, and the story is played anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from starlette.datastructures import FormData

from pdca_engine.definition.deciding.compiled import Compiled, compile_workflow
from pdca_engine.definition.deciding.given import column_value
from pdca_engine.definition.deciding.refusals import role_text
from pdca_engine.definition.deciding.values import COLUMN_FIELDS
from pdca_engine.definition.paper.facts import Step
from pdca_engine.definition.paper.problems import Problem
from pdca_engine.definition.paper.words import ROLES
from pdca_engine.definition.paper.workflow import Field, Transition, Workflow
from pdca_engine.definition.playing.happening_words import effects_of, head_of
from pdca_engine.definition.playing.simulate import Happening, Scene
from pdca_engine.definition.reading.sketch import can_be_drawn
from pdca_engine.services.drafts import Glance
from pdca_engine.services.trying import (
    Trial,
    add_step,
    begin_story,
    children_workflows,
    fill_in,
    play_story,
    step_back,
    steps_for,
    until_next_timer,
)
from pdca_engine.unit import Unit
from pdca_engine.web.forms import Blank, Options, blank, one_text, small_number, typed_values
from pdca_engine.web.studio_view import asked_by, drawn, needed_by

USUAL_WAIT: Final = "5 working days"
USUAL_ROLE: Final = "owner"
SCOPE: Final = "try."


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened, in words. `kind` as in `Happening`."""

    at: datetime
    kind: str
    head: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TryStep:
    """One step from here: whether the chosen role could take it now, what it lacks, its form where it is open; `several` must say yes."""

    name: str
    title: str
    target_title: str
    lacks: tuple[str, ...]
    blanks: tuple[Blank, ...]
    asks_comment: bool
    open: bool
    several: bool


@dataclass(frozen=True, slots=True)
class TryView:
    """The story so far and what can be done next; `state` is empty where nothing can be played."""

    story: str
    problems: tuple[Problem, ...] = ()
    state: str = ""
    phase: str = "none"
    now: datetime | None = None
    drawing: str = ""
    role: str = USUAL_ROLE
    roles: Options = ()
    steps: tuple[TryStep, ...] = ()
    told: tuple[tuple[Told, ...], ...] = ()
    waits: str = USUAL_WAIT
    next_timer: str | None = None
    children: Options = ()
    surprises: tuple[str, ...] = ()


def try_view(unit: Unit, seen: Glance, form: FormData) -> TryView:
    """What comes of what was pressed (`act`); of a text with errors nothing but its story. Raises BadInput for a story that is too long."""
    story = one_text(form, "story") or begin_story()
    if seen.workflow is None:
        return TryView(story)
    compiled = compile_workflow(seen.workflow)
    act, _, what = (one_text(form, "act") or "").partition(":")
    trial = _acted(unit, compiled, story, act, what, form)
    opened = what if act == "open" or (act == "do" and trial.problems) else ""
    return _view(unit, compiled.workflow, trial, form, opened)


def _acted(unit: Unit, compiled: Compiled, story: str, act: str, what: str, form: FormData) -> Trial:
    if act == "again":
        return play_story(unit, compiled, begin_story())
    if act == "back":
        return step_back(unit, compiled, story)
    if act == "timer":
        played = play_story(unit, compiled, story).played
        wait = until_next_timer(played.scene) if played else None
        return add_step(unit, compiled, story, {"at": wait}) if wait else play_story(unit, compiled, story)
    step = _step(compiled.workflow, act, what, form)
    if "do" in step and compiled.workflow.transitions[what].approvals:
        story = fill_in(story, step.pop("with", {}))
    return add_step(unit, compiled, story, step) if step else play_story(unit, compiled, story)


def _step(workflow: Workflow, act: str, what: str, form: FormData) -> dict[str, Any]:
    """The step of the story that a pressed button means; nothing for one that only shows."""
    if act == "wait":
        return {"at": one_text(form, "wait") or USUAL_WAIT}
    if act == "evidence":
        return {"evidence": small_number(one_text(form, "evidence") or "1") or 1}
    if act == "child":
        name, _, state = (one_text(form, "child") or "").partition("/")
        child = {"workflow": name, "state": state, "owner": one_text(form, "role") or USUAL_ROLE, "evidence": 1}
        return {"children": {key: value for key, value in child.items() if value}} if name else {}
    if act not in ("do", "no") or what not in workflow.transitions:
        return {}
    values = typed_values(form, asked_by(workflow, workflow.transitions[what])) if act == "do" else {}
    step: dict[str, Any] = {"by": one_text(form, "role") or USUAL_ROLE, "do": what, "with": values, "comment": one_text(form, "comment")}
    step["decline"] = act == "no"
    return {key: value for key, value in step.items() if value}


def _view(unit: Unit, workflow: Workflow, trial: Trial, form: FormData, opened: str) -> TryView:
    language, role = unit.language, one_text(form, "role") or USUAL_ROLE
    if trial.played is None:
        return TryView(trial.text, trial.problems, role=role)
    scene = trial.played.scene
    state = workflow.states[scene.state]
    people = [name for name in trial.played.story.people if name not in ROLES]
    return TryView(
        story=trial.text,
        problems=trial.problems,
        state=state.title.get(language),
        phase=state.phase,
        now=scene.now,
        drawing=drawn(workflow, language, scene.state) if can_be_drawn(workflow) else "",
        role=role,
        roles=(*((name, name) for name in people), *((one, role_text(one).get(language)) for one in ROLES)),
        steps=tuple(_steps(unit, scene, role, opened, form if trial.problems else FormData())),
        told=tuple(tuple(_told(one, language) for one in happened) for happened in trial.played.steps),
        waits=one_text(form, "wait") or USUAL_WAIT,
        next_timer=until_next_timer(scene),
        children=tuple(_children(scene, language)),
        surprises=tuple(one.says(language) for one in trial.played.surprises),
    )


def _steps(unit: Unit, scene: Scene, role: str, opened: str, typed: FormData) -> Iterator[TryStep]:
    workflow = scene.compiled.workflow
    for step in steps_for(scene, role):
        transition = workflow.transitions[step.transition]
        is_open = step.transition == opened
        asks = asked_by(workflow, transition) if is_open else []
        yield TryStep(
            name=transition.name,
            title=transition.title.get(unit.language),
            target_title=workflow.states[step.target].title.get(unit.language) if step.target in workflow.states else "",
            lacks=_lacks(step, unit.language),
            blanks=tuple(_blanks(unit, scene, asks, transition, typed)),
            asks_comment=transition.needs.comment,
            open=is_open,
            several=transition.approvals is not None,
        )


def _lacks(step: Step, language: str) -> tuple[str, ...]:
    return tuple(one.sentence(language) for one in step.missing)


def _blanks(unit: Unit, scene: Scene, asks: Sequence[Field], transition: Transition, typed: FormData) -> Iterator[Blank]:
    """The controls of a step; persons are those of the story."""
    held, needed = typed_values(typed, asks), needed_by(transition)
    for one in asks:
        made = blank(unit, one, held.get(one.name, _standing(scene, one)), scope=SCOPE, needed=one.name in needed)
        if one.type in ("person", "persons"):
            control = "select" if one.type == "person" else "ticks"
            made = replace(made, control=control, options=tuple((name, role_text(name).get(unit.language)) for name in scene.cast.numbers))
        elif made.control == "nothing":
            made = replace(made, control="line")
        yield made


def _standing(scene: Scene, field: Field) -> Any:
    """What the item holds already; persons by their names in the story."""
    item = scene.facts.item
    value = item.fields.get(field.name) if field.name in item.fields or field.name not in COLUMN_FIELDS else column_value(item, field.name)
    if field.type == "person" and value:
        return scene.cast.name(value)
    if field.type == "persons" and value:
        return [scene.cast.name(one) for one in value]
    return field.default if value is None else value


def _told(one: Happening, language: str) -> Told:
    refusals = (refusal.sentence(language) for refusal in one.refusals)
    return Told(one.at, one.kind, head_of(one, language), (*refusals, *effects_of(one, language)))


def _children(scene: Scene, language: str) -> Iterator[tuple[str, str]]:
    """Each workflow its children can have, in each of their states."""
    for name in children_workflows(scene.compiled.workflow):
        if paper := scene.papers.get(name):
            for state in paper.states.values():
                yield f"{name}/{state.name}", f"{paper.title.get(language)} – {state.title.get(language)}"
