"""The organisation's processes and services. Their owners are grants: see `people.grant_role`."""

from __future__ import annotations

from pdca_engine.records.organisation import Process, Service
from pdca_engine.services.inputs import IDENTIFIER, Problems
from pdca_engine.services.rights import require_role
from pdca_engine.store.directory import bump_directory
from pdca_engine.unit import Unit


def add_process(unit: Unit, id: str, title_en: str, title_zh: str, clause: str | None = None) -> str:
    """Add a service-management process with the clause it answers; answers its id. Raises Refused (all problems), NotAllowed."""
    problems = _judge(unit, Process, id, title_en, title_zh)
    problems.text("clause", clause, 20, needed=False)
    problems.raise_any()
    unit.session.add(Process(id=id, title_en=title_en.strip(), title_zh=title_zh.strip(), clause=clause))
    return _added(unit, id)


def add_service(unit: Unit, id: str, title_en: str, title_zh: str) -> str:
    """Add a service that is delivered; answers its id. Raises Refused (all problems), NotAllowed."""
    _judge(unit, Service, id, title_en, title_zh).raise_any()
    unit.session.add(Service(id=id, title_en=title_en.strip(), title_zh=title_zh.strip()))
    return _added(unit, id)


def _judge(unit: Unit, table: type[Process] | type[Service], id: str, title_en: str, title_zh: str) -> Problems:
    require_role(unit, "admin")
    problems = Problems()
    problems.pattern("id", id, IDENTIFIER, "service_desk")
    problems.text("title_en", title_en, 200)
    problems.text("title_zh", title_zh, 200)
    if not problems.found and unit.session.get(table, id) is not None:
        problems.add("ID_TAKEN", "id", f"{id} exists already.", f"{id} 已存在。")
    return problems


def _added(unit: Unit, id: str) -> str:
    unit.session.flush()
    bump_directory(unit.transaction)
    return id
