"""SCXML read into states and steps: nested states are flattened, what is executed is left out and noted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pdca_engine.definition.checks.check import MOST_NAMES
from pdca_engine.definition.exchange.drawn import Drawing, DrawnState, DrawnStep, named, too_large, within
from pdca_engine.definition.exchange.markup import Element
from pdca_engine.definition.exchange.notes import Note
from pdca_engine.definition.paper.words import TO_PREVIOUS
from pdca_engine.errors import BadInput

STATES: Final = ("state", "parallel", "final")
LEFT_OUT: Final = ("onentry", "onexit", "invoke", "datamodel", "script", "donedata")


def read_scxml(root: Element, file: str) -> Drawing:
    """What an SCXML document draws. BadInput where it is none, or has no state."""
    if root.name != "scxml":
        raise BadInput(
            f"{file}:{root.line}:1: not SCXML but <{root.name}>.", f"{file}:{root.line}:1：不是 SCXML，而是 <{root.name}>。", field="file"
        )
    chart = _Chart(root)
    if not chart.leaves:
        raise BadInput(f"{file}:{root.line}:1: no state.", f"{file}:{root.line}:1：没有状态。", field="file")
    if len(chart.leaves) > MOST_NAMES:
        raise too_large(file, root.line)
    drawing = chart.drawing(file)
    drawing.notes.extend(chart.notes)
    return drawing


class _Chart:
    """The tree of states, flattened: a composite state stands for its leaves."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.notes: list[Note] = []
        self.leaves: dict[int, Element] = {}
        self.inside: dict[int, list[Element]] = {}  # element → its leaves
        self.by_id: dict[str, Element] = {}
        self.history: set[str] = set()
        self._walk(root)
        self.names = self._names()

    def _walk(self, element: Element) -> list[Element]:
        found: list[Element] = []
        for one in element.all(*STATES):
            self.by_id.setdefault(one.get("id"), one)
            if one.name == "parallel":
                self._note(
                    "PARALLEL",
                    f"Parallel regions can't be said; {one.get('id')} was flattened.",
                    f"无法表达并行区域；{one.get('id')} 已展平。",
                    one,
                )
            below = self._walk(one)
            if not below:
                self.leaves[id(one)] = one
                below = [one]
            self.inside[id(one)] = below
            found += below
        self.history |= {one.get("id") for one in element.all("history")}
        for one in element.all(*LEFT_OUT):
            self._note("NOT_CARRIED", f"<{one.name}> was not carried over.", f"<{one.name}> 未导入。", one)
        return found

    def _note(self, code: str, en: str, zh: str, where: Element) -> None:
        self.notes.append(Note(code, en, zh, where.line))

    def _names(self) -> dict[int, str]:
        names: dict[int, str] = {}
        for key, one in self.leaves.items():
            names[key] = named(one.get("id"), otherwise="state", taken=set(names.values()))
        return names

    def drawing(self, file: str) -> Drawing:
        states = {}
        for key, one in self.leaves.items():
            plain = one.get("id") == self.names[key]
            states[self.names[key]] = DrawnState(self.names[key], "" if plain else one.get("id"), one.name == "final", line=one.line)
        name = self.root.get("name")
        begin = self.names[id(self._entered(self.root))]
        return Drawing(
            named(name, file.rpartition("/")[2].partition(".")[0], otherwise="imported"),
            name,
            begin,
            states,
            within(self._steps(self.root), file),
        )

    def _entered(self, element: Element) -> Element:
        """The leaf in which one is after entering `element`; where `initial` leads round in a circle, the first one inside."""
        passed = {id(element)}
        while id(element) not in self.leaves:
            begin = next(element.all("initial"), None)
            step = next(begin.all("transition"), None) if begin is not None else None
            wished = (element.get("initial") or (step.get("target") if step is not None else "")).split()
            known = [self.by_id[one] for one in wished if one in self.by_id and id(self.by_id[one]) not in passed]
            element = known[0] if known else self.inside[id(element)][0] if id(element) in self.inside else next(element.all(*STATES))
            passed.add(id(element))
        return element

    def _steps(self, element: Element) -> Iterator[DrawnStep]:
        for one in element.all(*STATES):
            for step in one.all("transition"):
                yield from self._step(one, step)
            yield from self._steps(one)

    def _step(self, owner: Element, step: Element) -> Iterator[DrawnStep]:
        if step.children:
            en = f"What {step.get('event') or 'a transition'} executes was not carried over."
            self._note("NOT_CARRIED", en, f"{step.get('event') or '流转'} 所执行的内容未导入。", step)
        goal = self._goal(step)
        event = step.get("event").split()
        name = named(*(one.removesuffix(".*") for one in event), otherwise=f"to_{goal}" if goal else "step")
        if not event:
            en, zh = f"A transition without an event became the step {name}.", f"没有事件的流转已成为步骤 {name}。"
            self._note("EVENTLESS", en, zh, step)
        for leaf in self.inside[id(owner)]:
            source = self.names[id(leaf)]
            if leaf.name == "final":
                continue
            yield DrawnStep(name, source, goal or source, _titled(event, name), step.get("cond"), line=step.line)

    def _goal(self, step: Element) -> str:
        """The state it leads to; empty where it leads nowhere."""
        wished = step.get("target").split()
        if len(wished) > 1:
            self._note("PARALLEL", "Of several targets only the first was taken.", "多个目标中仅采用第一个。", step)
        if not wished:
            return ""
        if wished[0] in self.history:
            return TO_PREVIOUS
        if wished[0] not in self.by_id:
            self._note("UNKNOWN_TARGET", f"There is no state {wished[0]}.", f"没有状态 {wished[0]}。", step)
            return ""
        return self.names[id(self._entered(self.by_id[wished[0]]))]


def _titled(event: list[str], name: str) -> str:
    """The event's own words, where they are more than the name made of them."""
    return " ".join(event) if event and event != [name] else ""
