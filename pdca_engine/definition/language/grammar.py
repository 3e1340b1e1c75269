"""The words of the workflow language, level by level: the one place that says which keys exist, what each takes and what it means.

The checker (`conform`) and the JSON Schema (`schema`) are both made from these tables.
"""

from __future__ import annotations

from typing import Final

from pdca_engine.definition.language.effects import THEN
from pdca_engine.definition.language.kinds import Either, Key, Need, Record, Several, Table
from pdca_engine.definition.language.parts import (
    CONDITION,
    DUE,
    FIELD,
    HELP,
    INDEPENDENCE,
    INPUT,
    NAMES,
    NEEDS,
    NOT_BEFORE,
    ROLES,
    TELL,
    TEXT,
    TITLE,
    one_of,
)
from pdca_engine.definition.language.scalars import DATE, DURATION, FLAG, ITEM_KEY, LINE, NAME, OFFSET, SEVERAL, TIME, TRUE
from pdca_engine.definition.language.story import STORY
from pdca_engine.definition.paper import words

STATE: Final = Record(
    ("a state", "状态"),
    {
        "phase": Key(
            one_of("phase", "阶段", words.PHASES), "Which letter of PDCA it belongs to.", "属于 PDCA 的哪个阶段。", True, stand_in="none"
        ),
        "title": TITLE,
        "help": HELP,
        "initial": Key(FLAG, "Items begin here; exactly one state does.", "事项从这里开始；只能有一个。"),
        "final": Key(
            one_of("kind of final state", "最终状态种类", words.FINALS),
            "The item ends here: achieved, or just ended.",
            "事项在此结束：已达成或仅终止。",
        ),
    },
)

