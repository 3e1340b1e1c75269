"""Cells as people fill them in, read into what fields take: dates in any order, numbers with units, blanks in every disguise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

from pdca_engine.definition.deciding.values import BadValue
from pdca_engine.definition.paper.workflow import Field
from pdca_engine.errors import BadInput, NotFound
from pdca_engine.services.exports import DANGEROUS
from pdca_engine.services.importing.dates import read_moment
from pdca_engine.services.importing.headings import squeeze
from pdca_engine.services.tables import Cell
from pdca_engine.unit import Unit

BLANKS: Final = frozenset(
    {"", "-", "--", "---", "–", "—", "?", "??", "/", "n/a", "n.a.", "#n/a", "nil", "tbd", "null", "(blank)", "无", "暂无", "待定", "空"}
)
FORMULA_ERRORS: Final = frozenset({"#ref!", "#value!", "#div/0!", "#name?", "#num!", "#null!"})
CURRENCY: Final = r"[A-Z]{3}\s+|[¥¥$€£]\s*"
UNIT_OF: Final = r"(?:[^\W\d_]|[%‰°€$£¥¥/])\D{0,19}"
NUMBER: Final = re.compile(rf"({CURRENCY})?([+\-−]?)\s*(\d[\d.,'’\s\u00a0\u202f]*|[.,]\d+)\s*({UNIT_OF})?")
MYRIADS: Final = {"万": 10_000, "亿": 100_000_000}
CHOICE_NUMBER: Final = re.compile(r"^\s*(?:p|prio)?\s*\d+\s*[-–—.:)、]\s*", re.IGNORECASE)
PRIORITY_WORDS: Final = {
    "critical": "p1 1 veryhigh highest urgent blocker immediate 特急 非常紧急 非常高 极高 最高 严重 紧急 一级 kritisch dringend",
    "high": "p2 2 h major important hoch 较高 重要 二级",
    "medium": "p3 3 m med moderate normal average standard mittel 一般 普通 三级 中等",
    "low": "p4 p5 4 5 l minor lowest verylow niedrig gering 较低 很低 四级 planning",
}
PRIORITIES: Final = {word: value for value, words in PRIORITY_WORDS.items() for word in words.split()}


def is_blank(cell: Cell) -> bool:
    """Whether a cell says nothing, in any of the ways people write that."""
    return cell is None or (isinstance(cell, str) and cell.strip().casefold() in BLANKS)


def unquoted(cell: Cell) -> Cell:
    """A text without the apostrophe that an export puts before what a spreadsheet would take for a formula."""
    if isinstance(cell, str) and cell.startswith("'") and DANGEROUS.match(cell[1:]):
        return cell[1:]
    return cell


@dataclass(frozen=True, slots=True)
class CellReader:
    """Reads cells of one import. `orders` says how each target writes its dates; `people` are those to be created, by squeezed name."""

    unit: Unit
    zone: ZoneInfo
    orders: Mapping[str, str]
    words: Mapping[str, Mapping[str, Any]]
    unknown: dict[str, str] | None = None  # where persons may be created: squeezed → name; None where they may not
    seen: dict[str, Any] = field(default_factory=dict)  # persons found before, by what was written

    def read(self, field: Field, cell: Cell) -> Any:
        """What the field takes, or a `BadValue` that says why not; None for nothing."""
        cell = unquoted(cell)
        told = self.words.get(field.name, {}).get(squeeze(str(cell))) if cell is not None else None
        if told is not None:
            return told
        if is_blank(cell) and not self._is_choice(field, cell):
            return None
        if isinstance(cell, str) and cell.strip().casefold() in FORMULA_ERRORS:
            return BadValue(f"{cell.strip()} is an error of a formula", f"{cell.strip()} 是公式错误")
        try:
            return self._by_type(field, cell)
        except BadValue as bad:
            return bad

    def _is_choice(self, field: Field, cell: Cell) -> bool:
        return field.type == "choice" and isinstance(cell, str) and _choice(field, cell) is not None

    def _by_type(self, field: Field, cell: Cell) -> Any:
        match field.type:
            case "date":
                return read_moment(cell, self.orders.get(field.name, "day_first")).date().isoformat()
            case "datetime":
                moment = read_moment(cell, self.orders.get(field.name, "day_first"))
                return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).isoformat()
            case "number" | "money" | "percent" | "integer":
                return read_number(cell)
            case "choice":
                return _choice(field, str(cell)) or str(cell)
            case "person":
                return self._one(str(cell))
            case "persons":
                return [self._one(one) for one in re.split(r"[,;,;、\n]", str(cell)) if one.strip()]
            case "process" | "service":
                return self._known(field.type, str(cell).strip())
            case "tags" | "requirements" | "choices":
                return [one.strip() for one in re.split(r"[,;,;、\n]", str(cell)) if one.strip()]
            case "boolean":
                return {"✓": True, "✔": True, "√": True, "x": True, "ja": True, "✗": False, "×": False, "nein": False}.get(
                    str(cell).strip().lower(), cell
                )
        return cell if isinstance(cell, str) else f"{cell}"

    def _one(self, text: str) -> Any:
        if text not in self.seen:
            self.seen[text] = self._person(text)
        return self.seen[text]

    def _person(self, text: str) -> Any:
        """The person's number. "Li Hua <li@example.org>" and "Li Hua (IT)" are found, too."""
        plain = text.strip()
        inside = re.search(r"<([^<>\s]+@[^<>\s]+)>", plain)
        forms = [plain, *([inside[1]] if inside else []), re.sub(r"\s*[<((].*$", "", plain)]
        errors: list[NotFound | BadInput] = []
        for form in dict.fromkeys(forms):
            try:
                return self.unit.directory.find_person(form)
            except (NotFound, BadInput) as error:
                errors.append(error)
        if self.unknown is not None and isinstance(errors[0], NotFound):
            self.unknown.setdefault(squeeze(forms[-1]), forms[-1])
            return None
        raise BadValue(errors[0].sentence("en").rstrip("."), errors[0].sentence("zh").rstrip("。"))

    def _known(self, kind: str, text: str) -> str:
        rows = self.unit.directory.processes if kind == "process" else self.unit.directory.services
        wanted = squeeze(text)
        named = {squeeze(word): row.id for row in rows.values() for word in (row.title_zh, row.title_en, row.id)}
        return named.get(wanted, text)


