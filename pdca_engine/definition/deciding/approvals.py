"""Where several persons must say yes: who has, who still can, whether it is enough. One no ends the round.

A yes is kept with the item as (who said it, for whom): a deputy speaks for the person they stand in for. Independence counts for each of
them, and where it leaves nobody of a role, the role above says yes instead (domain 2.2), as everywhere.
"""

from __future__ import annotations

from typing import NamedTuple

from pdca_engine.definition.deciding.authority import Authority, excluded_from, holders_now
from pdca_engine.definition.deciding.given import Given
from pdca_engine.definition.deciding.recalling import declined, lent, said_yes
from pdca_engine.definition.deciding.refusals import name_text, refusal, role_text, titles
from pdca_engine.definition.paper.facts import NOBODY, Decision, Facts, Notice, Refused
from pdca_engine.definition.paper.words import MOVES_UP, RELATIONS
from pdca_engine.definition.paper.workflow import State, Transition, Workflow

AGREED, DECLINED = "agreed", "declined"  # what the trail calls a yes that is not the last, and a no


class Round(NamedTuple):
    """How far a round has come. `said` are the yeses that count, as (who, for whom); `open_to` who can still say yes; `still`
    how many yeses are wanting."""

    said: tuple[tuple[int, int], ...]
    open_to: frozenset[int]
    still: int


def round_of(transition: Transition, facts: Facts, apart: tuple[str, ...], more: tuple[int, int] | None = None) -> Round | None:
    """The round of a transition that takes several yeses, `more` being one about to be said; None where one person is enough."""
    rule = transition.approvals
    if rule is None:
        return None
    excluded = frozenset[int]().union(*(excluded_from(facts, name) for name in apart))
    roles = [_able(role, facts, excluded) for role in rule.roles]
    able = frozenset[int]().union(*roles)
    kept = [(who, whom) for who, whom in facts.item.recall.agreed.get(transition.name, ())]
    every = dict.fromkeys((*kept, *((more,) if more else ())))
    said = tuple((who, whom) for who, whom in every if whom in able and who not in excluded)
    spoken = frozenset(whom for _, whom in said)
    if rule.at_least is None:  # everybody, and at least one person for each role: an empty chair is no yes
        still = len(able - spoken) + sum(1 for persons in roles if not persons)
    else:
        still = max(0, rule.at_least - _pairs(said))
    return Round(said, able - spoken, still)


def _pairs(said: tuple[tuple[int, int], ...]) -> int:
    """How many of them count where each person may speak once and be spoken for once: a largest matching, by augmenting paths (Kuhn)."""
    spoken_by: dict[int, int] = {}

    def place(who: int, tried: set[int]) -> bool:
        for whom in (whom for speaker, whom in said if speaker == who and whom not in tried):
            tried.add(whom)
            if whom not in spoken_by or place(spoken_by[whom], tried):
                spoken_by[whom] = who
                return True
        return False

    return sum(place(who, set()) for who in dict.fromkeys(who for who, _ in said))


def _able(role: str, facts: Facts, excluded: frozenset[int]) -> frozenset[int]:
    """Who can say yes for a role: all who hold it, by the item or by grant, and are independent; where that leaves nobody, those of the
    role above."""
    while True:
        holders = (holders_now(facts, role) if role in RELATIONS else NOBODY) | facts.holders.get(role, NOBODY)
        if not holders or holders - excluded or role not in MOVES_UP:
            return holders - excluded
        role = MOVES_UP[role]


class Voice(NamedTuple):
    """Who speaks, by what right, on which step of an item in which state, and with what comment."""

    transition: Transition
    state: State
    authority: Authority
    comment: str | None


def speak(workflow: Workflow, facts: Facts, voice: Voice, given: Given, apart: tuple[str, ...]) -> Decision | Refused | None:
    """What comes of one yes: it is kept, or can't be taken; None: it was the last one needed, and the step is taken.

    It comes without values: a yes is to what is written, and whoever speaks later would agree to something else.
    """
    who = facts.actor.person
    if who is None:  # the engine has no voice
        asked = titles([role_text(role) for role in voice.transition.by])
        return Refused((refusal("NOT_YOUR_ROLE", roles=asked["titles"], roles_zh=asked["titles_zh"]),))
    yes = (who, who if voice.authority.acting_for is None else voice.authority.acting_for)
    named = (*given.columns, *given.fields)
    if named:
        return Refused((refusal("AGREES_AS_IT_STANDS", named[0], **titles([name_text(workflow, name) for name in named])),))
    if list(yes) in facts.item.recall.agreed.get(voice.transition.name, ()):
        return Refused((refusal("ALREADY_AGREED"),))
    present = round_of(voice.transition, facts, apart, yes)
    return _kept(facts, voice, yes, present.still) if present and present.still else None


def _kept(facts: Facts, voice: Voice, yes: tuple[int, int], still: int) -> Decision:
    """A yes that is not enough yet: the item stays as it is."""
    recall = facts.item.recall
    if voice.authority.acting_for is not None:
        recall = lent(recall, voice.authority.role, yes[0])
    return _staying(AGREED, facts, voice)._replace(recall=said_yes(recall, voice.transition.name, yes), still=still)


def decline(facts: Facts, voice: Voice) -> Decision | Refused:
    """The decision that ends a round with a no; whoever said yes, and the owner, are told. A no has a reason."""
    transition = voice.transition
    if transition.approvals is None:
        return Refused((refusal("NOTHING_TO_DECLINE"),))
    if not (voice.comment or "").strip():
        return Refused((refusal("NEEDS_COMMENT", "comment"),))
    told = {who for who, _ in facts.item.recall.agreed.get(transition.name, ())} | holders_now(facts, "owner")
    persons = tuple(sorted(told - {facts.actor.person}))
    notices = (Notice("notify", persons, ("owner",)),) if persons else ()
    return _staying(DECLINED, facts, voice)._replace(recall=declined(facts.item.recall, transition.name), notices=notices)


def _staying(kind: str, facts: Facts, voice: Voice) -> Decision:
    item, authority = facts.item, voice.authority
    return Decision(
        kind=kind,
        transition=voice.transition.name,
        source=item.state,
        target=item.state,
        phase=voice.state.phase,
        final=voice.state.final,
        cycle=item.cycle,
        attempt=item.attempt,
        role=authority.role,
        person=facts.actor.person,
        acting_for=authority.acting_for,
        moved_up=authority.moved_up,
        closed_at=item.closed_at,
        silenced=item.silenced,
        recall=item.recall,
        comment=(voice.comment or "").strip() or None,
    )
