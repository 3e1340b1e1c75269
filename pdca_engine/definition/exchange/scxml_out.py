"""A workflow as SCXML (W3C State Chart XML 1.0): states, finals, events and the way back as history; the rest in our own namespace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pdca_engine.definition.exchange.carried import NAMESPACE, carry
from pdca_engine.definition.exchange.markup import document, tag
from pdca_engine.definition.exchange.notes import Note
from pdca_engine.definition.exchange.plain import Data
from pdca_engine.definition.paper.words import TO_PREVIOUS, TO_SAME
from pdca_engine.definition.paper.workflow import State, Workflow

SCXML: Final = "http://www.w3.org/2005/07/scxml"
COURSE, BACK = "Course", "Previous"  # no name of ours has a capital letter


def scxml_text(workflow: Workflow, data: Data, language: str) -> tuple[str, list[Note]]:
    """The SCXML of a workflow, and what a reader of SCXML alone won't know. `data` is the workflow as plain data (see `plain`)."""
    outside = {source for one in workflow.transitions.values() if one.target == TO_PREVIOUS for source in one.sources}
    states = [_state(workflow, one) for one in workflow.states.values() if one.name in outside or _over(workflow, one)]
    inner = [_state(workflow, one) for one in workflow.states.values() if one.name not in outside and not _over(workflow, one)]
    begin = workflow.initial.name
    if outside:
        history = tag("history", {"id": BACK, "type": "shallow"}, tag("transition", {"target": begin}))
        inner = [tag("state", {"id": COURSE, "initial": begin}, history, *inner)]
    root = {"xmlns": SCXML, "xmlns:pdca": NAMESPACE, "version": "1.0", "name": workflow.id, "datamodel": "null"}
    first = COURSE if outside and begin not in outside else begin
    return document(tag("scxml", root | {"initial": first}, carry(data, language), *inner, *states)), list(_notes(workflow))


def _over(workflow: Workflow, state: State) -> bool:
    """Whether it is a final state in the sense of SCXML: one that nothing leaves."""
    return bool(state.final) and not workflow.leaving(state.name)


def _state(workflow: Workflow, state: State) -> str:
    if _over(workflow, state):
        return tag("final", {"id": state.name})
    steps = [tag("transition", {"event": one.name, "target": _target(one.target)}) for one in workflow.leaving(state.name)]
    return tag("state", {"id": state.name}, *steps)


def _target(target: str) -> str | None:
    return None if target == TO_SAME else BACK if target == TO_PREVIOUS else target


def _notes(workflow: Workflow) -> Iterator[Note]:
    yield Note(
        "NOT_NATIVE",
        "SCXML has no words for fields, phases, titles, roles, needs, effects, timers and schedules: they travel in the namespace pdca, "
        "which other programs don't read.",
        "SCXML 无法表达字段、阶段、标题、角色、所需条件、效果、定时器和计划：这些内容保存在 pdca 命名空间中，其他程序不会读取。",
    )
    guarded = [one.name for one in workflow.transitions.values() if one.when]
    if guarded:
        names = ", ".join(guarded)
        en = f"Conditions are written in CEL, which SCXML processors don't evaluate; there these are unconditional: {names}."
        yield Note("CONDITIONS", en, f"条件使用 CEL 编写，SCXML 处理器不会求值；在其中以下流转没有条件：{'、'.join(guarded)}。")
    reopened = [one.name for one in workflow.states.values() if one.final and workflow.leaving(one.name)]
    if reopened:
        names = ", ".join(reopened)
        en = f"A final state that can be left is an ordinary state in SCXML: {names}."
        yield Note("REOPENED", en, f"可重新打开的最终状态在 SCXML 中是普通状态：{'、'.join(reopened)}。")
