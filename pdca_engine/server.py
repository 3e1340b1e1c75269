"""The web server's application: API and pages under one roof, and what protects both."""

from __future__ import annotations

import logging
import secrets
from typing import Final, cast
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pdca_engine.api.problems import as_problem, language_of, of_http, of_validation, problem_response
from pdca_engine.api.routes import JSON_LIMIT, PREFIX, allowed_methods, described
from pdca_engine.errors import BadInput, NotAllowed, NotFound, PdcaError, Refusal, SignInNeeded, TooLarge, Unexpected
from pdca_engine.settings import Settings
from pdca_engine.unit import App
from pdca_engine.web.pages import build_web, error_page, static_files

log = logging.getLogger(__name__)

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITE: Final = frozenset({"same-origin", "none"})
MIB: Final = 1024 * 1024
MARGIN: Final = 2 * MIB  # of a form around its file
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
    "服务器不接受该主机名。请使用服务器自己的地址，或将其列入 PDCA_ALLOWED_HOSTS。",
)


def build_app(app: App) -> FastAPI:
    """API under /api/v1, pages at /, static files, health; every answer protected, no error ever naked."""
    made = described(upload_limit(app.settings))
    made.state.pdca = app
    made.include_router(build_web(app), include_in_schema=False)
    made.mount("/static", static_files(), name="static")
    made.add_middleware(GZipMiddleware, minimum_size=1000)
    made.add_middleware(Guard, settings=app.settings)
    made.add_exception_handler(PdcaError, _show_error)
    made.add_exception_handler(HTTPException, _show_http)
    made.add_exception_handler(RequestValidationError, _show_misfit)
    return made


def upload_limit(settings: Settings) -> int:
    """How many bytes a form with a file may have."""
    return settings.max_upload_mb * MIB + MARGIN


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """The host names the server answers to: loopback, its own address, its public one, and those listed."""
    own = {"localhost", "127.0.0.1", "::1", settings.host, urlsplit(settings.public_url).hostname or ""}
    listed = {one.strip().lower() for one in settings.allowed_hosts.split(",")}
    return frozenset((own | listed) - {"", "0.0.0.0", "::"})


class Guard:
    """What every request passes: its host, its size, and its origin where a cookie could act for somebody; what every answer carries."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._hosts = allowed_hosts(settings)
        self._public_url = settings.public_url.rstrip("/")
        self._upload_limit = upload_limit(settings)
        self._max_upload_mb = settings.max_upload_mb

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer why not; a fault inside becomes a sentence with a reference that is also in the log."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request, answer = Request(scope, receive), Protected(send)
        try:
            refused = self._objection(request)
            if refused is not None:
                raise refused
            await self._app(scope, receive, answer)
        except Exception as error:
            if answer.begun:
                raise
            response = await run_in_threadpool(_answer, request, _told(request, error))
            await response(scope, receive, answer)

    def _objection(self, request: Request) -> PdcaError | None:
        if _host_of(request) not in self._hosts:
            return NotAllowed([UNKNOWN_HOST])
        if request.method in SAFE_METHODS:
            return None
        if _for_machines(request) and not {"authorization", "cookie"} & set(request.headers):
            return SignInNeeded()  # before its body is read
        if "authorization" not in request.headers and not self._own_origin(request):
            return NotAllowed([FOREIGN])
        return self._too_large(request)

    def _too_large(self, request: Request) -> TooLarge | None:
        """What says itself that it is too large; what doesn't is counted where it is read."""
        length = request.headers.get("content-length", "")[:18]
        plain = _for_machines(request) and not request.url.path.endswith("/evidence")
        limit = JSON_LIMIT if plain else self._upload_limit
        if not (length.isascii() and length.isdigit()) or int(length) <= limit:
            return None
        return TooLarge(limit_mb=limit // MIB if plain else self._max_upload_mb)

    def _own_origin(self, request: Request) -> bool:
        """Whether a browser says that a page of ours sent this. Neither header: no browser of today, so no."""
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        if site is not None and site not in OWN_SITE:
            return False
        if origin is None:
            return site is not None
        return origin in {f"{request.url.scheme}://{request.headers.get('host')}", self._public_url} - {""}


class Protected:
    """Sends an answer on with the headers that protect it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False

    async def __call__(self, message: Message) -> None:
        """One message of the answer."""
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in PROTECTION.items():
                headers.setdefault(name, value)
        await self._send(message)


def _told(request: Request, error: Exception) -> PdcaError:
    """The error to show: our own as it is; anything else under a reference."""
    if isinstance(error, PdcaError):
        return error
    reference = secrets.token_hex(4)
    log.error("failed, reference %s: %s %s", reference, request.method, request.url.path, exc_info=error)
    return Unexpected(reference=reference)


def _host_of(request: Request) -> str:
    """The host name of the Host header, without its port; empty for what is none."""
    try:
        return (urlsplit(f"//{request.headers.get('host', '')}").hostname or "").lower()
    except ValueError:
        return ""


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
        headers = {"Allow": allowed_methods(request.app, request.url.path)} if found.status_code == 405 else found.headers
        return problem_response(of_http(found, language_of(request)), headers)
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
