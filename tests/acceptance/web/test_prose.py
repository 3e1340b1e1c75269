"""What people write at length becomes a few harmless elements; whatever else they write stays text."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from pdca_engine.web.prose import prose

ALLOWED = {"p", "br", "ul", "ol", "li", "em", "strong", "a"}
ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](//example.org)",
    "[x](https://example.org/\"onmouseover='alert(1)')",
    '[x](https://example.org "title\\" onclick=alert(1)")',
    "![x](https://example.org/pixel.png)",
    "[<svg/onload=alert(1)>](https://example.org)",
    "<javascript:alert(1)>",
    "[x]\n\n[x]: javascript:alert(1)",
    "&lt;script&gt; &#x3C;script&#x3E;",
    "- <b onclick=alert(1)>\n- **<i>**",
    "<!-- --><style>*{display:none}</style>",
    "`<script>` ~~~\n<script>\n~~~",
)


class Seen(HTMLParser):
    """The elements of a text as a browser would see them, with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_but_harmless_elements_comes_out(text: str) -> None:
    for tag, attributes in Seen(str(prose(text))).elements:
        assert tag in ALLOWED
        assert set(attributes) <= ({"href", "title", "rel"} if tag == "a" else {"start"})
        assert (attributes.get("href") or "https://").startswith(("https://", "http://"))


def test_paragraphs_lists_bold_and_links_are_shown() -> None:
    html = str(prose("First **bold**\nsecond line\n\n- one\n- two\n\n[the ticket](https://example.org/1)"))
    assert "<strong>bold</strong><br>" in html
    assert html.count("<li>") == 2
    assert '<a rel="noreferrer nofollow" href="https://example.org/1">the ticket</a>' in html


def test_plain_text_stays_as_it_was_written() -> None:
    assert str(prose("5 < 7 & 7 > 5, “quoted”")) == "<p>5 &lt; 7 &amp; 7 &gt; 5, “quoted”</p>\n"
    assert str(prose("# no heading")) == "<p># no heading</p>\n"
