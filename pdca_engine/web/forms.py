"""Between a field of a workflow and a control on a page: what to draw, and what a person typed into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from starlette.datastructures import FormData

from pdca_engine.definition.paper.workflow import Field
from pdca_engine.errors import Refusal
from pdca_engine.records.measures import Measure
from pdca_engine.unit import Unit
from pdca_engine.web.language import speaker

MANY = frozenset({"choices", "persons"})
LISTED = frozenset({"requirements", "tags"})
MOST_PEOPLE_IN_A_LIST = 100
LONGEST_SCALE = 10  # values that are shown side by side
SHORT = 60  # characters that fit half a form's width
SPARE_ROWS = 2
PREFIX = "f."
Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Blank:
    """One thing to fill in: how to draw it, what stands in it, what is wrong with that. `options` are (value, title)."""

    name: str
    control: str
    title: str
    help: str = ""
    value: Any = ""
    options: Options = ()
    unit: str = ""
    wrong: tuple[str, ...] = ()
    columns: tuple[Blank, ...] = ()
    rows: tuple[tuple[Blank, ...], ...] = ()
    scope: str = ""  # sets controls of several forms on one page apart
    needed: bool | None = None  # None: nothing is said about it
    source: str = ""  # what a lookup suggests: "items" or "people"

    @property
    def wide(self) -> bool:
        """Whether it needs the whole width of a form."""
        return self.control in ("area", "ticks", "table") or (self.control == "line" and len(self.value) > SHORT)

    @property
    def id(self) -> str:
        """The control's id on the page."""
        return f"{self.scope}{self.name}"


def blank(unit: Unit, field: Field, value: Any = None, wrong: Iterable[Refusal] = (), scope: str = "", needed: bool | None = None) -> Blank:
    """The control for `field`, holding `value`: what is stored, or what a person typed."""
    options = options_of(unit, field)
    control = control_of(field, options)
    return Blank(
        name=field.name,
        control=control,
        title=field.title.get(unit.language),
        help=field.help.get(unit.language) if field.help else "",
        value=_held(control, value),
        options=options,
        unit=field.unit or ("%" if field.type == "percent" else ""),
        wrong=tuple(one.sentence(unit.language) for one in wrong if one.field == field.name),
        columns=tuple(blank(unit, column) for column in field.columns),
        rows=_rows(unit, field, value),
        scope=scope,
        needed=needed,
        source="people" if field.type == "person" else "items",
    )


def control_of(field: Field, options: Options) -> str:
    """Which kind of control the field gets."""
    if field.type == "person" and len(options) > MOST_PEOPLE_IN_A_LIST:
        return "lookup"
    if field.type == "integer" and options:
        return "scale"
    if field.type == "measure" and not options:
        return "nothing"
    return _CONTROLS.get(field.type, "line")


_CONTROLS: Mapping[str, str] = {
    "markdown": "area",
    "number": "number",
    "integer": "number",
    "money": "number",
    "percent": "number",
    "boolean": "select",
    "date": "date",
    "datetime": "moment",
    "choice": "select",
    "choices": "ticks",
    "person": "select",
    "persons": "ticks",
    "measure": "select",
    "process": "select",
    "service": "select",
    "link": "address",
    "item": "lookup",
    "table": "table",
}


def options_of(unit: Unit, field: Field) -> Options:
    """What can be chosen for the field, as (value, title); empty when anything can be written."""
    language, directory = unit.language, unit.directory
    if field.type in ("person", "persons"):
        return tuple((str(one.id), one.name) for one in directory.persons.values() if one.active)
    if field.type in ("process", "service"):
        rows: Iterable[Any] = (directory.processes if field.type == "process" else directory.services).values()
        return tuple((one.id, one.title_zh if language == "zh" else one.title_en) for one in rows if one.active)
    if field.type == "measure":
        return _measures(unit)
    if field.type == "integer" and field.min is not None and field.max is not None and field.max - field.min < LONGEST_SCALE:
        return tuple((str(one), str(one)) for one in range(int(field.min), int(field.max) + 1))
    if field.type == "boolean":
        say = speaker(language)
        return ("true", say("Yes")), ("false", say("No"))
    return tuple((one.value, one.title.get(language)) for one in field.of)


def _measures(unit: Unit) -> Options:
    title = Measure.title_zh if unit.language == "zh" else Measure.title_en
    return tuple((row.id, row[1]) for row in unit.session.execute(select(Measure.id, title).order_by(Measure.id)))


def _held(control: str, value: Any) -> Any:
    """The value as the control wants it: text, or a list of texts."""
    if control == "ticks":
        return [str(one) for one in value or ()]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ", ".join(str(one) for one in value) if control != "table" else ""
    if control == "moment" and isinstance(value, str):
        return value[:16]
    return "" if value is None else str(value)


def _rows(unit: Unit, field: Field, value: Any) -> tuple[tuple[Blank, ...], ...]:
    """The lines of a table, and a few empty ones to write into."""
    if field.type != "table":
        return ()
    held: list[Mapping[str, Any]] = [*(value or ()), *({} for _ in range(SPARE_ROWS))]
    return tuple(
        tuple(blank(unit, column, row.get(column.name), scope=f"{field.name}.{number}.") for column in field.columns)
        for number, row in enumerate(held)
    )


def typed_values(form: FormData, fields: Sequence[Field], keep_blank: bool = False) -> dict[str, Any]:
    """What the person typed for each of `fields`. What was left empty is left out, or None with `keep_blank` (an edit that clears)."""
    typed: dict[str, Any] = {}
    for field in fields:
        value = _typed(form, field)
        if value not in (None, "", []):
            typed[field.name] = value
        elif keep_blank and (_mentioned(form, field) or field.type in MANY):
            typed[field.name] = None
    return typed


def _mentioned(form: FormData, field: Field) -> bool:
    return any(name == PREFIX + field.name or name.startswith(f"{PREFIX}{field.name}.") for name in form)


def _typed(form: FormData, field: Field) -> Any:
    name = PREFIX + field.name
    if field.type == "table":
        return _typed_table(form, field)
    if field.type in MANY:
        return [one for one in form.getlist(name) if one]
    text = _text(form, name)
    if field.type in LISTED:
        return [one.strip() for one in text.replace(",", ",").replace("、", ",").split(",") if one.strip()]
    return text


def _typed_table(form: FormData, field: Field) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    number = 0
    while any(f"{PREFIX}{field.name}.{number}.{column.name}" in form for column in field.columns):
        row = {column.name: _text(form, f"{PREFIX}{field.name}.{number}.{column.name}") for column in field.columns}
        rows += [{name: value for name, value in row.items() if value}] if any(row.values()) else []
        number += 1
    return rows


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def whole_number(form: FormData, name: str) -> int | None:
    """A hidden number of a form (the version the person saw), or None."""
    return small_number(_text(form, name))


def small_number(text: str) -> int | None:
    """A number from an address or a form, small enough for any database; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def one_text(form: FormData, name: str) -> str | None:
    """One line or text of a form, or None when it was left empty."""
    return _text(form, name) or None