APPROVALS: Final = Record(
    ("approvals", "会签"),
    {
        "from": Key(ROLES, "Whose yes counts: persons who hold any of these.", "谁的同意有效：担任其中任一角色的人。", True),
        "all": Key(
            TRUE,
            "Everybody who holds one of them says yes, and each has a holder.",
            "担任这些角色的每个人都须同意，且每个角色都有人担任。",
        ),
        "at_least": Key(SEVERAL, "So many of them say yes.", "至少多少人同意。"),
    },
    one_of=("all", "at_least"),
)
TRANSITION: Final = Record(
    ("a transition", "流转"),
    {
        "title": TITLE,
        "help": HELP,
        "from": Key(NAMES, "The state or states it starts from.", "出发的状态。", True, stand_in=()),
        "to": Key(
            NAME,
            "A state, `same` (stays where it is) or `previous` (where it came from).",
            "目标状态，或 `same`（不变）、`previous`（返回来处）。",
            True,
            stand_in=words.TO_SAME,
        ),
        "by": Key(ROLES, "Who may fire it: any of these.", "谁可以执行：其中任一。", True, unless="approvals", stand_in=(words.EVERYBODY,)),
        "approvals": Key(
            APPROVALS,
            "Instead of `by`: it happens when enough persons have said yes; one no ends the round.",
            "代替 `by`：足够多的人同意后才执行；一人不同意即结束本轮。",
        ),
        "independent_of": Key(
            INDEPENDENCE,
            "Persons who ever held these relations or roles or fired these transitions may not.",
            "曾担任这些关系或角色、或执行过这些流转的人不得执行。",
        ),
        "needs": Key(NEEDS, "What must be present.", "必须具备的内容。"),
        "input": Key(Table(NAME, INPUT), "Values given with it and kept in its trail entry.", "随流转提供并保存在其轨迹中的值。"),
        "when": Key(
            Either(("a CEL expression, or a list of conditions", "CEL 表达式，或条件列表"), LINE, items=Several(CONDITION, alone=False)),
            "A CEL expression that must be true, or a list of conditions that each refuse by themselves.",
            "必须为真的 CEL 表达式，或各自独立拒绝的条件列表。",
        ),
        "otherwise": Key(TEXT, "What to say when `when` is false.", "`when` 不满足时显示的内容。"),
        "not_before": Key(NOT_BEFORE, "The earliest moment.", "最早时刻。"),
        "then": THEN,
        "reopens": Key(FLAG, "It may leave a final state.", "允许离开最终状态。"),
    },
    apart=(("by", "approvals"), ("approvals", "input")),
    needs=(Need("otherwise", "when"),),
)
TIMER: Final = Record(
    ("a timer", "定时器"),
    {
        "title": TITLE,
        "in": Key(NAMES, "Runs while the item is in this state, or one of these.", "事项处于此（些）状态时运行。", True, stand_in=()),
        "due": Key(DUE, "When it is due.", "何时到期。", True),
        "on_return": Key(
            one_of("way to return", "返回方式", words.ON_RETURN),
            "What a second visit to the state means; restart if left out.",
            "再次进入状态时的处理；省略为 restart。",
        ),
        "ladder": Key(Table(OFFSET, TELL), "Who is told how long before or after the due date.", "到期前后多久通知谁。"),
        "then": THEN,
    },
)
SCHEDULE: Final = Record(
    ("a schedule", "日程"),
    {
        "title": TITLE,
        "cron": Key(LINE, "A cron line of five fields, in local time.", "五段 cron 表达式，当地时间。"),
        "every": Key(DURATION, "The interval, counted from `from`.", "间隔，从 `from` 起算。"),
        "from": Key(DATE, "The anchor: months are always counted from this day.", "锚点：月份总是从这一天起算。"),
        "at": Key(TIME, "The time of day; 09:00 if left out.", "一天中的时刻；省略为 09:00。"),
        "timezone": Key(LINE, "An IANA time zone; the organisation's if left out.", "IANA 时区；省略为组织的时区。"),
        "calendar": Key(LINE, "The working calendar; the organisation's if left out.", "工作日历；省略为组织的日历。"),
        "on_holiday": Key(
            one_of("way with holidays", "节假日处理", words.ON_HOLIDAY),
            "What happens on a day off; keep if left out.",
            "遇休息日如何处理；省略为 keep。",
        ),
        "window": Key(DURATION, "How long an occurrence stays doable before it is missed.", "一次发生在判为错过前可完成的时长。"),
        "catch_up": Key(
            one_of("way to catch up", "补办方式", words.CATCH_UP),
            "Which missed ones still open after down-time; latest if left out.",
            "停机后补办哪些；省略为 latest。",
        ),
        "repeat": Key(
            one_of("way to repeat", "重复方式", words.REPEATS),
            "Fixed dates, or counted from the last completion; fixed if left out.",
            "固定日期，或从上次完成起算；省略为 fixed。",
        ),
        "lead": Key(DURATION, "The task opens this long before it is due.", "任务在到期前这么久打开。"),
        "for_each": Key(one_of("thing to repeat for", "重复对象", words.FOR_EACH), "One occurrence for each of these.", "每个对象各一次。"),
        "while_open": Key(FLAG, "Only while an item of this workflow is open; else skipped.", "仅当此工作流有未结事项时执行；否则跳过。"),
        "then": THEN,
    },
    one_of=("cron", "every"),
    apart=(("cron", "from"), ("cron", "at"), ("cron", "repeat")),
    needs=(Need("every", "from", "NO_ANCHOR"),),
)
WORKFLOW: Final = Record(
    ("the workflow", "工作流"),
    {
        "workflow": Key(NAME, "The stable id, lower case.", "稳定的标识，小写。", True),
        "title": TITLE,
        "help": HELP,
        "key": Key(
            ITEM_KEY,
            "The prefix of its items' keys: IMP gives IMP-2026-0001.",
            "事项编号的前缀：IMP 得到 IMP-2026-0001。",
            True,
            unless="abstract",
        ),
        "process": Key(NAME, "The clause-8 process this workflow belongs to.", "此工作流所属的第 8 章流程。"),
        "extends": Key(NAME, "The workflow whose entries this one takes over.", "被扩展的上级工作流。"),
        "abstract": Key(FLAG, "Only there to be extended: no items, no check of its shape.", "仅供扩展：没有事项，不检查形状。"),
        "fields": Key(Table(NAME, FIELD, True), "What an item carries besides the common columns.", "除通用列外事项携带的字段。"),
        "states": Key(Table(NAME, STATE, True), "Where an item can be.", "事项可处的状态。", True, unless="extends"),
        "transitions": Key(
            Table(NAME, TRANSITION, True), "How it gets from one state to another.", "状态之间的流转。", True, unless="extends"
        ),
        "timers": Key(Table(NAME, TIMER, True), "Run while an item is in a state.", "事项处于某状态时运行。"),
        "schedules": Key(Table(NAME, SCHEDULE, True), "Recurring, independent of any one item.", "周期性，独立于单个事项。"),
        "examples": Key(
            Several(STORY, alone=False),
            "Little stories, played by `pdca workflows test`: who does what, what is refused.",
            "由 `pdca workflows test` 演练的小故事：谁做什么、什么被拒绝。",
        ),
    },
)
SECTIONS: Final = tuple(name for name, key in WORKFLOW.keys.items() if isinstance(key.kind, Table))
