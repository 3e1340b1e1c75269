"""What the words of the closed lists mean: the grammar says it of every key, this of every value."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pdca_engine.definition.paper.report import Both

FIELD_TYPES: Final[Mapping[str, Both]] = MappingProxyType(
    {
        "text": ("One line or a few, up to 2 000 characters.", "一行或几行文本，最多 2 000 个字符。"),
        "markdown": ("A longer text with headings, lists and links.", "带标题、列表和链接的较长文本。"),
        "number": ("A number, with decimals; `unit`, `min` and `max` may limit it.", "可带小数的数；可用 `unit`、`min`、`max` 限定。"),
        "integer": ("A whole number.", "整数。"),
        "money": ("An amount; `unit` is its currency.", "金额；`unit` 为币种。"),
        "percent": ("A number with a percent sign.", "百分数。"),
        "boolean": ("Yes or no.", "是或否。"),
        "date": ("A day, like 2026-01-31; in guards its midnight.", "日期，如 2026-01-31；在条件中为当日零点。"),
        "datetime": ("A moment with its time zone.", "带时区的时刻。"),
        "duration": ("A duration, like 10 working days.", "时长，如 10 working days。"),
        "choice": ("One of the values under `of`.", "`of` 所列的值之一。"),
        "choices": ("Several of the values under `of`.", "`of` 所列的值中的若干个。"),
        "person": (
            "A person. Called author, reviewer … it is a relation and can stand in `by`.",
            "人员。若名为 author、reviewer 等，则为关系，可用于 `by`。",
        ),
        "persons": ("Several persons.", "多名人员。"),
        "process": ("A process of the organisation.", "组织的流程。"),
        "service": ("A service.", "服务。"),
        "requirement": ("A requirement of a catalogue.", "目录中的一项要求。"),
        "measure": ("A registered measure; `freeze_baseline` can freeze it.", "已登记的度量指标；可用 `freeze_baseline` 冻结其基线。"),
        "item": ("Another item, by its key.", "另一事项，以编号表示。"),
        "link": ("An address that begins with https:// or http://.", "以 https:// 或 http:// 开头的地址。"),
        "table": ("Rows with the typed `columns` it declares.", "若干行，各列及类型由 `columns` 声明。"),
    }
)
VALUES: Final[Mapping[str, Mapping[str, Both]]] = MappingProxyType(
    {
        "phase": {
            "plan": ("The item is being planned or decided.", "事项处于策划或决策阶段。"),
            "do": ("The work is being done.", "正在实施。"),
            "check": ("The result is being looked at.", "正在检查结果。"),
            "act": ("The result is made the rule, or put right.", "固化或处置结果。"),
            "none": ("Outside the wheel: on hold, cancelled.", "不在循环之内：暂停、取消。"),
        },
        "final": {
            "achieved": ("It ended and did what it was for.", "已结束，且达到目的。"),
            "ended": ("It ended without: rejected, dropped, missed.", "已结束，但未达到目的：拒绝、放弃、错过。"),
        },
        "to": {
            "same": ("An act that leaves the item where it is.", "不改变事项状态的操作。"),
            "previous": ("Back to the state it came from.", "返回来时的状态。"),
        },
        "on_return": {
            "restart": ("The timer begins anew.", "定时器重新开始。"),
            "resume": ("The time that was left goes on from now.", "剩余时间从现在继续。"),
            "keep": ("The due date is what it was.", "到期日保持不变。"),
        },
        "on_holiday": {
            "keep": ("It happens on that day all the same.", "当日照常。"),
            "skip": ("It does not happen this time.", "本次跳过。"),
            "next": ("It moves to the next working day.", "移到下一个工作日。"),
            "previous": ("It moves to the working day before.", "移到上一个工作日。"),
        },
        "catch_up": {
            "latest": ("Only the latest missed one that is still doable.", "只补办最近一次仍可完成的。"),
            "all": ("Every missed one that is still doable.", "补办所有仍可完成的。"),
            "none": ("None.", "不补办。"),
        },
        "repeat": {
            "fixed": ("On dates counted from `from`.", "从 `from` 起算的固定日期。"),
            "after_completion": ("So long after the last one was completed.", "从上次完成起算。"),
        },
        "for_each": {
            "process": ("Once for each process.", "每个流程各一次。"),
            "service": ("Once for each service.", "每项服务各一次。"),
        },
    }
)
ALONE: Final[Mapping[str, Both]] = MappingProxyType(
    {
        "silence_timers": ("Reminders are silent until the item moves on; due dates stay.", "在事项继续之前不再提醒；到期日不变。"),
        "cancel_timers": ("All timers of the item end.", "结束事项的所有定时器。"),
        "next_cycle": (
            "The cycle number goes up by one; what was measured before can only be read.",
            "循环次数加一；此前测量的内容变为只读。",
        ),
        "next_attempt": ("The attempt number goes up by one.", "尝试次数加一。"),
    }
)
# What a key of free text looks like where the kind alone doesn't say it.
EXAMPLES: Final[Mapping[str, object]] = MappingProxyType(
    {
        "when": "item.cost <= 50000.0",
        "that": 'item.verdict == "effective"',
        "cron": "0 9 * * MON",
        "timezone": "Asia/Shanghai",
        "calendar": "cn",
        "every": "3 months",
        "lead": "30 days",
        "window": "7 days",
        "unit": "CNY",
        "kind": "report",
        "as": "related",
        "workflow": "action",
        "title": {"en": "Approve", "zh": "批准"},
        "help": {"en": "Say why.", "zh": "请说明原因。"},
        "otherwise": {"en": "Above 50 000 the sponsor approves.", "zh": "超过 5 万须由发起人批准。"},
        "from": "draft",
        "to": "checking",
        "in": "checking",
        "at": "09:00",
        "by": ["owner"],
        "approvals": {"from": ["sms_manager", "sponsor"], "all": True},
        "all": True,
        "at_least": 2,
        "independent_of": ["proposer"],
        "of": ["low", "high"],
        "key": "IMP",
    }
)
PLACES: Final[Mapping[str, object]] = MappingProxyType(
    {
        "schedule.from": "2026-01-31",
        "step.at": "+3 days",
        "step.by": "owner",
        "approvals.from": ["sms_manager", "sponsor"],
    }
)
