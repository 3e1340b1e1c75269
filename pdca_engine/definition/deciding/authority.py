"""Who may: roles, deputies, four eyes over the item's whole history, and who decides where independence leaves nobody.

Rules: domain 2.2 (independence), 2.9 (roles). Persons are compared, never accounts or roles; a deputy counts as both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pdca_engine.definition.deciding.refusals import name_text, refusal, role_text, titles
from pdca_engine.definition.paper.facts import NOBODY, Facts
from pdca_engine.definition.paper.words import COLUMN_RELATIONS, ENGINE, EVERYBODY, FIELD_RELATIONS, MOVES_UP, RELATIONS
from pdca_engine.definition.paper.workflow import Field, Transition, Workflow
from pdca_engine.errors import Refusal


class Authority(NamedTuple):
    """By what right somebody acts: the role used, whom they act for, and whether the decision moved up to them."""

    role: str
    acting_for: int | None = None
    moved_up: bool = False


def holders_now(facts: Facts, relation: str) -> frozenset[int]:
    """Who holds a relation to the item now."""
    if relation == "implementer":
        return frozenset(child.owner for child in facts.children if child.owner)
    value = getattr(facts.item, relation) if relation in ("owner", "proposer", "checker") else facts.item.fields.get(relation)
    if isinstance(value, list):
        return frozenset(value)
    return frozenset((value,)) if isinstance(value, int) else NOBODY


def holders_ever(facts: Facts, relation: str) -> frozenset[int]:
    """Who held a relation or a granted role at any time of the item's history. Giving it up does not make anybody independent."""
    held = frozenset(facts.item.recall.held.get(relation, ())) | facts.held_since.get(relation, NOBODY)
    if relation == "implementer":
        return held.union(*(child.owners for child in facts.children))
    return held


def authorise(
    workflow: Workflow, transition: Transition, facts: Facts, after: Facts, acting_for: int | None, apart: tuple[str, ...]
) -> Authority | tuple[Refusal, ...]:
    """The right by which the actor may fire the transition, or why not: all reasons.

    Rights are looked for in `facts`, as they are; independence of `apart` in `after` as well: nobody judges what they take over with it.
    """
    if facts.actor.engine:
        return Authority(ENGINE) if ENGINE in transition.by else (_not_your_role(transition),)
    person = facts.actor.person
    if person is None:
        return (_not_your_role(transition),)
    if acting_for is not None and acting_for not in facts.actor.stands_in:
        return (refusal("NOT_YOUR_ROLE", sentence="NOT_YOUR_DEPUTY_RIGHT"),)
    first: tuple[Refusal, ...] = ()
    used: Authority | None = None
    for option in _options(transition, facts, person, acting_for, apart):
        objections = _four_eyes(workflow, apart, after, _persons(person, option.acting_for))
        if not objections and not _has_spoken(transition, facts, person, option):
            return option
        first, used = first or objections, used if objections else option
    if used:
        return used
    if first:
        return first
    return (_not_your_role(transition), *_four_eyes(workflow, apart, after, _persons(person, acting_for)))


def _has_spoken(transition: Transition, facts: Facts, person: int, option: Authority) -> bool:
    """Whether this yes was said already, where several are needed: who stands in for others has more than one to say."""
    yes = [person, person if option.acting_for is None else option.acting_for]
    return transition.approvals is not None and yes in facts.item.recall.agreed.get(transition.name, ())


def _persons(person: int, acting_for: int | None) -> frozenset[int]:
    return frozenset((person,)) if acting_for is None else frozenset((person, acting_for))


def _options(transition: Transition, facts: Facts, person: int, acting_for: int | None, apart: tuple[str, ...]) -> Iterator[Authority]:
    """Every right the actor could use: their own first, then as a deputy, then where the decision moved up to them."""
    roles, stands_in = facts.actor.roles, facts.actor.stands_in
    if acting_for is None:
        yield from (Authority(role) for role in transition.by if _has(facts, role, person, roles, transition))
    else:
        stands_in = {acting_for: stands_in[acting_for]}
    for absent, lent in stands_in.items():
        yield from (Authority(role, absent) for role in transition.by if role != EVERYBODY and _has(facts, role, absent, lent, transition))
    if acting_for is None:
        yield from (Authority(role, moved_up=True) for role in _moved_up(transition, facts, apart) if role in roles)
    elif EVERYBODY in transition.by:
        yield Authority(EVERYBODY, acting_for)


