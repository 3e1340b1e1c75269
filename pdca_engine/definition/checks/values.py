"""Fields and the values given to them: keys that fit the type, limits, literals, and a duration for every choice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pdca_engine.definition.checks.known import Known
from pdca_engine.definition.deciding.values import COLUMN_FIELDS, BadValue, read_value
from pdca_engine.definition.language.kinds import Scalar
from pdca_engine.definition.language.parts import HOLDERS
from pdca_engine.definition.language.scalars import FLAG, INTEGER, NUMBER, TEXT_LINE
from pdca_engine.definition.paper.positions import Path
from pdca_engine.definition.paper.report import Both
from pdca_engine.definition.paper.walk import effects_of
from pdca_engine.definition.paper.workflow import Cel, Choose, Due, Field, Workflow
from pdca_engine.definition.reading.conform import describe
from pdca_engine.definition.reading.load import Draft

_CHOICES: Final = ("choice", "choices")
_NUMBERS: Final = ("number", "integer", "money", "percent")
_ONLY_FOR: Final[Mapping[str, tuple[str, ...]]] = {
    "of": _CHOICES,
    "unit": _NUMBERS,
    "min": _NUMBERS,
    "max": _NUMBERS,
    "max_length": ("text", "markdown"),
    "columns": ("table",),
}
_NEEDED: Final = {"choice": "of", "choices": "of", "table": "columns"}
_DATES: Final = ("date", "datetime")
_PERSONS: Final = ("person", "persons")
_LISTS: Final = ("choices", "persons", "table", "requirements", "tags")
_LIST: Final = Scalar(("a list", "列表"), lambda value: isinstance(value, list), {"type": "array"})
_WRITTEN: Final[Mapping[str, Scalar]] = {"boolean": FLAG, "integer": INTEGER, **dict.fromkeys(("number", "money", "percent"), NUMBER)}


def check_values(draft: Draft, known: Known) -> None:
    """Note every field, literal and choice-dependent duration that can't be."""
    for path, field in _fields(draft.workflow):
        _check_field(draft, path, field)
    for path, known_field, value in _given(draft.workflow, known):
        if known_field and isinstance(value, Due) and known_field.type not in _DATES:
            draft.add_key("WRONG_FIELD_TYPE", path, word=known_field.name, type=known_field.type, wanted=" / ".join(_DATES))
        elif known_field and not isinstance(value, Cel | Due):
            _check_literal(draft, path, known_field, value)
    for path, length in _durations(draft.workflow, known):
        _check_cases(draft, path, length)


def _fields(workflow: Workflow) -> Iterator[tuple[Path, Field]]:
    for field in workflow.fields.values():
        yield ("fields", field.name), field
        for column in field.columns:
            yield ("fields", field.name, "columns", column.name), column
    for one in workflow.transitions.values():
        for given in one.inputs:
            yield ("transitions", one.name, "input", given.name), given


def _check_field(draft: Draft, path: Path, field: Field) -> None:
    for key, types in _ONLY_FOR.items():
        if getattr(field, key) not in (None, ()) and field.type not in types:
            draft.add_key("MISPLACED_KEY", (*path, key), key=key, place=_of_type(field))
    needed = _NEEDED.get(field.type)
    if needed and not getattr(field, needed):
        draft.add_key("MISSING_KEY", path, key=needed, place=_of_type(field), because="")
    if field.min is not None and field.max is not None and field.min > field.max:
        draft.add("BROKEN_LIMITS", (*path, "min"), low=f"{field.min:g}", high=f"{field.max:g}")
    elif field.default is not None:
        _check_literal(draft, (*path, "default"), field, field.default)


def _of_type(field: Field) -> Both:
    return f"a field of type {field.type}", f"{field.type} 类型的字段"


def _check_literal(draft: Draft, path: Path, field: Field, value: Any) -> None:
    """A file says `true`, 5 or a text where a person may also type "yes" or "5": what it gives must be of the field's own type."""
    if value is None:
        return
    written = _LIST if field.type in _LISTS else _WRITTEN.get(field.type, TEXT_LINE)
    if not written.fits(value):
        draft.add("WRONG_TYPE", path, key=path[-1], wanted=written.says, found=describe(value))
    elif field.type in _CHOICES:
        _check_choices(draft, path, field, value)
    elif field.type in _PERSONS:
        _check_holders(draft, path, value)
    else:
        try:
            read_value(field, value)
        except BadValue as bad:
            draft.add("WRONG_VALUE", path, field=field.name, why=(bad.en, bad.zh))


def _check_choices(draft: Draft, path: Path, field: Field, value: Any) -> None:
    for word in map(str, value if isinstance(value, list) else [value]):
        if field.of and field.choice(word) is None:
            draft.add_word("UNKNOWN_CHOICE", path, word, field=field.name, options=[one.value for one in field.of])


def _check_holders(draft: Draft, path: Path, value: Any) -> None:
    """A workflow outlives the people in it: a person is given as whoever holds a role or relation."""
    for word in map(str, value if isinstance(value, list) else [value]):
        if word not in HOLDERS:
            draft.add_word("UNKNOWN_ROLE", path, word, noun=("role or relation", "角色或关系"), options=HOLDERS)


def _given(workflow: Workflow, known: Known) -> Iterator[tuple[Path, Field | None, Any]]:
    """What `set` and `create` give fields and columns, as far as the field is known."""
    for path, effect, _ in effects_of(workflow):
        if effect.kind == "set":
            yield from _values(effect.args, path, workflow)
        elif effect.kind == "create":
            target = workflow if effect.args["workflow"] == workflow.id else known.papers.get(effect.args["workflow"])
            yield from _values(effect.args["fields"], (*path, "fields"), target)


def _values(given: Mapping[str, Any], path: Path, workflow: Workflow | None) -> Iterator[tuple[Path, Field | None, Any]]:
    fields = workflow.fields if workflow else {}
    return (((*path, name), fields.get(name) or COLUMN_FIELDS.get(name), value) for name, value in given.items())


def _durations(workflow: Workflow, known: Known) -> Iterator[tuple[Path, Choose]]:
    for timer in workflow.timers.values():
        yield from _of_due(timer.due, ("timers", timer.name, "due"))
    for one in workflow.transitions.values():
        if one.not_before and isinstance(one.not_before.plus, Choose):
            yield ("transitions", one.name, "not_before", "plus"), one.not_before.plus
    for path, _, value in _given(workflow, known):
        if isinstance(value, Due):
            yield from _of_due(value, path)


def _of_due(due: Due, path: Path) -> Iterator[tuple[Path, Choose]]:
    for key in ("after", "plus", "less"):
        if isinstance(length := getattr(due, key), Choose):
            yield (*path, key), length


def _check_cases(draft: Draft, path: Path, length: Choose) -> None:
    """Each choice has its duration, and no duration is for a choice that isn't there."""
    field = draft.workflow.fields.get(length.by)
    if field is None or field.type != "choice":
        return
    choices = [one.value for one in field.of]
    for case in length.cases:
        if case not in choices:
            draft.add_key("UNKNOWN_CHOICE", (*path, case), word=case, field=field.name, options=choices)
    for choice in choices:
        if choice not in length.cases:
            draft.add_key("MISSING_CHOICE", path, word=choice, field=field.name)