def _choice(field: Field, text: str) -> str | None:
    """The choice meant by "1 - High", "HIGH ", "高", "P2"; None when none is."""
    known = {squeeze(word): one.value for one in field.of for word in (one.value, one.title.en, one.title.zh)}
    forms = [squeeze(text), squeeze(CHOICE_NUMBER.sub("", text))]
    if field.name == "priority":
        known = {**PRIORITIES, **known}
    return next((known[form] for form in forms if form in known), None)


def read_number(cell: Cell) -> float:
    """A number as written: "1,234.50", "1.234,50 €", "CNY 12 000", "85 %", "1.2万", "3 days". Raises BadValue."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell
    text = str(cell).strip()
    found = NUMBER.fullmatch(text)
    if found is None:
        raise BadValue(f"{text!r} is not a number", f"{text!r} 不是数字")
    digits = re.sub(r"['’\s\u00a0\u202f]", "", found[3])
    unit = (found[4] or "").strip()
    try:
        value = float(_one_point(digits)) * MYRIADS.get(unit[:1], 1)
    except ValueError:  # two points, two commas
        raise BadValue(f"{text!r} is not a number", f"{text!r} 不是数字") from None
    value = -value if found[2] in ("-", "−") else value
    return int(value) if value.is_integer() else value


def _one_point(digits: str) -> str:
    """Digits with at most one decimal point, whichever sign stood for thousands."""
    comma, point = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and point >= 0:
        thousands = "." if comma > point else ","
        return digits.replace(thousands, "").replace(",", ".")
    if re.fullmatch(r"\d{1,3}(,\d{3})+", digits):
        return digits.replace(",", "")
    if re.fullmatch(r"\d{1,3}(\.\d{3}){2,}", digits):
        return digits.replace(".", "")
    return digits.replace(",", ".")
