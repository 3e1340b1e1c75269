"""Working-day calendars by name: the bundled ones in `data/`, and files that people write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from pdca_engine.cadence.problem import BadTime
from pdca_engine.cadence.working_days import WorkingCalendar as WorkingCalendar

BUNDLED = ("cn", "de", "none")
WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_DATA = Path(__file__).parent / "data"
_KEYS = ("weekend", "holidays", "working")
_LARGEST = 1_000_000  # bytes; a century of holidays is some 30 kB
_FORM = "{weekend: [SAT, SUN], holidays: [2026-10-01], working: [2026-10-10]}"
Problem = tuple[str, str]  # the sentence in English and in Chinese


def load_calendar(name_or_path: str) -> WorkingCalendar:
    """The bundled calendar `cn`, `de` or `none`, or one read from a YAML file `{weekend: [SAT, SUN], holidays: [dates], working: [dates]}`.

    Raises BadTime (a ValueError) with everything that is wrong with the name or the file.
    """
    if name_or_path in BUNDLED:
        return _bundled(name_or_path)
    path = Path(name_or_path)
    if "\0" in name_or_path or not path.is_file():
        raise BadTime(
            f"there is no calendar {name_or_path!r}; write one of {', '.join(BUNDLED)}, or the path of a YAML file {_FORM}",
            f"没有日历“{name_or_path}”；请写 {'、'.join(BUNDLED)} 之一，或 YAML 文件的路径，其内容如 {_FORM}",
        )
    return _read(path, name_or_path)


@cache
def _bundled(name: str) -> WorkingCalendar:
    return _read(_DATA / f"{name}.yaml", name)


def _read(path: Path, name: str) -> WorkingCalendar:
    data = _load(path, name)
    problems: list[Problem] = [
        (f"unknown key {key!r} (known: {', '.join(_KEYS)})", f"未知的键“{key}”（可用：{'、'.join(_KEYS)}）")
        for key in data
        if key not in _KEYS
    ]
    weekend = _weekdays(data.get("weekend", ["SAT", "SUN"]), problems)
    holidays = _dates("holidays", data.get("holidays"), problems)
    working = _dates("working", data.get("working"), problems)
    for day in sorted(holidays & working):
        problems.append((f"{day} is both a holiday and a working day", f"{day} 既是节假日又是工作日"))
    if len(weekend) == len(WEEKDAYS):
        problems.append(("weekend names all seven days, so nothing would ever be worked", "weekend 包含全部七天，将没有任何工作日"))
    if problems:
        raise _unusable(name, problems)
    return WorkingCalendar(name, weekend, holidays, working)


def _load(path: Path, name: str) -> Mapping[Any, Any]:
    import yaml  # only who reads a calendar pays for it

    try:
        if path.stat().st_size > _LARGEST:
            raise _unusable(name, [(f"it is larger than {_LARGEST:,} bytes", f"文件大于 {_LARGEST:,} 字节")])
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _unusable(name, [(f"it can't be read ({error.strerror})", f"无法读取（{error.strerror}）")]) from None
    except UnicodeDecodeError:
        raise _unusable(name, [("it is not UTF-8 text", "不是 UTF-8 文本")]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a date like 2026-02-30
        if isinstance(error, BadTime):
            raise
        raise _unusable(name, [(f"it is not valid YAML: {_where(error)}", f"不是有效的 YAML：{_where(error)}")]) from None
    if not isinstance(data, dict):
        raise _unusable(name, [(f"it must be a mapping like {_FORM}", f"内容须为映射，如 {_FORM}")])
    return data


def _where(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or str(error)
    return f"line {mark.line + 1}, column {mark.column + 1}: {what}" if mark else what


def _unusable(name: str, problems: list[Problem]) -> BadTime:
    return BadTime(
        f"the calendar {name!r} can't be used: {'; '.join(en for en, _ in problems)}",
        f"日历“{name}”无法使用：{'；'.join(zh for _, zh in problems)}",
    )


def _weekdays(written: Any, problems: list[Problem]) -> frozenset[int]:
    words = [str(word).upper() for word in written] if isinstance(written, list) else [str(written)]
    for word in words:
        if word not in WEEKDAYS:
            problems.append(
                (f"weekend: {word!r} is not one of {', '.join(WEEKDAYS)}", f"weekend：“{word}”不是 {'、'.join(WEEKDAYS)} 之一"),
            )
    return frozenset(WEEKDAYS.index(word) for word in words if word in WEEKDAYS)


def _dates(key: str, written: Any, problems: list[Problem]) -> frozenset[date]:
    values = written if isinstance(written, list) else [] if written is None else [written]
    days = {_date(value) for value in values}
    for value in values:
        if _date(value) is None:
            problems.append((f"{key}: {value!r} is not a date like 2026-10-01", f"{key}：“{value}”不是日期，应如 2026-10-01"))
    return frozenset(day for day in days if day is not None)


def _date(value: Any) -> date | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
