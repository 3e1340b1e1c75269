"""Where an item goes from here, in one line: for lists of items a person is to see through."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pdca_engine.errors import Refusal
from pdca_engine.reports.cards import Card
from pdca_engine.services.steps import ASKED, PERSONAL, SPOKEN, NextStep, next_steps
from pdca_engine.unit import Unit

MOST: Final = 25  # items whose steps are worked out for one page; later ones are only listed
Move = tuple[str, str]  # a transition's name and title


@dataclass(frozen=True, slots=True)
class Onward:
    """An item, the steps on which this person may take now, and the next step whoever takes it (`mine`: this person, now or later).

    `lacks` is all that is unmet for that step apart from who takes it; `blockers` only what its own form can't ask for.
    """

    card: Card
    moves: tuple[Move, ...] = ()
    step: str = ""
    lacks: tuple[str, ...] = ()
    blockers: tuple[str, ...] = ()
    mine: bool = False


def onward(unit: Unit, found: Sequence[Card]) -> list[Onward]:
    """Each item with where it goes from here; a closed one, and whatever comes after the first MOST open ones, only with its card."""
    opened = [card for card in found if card.closed_at is None][:MOST]
    worked_out = {card.id: _onward(unit, card) for card in opened}
    return [worked_out.get(card.id) or Onward(card) for card in found]


def _onward(unit: Unit, card: Card) -> Onward:
    steps = [one for one in next_steps(unit, card.key) if leads_on(one)]
    if not steps:
        return Onward(card)
    mine = [one for one in steps if one.allowed and not one.spoken]
    first = steps[0]
    asked = {one.field for one in first.missing if one.code in ASKED}
    unmet = (one for one in first.missing if not (one.code == "GUARD_UNKNOWN" and asked.issuperset(one.params.get("names", ()))))
    return Onward(
        card,
        moves=tuple((one.transition.name, one.transition.title.get(unit.language)) for one in mine if not _too_early(one)),
        step=first.transition.title.get(unit.language),
        lacks=_sentences(unmet, unit.language),
        blockers=_sentences(first.blockers, unit.language),
        mine=bool(mine),
    )


def leads_on(step: NextStep) -> bool:
    """Whether the step carries the item further: being cancelled, set aside or sent round in place does not."""
    return step.target is not None and step.target.final != "ended" and step.target.phase != "none" and step.transition.target != "same"


def _too_early(step: NextStep) -> bool:
    return any(one.code == "TOO_EARLY" for one in step.missing)


def _sentences(unmet: Iterable[Refusal], language: str) -> tuple[str, ...]:
    """Each unmet condition once; who may take the step is another matter."""
    told = (one for one in unmet if one.code not in (*PERSONAL, SPOKEN) and not one.code.startswith("FOUR_EYES"))
    return tuple(dict.fromkeys(one.sentence(language) for one in told))
