"""What the YAML parser complains about, in words a person who edits a workflow can act on."""

from __future__ import annotations

from typing import Any, Final

import yaml

from pdca_engine.definition.problems import Place

_WORDS: Final = (
    (
        "mapping values are not allowed",
        (
            "a colon stands where none can; put a text that holds `: ` in quotes, and line keys up",
            "此处不能有冒号；含 `: ` 的文本请加引号，并对齐键",
        ),
    ),
    (
        "expected <block end>",
        ("this line's indentation fits none of the lines above; line it up with them", "此行缩进与上文任何一级都不一致；请对齐"),
    ),
    ("could not find expected ':'", ("a key needs a colon and a space after it", "键后面需要冒号和空格")),
    (
        "expected ',' or ']'",
        (
            "a list opened with `[` is not closed, or a comma is missing; a text that holds `?`, `,` or `: ` needs quotes",
            "以 `[` 开始的列表没有结束，或缺少逗号；含 `?`、`,` 或 `: ` 的文本须加引号",
        ),
    ),
    (
        "expected ',' or '}'",
        (
            "a mapping opened with `{` is not closed, or a comma is missing; a text that holds `?`, `,` or `: ` needs quotes",
            "以 `{` 开始的映射没有结束，或缺少逗号；含 `?`、`,` 或 `: ` 的文本须加引号",
        ),
    ),
    ("unexpected end of stream", ("a quote is opened and never closed", "引号没有结束")),
    (
        "unknown escape character",
        ("no such escape after a backslash; use single quotes, or double the backslash", "反斜杠后的转义无效；请用单引号或双写反斜杠"),
    ),
    ("cannot start any token", ("no text can begin with this character; put the text in quotes", "文本不能以此字符开头；请加引号")),
    (
        "sequence entries are not allowed",
        ("a list can't begin here; put `- ` on a line of its own below the key", "列表不能从这里开始；请把 `- ` 放到键的下一行"),
    ),
    ("expected the node content", ("a value is missing here, or a bracket is never closed", "此处缺少值，或括号没有结束")),
    (
        "expected '<document start>'",
        ("the text goes on where the mapping has ended; indent it under a key", "映射已结束，后面还有内容；请缩进到某个键之下"),
    ),
    ("duplicate anchor", ("this anchor is already used; give it another name", "此锚点已使用；请换个名称")),
)
_TAB: Final = r"'\t'"
_NEVER_CLOSED: Final = ("end of stream", "<stream end>")  # best shown where it was opened


class Stop(Exception):
    """Reading can't go on: the problem's code, place and parameters."""

    def __init__(self, code: str, place: Place, **params: Any) -> None:
        super().__init__(code)
        self.code, self.place, self.params = code, place, params


def explain(error: yaml.YAMLError, tab: Place | None) -> Stop:
    """The parser's complaint as a located problem; `tab` is where the first tab used to indent stands."""
    said = str(getattr(error, "problem", None) or error)
    marks = [getattr(error, "problem_mark", None), getattr(error, "context_mark", None)]
    mark = next(filter(None, reversed(marks) if any(part in said for part in _NEVER_CLOSED) else marks), None)
    place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
    if _TAB in said or (tab and tab.line == place.line):
        return Stop("YAML_TAB", tab or place)
    why = next((words for part, words in _WORDS if part in said), (said, said))
    return Stop("YAML_SYNTAX", place, why=why)
