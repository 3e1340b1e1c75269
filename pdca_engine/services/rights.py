"""Who may run the system itself (people, workflows, processes). Rights in items are decided by `definition.decide`, never here."""

from __future__ import annotations

from pdca_engine.definition.paper.words import ROLE_TEXTS
from pdca_engine.errors import NotAllowed, Refusal, SignInNeeded
from pdca_engine.unit import Unit


def require_role(unit: Unit, role: str) -> None:
    """Raise NotAllowed unless the person holds `role` for the organisation today or the engine acts; SignInNeeded when nobody acts."""
    if unit.engine:
        return
    if unit.person is None:
        raise SignInNeeded
    if role not in unit.directory.roles(unit.person, None, unit.today):
        en, zh = ROLE_TEXTS[role]
        sentence = f"Only the role “{en}” may do this. Ask somebody who holds it, or the admin for the role."
        sentence_zh = f"只有“{zh}”角色可以执行此操作。请找持有该角色的人，或向管理员申请。"
        raise NotAllowed([Refusal("NOT_YOUR_ROLE", sentence, sentence_zh, None, {"role": role})])


def require_writing(unit: Unit) -> None:
    """Raise NotAllowed for somebody whose only role today is `reader`: they look on, whatever `any_staff` may do. SignInNeeded."""
    if unit.engine:
        return
    if unit.person is None:
        raise SignInNeeded
    if {grant.role for grant in unit.directory.everywhere(unit.person, unit.today)} == {"reader"}:
        en, zh = (
            "You may read everything and change nothing; ask the admin for another role.",
            "您只能查看，不能更改；如有需要请向管理员申请其他角色。",
        )
        raise NotAllowed([Refusal("READ_ONLY", en, zh, None, {"role": "reader"})])
