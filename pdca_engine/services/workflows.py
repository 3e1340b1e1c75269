"""Publish paper: check a text, keep it as an immutable version, make it the one that new items use."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from pdca_engine.definition.checks.check import check_workflow
from pdca_engine.definition.checks.known import Known
from pdca_engine.definition.paper.problems import Problem, as_json
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.definition.reading.load import load_workflow
from pdca_engine.errors import BadInput, NotFound, WorkflowBroken
from pdca_engine.paths import bundled
from pdca_engine.records.workflows import WorkflowRecord, WorkflowVersion
from pdca_engine.services.entries import acting_person
from pdca_engine.services.rights import require_role
from pdca_engine.services.schedules import sync_schedules
from pdca_engine.services.workflow_events import note_event
from pdca_engine.unit import Unit

HEAD = re.compile(r"^(workflow|extends): *(\w+) *$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What the checker found; `parents` holds the texts of what the workflow extends, by id."""

    workflow: Workflow | None
    problems: tuple[Problem, ...]
    parents: dict[str, str]


@dataclass(frozen=True, slots=True)
class Published:
    """A version that new items use now; `new` is False where the same text was the current one already."""

    workflow: str
    version: int
    new: bool


@cache
def bundled_texts() -> dict[str, str]:
    """The workflows that travel with the program: id → text."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(bundled("workflows").rglob("*.yaml"))]
    return {_head(text)["workflow"]: text for text in texts if "workflow" in _head(text)}


def _head(text: str) -> dict[str, str]:
    """What a bundled file is called and extends. Its own lines tell it: reading all files whole takes seconds."""
    return dict(HEAD.findall(text))


def _parents(name: str) -> dict[str, str]:
    """The texts of what a bundled workflow extends, the nearest first."""
    above = _head(bundled_texts()[name]).get("extends")
    return {above: bundled_texts()[above], **_parents(above)} if above else {}


@cache
def _check_bundled(name: str) -> CheckedFile:
    """The same text always gives the same answer, so each is checked once in a process."""
    return check_text(bundled_texts()[name], name)


def check_text(text: bytes | str, name: str, session: Session | None = None) -> CheckedFile:
    """Every problem of a workflow file. Parents are the published ones (where there is a database), else the bundled ones."""
    asked: dict[str, str] = {}

    def parent(wanted: str) -> str | None:
        found = (_published_text(session, wanted) if session else None) or bundled_texts().get(wanted)
        if found is not None:
            asked[wanted] = found
        return found

    known = set(bundled_texts()) | (set(session.scalars(select(WorkflowRecord.id))) if session else set())
    papers = _Papers(lambda wanted: (_published_text(session, wanted) if session else None) or bundled_texts().get(wanted), known)
    workflow, problems = check_workflow(text, name, parent, Known(workflows=frozenset(known), papers=papers))
    return CheckedFile(workflow, problems, asked)


class _Papers(Mapping[str, Workflow]):
    """The other workflows a file speaks of, each read when it is first asked for: most files speak of one or two."""

    def __init__(self, text_of: Callable[[str], str | None], names: Iterable[str]) -> None:
        self._text_of = text_of
        self._names = tuple(names)

    def __getitem__(self, name: str) -> Workflow:
        text = self._text_of(name)
        paper = _paper(text, name) if text is not None else None
        if paper is None:
            raise KeyError(name)
        return paper

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@lru_cache(maxsize=128)
def _paper(text: str, name: str) -> Workflow | None:
    """A text of another workflow, read without judging it. Its parents are the bundled ones: only names are looked up in it."""
    return load_workflow(text, name, bundled_texts().get).workflow


def _published_text(session: Session, workflow_id: str) -> str | None:
    query = (
        select(WorkflowVersion.text)
        .join(WorkflowRecord, (WorkflowRecord.id == WorkflowVersion.workflow_id) & (WorkflowRecord.current == WorkflowVersion.number))
        .where(WorkflowRecord.id == workflow_id)
    )
    return session.scalar(query)


def publish_workflow(unit: Unit, text: str, name: str, reason: str, *, known_too: bool = True) -> Published:
    """Publish a text as the new version of its workflow: new items use it, running items stay on theirs.

    A text that was a version before becomes current again; with `known_too` false it changes nothing.
    Raises WorkflowBroken with all problems, BadInput (no reason; a key another workflow has), NotAllowed.
    """
    require_role(unit, "admin")
    if not reason.strip():
        raise BadInput("Say why: a version needs a reason.", "请说明原因：发布版本须有理由。", field="reason")
    checked = check_text(text, name, unit.session)
    if checked.workflow is None:
        raise WorkflowBroken(name=name, count=len(checked.problems), **as_json(checked.problems, unit.language))
    return _store(unit, checked.workflow, text, checked.parents, reason.strip(), known_too)


def publish_bundled(unit: Unit) -> list[Published]:
    """Publish the workflows that travel with the program, parents first.

    A text that is a version already changes nothing: who uses another version of it, or has retired it, has a reason.
    """
    require_role(unit, "admin")
    return [_publish_bundled(unit, name) for name in sorted(bundled_texts(), key=lambda name: (len(_parents(name)), name))]


def _publish_bundled(unit: Unit, name: str) -> Published:
    """Where somebody uses parents of their own, they count; else nothing that was checked before is read again."""
    text, parents = bundled_texts()[name], _parents(name)
    as_bundled = all(_published_text(unit.session, above) == parent for above, parent in parents.items())
    if as_bundled and (number := _current_number(unit.session, name, _digest(text, parents))) is not None:
        return Published(name, number, new=False)
    checked = _check_bundled(name) if as_bundled else check_text(text, name, unit.session)
    if checked.workflow is None:
        raise WorkflowBroken(name=name, count=len(checked.problems), **as_json(checked.problems, unit.language))
    return _store(unit, checked.workflow, text, checked.parents, "Bundled with the program", known_too=False)


def _current_number(session: Session, workflow_id: str, digest: str) -> int | None:
    """The number of the current version, where it says exactly that."""
    query = (
        select(WorkflowVersion.number)
        .join(WorkflowRecord, (WorkflowRecord.id == WorkflowVersion.workflow_id) & (WorkflowRecord.current == WorkflowVersion.number))
        .where(WorkflowRecord.id == workflow_id, WorkflowVersion.content_hash == digest)
    )
    return session.scalar(query)


def _digest(text: str, parents: dict[str, str]) -> str:
    return hashlib.sha256(orjson.dumps([text, parents], option=orjson.OPT_SORT_KEYS)).hexdigest()


def _store(unit: Unit, workflow: Workflow, text: str, parents: dict[str, str], reason: str, known_too: bool) -> Published:
    session = unit.session
    digest = _digest(text, parents)
    record = session.get(WorkflowRecord, workflow.id)
    refuse_taken_key(session, workflow)
    query = select(WorkflowVersion).where(WorkflowVersion.workflow_id == workflow.id, WorkflowVersion.content_hash == digest)
    version = session.scalar(query)
    if record is not None and _stays(record, version, known_too):
        return Published(workflow.id, record.current, new=False)
    if record is None:
        record = WorkflowRecord(id=workflow.id, title_en="", title_zh="", current=0)
        session.add(record)
    number, before = version.number if version else _next_number(session, workflow.id), record.current
    rested = record.retired_at is not None
    record.title_en, record.title_zh, record.current = workflow.title.en, workflow.title.zh, number
    record.item_key, record.abstract, record.retired_at = workflow.key, workflow.abstract, None
    session.flush()
    if version is None:
        version = WorkflowVersion(
            workflow_id=workflow.id,
            number=number,
            content_hash=digest,
            text=text,
            parents=parents,
            published_at=unit.now,
            published_by=acting_person(unit),
            reason=reason,
        )
        session.add(version)
        session.flush()
    else:
        note_event(unit, workflow.id, "used", number, reason, {"before": before})
    if rested:
        note_event(unit, workflow.id, "restored", number, reason, {})
    sync_schedules(unit, workflow, version.id)
    return Published(workflow.id, number, new=True)


def _stays(record: WorkflowRecord, version: WorkflowVersion | None, known_too: bool) -> bool:
    """Whether the text changes nothing: it is in use, or the program brings what somebody decided about before."""
    if version is not None and version.number == record.current:
        return True
    return not known_too and (version is not None or record.retired_at is not None)


def _next_number(session: Session, workflow_id: str) -> int:
    numbers = session.scalars(select(WorkflowVersion.number).where(WorkflowVersion.workflow_id == workflow_id)).all()
    return max(numbers, default=0) + 1


def refuse_taken_key(session: Session, workflow: Workflow) -> None:
    """BadInput where another workflow names its items so."""
    query = select(WorkflowRecord.id).where(WorkflowRecord.item_key == workflow.key, WorkflowRecord.id != workflow.id)
    other = session.scalar(query) if workflow.key else None
    if other is not None:
        raise BadInput(
            f"The key {workflow.key} belongs to the workflow {other}; choose another.",
            f"编号前缀 {workflow.key} 已属于工作流 {other}；请另选。",
            field="key",
        )


def workflow_text(unit: Unit, workflow_id: str, number: int | None = None) -> str:
    """The text of a published version (None: the current one). NotFound."""
    query = select(WorkflowVersion.text).where(WorkflowVersion.workflow_id == workflow_id, WorkflowVersion.number == number)
    text = unit.session.scalar(query) if number is not None else _published_text(unit.session, workflow_id)
    if text is None:
        raise NotFound("workflow", "工作流", workflow_id if number is None else f"{workflow_id} {number}")
    return text
