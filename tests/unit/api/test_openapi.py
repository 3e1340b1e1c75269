"""The committed description is the real one, and says enough."""

from __future__ import annotations

from pathlib import Path

from pdca_engine.api.language import asked_language
from pdca_engine.api.openapi import openapi_text
from pdca_engine.api.routes import PREFIX, described

DOCS = Path(__file__).parents[3] / "docs" / "reference"


def test_the_committed_description_is_up_to_date() -> None:
    assert (DOCS / "openapi.json").read_text(encoding="utf-8") == openapi_text(), (
        "run: python -m pdca_engine.api.openapi > docs/reference/openapi.json"
    )


def test_every_operation_is_told_in_words_and_tells_its_problems() -> None:
    document = described().openapi()
    assert document["openapi"].startswith("3.1")
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            where = f"{method} {path}"
            assert operation["description"] and operation["operationId"], where
            if path.startswith(PREFIX):
                assert {"401", "403", "404", "422"} <= set(operation["responses"]) and operation["security"], where
            for status, response in operation["responses"].items():
                assert status < "400" or list(response["content"]) == ["application/problem+json"], where


def test_every_route_is_on_the_reference_page() -> None:
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    for path, methods in described().openapi()["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}" in page, f"{method.upper()} {path}"


def test_the_language_is_the_best_that_is_asked_for() -> None:
    asked = {
        "zh": "zh",
        "zh-Hans-CN": "zh",
        "de, en;q=0.4, zh;q=0.8": "zh",
        "en-GB,zh": "en",
        "de": None,
        "": None,
        "zh;q=0": None,
        "zh;q=x": None,
    }
    assert {header: asked_language(header) for header in asked} == asked
    assert asked_language(None) is None
