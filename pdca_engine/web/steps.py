"""What comes next for an item, as the page shows it: each step with what it lacks, what it asks, and where each lack is mended."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pdca_engine.definition.deciding.values import COLUMN_FIELDS
from pdca_engine.errors import PdcaError, Refusal
from pdca_engine.reports.items import ItemPage
from pdca_engine.reports.values import joined
from pdca_engine.services.steps import NextStep
from pdca_engine.unit import Unit
from pdca_engine.web.forms import Blank, blank
from pdca_engine.web.onward import leads_on

Lack = tuple[str, str | None]  # the sentence, and the address that mends it
ELSEWHERE: Mapping[str, str] = {
    "NEEDS_EVIDENCE": "#in-evidence.title",
    "NEEDS_CHILDREN": "#children",
    "NEEDS_LINK": "#in-link.to",
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
class OneOf:
    """A condition that can be met in more than one way, with the controls that meet it; `wrong`: it was tried and not met."""

    sentence: str
    blanks: tuple[Blank, ...]
    wrong: bool


@dataclass(frozen=True, slots=True)
class StepView:
    """One possible step. `blockers` must be mended elsewhere first; its form asks for `blanks` and `choices`, and offers `optional`.

    Where several must say yes, `agreed` are those who have (else None), `spoken` whether this person has, `waiting` those who can,
    `still` how many are wanting.
    """

    name: str
    title: str
    help: str
    target_title: str
    allowed: bool
    blockers: tuple[Lack, ...]
    blanks: tuple[Blank, ...]
    choices: tuple[OneOf, ...]
    optional: tuple[Blank, ...]
    asks_comment: bool
    comment: str
    comment_wrong: str
    open: bool
    spoken: bool = False
    agreed: str | None = None
    waiting: str = ""
    still: int = 0

    @property
    def asked(self) -> int:
        """How many things its form needs."""
        return len(self.blanks) + len(self.choices) + self.asks_comment

    @property
    def at_hand(self) -> list[str]:
        """The names of all its controls."""
        return [one.name for one in (*self.blanks, *(each for choice in self.choices for each in choice.blanks), *self.optional)]


def step_views(unit: Unit, page: ItemPage, steps: Iterable[NextStep], tried: Tried, opened: str) -> list[StepView]:
    """Every step; open is the one that was sent, the one the address names, or the only one that leads on."""
    steps = list(steps)
    mine = [one.transition.name for one in steps if one.allowed and leads_on(one) and not one.transition.reopens]
    chosen = tried.name if tried.form == "advance" else opened or (mine[0] if len(mine) == 1 else "")
    return [_view(unit, page, step, tried, step.transition.name == chosen) for step in steps]


def _view(unit: Unit, page: ItemPage, step: NextStep, tried: Tried, is_open: bool) -> StepView:
    transition, language = step.transition, unit.language
    wrong = tried.refusals("advance", transition.name)
    typed = tried.values if tried.form == "advance" and tried.name == transition.name else {}
    blanks = _blanks(unit, page, step, typed, wrong)
    choices = _choices(step, blanks, wrong, language)
    grouped = {one.name for choice in choices for one in choice.blanks}
    return StepView(
        name=transition.name,
        title=transition.title.get(language),
        help=transition.help.get(language) if transition.help else "",
        target_title=step.target.title.get(language) if step.target else "",
        allowed=step.allowed,
        blockers=lacks(unit, page, step.blockers if step.allowed else step.missing),
        blanks=tuple(one for one in blanks if one.needed),
        choices=choices,
        optional=tuple(one for one in blanks if not one.needed and one.name not in grouped),
        asks_comment=step.asks_comment,
        comment=tried.comment if typed or wrong else "",
        comment_wrong=next((one.sentence(language) for one in wrong if one.code == "NEEDS_COMMENT"), ""),
        open=is_open,
        spoken=step.spoken,
        agreed=_names(unit, [whom for _, whom in step.round.said]) if step.round else None,
        waiting=_names(unit, sorted(step.round.open_to)) if step.round else "",
        still=step.round.still if step.round else 0,
    )


def _names(unit: Unit, persons: Iterable[int]) -> str:
    return joined(unit, [unit.directory.name(one, unit.language) for one in persons])


def _blanks(unit: Unit, page: ItemPage, step: NextStep, typed: Mapping[str, Any], wrong: Sequence[Refusal]) -> tuple[Blank, ...]:
    """The controls of a step's form. One that offers a choice among nothing is left out where it need not be filled."""
    needed = _needed(step)
    held = {shown.name: shown.value for shown in (*page.columns, *page.fields)}
    scope = f"{step.transition.name}."
    made = (
        blank(unit, one, typed.get(one.name, held.get(one.name, one.default)), wrong, scope, needed=one.name in needed) for one in step.asks
    )
    return tuple(one for one in made if one.needed or one.control != "nothing")


def _needed(step: NextStep) -> set[str]:
    """What must be filled in whatever else is: required values, and those without which a condition can't be judged."""
    asked = {one.field for one in step.missing if one.code in ("NEEDS_FIELD", "NEEDS_INPUT") and one.field}
    unknown = (one for one in step.missing if one.code == "GUARD_UNKNOWN" and one not in step.blockers)
    return asked.union(*(one.params.get("names", ()) for one in unknown))


def _choices(step: NextStep, blanks: Sequence[Blank], wrong: Sequence[Refusal], language: str) -> tuple[OneOf, ...]:
    """Each condition that reads only what the form leaves open, with the controls it reads; each control stands once."""
    left = {one.name: one for one in blanks if not one.needed}
    found: list[OneOf] = []
    refused = {one.sentence(language) for one in wrong}
    for unmet in step.missing:
        read = _READS.findall(unmet.params.get("condition", ""))
        if unmet in step.blockers or not read or not _needed(step).isdisjoint(read):
            continue
        mine = tuple(replace(left.pop(name), needed=None) for name in dict.fromkeys(read) if name in left)
        sentence = unmet.sentence(language)
        found.append(OneOf(sentence, mine, sentence in refused))
    return tuple(found)


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
    if refusal.code == "NEEDS_CHILDREN" and not page.children:
        return "#in-child.title"
    if refusal.code in ELSEWHERE:
        return ELSEWHERE[refusal.code]
    known = {*COLUMN_FIELDS, *(shown.name for shown in page.fields)}
    name = next((one for one in read if one in known), None)
    return f"/items/{page.card.key}?edit={name}#field-{name}" if name else None
