"""Values worth trying: of the right type, within limits, and around the constants that guards compare with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from pdca_engine.cadence.durations import Duration, add, parse_duration
from pdca_engine.definition.guards.guards import parse
from pdca_engine.definition.guards.types import KINDS, Kind
from pdca_engine.definition.paper.running import Place
from pdca_engine.definition.paper.workflow import Field

_TEXTS: Final[Mapping[str, str]] = {"link": "https://example.org/", "item": "X-2026-0009", "duration": "5 days", "process": "incident"}
_DAYS: Final = (30, 1, -1, 400)


@dataclass(frozen=True, slots=True)
class Constants:
    """What an expression compares with: texts and numbers; those of the texts that are durations apart."""

    texts: tuple[str, ...] = ()
    numbers: tuple[float, ...] = ()
    durations: tuple[Duration, ...] = ()


NO_CONSTANTS: Final = Constants()


@dataclass(frozen=True, slots=True)
class Moment:
    """When and where values are made up: a person to name, the time, the calendar."""

    now: datetime
    place: Place
    persons: tuple[int, ...]
    others: Constants = NO_CONSTANTS

    def day(self, days: int) -> str:
        """The day so many days from now."""
        return (self.now.astimezone(self.place.zone) + timedelta(days=days)).date().isoformat()


@lru_cache(maxsize=4096)
def constants_of(expression: str) -> Constants:
    """The constants of an expression, each once, in the order of the text."""
    found = [node.value for node in parse(expression).walk() if node.sort == "constant"]
    texts = tuple(dict.fromkeys(one for one in found if isinstance(one, str)))
    numbers = tuple(dict.fromkeys(one for one in found if isinstance(one, int | float) and not isinstance(one, bool)))
    return Constants(texts, numbers, tuple(_durations(texts)))


def _durations(texts: Iterable[str]) -> Iterator[Duration]:
    for text in texts:
        try:
            yield parse_duration(text)
        except ValueError:
            continue


def example_of(declared: Field, moment: Moment) -> Any:
    """One value that a field or input takes."""
    return next(values_of(declared, moment), None)


def values_of(declared: Field, moment: Moment) -> Iterator[Any]:
    """Values that a field or input takes, the plainest first."""
    kind = declared.type
    if declared.of:
        yield from ([one.value] if kind == "choices" else one.value for one in declared.of)
    elif kind == "table":
        yield [{column.name: example_of(column, moment) for column in declared.columns}]
    elif kind in ("person", "persons"):
        yield from ([one] if kind == "persons" else one for one in moment.persons)
    elif kind in ("requirements", "tags"):
        yield ["10.2"]
    else:
        yield from _plain(declared, KINDS[kind], moment)


def _plain(declared: Field, kind: Kind, moment: Moment) -> Iterator[Any]:
    if kind is Kind.BOOLEAN:
        yield from (True, False)
    elif kind in (Kind.NUMBER, Kind.INTEGER):
        yield from (_exact(one, kind) for one in numbers_near(moment.others.numbers) if _within(declared, one))
        yield from (_exact(limit, kind) for limit in (declared.min, declared.max) if limit is not None)
    elif kind is Kind.MOMENT:
        yield from (_as(declared.type, one, moment) for one in moments_near(moment))
    else:
        text = _TEXTS.get(declared.type, "Made up")
        yield from (one[: declared.max_length] for one in (text, *moment.others.texts))


def numbers_near(numbers: Iterable[float]) -> tuple[float, ...]:
    """Small numbers, and those just at, above and below each constant."""
    return tuple(dict.fromkeys((1, *(near for one in numbers for near in (one, one + 1, one - 1)), 0)))


def moments_near(moment: Moment) -> Iterator[datetime]:
    """Moments before and after now, near and far, and so far as the constants say."""
    yield from (moment.now + timedelta(days=days) for days in _DAYS)
    for one in moment.others.durations:
        yield from (add(moment.now, length, moment.place.zone, moment.place.calendar) for length in (one, -one))


def _within(declared: Field, number: float) -> bool:
    return (declared.min is None or number >= declared.min) and (declared.max is None or number <= declared.max)


def _exact(number: float, kind: Kind) -> float:
    return int(number) if kind is Kind.INTEGER else float(number)


def _as(type_: str, at: datetime, moment: Moment) -> str:
    return at.isoformat() if type_ == "datetime" else at.astimezone(moment.place.zone).date().isoformat()


def values_of_kind(kind: Kind, known: tuple[str, ...], moment: Moment) -> Iterator[Any]:
    """Values of a named fact that no field declares."""
    if kind is Kind.TEXT:
        yield from known or moment.others.texts or ("Made up",)
    elif kind is Kind.BOOLEAN:
        yield from (True, False)
    elif kind in (Kind.NUMBER, Kind.INTEGER):
        yield from (_exact(one, kind) for one in numbers_near(moment.others.numbers))
    elif kind is Kind.MOMENT:
        yield from (one.isoformat() for one in moments_near(moment))
