"""What people type, judged before it is stored: short texts, addresses, zones. Problems are collected, so that all are told at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import available_timezones

from pdca_engine.definition.deciding.values import BadValue, clean_text
from pdca_engine.errors import Refusal, Refused

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,99}")
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(slots=True)
class Problems:
    """Everything wrong with one request."""

    found: list[Refusal] = field(default_factory=list)

    def add(self, code: str, name: str, en: str, zh: str, **params: object) -> None:
        """One more problem with the field `name`."""
        self.found.append(Refusal(code, en, zh, name, params))

    def extend(self, refusals: Sequence[Refusal]) -> None:
        """Problems that were found elsewhere."""
        self.found.extend(refusals)

    def raise_any(self) -> None:
        """Raise Refused with all of them, if there is one."""
        if self.found:
            raise Refused(self.found)

    def text(self, name: str, value: str | None, longest: int, *, needed: bool = True) -> None:
        """A text of at most `longest` characters that both databases can keep."""
        if not (value or "").strip():
            if needed:
                self.add("NEEDS_FIELD", name, f"“{name}” is missing.", f"缺少“{name}”。")
            return
        try:
            clean_text(value, longest)
        except BadValue as bad:
            self.add("BAD_VALUE", name, f"“{name}”: {bad.en}.", f"“{name}”：{bad.zh}。")

    def pattern(self, name: str, value: str | None, pattern: re.Pattern[str], example: str) -> None:
        """A value, where given, of the form that `example` shows."""
        if value is not None and not pattern.fullmatch(value):
            shown = ascii(value[:60])
            self.add("BAD_FORM", name, f"“{name}” is {shown}; write it like {example}.", f"“{name}”为 {shown}；请写成 {example} 的形式。")

    def zone(self, name: str, value: str | None) -> None:
        """A time zone, where given."""
        if value is not None and value not in available_timezones():
            shown = ascii(value[:60])
            self.add(
                "BAD_FORM",
                name,
                f"There is no time zone {shown}; write one like Asia/Shanghai.",
                f"没有时区 {shown}；请写如 Asia/Shanghai。",
            )

    def language(self, name: str, value: str | None) -> None:
        """A language the program speaks, where given."""
        if value not in (None, "en", "zh"):
            self.add("BAD_FORM", name, "The language is en or zh.", "语言须为 en 或 zh。")

    def days(self, from_day: date | None, until_day: date | None) -> None:
        """A first and a last day in that order."""
        if from_day and until_day and until_day < from_day:
            self.add(
                "BAD_PERIOD",
                "until_day",
                f"The last day {until_day} lies before the first, {from_day}.",
                f"截止日 {until_day} 早于起始日 {from_day}。",
            )
