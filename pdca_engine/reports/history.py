"""An item's trail, told in sentences. Every sentence is made from the entry's canonical text: what is shown is what was hashed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import select

from pdca_engine.definition.deciding.refusals import name_text, role_text
from pdca_engine.definition.deciding.values import COLUMN_FIELDS
from pdca_engine.definition.paper.workflow import Field, Transition, Workflow
from pdca_engine.records.items import Entry, Item
from pdca_engine.reports.find import find_item
from pdca_engine.reports.paging import Page, read_cursor, write_cursor
from pdca_engine.reports.papers import Papers, versions_told
from pdca_engine.reports.reasons import told_reasons
from pdca_engine.reports.sight import Sight
from pdca_engine.reports.values import joined, show
from pdca_engine.unit import Unit

MOST: Final = 200
SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "created": ("{who} created the item", "{who}创建了本事项"),
    "imported": ("{who} imported the item", "{who}导入了本事项"),
    "advanced": ("{who}: {transition}, {source} → {target}", "{who}：{transition}，{source} → {target}"),
    "same": ("{who}: {transition}", "{who}：{transition}"),
    "agreed": ("{who} said yes to: {transition} ({still} more needed)", "{who}对“{transition}”表示同意（还需 {still} 人）"),
    "declined": ("{who} said no to: {transition}; the round is over", "{who}否决了“{transition}”，本轮结束"),
    "no_refused": ("{who} wanted to say no, which was refused: {transition}", "{who}欲否决“{transition}”，操作未被接受"),
    "refused": ("{who} was refused: {transition}", "{who}被拒绝：{transition}"),
    "edited": ("{who} changed {names}", "{who}修改了{names}"),
    "assigned": ("{who} assigned {names}", "{who}指派了{names}"),
    "commented": ("{who} commented", "{who}发表了评论"),
    "evidence": ("{who} added evidence: {title}", "{who}添加了证据：{title}"),
    "migrated": (
        "{who} moved the item from version {before} of the workflow to version {after}",
        "{who}将本事项从工作流版本 {before} 迁移到版本 {after}",
    ),
    "linked": ("{who} linked {title}", "{who}关联了{title}"),
    "other": ("{who}: {kind}", "{who}：{kind}"),
}
ON_BEHALF: Final = ("{who} for {absent}", "{who}（代{absent}）")
MOVED_UP: Final = (
    "decided by {role}, as independence left nobody below",
    "因回避后下级无人可决定，由{role}决定",
)
ROUND_ENDED: Final = ("the round of “{transition}” begins again", "“{transition}”须重新征求同意")
NOTHING: Final = ("(nothing)", "（空）")


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One trail entry: a sentence, what changed (or why it was refused) line by line, the comment as it was written.

    `person` is None where the engine did it; `role` is the right that was used.
    """

    seq: int
    at: datetime
    kind: str
    person: int | None
    who: str
    role: str
    sentence: str
    details: tuple[str, ...]
    comment: str
    transition: str | None
    source: str | None
    target: str | None
    codes: tuple[str, ...]
    hash: str


def history(unit: Unit, key: str, cursor: str | None = None, limit: int = 50) -> Page[HistoryLine]:
    """A page of the item's history, newest first; NotFound, BadInput for a foreign cursor."""
    item = find_item(unit, key)
    return history_page(unit, item, Sight(unit, item), cursor, limit)


def history_page(unit: Unit, item: Item, sight: Sight, cursor: str | None = None, limit: int = 50) -> Page[HistoryLine]:
    """The same for an item already at hand."""
    limit = max(1, min(limit, MOST))
    wanted = select(Entry.seq, Entry.text, Entry.hash, Entry.at, Entry.kind, Entry.person_id).where(Entry.item_id == item.id)
    if cursor is not None:
        wanted = wanted.where(Entry.seq < read_cursor(cursor, int)[0])
    rows = unit.session.execute(wanted.order_by(Entry.seq.desc()).limit(limit + 1)).all()
    papers = Papers(unit, item)
    lines = tuple(
        Teller(unit, papers.at(row.seq), sight, papers.after(row.seq)).line(row.seq, row.at, row.kind, row.person_id, row.text, row.hash)
        for row in rows[:limit]
    )
    return Page(lines, write_cursor(rows[limit - 1].seq) if len(rows) > limit else None)


