"""What comes next for an item, as the page shows it: each step with what it lacks, what it asks, and where each lack is mended."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pdca_engine.definition.values import COLUMN_FIELDS
from pdca_engine.errors import PdcaError, Refusal
from pdca_engine.reports.items import ItemPage
from pdca_engine.services.steps import NextStep
from pdca_engine.unit import Unit
from pdca_engine.web.forms import Blank, blank

Lack = tuple[str, str | None]  # the sentence, and the address that mends it
ELSEWHERE: Mapping[str, str] = {
    "NEEDS_EVIDENCE": "#evidence",
    "NEEDS_CHILDREN": "#children",
    "NEEDS_LINK": "#facts",
    "NOT_YOUR_ROLE": "/people",
}
_READS: Final = re.compile(r"\bitem\.(\w+)")  # what the condition of a false guard looks at


@dataclass(frozen=True, slots=True)
class Tried:
    """What a person sent and got back: which form, for what (a transition, a field), what they typed, and the error."""

    form: str = ""
    name: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    comment: str = ""
    error: PdcaError | None = None

    def refusals(self, form: str, name: str | None = None) -> tuple[Refusal, ...]:
        """The unmet conditions, if it was that form."""
        mine = self.error is not None and self.form == form and name in (None, self.name)
        return tuple(self.error.refusals()) if mine and self.error else ()


@dataclass(frozen=True, slots=True)
class StepView:
    """One possible step. `blockers` must be mended elsewhere first; `blanks` are asked for here and must meet `conditions`."""

    name: str
    title: str
    help: str
    target_title: str
    allowed: bool
    blockers: tuple[Lack, ...]
    conditions: tuple[str, ...]
    blanks: tuple[Blank, ...]
    asks_comment: bool
    comment: str
    comment_wrong: str
    open: bool

    @property
    def asked(self) -> int:
        """How many things its form needs."""
        return sum(bool(one.needed) for one in self.blanks) + len(self.conditions) + self.asks_comment


def step_views(unit: Unit, page: ItemPage, steps: Iterable[NextStep], tried: Tried, opened: str) -> list[StepView]:
    """Every step; open is the one that was sent, the one the address names, or the only one there is."""
    steps = list(steps)
    mine = [one.transition.name for one in steps if one.allowed]
    chosen = tried.name if tried.form == "advance" else opened or (mine[0] if len(mine) == 1 else "")
    return [_view(unit, page, step, tried, step.transition.name == chosen) for step in steps]


def _view(unit: Unit, page: ItemPage, step: NextStep, tried: Tried, is_open: bool) -> StepView:
    transition, language = step.transition, unit.language
    wrong = tried.refusals("advance", transition.name)
    typed = tried.values if tried.form == "advance" and tried.name == transition.name else {}
    needed = {one.field for one in step.missing if one.code in ("NEEDS_FIELD", "NEEDS_INPUT")}
    held = {shown.name: shown.value for shown in (*page.columns, *page.fields)}
    blanks = tuple(
        blank(unit, asked, typed.get(asked.name, held.get(asked.name, asked.default)), wrong, f"{transition.name}.", asked.name in needed)
        for asked in step.asks
    )
    return StepView(
        name=transition.name,
        title=transition.title.get(language),
        help=transition.help.get(language) if transition.help else "",
        target_title=step.target.title.get(language) if step.target else "",
        allowed=step.allowed,
        blockers=lacks(unit, page, step.blockers if step.allowed else step.missing),
        conditions=tuple(one.sentence(language) for one in step.missing if one not in step.blockers and _reads_other_than(one, needed)),
        blanks=blanks,
        asks_comment=step.asks_comment,
        comment=tried.comment if typed or wrong else "",
        comment_wrong=next((one.sentence(language) for one in wrong if one.code == "NEEDS_COMMENT"), ""),
        open=is_open,
    )


def _reads_other_than(unmet: Refusal, needed: set[str | None]) -> bool:
    """Whether a guard looks only at values that the form leaves open: it is worth saying before the form is sent."""
    read = _READS.findall(unmet.params.get("condition", ""))
    return bool(read) and needed.isdisjoint(read)


def lacks(unit: Unit, page: ItemPage, refusals: Iterable[Refusal], scope: str = "", asked: Iterable[str] = ()) -> tuple[Lack, ...]:
    """Each unmet condition with the address of the place that mends it; `asked` are controls at hand, ids beginning with `scope`."""
    at_hand = frozenset(asked)
    return tuple((one.sentence(unit.language), _address(page, one, scope, at_hand)) for one in refusals)


def _address(page: ItemPage, refusal: Refusal, scope: str, asked: frozenset[str]) -> str | None:
    """The control at hand that mends it, else the place on the page, else the field to be changed."""
    if refusal.code == "NEEDS_COMMENT" and scope:
        return f"#in-{scope}comment"
    read = [refusal.field or "", *_READS.findall(refusal.params.get("condition", ""))]
    if near := next((one for one in read if one in asked), None):
        return f"#in-{scope}{near}"
    if refusal.code in ELSEWHERE:
        return ELSEWHERE[refusal.code]
    known = {*COLUMN_FIELDS, *(shown.name for shown in page.fields)}
    name = next((one for one in read if one in known), None)
    return f"/items/{page.card.key}?edit={name}#field-{name}" if name else None
