"""Values of fields: from what a person, a file or a program gives to what JSON keeps, by the field's type."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from pdca_engine.cadence.durations import parse_duration
from pdca_engine.definition.paper.words import COLUMN_TEXTS, PRIORITIES
from pdca_engine.definition.paper.workflow import Choice, Field, Text

TEXT_LIMIT: Final = 2_000
MARKDOWN_LIMIT: Final = 100_000
LIST_LIMIT: Final = 500
YES: Final = frozenset({"true", "yes", "y", "on", "1", "是", "对"})
NO: Final = frozenset({"false", "no", "n", "off", "0", "否", "不"})


class BadValue(ValueError):
    """A value that a field can't take, said in both languages."""

    def __init__(self, en: str, zh: str) -> None:
        self.en, self.zh = en, zh
        super().__init__(en)


def read_value(field: Field, raw: Any) -> Any:
    """What JSON keeps for `raw` in `field`; None for nothing. Dates become ISO text, persons stay numbers. Raises `BadValue`."""
    if isinstance(raw, BadValue):  # found out earlier, where names are looked up
        raise raw
    if raw is None or (isinstance(raw, str) and not raw.strip()) or raw == []:
        return None
    return _READERS[field.type](field, raw)


def clean_text(raw: Any, limit: int) -> str:
    """Text without surrounding blanks. Raises `BadValue` for what no database keeps (NUL, lone surrogates) or over-long text."""
    if not isinstance(raw, str):
        raise BadValue("text is expected", "应为文本")
    text = raw.strip()
    if "\x00" in text:
        raise BadValue("the text has a NUL character; remove it", "文本含有 NUL 字符，请删除")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise BadValue("the text has a broken character (a lone surrogate); remove it", "文本含有无效字符（孤立代理项），请删除")
    if len(text) > limit:
        raise BadValue(f"{len(text)} characters are more than the {limit} allowed", f"共 {len(text)} 个字符，超过上限 {limit}")
    return text


def _text(field: Field, raw: Any) -> str:
    return clean_text(raw if isinstance(raw, str) else str(raw), field.max_length or TEXT_LIMIT)


def _markdown(field: Field, raw: Any) -> str:
    return clean_text(raw, field.max_length or MARKDOWN_LIMIT)


def _number(field: Field, raw: Any) -> float:
    try:
        if isinstance(raw, bool):
            raise ValueError
        value = float(raw.replace(",", "").rstrip("%").strip() if isinstance(raw, str) else raw)
    except (TypeError, ValueError, AttributeError, OverflowError):
        raise BadValue(f"{str(raw)[:40]!r} is not a number", f"{str(raw)[:40]!r} 不是数字") from None
    if not math.isfinite(value):
        raise BadValue("the number must be finite", "数字必须有限")
    return _in_limits(field, value)


def _integer(field: Field, raw: Any) -> int:
    value = _number(field, raw)
    if value != int(value) or abs(value) > 2**53:
        raise BadValue(f"{raw!r} is not a whole number", f"{raw!r} 不是整数")
    return int(value)


def _in_limits(field: Field, value: float) -> float:
    if field.min is not None and value < field.min:
        raise BadValue(f"{value:g} is below the least value {field.min:g}", f"{value:g} 小于最小值 {field.min:g}")
    if field.max is not None and value > field.max:
        raise BadValue(f"{value:g} is above the greatest value {field.max:g}", f"{value:g} 大于最大值 {field.max:g}")
    return value


def _boolean(_: Field, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word in YES or word in NO:
        return word in YES
    raise BadValue(f"{raw!r} is neither yes nor no", f"{raw!r} 不是“是”或“否”")


def _date(_: Field, raw: Any) -> str:
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    try:
        return date.fromisoformat(str(raw).strip()).isoformat()
    except ValueError:
        raise BadValue(f"{raw!r} is not a date; write it like 2026-01-31", f"{raw!r} 不是日期，请写成 2026-01-31 的形式") from None


def _moment(_: Field, raw: Any) -> str:
    try:
        value = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw).strip())
    except ValueError:
        raise BadValue(
            f"{raw!r} is not a moment; write 2026-01-31T09:00+08:00", f"{raw!r} 不是时刻，请写成 2026-01-31T09:00+08:00"
        ) from None
    if value.tzinfo is None:
        raise BadValue("the moment needs a time zone, like +08:00", "时刻须带时区，如 +08:00")
    return value.astimezone(UTC).isoformat()


def _duration(_: Field, raw: Any) -> str:
    try:
        return str(parse_duration(str(raw)))
    except ValueError:
        raise BadValue(
            f"{raw!r} is not a duration; write it like “10 working days”", f"{raw!r} 不是时长，请写成“10 working days”的形式"
        ) from None


