"""A workflow as BPMN 2.0 with diagram interchange: states are user tasks, transitions sequence flows behind a gateway, phases lanes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pdca_engine.definition.drawing.diagram import PHASES
from pdca_engine.definition.drawing.parts import Point, Rect
from pdca_engine.definition.exchange.bpmn_places import Places, begin_of, end_of, flow, gateway, places
from pdca_engine.definition.exchange.carried import NAMESPACE, carry
from pdca_engine.definition.exchange.markup import document, leaf, tag
from pdca_engine.definition.exchange.notes import Note
from pdca_engine.definition.exchange.plain import Data
from pdca_engine.definition.paper.words import TO_PREVIOUS, TO_SAME
from pdca_engine.definition.paper.workflow import Workflow

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ROOT: Final = {
    "xmlns:bpmn": BPMN,
    "xmlns:bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "xmlns:dc": "http://www.omg.org/spec/DD/20100524/DC",
    "xmlns:di": "http://www.omg.org/spec/DD/20100524/DI",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xmlns:pdca": NAMESPACE,
}
HEADING: Final = 30.0  # of a pool, on its left


@dataclass(frozen=True, slots=True)
class Flow:
    """One sequence flow; `step` is the transition it draws, `to` where that one leads back."""

    id: str
    source: str
    target: str
    name: str = ""
    step: str = ""
    to: str | None = None
    chosen: bool = False


def bpmn_text(workflow: Workflow, data: Data, language: str) -> tuple[str, list[Note]]:
    """The BPMN of a workflow, and what a reader of BPMN alone won't know. `data` is the workflow as plain data (see `plain`)."""
    ends = frozenset(one.name for one in workflow.states.values() if one.final and not workflow.leaving(one.name))
    steps = [one for transition in workflow.transitions for one in _flows(workflow, transition, language)]
    leaving = {name: [one for one in steps if one.source == name] for name in workflow.states}
    choices = frozenset(name for name, out in leaving.items() if len(out) > 1 or (out and workflow.states[name].final))
    flows = _all_flows(workflow, steps, choices)
    found = places(workflow, ends, choices, language)
    root = ROOT | {"id": f"{workflow.id}.file", "targetNamespace": NAMESPACE, "exporter": "pdca-engine"}
    pool = tag("bpmn:participant", {"id": f"{workflow.id}.pool", "name": workflow.title.get(language), "processRef": workflow.id})
    parts = (
        tag("bpmn:collaboration", {"id": f"{workflow.id}.paper"}, pool),
        _process(workflow, data, language, flows, ends, choices),
        _diagram(workflow, found, flows, ends, choices),
    )
    return document(tag("bpmn:definitions", root, *parts)), list(_notes(workflow))


def _flows(workflow: Workflow, name: str, language: str) -> Iterator[Flow]:
    one = workflow.transitions[name]
    title = one.title.get(language)
    for source in one.sources:
        if one.target == TO_PREVIOUS:
            for target in _came_from(workflow, source):
                yield Flow(flow(name, source, target), source, target, title, name, TO_PREVIOUS)
        else:
            yield Flow(flow(name, source), source, source if one.target == TO_SAME else one.target, title, name)


def _came_from(workflow: Workflow, state: str) -> list[str]:
    """Every state from which `state` can be entered; itself where there is none, so that the step is not lost."""
    into = [source for one in workflow.transitions.values() if one.target == state for source in one.sources if source != state]
    return list(dict.fromkeys(into)) or [state]


def _all_flows(workflow: Workflow, steps: list[Flow], choices: frozenset[str]) -> list[Flow]:
    """The steps behind their gateways, the ways to gateways and end events, and the beginning."""
    begin = workflow.initial.name
    found = [Flow(f"{begin_of(begin)}.flow", begin_of(begin), begin)]
    for name in workflow.states:
        if name in choices:
            found.append(Flow(f"{gateway(name)}.flow", name, gateway(name)))
        if name in choices and workflow.states[name].final:
            found.append(Flow(f"{end_of(name)}.flow", gateway(name), end_of(name), step="", chosen=True))
    for one in steps:
        chosen = one.source in choices
        found.append(Flow(one.id, gateway(one.source) if chosen else one.source, one.target, one.name, one.step, one.to, chosen))
    return found


def _process(workflow: Workflow, data: Data, language: str, flows: list[Flow], ends: frozenset[str], choices: frozenset[str]) -> str:
    nodes = list(_nodes(workflow, language, flows, ends, choices))
    own = tag("bpmn:extensionElements", {}, carry(data, language))
    attributes = {"id": workflow.id, "name": workflow.title.get(language), "isExecutable": "true"}
    return tag("bpmn:process", attributes, own, _lane_set(workflow, language, ends, choices), *nodes, *map(_flow, flows))


