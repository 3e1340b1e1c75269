"""The parts of the workflow language that several levels use: texts, roles, fields, durations, due dates, needs, conditions."""

from __future__ import annotations

from typing import Final

from pdca_engine.definition.language.kinds import Anything, Either, Key, Record, Several, Table, Word
from pdca_engine.definition.language.scalars import CODE, DURATION, FLAG, LINE, NAME, NUMBER, POSITIVE, TEXT_LINE, VALUE, WHOLE
from pdca_engine.definition.paper import words

TEXT: Final = Either(
    ("a text, or {en: …, zh: …}", "文本，或 {en: …, zh: …}"),
    scalar=TEXT_LINE,
    mapping=Record(
        ("a text in both languages", "双语文本"),
        {
            "en": Key(TEXT_LINE, "The text in English.", "英文文本。", True),
            "zh": Key(TEXT_LINE, "The text in Chinese.", "中文文本。", True),
        },
    ),
)
NAMES: Final = Several(NAME)
ROLE: Final = Word(("role", "角色"), words.ROLES, "UNKNOWN_ROLE")
ROLES: Final = Several(ROLE)
# "actor" is whoever fires the transition; nobody in particular is `any_staff` or the engine.
HOLDERS: Final = tuple(role for role in (*words.ROLES, "actor") if role not in (words.EVERYBODY, words.ENGINE))
TELL: Final = Several(Word(("role to tell", "可通知的角色"), (*HOLDERS[:-1], words.LINE_MANAGER), "UNKNOWN_ROLE"))
HOLDER: Final = Word(("role or relation", "角色或关系"), HOLDERS, "UNKNOWN_ROLE")
TITLE: Final = Key(TEXT, "What people see; left out, the name made readable.", "显示给人的名称；省略时由名称生成。")
HELP: Final = Key(TEXT, "A sentence or two shown beside it.", "显示在旁边的一两句说明。")


def one_of(noun_en: str, noun_zh: str, values: tuple[str, ...], code: str = "UNKNOWN_VALUE") -> Word:
    """A word of a closed list."""
    return Word((noun_en, noun_zh), values, code)


INDEPENDENCE: Final = Several(
    Either(
        ("a name, or {of: name, when: CEL}", "名称，或 {of: 名称, when: CEL}"),
        scalar=NAME,
        mapping=Record(
            ("an independence", "独立性要求"),
            {
                "of": Key(NAME, "The relation, granted role or transition.", "关系、授予的角色或流转。", True),
                "when": Key(LINE, "CEL: only while this is true.", "CEL 表达式：仅在其为真时要求。"),
            },
        ),
    )
)
CHOICES: Final = Either(
    ("a list of values, or a mapping from value to title", "值的列表，或从值到标题的映射"),
    mapping=Table(VALUE, TEXT),
    items=Several(VALUE, alone=False),
)


def _field(types: tuple[str, ...]) -> dict[str, Key]:
    return {
        "type": Key(one_of("field type", "字段类型", types), "What kind of value it holds.", "值的类型。", True),
        "title": TITLE,
        "help": HELP,
        "required": Key(FLAG, "Whether it must always be given (an input: with the transition).", "是否必填（输入：随流转提供）。"),
        "default": Key(Anything(), "The value it begins with.", "初始值。"),
        "of": Key(
            CHOICES, "The values of a choice, in order; as a mapping, with their titles.", "选项的各个值，按顺序；写成映射时带标题。"
        ),
        "unit": Key(LINE, "The unit of a number, or the currency of money.", "数值的单位，或金额的币种。"),
        "min": Key(NUMBER, "The smallest number allowed.", "允许的最小数。"),
        "max": Key(NUMBER, "The largest number allowed.", "允许的最大数。"),
        "max_length": Key(POSITIVE, "The most characters of a text.", "文本的最多字符数。"),
        "visible_to": Key(ROLES, "Only these roles see it; left out, everybody does.", "仅这些角色可见；省略则人人可见。"),
    }


FIXED_FROM: Final = Key(
    NAME,
    "Once this state was entered, only a step that asks for the value or sets it changes it.",
    "进入此状态后，只有要求填写或设置该值的步骤才能更改。",
)


