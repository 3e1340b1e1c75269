"""What every route of the web face does beside its own work: a known error becomes a page, `?lang=` changes the language."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import URL

from pdca_engine.errors import PdcaError, SignInNeeded
from pdca_engine.services.people import set_language
from pdca_engine.unit import App
from pdca_engine.web.language import LANGUAGES
from pdca_engine.web.shell import SEE_OTHER, page
from pdca_engine.web.visitor import LANGUAGE_COOKIE, Visitor, look, visitor_of

YEAR = 365 * 24 * 3600
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class WebRoute(APIRoute):
    """A route whose refusals and faults are pages, never bare text."""

    def get_route_handler(self) -> Handler:
        """The handler around the route's own."""
        handle = super().get_route_handler()

        async def handle_web(request: Request) -> Response:
            try:
                answer = await handle(request)
            except PdcaError as error:
                return await run_in_threadpool(error_page, request.state.pdca, request, error)
            wanted = request.query_params.get("lang")
            if request.method == "GET" and wanted in LANGUAGES:
                return await run_in_threadpool(change_language, request, wanted)
            return answer

        return handle_web


def change_language(request: Request, wanted: str) -> Response:
    """The same page in another language; a person's choice is kept for mails too, anybody's in a cookie."""
    visitor = look(request)
    if visitor.person is not None:
        with visitor.app.unit(visitor.person) as unit:
            set_language(unit, wanted)
    here = URL(visitor.address).remove_query_params("lang")
    answer = RedirectResponse(str(here), SEE_OTHER)
    answer.set_cookie(LANGUAGE_COOKIE, wanted, max_age=YEAR, httponly=True, samesite="lax", secure=is_secure(visitor.app))
    return answer


def error_page(app: App, request: Request, error: PdcaError) -> Response:
    """The page for an error: what happened, every unmet condition, where to go from here. Not signed in: the sign-in page."""
    visitor = visitor_of(app, request)
    if isinstance(error, SignInNeeded):
        return sign_in_page(visitor, error)
    reasons = [one.sentence(visitor.language) for one in error.refusals()]
    sentence = error.sentence(visitor.language)
    return page(visitor, "error.html", error.status, error=error, sentence=sentence, reasons=[one for one in reasons if one != sentence])


def sign_in_page(visitor: Visitor, error: PdcaError | None = None, login: str = "", wanted: str | None = None) -> Response:
    """How to sign in; with the address to go to afterwards."""
    after = wanted if wanted is not None else visitor.with_query()
    sentence = error.sentence(visitor.language) if error and not isinstance(error, SignInNeeded) else ""
    return page(visitor, "sign_in.html", error.status if error else 200, sentence=sentence, login=login, wanted=after)


def is_secure(app: App) -> bool:
    """Whether people reach this server by https, so that cookies may be kept off plain connections."""
    return app.settings.public_url.startswith("https://")
