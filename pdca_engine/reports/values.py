"""A stored value as a person reads it, in their language and zone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from pdca_engine.definition.paper.workflow import Field
from pdca_engine.records.measures import Measure
from pdca_engine.unit import Unit

YES_NO: Final[Mapping[str, tuple[str, str]]] = {"en": ("yes", "no"), "zh": ("是", "否")}
ROWS: Final[Mapping[str, str]] = {"en": "{} row(s)", "zh": "{} 行"}
TO_THE_MINUTE: Final[Mapping[str, str]] = {"en": "MMM d, y, HH:mm", "zh": "y年M月d日 HH:mm"}
JOINED: Final[Mapping[str, str]] = {"en": ", ", "zh": "、"}


@cache
def _locale(language: str) -> Locale:
    return Locale("zh", script="Hans") if language == "zh" else Locale("en")


def show(unit: Unit, field: Field, value: Any) -> str:
    """The value of a field or common column as text; empty for nothing. A value of another type than its field's is shown as it is."""
    if value is None or value == [] or value == "":
        return ""
    try:
        return _SHOWN.get(field.type, _plain)(unit, field, value)
    except (TypeError, ValueError, AttributeError):
        return str(value)  # kept from an older version of the workflow, where the field had another type


def show_day(day: date, language: str) -> str:
    """A day in words: "Dec 3, 2026", "2026年12月3日"."""
    return format_date(day, format="medium", locale=_locale(language))


def show_moment(unit: Unit, moment: datetime) -> str:
    """A moment in the reader's own zone (the organisation's where they chose none)."""
    return format_datetime(moment, format=TO_THE_MINUTE[unit.language], tzinfo=reader_zone(unit), locale=_locale(unit.language))


def reader_zone(unit: Unit) -> ZoneInfo:
    """The zone the reader lives in."""
    row = unit.directory.person(unit.person) if unit.person else None
    return ZoneInfo(row.timezone) if row and row.timezone else unit.settings.zone


def process_title(unit: Unit, process: str | None) -> str:
    """The process's title in the reader's language."""
    row = unit.directory.processes.get(process or "")
    return (row.title_zh if unit.language == "zh" else row.title_en) if row else process or ""


def service_title(unit: Unit, service: str | None) -> str:
    """The service's title in the reader's language."""
    row = unit.directory.services.get(service or "")
    return (row.title_zh if unit.language == "zh" else row.title_en) if row else service or ""


def joined(unit: Unit, texts: list[str]) -> str:
    """Several texts as one list."""
    return JOINED[unit.language].join(texts)


def _plain(unit: Unit, _: Field, value: Any) -> str:
    return joined(unit, [str(one) for one in value]) if isinstance(value, list) else str(value)


def _number(unit: Unit, field: Field, value: Any) -> str:
    shown: str = format_decimal(value, locale=_locale(unit.language), decimal_quantization=False)
    unit_of = "%" if field.type == "percent" and not field.unit else field.unit
    return f"{shown} {unit_of}" if unit_of else shown


def _choice(unit: Unit, field: Field, value: Any) -> str:
    choice = field.choice(value)
    return choice.title.get(unit.language) if choice else str(value)


def _choices(unit: Unit, field: Field, value: Any) -> str:
    return joined(unit, [_choice(unit, field, one) for one in value])


def _person(unit: Unit, _: Field, value: Any) -> str:
    return unit.directory.name(int(value), unit.language)


def _persons(unit: Unit, field: Field, value: Any) -> str:
    return joined(unit, [_person(unit, field, one) for one in value])


def _measure(unit: Unit, _: Field, value: Any) -> str:
    found = unit.session.get(Measure, str(value))
    return (found.title_zh if unit.language == "zh" else found.title_en) if found else str(value)


_SHOWN: Final[Mapping[str, Callable[[Unit, Field, Any], str]]] = {
    "number": _number,
    "integer": _number,
    "money": _number,
    "percent": _number,
    "boolean": lambda unit, _, value: YES_NO[unit.language][0 if value else 1],
    "date": lambda unit, _, value: show_day(date.fromisoformat(str(value)), unit.language),
    "datetime": lambda unit, _, value: show_moment(unit, datetime.fromisoformat(str(value))),
    "choice": _choice,
    "choices": _choices,
    "person": _person,
    "persons": _persons,
    "process": lambda unit, _, value: process_title(unit, str(value)),
    "service": lambda unit, _, value: service_title(unit, str(value)),
    "measure": _measure,
    "table": lambda unit, _, value: ROWS[unit.language].format(len(value)),
}
