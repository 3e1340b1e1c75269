"""Signing in and out: a one-time link, or a password where the account has one."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from pdca_engine.errors import SignInFailed
from pdca_engine.services.sign_in import SignedIn, sign_in_password, sign_out, use_sign_in_link
from pdca_engine.web.forms import one_text
from pdca_engine.web.route import WebRoute, is_secure, sign_in_page
from pdca_engine.web.shell import SEE_OTHER, own_path
from pdca_engine.web.uploads import Sent
from pdca_engine.web.visitor import SESSION_COOKIE, Looking, Visitor

router = APIRouter(route_class=WebRoute)


@router.get("/sign-in")
def show_sign_in(visitor: Looking) -> Response:
    """How to sign in."""
    return sign_in_page(visitor, wanted="/")


@router.get("/sign-in/{token}")
def follow_link(token: str, visitor: Looking, request: Request) -> Response:
    """Sign in by the link that was printed or sent. A browser that only fetches ahead does not use it up."""
    if "prefetch" in request.headers.get("sec-purpose", ""):
        return Response(status_code=503)
    try:
        with visitor.app.unit() as unit:
            signed = use_sign_in_link(unit, token)
    except SignInFailed as error:
        return sign_in_page(visitor, error, wanted="/")
    return _welcome(visitor, signed, "/")


@router.post("/sign-in")
def enter_password(visitor: Looking, form: Sent) -> Response:
    """Sign in with login and password."""
    login, wanted = one_text(form, "login") or "", own_path(one_text(form, "wanted"))
    try:
        with visitor.app.unit() as unit:
            signed = sign_in_password(unit, login, str(form.get("password") or ""))
    except SignInFailed as error:
        return sign_in_page(visitor, error, login, wanted)
    return _welcome(visitor, signed, wanted)


@router.post("/sign-out")
def leave(visitor: Looking, request: Request) -> Response:
    """End this browser's session."""
    if token := request.cookies.get(SESSION_COOKIE):
        with visitor.app.unit() as unit:
            sign_out(unit, token)
    answer = RedirectResponse("/sign-in", SEE_OTHER)
    answer.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax", secure=is_secure(visitor.app))
    return answer


def _welcome(visitor: Visitor, signed: SignedIn, path: str) -> Response:
    answer = RedirectResponse(path, SEE_OTHER)
    answer.set_cookie(
        SESSION_COOKIE, signed.session_token, expires=signed.expires, httponly=True, samesite="lax", secure=is_secure(visitor.app)
    )
    return answer
