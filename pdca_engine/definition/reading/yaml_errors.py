"""What the YAML parser complains about, in words a person who edits a workflow can act on."""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

from pdca_engine.definition.paper.problems import Place

_BLOCK: Final = (
    "after `|` or `>` the text begins on the next line; put a text that begins so in quotes",
    "`|` 或 `>` 之后，文本须从下一行开始；以其开头的文本请加引号",
)
_ESCAPE: Final = (
    "this escape stands for no character; use single quotes, or double the backslash",
    "此转义不表示任何字符；请用单引号或双写反斜杠",
)
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
    ("mapping keys are not allowed", ("a key can't begin here; put it on a line of its own", "键不能从这里开始；请另起一行")),
    ("found unexpected document separator", ("a quote is opened and never closed", "引号没有结束")),
    (
        "expected alphabetic or numeric",
        ("a name must follow `&` or `*`; put a text that begins so in quotes", "`&` 或 `*` 后须有名称；以其开头的文本请加引号"),
    ),
    ("expected chomping or indentation", _BLOCK),
    ("expected a comment or a line break", _BLOCK),
    ("expected indentation indicator", _BLOCK),
    ("expected escape sequence", _ESCAPE),
    ("escape stands for no character", _ESCAPE),
)
_TAGGED: Final = ("a text can't begin with `!`; put it in quotes", "文本不能以 `!` 开头；请加引号")
_FOLLOWS: Final = (
    "more follows where the value has ended; a quote inside a quoted text is doubled, and each bracket closed once",
    "值已结束，后面还有内容；引号内的引号须双写，括号只能关闭一次",
)
_NO_COLON: Final = ("a key needs a colon and a space after it", "键后面需要冒号和空格")
_NO_KEY: Final = ("a key is missing before this colon", "此冒号前缺少键")
_TAB: Final = r"'\t'"
_NEVER_CLOSED: Final = ("end of stream", "<stream end>", "document separator")  # best shown where it was opened
_NO_COLON_SAID: Final = "could not find expected ':'"
_KEY: Final = re.compile(r"( *)[^\s#]+ *")
_NO_KEY_LINE: Final = re.compile(r"( *)(?!- )([^ \t#:：]+(?:[:：][^ \t].*)?)\s*(?:#.*)?$")


class Stop(Exception):
    """Reading can't go on: the problem's code, place and parameters."""

    def __init__(self, code: str, place: Place, **params: Any) -> None:
        super().__init__(code)
        self.code, self.place, self.params = code, place, params


def explain(error: yaml.YAMLError, text: str, tab: Place | None, opened: Any) -> Stop:
    """The parser's complaint about `text` as a located problem; `tab` is where the first tab used to indent stands, `opened` the mark of
    the bracket opened last and still open (None: none)."""
    said = str(getattr(error, "problem", None) or error)
    mark = _shown(error, said, opened)
    place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
    if _TAB in said or (tab and tab.line == place.line):
        return Stop("YAML_TAB", tab or place)
    lines = text.splitlines()
    if "mapping values are not allowed" in said and (lost := _without_colon(lines, place)):
        return Stop("YAML_SYNTAX", lost, why=_NO_COLON)
    if "expected <block end>" in said and lines[place.line - 1 : place.line] and (why := _after_end(lines[place.line - 1], place)):
        return Stop("YAML_SYNTAX", place, why=why)
    return Stop("YAML_SYNTAX", place, why=next((words for part, words in _WORDS if part in said), _TAGGED))


def _shown(error: yaml.YAMLError, said: str, opened: Any) -> Any:
    """Where to look: at the complaint, or where that began which is never ended."""
    here, began = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if opened and "<stream end>" in said:
        return opened
    ended_late = "got ':'" in said and began and here and began.line < here.line
    if any(part in said for part in _NEVER_CLOSED) or _NO_COLON_SAID in said or ended_late:
        return began or here
    return here or began


def _without_colon(lines: list[str], place: Place) -> Place | None:
    """The line above, where what should be its key has no colon and space after it, and so ran on into the line of `place`."""
    here = _KEY.match(lines[place.line - 1]) if place.line <= len(lines) else None
    above = next((number for number in range(place.line - 2, -1, -1) if lines[number].strip()), None)
    if here is None or here.end() < place.column - 1 or above is None:
        return None
    lost = _NO_KEY_LINE.match(lines[above])
    return Place(above + 1, lost.end(1) + 1, len(lost[2])) if lost and lost.end(1) == here.end(1) else None


def _after_end(line: str, place: Place) -> tuple[str, str] | None:
    before, sign = line[: place.column - 1], line[place.column - 1 : place.column]
    if before.strip(" -"):
        return _FOLLOWS
    return _NO_KEY if sign == ":" else None