def _has(facts: Facts, role: str, person: int, roles: frozenset[str], transition: Transition) -> bool:
    if role == EVERYBODY or role in roles:
        return True
    if role not in RELATIONS:
        return False
    now = holders_now(facts, role)
    # Nobody assigned: who checks is the checker, by the act itself (domain 2.9). Only where independence is asked for.
    by_the_act = role == "checker" and not now and bool(transition.independence) and not transition.approvals
    return person in now or by_the_act


def _moved_up(transition: Transition, facts: Facts, apart: tuple[str, ...]) -> list[str]:
    """Roles above those named, where independence leaves nobody: process owner → SMS manager → sponsor (domain 2.2)."""
    excluded = frozenset[int]().union(*(excluded_from(facts, name) for name in apart))
    found: list[str] = []
    for role in transition.by:
        while role in MOVES_UP:
            holders = facts.holders.get(role, NOBODY)
            if not holders or holders - excluded:
                break
            role = MOVES_UP[role]
            found.append(role)
    return found


def excluded_from(facts: Facts, name: str) -> frozenset[int]:
    return _now(facts, name) | holders_ever(facts, name) | frozenset(facts.item.recall.fired.get(name, ()))


def _now(facts: Facts, name: str) -> frozenset[int]:
    """Who is meant now by a name under `independent_of`: a relation, or a granted role."""
    return holders_now(facts, name) if name in RELATIONS else facts.holders.get(name, NOBODY)


def _four_eyes(workflow: Workflow, apart: tuple[str, ...], facts: Facts, persons: frozenset[int]) -> tuple[Refusal, ...]:
    objections = (_objection(workflow, facts, name, persons) for name in apart)
    return tuple(one for one in objections if one)


def _objection(workflow: Workflow, facts: Facts, name: str, persons: frozenset[int]) -> Refusal | None:
    code = f"FOUR_EYES_{name.upper()}"
    if persons & frozenset(facts.item.recall.fired.get(name, ())):
        text = name_text(workflow, name)
        return refusal(code, sentence="FOUR_EYES_ACT", relation=text.en, relation_zh=text.zh)
    text = role_text(name)
    if persons & _now(facts, name):
        return refusal(code, sentence="FOUR_EYES", relation=text.en.lower(), relation_zh=text.zh)
    if persons & holders_ever(facts, name):
        return refusal(f"{code}_HISTORY", sentence="FOUR_EYES_HISTORY", relation=text.en.lower(), relation_zh=text.zh)
    return None


def _not_your_role(transition: Transition) -> Refusal:
    joined = titles([role_text(role) for role in transition.by if role != ENGINE] or [role_text(ENGINE)])
    return refusal("NOT_YOUR_ROLE", roles=joined["titles"], roles_zh=joined["titles_zh"])


EDITORS = frozenset({"process_owner", "service_owner", "improvement_manager", "sms_manager", "sponsor"})


def may_edit(facts: Facts) -> bool:
    """Whether the actor may change the item's values: who holds a relation to it, or manages it; anybody while nobody holds one."""
    if facts.actor.engine:
        return True
    persons = {facts.actor.person, *facts.actor.stands_in}
    related = frozenset[int]().union(*(holders_now(facts, relation) for relation in (*COLUMN_RELATIONS, *FIELD_RELATIONS)))
    roles = facts.actor.roles.union(*facts.actor.stands_in.values())
    return not related or bool(persons & related) or bool(roles & EDITORS)


def sees(facts: Facts, field: Field) -> bool:
    """Whether the actor may see the field's value, and so write it: its `visible_to` names a role or relation of theirs."""
    if not field.visible_to or facts.actor.engine or EVERYBODY in field.visible_to:
        return True
    persons = {facts.actor.person, *facts.actor.stands_in}
    roles = facts.actor.roles.union(*facts.actor.stands_in.values())
    return any(name in roles or (name in RELATIONS and persons & holders_now(facts, name)) for name in field.visible_to)