COLUMN: Final = Record(("a column", "列"), _field(tuple(one for one in words.FIELD_TYPES if one != "table")))
_COLUMNS: Final = Key(Table(NAME, COLUMN), "The typed columns of a table.", "表格的各列及类型。")
INPUT: Final = Record(("a field", "字段"), {**_field(words.FIELD_TYPES), "columns": _COLUMNS})
FIELD: Final = Record(("a field", "字段"), {**_field(words.FIELD_TYPES), "fixed_from": FIXED_FROM, "columns": _COLUMNS})
BY_CHOICE: Final = Either(
    ("a duration, or {by: choice field, value: duration, …}", "时长，或 {by: 选项字段, 值: 时长, …}"),
    scalar=DURATION,
    mapping=Record(
        ("a duration that depends on a choice", "取决于选项的时长"),
        {"by": Key(NAME, "The choice field that decides.", "起决定作用的选项字段。", True)},
        rest=DURATION,
    ),
)
PLUS: Final = Key(BY_CHOICE, "This long after it.", "在其后这么久。")
DUE: Final = Record(
    ("a due date", "到期规则"),
    {
        "after": Key(
            BY_CHOICE, "This long after the state was entered (in `set`: after now).", "进入状态后这么久（在 `set` 中：从现在起）。"
        ),
        "field": Key(NAME, "The day in this date field.", "该日期字段中的日期。"),
        "plus": PLUS,
        "less": Key(BY_CHOICE, "This long before it.", "在其前这么久。"),
    },
    one_of=("after", "field"),
    apart=(("plus", "less"), ("after", "plus"), ("after", "less")),
)
NOT_BEFORE: Final = Record(
    ("an earliest moment", "最早时刻"),
    {
        "field": Key(NAME, "The day in this date field.", "该日期字段中的日期。"),
        "entered": Key(NAME, "When this state was last entered.", "最近一次进入该状态的时刻。"),
        "plus": PLUS,
    },
    one_of=("field", "entered"),
)

EVIDENCE: Final = Record(
    ("an evidence need", "证据要求"),
    {
        "at_least": Key(POSITIVE, "How many pieces; 1 if left out.", "至少几份；省略为 1。"),
        "kind": Key(LINE, "Only pieces of this kind count.", "只计此类证据。"),
        "newer_than": Key(DURATION, "The date of evidence lies at most this long back.", "证据日期距今不超过这么久。"),
        "in_state": Key(FLAG, "Only pieces added since the present state was entered count.", "只计进入当前状态后添加的证据。"),
    },
)
CHILDREN: Final = Record(
    ("a need for children", "下级事项要求"),
    {
        "workflow": Key(NAME, "Only children of this workflow are looked at; left out, all.", "只看此工作流的下级事项；省略为全部。"),
        "at_least": Key(WHOLE, "How many there must be; none needed if left out.", "至少几个；省略则不要求。"),
        "all_in": Key(NAMES, "Every one is in one of these states.", "每一个都处于这些状态之一。"),
        "each": Key(
            Record(
                ("what each child carries", "每个下级事项须具备的内容"),
                {
                    "evidence": Key(WHOLE, "At least this many pieces of evidence.", "至少这么多份证据。"),
                    "fields": Key(NAMES, "These fields or columns filled in.", "已填写这些字段或通用列。"),
                },
            ),
            "What each of them must carry.",
            "每一个须具备的内容。",
        ),
    },
)
LINK: Final = Record(
    ("a need for links", "关联要求"),
    {
        "at_least": Key(POSITIVE, "How many; 1 if left out.", "至少几个；省略为 1。"),
        "kind": Key(LINE, "Only links of this kind count.", "只计此类关联。"),
    },
)
NEEDS: Final = Record(
    ("`needs`", "`needs`"),
    {
        "fields": Key(NAMES, "Fields or common columns that must be filled in.", "必须填写的字段或通用列。"),
        "comment": Key(FLAG, "A comment must be written.", "必须写备注。"),
        "evidence": Key(
            Either(
                ("a number, a mapping or a list of mappings", "数字、映射或映射列表"), POSITIVE, EVIDENCE, Several(EVIDENCE, alone=False)
            ),
            "Evidence that must be there: how many pieces, or which.",
            "必须有的证据：数量，或具体要求。",
        ),
        "children": Key(Several(CHILDREN), "Children that must be there, and in which states.", "必须有的下级事项及其状态。"),
        "links": Key(Several(LINK), "Links to other items that must be there.", "必须有的与其他事项的关联。"),
    },
)
CONDITION: Final = Record(
    ("a condition", "条件"),
    {
        "that": Key(LINE, "CEL: true when the condition is met.", "CEL 表达式：满足条件时为真。", True),
        "otherwise": Key(TEXT, "What to say when it is false.", "不满足时显示的内容。"),
        "code": Key(CODE, "The refusal's code, like MAX_CYCLES; GUARD_FALSE if left out.", "拒绝代码，如 MAX_CYCLES；省略为 GUARD_FALSE。"),
    },
)
