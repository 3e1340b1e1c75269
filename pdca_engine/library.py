"""From a workflow version's number to the checked, compiled workflow: compiled once per process, shared by all threads."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from pdca_engine.definition.deciding.compiled import Compiled, compile_workflow
from pdca_engine.definition.reading.load import load_workflow
from pdca_engine.errors import NotFound, Retired, WorkflowBroken
from pdca_engine.records.workflows import WorkflowRecord, WorkflowVersion


class Library:
    """Versions never change, so what is compiled stays right for ever."""

    def __init__(self) -> None:
        self._compiled: dict[int, Compiled] = {}

    def get(self, version_id: int) -> Compiled | None:
        """The compiled version if this process has it at hand."""
        return self._compiled.get(version_id)

    def version(self, session: Session, version_id: int) -> Compiled:
        """The compiled version `version_id`. NotFound when there is none; WorkflowBroken when this program can't read it any more."""
        compiled = self._compiled.get(version_id)
        if compiled is None:
            found = session.get(WorkflowVersion, version_id)
            if found is None:
                raise NotFound("workflow version", "工作流版本", str(version_id))
            compiled = self._compiled[version_id] = compile_text(found.text, found.workflow_id, dict(found.parents))
        return compiled

    def current(self, session: Session, workflow_id: str, *, retired: bool = False) -> tuple[int, Compiled]:
        """The number of the row and the compiled workflow that new items use.

        NotFound for an unknown workflow; Retired for a retired one, unless what follows from running items asks (`retired`).
        """
        query = (
            select(WorkflowVersion.id, WorkflowRecord.retired_at)
            .join(WorkflowRecord, (WorkflowRecord.id == WorkflowVersion.workflow_id) & (WorkflowRecord.current == WorkflowVersion.number))
            .where(WorkflowRecord.id == workflow_id)
        )
        found = session.execute(query).first()
        if found is None:
            known = ", ".join(session.scalars(select(WorkflowRecord.id).where(WorkflowRecord.retired_at.is_(None)).order_by("id")))
            raise NotFound("workflow", "工作流", workflow_id, f"Published: {known or 'none'}.", f"已发布：{known or '无'}。")
        if found.retired_at is not None and not retired:
            raise Retired(workflow=workflow_id, day=found.retired_at.date().isoformat(), field="workflow")
        return found.id, self.version(session, found.id)


def compile_text(text: str, name: str, parents: Mapping[str, str]) -> Compiled:
    """A published text, compiled. WorkflowBroken when it does not load (it passed the checks when it was published)."""
    return _compiled(text, name, tuple(sorted(parents.items())))


_KEPT: Final = 2048  # texts: a hundred kilobytes each once compiled, and more versions than an organisation has in use


@lru_cache(_KEPT)
def _compiled(text: str, name: str, parents: tuple[tuple[str, str], ...]) -> Compiled:
    """The same texts always mean the same, whichever database they come from."""
    loaded = load_workflow(text, name, dict(parents).get)
    if loaded.workflow is None:
        raise WorkflowBroken(name=name, count=len(loaded.problems))
    return compile_workflow(loaded.workflow)
