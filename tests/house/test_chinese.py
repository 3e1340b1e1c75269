"""Chinese sentences are set as Chinese is: full-width punctuation beside Chinese characters, in code, pages and workflows alike."""

from __future__ import annotations

import ast
import re

from tests.house.source import PACKAGE, ROOT, sources

SIGN = r"[\u4e00-\u9fff]"
HALF_WIDTH = re.compile(rf"{SIGN}\s?[,;!?(]|[,;!?)]\s?{SIGN}|{SIGN}:(?!\w)|[^`\w]:{SIGN}")
CODE = re.compile(r"`[^`]*`|\{[^{}]*\}|[^\n]*,[^\n]*\n")  # examples, placeholders, lines of a table
DATA = {
    "services/importing/headings.py",
    "services/importing/dates.py",
    "services/importing/values.py",
}  # what people type, not what we say


def test_no_half_width_punctuation_beside_chinese() -> None:
    wrong = [
        f"{source.path}:{node.lineno} {node.value}"
        for source in sources(PACKAGE)
        if source.path.removeprefix(f"{PACKAGE}/") not in DATA
        for node in source.nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and HALF_WIDTH.search(CODE.sub("", node.value))
    ]
    pages = [*ROOT.glob("pdca_engine/web/locale/**/*.po"), *ROOT.glob("pdca_engine/web/templates/*.html")]
    wrong += [
        f"{page.relative_to(ROOT)}:{number} {line}"
        for page in pages
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1)
        if HALF_WIDTH.search(CODE.sub("", line))
    ]
    assert not wrong, "\n" + "\n".join(wrong)
