"""What people wrote at length, as safe HTML: paragraphs, lists, bold, italics and links to http(s); everything else stays text."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup

RULES = ("list", "emphasis", "link", "newline", "escape")


class Reader(MarkdownIt):
    """Markdown with `RULES` and nothing more: no raw HTML, no images, no links that aren't written as links."""

    def __init__(self) -> None:
        super().__init__("zero", {"html": False, "linkify": False, "breaks": True})
        self.enable(RULES)
        self.validateLink = lambda url: url.startswith(("https://", "http://"))  # type: ignore[method-assign]  # because the library documents it as replaceable


@cache
def _reader() -> Reader:
    return Reader()


def prose(text: str) -> Markup:
    """`text` as HTML that can stand in any page; a link never tells its target where it was followed from."""
    html: str = _reader().render(text)
    return Markup(html.replace("<a href=", '<a rel="noreferrer nofollow" href='))
