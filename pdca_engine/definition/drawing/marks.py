"""What a drawing can mark beside the workflow itself: what is new, gone or changed. Said by a sign and a stroke, never by colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

# Kind of mark → what stands in a state's box, in both languages; its first character stands before a transition's title.
SIGNS: Final[Mapping[str, tuple[str, str]]] = {
    "added": ("+ new", "+ 新增"),
    "removed": ("− gone", "− 移除"),
    "changed": ("~ changed", "~ 更改"),
}
MARKS_STYLE: Final = """
.pdca-diagram{--added:var(--pdca-added,#1d6b37);--removed:var(--pdca-removed,#ab1f1f);--changed:var(--pdca-changed,#8d4b00)}
.pdca-diagram .added .line{stroke:var(--added);stroke-width:2.8}.pdca-diagram .added .head{fill:var(--added)}
.pdca-diagram .added .box{stroke:var(--added);stroke-width:3}
.pdca-diagram .added text.title,.pdca-diagram .added text.note{fill:var(--added)}
.pdca-diagram .removed .line{stroke:var(--removed);stroke-dasharray:6 5}.pdca-diagram .removed .head{fill:var(--removed)}
.pdca-diagram .removed .box{stroke:var(--removed);stroke-dasharray:6 5}
.pdca-diagram .removed text.title{text-decoration:line-through;stroke:none}
.pdca-diagram .removed text.title,.pdca-diagram .removed text.note{fill:var(--removed)}
.pdca-diagram .changed .line{stroke:var(--changed);stroke-width:2;stroke-dasharray:11 3 2 3}
.pdca-diagram .changed .head{fill:var(--changed)}
.pdca-diagram .changed .box{stroke:var(--changed);stroke-width:2.4;stroke-dasharray:11 3 2 3}
.pdca-diagram .changed text.title,.pdca-diagram .changed text.note{fill:var(--changed)}
"""


@dataclass(frozen=True, slots=True)
class Marks:
    """Kinds of mark by the names of states and transitions; `legend` says what they mean, in both languages ("": the usual legend)."""

    states: Mapping[str, str] = field(default_factory=dict)
    transitions: Mapping[str, str] = field(default_factory=dict)
    legend: tuple[str, str] = ("", "")

    def sign(self, transition: str) -> str:
        """What stands before a transition's title."""
        kind = self.transitions.get(transition)
        return f"{SIGNS[kind][0][0]} " if kind else ""

    def style(self, part: str, transition: str) -> str:
        """The classes of a transition's arrow or label."""
        kind = self.transitions.get(transition)
        return f"{part} {kind}" if kind else part


NO_MARKS: Final = Marks()
