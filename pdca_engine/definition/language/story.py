"""The words of `examples:`: little stories that `pdca workflows test` plays, and the same for a script of `simulate`."""

from __future__ import annotations

from typing import Final

from pdca_engine.definition.language.kinds import Anything, Either, Key, Need, Record, Scalar, Several, Table
from pdca_engine.definition.language.parts import NAMES, ROLE, TEXT
from pdca_engine.definition.language.scalars import CODE, DATE, DURATION, LINE, NAME, OFFSET, TRUE, WHOLE

MOST_PIECES: Final = 100  # of evidence in one step
FEW: Final = Scalar(
    (f"a whole number from 1 to {MOST_PIECES}", f"1 至 {MOST_PIECES} 的整数"),
    lambda value: isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_PIECES,
    {"type": "integer", "minimum": 1, "maximum": MOST_PIECES},
)
DAY: Final = Scalar(
    ("a date like 2026-01-31, or a duration like `+10 days`", "日期，如 2026-01-31，或时长，如 `+10 days`"),
    lambda value: DATE.fits(value) or OFFSET.fits(value),
    {"anyOf": [dict(DATE.schema), dict(OFFSET.schema)]},
    "BAD_DATE",
)
VALUES: Final = Table(NAME, Anything())
FACTS: Final = Key(
    Table(NAME, VALUES), "Named facts from elsewhere: {coverage: {clauses: 100}}.", "来自别处的具名事实：{coverage: {clauses: 100}}。"
)
PIECE: Final = Record(
    ("a piece of evidence", "一份证据"),
    {
        "kind": Key(LINE, "Its kind.", "证据的种类。"),
        "dated": Key(DATE, "The date of evidence; the day it is added if left out.", "证据日期；省略为添加当日。"),
    },
)
CHILD: Final = Record(
    ("a child", "下级事项"),
    {
        "name": Key(
            NAME,
            "What a later step calls it by, to change it. The name of a workflow stands for the newest child of it that an effect made.",
            "供后续步骤更改时引用的名称；写工作流名称，则指由效果最近建立的该工作流下级事项。",
        ),
        "workflow": Key(NAME, "Its workflow; action if left out.", "下级事项的工作流；省略为 action。"),
        "state": Key(NAME, "Where it is.", "所处的状态。"),
        "owner": Key(NAME, "Whose it is: a person or role.", "负责人：人员或角色。"),
        "due": Key(DAY, "Its due day: 2026-04-01, or +10 days from then.", "到期日：2026-04-01，或从当时起 +10 days。"),
        "evidence": Key(WHOLE, "How many pieces of evidence it has.", "已有证据的份数。"),
        "fields": Key(VALUES, "Values of its fields.", "其字段的值。"),
    },
)
STEP: Final = Record(
    ("a step of a story", "故事步骤"),
    {
        "at": Key(DURATION, "So much time passes first, and timers fire.", "先经过这么久，其间定时器照常触发。"),
        "evidence": Key(
            Either(("a number, a piece or a list of pieces", "数字、一份证据或证据列表"), FEW, PIECE, Several(PIECE, alone=False)),
            "Evidence added before.",
            "在此之前添加的证据。",
        ),
        "children": Key(Several(CHILD), "Children added or changed before.", "在此之前添加或更改的下级事项。"),
        "facts": FACTS,
        "by": Key(
            NAME,
            "Who acts: a role, a relation, scheduler, or a person the story has named.",
            "执行人：角色、关系、scheduler，或故事中已命名的人员。",
        ),
        "for": Key(NAME, "For whom they act, as deputy.", "以代理人身份代表谁。"),
        "do": Key(NAME, "The transition.", "执行的流转。"),
        "with": Key(
            VALUES,
            "Values of inputs, fields and columns; a date may be +30 days.",
            "输入、字段和通用列的值；日期可写作 +30 days。",
        ),
        "comment": Key(LINE, "The comment.", "备注。"),
        "decline": Key(TRUE, "They say no, where several must say yes.", "在须多人同意时表示否决。"),
        "refused": Key(Several(CODE), "It is refused, with exactly these codes.", "被拒绝，且代码恰为这些。"),
        "fires": Key(
            Several(NAME), "While time passed, exactly these timers reminded or acted.", "经过的时间内，恰有这些定时器提醒或执行。"
        ),
    },
    needs=(
        Need("do", "by"),
        Need("by", "do"),
        Need("refused", "do"),
        Need("with", "do"),
        Need("for", "do"),
        Need("decline", "do"),
        Need("fires", "at"),
    ),
)
STORY: Final = Record(
    ("an example", "示例"),
    {
        "name": Key(TEXT, "What the story shows.", "故事说明了什么。", True),
        "begins": Key(DATE, "The day it begins, at 09:00; 2026-03-02 if left out.", "开始日期（09:00）；省略为 2026-03-02。"),
        "people": Key(Table(NAME, Several(ROLE)), "Persons and the roles granted to them.", "人员及授予的角色。"),
        "deputies": Key(Table(NAME, NAMES), "Who stands in for whom.", "谁代理谁。"),
        "start": Key(VALUES, "Columns and fields the item begins with: {owner: ana}.", "事项开始时的通用列和字段：{owner: ana}。"),
        "facts": FACTS,
        "steps": Key(Several(STEP, alone=False), "What happens, one after another.", "依次发生的事。", True),
        "ends": Key(NAME, "The state the item is in at the end.", "结束时事项所处的状态。"),
    },
)