def _choice(field: Field, raw: Any) -> str:
    word = str(raw).strip()
    for choice in field.of:
        if word in (choice.value, choice.title.en, choice.title.zh) or word.lower() == choice.value.lower():
            return choice.value
    known = ", ".join(choice.value for choice in field.of)
    raise BadValue(f"{word!r} is not one of {known}", f"{word!r} 不在可选值之中：{known}")


def _list(raw: Any) -> list[Any]:
    values = [part for part in raw.replace(",", ",").replace("、", ",").split(",") if part.strip()] if isinstance(raw, str) else raw
    if not isinstance(values, list | tuple):
        raise BadValue("a list is expected", "应为列表")
    if len(values) > LIST_LIMIT:
        raise BadValue(f"more than {LIST_LIMIT} entries", f"超过 {LIST_LIMIT} 项")
    return list(values)


def _choices(field: Field, raw: Any) -> list[str]:
    return list(dict.fromkeys(_choice(field, one) for one in _list(raw)))


def _person(_: Field, raw: Any) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool) and raw > 0:
        return raw
    raise BadValue(f"{raw!r} is no known person", f"{raw!r} 不是已知人员")


def _persons(field: Field, raw: Any) -> list[int]:
    return list(dict.fromkeys(_person(field, one) for one in _list(raw)))


def _name(_: Field, raw: Any) -> str:
    return clean_text(raw if isinstance(raw, str) else str(raw), 200)


def _names(field: Field, raw: Any) -> list[str]:
    return list(dict.fromkeys(_name(field, one) for one in _list(raw)))


def _link(_: Field, raw: Any) -> str:
    address = clean_text(raw, 2_000)
    if not address.startswith(("https://", "http://")):
        raise BadValue("an address starts with https:// or http://", "地址须以 https:// 或 http:// 开头")
    return address


def _table(field: Field, raw: Any) -> list[dict[str, Any]]:
    rows = []
    for number, row in enumerate(_list(raw), 1):
        if not isinstance(row, Mapping):
            raise BadValue(f"row {number} is not a set of columns", f"第 {number} 行不是列的集合")
        unknown = set(row) - {column.name for column in field.columns}
        if unknown:
            raise BadValue(f"row {number}: no column {', '.join(sorted(unknown))}", f"第 {number} 行：没有列 {', '.join(sorted(unknown))}")
        rows.append({column.name: _cell(column, row.get(column.name), number) for column in field.columns})
    return rows


def _cell(column: Field, raw: Any, number: int) -> Any:
    """One value of a row. What is wrong with it is told with the row and the column."""
    try:
        value = read_value(column, raw)
    except BadValue as bad:
        raise BadValue(f"row {number}, {column.title.en}: {bad.en}", f"第 {number} 行“{column.title.zh}”：{bad.zh}") from None
    if value is None and column.required:
        raise BadValue(f"row {number}: {column.title.en} is missing", f"第 {number} 行缺少“{column.title.zh}”")
    return value


_READERS: Final[Mapping[str, Callable[[Field, Any], Any]]] = {
    "text": _text,
    "markdown": _markdown,
    "number": _number,
    "integer": _integer,
    "money": _number,
    "percent": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _moment,
    "duration": _duration,
    "choice": _choice,
    "choices": _choices,
    "person": _person,
    "persons": _persons,
    "process": _name,
    "service": _name,
    "requirement": _name,
    "measure": _name,
    "item": _name,
    "link": _link,
    "table": _table,
    "requirements": _names,
    "tags": _names,
}


def _column(name: str, kind: str, **more: Any) -> Field:
    return Field(name, kind, Text(*COLUMN_TEXTS[name]), **more)


# The columns of every item that people may set, as if they were fields.
COLUMN_FIELDS: Final[Mapping[str, Field]] = {
    field.name: field
    for field in (
        _column("title", "text", max_length=500, required=True),
        _column("description", "markdown"),
        _column("owner", "person"),
        _column("proposer", "person"),
        _column("checker", "person"),
        _column("process", "process"),
        _column("service", "service"),
        _column("requirements", "requirements"),
        _column(
            "priority",
            "choice",
            of=tuple(
                Choice(value, text)
                for value, text in zip(
                    PRIORITIES, (Text("Low", "低"), Text("Medium", "中"), Text("High", "高"), Text("Critical", "紧急")), strict=True
                )
            ),
        ),
        _column("source", "text", max_length=60),
        _column("due", "date"),
        _column("tags", "tags"),
    )
}
