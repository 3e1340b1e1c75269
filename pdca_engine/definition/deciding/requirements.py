"""What must be present and true before a transition: needs, guards, earliest moment. Everything missing is listed at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from pdca_engine.cadence.durations import add, add_to_date
from pdca_engine.definition.deciding.compiled import Compiled
from pdca_engine.definition.deciding.given import Given, is_empty
from pdca_engine.definition.deciding.reckoning import pick
from pdca_engine.definition.deciding.refusals import name_text, refusal, titles
from pdca_engine.definition.guards.guards import Unknown
from pdca_engine.definition.paper.facts import ChildFacts, EvidenceFacts, Facts
from pdca_engine.definition.paper.workflow import ChildrenNeed, Condition, EvidenceNeed, LinkNeed, Text, Transition, Workflow
from pdca_engine.errors import Refusal


def missing(compiled: Compiled, transition: Transition, facts: Facts, given: Given, comment: str | None, now: datetime) -> list[Refusal]:
    """Every unmet condition of `transition`, in the order a person would mend them. `facts` already hold the given values."""
    needs, found = transition.needs, list[Refusal]()
    if transition.inputs:
        found += _inputs(transition, given)
    if needs.fields:
        found += _fields(compiled.workflow, transition, facts, given)
    if needs.comment and not (comment or "").strip():
        found.append(refusal("NEEDS_COMMENT", "comment"))
    for evidence in needs.evidence:
        found += _evidence(evidence, facts, now)
    for children in needs.children:
        found += _children(compiled.workflow, children, facts)
    for links in needs.links:
        found += _links(links, facts)
    if transition.when:
        found += _guards(compiled, transition, facts, given.inputs, now)
    if transition.not_before:
        found += _not_before(compiled.workflow, transition, facts, now)
    return found


def _inputs(transition: Transition, given: Given) -> Iterator[Refusal]:
    for one in transition.inputs:
        if one.required and given.inputs.get(one.name) is None and not any(bad.field == one.name for bad in given.problems):
            yield refusal("NEEDS_INPUT", one.name, title=one.title.en, title_zh=one.title.zh)


def _fields(workflow: Workflow, transition: Transition, facts: Facts, given: Given) -> Iterator[Refusal]:
    mistyped = {bad.field for bad in given.problems}  # told already
    for name in transition.needs.fields:
        if name not in mistyped and is_empty(facts.item, name):
            text = name_text(workflow, name)
            yield refusal("NEEDS_FIELD", name, title=text.en, title_zh=text.zh)


def _evidence(need: EvidenceNeed, facts: Facts, now: datetime) -> Iterator[Refusal]:
    oldest = add_to_date(now.astimezone(facts.zone).date(), -need.newer_than, facts.calendar) if need.newer_than else None
    have = sum(1 for piece in facts.evidence if _counts(piece, need, facts, oldest))
    if have >= need.at_least:
        return
    detail = "".join(
        (
            f" of kind {need.kind}" if need.kind else "",
            f" dated {oldest} or later" if oldest else "",
            " from this state" if need.in_state else "",
        )
    )
    detail_zh = "".join(
        (
            f"（类型 {need.kind}）" if need.kind else "",
            f"（日期不早于 {oldest}）" if oldest else "",
            "（本状态内新增）" if need.in_state else "",
        )
    )
    yield refusal("NEEDS_EVIDENCE", "evidence", need=need.at_least, have=have, detail=detail, detail_zh=detail_zh)


def _counts(piece: EvidenceFacts, need: EvidenceNeed, facts: Facts, oldest: date | None) -> bool:
    right_kind = need.kind is None or piece.kind == need.kind
    recent = oldest is None or piece.dated >= oldest
    return right_kind and recent and (not need.in_state or piece.added_at >= facts.item.state_since)


def _children(workflow: Workflow, need: ChildrenNeed, facts: Facts) -> Iterator[Refusal]:
    kin = [child for child in facts.children if need.workflow in (None, child.workflow)]
    if len(kin) < need.at_least:
        noun = facts.kin_text(need.workflow) if need.workflow else Text("part", "下级事项")
        yield _lack(
            f"at least {need.at_least} {noun.en.lower()}(s) needed, {len(kin)} there",
            f"至少需要 {need.at_least} 项{noun.zh}，现有 {len(kin)} 项",
            need=need.at_least,
            have=len(kin),
        )
    if need.all_in and (open_ones := [child for child in kin if child.state not in need.all_in]):
        places = [facts.kin_text(open_ones[0].workflow, state) for state in need.all_in]
        keys = [child.key for child in open_ones]
        yield _lack(
            f"{', '.join(keys)} must be {' or '.join(place.en.lower() for place in places)} first",
            f"{'、'.join(keys)} 须先处于{'或'.join(f'“{place.zh}”' for place in places)}",
            keys=keys,
            states=list(need.all_in),
        )
    for child in kin:
        yield from _each(workflow, need, child)


def _each(workflow: Workflow, need: ChildrenNeed, child: ChildFacts) -> Iterator[Refusal]:
    if child.final == "ended":  # a dropped piece of work owes nothing any more
        return
    if child.evidence < need.each_evidence:
        yield _lack(
            f"{child.key} has {child.evidence} of {need.each_evidence} piece(s) of evidence",
            f"{child.key} 的证据为 {child.evidence}/{need.each_evidence} 份",
            keys=[child.key],
            need=need.each_evidence,
            have=child.evidence,
        )
    for name in need.each_fields:
        if _child_value(child, name) in (None, "", []):
            text = name_text(workflow, name)
            yield _lack(f"{child.key} has no {text.en.lower()}", f"{child.key} 缺少“{text.zh}”", keys=[child.key], name=name)


def _child_value(child: ChildFacts, name: str) -> Any:
    return getattr(child, name) if name in ("owner", "due") else child.fields.get(name)


def _lack(en: str, zh: str, **params: Any) -> Refusal:
    return refusal("NEEDS_CHILDREN", "children", what=en, what_zh=zh, **params)


def _links(need: LinkNeed, facts: Facts) -> Iterator[Refusal]:
    have = sum(1 for link in facts.links if need.kind in (None, link.kind))
    if have >= need.at_least:
        return
    detail = (f" of kind {need.kind}", f"（类型 {need.kind}）") if need.kind else ("", "")
    yield refusal("NEEDS_LINK", "links", need=need.at_least, have=have, detail=detail[0], detail_zh=detail[1])


def _guards(compiled: Compiled, transition: Transition, facts: Facts, inputs: Mapping[str, Any], now: datetime) -> Iterator[Refusal]:
    for condition, guard in zip(transition.when, compiled.guards.get(transition.name, ()), strict=True):
        answer = guard.holds(facts, inputs, now)
        if answer is True:
            continue
        if isinstance(answer, Unknown):
            yield _unknown(compiled.workflow, answer)
        else:
            yield _false(condition)


def _false(condition: Condition) -> Refusal:
    if condition.otherwise:
        return Refusal(condition.code, condition.otherwise.en, condition.otherwise.zh, params={"condition": condition.that})
    return refusal(condition.code, sentence="GUARD_FALSE", condition=condition.that)


def _unknown(workflow: Workflow, answer: Unknown) -> Refusal:
    names = [name.removeprefix("item.").removeprefix("input.") for name in answer.names]
    joined = titles([name_text(workflow, name) for name in names])
    return refusal("GUARD_UNKNOWN", names[0] if names else None, names=names, **joined)


def _not_before(workflow: Workflow, transition: Transition, facts: Facts, now: datetime) -> Iterator[Refusal]:
    rule = transition.not_before
    if rule is None:
        return
    base = earliest_base(rule.field, rule.entered, facts)
    if base is None:
        text = name_text(workflow, rule.field or rule.entered or "")
        yield refusal("TOO_EARLY", rule.field, sentence="TOO_EARLY_UNKNOWN", title=text.en, title_zh=text.zh)
        return
    duration = pick(rule.plus, facts)
    earliest = add(base, duration, facts.zone, facts.calendar) if duration else base
    if now < earliest:
        yield refusal("TOO_EARLY", earliest=earliest.astimezone(facts.zone).date().isoformat())


def earliest_base(field: str | None, entered: str | None, facts: Facts) -> datetime | None:
    """The moment a `not_before` counts from: the start of a date field's day, or the last entry of a state."""
    if entered is not None:
        return facts.item.recall.entered_at(entered)
    value = facts.item.due if field == "due" else facts.item.fields.get(field or "")
    if value is None:
        return None
    day = value if isinstance(value, date) else date.fromisoformat(value[:10])
    return datetime.combine(day, time.min, facts.zone).astimezone(UTC)
