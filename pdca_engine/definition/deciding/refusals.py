"""The sentences of refusals: one table from code to both languages (domain rule 2.10)."""

from __future__ import annotations

from typing import Any, Final

from pdca_engine.definition.paper.named_facts import NAMED_FACTS
from pdca_engine.definition.paper.words import COLUMN_TEXTS, ROLE_TEXTS
from pdca_engine.definition.paper.workflow import Text, Workflow
from pdca_engine.errors import Refusal

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "UNKNOWN_TRANSITION": (
        "there is no transition {transition}; possible from here: {possible}",
        "没有名为 {transition} 的操作；当前可用：{possible}",
    ),
    "NOT_FROM_THIS_STATE": (
        "{transition_title} is not possible in state {state_title}; possible from here: {possible}",
        "状态“{state_title}”下不能执行“{transition_title}”；当前可用：{possible}",
    ),
    "NOT_YOUR_ROLE": ("only {roles} may do this", "仅{roles}可执行此操作"),
    "NOT_YOUR_DEPUTY_RIGHT": ("you are not deputy for that person today", "您今天不是该人员的代理人"),
    "FOUR_EYES": ("you are {relation} of this item; somebody else must decide", "您是本事项的{relation}，须由他人决定"),
    "FOUR_EYES_HISTORY": (
        "you were {relation} of this item earlier; somebody who never was must decide",
        "您曾是本事项的{relation}，须由从未担任者决定",
    ),
    "FOUR_EYES_ACT": ("you did “{relation}” on this item; somebody else must decide", "您执行过本事项的“{relation}”，须由他人决定"),
    "ALREADY_AGREED": ("you have said yes already; the others are waited for", "您已表示同意，正等待其他人"),
    "AGREES_AS_IT_STANDS": (
        "a yes is to what is written: change {titles} by itself first",
        "同意针对现有内容；请先单独修改“{titles}”",
    ),
    "NOTHING_TO_DECLINE": (
        "one person alone takes this step: there is nothing to say no to",
        "此步骤由一人执行，无需表示不同意",
    ),
    "UNKNOWN_FIELD": ("there is no field {name} here; known: {known}", "此处没有字段 {name}；可用：{known}"),
    "BAD_VALUE": ("{title}: {why}", "{title}：{why}"),
    "NEEDS_FIELD": ("{title} is missing", "缺少“{title}”"),
    "NEEDS_INPUT": ("{title} must be given", "须填写“{title}”"),
    "NEEDS_COMMENT": ("a comment with the reason is missing", "须填写说明（理由）"),
    "NEEDS_EVIDENCE": ("{need} piece(s) of evidence{detail} needed, {have} there", "需要 {need} 份证据{detail}，现有 {have} 份"),
    "NEEDS_CHILDREN": ("{what}", "{what}"),
    "NEEDS_LINK": ("{need} link(s){detail} needed, {have} there", "需要 {need} 个关联{detail}，现有 {have} 个"),
    "GUARD_FALSE": ("the condition of this step is not met: {condition}", "此步骤的条件未满足：{condition}"),
    "GUARD_UNKNOWN": ("can't be judged yet: {titles} is missing", "尚无法判断：缺少“{titles}”"),
    "TOO_EARLY": ("possible from {earliest} on", "最早可于 {earliest} 执行"),
    "TOO_EARLY_UNKNOWN": ("can't be judged yet: {title} is missing", "尚无法判断：缺少“{title}”"),
    "READ_ONLY_CYCLE": (
        "cycle {cycle} is over: what was measured in it can be read but not changed",
        "第 {cycle} 个循环已结束，其测量内容只读",
    ),
    "READ_ONLY_FIELD": (
        "{title} was fixed with “{state}”; only a step that asks for it changes it",
        "“{title}”自“{state}”起已固定，只能通过要求填写它的步骤更改",
    ),
    "NOT_ASKED": ("{title} is not part of this step, and not yours to change", "“{title}”不属于此步骤，您也无权更改"),
    "READ_ONLY_CLOSED": ("the item is closed; reopen it before you change it", "事项已关闭；请先重新打开再修改"),
    "NO_PLACE": (
        "the new version has no state {state}; name the state it becomes in the mapping file",
        "新版本没有状态 {state}；请在映射文件中指明对应状态",
    ),
    "MIGRATION_CLOSES": (
        "{state} would become “{target}”, which is an end; a migration does not close items",
        "{state} 将变为结束状态“{target}”；迁移不能关闭事项",
    ),
    "NO_WAY_BACK": (
        "in “{state}” it must be able to go back, and the new version has no state {previous}; name it in the mapping file",
        "状态“{state}”须能返回，而新版本没有状态 {previous}；请在映射文件中指明",
    ),
    "MOVED_SINCE": (
        "it was changed after the migration and can't be taken back any more",
        "迁移后已有更改，无法撤回",
    ),
    "MOVED_ON": ("{number} item(s) have been migrated again since", "另有 {number} 个事项此后又被迁移"),
    "MORE_ITEMS": ("{number} more item(s) can't go either", "另有 {number} 个事项也无法迁移"),
    "EFFECT_UNKNOWN": ("{name} can't be computed: {titles} is missing", "无法计算 {name}：缺少“{titles}”"),
}


def refusal(code: str, field: str | None = None, sentence: str | None = None, **params: Any) -> Refusal:
    """The refusal `code`, worded by the table's row `sentence` (default: the code's own). A param `x_zh` stands for `x` in Chinese."""
    en, zh = SENTENCES[sentence or code]
    shown = {name: value for name, value in params.items() if not name.endswith("_zh")}
    chinese = shown | {name.removesuffix("_zh"): value for name, value in params.items() if name.endswith("_zh")}
    return Refusal(code, en.format(**shown), zh.format(**chinese), field, shown)


def role_text(role: str) -> Text:
    """A role's or relation's name in both languages."""
    en, zh = ROLE_TEXTS.get(role, (role, role))
    return Text(en, zh)


def name_text(workflow: Workflow, name: str) -> Text:
    """The title of a field, common column, state or transition, for use in a sentence."""
    if name in workflow.fields:
        return workflow.fields[name].title
    if name in NAMED_FACTS:
        return NAMED_FACTS[name].title
    if name in COLUMN_TEXTS:
        return Text(*COLUMN_TEXTS[name])
    found = workflow.transitions.get(name) or workflow.states.get(name)
    return found.title if found else Text(name, name)


def titles(texts: list[Text]) -> dict[str, str]:
    """Several titles joined, as the params `titles` and `titles_zh`."""
    return {"titles": ", ".join(text.en for text in texts), "titles_zh": "、".join(text.zh for text in texts)}
