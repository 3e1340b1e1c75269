"""Many rows as arrays: PostgreSQL takes them in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import CTE, BigInteger, Column, ColumnElement, String, Text, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine


def side_by_side(kinds: Mapping[str, Column[Any]]) -> CTE:
    """Arrays, a parameter each, side by side as a table called "new", one column each."""
    arrays = [bindparam(name, type_=ARRAY(_unlimited(kind.type), dimensions=1)) for name, kind in kinds.items()]
    columns = [column(name, kind.type) for name, kind in kinds.items()]
    rows = func.unnest(*arrays).table_valued(*columns, name="given").render_derived()
    return select(*rows.c).cte("new")


def _unlimited(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Text without a length: a cast to varchar(60)[] would cut what is longer, in silence."""
    return Text() if isinstance(kind, String) else kind


def among(number: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether `number` is in the array of the parameter "wanted"."""
    return number == func.any(bindparam("wanted", type_=ARRAY(BigInteger(), dimensions=1)))


def columns_of(rows: Sequence[Sequence[Any]], names: Sequence[str]) -> dict[str, list[Any]]:
    """Rows as one list a name."""
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
