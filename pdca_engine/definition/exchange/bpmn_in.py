"""BPMN 2.0 read into states and steps: tasks and events are states, sequence flows steps, gateways only the way between."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pdca_engine.definition.checks.check import MOST_NAMES
from pdca_engine.definition.exchange.carried import NAMESPACE
from pdca_engine.definition.exchange.drawn import NAME, Drawing, DrawnState, DrawnStep, named, too_large, within
from pdca_engine.definition.exchange.markup import Element
from pdca_engine.definition.exchange.notes import Note
from pdca_engine.definition.paper.words import PHASES, ROLE_TEXTS, TO_PREVIOUS
from pdca_engine.errors import BadInput

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
TASKS: Final = (
    "task",
    "userTask",
    "manualTask",
    "serviceTask",
    "scriptTask",
    "businessRuleTask",
    "sendTask",
    "receiveTask",
    "callActivity",
    "subProcess",
    "transaction",
    "adHocSubProcess",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
)
GATEWAYS: Final = ("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway")
EVENTS: Final = ("startEvent", "endEvent", "boundaryEvent")
KNOWN: Final = (*TASKS, *GATEWAYS, *EVENTS, "sequenceFlow", "laneSet", "extensionElements", "documentation")
ROLES: Final = {text.lower(): role for role, texts in ROLE_TEXTS.items() for text in (*texts, role)}
FAR: Final = 20  # flows of a way through gateways whose words are kept
MOST_FOLLOWED: Final = 100_000


def read_bpmn(root: Element, file: str) -> Drawing:
    """What a BPMN document draws: its first process that has a task. BadInput where there is none."""
    found = [one for one in root.all("process") if any(one.all(*TASKS))] if root.space == BPMN else []
    if not found:
        raise BadInput(
            f"{file}:{root.line}:1: no BPMN process with a task.", f"{file}:{root.line}:1：没有包含任务的 BPMN 流程。", field="file"
        )
    process = _Process(found[0], file)
    drawing = process.drawing(file)
    for other in found[1:]:
        en, zh = (
            f"Only one process is read; {other.get('name') or other.get('id')} was not.",
            f"仅读取一个流程；未读取 {other.get('name') or other.get('id')}。",
        )
        drawing.notes.append(Note("OTHER_PROCESS", en, zh, other.line))
    return drawing


class _Process:
    """One process: nodes, flows between them, and the names its states get."""

    def __init__(self, process: Element, file: str) -> None:
        self.process, self.file = process, file
        self.followed = 0
        self.notes: list[Note] = []
        self.nodes: dict[str, Element] = {}
        for one in sorted(process.all(*TASKS, *GATEWAYS, *EVENTS), key=lambda one: one.name not in TASKS):
            self.nodes.setdefault(one.get("id"), one)  # of two with one id a task is kept: a state is not lost
        self.out: dict[str, list[Element]] = {}
        for one in process.all("sequenceFlow"):
            self.out.setdefault(one.get("sourceRef"), []).append(one)
        self.marked = {key for key, one in self.nodes.items() if _ours(one, "final") is not None}
        self.lanes = {
            ref.text.strip(): lane.get("name") for lane in process.below() if lane.name == "lane" for ref in lane.all("flowNodeRef")
        }
        self._note_the_rest()
        self.names: dict[str, str] = {}
        self.begin = self._begin()
        self.names = self._names()

    def _note(self, code: str, en: str, zh: str, where: Element) -> None:
        self.notes.append(Note(code, en, zh, where.line))

    def _note_the_rest(self) -> None:
        for one in self.process.children:
            kind = one.name
            if one.space == BPMN and kind not in KNOWN:
                self._note("NOT_CARRIED", f"<{kind}> was not carried over.", f"<{kind}> 未导入。", one)
            if kind in ("parallelGateway", "inclusiveGateway", "complexGateway"):
                en = "Parallel paths can't be said: a gateway became a choice."
                self._note("PARALLEL", en, "无法表达并行路径：网关已改为选择。", one)
            if kind in ("subProcess", "transaction", "adHocSubProcess") and any(one.all(*TASKS)):
                en = f"What is inside {one.get('name') or one.get('id')} was not carried over."
                self._note("NOT_CARRIED", en, f"{one.get('name') or one.get('id')} 的内部内容未导入。", one)

    def _begin(self) -> str:
        """The node items begin in: what the start event leads to where that is one task, else the start event itself."""
        starts = [key for key, one in self.nodes.items() if one.name == "startEvent"]
        if not starts:
            self._note(
                "NO_START", "There is no start event: items begin in the first task.", "没有开始事件：事项从第一个任务开始。", self.process
            )
            return next(key for key, one in self.nodes.items() if one.name in TASKS)
        for key in starts[1:]:
            self._note("OTHER_START", "Only one start event is read.", "仅读取一个开始事件。", self.nodes[key])
        reached = {target for _, target in self._reached(starts[0])}
        only = next(iter(reached)) if len(reached) == 1 else ""
        return only if only and self.nodes[only].name in TASKS else starts[0]

    def _names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for key, one in self.nodes.items():
            if one.name in TASKS or key == self.begin or (one.name == "endEvent" and key not in self.marked):
                kind = "end" if one.name == "endEvent" else "start" if one.name == "startEvent" else "state"
                wishes = (key,) if NAME.fullmatch(key) else (one.get("name"), key if not one.get("name") else "")
                names[key] = named(*wishes, otherwise=kind, taken=set(names.values()))
        return names

    def drawing(self, file: str) -> Drawing:
        states = {name: self._state(key, name) for key, name in self.names.items()}
        title, own = self.process.get("name"), self.process.get("id")
        short = file.rpartition("/")[2].partition(".")[0]
        name = named(own if NAME.fullmatch(own) else "", title, short, otherwise="imported")
        drawing = Drawing(name, title, self.names[self.begin], states, within(self._steps(), file))
        drawing.notes.extend(self.notes)
        return drawing

    def _state(self, key: str, name: str) -> DrawnState:
        one = self.nodes[key]
        lane = self.lanes.get(key, "").lower()
        return DrawnState(name, " ".join(one.get("name").split()), one.name == "endEvent", lane if lane in PHASES else None, one.line)

    def _steps(self) -> Iterator[DrawnStep]:
        for key, source in self.names.items():
            for path, target in self._reached(key):
                yield self._step(key, source, path, self.names[target])
        for one in self.process.all("boundaryEvent"):
            source = self.names.get(one.get("attachedToRef"), "")
            for path, target in self._reached(one.get("id")) if source else ():
                en, zh = f"The boundary event on {source} became a step.", f"{source} 上的边界事件已成为步骤。"
                self._note("BOUNDARY", en, zh, one)
                yield self._step(one.get("attachedToRef"), source, path, self.names[target], one.get("name"))

    def _reached(self, start: str) -> list[tuple[tuple[Element, ...], str]]:
        """(flows passed, node reached) for every task or event that flows from `start` lead to through gateways."""
        found: list[tuple[tuple[Element, ...], str]] = []
        waiting: list[tuple[tuple[Element, ...], str]] = [((), start)]
        passed = {start}
        while waiting:
            path, node = waiting.pop(0)
            for one in self.out.get(node, ()):
                self._count(one)
                target = one.get("targetRef")
                kind = self.nodes[target].name if target in self.nodes and target not in self.marked else ""
                if kind in TASKS or kind == "endEvent":
                    found.append(((*path[-FAR:], one), target))
                elif kind in GATEWAYS and target not in passed:
                    passed.add(target)
                    waiting.append(((*path[-FAR:], one), target))
        return found

    def _count(self, flow: Element) -> None:
        """A net of gateways can lead from everywhere to everywhere: nobody draws that."""
        self.followed += 1
        if self.followed > MOST_FOLLOWED or len(self.names) > MOST_NAMES:
            raise too_large(self.file, flow.line)

    def _step(self, key: str, source: str, path: tuple[Element, ...], target: str, called: str = "") -> DrawnStep:
        ours = next((mark for one in reversed(path) if (mark := _ours(one, "step")) is not None), None)
        title = " ".join((next((one.get("name") for one in reversed(path) if one.get("name")), "") or called).split())
        lane = self.lanes.get(key, "").lower()
        by = (ROLES[lane],) if lane in ROLES else ()
        if ours is not None:
            goal = TO_PREVIOUS if ours.get("to") == TO_PREVIOUS else target
            return DrawnStep(ours.get("transition"), source, goal, title, line=path[-1].line)
        name = named(title, otherwise=f"to_{target}"[:60])
        return DrawnStep(name, source, target, title, " and ".join(filter(None, map(_condition, path))), by, path[-1].line)


def _condition(one: Element) -> str:
    return next((" ".join(expression.text.split()) for expression in one.all("conditionExpression")), "")


def _ours(element: Element, name: str) -> Element | None:
    """Our own mark inside an element."""
    marks = (mark for box in element.all("extensionElements") for mark in box.children)
    return next((mark for mark in marks if mark.space == NAMESPACE and mark.name == name), None)
