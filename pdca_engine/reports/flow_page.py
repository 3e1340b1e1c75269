"""The flow of one workflow as a page shows it: read from the trail, held against the version in use, told in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import orjson
from sqlalchemy import select

from pdca_engine.definition.drawing.diagram import STATE_SIZE
from pdca_engine.definition.drawing.parts import TITLE_SIZE
from pdca_engine.definition.drawing.text import shorten
from pdca_engine.definition.paper.text import Text
from pdca_engine.definition.paper.words import TO_PREVIOUS
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.records.items import Entry, Item
from pdca_engine.reports.flow import Deviation, Flow, FlowRow, compute_flow
from pdca_engine.reports.trail_pages import trail_pages
from pdca_engine.reports.workflows import WorkflowPage, workflow_page
from pdca_engine.unit import Unit

PAGE: Final = 2_000
WORDS: Final = {
    "migrated": ("Moved from version {what} of the workflow", "从工作流版本 {what} 迁移"),
    "gone_state": ("Was in a state this version does not have: {what}", "曾处于此版本没有的状态：{what}"),
    "gone_step": ("Took a step this version does not have: {what}", "执行过此版本没有的步骤：{what}"),
    "jumped": ("The trail goes on elsewhere than it stopped: {what}", "轨迹未从中断处继续：{what}"),
    "moved_up": ("Decided one level up, since independence left nobody: {what}", "因回避而上移一级决定：{what}"),
}
SPANS: Final = ((86_400.0, "d", "天"), (3_600.0, "h", "小时"), (60.0, "min", "分钟"))
ROOM: Final = (150.0, 210.0)  # for a transition's title beside its count, for a state's beside its time


@dataclass(frozen=True, slots=True)
class FlowPage:
    """A workflow, the version its flow is held against, and the flow."""

    page: WorkflowPage
    flow: Flow

    @property
    def paper(self) -> Workflow:
        """The version shown."""
        return self.page.paper

    def state_title(self, name: str, language: str) -> str:
        """What a state is called; its name where this version has none."""
        state = self.paper.states.get(name)
        return state.title.get(language) if state else name

    def step_title(self, name: str, language: str) -> str:
        """What a transition is called; its name where this version has none."""
        step = self.paper.transitions.get(name)
        return step.title.get(language) if step else name


def flow_page(unit: Unit, workflow_id: str, number: int | None = None) -> FlowPage:
    """The flow of all items of a workflow, whatever version they run on, held against version `number` (None: the one in use). NotFound."""
    page = workflow_page(unit, workflow_id, number)
    papers = [unit.workflow(one.id).workflow for one in page.versions]
    back = {one.name for paper in papers for one in paper.transitions.values() if one.target == TO_PREVIOUS}
    versions = {one.id: one.number for one in page.versions}
    return FlowPage(page, compute_flow(_rows(unit, workflow_id), page.paper, versions, back))


def _rows(unit: Unit, workflow_id: str) -> Iterator[FlowRow]:
    """The workflow's entries item by item, page by page."""
    columns = (Item.key, Entry.at, Entry.kind, Entry.transition, Entry.source, Entry.target, Entry.text, Entry.item_id, Entry.seq)
    query = select(*columns).join(Item, Entry.item_id == Item.id).where(Item.workflow_id == workflow_id)
    for rows in trail_pages(unit.session, query, PAGE):
        for row in rows:
            detail = orjson.loads(row.text)["detail"]
            yield FlowRow(row.key, row.at, row.kind, row.transition, row.source, row.target, detail)


def deviation_text(found: FlowPage, one: Deviation, language: str) -> str:
    """A deviation as a sentence."""
    what = found.step_title(one.what, language) if one.kind == "moved_up" else one.what
    return WORDS[one.kind][language == "zh"].format(what=what)


def span_text(seconds: float | None, language: str) -> str:
    """How long something took, in the largest unit that fits: "3.2 d", "40 min"."""
    if seconds is None:
        return "–"
    size, en, zh = next((span for span in SPANS if seconds >= span[0]), SPANS[-1])
    value = seconds / size
    shown = f"{value:.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")
    return f"{shown} {zh if language == 'zh' else en}"


def flow_paper(found: FlowPage, language: str) -> Workflow:
    """The workflow with its counts in the titles of its transitions and its median times in those of its states: ready to be drawn."""
    stays = {one.state: one for one in found.flow.stays}
    transitions = {}
    for name, step in found.paper.transitions.items():
        title = shorten(step.title.get(language), TITLE_SIZE, ROOM[0])
        transitions[name] = replace(step, title=_same(f"{found.flow.taken(name)}× {title}"))
    states = {}
    for name, state in found.paper.states.items():
        title, took = state.title.get(language), stays[name].median
        if took is not None:
            title = f"{shorten(title, STATE_SIZE, ROOM[1])} · {''.join(span_text(took, language).split())}"
        states[name] = replace(state, title=_same(title))
    return replace(found.paper, states=states, transitions=transitions)


def _same(text: str) -> Text:
    return Text(text, text)
