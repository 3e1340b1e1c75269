"""Errors as `application/problem+json` (RFC 9457): a code, a sentence in the caller's language, and every unmet condition."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from pdca_engine.api.language import asked_language
from pdca_engine.errors import Conflict, PdcaError, Refusal, Unexpected, WorkflowBroken

MEDIA_TYPE: Final = "application/problem+json"
TITLES_ZH: Final[Mapping[int, str]] = {
    400: "请求无法读取",
    401: "未登录",
    403: "不允许",
    404: "未找到",
    405: "不支持该方法",
    412: "已被更改",
    413: "内容过大",
    422: "内容有误",
    500: "内部错误",
    503: "服务不可用",
}
HTTP_SENTENCES: Final[Mapping[int, tuple[str, str, str]]] = {
    400: ("BAD_REQUEST", "The request can't be read: check its body and headers.", "无法读取请求：请检查正文与标头。"),
    404: (
        "NO_SUCH_ADDRESS",
        "There is nothing at this address; see /api/v1/openapi.json.",
        "此地址没有内容；请参阅 /api/v1/openapi.json。",
    ),
    405: ("METHOD_NOT_ALLOWED", "This address doesn't take that method; see the Allow header.", "此地址不支持该方法；请参阅 Allow 标头。"),
    413: ("TOO_LARGE", "The request is larger than the server takes; nothing was stored.", "请求超过服务器上限，未保存任何内容。"),
}
# What pydantic finds wrong, by its type; the rest gets the last row.
FAULTS: Final[Mapping[str, tuple[str, str]]] = {
    "missing": ("{field} is missing.", "缺少 {field}。"),
    "extra_forbidden": ("{field} is not known here; remove it.", "此处没有 {field}，请删除。"),
    "json_invalid": ("The body is not valid JSON.", "正文不是有效的 JSON。"),
    "unstorable": ("{field} holds what can't be stored: {why}.", "{field} 含有无法保存的内容：{why_zh}。"),
    "string_too_short": ("{field} is too short.", "{field} 太短。"),
    "string_too_long": ("{field} is too long.", "{field} 太长。"),
    "": ("{field} is not right: {why}.", "{field} 不正确：{why}。"),
}


class Condition(BaseModel):
    """One unmet condition."""

    code: str
    params: dict[str, Any]
    field: str | None = Field(description="What mends it: a field, input or parameter")
    message: str


class Problem(BaseModel):
    """Why nothing was done."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[Condition] = Field(description="Every unmet condition at once")
    conflict: dict[str, Any] | None = Field(None, description="With 412: seen, version, state, and both values of each field")
    reference: str | None = Field(None, description="With 500: what to quote when asking for help")


def as_problem(error: PdcaError, language: str) -> dict[str, Any]:
    """The document for an error."""
    refusals = _file_problems(error) if isinstance(error, WorkflowBroken) else error.refusals()
    found = document(error.status, error.code, error.sentence(language), language, refusals)
    if isinstance(error, Conflict):
        found["conflict"] = dict(error.params)
    if isinstance(error, Unexpected):
        found["reference"] = error.params["reference"]
    return found


def _file_problems(error: WorkflowBroken) -> list[Refusal]:
    """A broken file's problems as conditions, each with its place."""
    return [
        Refusal(one["code"], one["message"], one["message"], "text", {name: one[name] for name in ("line", "column", "suggestion")})
        for one in error.params.get("problems", ())
    ]


def document(status: int, code: str, detail: str, language: str, refusals: Sequence[Refusal] = ()) -> dict[str, Any]:
    """A problem document."""
    title = TITLES_ZH.get(status, "错误") if language == "zh" else HTTPStatus(status).phrase
    errors = [one.as_data(language) for one in refusals]
    return {
        "type": f"urn:pdca-engine:problem:{code.lower()}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
        "errors": errors,
    }


def problem_response(found: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """The document as a response: ASCII, so that half a surrogate pair quoted back can't break it."""
    text = json.dumps(found, default=str)
    response = Response(text, found["status"], headers=dict(headers or {}), media_type=MEDIA_TYPE)
    if found["status"] == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def language_of(request: Request) -> str:
    """The caller's language, as far as it is known when something goes wrong."""
    known: str | None = getattr(request.state, "language", None)
    return known or asked_language(request.headers.get("accept-language")) or request.app.state.pdca.settings.language


def of_validation(error: RequestValidationError, language: str) -> dict[str, Any]:
    """The document for a request that doesn't fit its description: every misfit."""
    refusals = [_misfit(one) for one in error.errors()]
    detail = f"请求有 {len(refusals)} 处错误。" if language == "zh" else f"The request has {len(refusals)} mistake(s)."
    return document(422, "BAD_INPUT", detail, language, refusals)


def of_http(error: HTTPException, language: str) -> dict[str, Any]:
    """The document for what the framework itself refuses."""
    code, en, zh = HTTP_SENTENCES.get(error.status_code, ("HTTP", str(error.detail), str(error.detail)))
    sentence = zh if language == "zh" else en
    return document(error.status_code, code, sentence, language, [Refusal(code, en, zh)])


def _misfit(found: Mapping[str, Any]) -> Refusal:
    kind = str(found["type"])
    context = found.get("ctx") or {}
    where = [str(part) for part in (*found["loc"][1:], *context.get("path", ()))]
    field = ".".join(where) or str(found["loc"][0])
    why = str(context.get("why", found["msg"])).rstrip(".")
    en, zh = FAULTS.get(kind, FAULTS[""])
    said = {"field": field, "why": why, "why_zh": context.get("why_zh", why)}
    return Refusal(kind.upper(), en.format(**said), zh.format(**said), field)
