"""What a transition brings about: effects worked out as plain data, to be written in one transaction with the change of state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from pdca_engine.definition.deciding.authority import holders_now
from pdca_engine.definition.deciding.compiled import Compiled
from pdca_engine.definition.deciding.fitted import fitted
from pdca_engine.definition.deciding.given import column_value
from pdca_engine.definition.deciding.reckoning import due_day
from pdca_engine.definition.deciding.refusals import refusal, titles
from pdca_engine.definition.deciding.values import COLUMN_FIELDS
from pdca_engine.definition.guards.guards import ValueUnknown
from pdca_engine.definition.language.parts import HOLDERS
from pdca_engine.definition.paper.facts import Facts, Follow, NewItem, NewLink, Notice
from pdca_engine.definition.paper.words import LINE_MANAGER, RELATIONS
from pdca_engine.definition.paper.workflow import Cel, Due, Effect, Text
from pdca_engine.errors import Refusal


@dataclass(slots=True)
class Outcome:
    """What all effects of one transition come to."""

    columns: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    creates: list[NewItem] = field(default_factory=list)
    follows: list[Follow] = field(default_factory=list)
    links: list[NewLink] = field(default_factory=list)
    baselines: list[str] = field(default_factory=list)
    webhooks: list[str] = field(default_factory=list)
    silenced: bool | None = None
    cancel_timers: bool = False
    cycles: int = 0
    attempts: int = 0
    problems: list[Refusal] = field(default_factory=list)


class Setting(NamedTuple):
    """Where effects happen: the compiled workflow, the facts with the given values, the inputs, the moment; `scope` is the transition."""

    compiled: Compiled
    facts: Facts
    inputs: Mapping[str, Any]
    now: datetime
    scope: str = ""


def work_out(effects: Iterable[Effect], setting: Setting) -> Outcome:
    """The outcome of `effects`, in their order."""
    outcome = Outcome()
    for effect in effects:
        _WORKERS[effect.kind](effect.args, setting, outcome)
    return outcome


def _value(value: Any, name: str, setting: Setting, outcome: Outcome) -> Any:
    """A literal as it is; a computed value, or a date reckoned from now, as JSON keeps it."""
    if isinstance(value, Due):
        day = due_day(value, _with_inputs(setting), setting.now)
        return day.isoformat() if day else None
    if not isinstance(value, Cel):
        return value
    try:
        found = setting.compiled.values[setting.scope, value.expression].value(setting.facts, setting.inputs, setting.now)
    except ValueUnknown as unknown:
        outcome.problems.append(refusal("EFFECT_UNKNOWN", name, name=name, **titles([Text(one, one) for one in unknown.names])))
        return None
    return found.isoformat() if isinstance(found, datetime) else found


def _with_inputs(setting: Setting) -> Facts:
    """The facts as a date is reckoned from them: an input hides a field of the same name."""
    item = setting.facts.item
    return setting.facts._replace(item=item._replace(fields={**item.fields, **setting.inputs})) if setting.inputs else setting.facts


def _set(args: Mapping[str, Any], setting: Setting, outcome: Outcome) -> None:
    for name, value in args.items():
        declared = setting.compiled.workflow.fields.get(name) or COLUMN_FIELDS.get(name)
        target = outcome.fields if name in setting.compiled.workflow.fields else outcome.columns
        found = _value(value, name, setting, outcome)
        target[name] = fitted(declared, found, persons_named((value,), setting.facts), setting.facts.zone) if declared else found


def persons_named(values: Iterable[Any], facts: Facts) -> dict[str, tuple[int, ...]]:
    """Who holds each role and relation that literals name: what a field of type person takes instead of the word."""
    listed = [one for value in values for one in (value if isinstance(value, list | tuple) else (value,))]
    return {one: tuple(sorted(persons_of((one,), facts))) for one in listed if isinstance(one, str) and one in HOLDERS}


def _assign(args: Mapping[str, Any], setting: Setting, outcome: Outcome) -> None:
    for relation, who in args.items():
        persons = sorted(persons_of((who,), setting.facts))
        target = outcome.fields if relation in setting.compiled.workflow.fields else outcome.columns
        if persons:
            target[relation] = persons[0]


def persons_of(who: Iterable[str], facts: Facts) -> frozenset[int]:
    """Everybody meant by relations and roles; "actor" is who acts."""
    found: set[int] = set()
    for name in who:
        if name == "actor":
            found |= {facts.actor.person} if facts.actor.person else set()
        elif name == LINE_MANAGER:
            found |= {facts.line_manager} if facts.line_manager else set()
        elif name in RELATIONS and (now := holders_now(facts, name)):
            found |= now
        else:
            found |= facts.holders.get(name, frozenset())
    return frozenset(found)


def _notice(kind: str) -> Any:
    def tell(args: Mapping[str, Any], setting: Setting, outcome: Outcome) -> None:
        who = tuple(args["who"])
        persons = tuple(sorted(persons_of(who, setting.facts)))
        if persons:
            outcome.notices.append(Notice(kind, persons, who))

    return tell


def _create(args: Mapping[str, Any], setting: Setting, outcome: Outcome) -> None:
    copied = {name: _copied(name, setting.facts) for name in args.get("copy", ())}
    written = args.get("fields", {})
    given = {name: _person_or(_value(value, name, setting, outcome), name, setting) for name, value in written.items()}
    holders = persons_named(written.values(), setting.facts)
    paper = setting.compiled.workflow
    for name in given:  # the types of another workflow's fields are known only to whoever creates the item
        declared = (paper.fields.get(name) if args["workflow"] == paper.id else None) or COLUMN_FIELDS.get(name)
        given[name] = fitted(declared, given[name], holders, setting.facts.zone) if declared else given[name]
    title = args.get("title") or (Text(setting.facts.item.title, setting.facts.item.title) if "title" in copied else None)
    for each in setting.facts.item.fields.get(args["for_each"]) or () if args.get("for_each") else (None,):
        own = _of_each(each)
        called = Text(own["title"], own["title"]) if "title" in own else title
        values = {name: value for name, value in (copied | given | own).items() if value is not None and name != "title"}
        outcome.creates.append(NewItem(args["workflow"], called, values, child=args.get("child", True), holders=holders))


def _of_each(each: Any) -> dict[str, Any]:
    """What one value of `for_each` gives its item: a person becomes the owner, a table's row fills what its columns are named like."""
    if isinstance(each, int):
        return {"owner": each}
    return {name: value for name, value in each.items() if value is not None} if isinstance(each, Mapping) else {}


