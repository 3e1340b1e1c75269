"""The organisation's own nouns: processes, services, counters."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from pdca_engine.records.base import Record


class Process(Record):
    """A service-management process. Its owner is a grant of `process_owner`."""

    __tablename__ = "process"
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    title_en: Mapped[str] = mapped_column(String(200))
    title_zh: Mapped[str] = mapped_column(String(200))
    clause: Mapped[str | None] = mapped_column(String(20))
    active: Mapped[bool] = mapped_column(default=True)


class Service(Record):
    """A service that is delivered."""

    __tablename__ = "service"
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    title_en: Mapped[str] = mapped_column(String(200))
    title_zh: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)


class Counter(Record):
    """A number that only grows: item keys per workflow and year ("IMP-2026"); "directory", raised with every change of people and roles."""

    __tablename__ = "counter"
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[int]