def _nodes(workflow: Workflow, language: str, flows: list[Flow], ends: frozenset[str], choices: frozenset[str]) -> Iterator[str]:
    begin = begin_of(workflow.initial.name)
    yield tag("bpmn:startEvent", {"id": begin}, *_ways(flows, begin))
    for name, state in workflow.states.items():
        kind = "bpmn:endEvent" if name in ends else "bpmn:userTask"
        yield tag(kind, {"id": name, "name": state.title.get(language)}, *_ways(flows, name))
        if name in choices:
            yield tag("bpmn:exclusiveGateway", {"id": gateway(name)}, *_ways(flows, gateway(name)))
        if name in choices and state.final:
            mark = tag("bpmn:extensionElements", {}, tag("pdca:final", {"state": name}))
            yield tag("bpmn:endEvent", {"id": end_of(name)}, mark, *_ways(flows, end_of(name)))


def _ways(flows: list[Flow], node: str) -> list[str]:
    into = [leaf("bpmn:incoming", {}, one.id) for one in flows if one.target == node]
    return into + [leaf("bpmn:outgoing", {}, one.id) for one in flows if one.source == node]


def _flow(one: Flow) -> str:
    inside = []
    if one.step:
        inside.append(tag("bpmn:extensionElements", {}, tag("pdca:step", {"transition": one.step, "to": one.to})))
    if one.chosen:
        inside.append(leaf("bpmn:conditionExpression", {"xsi:type": "bpmn:tFormalExpression"}, f"outcome == '{one.step or 'end'}'"))
    attributes = {"id": one.id, "name": one.name or None, "sourceRef": one.source, "targetRef": one.target}
    return tag("bpmn:sequenceFlow", attributes, *inside)


def _lane_set(workflow: Workflow, language: str, ends: frozenset[str], choices: frozenset[str]) -> str:
    lanes = []
    for phase, titles in PHASES.items():
        names = [name for name, state in workflow.states.items() if state.phase == phase]
        refs = [leaf("bpmn:flowNodeRef", {}, node) for name in names for node in _with(workflow, name, choices)]
        if refs:
            lanes.append(tag("bpmn:lane", {"id": f"{phase}.lane", "name": titles[language == "zh"]}, *refs))
    return tag("bpmn:laneSet", {"id": f"{workflow.id}.lanes"}, *lanes)


def _with(workflow: Workflow, name: str, choices: frozenset[str]) -> Iterator[str]:
    """A state and the nodes that belong to it."""
    state = workflow.states[name]
    yield name
    if state.initial:
        yield begin_of(name)
    if name in choices:
        yield gateway(name)
        if state.final:
            yield end_of(name)


# --- the diagram


def _diagram(workflow: Workflow, found: Places, flows: list[Flow], ends: frozenset[str], choices: frozenset[str]) -> str:
    bands = [
        tag(
            "bpmndi:BPMNShape",
            _of(f"{phase}.lane") | {"isHorizontal": "true"},
            _bounds(Rect(HEADING, lane.y, lane.width - HEADING, lane.height)),
        )
        for phase, lane in found.lanes
    ]
    pool = tag("bpmndi:BPMNShape", _of(f"{workflow.id}.pool") | {"isHorizontal": "true"}, _bounds(Rect(0, 0, found.width, found.height)))
    nodes = [node for name in workflow.states for node in _with(workflow, name, choices)]
    shapes = [tag("bpmndi:BPMNShape", _of(node), _bounds(found.shapes[node])) for node in nodes]
    plane = {"id": f"{workflow.id}.plane", "bpmnElement": f"{workflow.id}.paper"}
    edges = [_edge(one, found) for one in flows]
    return tag("bpmndi:BPMNDiagram", {"id": f"{workflow.id}.diagram"}, tag("bpmndi:BPMNPlane", plane, pool, *bands, *shapes, *edges))


def _of(element: str) -> dict[str, object]:
    return {"id": f"{element}.drawn", "bpmnElement": element}


def _bounds(shape: Rect) -> str:
    return tag("dc:Bounds", {"x": f"{shape.x:.0f}", "y": f"{shape.y:.0f}", "width": f"{shape.width:.0f}", "height": f"{shape.height:.0f}"})


def _edge(one: Flow, found: Places) -> str:
    points: list[Point] = found.edges[one.id.removesuffix(".flow")]
    inside = [tag("di:waypoint", {"x": f"{x:.0f}", "y": f"{y:.0f}"}) for x, y in points]
    if one.name:
        inside.append(tag("bpmndi:BPMNLabel", {}, _bounds(found.labels[one.id])))
    return tag("bpmndi:BPMNEdge", _of(one.id), *inside)


def _notes(workflow: Workflow) -> Iterator[Note]:
    yield Note(
        "NOT_NATIVE",
        "BPMN has no words for fields, roles per step, needs, conditions in CEL, effects, timers and schedules: they travel as extension "
        "elements, which other programs keep but don't read. Which step is taken is drawn as a choice of the outcome.",
        "BPMN 无法表达字段、各步骤的角色、所需条件、CEL 条件、效果、定时器和计划：这些内容保存为扩展元素，其他程序会保留但不会读取。"
        "采取哪个步骤以结果选择的形式绘制。",
    )
    back = [one.name for one in workflow.transitions.values() if one.target == TO_PREVIOUS]
    if back:
        en = f"A way back to where an item came from is drawn to every state it can have come from: {', '.join(back)}."
        yield Note("PREVIOUS", en, f"返回来处的流转绘制到所有可能的来源状态：{'、'.join(back)}。")
