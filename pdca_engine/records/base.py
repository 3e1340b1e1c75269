"""What all mapped classes share: the naming of constraints, the moment type, the JSON text type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import BigInteger, DateTime, Dialect, Integer, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite only numbers rows by itself in a column it calls INTEGER.
Id = BigInteger().with_variant(Integer(), "sqlite")


@lru_cache(maxsize=256)  # the moment of a transaction is written several times
def moment_text(moment: datetime) -> str:
    """A moment as SQLite and the trail keep it: fixed width, UTC, so that text order is time order. ValueError without a zone."""
    return in_utc(moment).isoformat(timespec="microseconds")[:26] + "Z"


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC. ValueError without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC)


class Moment(TypeDecorator[datetime]):
    """An aware moment in UTC: `timestamptz` on PostgreSQL, sortable text on SQLite. A naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text where the database knows no zones."""
        return dialect.type_descriptor(String(27)) if dialect.name == "sqlite" else dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse what has no zone: it would mean another instant on another machine."""
        return None if value is None else self.writer(dialect)(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Always aware, always UTC."""
        return None if value is None else self.reader(dialect)(value)

    def writer(self, dialect: Dialect) -> Callable[[datetime], Any]:
        """What the driver is given for a moment."""
        return moment_text if dialect.name == "sqlite" else in_utc

    def reader(self, dialect: Dialect) -> Callable[[Any], datetime]:
        """The moment that the driver's value means."""
        return datetime.fromisoformat if dialect.name == "sqlite" else in_utc


class JsonText(TypeDecorator[Any]):
    """JSON kept as text with sorted keys: the same bytes on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Python data to text."""
        return None if value is None else json_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Text to Python data."""
        return None if value is None else orjson.loads(value)

    def writer(self, dialect: Dialect) -> Callable[[Any], str]:
        """What the driver is given for data that is not None."""
        return json_text

    def reader(self, dialect: Dialect) -> Callable[[str], Any]:
        """The data that the driver's text means."""
        return orjson.loads


def json_text(value: Any) -> str:
    """Data as compact JSON with sorted keys. TypeError for what is no JSON; a read-only mapping is written like any other."""
    return orjson.dumps(value, default=_as_dict, option=orjson.OPT_SORT_KEYS).decode()


def _as_dict(value: Any) -> dict[Any, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no JSON: {type(value).__name__}")


class Record(DeclarativeBase):
    """Base of every mapped class."""

    metadata = MetaData(naming_convention=NAMES)
