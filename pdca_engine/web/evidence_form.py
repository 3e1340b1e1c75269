"""The form for a piece of evidence: what it shows and when that happened; what else is known of it, folded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pdca_engine.definition.paper.workflow import Choice, Field, Text
from pdca_engine.reports.items import EvidenceLine

DATED: Final = Field("dated", "date", Text("Date of what it shows", "所示内容的日期"), Text("Not the day of the upload", "不是上传日期"))
FIELDS: Final = (
    Field("title", "text", Text("What it shows", "说明什么")),
    Field("url", "link", Text("Or a link", "或填写链接")),
    DATED,
    Field("kind", "text", Text("Kind (optional)", "类型（可选）"), Text("Such as report, minutes, screenshot", "例如：报告、纪要、截图")),
)
FROM: Final = Field("period_from", "date", Text("First day it covers", "覆盖期间首日"))
UNTIL: Final = Field("period_until", "date", Text("Last day it covers", "覆盖期间末日"))
REQUIREMENT: Final = Field("requirement", "text", Text("Clause it is proof of", "所证明的条款"), Text("For example: 8.6.1", "例如：8.6.1"))
SUPERSEDES: Final = "supersedes"


def more_fields(pieces: Sequence[EvidenceLine]) -> tuple[Field, ...]:
    """What is asked less often; which piece it replaces only where there is one in force."""
    current = tuple(Choice(str(one.id), Text(one.title, one.title)) for one in pieces if not one.superseded)
    text = Text("Replaces", "替代"), Text("The older piece stays, marked as replaced", "旧证据保留，并标记为已被替代")
    return (*((Field(SUPERSEDES, "choice", *text, of=current),) if current else ()), FROM, UNTIL, REQUIREMENT)
