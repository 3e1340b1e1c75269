"""Forms as they arrive: read with our own cap on bytes, so that nothing large is ever taken in without a word."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser

from pdca_engine.errors import BadInput, TooLarge
from pdca_engine.unit import App

MIB = 1024 * 1024
FORM_LIMIT = 2 * MIB  # a form without a file, and what a form with a file may be larger than its file


async def _capped(request: Request, limit: int, limit_mb: int) -> AsyncGenerator[bytes, None]:
    taken = 0
    async for chunk in request.stream():
        taken += len(chunk)
        if taken > limit:
            raise TooLarge(limit_mb=limit_mb)
        yield chunk


async def read_form(request: Request) -> AsyncIterator[FormData]:
    """The form of this request; its files lie in temporary files and are gone afterwards. Raises TooLarge, BadInput."""
    app: App = request.state.pdca
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        limit_mb = app.settings.max_upload_mb
        parser: FormParser | MultiPartParser = MultiPartParser(
            request.headers, _capped(request, limit_mb * MIB + FORM_LIMIT, limit_mb), max_files=1
        )
    else:
        parser = FormParser(request.headers, _capped(request, FORM_LIMIT, FORM_LIMIT // MIB))
    try:
        form = await parser.parse()
    except MultiPartException as problem:
        raise BadInput(f"The form could not be read: {problem.message}", f"无法读取表单：{problem.message}") from None
    try:
        refuse_nul(*(value for value in form.values() if isinstance(value, str)))
        yield form
    finally:
        await form.close()


def refuse_nul(*texts: str) -> None:
    """Raise BadInput for the character that no database keeps and no keyboard types."""
    if any("\x00" in text for text in texts):
        raise BadInput("The request has a NUL character; remove it and send it again.", "请求中含有 NUL 字符，请删除后重试。")


Sent = Annotated[FormData, Depends(read_form)]
