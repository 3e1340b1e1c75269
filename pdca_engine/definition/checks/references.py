"""Every place where a workflow names something: a state, a field, a role, a transition, another workflow."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from pdca_engine.definition.checks.known import Known
from pdca_engine.definition.paper import words
from pdca_engine.definition.paper.positions import Path
from pdca_engine.definition.paper.report import Both
from pdca_engine.definition.paper.walk import effects_of
from pdca_engine.definition.paper.workflow import Choose, Due, Effect, Timer, Transition, Workflow
from pdca_engine.definition.reading.load import Draft

_DATES: Final = ("date", "datetime")
_DATE_COLUMN: Final = "due"  # the one column that dates are reckoned from
_LISTS: Final = ("choices", "persons", "table")
_FIELD: Final[Both] = ("field", "字段")
_OR_COLUMN: Final[Both] = ("field or column", "字段或通用列")


@dataclass(frozen=True, slots=True)
class Reference:
    """`word`, at `path` or in the list there, has to be one of `options`; where it is a field, of one of `types`. `key`: it is the key."""

    code: str
    path: Path
    word: str
    options: Collection[str]
    params: dict[str, Any] = field(default_factory=dict)
    key: bool = False
    types: tuple[str, ...] = ()


class References:
    """Walks through one draft. Without the paper of another workflow nothing is said about names in it."""

    def __init__(self, draft: Draft, known: Known) -> None:
        self.workflow = draft.workflow
        self.known = known
        self.states = draft.declared["states"]
        self.transitions = draft.declared["transitions"]
        self.fields = draft.declared["fields"]

    def all(self) -> Iterator[Reference]:
        """Every reference of the workflow."""
        if self.workflow.process is not None and self.known.processes is not None:
            yield Reference("UNKNOWN_PROCESS", ("process",), self.workflow.process, sorted(self.known.processes))
        for name, declared in self.workflow.fields.items():
            yield from self._states(filter(None, (declared.fixed_from,)), ("fields", name, "fixed_from"))
        for transition in self.workflow.transitions.values():
            yield from self._transition(transition, ("transitions", transition.name))
        for timer in self.workflow.timers.values():
            yield from self._timer(timer, ("timers", timer.name))
        for path, effect, holder in effects_of(self.workflow):
            inputs = [given.name for given in holder.inputs] if isinstance(holder, Transition) else []
            yield from self._effect(effect, path, inputs)

    def _transition(self, one: Transition, path: Path) -> Iterator[Reference]:
        yield from self._states(one.sources, (*path, "from"))
        yield Reference("UNKNOWN_STATE", (*path, "to"), one.target, (*self.states, words.TO_SAME, words.TO_PREVIOUS))
        yield from self._independence(one, (*path, "independent_of"))
        yield from self._fields(one.needs.fields, (*path, "needs", "fields"), words.EDITABLE_COLUMNS)
        for number, need in enumerate(one.needs.children):
            yield from self._children(need.workflow, need.all_in, need.each_fields, (*path, "needs", "children", str(number)))
        if one.not_before:
            yield from self._dates((one.not_before.field,), (*path, "not_before", "field"), ())
            yield from self._states(filter(None, (one.not_before.entered,)), (*path, "not_before", "entered"))
            yield from self._choose(one.not_before.plus, (*path, "not_before", "plus"))

    def _timer(self, one: Timer, path: Path) -> Iterator[Reference]:
        yield from self._states(one.states, (*path, "in"))
        given = [given.name for way in self.workflow.transitions.values() if way.target in one.states for given in way.inputs]
        yield from self._due(one.due, (*path, "due"), given)

    def _states(self, names: Iterable[str], path: Path) -> Iterator[Reference]:
        for name in names:
            yield Reference("UNKNOWN_STATE", path, name, self.states)

    def _independence(self, one: Transition, path: Path) -> Iterator[Reference]:
        relations = [role for role in words.ROLES if role not in (words.EVERYBODY, words.ENGINE)]
        noun = ("role, relation or transition", "角色、关系或流转")
        for number, rule in enumerate(one.independence):
            place = (*path, str(number), "of") if rule.when else path
            yield Reference("UNKNOWN_ROLE", place, rule.name, (*relations, *self.transitions), {"noun": noun})

    def _fields(self, names: Iterable[str], path: Path, columns: Iterable[str], types: tuple[str, ...] = ()) -> Iterator[Reference]:
        options = (*self.fields, *columns)
        noun = _OR_COLUMN if len(options) > len(self.fields) else _FIELD
        for name in names:
            yield Reference("UNKNOWN_FIELD", path, name, options, {"noun": noun}, types=types)

    def _dates(self, names: Iterable[str | None], path: Path, inputs: Iterable[str]) -> Iterator[Reference]:
        yield from self._fields(filter(None, names), path, (_DATE_COLUMN, *inputs), _DATES)

    def _choose(self, length: Any, path: Path) -> Iterator[Reference]:
        if isinstance(length, Choose):
            yield from self._fields((length.by,), (*path, "by"), (), ("choice",))

    def _due(self, due: Due, path: Path, inputs: Iterable[str]) -> Iterator[Reference]:
        yield from self._dates((due.field,), (*path, "field"), inputs)
        for key in ("after", "plus", "less"):
            yield from self._choose(getattr(due, key), (*path, key))

    def _children(self, workflow: str | None, states: Iterable[str], fields: Iterable[str], path: Path) -> Iterator[Reference]:
        yield from self._workflow(workflow, (*path, "workflow"))
        paper = self.known.papers.get(workflow or "")
        if paper:
            for name in states:
                yield Reference("UNKNOWN_STATE", (*path, "all_in"), name, paper.states)
            for name in fields:
                options = (*paper.fields, *words.COMMON_COLUMNS)
                yield Reference("UNKNOWN_FIELD", (*path, "each", "fields"), name, options, {"noun": _OR_COLUMN})

    def _workflow(self, name: str | None, path: Path) -> Iterator[Reference]:
        if name is not None and self.known.workflows is not None:
            yield Reference("UNKNOWN_WORKFLOW", path, name, sorted({*self.known.workflows, self.workflow.id}))

    def _effect(self, effect: Effect, path: Path, inputs: list[str]) -> Iterator[Reference]:
        match effect.kind:
            case "set":
                yield from self._given(effect.args, path, (*self.fields, *words.EDITABLE_COLUMNS), inputs)
            case "assign":
                yield from self._assign(effect, path)
            case "create":
                yield from self._create(effect, path, inputs)
            case "link":
                yield from self._fields((effect.args["to"],), (*path, "to"), inputs, ("item",))
            case "fire":
                yield from self._fire(effect, path)
            case "freeze_baseline":
                yield from self._fields((effect.args["measure"],), path, (), ("measure",))

    def _given(self, values: Any, path: Path, options: Collection[str], inputs: list[str]) -> Iterator[Reference]:
        for name, value in values.items():
            yield Reference("UNKNOWN_FIELD", (*path, name), name, options, {"noun": _OR_COLUMN}, key=True)
            if isinstance(value, Due):
                yield from self._due(value, (*path, name), inputs)

    def _assign(self, effect: Effect, path: Path) -> Iterator[Reference]:
        relations = (*words.COLUMN_RELATIONS, *words.FIELD_RELATIONS)
        for name in effect.args:
            yield Reference("UNKNOWN_ROLE", (*path, name), name, relations, {"noun": ("relation", "关系")}, key=True)

    def _create(self, effect: Effect, path: Path, inputs: list[str]) -> Iterator[Reference]:
        args = effect.args
        yield from self._workflow(args["workflow"], (*path, "workflow"))
        yield from self._fields(args["copy"], (*path, "copy"), words.EDITABLE_COLUMNS)
        yield from self._fields(filter(None, (args["for_each"],)), (*path, "for_each"), (), _LISTS)
        paper = self._paper(args["workflow"])
        options = (*paper.fields, *words.EDITABLE_COLUMNS) if paper else tuple(args["fields"])
        yield from self._given(args["fields"], (*path, "fields"), options, inputs)
        if paper:
            yield from self._rows(args["for_each"], options)

    def _rows(self, name: str | None, options: Collection[str]) -> Iterator[Reference]:
        """Each row of a table fills a new item: its columns are called like what they fill."""
        field = self.workflow.fields.get(name or "")
        for column in field.columns if field else ():
            path = ("fields", str(name), "columns", column.name)
            yield Reference("UNKNOWN_FIELD", path, column.name, options, {"noun": _OR_COLUMN}, key=True)

    def _fire(self, effect: Effect, path: Path) -> Iterator[Reference]:
        workflow, name = effect.args["workflow"], effect.args["transition"]
        yield from self._workflow(workflow, (*path, "workflow"))
        below = (*path, "transition")
        if effect.args["on"] == "self":
            yield Reference("UNKNOWN_TRANSITION", below, name, self.transitions, {"where": ""})
        elif paper := self._paper(workflow):
            where = (f" in the workflow `{workflow}`", f"工作流 `{workflow}` 中")
            yield Reference("UNKNOWN_TRANSITION", below, name, paper.transitions, {"where": where})

    def _paper(self, workflow: str | None) -> Workflow | None:
        return self.workflow if workflow == self.workflow.id else self.known.papers.get(workflow or "")
