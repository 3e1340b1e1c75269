"""The sentences of the checker, one a code, in both languages. docs/reference/problems.md explains each code at length."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

WARNINGS: Final = frozenset(
    {
        *("REOPENS_NOTHING", "TIMER_WITHOUT_EFFECT", "SCHEDULE_WITHOUT_EFFECT", "REMINDER_TOO_EARLY"),
        *("LIVELOCK", "NEVER_FIRED", "INDEPENDENCE_IDLE", "INDEPENDENCE_OF_ENGINE"),
        *("GUARD_SAID_ALREADY", "GUARD_TWICE", "GUARD_FOUR_EYES"),
    }
)

SENTENCES: Final = MappingProxyType(
    {
        # The file as YAML.
        "YAML_ENCODING": ("the file is {why}; save it as UTF-8", "文件是 {why}；请另存为 UTF-8"),
        "YAML_CHARACTER": (
            "the invisible character U+{point} can't stand in a workflow file; remove it",
            "工作流文件中不能有不可见字符 U+{point}；请删除",
        ),
        "YAML_TOO_LARGE": ("more than {limit}: no workflow is that large; split the file", "超过 {limit}：工作流不会这么大；请拆分文件"),
        "YAML_TOO_DEEP": ("nested more than {limit} levels deep; no workflow needs that", "嵌套超过 {limit} 层；工作流不需要这么深"),
        "YAML_SYNTAX": ("this is not valid YAML: {why}", "不是有效的 YAML：{why}"),
        "YAML_TAB": ("a tab can't indent YAML; use spaces", "YAML 不能用制表符缩进；请用空格"),
        "YAML_EMPTY": (
            "the file holds no workflow; begin with `workflow: some_name`, `states:` and `transitions:`",
            "文件中没有工作流；请以 `workflow: some_name`、`states:` 和 `transitions:` 开头",
        ),
        "YAML_DOCUMENTS": (
            "a second document begins here; one file holds one workflow, so move it to a file of its own",
            "这里开始了第二个文档；一个文件只放一个工作流，请移到单独的文件",
        ),
        "YAML_DUPLICATE_KEY": (
            "`{word}` is already written in line {first}; keep one of the two",
            "`{word}` 在第 {first} 行已写过；两处只保留一处",
        ),
        "YAML_MERGE": (
            "`<<` is not a word of the workflow language; write the entries out, or use `extends`",
            "工作流语言中没有 `<<`；请逐项写出，或使用 `extends`",
        ),
        "YAML_TAG": (
            "the YAML tag `{word}` is not a word of the workflow language; remove it",
            "工作流语言中没有 YAML 标签 `{word}`；请删除",
        ),
        "YAML_ALIAS": (
            "`*{word}` points to nothing written before it (an anchor can't contain itself); write the value out",
            "`*{word}` 之前没有对应的锚点（锚点不能包含自身）；请直接写出其值",
        ),
        "YAML_KEY": ("a key must be a word, not a list or a mapping", "键必须是词语，不能是列表或映射"),
        # Keys and values.
        "UNKNOWN_KEY": ("no key `{word}` in {place}", "{place}中没有键 `{word}`"),
        "MISSING_KEY": ("{place} needs the key `{key}`{because}", "{place}缺少键 `{key}`{because}"),
        "WRONG_TYPE": ("`{key}` must be {wanted}, not {found}", "`{key}` 应为{wanted}，而不是{found}"),
        "UNKNOWN_EFFECT": ("`{word}` is not {noun}", "`{word}` 不是{noun}"),
        "UNKNOWN_VALUE": ("no {noun} `{word}`", "没有{noun} `{word}`"),
        "BAD_NAME": (
            "`{word}` can't be a name here: write {wanted}",
            "`{word}` 不能用作这里的名称：请写{wanted}",
        ),
        "BAD_DURATION": (
            "`{word}` is no duration; write a whole number and a unit, like `10 working days` "
            "(minutes, hours, days, working days, weeks, months, years)",
            "`{word}` 不是时长；请写整数加单位，如 `10 working days`（minutes、hours、days、working days、weeks、months、years）",
        ),
        "BAD_DATE": ("`{word}` is no date; write year-month-day, like `2026-01-31`", "`{word}` 不是日期；请写年-月-日，如 `2026-01-31`"),
        "BAD_TIME": ('`{word}` is no time of day; write hours and minutes, like `"09:00"`', '`{word}` 不是时刻；请写时和分，如 `"09:00"`'),
        "CONFLICTING_KEYS": (
            "{place} can't have both `{key}` and `{other}`; keep one of the two",
            "{place}不能同时有 `{key}` 和 `{other}`；只保留其一",
        ),
        "ONE_KEY": (
            "{place} has exactly one key, this has {count}; begin each one with its own `- `",
            "{place}只能有一个键，这里有 {count} 个；请每个都用单独的 `- ` 开头",
        ),
        "MISPLACED_KEY": ("`{key}` has no meaning for {place}; remove it", "`{key}` 对{place}没有意义；请删除"),
        "TOO_MANY": (
            "{count} {noun} are more than the {most} a workflow can have; split it",
            "{count} 个{noun}超过工作流上限 {most}；请拆分",
        ),
        "BROKEN_LIMITS": ("`min` {low} is above `max` {high}, so no value would fit", "`min` {low} 大于 `max` {high}，任何值都不符合"),
        # Inheritance.
        "UNKNOWN_PARENT": ("no workflow `{word}` to extend", "没有可扩展的工作流 `{word}`"),
        "BROKEN_PARENT": (
            "the parent `{word}` has problems of its own ({code} in line {line}); mend and check it first",
            "上级工作流 `{word}` 本身有问题（第 {line} 行 {code}）；请先修正并检查它",
        ),
        "EXTENDS_LOOP": (
            "`{word}` comes back to itself through `extends`; a workflow can't be its own parent",
            "`{word}` 通过 `extends` 又回到自身；工作流不能扩展自己",
        ),
        "NOTHING_TO_REMOVE": ("the parent has no `{word}` that `null` could remove", "上级中没有可用 `null` 去除的 `{word}`"),
        # Names.
        "UNKNOWN_STATE": ("no state `{word}`", "没有状态 `{word}`"),
        "UNKNOWN_FIELD": ("no {noun} `{word}`", "没有{noun} `{word}`"),
        "UNKNOWN_ROLE": ("no {noun} `{word}`", "没有{noun} `{word}`"),
        "UNKNOWN_TRANSITION": ("no transition `{word}`{where}", "{where}没有流转 `{word}`"),
        "UNKNOWN_WORKFLOW": ("no workflow `{word}`", "没有工作流 `{word}`"),
        "UNKNOWN_PROCESS": ("no process `{word}`", "没有流程 `{word}`"),
        "UNKNOWN_CALENDAR": ("no calendar `{word}`", "没有日历 `{word}`"),
        "UNKNOWN_ZONE": ("no time zone `{word}`", "没有时区 `{word}`"),
        "UNKNOWN_CHOICE": ("`{field}` has no choice `{word}`", "`{field}` 没有选项 `{word}`"),
        "MISSING_CHOICE": (
            "no duration for the choice `{word}` of `{field}`; add `{word}: …`",
            "`{field}` 的选项 `{word}` 没有时长；请补上 `{word}: …`",
        ),
        "WRONG_FIELD_TYPE": (
            "`{word}` is a field of type {type}; this needs one of type {wanted}",
            "`{word}` 是 {type} 类型的字段；这里需要 {wanted} 类型",
        ),
        "WRONG_VALUE": ("`{field}` can't have this value: {why}", "`{field}` 不能取此值：{why}"),
        "RELATION_WITHOUT_FIELD": (
            "`{word}` is a relation to one item; declare it: `fields: {{{word}: {{type: person}}}}`",
            "`{word}` 是与单个事项的关系；请声明字段：`fields: {{{word}: {{type: person}}}}`",
        ),
        "NAME_TAKEN": ("`{word}` is already the name of {noun}; choose another", "`{word}` 已是{noun}的名称；请换一个"),
        "RESERVED_NAME": ("`{word}` is a reserved word of {noun}; choose another name", "`{word}` 是{noun}的保留字；请换一个名称"),
        # Shape.
        "NO_INITIAL": (
            "no state is `initial: true`, so no item could begin; mark the first one",
            "没有 `initial: true` 的状态，事项无法开始；请标出起始状态",
        ),
        "TWO_INITIALS": (
            "`{word}` is a second initial state beside `{other}`; an item begins in one place",
            "`{word}` 是 `{other}` 之外的第二个初始状态；事项只能从一处开始",
        ),
        "NO_FINAL": (
            "no state is final; mark one `final: achieved` or `final: ended`",
            "没有最终状态；请将某一状态标为 `final: achieved` 或 `final: ended`",
        ),
        "UNREACHABLE_STATE": (
            "no item can ever reach the state `{word}`; give it a transition that leads there",
            "事项永远无法到达状态 `{word}`；请加上通向它的流转",
        ),
        "DEAD_END": (
            "no transition leads out of `{word}`; add one, or mark the state `final:`",
            "没有流转能离开 `{word}`；请添加流转，或将其标为 `final:`",
        ),
        "NO_WAY_OUT": ("from {states} no final state can be reached; add a way out", "从 {states} 无法到达任何最终状态；请添加出口"),
        "EXIT_FROM_FINAL": (
            "`{word}` leaves the final state `{state}`; only a transition with `reopens: true` may",
            "`{word}` 离开最终状态 `{state}`；只有带 `reopens: true` 的流转才可以",
        ),
        "REOPENS_NOTHING": (
            "`{word}` leaves no final state, so `reopens` has no effect",
            "`{word}` 不离开任何最终状态，`reopens` 不起作用",
        ),
        "NO_CHECK": (
            "`{word}` can be achieved without a check: {way}; lead the way through a state of phase check",
            "`{word}` 可不经检查而达成：{way}；请让路径经过检查阶段的状态",
        ),
        # People.
        "NOBODY": ("nobody may fire `{word}`: `by` is empty", "没有人能执行 `{word}`：`by` 为空"),
        "ROLE_HAS_NO_SAY": ("`{word}` has no say in items and can't fire a transition", "`{word}` 对事项没有决定权，不能执行流转"),
        "APPROVAL_OF_NOBODY": (
            "`{word}` names nobody who could be asked for a yes; name roles that persons hold",
            "`{word}` 不指明具体人员，无法征求同意；请写由人担任的角色",
        ),
        "TOO_FEW_VOICES": (
            "{word} must say yes, and `from` names {count} person(s) at most; name roles that several hold, or ask for fewer",
            "要求 {word} 人同意，而 `from` 最多指 {count} 人；请写由多人担任的角色，或减少人数",
        ),
        "INDEPENDENCE_IMPOSSIBLE": (
            "nobody can fire `{word}`: everyone in `by` is excluded by `independent_of`",
            "没有人能执行 `{word}`：`by` 中的人都被 `independent_of` 排除",
        ),
        "FIRE_NOT_ALLOWED": (
            "`{word}` is fired by the engine, but `scheduler` is not in its `by`",
            "`{word}` 由系统引擎执行，但其 `by` 中没有 `scheduler`",
        ),
        "FIRE_NEEDS_INPUT": (
            "`{word}` needs the input `{input}`, which the engine can't give",
            "`{word}` 需要输入 `{input}`，系统引擎无法提供",
        ),
        "FIRE_FROM_ELSEWHERE": (
            "`{word}` does not start from `{state}`, where the item is then",
            "`{word}` 不能从事项届时所处的状态 `{state}` 出发",
        ),
        "FIRE_LOOP": ("`{word}` fires itself again: {way}", "`{word}` 会再次执行自身：{way}"),
        "LIVELOCK": (
            "timers alone can send an item round for ever: {way}; give one of the steps a condition, or a person to take it",
            "仅靠定时器，事项就会无休止地循环：{way}；请为其中一步加上条件，或由人员执行",
        ),
        "NEVER_FIRED": (
            "only the engine may fire `{word}`, and nothing in this file does",
            "`{word}` 只能由系统引擎执行，但本文件中没有任何内容执行它",
        ),
        "INDEPENDENCE_IDLE": (
            "`{word}` can't have been fired before `{by}`, so nobody is excluded",
            "`{word}` 不可能在 `{by}` 之前执行，因此不会排除任何人",
        ),
        "INDEPENDENCE_OF_ENGINE": (
            "only the engine fires `{word}`, and it is nobody: `independent_of` has no effect",
            "`{word}` 只由系统引擎执行，引擎不是人员，`independent_of` 不起作用",
        ),
        # Time.
        "BAD_CRON": ("{why}", "{why}"),
        "BAD_INTERVAL": ("{why}", "{why}"),
        "NO_ANCHOR": ("`every` needs a first day to count from; add `from: 2026-01-31`", "`every` 需要起算日期；请加上 `from: 2026-01-31`"),
        "NOT_POSITIVE": ("`{word}` must be more than nothing", "`{word}` 必须大于零"),
        "TIMER_ON_FINAL": ("a timer can't run in the final state `{word}`", "定时器不能在最终状态 `{word}` 中运行"),
        "TIMER_WITHOUT_EFFECT": (
            "the timer `{word}` neither reminds (`ladder`) nor acts (`then`)",
            "定时器 `{word}` 既不提醒（`ladder`）也不执行（`then`）",
        ),
        "TIMER_NEVER_DUE": (
            "`{word}` never comes: `{other}` always takes the item out of the state before",
            "`{word}` 永远不会到期：`{other}` 总会先使事项离开该状态",
        ),
        "REMINDER_TOO_EARLY": (
            "{word} is before the timer begins ({after} before it is due), so it would be told at once",
            "{word} 早于定时器开始之时（到期前 {after}），会立即提醒",
        ),
        "ALWAYS_SKIPPED": (
            "every day of `{word}` is a day off, and days off are skipped, so it never fires",
            "`{word}` 的日期全是休息日，而休息日会被跳过，因此永远不会触发",
        ),
        "SCHEDULE_WITHOUT_EFFECT": ("the schedule `{word}` does nothing (`then`)", "日程 `{word}` 没有任何效果（`then`）"),
    }
)
