"""Effects: what `then` can hold."""

from __future__ import annotations

from typing import Final

from pdca_engine.definition.language.kinds import Anything, Either, Key, Kind, Record, Several, Table
from pdca_engine.definition.language.parts import DUE, HOLDER, NAMES, TELL, TEXT, one_of
from pdca_engine.definition.language.scalars import FLAG, LINE, NAME
from pdca_engine.definition.paper import words

# What `set` and `create` give a field.
GIVEN: Final = Either(
    ("a value, `= CEL`, or a date computed like `due`", "值、`= CEL`，或像 `due` 那样计算的日期"),
    Anything(),
    DUE,
    Several(Anything(), alone=False),
)
CREATE: Final = Record(
    ("`create`", "`create`"),
    {
        "workflow": Key(NAME, "The workflow of the new item.", "新事项的工作流。", True),
        "title": Key(TEXT, "Its title.", "新事项的标题。"),
        "fields": Key(
            Table(NAME, GIVEN),
            "Values of its fields and columns: literals, `= CEL`, or a computed date.",
            "其字段和列的值：字面值、`= CEL` 或计算的日期。",
        ),
        "copy": Key(NAMES, "Fields and columns copied from this item.", "从本事项复制的字段和列。"),
        "for_each": Key(
            NAME,
            "One item for each value in this field (choices, persons or a table's rows).",
            "对该字段（多选、人员或表格各行）中的每个值各建一个。",
        ),
        "child": Key(
            FLAG, "A child of this item (the default except in schedules), or on its own.", "作为本事项的下级（除日程外默认），或独立。"
        ),
    },
)
FIRE: Final = Record(
    ("`fire`", "`fire`"),
    {
        "transition": Key(NAME, "The transition to fire.", "要执行的流转。", True),
        "on": Key(
            one_of("target of `fire`", "`fire` 对象", ("self", "children", "parent")),
            "On which items; self if left out.",
            "作用于哪些事项；省略为自身。",
        ),
        "workflow": Key(NAME, "Only on items of this workflow.", "仅作用于此工作流的事项。"),
    },
)
_EFFECT_KINDS: Final[dict[str, tuple[Kind, str, str]]] = {
    "set": (
        Table(NAME, GIVEN),
        "Set fields or columns: literals, `= CEL`, or a date computed like `due`.",
        "设置字段或列：字面值、`= CEL`，或按 `due` 计算的日期。",
    ),
    "assign": (Table(NAME, HOLDER), "Give a relation to the holder of a role.", "将某关系指派给角色的担任者。"),
    "notify": (TELL, "Tell these.", "通知这些人。"),
    "escalate": (TELL, "Tell these that something is late or wrong.", "向这些人升级。"),
    "create": (CREATE, "Create an item.", "创建事项。"),
    "link": (
        Record(
            ("`link`", "`link`"),
            {
                "to": Key(NAME, "A field or input of type item.", "item 类型的字段或输入。", True),
                "as": Key(LINE, "The kind of link.", "关联的种类。", True),
            },
        ),
        "Link this item to another.",
        "将本事项关联到另一事项。",
    ),
    "fire": (
        Either(("a transition, or {transition: …, on: …}", "流转，或 {transition: …, on: …}"), NAME, FIRE),
        "Fire a transition (timers and schedules; elsewhere on children or parent).",
        "执行流转（用于定时器和日程；其他地方作用于下级或上级）。",
    ),
    "freeze_baseline": (NAME, "Freeze the baseline of this measure field.", "冻结此指标字段的基线。"),
    "webhook": (NAME, "Call the webhook of this name.", "调用此名称的 webhook。"),
}
STANDALONE: Final = tuple(effect for effect in words.EFFECTS if effect not in _EFFECT_KINDS)
EFFECTS: Final = Several(
    Either(
        ("an effect", "效果"),
        scalar=one_of("an effect that stands alone", "可单独使用的效果", STANDALONE, "UNKNOWN_EFFECT"),
        mapping=Record(
            ("an effect", "效果"),
            {name: Key(kind, en, zh) for name, (kind, en, zh) in _EFFECT_KINDS.items()},
            single=True,
            unknown="UNKNOWN_EFFECT",
        ),
    )
)
THEN: Final = Key(
    EFFECTS, "What happens with it, in the same transaction or not at all.", "随之发生的效果，在同一事务中全部发生或全不发生。"
)