def _person_or(value: Any, name: str, setting: Setting) -> Any:
    """A relation of the new item may be given to whoever holds a role or relation here: the first of them."""
    if name not in RELATIONS or not isinstance(value, str):
        return value
    return next(iter(sorted(persons_of((value,), setting.facts))), None)


def _copied(name: str, facts: Facts) -> Any:
    return column_value(facts.item, name) if name in COLUMN_FIELDS else facts.item.fields.get(name)


def _link(args: Mapping[str, Any], setting: Setting, outcome: Outcome) -> None:
    to = setting.inputs.get(args["to"]) or setting.facts.item.fields.get(args["to"])
    if to:
        outcome.links.append(NewLink(to, args.get("as", "related")))


def _fire(args: Mapping[str, Any], setting: Setting, outcome: Outcome) -> None:
    outcome.follows.append(Follow(args.get("on", "self"), args["transition"], args.get("workflow")))


def _silence(args: Mapping[str, Any], setting: Setting, outcome: Outcome) -> None:
    outcome.silenced = True


def _cancel(args: Mapping[str, Any], setting: Setting, outcome: Outcome) -> None:
    outcome.cancel_timers = True


def _next_cycle(args: Mapping[str, Any], setting: Setting, outcome: Outcome) -> None:
    outcome.cycles += 1


def _next_attempt(args: Mapping[str, Any], setting: Setting, outcome: Outcome) -> None:
    outcome.attempts += 1


def _freeze(args: Mapping[str, Any], setting: Setting, outcome: Outcome) -> None:
    outcome.baselines.append(args["measure"])


def _webhook(args: Mapping[str, Any], setting: Setting, outcome: Outcome) -> None:
    outcome.webhooks.append(args["name"])


_WORKERS = {
    "set": _set,
    "assign": _assign,
    "notify": _notice("notify"),
    "escalate": _notice("escalate"),
    "create": _create,
    "link": _link,
    "fire": _fire,
    "silence_timers": _silence,
    "cancel_timers": _cancel,
    "next_cycle": _next_cycle,
    "next_attempt": _next_attempt,
    "freeze_baseline": _freeze,
    "webhook": _webhook,
}
