"""What `pdca doctor` looks at: each look gives a finding, and no look can hinder the next."""

from __future__ import annotations

import platform
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select

from pdca_engine import __version__
from pdca_engine.cadence.calendars import load_calendar
from pdca_engine.cli.setup import admin_logins
from pdca_engine.definition.checks.check import check_workflow
from pdca_engine.errors import PdcaError
from pdca_engine.records.items import Entry, Evidence, Item
from pdca_engine.records.people import Person
from pdca_engine.records.schedules import ScheduleRecord
from pdca_engine.records.workflows import WorkflowRecord, WorkflowVersion
from pdca_engine.services.workflows import bundled_texts
from pdca_engine.settings import Settings
from pdca_engine.store.faults import where_is
from pdca_engine.store.migrate import require_made, schema_state
from pdca_engine.store.triggers import missing_triggers
from pdca_engine.unit import App, open_app

LOW_ON_DISK: Final = 500 * 1024 * 1024
COUNTED: Final = {"items": Item, "trail entries": Entry, "evidence": Evidence, "persons": Person, "schedules and timers": ScheduleRecord}
COUNTED_ZH: Final = {
    "items": "事项",
    "trail entries": "记录",
    "evidence": "证据",
    "persons": "人员",
    "schedules and timers": "计划与定时器",
}
NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "program": ("Program", "程序"),
    "sqlite": ("SQLite", "SQLite"),
    "database": ("Database", "数据库"),
    "schema": ("Schema", "数据库结构"),
    "triggers": ("Trail protection", "记录保护"),
    "counts": ("Contents", "内容"),
    "admin": ("Administrator", "管理员"),
    "workflows": ("Bundled workflows", "内置工作流"),
    "schedules": ("Schedules", "计划"),
    "folder": ("Data folder", "数据文件夹"),
    "disk": ("Free disk space", "可用磁盘空间"),
    "time": ("Calendar and zone", "日历与时区"),
}
# The write-ahead log could be reset under a second writer: https://sqlite.org/wal.html#the_wal_reset_bug
MENDED_BACKPORTS: Final = ((3, 44, 6), (3, 50, 7))
MENDED_SINCE: Final = (3, 51, 3)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look came to: `ok` None is only for information."""

    check: str
    ok: bool | None
    en: str
    zh: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def name(self, language: str) -> str:
        """What was looked at."""
        return NAMES[self.check][language == "zh"]

    def says(self, language: str) -> str:
        """What was found."""
        return self.zh if language == "zh" else self.en


def examine(settings: Settings) -> list[Finding]:
    """Every look; those at the database only when it can be opened and is at this program's schema."""
    findings = [_program(), _folder(settings), _disk(settings), _time(settings)]
    if "sqlite" in settings.store_url:
        findings.append(_sqlite())
    try:
        require_made(settings)
        app = open_app(settings, check_schema=False)
    except PdcaError as error:
        return [*findings, _broken("database", error)]
    try:
        opened = _look("database", partial(_database, app))
        schema = _look("schema", partial(_schema, app)) if opened.ok else None
        found = [opened, *([schema] if schema else [])]
        if schema is not None and schema.ok:
            found += [_look(name, partial(look, app)) for name, look in LOOKS.items()]
        return findings + found
    finally:
        app.close()


