"""Evidence: kept under its hash, dated by what it shows, superseded and never overwritten."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pdca_engine.errors import BadInput, NotFound, Refused, StoreUnavailable, TooLarge
from pdca_engine.reports.find import find_item
from pdca_engine.reports.items import evidence_lines, item_page
from pdca_engine.services.evidence import EvidenceAdded, KeptFile, add_evidence, evidence_file, keep_file
from pdca_engine.services.verify import verify_trail
from pdca_engine.settings import Settings
from tests.support.office import Office

TODAY = date(2026, 3, 2)


@pytest.fixture
def key(office: Office) -> str:
    """An improvement to add evidence to."""
    return office.new_improvement()


def kept(office: Office, content: bytes = b"a,b\n1,2\n", name: str = "numbers.csv") -> KeptFile:
    """A file at its place."""
    return keep_file(office.app.settings, io.BytesIO(content), name)


def add(office: Office, key: str, **more: object) -> EvidenceAdded:
    """A piece of Li's."""
    with office.app.unit(office.li) as unit:
        return add_evidence(unit, key, **{"title": "Numbers", **more})  # type: ignore[arg-type]  # because each test names what it tries


def test_a_file_is_kept_under_its_hash_and_found_again(office: Office, key: str) -> None:
    """Content, name and type come back; the date is that of what it shows, not of the upload."""
    content = b"%PDF-1.4 minutes of the review"
    piece = add(office, key, file=kept(office, content, "../../Minutes March.pdf"), kind="minutes", dated=date(2026, 2, 20))
    with office.app.reader(office.li) as unit:
        path, name, media_type = evidence_file(unit, piece.id)
        line = evidence_lines(unit, find_item(unit, key).id)[0]
    assert path.read_bytes() == content
    assert path.name == hashlib.sha256(content).hexdigest() and path.parent.name == path.name[:2]
    assert (name, media_type) == ("Minutes March.pdf", "application/pdf")
    assert (line.dated, line.added_at, line.kind) == (date(2026, 2, 20), office.clock.now(), "minutes")


def test_the_trail_tells_it_and_still_verifies(office: Office, key: str) -> None:
    """A line with the file's hash; the item's version stays."""
    file = kept(office)
    add(office, key, file=file)
    with office.app.reader(office.li) as unit:
        page = item_page(unit, key)
        assert verify_trail(unit).ok
    assert [line.kind for line in page.history.rows] == ["evidence", "created"]
    assert page.card.version == 1
    with office.app.store.reading() as session:
        from pdca_engine.records.items import Entry

        assert file.sha256 in session.query(Entry).filter_by(kind="evidence").one().text


def test_a_better_piece_supersedes(office: Office, key: str) -> None:
    """The old one stays; versions count on; a superseded piece can't be replaced again."""
    first = add(office, key, url="https://example.org/a")
    second = add(office, key, url="https://example.org/b", supersedes=first.id)
    assert (first.version, second.version) == (1, 2)
    with office.app.reader(office.li) as unit:
        lines = {line.id: line for line in evidence_lines(unit, find_item(unit, key).id)}
    assert (lines[first.id].superseded, lines[second.id].superseded, lines[second.id].supersedes) == (True, False, first.id)
    with pytest.raises(Refused) as refused:
        add(office, key, url="https://example.org/c", supersedes=first.id)
    assert [one.code for one in refused.value.refusals()] == ["SUPERSEDED"]


def test_only_a_piece_of_the_same_item_can_be_superseded(office: Office, key: str) -> None:
    """Another item's evidence stays out of reach."""
    elsewhere = add(office, office.new_improvement("Another"), url="https://example.org/a")
    with pytest.raises(Refused):
        add(office, key, url="https://example.org/b", supersedes=elsewhere.id)
    with office.app.reader(office.li) as unit:
        assert evidence_lines(unit, find_item(unit, key).id) == ()


