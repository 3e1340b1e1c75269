"""Why an attempt was refused, told afterwards to whoever reads the history: in the third person, from what the trail kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pdca_engine.definition.deciding.refusals import name_text, role_text, titles
from pdca_engine.definition.paper.words import ENGINE, ROLE_TEXTS
from pdca_engine.definition.paper.workflow import Text, Transition, Workflow

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "UNKNOWN_TRANSITION": ("there is no such step", "没有这一操作"),
    "NOT_FROM_THIS_STATE": ("the step was not possible in that state", "当时的状态下不能执行此操作"),
    "NOT_YOUR_ROLE": ("only {roles} may do this", "仅{roles}可执行此操作"),
    "NOT_YOUR_DEPUTY_RIGHT": ("they were not deputy for that person on that day", "当日不是该人员的代理人"),
    "FOUR_EYES_RELATION": ("somebody else than the {relation} must decide", "须由{relation}以外的人决定"),
    "FOUR_EYES_HISTORY": ("somebody who never was {relation} of the item must decide", "须由从未担任本事项{relation}的人决定"),
    "FOUR_EYES_ACT": ("somebody else than who did “{relation}” must decide", "须由未执行过“{relation}”的人决定"),
    "UNKNOWN_FIELD": ("a field was given that there is not", "填写了不存在的字段"),
    "BAD_VALUE": ("the value of {title} did not fit", "“{title}”的值不符合要求"),
    "NEEDS_FIELD": ("{title} was missing", "缺少“{title}”"),
    "NEEDS_INPUT": ("{title} was not given", "未填写“{title}”"),
    "NEEDS_COMMENT": ("the reason was missing", "未填写说明（理由）"),
    "NEEDS_EVIDENCE": ("there was not enough evidence", "证据不足"),
    "NEEDS_CHILDREN": ("actions or follow-ups were missing or not far enough", "措施或后续事项缺少或尚未完成"),
    "NEEDS_LINK": ("a link was missing", "缺少关联"),
    "GUARD_FALSE": ("a condition of the step was not met", "此步骤的条件未满足"),
    "GUARD_UNKNOWN": ("{title} was missing, so it could not be judged", "缺少“{title}”，无法判断"),
    "TOO_EARLY": ("it was too early for this step", "执行此步骤为时过早"),
    "READ_ONLY_CYCLE": ("that cycle was over: it can be read but not changed", "该循环已结束，只读"),
    "READ_ONLY_FIELD": ("{title} had been fixed by an earlier step", "“{title}”已由先前的步骤固定"),
    "NOT_ASKED": ("{title} was not part of the step", "“{title}”不属于该步骤"),
    "READ_ONLY_CLOSED": ("the item was closed", "事项已关闭"),
    "EFFECT_UNKNOWN": ("a consequence of the step could not be computed", "无法计算此步骤的结果"),
}
OTHER: Final = ("a condition was not met ({code})", "有条件未满足（{code}）")
FOUR_EYES: Final = "FOUR_EYES_"


def told_reasons(workflow: Workflow, step: str | None, codes: Sequence[str], about: Sequence[str | None]) -> tuple[Text, ...]:
    """Each reason once, in both languages. `about` says beside each code what it was about: a field, or the condition as it is written."""
    transition = workflow.transitions.get(step or "")
    paired = zip(codes, [*about, *[None] * (len(codes) - len(about))], strict=False)
    return tuple(dict.fromkeys(_told(workflow, transition, code, subject) for code, subject in paired))


def _told(workflow: Workflow, transition: Transition | None, code: str, subject: str | None) -> Text:
    conditions = transition.when if transition else ()
    if written := next((one.otherwise for one in conditions if one.that == subject and one.otherwise), None):
        return written
    if code.startswith(FOUR_EYES):
        return _four_eyes(workflow, code)
    en, zh = SENTENCES.get(code, OTHER)
    title = name_text(workflow, subject) if subject else Text("a value", "某项内容")
    roles = titles([role_text(role) for role in transition.by if role != ENGINE] if transition else [])
    return Text(
        en.format(code=code, title=title.en, roles=roles["titles"]),
        zh.format(code=code, title=title.zh, roles=roles["titles_zh"]),
    )


def _four_eyes(workflow: Workflow, code: str) -> Text:
    """Independence from a relation now or earlier, or from an act: the code names which (domain rule 2.9)."""
    name = code.removeprefix(FOUR_EYES).removesuffix("_HISTORY").lower()
    if name in ROLE_TEXTS:
        relation = role_text(name)
        en, zh = SENTENCES["FOUR_EYES_HISTORY" if code.endswith("_HISTORY") else "FOUR_EYES_RELATION"]
        return Text(en.format(relation=relation.en.lower()), zh.format(relation=relation.zh))
    relation = name_text(workflow, name)
    en, zh = SENTENCES["FOUR_EYES_ACT"]
    return Text(en.format(relation=relation.en), zh.format(relation=relation.zh))
