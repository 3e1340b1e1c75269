"""A workflow tried out step by step. The story so far is a text; every answer plays it anew on a frozen clock. Nothing is stored."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import yaml

from pdca_engine.definition.deciding.compiled import Compiled
from pdca_engine.definition.deciding.decide import next_steps
from pdca_engine.definition.paper.facts import Step
from pdca_engine.definition.paper.problems import Problem
from pdca_engine.definition.paper.running import Place
from pdca_engine.definition.paper.walk import effects_of
from pdca_engine.definition.paper.words import ENGINE
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.definition.playing.perform import Played, perform
from pdca_engine.definition.playing.simulate import Scene
from pdca_engine.definition.reading.reader import read_yaml
from pdca_engine.errors import BadInput, NotFound
from pdca_engine.services.playing import bundled_papers, read_script
from pdca_engine.services.turns import turn
from pdca_engine.unit import Unit

MOST_STEPS: Final = 100
NAME: Final = "story"  # what problems call the text
BEGINNING: Final = {"name": {"en": "Tried out", "zh": "试运行"}, "steps": []}
MINUTE: Final = timedelta(minutes=1)

StoryStep = Mapping[str, Any]  # a step as it stands in the text


@dataclass(frozen=True, slots=True)
class Trial:
    """The story's text and how it went; `played` is None where the text has problems or nothing can be played."""

    text: str
    played: Played | None
    problems: tuple[Problem, ...] = ()


def begin_story() -> str:
    """The text of a story in which nothing has happened yet."""
    return _written(BEGINNING)


def play_story(unit: Unit, compiled: Compiled, text: str) -> Trial:
    """Play the story from its beginning, by the organisation's zone and calendar."""
    story, problems = read_script(text, NAME, compiled.workflow)
    if story is None or not any(one.initial for one in compiled.workflow.states.values()):
        return Trial(text, None, problems)
    if len(story.steps) > MOST_STEPS:
        raise BadInput(
            f"A story has at most {MOST_STEPS} steps here; begin again.", f"此处故事最多 {MOST_STEPS} 步，请重新开始。", field="script"
        )
    place = Place(unit.settings.zone, unit.app.calendar)
    with turn():
        return Trial(text, perform(compiled, story, _papers(unit, compiled.workflow), place), problems)


def add_step(unit: Unit, compiled: Compiled, text: str, step: StoryStep) -> Trial:
    """The story with one more step. A refusal is written into it as what the story tells, so that it can become an example as it is.

    A step that can't be read leaves the story as it was, with the problems.
    """
    longer = _with_steps(text, [*_steps(text), step])
    trial = play_story(unit, compiled, longer)
    if trial.played is None:
        return replace(play_story(unit, compiled, text), problems=trial.problems)
    codes = sorted({one.code for happening in trial.played.steps[-1] if happening.kind == "refused" for one in happening.refusals})
    if codes and "do" in step:
        return play_story(unit, compiled, _with_steps(text, [*_steps(text), {**step, "refused": codes}]))
    return trial


def fill_in(text: str, values: Mapping[str, Any]) -> str:
    """The story with these values in the item from its start on: where several say yes, nobody gives values with the step."""
    data = _data(text)
    start = data.get("start")
    return _written({**data, "start": {**(start if isinstance(start, dict) else {}), **values}}) if values else text


def step_back(unit: Unit, compiled: Compiled, text: str) -> Trial:
    """The story without its last step."""
    return play_story(unit, compiled, _with_steps(text, _steps(text)[:-1]))


def until_next_timer(scene: Scene) -> str | None:
    """How long it is until the next timer does something, as a duration of the language; None where none runs."""
    waking = [one.wake_at for one in scene.timers.values() if one.wake_at is not None]
    return f"{max(1, math.ceil((min(waking) - scene.now) / MINUTE))} minutes" if waking else None


def steps_for(scene: Scene, role: str) -> tuple[Step, ...]:
    """What could come next, and what each step lacks when whoever holds `role` takes it with nothing given."""
    person = None if role == ENGINE else scene.cast.find(role, scene.facts)
    facts = scene.facts._replace(actor=scene.cast.actor(person))
    return next_steps(scene.compiled, facts, scene.now)


def children_workflows(workflow: Workflow) -> tuple[str, ...]:
    """The workflows whose items this one's rules create or wait for."""
    return tuple(dict.fromkeys(_mentioned(workflow)))


def _mentioned(workflow: Workflow) -> Iterator[str]:
    for transition in workflow.transitions.values():
        yield from (need.workflow for need in transition.needs.children if need.workflow)
    yield from (str(effect.args["workflow"]) for _, effect, _ in effects_of(workflow) if effect.kind == "create")


def _papers(unit: Unit, workflow: Workflow) -> Mapping[str, Workflow]:
    """What the children can be: as published here, else as bundled."""
    found = {workflow.id: workflow}
    for name in children_workflows(workflow):
        if name not in found:
            try:
                found[name] = unit.library.current(unit.session, name, retired=True)[1].workflow
            except NotFound:
                found |= {name: bundled_papers()[name]} if name in bundled_papers() else {}
    return found


def _data(text: str) -> dict[str, Any]:
    data, _, _ = read_yaml(text, NAME)
    return data if isinstance(data, dict) else dict(BEGINNING)


def _steps(text: str) -> list[Any]:
    steps = _data(text).get("steps")
    return steps if isinstance(steps, list) else []


def _with_steps(text: str, steps: list[Any]) -> str:
    return _written({**_data(text), "steps": steps})


def _written(data: Mapping[str, Any]) -> str:
    return yaml.safe_dump(dict(data), allow_unicode=True, sort_keys=False, default_flow_style=None, width=100)
