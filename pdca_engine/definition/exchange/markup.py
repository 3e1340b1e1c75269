"""XML read safely and written plainly.

Read with expat itself: a DTD is refused (so no entity can be declared, expanded or fetched), size, depth and number of elements are
limited, and every element knows its line. Nothing is recursive.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final
from xml.parsers import expat

from pdca_engine.errors import BadInput

MOST_BYTES: Final = 1024 * 1024
MOST_ELEMENTS: Final = 50_000
DEEPEST: Final = 64
_SPACE: Final = "\x1f"  # between namespace and name; no XML name can hold it

_NO_XML: Final = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True)
class Element:
    """One element: namespace, local name, attributes without a namespace, children, the text directly inside it, and its line."""

    space: str
    name: str
    attributes: Mapping[str, str]
    line: int
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def all(self, *names: str) -> Iterator[Element]:
        """Children with one of these local names, in the element's own namespace."""
        return (one for one in self.children if one.space == self.space and one.name in names)

    def get(self, name: str) -> str:
        """An attribute's text without blanks around it; empty where there is none."""
        return self.attributes.get(name, "").strip()

    def below(self) -> Iterator[Element]:
        """Everything inside, depth first."""
        waiting = self.children[::-1]
        while waiting:
            one = waiting.pop()
            yield one
            waiting.extend(one.children[::-1])


def read_xml(raw: bytes, name: str) -> Element:
    """The root of an XML file. BadInput, with line and column, for what is none, is too large, or brings a DTD."""
    if len(raw) > MOST_BYTES:
        raise _refused(name, 1, 1, "larger than 1 MiB", "超过 1 MiB")
    return _Reader(name).read(raw)


def _refused(name: str, line: int, column: int, en: str, zh: str) -> BadInput:
    return BadInput(f"{name}:{line}:{column}: {en}.", f"{name}:{line}:{column}：{zh}。", field="file")


class _Reader:
    """Collects elements from expat's calls."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root: Element | None = None
        self.open: list[Element] = []
        self.count = 0
        self.parser: Any = expat.ParserCreate(namespace_separator=_SPACE)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype

    def read(self, raw: bytes) -> Element:
        try:
            self.parser.Parse(raw.removeprefix(codecs.BOM_UTF8), True)
        except expat.ExpatError as error:
            why = expat.ErrorString(error.code)
            raise _refused(self.name, error.lineno, error.offset + 1, f"not well-formed XML: {why}", f"不是格式良好的 XML：{why}") from None
        except (ValueError, LookupError) as error:
            raise _refused(self.name, 1, 1, f"an encoding that can't be read: {error}", f"无法读取的编码：{error}") from None
        if self.root is None:
            raise _refused(self.name, 1, 1, "no element", "没有元素")
        return self.root

    def _here(self, en: str, zh: str) -> BadInput:
        return _refused(self.name, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1, en, zh)

    def _doctype(self, *_: Any) -> None:
        raise self._here("a DTD is not read; remove the DOCTYPE", "不读取 DTD；请删除 DOCTYPE")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MOST_ELEMENTS:
            raise self._here(f"more than {MOST_ELEMENTS} elements", f"超过 {MOST_ELEMENTS} 个元素")
        if len(self.open) >= DEEPEST:
            raise self._here(f"nested deeper than {DEEPEST} levels", f"嵌套超过 {DEEPEST} 层")
        space, _, local = tag.rpartition(_SPACE)
        plain = {name: value for name, value in attributes.items() if _SPACE not in name}
        element = Element(space, local, plain, self.parser.CurrentLineNumber)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def _end(self, _: str) -> None:
        self.open.pop()

    def _text(self, text: str) -> None:
        self.open[-1].text += text


def tag(name: str, attributes: Mapping[str, object] | None = None, *inside: str) -> str:
    """One element on lines of its own; `inside` are finished elements. Attributes that are None are left out."""
    said = "".join(f' {key}="{quoted(value)}"' for key, value in (attributes or {}).items() if value is not None)
    if not inside:
        return f"<{name}{said}/>"
    body = "\n".join(f"  {line}" for one in inside for line in one.split("\n"))
    return f"<{name}{said}>\n{body}\n</{name}>"


def leaf(name: str, attributes: Mapping[str, object], text: str) -> str:
    """One element that holds only text."""
    said = "".join(f' {key}="{quoted(value)}"' for key, value in attributes.items() if value is not None)
    return f"<{name}{said}>{_plain(text)}</{name}>"


def document(root: str) -> str:
    """The whole file."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'


def quoted(value: object) -> str:
    """An attribute's value on one line."""
    return _plain(" ".join(str(value).split()))


def _plain(text: str) -> str:
    """Markup escaped, and left out what XML can't hold at all."""
    return escape(_NO_XML.sub("", text))
