"""Evidence: list, add (file or address), download."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path
from fastapi.responses import FileResponse

from pdca_engine.api import payloads, shapes
from pdca_engine.api.caller import Calling
from pdca_engine.api.headers import RequestKey
from pdca_engine.reports.find import find_item
from pdca_engine.reports.items import EvidenceLine, evidence_lines
from pdca_engine.services.evidence import add_evidence, evidence_file, keep_file

router = APIRouter(tags=["evidence"])
# Whatever the file claims to be, a browser must not run it.
INERT = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}


@router.get("/items/{item}/evidence")
def list_evidence(caller: Calling, item: str) -> list[EvidenceLine]:
    """The item's evidence, newest first; superseded pieces are marked."""
    with caller.reading() as unit:
        return list(evidence_lines(unit, find_item(unit, item).id))


@router.post("/items/{item}/evidence", status_code=201)
def add_piece(
    caller: Calling,
    item: str,
    form: Annotated[payloads.EvidenceForm, Form(media_type="multipart/form-data")],
    key: RequestKey = None,
) -> shapes.EvidenceAdded:
    """Add a file (multipart/form-data) or an address. A better piece supersedes; nothing is overwritten."""
    file = keep_file(caller.app.settings, form.file.file, form.file.filename or "file") if form.file else None
    with caller.writing() as unit:
        added = add_evidence(
            unit,
            item,
            title=form.title,
            file=file,
            url=form.url,
            kind=form.kind,
            dated=form.dated,
            period_from=form.period_from,
            period_until=form.period_until,
            requirement=form.requirement,
            supersedes=form.supersedes,
            request_key=key,
        )
    return shapes.EvidenceAdded(id=added.id, version=added.version, repeated=added.repeated)


@router.get("/evidence/{number}/file", response_class=FileResponse, responses={200: {"content": {"application/octet-stream": {}}}})
def download(caller: Calling, number: Annotated[int, Path(ge=1, le=payloads.LARGEST)]) -> FileResponse:
    """The file, as an attachment."""
    with caller.reading() as unit:
        path, name, media_type = evidence_file(unit, number)
    return FileResponse(path, media_type=media_type, filename=name, headers=INERT)
