"""What the program says of itself is complete: errors in both languages, settings and commands documented, locks exact."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from string import Formatter

import pytest
from packaging.requirements import Requirement

from pdca_engine.errors import PdcaError
from tests.house.reference import PAGES, all_errors, with_table
from tests.house.source import ROOT

CHINESE = re.compile(r"[\u4e00-\u9fff]")
PINNED = re.compile(r"([a-z0-9-]+)==([^ ;]+)")


def names(template: str) -> set[str]:
    """The `{names}` of a sentence; the Chinese one may use a name's own Chinese form, `noun_zh`."""
    return {name.removesuffix("_zh") for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("page", PAGES)
def test_reference_page_says_what_the_program_does(page: str) -> None:
    """When this fails: `python -m tests.house.reference` writes the page anew."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert text == with_table(text, PAGES[page]())


def shortcomings(kind: type[PdcaError]) -> Iterator[str]:
    """What an error's two sentences lack."""
    english, chinese = kind.__dict__.get("__doc__"), kind.zh
    if not english:
        yield "needs a docstring"
        return
    if "zh" not in kind.__dict__ and english != kind.__base__.__doc__:
        yield "says something else than its base in English, and the same in Chinese"
    if CHINESE.search(english) or not (CHINESE.search(chinese) or "{" in chinese):
        yield "has a sentence in the wrong language"
    if names(english) != names(chinese):
        yield f"fills in {names(english)} in English and {names(chinese)} in Chinese"


def test_every_error_speaks_both_languages() -> None:
    """Its own sentence in English and Chinese, with the same things filled in."""
    assert [f"{kind.__name__} {what}" for kind in all_errors() for what in shortcomings(kind)] == []


def test_error_codes_are_told_apart() -> None:
    """A program reads the code: only a special case of an error may share it."""
    owners: dict[str, type[PdcaError]] = {}
    for kind in sorted(all_errors(), key=lambda kind: len(kind.__mro__)):
        assert re.fullmatch(r"[A-Z][A-Z0-9_]+", kind.code)
        assert issubclass(kind, owners.setdefault(kind.code, kind)), f"{kind.__name__} and {owners[kind.code].__name__} share {kind.code}"


def lock(name: str) -> dict[str, str]:
    """Package to exact version; anything but a pin fails."""
    lines = (ROOT / name).read_text(encoding="utf-8").split()
    assert [line for line in lines if not PINNED.fullmatch(line)] == []
    return dict(PINNED.fullmatch(line).groups() for line in lines)


def test_locks_are_exact_and_cover_what_the_project_asks_for() -> None:
    """The tests run on the very versions that serve, and every version is one that pyproject allows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    serve, test = lock("requirements.lock"), lock("requirements-test.lock")
    assert serve.items() <= test.items()
    extras = project["optional-dependencies"]
    for wanted, pins in ((project["dependencies"], serve), (extras["test"] + extras["postgres"], test)):
        for requirement in map(Requirement, wanted):
            pin = pins.get(requirement.name.lower().replace("_", "-"))
            assert pin and requirement.specifier.contains(pin), f"{requirement} is not met by {pin}"
