"""The web server's application: API and pages under one roof, and what protects both."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Final, cast
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from pdca_engine.api.caller import SESSION_COOKIE
from pdca_engine.api.problems import as_problem, language_of, of_http, of_validation, problem_response
from pdca_engine.api.routes import PREFIX, described
from pdca_engine.errors import BadInput, NotAllowed, NotFound, PdcaError, Refusal, SignInNeeded, TooLarge, Unexpected
from pdca_engine.settings import Settings
from pdca_engine.unit import App
from pdca_engine.web.pages import build_web, error_page, static_files

log = logging.getLogger(__name__)
Next = Callable[[Request], Awaitable[Response]]

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITE: Final = frozenset({"same-origin", "none"})
MARGIN: Final = 1024 * 1024  # of a form around its file
MACHINE_PATHS: Final = (PREFIX, "/livez", "/readyz")
PROTECTION: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
FOREIGN = Refusal(
    "FOREIGN_ORIGIN",
    "This request didn't come from a page of this server. Open the page here and send the form again.",
    "该请求并非来自本服务器的页面。请在本站打开页面后重新提交。",
)
UNKNOWN_HOST = Refusal(
    "UNKNOWN_HOST",
    "The server doesn't answer to this host name. Use its own address, or list the name in PDCA_ALLOWED_HOSTS.",
    "服务器不接受该主机名。请使用服务器自己的地址,或将其列入 PDCA_ALLOWED_HOSTS。",
)


def build_app(app: App) -> FastAPI:
    """API under /api/v1, pages at /, static files, health; every answer protected, no error ever naked."""
    upload_limit = app.settings.max_upload_mb * 1024 * 1024 + MARGIN
    made = described(upload_limit)
    made.state.pdca = app
    made.include_router(build_web(app), include_in_schema=False)
    made.mount("/static", static_files(), name="static")
    made.add_middleware(RequestBodyLimitMiddleware, max_body_size=upload_limit)
    made.middleware("http")(_guard(app.settings))
    made.add_exception_handler(PdcaError, _show_error)
    made.add_exception_handler(HTTPException, _show_http)
    made.add_exception_handler(RequestValidationError, _show_misfit)
    return made


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """The host names the server answers to: loopback, its own address, its public one, and those listed."""
    own = {"localhost", "127.0.0.1", "[::1]", "::1", settings.host, urlsplit(settings.public_url).hostname or ""}
    listed = {one.strip().lower() for one in settings.allowed_hosts.split(",")}
    return frozenset((own | listed) - {"", "0.0.0.0", "::"})


def _guard(settings: Settings) -> Callable[[Request, Next], Awaitable[Response]]:
    """What every request passes: its host, its origin where a cookie could act for somebody; and what every answer carries."""
    hosts = allowed_hosts(settings)

    async def guard(request: Request, go_on: Next) -> Response:
        refused = _objection(request, hosts, settings.public_url)
        if refused is None:
            response = await _carefully(request, go_on)
        else:
            response = await run_in_threadpool(_answer, request, refused)
        for name, value in PROTECTION.items():
            response.headers.setdefault(name, value)
        return response

    return guard


async def _carefully(request: Request, go_on: Next) -> Response:
    """The answer; where the program itself failed, a sentence with a reference that is also in the log."""
    try:
        return await go_on(request)
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("failed, reference %s: %s %s", reference, request.method, request.url.path)
        return await run_in_threadpool(_answer, request, Unexpected(reference=reference))


def _objection(request: Request, hosts: frozenset[str], public_url: str) -> PdcaError | None:
    if (request.url.hostname or "").lower() not in hosts:
        return NotAllowed([UNKNOWN_HOST])
    if request.method in SAFE_METHODS or "authorization" in request.headers:
        return None
    if _for_machines(request) and SESSION_COOKIE not in request.cookies:
        return SignInNeeded()  # before its body is read
    return None if _own_origin(request, public_url) else NotAllowed([FOREIGN])


def _own_origin(request: Request, public_url: str) -> bool:
    """Whether a browser says that a page of ours sent this. Neither header: no browser of today, so no."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None and site not in OWN_SITE:
        return False
    if origin is None:
        return site is not None
    ours = {f"{request.url.scheme}://{request.url.netloc}", public_url.rstrip("/")}
    return origin in ours - {""}


def _for_machines(request: Request) -> bool:
    return request.url.path.startswith(MACHINE_PATHS)


def _answer(request: Request, error: PdcaError) -> Response:
    """The error as the face it happened on shows it."""
    if not _for_machines(request):
        return error_page(request.app.state.pdca, request, error)
    return problem_response(as_problem(error, language_of(request)))


def _show_error(request: Request, error: Exception) -> Response:
    return _answer(request, cast(PdcaError, error))


def _show_http(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: an unknown address, a wrong method, a body that is too large or can't be read."""
    found = cast(HTTPException, error)
    if _for_machines(request):
        return problem_response(of_http(found, language_of(request)), found.headers)
    return _answer(request, _as_known(request, found.status_code))


def _show_misfit(request: Request, error: Exception) -> Response:
    if _for_machines(request):
        return problem_response(of_validation(cast(RequestValidationError, error), language_of(request)))
    return _answer(request, _as_known(request, 400))


def _as_known(request: Request, status: int) -> PdcaError:
    """A framework's refusal as one of ours, for a page."""
    if status in (404, 405):
        return NotFound("page", "页面", request.url.path, "Begin at the start page.", "请从首页开始。")
    if status == 413:
        return TooLarge(limit_mb=request.app.state.pdca.settings.max_upload_mb)
    return BadInput("The request can't be read. Go back and send the form again.", "无法读取请求。请返回并重新提交表单。")