def _look(check: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except PdcaError as error:
        return _broken(check, error)


def _broken(check: str, error: PdcaError) -> Finding:
    return Finding(check, False, error.sentence("en"), error.sentence("zh"), {"code": error.code})


def _program() -> Finding:
    python = platform.python_version()
    said = f"pdca_engine {__version__}, Python {python}, {platform.system()} {platform.machine()}"
    return Finding("program", None, said, said, {"version": __version__, "python": python})


def _sqlite() -> Finding:
    version = sqlite3.sqlite_version_info
    mended = version >= MENDED_SINCE or any(version[:2] == one[:2] and version >= one for one in MENDED_BACKPORTS)
    en = "without the WAL-reset bug" if mended else "has the WAL-reset bug, which can't strike here"
    zh = "无 WAL 重置缺陷" if mended else "有 WAL 重置缺陷，但在此不会触发"
    how = "writers take turns under a file lock"
    how_zh = "写入在文件锁下逐个进行"
    data = {"version": sqlite3.sqlite_version, "wal_reset_bug": not mended, "writers": "file lock"}
    return Finding("sqlite", True, f"{sqlite3.sqlite_version}: {en}; {how}", f"{sqlite3.sqlite_version}：{zh}；{how_zh}", data)


def _database(app: App) -> Finding:
    with app.store.reading() as session:
        session.execute(select(1))
    said = f"{app.store.dialect}, {where_is(app.settings)}"
    return Finding("database", True, said, said, {"dialect": app.store.dialect, "where": where_is(app.settings)})


def _schema(app: App) -> Finding:
    found, wanted = schema_state(app.store)
    if found == wanted:
        return Finding("schema", True, f"at {found}", f"版本 {found}", {"found": found, "wanted": wanted})
    en = f"at {found}, this program needs {wanted}: run `pdca upgrade`"
    return Finding("schema", False, en, f"版本 {found}，本程序需要 {wanted}：请运行 `pdca upgrade`", {"found": found, "wanted": wanted})


def _triggers(app: App) -> Finding:
    with app.store.reading() as session:
        missing = missing_triggers(session.connection())
    if missing:
        names = ", ".join(missing)
        return Finding(
            "triggers", False, f"missing: {names}; run `pdca upgrade`", f"缺少：{names}；请运行 `pdca upgrade`", {"missing": missing}
        )
    return Finding("triggers", True, "the database refuses to change a trail", "数据库拒绝更改记录", {"missing": []})


def _counts(app: App) -> Finding:
    with app.store.reading() as session:
        counts = {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in COUNTED.items()}
    en = ", ".join(f"{count} {name}" for name, count in counts.items())
    zh = "、".join(f"{COUNTED_ZH[name]} {count}" for name, count in counts.items())
    return Finding("counts", None, en, zh, counts)


def _admin(app: App) -> Finding:
    with app.reader(engine=True) as unit:
        logins = admin_logins(unit)
    if logins:
        return Finding("admin", True, ", ".join(logins), "、".join(logins), {"logins": logins})
    return Finding("admin", False, "nobody holds the role: run `pdca init`", "无人担任：请运行 `pdca init`", {"logins": []})


def _workflows(app: App) -> Finding:
    in_use = (WorkflowVersion.workflow_id == WorkflowRecord.id) & (WorkflowVersion.number == WorkflowRecord.current)
    with app.store.reading() as session:
        texts = {
            name: text for name, text in session.execute(select(WorkflowRecord.id, WorkflowVersion.text).join(WorkflowVersion, in_use))
        }
    bundled = bundled_texts()
    lacking = sorted(name for name in bundled if name not in texts)
    own = sorted(name for name, text in bundled.items() if name in texts and texts[name] != text)
    broken = sorted(name for name, text in texts.items() if check_workflow(text, name, texts.get)[0] is None)
    data = {"missing": lacking, "changed": own, "broken": broken}
    if lacking or broken:
        en = f"missing: {', '.join(lacking) or '–'}; not readable by this program: {', '.join(broken) or '–'}; run `pdca upgrade`"
        zh = f"缺少：{'、'.join(lacking) or '–'}；本程序无法读取：{'、'.join(broken) or '–'}；请运行 `pdca upgrade`"
        return Finding("workflows", False, en, zh, data)
    en, zh = f"{len(bundled)} published", f"已发布 {len(bundled)} 个"
    other = (f"; another version in use: {', '.join(own)}", f"；使用其他版本：{'、'.join(own)}") if own else ("", "")
    return Finding("workflows", True, en + other[0], zh + other[1], data)


def _schedules(app: App) -> Finding:
    with app.store.reading() as session:
        aside = list(session.execute(select(ScheduleRecord.name, ScheduleRecord.error).where(ScheduleRecord.error.is_not(None))))
    if not aside:
        return Finding("schedules", True, "none is set aside", "没有出错的计划", {"set_aside": []})
    said = "; ".join(f"{name}: {error}" for name, error in aside)
    return Finding("schedules", False, f"set aside: {said}", f"出错：{said}", {"set_aside": [name for name, _ in aside]})


LOOKS: Final[Mapping[str, Callable[[App], Finding]]] = {
    "triggers": _triggers,
    "counts": _counts,
    "admin": _admin,
    "workflows": _workflows,
    "schedules": _schedules,
}


def _folder(settings: Settings) -> Finding:
    folder = settings.data_dir
    try:
        with tempfile.TemporaryFile(dir=_nearest(folder)):
            pass
    except OSError as error:
        why = error.strerror or str(error)
        return Finding(
            "folder", False, f"{folder} can't be written: {why}; set PDCA_DATA_DIR", f"{folder} 不可写：{why}；请设置 PDCA_DATA_DIR"
        )
    return Finding("folder", True, f"{folder} can be written", f"{folder} 可写", {"path": str(folder)})


def _nearest(folder: Path) -> Path:
    """The folder itself, or where it would be made: looking makes nothing."""
    return next(one for one in (folder, *folder.absolute().parents) if one.exists())


def _disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(_nearest(settings.data_dir)).free
    said = f"{free / 1024**3:.1f} GiB"
    if free < LOW_ON_DISK:
        return Finding("disk", False, f"{said}: make room", f"{said}：请释放空间", {"free": free})
    return Finding("disk", True, said, said, {"free": free})


def _time(settings: Settings) -> Finding:
    data = {"calendar": settings.calendar, "timezone": settings.timezone}
    try:
        calendar = load_calendar(settings.calendar)
    except PdcaError as error:
        return _broken("time", error)
    years = sorted({day.year for day in calendar.holidays})
    known = f"{years[0]}–{years[-1]}" if years else "–"
    en = f"{settings.calendar} (holidays of {known}), {settings.timezone}"
    return Finding("time", True, en, f"{settings.calendar}（节假日 {known}），{settings.timezone}", {**data, "years": years})