class Teller:
    """Tells entries of one item to one reader, in the words of the paper they were written under (`after`: the paper they led to)."""

    def __init__(self, unit: Unit, workflow: Workflow, sight: Sight, after: Workflow) -> None:
        self._unit, self._workflow, self._sight, self._after = unit, workflow, sight, after

    def line(self, seq: int, at: datetime, kind: str, person: int | None, text: str, hash_: bytes) -> HistoryLine:
        """One entry as a line."""
        told: dict[str, Any] = orjson.loads(text)
        data = {**told.get("detail", {}), "transition": told.get("transition"), "source": told.get("from"), "target": told.get("to")}
        who = self._who(person, data.get("for"))
        return HistoryLine(
            seq=seq,
            at=at,
            kind=kind,
            person=person,
            who=who,
            role=role_text(data["role"]).get(self._unit.language) if data.get("role") else "",
            sentence=self._sentence(kind, who, data),
            details=tuple(self._details(data)),
            comment=data.get("comment") or "",
            transition=data.get("transition"),
            source=data.get("source"),
            target=data.get("target"),
            codes=tuple(data.get("refusals") or ()),
            hash=hash_.hex(),
        )

    def _pick(self, pair: tuple[str, str]) -> str:
        return pair[1] if self._unit.language == "zh" else pair[0]

    def _who(self, person: int | None, absent: int | None) -> str:
        name = self._unit.directory.name(person, self._unit.language)
        if absent is None:
            return name[:1].upper() + name[1:]
        return self._pick(ON_BEHALF).format(who=name, absent=self._unit.directory.name(absent, self._unit.language))

    def _sentence(self, kind: str, who: str, data: Mapping[str, Any]) -> str:
        still = kind == "advanced" and data.get("source") == data.get("target")
        form = "no_refused" if data.get("decline") else "same" if still else kind
        template = self._pick(SENTENCES[form if form in SENTENCES else "other"])
        return template.format(
            who=who,
            kind=kind,
            transition=self._step(data.get("transition")),
            source=self._state(data.get("source")),
            target=self._state(data.get("target"), self._after),
            names=joined(self._unit, [self._title(name) for name in data.get("changes") or {} if self._visible(name)]),
            title=_title_of(data),
            still=data.get("still", 0),
            **versions_told(self._unit, kind, data),
        )

    def _title(self, name: str | None) -> str:
        """A field's or common column's title."""
        return name_text(self._workflow, name).get(self._unit.language) if name else ""

    def _step(self, name: str | None) -> str:
        transition = self._workflow.transitions.get(name or "")
        return transition.title.get(self._unit.language) if transition else name or ""

    def _state(self, name: str | None, paper: Workflow | None = None) -> str:
        state = (paper or self._workflow).states.get(name or "")
        return state.title.get(self._unit.language) if state else name or ""

    def _details(self, data: Mapping[str, Any]) -> list[str]:
        codes, about = data.get("refusals") or (), data.get("about") or ()
        lines = [one.get(self._unit.language) for one in told_reasons(self._workflow, data.get("transition"), codes, about)]
        if "workflow_version" in data and data.get("source") != data.get("target"):
            lines.append(f"{self._state(data.get('source'))} → {self._state(data.get('target'), self._after)}")
        lines += [self._changed(name, old, new) for name, (old, new) in (data.get("changes") or {}).items() if self._visible(name)]
        transition = self._workflow.transitions.get(data.get("transition") or "")
        lines += [self._given(transition, name, value) for name, value in (data.get("input") or {}).items() if value is not None]
        lines += [self._pick(ROUND_ENDED).format(transition=self._step(name)) for name in data.get("ended") or ()]
        if data.get("moved_up") and data.get("role"):
            lines.append(self._pick(MOVED_UP).format(role=role_text(data["role"]).get(self._unit.language)))
        return [line for line in lines if line]

    def _changed(self, name: str, old: Any, new: Any) -> str:
        field = self._field(name) or COLUMN_FIELDS.get(name)
        return f"{field.title.get(self._unit.language) if field else name}: {self._shown(field, old)} → {self._shown(field, new)}"

    def _given(self, transition: Transition | None, name: str, value: Any) -> str:
        field = transition.input(name) if transition else None
        if not self._sight.sees(field):
            return ""
        title = field.title.get(self._unit.language) if field else name
        return f"{title}: {self._shown(field, value)}"

    def _shown(self, field: Field | None, value: Any) -> str:
        text = show(self._unit, field, value) if field else "" if value is None else str(value)
        return text or self._pick(NOTHING)

    def _field(self, name: str) -> Field | None:
        """As the paper before says it, else as the one after: only a migration knows two."""
        return self._workflow.fields.get(name) or self._after.fields.get(name)

    def _visible(self, name: str) -> bool:
        return self._sight.sees(self._workflow.fields.get(name)) and self._sight.sees(self._after.fields.get(name))


def _title_of(data: Mapping[str, Any]) -> str:
    told = data.get("evidence") or data.get("link") or {}
    return str(told.get("title") or told.get("to") or told.get("url") or "") if isinstance(told, Mapping) else str(told)
