"""Evidence: files kept under their hash and addresses outside, each with the date of what it shows. Nothing is ever overwritten."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, BinaryIO, Final

import puremagic
from sqlalchemy import update

from pdca_engine.definition.deciding.values import BadValue, clean_text
from pdca_engine.errors import BadInput, NotFound, StoreUnavailable, TooLarge
from pdca_engine.records.items import Evidence
from pdca_engine.services.advance import find_row
from pdca_engine.services.entries import acting_person, detail_of, first_line, request_key_of
from pdca_engine.services.inputs import Problems
from pdca_engine.services.lines import add_line
from pdca_engine.settings import Settings
from pdca_engine.unit import Unit

CHUNK: Final = 1 << 20
LONGEST_NAME: Final = 255
SNIFFED: Final = 1 << 16
MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that lies under its hash now; it belongs to no item until `add_evidence` says so."""

    sha256: str
    size: int
    file_name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class EvidenceAdded:
    """A new piece. `version` counts along what supersedes what; `repeated`: this is the answer to an earlier, same request."""

    id: int
    key: str
    version: int
    repeated: bool = False


def keep_file(settings: Settings, stream: BinaryIO, file_name: str) -> KeptFile:
    """Stream a file to disk, hashed on the way; the same content is kept once.

    Raises TooLarge past the cap (nothing stays), BadInput for an empty file, StoreUnavailable when the folder can't be written.
    """
    name = _own_name(file_name)
    try:
        settings.evidence_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=settings.evidence_dir, prefix=".incoming-", delete=False) as temporary:
            kept = Path(temporary.name)
            try:
                digest, size, head = _copy(stream, temporary, settings.max_upload_mb)
                os.fsync(temporary.fileno())
                _put_in_place(settings, kept, digest)
            finally:
                kept.unlink(missing_ok=True)
    except OSError as broken:
        raise _no_room(settings, broken) from broken
    return KeptFile(digest, size, name, _media_type(head, name))


