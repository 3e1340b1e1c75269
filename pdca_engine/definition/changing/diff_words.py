"""The words of a diff: what parts and attributes are called, and how a value of paper is said in one line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Final

from pdca_engine.cadence.durations import Duration
from pdca_engine.definition.paper.workflow import Cel, Choice, Condition, Effect, Independence, Text

PARTS: Final[Mapping[str, tuple[str, str]]] = {
    "workflow": ("workflow", "工作流"),
    "field": ("field", "字段"),
    "state": ("state", "状态"),
    "transition": ("transition", "流转"),
    "timer": ("timer", "计时器"),
    "schedule": ("schedule", "计划"),
}
ATTRIBUTES: Final[Mapping[str, tuple[str, str]]] = {
    "id": ("id", "标识"),
    "key": ("key", "编号前缀"),
    "title": ("title", "标题"),
    "help": ("help", "帮助"),
    "abstract": ("abstract", "抽象"),
    "extends": ("extends", "扩展自"),
    "process": ("process", "流程"),
    "type": ("type", "类型"),
    "required": ("required", "必填"),
    "default": ("default", "默认值"),
    "of": ("choices", "选项"),
    "unit": ("unit", "单位"),
    "min": ("least value", "最小值"),
    "max": ("greatest value", "最大值"),
    "max_length": ("greatest length", "最大长度"),
    "visible_to": ("visible to", "可见范围"),
    "columns": ("columns", "列"),
    "fixed_from": ("fixed from", "锁定起始状态"),
    "phase": ("phase", "阶段"),
    "initial": ("initial", "初始"),
    "final": ("end", "结束"),
    "sources": ("from", "来源状态"),
    "target": ("to", "目标状态"),
    "by": ("by", "执行人"),
    "independence": ("independent of", "须独立于"),
    "approvals": ("approvals", "会签"),
    "when": ("guard", "条件"),
    "not_before": ("not before", "最早时间"),
    "needs.fields": ("needed fields", "必备字段"),
    "needs.comment": ("needed comment", "必备说明"),
    "needs.evidence": ("needed evidence", "必备证据"),
    "needs.children": ("needed children", "必备下级事项"),
    "needs.links": ("needed links", "必备关联"),
    "at_least": ("at least", "至少"),
    "kind": ("kind", "类别"),
    "newer_than": ("newer than", "不早于"),
    "in_state": ("in this state", "限当前状态内"),
    "workflow": ("workflow", "工作流"),
    "all_in": ("all in", "均处于"),
    "each_evidence": ("evidence of each", "每项证据"),
    "each_fields": ("fields of each", "每项字段"),
    "otherwise": ("otherwise", "否则提示"),
    "code": ("code", "代码"),
    "after": ("after", "之后"),
    "field": ("field", "字段"),
    "plus": ("plus", "加"),
    "less": ("less", "减"),
    "entered": ("since", "自进入"),
    "cases": ("cases", "情形"),
    "who": ("who", "人员"),
    "inputs": ("inputs", "输入"),
    "then": ("effects", "效果"),
    "reopens": ("reopens", "重新打开"),
    "states": ("states", "状态"),
    "due": ("due", "到期"),
    "on_return": ("on return", "返回时"),
    "ladder": ("ladder", "提醒阶梯"),
    "cron": ("cron", "cron"),
    "every": ("every", "周期"),
    "anchor": ("counted from", "起算日"),
    "at": ("at", "时刻"),
    "timezone": ("time zone", "时区"),
    "calendar": ("calendar", "日历"),
    "on_holiday": ("on holidays", "遇假日"),
    "window": ("window", "时间窗"),
    "catch_up": ("catch up", "补做"),
    "repeat": ("repeat", "重复方式"),
    "lead": ("lead", "提前量"),
    "while_open": ("only while one is open", "仅在有未关闭事项时"),
    "for_each": ("for each", "逐一对应"),
}
NOTHING: Final = ("nothing", "无")
YES_NO: Final = {True: ("yes", "是"), False: ("no", "否")}


def said(value: Any, language: str = "en") -> str:
    """A value of paper in one line, in `language` where it has words of its own."""
    place = 1 if language == "zh" else 0
    if value is None or value == ():
        return NOTHING[place]
    if isinstance(value, bool):
        return YES_NO[value][place]
    if isinstance(value, Text):
        return f"“{value.get(language)}”"
    if isinstance(value, Duration):
        return value.text(language)
    if isinstance(value, tuple | list):
        return ("、" if place else ", ").join(said(one, language) for one in value)
    if isinstance(value, Mapping):
        return _pairs(value, language)
    return _thing(value, language) if is_dataclass(value) else str(value)


def _thing(value: Any, language: str) -> str:
    """Plain data of paper: by what it is known, else attribute by attribute."""
    if isinstance(value, Condition):
        return value.that
    if isinstance(value, Choice):
        return value.value
    if isinstance(value, Independence):
        return _pairs({value.name: value.when}, language) if value.when else value.name
    if isinstance(value, Cel):
        return f"= {value.expression}"
    if isinstance(value, Effect):
        return f"{value.kind} {{{_pairs(value.args, language)}}}" if value.args else value.kind
    if hasattr(value, "name"):
        return str(value.name)
    told = [one.name for one in fields(value) if _is_set(one, value)] or [fields(value)[0].name]
    return _pairs({name: getattr(value, name) for name in told}, language)


def _is_set(one: Any, value: Any) -> bool:
    """Whether an attribute says more than its default."""
    return one.default is MISSING or getattr(value, one.name) != one.default


def _pairs(values: Mapping[str, Any], language: str) -> str:
    joint, colon = ("，", "：") if language == "zh" else (", ", ": ")
    shown = ((ATTRIBUTES.get(name, (name, name))[1 if language == "zh" else 0], value) for name, value in values.items())
    return joint.join(f"{name}{colon}{said(value, language)}" for name, value in shown)
