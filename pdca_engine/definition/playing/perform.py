"""A story played: each step asked of `decide`, and whatever came out otherwise than the story tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from pdca_engine.cadence.calendars import load_calendar
from pdca_engine.cadence.durations import add, add_to_date, parse_duration
from pdca_engine.cadence.problem import BadTime
from pdca_engine.definition.deciding.compiled import Compiled
from pdca_engine.definition.deciding.given import column_fact, read_given
from pdca_engine.definition.deciding.reckoning import timers_entered
from pdca_engine.definition.deciding.values import BadValue
from pdca_engine.definition.paper.facts import ENGINE_ACTOR, ChildFacts, Command, EvidenceFacts, Facts
from pdca_engine.definition.paper.running import Place, begin
from pdca_engine.definition.paper.story import NOTHING, Story, StoryChild, StoryStep
from pdca_engine.definition.paper.words import ENGINE, FIELD_RELATIONS, LINE_MANAGER
from pdca_engine.definition.paper.workflow import Text, Workflow
from pdca_engine.definition.playing.cast import Cast, declared_as, holds_persons, make_cast
from pdca_engine.definition.playing.simulate import Happening, Scene, act, pass_time
from pdca_engine.definition.playing.written import begun_item, holders_of
from pdca_engine.errors import Refusal

DAY: Final = date(2026, 3, 2)  # a Monday
HOUR: Final = time(9)
MOST_HAPPENINGS: Final = 2_000  # in one story; a workflow whose timers fire each other for ever must end somewhere
TOO_MUCH: Final = ("too much has happened: timers fire each other for ever", "发生的事项过多：定时器相互触发不止")
A_MINUTE: Final = timedelta(minutes=1)  # between two steps, so that what comes later is later
PLACE: Final = Place(ZoneInfo("Asia/Shanghai"), load_calendar("none"))


@dataclass(frozen=True, slots=True)
class Surprise:
    """Something came out otherwise than the story tells. `step` counts from 1; 0 is the start, None the end."""

    step: int | None
    en: str
    zh: str

    def says(self, language: str) -> str:
        """The sentence."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Played:
    """A story as it went: what happened in each step, the scene after each, the last scene, and every surprise."""

    story: Story
    steps: tuple[tuple[Happening, ...], ...]
    scenes: tuple[Scene, ...]
    scene: Scene
    surprises: tuple[Surprise, ...]


def perform(compiled: Compiled, story: Story, papers: Mapping[str, Workflow] = NOTHING, place: Place = PLACE) -> Played:
    """Play a story to its end, whatever happens on the way. `papers` are the children's workflows."""
    scene, problems = open_scene(compiled, story, papers, place)
    surprises = [Surprise(0, one.en, one.zh) for one in problems]
    steps: list[tuple[Happening, ...]] = []
    scenes: list[Scene] = []
    children: dict[str, int] = {}
    for number, step in enumerate(story.steps, 1):
        if sum(map(len, steps)) > MOST_HAPPENINGS:
            surprises.append(Surprise(number, *TOO_MUCH))
            break
        scene, happened, wrong = _step(scene, step, children)
        scene = replace(scene, now=scene.now + A_MINUTE)
        steps.append(happened)
        scenes.append(scene)
        surprises += [Surprise(number, *texts) for texts in wrong]
    if story.ends is not None and story.ends != scene.state:
        surprises.append(Surprise(None, f"it ends in {scene.state}, not in {story.ends}", f"结束于 {scene.state}，而不是 {story.ends}"))
    return Played(story, tuple(steps), tuple(scenes), scene, tuple(surprises))


