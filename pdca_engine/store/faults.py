"""One translation for whatever a database, its driver or its file can complain about: what is wrong, and what to do."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from pdca_engine.errors import PdcaError, StoreUnavailable, WrongSchema
from pdca_engine.settings import Settings
from pdca_engine.store.advice import (
    BUSY,
    CROWDED,
    CUT,
    DAMAGED,
    DISK,
    DOWN,
    FORBIDDEN,
    FULL,
    LOCKED,
    NO_DATABASE,
    NO_DRIVER,
    NO_FOLDER,
    NOT_A_DATABASE,
    READ_ONLY,
    READ_ONLY_FILE,
    SIGN_IN,
    SLOW,
    STARTING,
    Advice,
)

BY_SQLITE_NAME = {
    "SQLITE_READONLY": READ_ONLY_FILE,
    "SQLITE_CANTOPEN": NO_FOLDER,
    "SQLITE_PERM": NO_FOLDER,
    "SQLITE_BUSY": LOCKED,
    "SQLITE_LOCKED": LOCKED,
    "SQLITE_FULL": FULL,
    "SQLITE_NOTADB": NOT_A_DATABASE,
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_IOERR": DISK,
}
BY_ERRNO = {errno.EROFS: READ_ONLY_FILE, errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EIO: DISK}
BY_SQLSTATE = {
    "25006": READ_ONLY,
    "53100": FULL,
    "53300": CROWDED,
    "57P01": CUT,
    "57P02": CUT,
    "57P03": STARTING,
    "57014": SLOW,
    "55P03": SLOW,
    "25P03": SLOW,
    "40P01": BUSY,
    "40001": BUSY,
    "42501": FORBIDDEN,
    "28P01": SIGN_IN,
    "28000": SIGN_IN,
    "3D000": NO_DATABASE,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}
# While connecting, the driver gives no code, only the server's words.
BY_WORDS = (
    ("password authentication failed", SIGN_IN),
    ("no password supplied", SIGN_IN),
    ("no pg_hba.conf entry", SIGN_IN),
    ("role ", SIGN_IN),
    ("database ", NO_DATABASE),
    ("too many clients", CROWDED),
    ("remaining connection slots", CROWDED),
    ("starting up", STARTING),
    ("shutting down", STARTING),
)
OF_A_CUT = ("is closed", "is lost", "closed the connection", "consuming input", "sending query")
NO_TABLE = ("42P01", "42703")


def as_fault(broken: BaseException, settings: Settings) -> PdcaError | None:
    """What a face can show for `broken`, or None when it is no trouble of the database (a broken constraint is the caller's affair)."""
    if isinstance(broken, PdcaError):
        return None
    raw = broken.orig if isinstance(broken, DBAPIError) and broken.orig is not None else broken
    if isinstance(raw, sqlite3.Error):
        return _sqlite_fault(raw, settings)
    if type(raw).__module__.partition(".")[0] == "psycopg":
        return _postgresql_fault(raw, settings)
    return None


def as_file_fault(broken: OSError, settings: Settings) -> PdcaError:
    """What a face can show when the SQLite file's folder or lock can't be had."""
    return _unavailable(BY_ERRNO.get(broken.errno or 0, NO_FOLDER), settings)


def no_driver(settings: Settings) -> PdcaError:
    """The driver for PostgreSQL is an extra, and it is not installed."""
    return _unavailable(NO_DRIVER, settings)


def _sqlite_fault(raw: sqlite3.Error, settings: Settings) -> PdcaError | None:
    if isinstance(raw, sqlite3.IntegrityError):
        return None
    if "no such table" in str(raw) or "no such column" in str(raw):
        return _no_schema()
    name = "_".join((getattr(raw, "sqlite_errorname", None) or "").split("_")[:2])
    advice = BY_SQLITE_NAME.get(name)
    if advice is NO_FOLDER and _only_readable(Path(where_is(settings)).expanduser()):
        advice = READ_ONLY_FILE  # it is there; what can't be made are the files beside it
    return _unavailable(advice, settings) if advice else None


def _only_readable(file: Path) -> bool:
    return os.access(file, os.R_OK) and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK))


def _postgresql_fault(raw: BaseException, settings: Settings) -> PdcaError | None:
    code: str | None = getattr(raw, "sqlstate", None)
    if code in NO_TABLE:
        return _no_schema()
    if code is not None:
        advice = BY_SQLSTATE.get(code) or (CUT if code.startswith("08") else None)
        return _unavailable(advice, settings) if advice else None
    if type(raw).__name__ not in ("OperationalError", "ConnectionTimeout"):
        return None
    return _unavailable(_by_words(str(raw)), settings)


def _by_words(words: str) -> Advice:
    """A connection that never was, or is no more."""
    for part, advice in BY_WORDS:
        if f"FATAL:  {part}" in words or (part in words and not part.endswith(" ")):
            return advice
    return CUT if any(part in words for part in OF_A_CUT) else DOWN


def _unavailable(advice: Advice, settings: Settings) -> StoreUnavailable:
    """Say it of this store, its password left out."""
    where = where_is(settings)
    return StoreUnavailable(**{name: sentence.format(where=where) for name, sentence in advice._asdict().items()})


def where_is(settings: Settings) -> str:
    """The SQLite file, or the server's address without user and password."""
    url = make_url(settings.store_url)
    if url.drivername == "sqlite":
        return url.database or ""
    host = url.host or url.query.get("host", "localhost")
    return f"{host}:{url.port or 5432}/{url.database or ''}"


def _no_schema() -> WrongSchema:
    return WrongSchema(
        found="an older or empty schema",
        wanted="the newest one",
        advice="Run `pdca upgrade`.",
        advice_zh="请运行 `pdca upgrade`。",
    )
