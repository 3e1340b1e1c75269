"""People: every transition can be fired by somebody, and what the engine is told to fire, it may and can."""

from __future__ import annotations

from collections.abc import Iterator

from pdca_engine.definition.checks.known import Known
from pdca_engine.definition.paper import words
from pdca_engine.definition.paper.positions import Path
from pdca_engine.definition.paper.walk import Holder, by_place, effects_of
from pdca_engine.definition.paper.workflow import Effect, Schedule, Timer, Transition, Workflow
from pdca_engine.definition.reading.load import Draft

_NO_SAY = ("admin", "reader")  # domain rule 2.9: they run or watch the system and decide nothing


def check_people(draft: Draft) -> None:
    """Note transitions that nobody may fire."""
    for one in draft.workflow.transitions.values():
        path = ("transitions", one.name)
        if not one.by:
            draft.add_key("NOBODY", by_place(one), word=one.name)
        elif not _independent(one):
            draft.add_key("INDEPENDENCE_IMPOSSIBLE", (*path, "independent_of"), word=one.name)
        for role in _NO_SAY:
            if role in one.by:
                draft.add_word("ROLE_HAS_NO_SAY", by_place(one), role)
        for role in (words.EVERYBODY, words.ENGINE) if one.approvals else ():
            if role in one.by:  # who is to be asked, has to be known
                draft.add_word("APPROVAL_OF_NOBODY", by_place(one), role)
        if one.approvals and (one.approvals.at_least or 0) > _most_voices(draft.workflow, one):
            place = (*path, "approvals", "at_least")
            draft.add("TOO_FEW_VOICES", place, word=str(one.approvals.at_least), count=str(_most_voices(draft.workflow, one)))


def _most_voices(workflow: Workflow, one: Transition) -> float:
    """How many persons can say yes: one for each relation that one person holds, any number for the others."""
    alone = {name for name in words.FIELD_RELATIONS if name in workflow.fields and workflow.fields[name].type == "person"}
    alone = (alone | set(words.COLUMN_RELATIONS)) - set(words.GRANTED_ROLES)
    return len(one.by) if alone.issuperset(one.by) else float("inf")


def _independent(one: Transition) -> bool:
    """Whether somebody in `by` is left. Where independence leaves nobody, the decision moves up (domain rule 2.9)."""
    able = set(one.by)
    able |= {words.MOVES_UP[role] for role in able if role in words.MOVES_UP}
    able |= {words.MOVES_UP[role] for role in able if role in words.MOVES_UP}
    return bool(able - {rule.name for rule in one.independence if rule.when is None})


def check_fired(draft: Draft, known: Known) -> None:
    """Note what the engine is told to fire and can't. Only for a workflow whose names are right."""
    for path, effect, states in _fires(draft.workflow):
        name, on = effect.args["transition"], effect.args["on"]
        place = (*path, "transition")
        fired = _fired(draft.workflow, known, effect)
        if fired is None:
            continue
        if words.ENGINE not in fired.by:
            draft.add_word("FIRE_NOT_ALLOWED", place, name)
        for given in fired.inputs:
            if given.required and given.default is None:
                draft.add_word("FIRE_NEEDS_INPUT", place, name, input=given.name)
        for state in states if on == "self" else ():
            if state not in fired.sources:
                draft.add_word("FIRE_FROM_ELSEWHERE", place, name, state=state)


def _fires(workflow: Workflow) -> Iterator[tuple[Path, Effect, tuple[str, ...]]]:
    """Each `fire`, with the states its own item is in at that moment, where the file tells."""
    for path, effect, holder in effects_of(workflow):
        if effect.kind == "fire":
            yield path, effect, _states_then(holder)


def _states_then(holder: Holder) -> tuple[str, ...]:
    if isinstance(holder, Timer):
        return holder.states
    if isinstance(holder, Schedule) or holder.target == words.TO_PREVIOUS:
        return ()
    return holder.sources if holder.target == words.TO_SAME else (holder.target,)


def _fired(workflow: Workflow, known: Known, effect: Effect) -> Transition | None:
    other = effect.args["workflow"]
    paper = workflow if effect.args["on"] == "self" or other == workflow.id else known.papers.get(other or "")
    return paper.transitions.get(effect.args["transition"]) if paper else None
