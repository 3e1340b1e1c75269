"""All routes of the API, with the problems each may answer."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.routing import compile_path

from pdca_engine import __version__
from pdca_engine.api import evidence, health, items, organisation, workflow_life, workflows
from pdca_engine.api.problems import MEDIA_TYPE, Problem

PREFIX = "/api/v1"
OPENAPI_PATH = f"{PREFIX}/openapi.json"
JSON_LIMIT = 2 * 1024 * 1024
DESCRIPTION = "Items, workflows, evidence and people of pdca_engine. Errors are problem documents that list every unmet condition."


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": Problem, "content": {MEDIA_TYPE: {}}} for status in statuses}


def build_api(upload_limit: int = JSON_LIMIT) -> APIRouter:
    """Every route; bodies up to 2 MiB, evidence up to `upload_limit` bytes."""
    api = APIRouter(prefix=PREFIX, responses=_problems(400, 401, 403, 404, 412, 413, 422, 503), max_body_size=JSON_LIMIT)
    for room in (items, workflows, workflow_life, organisation):
        api.include_router(room.router)
    api.include_router(evidence.router, max_body_size=upload_limit)
    whole = APIRouter()
    whole.include_router(api)
    whole.include_router(health.router, responses=_problems(503))
    return whole


def described(upload_limit: int = JSON_LIMIT) -> FastAPI:
    """An application with the API's routes and its description; nothing else yet."""
    app = FastAPI(
        title="pdca_engine",
        version=__version__,
        description=DESCRIPTION,
        openapi_url=OPENAPI_PATH,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    app.include_router(build_api(upload_limit))
    plain = app.openapi
    app.openapi = lambda: _with_problems(plain())  # type: ignore[method-assign]  # because that is how the framework has it extended
    return app


def allowed_methods(app: FastAPI, path: str) -> str:
    """What an `Allow` header lists for an address: the framework names only the methods of the first route that fits."""
    fitting = (methods for template, methods in app.openapi()["paths"].items() if compile_path(template)[0].match(path))
    found = {method.upper() for methods in fitting for method in methods}
    return ", ".join(sorted(found))


def _with_problems(document: dict[str, Any]) -> dict[str, Any]:
    """The description with problems under their own media type only: the framework writes a model under plain JSON as well."""
    for methods in document["paths"].values():
        for operation in methods.values():
            for response in operation["responses"].values():
                content = response.get("content", {})
                if MEDIA_TYPE in content and "application/json" in content:
                    content[MEDIA_TYPE] = content.pop("application/json")
    return document
