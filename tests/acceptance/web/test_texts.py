"""The pages' sentences: every one has its Chinese, no Chinese is left over, and placeholders agree."""

from __future__ import annotations

import re

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from pdca_engine.web.language import PO_FILE, best_language, speaker

Message = str | tuple[str, ...]
HOW = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
KEYWORDS = {**DEFAULT_KEYWORDS, "say": None}


def said() -> set[Message]:
    """Every sentence that stands in a template or in the code of the web face."""
    web = PO_FILE.joinpath("../../../..").resolve()  # type: ignore[attr-defined]  # because here it is a path
    return {found[2] for found in extract_from_dir(str(web), method_map=HOW, keywords=KEYWORDS)}


def translated() -> dict[Message, Message]:
    """Every sentence of the .po file with its translation."""
    with PO_FILE.open("rb") as text:
        return {one.id: one.string for one in read_po(text, locale="zh") if one.id}


def test_every_sentence_has_its_chinese_and_none_is_left_over() -> None:
    sentences, chinese = said(), translated()
    assert len(sentences) > 80
    assert sentences - set(chinese) == set(), "without Chinese"
    assert set(chinese) - sentences == set(), "no longer said"


def test_every_translation_is_chinese_and_keeps_the_placeholders() -> None:
    for english, chinese in translated().items():
        one = english if isinstance(english, str) else english[0]
        for other in (chinese,) if isinstance(chinese, str) else chinese:
            assert other, f"{one!r} is empty in Chinese"
            assert set(re.findall(r"%\(\w+\)s", one)) == set(re.findall(r"%\(\w+\)s", other)), one
            assert one == ", " or re.search(r"[\u4e00-\u9fff]", other), f"{one!r} is not Chinese: {other!r}"


def test_the_translation_is_what_pages_say() -> None:
    assert speaker("zh")("Board") == "看板"
    assert speaker("en")("Board") == "Board"


def test_the_browser_may_ask_for_a_language() -> None:
    assert best_language("fr-FR,zh-CN;q=0.9,en;q=0.8", "en") == "zh"
    assert best_language("fr", "zh") == "zh"
    assert best_language("", "en") == "en"