def _copy(stream: BinaryIO, target: Any, limit_mb: int) -> tuple[str, int, bytes]:
    """Hash, size, and the beginning of what came."""
    digest, size, head = hashlib.sha256(), 0, b""
    for chunk in _chunks(stream):
        size += len(chunk)
        if size > limit_mb * MIB:
            raise TooLarge(limit_mb=limit_mb)
        head = head or chunk[:SNIFFED]
        digest.update(chunk)
        target.write(chunk)
    if size == 0:
        raise BadInput("The file is empty; choose another.", "文件为空，请另选。", field="file")
    target.flush()
    return digest.hexdigest(), size, head


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def _put_in_place(settings: Settings, temporary: Path, digest: str) -> None:
    """Under its hash, all at once, and so that a power cut can't lose the name."""
    place = path_of(settings, digest)
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        temporary.chmod(0o440)
        temporary.replace(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def path_of(settings: Settings, digest: str) -> Path:
    """Where the content with that SHA-256 lies."""
    return settings.evidence_dir / digest[:2] / digest


def _no_room(settings: Settings, broken: OSError) -> StoreUnavailable:
    why = broken.strerror or str(broken)
    return StoreUnavailable(
        why=f"{settings.evidence_dir}: {why}",
        why_zh=f"{settings.evidence_dir}:{why}",
        advice="Make room on the disk, or give the program's user the right to write there.",
        advice_zh="请释放磁盘空间，或授予本程序用户对该文件夹的写权限。",
    )


def _own_name(file_name: str) -> str:
    """Only the last part of a path, without what can't be shown, its ending kept when it is too long."""
    last = PureWindowsPath(PurePosixPath(file_name).name).name
    shown = "".join(char for char in last if char.isprintable() and not "\ud800" <= char <= "\udfff").strip() or "file"
    ending = PurePosixPath(shown).suffix[:20]
    return shown if len(shown) <= LONGEST_NAME else shown[: LONGEST_NAME - len(ending)] + ending


def _media_type(head: bytes, name: str) -> str:
    """By what the content says; text where it is text; unknown otherwise. Never by what the sender claims."""
    try:
        found: str = puremagic.from_string(head, mime=True, filename=name)
    except (puremagic.PureError, ValueError):
        found = ""
    if found:
        return found[:100]
    try:
        head.decode("utf-8", "strict" if len(head) < SNIFFED else "ignore")
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "application/octet-stream" if b"\0" in head else "text/plain"


def add_evidence(
    unit: Unit,
    key: str,
    *,
    title: str,
    file: KeptFile | None = None,
    url: str | None = None,
    kind: str | None = None,
    dated: date | None = None,
    period_from: date | None = None,
    period_until: date | None = None,
    requirement: str | None = None,
    supersedes: int | None = None,
    request_key: str | None = None,
) -> EvidenceAdded:
    """Add a file or an address (exactly one) to the item, and a line to its trail. Anybody signed in may, on closed items too.

    `dated` is when what it shows happened (None: today; domain 2.7), not when it was put here. `supersedes` is the number of the piece that
    this one replaces. Raises Refused with every problem, NotFound.
    """
    request = request_key_of(unit, request_key)
    if (first := first_line(unit, request, "evidence", key)) is not None:
        said = detail_of(first)["evidence"]
        return EvidenceAdded(said["id"], key, said["version"], repeated=True)
    row = find_row(unit, key)
    piece = Evidence(
        item_id=row.id,
        title=title.strip(),
        kind=_blank(kind),
        requirement=_blank(requirement),
        url=_blank(url),
        dated=dated or unit.today,
        period_from=period_from,
        period_until=period_until,
        added_at=unit.now,
        added_by=acting_person(unit),
        version=1,
        superseded=False,
        **_of_file(file),
    )
    problems = _judge(unit, piece)
    _judge_superseded(unit, problems, piece, supersedes)
    problems.raise_any()
    if supersedes is not None:
        unit.session.execute(update(Evidence).where(Evidence.id == supersedes).values(superseded=True))
    unit.session.add(piece)
    unit.session.flush()
    add_line(unit, row, "evidence", {"evidence": _told(piece)}, request_key=request)
    return EvidenceAdded(piece.id, row.key, piece.version)


def _of_file(file: KeptFile | None) -> dict[str, Any]:
    if file is None:
        return {}
    return {"file_name": file.file_name, "media_type": file.media_type, "size": file.size, "sha256": file.sha256}


def _blank(text: str | None) -> str | None:
    return (text or "").strip() or None


def _judge(unit: Unit, piece: Evidence) -> Problems:
    problems = Problems()
    problems.text("title", piece.title, 500)
    problems.text("kind", piece.kind, 40, needed=False)
    problems.text("requirement", piece.requirement, 20, needed=False)
    if (piece.url is None) == (piece.sha256 is None):
        problems.add("FILE_OR_URL", "file", "Give either a file or an address.", "请给出文件或地址（二者其一）。")
    if piece.url is not None:
        _judge_address(problems, piece.url)
    if piece.dated > unit.today:
        en = f"The evidence is dated {piece.dated}, which is still to come. Give the day on which it happened."
        problems.add("DATED_LATER", "dated", en, f"证据日期 {piece.dated} 尚未到来。请填写事情发生的日期。")
    problems.days(piece.period_from, piece.period_until)
    return problems


def _judge_address(problems: Problems, url: str) -> None:
    try:
        fits = clean_text(url, 2_000).startswith(("https://", "http://"))
    except BadValue as bad:
        problems.add("BAD_VALUE", "url", f"“url”: {bad.en}.", f"“url”：{bad.zh}。")
        return
    if not fits:
        problems.add("BAD_FORM", "url", "An address starts with https:// or http://.", "地址须以 https:// 或 http:// 开头。")


def _judge_superseded(unit: Unit, problems: Problems, piece: Evidence, supersedes: int | None) -> None:
    """The piece replaced is one of the same item, and still in force; its row is held until this transaction ends."""
    if supersedes is None:
        return
    older = unit.session.get(Evidence, supersedes, with_for_update=True)
    if older is None or older.item_id != piece.item_id:
        problems.add("NOT_FOUND", "supersedes", f"The item has no evidence {supersedes}.", f"该事项没有编号为 {supersedes} 的证据。")
    elif older.superseded:
        en = f"Evidence {supersedes} was superseded already; replace the newest version."
        problems.add("SUPERSEDED", "supersedes", en, f"证据 {supersedes} 已被替代；请替代最新版本。")
    else:
        piece.supersedes_id, piece.version = older.id, older.version + 1


def _told(piece: Evidence) -> dict[str, Any]:
    """What the trail keeps of it: enough to prove the file by its hash."""
    names = ("id", "version", "title", "kind", "requirement", "url", "file_name", "media_type", "size", "sha256", "supersedes_id")
    dates = {name: getattr(piece, name) for name in ("dated", "period_from", "period_until")}
    told = {name: getattr(piece, name) for name in names} | {name: day and day.isoformat() for name, day in dates.items()}
    return {name: value for name, value in told.items() if value is not None}


def evidence_file(unit: Unit, evidence_id: int) -> tuple[Path, str, str]:
    """(path, file name, media type) of a piece's file. NotFound for an unknown piece, an address, or a file that is gone from the disk."""
    piece = unit.session.get(Evidence, evidence_id)
    if piece is None or piece.sha256 is None:
        raise NotFound("evidence file", "证据文件", str(evidence_id))
    path = path_of(unit.settings, piece.sha256)
    if not path.is_file():
        hint = f"It should lie at {path}; restore it from a backup."
        raise NotFound("evidence file", "证据文件", piece.file_name or str(evidence_id), hint, f"文件应位于 {path}；请从备份恢复。")
    return path, piece.file_name or piece.sha256, piece.media_type or "application/octet-stream"
