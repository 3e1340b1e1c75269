"""The web face as one router, and its static files."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter, Depends
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from pdca_engine.unit import App
from pdca_engine.web import board, find, item, lists, moves, new_item, sign_in, studio, today, workflow_life, workflow_migrate
from pdca_engine.web.flow import router as flow_router
from pdca_engine.web.route import error_page
from pdca_engine.web.visitor import provide

__all__ = ["build_web", "error_page", "static_files"]


def build_web(app: App) -> APIRouter:
    """Every page, ready to be included in the server. The paths are not part of the API's description."""
    router = APIRouter(dependencies=[Depends(provide(app))], include_in_schema=False)
    for room in (sign_in, today, board, lists, workflow_life, workflow_migrate, studio, find, new_item, item, moves):
        router.include_router(room.router)
    router.include_router(flow_router)
    return router


def static_files() -> StaticFiles:
    """Style, icons, script and font, to be mounted at /static."""
    return KeptFiles(directory=str(files("pdca_engine.web") / "static"))


class KeptFiles(StaticFiles):
    """Static files that browsers keep for ever where the address names the content (a hash in the query, a version in the name)."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, with how long it may be kept."""
        response = await super().get_response(path, scope)
        named = path.startswith("vendor/") or scope["query_string"].startswith(b"v=")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if named else "no-cache"
        return response