def test_all_problems_at_once(office: Office, key: str) -> None:
    """Nothing is written."""
    with pytest.raises(Refused) as refused:
        add(
            office,
            key,
            title=" ",
            url="ftp://x",
            file=kept(office),
            kind="k" * 41,
            dated=TODAY + timedelta(days=1),
            period_from=TODAY,
            period_until=TODAY - timedelta(days=1),
            supersedes=99,
        )
    fields = {one.field for one in refused.value.refusals()}
    assert fields == {"title", "kind", "file", "url", "dated", "until_day", "supersedes"}
    with pytest.raises(NotFound):
        add(office, "IMP-1999-0001", url="https://example.org")


def test_a_repeated_request_adds_one_piece(office: Office, key: str) -> None:
    """The second answer is the first."""
    first = add(office, key, url="https://example.org/a", request_key="r1")
    second = add(office, key, url="https://example.org/a", request_key="r1")
    assert (second.id, first.repeated, second.repeated) == (first.id, False, True)


def test_past_the_cap_nothing_stays(office: Office) -> None:
    """A stream without end is cut off, and leaves no file behind."""
    small = office.app.settings.model_copy(update={"max_upload_mb": 1})

    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return b"x" * max(size, 1)

    with pytest.raises(TooLarge):
        keep_file(small, Endless(), "endless.bin")  # type: ignore[arg-type]  # because only read is needed
    assert list(small.evidence_dir.rglob("*")) == []


def test_a_stream_that_breaks_leaves_nothing(office: Office) -> None:
    """The connection ends in the middle of an upload."""

    class Broken(io.RawIOBase):
        def __init__(self) -> None:
            self._parts: Iterator[bytes] = iter((b"half of it",))

        def read(self, size: int = -1) -> bytes:
            for part in self._parts:
                return part
            raise ConnectionResetError("gone")

    with pytest.raises(StoreUnavailable):
        keep_file(office.app.settings, Broken(), "half.bin")  # type: ignore[arg-type]  # because only read is needed
    assert list(office.app.settings.evidence_dir.rglob("*")) == []


def test_an_empty_file_and_a_folder_that_cannot_be_written(office: Office) -> None:
    """Each is told."""
    with pytest.raises(BadInput):
        kept(office, b"")
    file = office.app.settings.data_dir / "file"
    file.write_text("not a folder")
    with pytest.raises(StoreUnavailable):
        keep_file(Settings(data_dir=file, database_url=office.app.settings.database_url), io.BytesIO(b"x"), "x")


def test_a_file_gone_from_the_disk_is_told(office: Office, key: str) -> None:
    """With the place it should lie at."""
    piece = add(office, key, file=kept(office))
    with office.app.reader(office.li) as unit:
        path, _, _ = evidence_file(unit, piece.id)
        path.unlink()
        with pytest.raises(NotFound, match="backup"):
            evidence_file(unit, piece.id)


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "claims.txt", "image/png"),
        ("说明".encode(), "notes.md", "text/plain"),
        (b"\x00\x01\x02\xff\xfe" * 9, "blob", "application/octet-stream"),
        (b"<html><script>alert(1)</script></html>", "x.png", "text/html"),
    ],
)
def test_the_type_is_what_the_content_says(content: bytes, name: str, media_type: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Never what the sender calls it."""
    made = keep_file(Settings(data_dir=tmp_path_factory.mktemp("types")), io.BytesIO(content), name)
    assert made.media_type == media_type or (media_type.startswith("text/") and made.media_type.startswith("text/"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(name=st.text(max_size=400), content=st.binary(min_size=1, max_size=200))
def test_any_name_and_content_can_be_kept(name: str, content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The name never leaves the folder, and always fits its column."""
    where = Settings(data_dir=tmp_path_factory.getbasetemp() / "names")
    made = keep_file(where, io.BytesIO(content), name)
    assert 0 < len(made.file_name) <= 255 and "/" not in made.file_name and "\0" not in made.file_name
    assert (where.evidence_dir / made.sha256[:2] / made.sha256).read_bytes() == content
