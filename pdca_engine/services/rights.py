"""Who may run the system itself (people, workflows, processes). Rights in items are decided by `definition.decide`, never here."""

from __future__ import annotations

from pdca_engine.definition.words import ROLE_TEXTS
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
        sentence_zh = f"只有“{zh}”角色可以执行此操作。请找持有该角色的人,或向管理员申请。"
        raise NotAllowed([Refusal("NOT_YOUR_ROLE", sentence, sentence_zh, None, {"role": role})])