def open_scene(
    compiled: Compiled, story: Story, papers: Mapping[str, Workflow] = NOTHING, place: Place = PLACE
) -> tuple[Scene, list[Refusal]]:
    """The item just created, its first timers running, and what is wrong with the values it starts with."""
    workflow, cast = compiled.workflow, make_cast(compiled.workflow, story)
    now = datetime.combine(story.begins or DAY, HOUR, place.zone).astimezone(UTC)
    values = _usual(workflow, cast) | _values(workflow, None, story.start, cast, now, place)
    given = read_given(workflow, None, values)
    columns = {"title": "An example", "description": "Made up for this story"} | given.columns
    item = begun_item(workflow, now, {name: column_fact(name, value) for name, value in columns.items()}, given.fields)
    line_manager = cast.numbers.get(LINE_MANAGER)
    facts = Facts(item, ENGINE_ACTOR, place.zone, place.calendar, holders_of(cast.granted), kin=_kin(papers), line_manager=line_manager)
    scene = Scene(compiled, cast, facts, now, supposed=story.facts, papers=papers).knowing(facts)
    starts = timers_entered(workflow, facts, None, item.state, now)
    return replace(scene, timers={one.name: begin(workflow.timers[one.name], one, place, now) for one in starts}), given.problems


def _kin(papers: Mapping[str, Workflow]) -> dict[str, Text]:
    """What people call the children's workflows and their states."""
    titles = {name: paper.title for name, paper in papers.items()}
    return titles | {f"{name}.{state.name}": state.title for name, paper in papers.items() for state in paper.states.values()}


def _usual(workflow: Workflow, cast: Cast) -> dict[str, Any]:
    """What every item of a simulation has where its story says nothing: the people its rules name, a process, a source."""
    relations = [name for name in FIELD_RELATIONS if name in workflow.fields]
    people = {name: cast.numbers[name] for name in ("owner", "proposer", *relations)}
    lists = {name: [people[name]] for name in relations if workflow.fields[name].type == "persons"}
    return {**people, **lists, "process": workflow.process or "incident", "source": "idea"}


def _values(workflow: Workflow, transition: str | None, raw: Mapping[str, Any], cast: Cast, now: datetime, place: Place) -> dict[str, Any]:
    """A story's values as a face hands them to `decide`: persons by number, dates by the calendar."""
    found: dict[str, Any] = {}
    for name, value in raw.items():
        if holds_persons(workflow, name, transition):
            found[name] = [_person(one, cast) for one in value] if isinstance(value, list) else _person(value, cast)
        else:
            declared = declared_as(workflow, name, transition)
            found[name] = _when(value, declared.type if declared else "date" if name == "due" else "", now, place)
    return found


def _person(value: Any, cast: Cast) -> Any:
    return cast.numbers.get(value, value) if isinstance(value, str) else value


def _when(value: Any, kind: str, now: datetime, place: Place) -> Any:
    """`+30 days` for a date or moment is counted from now."""
    if kind not in ("date", "datetime") or not isinstance(value, str) or value[:1] not in "+-":
        return value
    try:
        length = parse_duration(value)
        if kind == "datetime":
            return add(now, length, place.zone, place.calendar)
        return add_to_date(now.astimezone(place.zone).date(), length, place.calendar)
    except ValueError:
        return BadValue(f"{value!r} is neither a date nor a duration", f"{value!r} 既不是日期也不是时长")


Surprises = list[tuple[str, str]]


def _step(scene: Scene, step: StoryStep, children: dict[str, int]) -> tuple[Scene, tuple[Happening, ...], Surprises]:
    happened: tuple[Happening, ...] = ()
    if step.wait:
        try:
            scene, happened = pass_time(scene, add(scene.now, step.wait, scene.place.zone, scene.place.calendar))
        except BadTime as far:
            return scene, (), [(str(far), f"{step.wait} 超出可计算的时间范围")]
    wrong = _timers_expected(step, happened)
    scene = _arrive(scene, step, children)
    if step.do is None:
        return scene, happened, wrong
    scene, done = act(scene, _who(scene, step.by), _command(scene, step))
    return scene, happened + done, wrong + _answer_expected(step, done[0])


def _timers_expected(step: StoryStep, happened: Iterable[Happening]) -> Surprises:
    fired = {one.name for one in happened if one.kind in ("reminded", "due")}
    if step.fires is None or fired == set(step.fires):
        return []
    shown, wanted = ", ".join(sorted(fired)) or "–", ", ".join(step.fires) or "–"
    return [(f"these timers fired: {shown}; expected: {wanted}", f"触发的定时器：{shown}；预期：{wanted}")]


