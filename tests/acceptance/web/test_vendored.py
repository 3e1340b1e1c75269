"""Files of others: exactly the ones that are listed, byte for byte."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[3] / "pdca_engine" / "web" / "static" / "vendor"
MINE = Path(__file__).parent / "vendor"


def listed(folder: Path) -> dict[str, str]:
    """File name to SHA-256, as the folder's list says."""
    lines = (folder / "VERSIONS.txt").read_text(encoding="utf-8").splitlines()
    return {line.split()[0]: line.split()[-1] for line in lines if line and not line.startswith("#")}


@pytest.mark.parametrize("folder", [STATIC, MINE], ids=["pages", "tests"])
def test_every_file_is_listed_with_its_hash(folder: Path) -> None:
    found = {one.name: sha256(one.read_bytes()).hexdigest() for one in folder.iterdir() if one.suffix != ".txt"}
    assert found == listed(folder)
    assert found


def test_the_pages_name_the_files_that_are_there() -> None:
    base = (STATIC.parents[1] / "templates" / "base.html").read_text(encoding="utf-8")
    style = (STATIC.parent / "app.css").read_text(encoding="utf-8")
    editor, script, font = sorted(listed(STATIC))
    studio = (STATIC.parents[1] / "templates" / "studio.html").read_text(encoding="utf-8")
    assert f"/static/vendor/{editor}" in studio
    assert f"/static/vendor/{script}" in base
    assert f"/static/vendor/{font}" in base
    assert f"vendor/{font}" in style


def test_the_font_is_small() -> None:
    assert all(one.stat().st_size <= 50_000 for one in STATIC.glob("*.woff2"))


def test_no_template_has_inline_script_or_style() -> None:
    for template in (STATIC.parents[1] / "templates").glob("*.html"):
        text = template.read_text(encoding="utf-8").lower()
        for forbidden in ("<style", " style=", "javascript:", " onclick=", " onload=", "hx-on", "<script>"):
            assert forbidden not in text, f"{forbidden} in {template.name}"
