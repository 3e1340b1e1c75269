"""Headers that guard writes: `If-Match` names the version that was seen, `Idempotency-Key` makes a repeat harmless."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header

from pdca_engine.errors import BadInput


def seen_version(
    if_match: Annotated[str | None, Header(description='The ETag of the version you saw, like `"14"`; a newer one answers 412')] = None,
) -> int | None:
    """The version the caller saw; None when they don't care. BadInput for anything that is no ETag of ours."""
    if if_match is None or if_match.strip() == "*":
        return None
    number = if_match.strip().removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise BadInput('If-Match is one version in quotes, like "14".', 'If-Match 须为带引号的版本号，如 "14"。', field="If-Match")
    return int(number)


def etag(version: int) -> str:
    """The ETag of an item's version."""
    return f'"{version}"'


SeenVersion = Annotated[int | None, Depends(seen_version)]
RequestKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=150,
        pattern=r"^[\x21-\x7e]+$",
        description="Any text of your own; the same request sent again with it answers the same and does nothing twice",
    ),
]