def _answer_expected(step: StoryStep, first: Happening) -> Surprises:
    codes = tuple(sorted({one.code for one in first.refusals}))
    if codes == tuple(sorted(step.refused)):
        return []
    if not codes:
        wanted = ", ".join(step.refused)
        return [(f"{step.do} was allowed; expected: {wanted}", f"{step.do} 被允许；预期被拒绝：{wanted}")]
    why, why_zh = ("; ".join(one.sentence(language) for one in first.refusals) for language in ("en", "zh"))
    shown = ", ".join(codes)
    wanted, wanted_zh = (", ".join(step.refused) or text for text in ("to be allowed", "被允许"))
    return [
        (f"{step.do} was refused with {shown} ({why}); expected: {wanted}", f"{step.do} 被拒绝：{shown}（{why_zh}）；预期：{wanted_zh}")
    ]


def _who(scene: Scene, word: str | None) -> int | None:
    return None if word in (None, ENGINE) else scene.cast.find(str(word), scene.facts)


def _command(scene: Scene, step: StoryStep) -> Command:
    values = _values(scene.compiled.workflow, step.do, step.values, scene.cast, scene.now, scene.place)
    return Command(step.do or "", values, step.comment, _who(scene, step.as_deputy_for), step.decline)


def _arrive(scene: Scene, step: StoryStep, children: dict[str, int]) -> Scene:
    """Evidence, children and facts come in."""
    today = scene.now.astimezone(scene.place.zone).date()
    pieces = tuple(EvidenceFacts(one.kind, one.dated or today, scene.now) for one in step.evidence)
    facts = scene.facts._replace(evidence=(*scene.facts.evidence, *pieces))
    for one in step.children:
        facts = facts._replace(children=_with_child(scene, facts.children, one, children))
    supposed = {**scene.supposed, **{name: {**scene.supposed.get(name, {}), **values} for name, values in step.facts.items()}}
    return replace(scene, supposed=supposed).knowing(facts)


def _with_child(scene: Scene, known: tuple[ChildFacts, ...], told: StoryChild, children: dict[str, int]) -> tuple[ChildFacts, ...]:
    number = children.get(told.name or "") or _made(known, told, children)
    place = len(known) if number is None else next(place for place, one in enumerate(known) if one.id == number)
    before = known[place] if number is not None else _new_child(scene, told, place + 2)
    if told.name:
        children[told.name] = before.id
    after = _changed_child(scene, before, told)
    return (*known[:place], after, *known[place + 1 :])


def _made(known: tuple[ChildFacts, ...], told: StoryChild, children: dict[str, int]) -> int | None:
    """Under its workflow's name, the newest child that an effect made and no name stands for yet."""
    named = set(children.values())
    return next((one.id for one in reversed(known) if one.workflow == told.name and one.id not in named), None)


def _new_child(scene: Scene, told: StoryChild, number: int) -> ChildFacts:
    workflow = told.workflow or "action"
    return ChildFacts(number, f"X-{number:04}", workflow, *scene.child_state(workflow, None))


def _changed_child(scene: Scene, child: ChildFacts, told: StoryChild) -> ChildFacts:
    state, final = scene.child_state(child.workflow, told.state) if told.state else (child.state, child.final)
    owner = scene.cast.find(told.owner, scene.facts) if told.owner else child.owner
    due = _when(told.due, "date", scene.now, scene.place) if told.due else child.due
    return child._replace(
        state=state,
        final=final,
        owner=owner,
        owners=tuple(dict.fromkeys((*child.owners, *((owner,) if owner else ())))),
        due=date.fromisoformat(due) if isinstance(due, str) else due if isinstance(due, date) else None,
        evidence=child.evidence if told.evidence is None else told.evidence,
        fields={**child.fields, **told.fields},
    )
