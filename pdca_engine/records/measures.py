"""What is measured: measures, readings per period, and baselines frozen for an item."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pdca_engine.records.base import Id, JsonText, Moment, Record


class Measure(Record):
    """A KPI: what, in which unit, which way is better ("up", "down", "range"), how often."""

    __tablename__ = "measure"
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    title_en: Mapped[str] = mapped_column(String(300))
    title_zh: Mapped[str] = mapped_column(String(300))
    unit: Mapped[str] = mapped_column(String(40))
    better: Mapped[str] = mapped_column(String(10))
    chart: Mapped[str | None] = mapped_column(String(10))
    cadence: Mapped[str | None] = mapped_column(String(40))
    process_id: Mapped[str | None] = mapped_column(ForeignKey("process.id"))


class Reading(Record):
    """One value of a measure for one period; `size` is the sample, where the value is a count or share."""

    __tablename__ = "reading"
    __table_args__ = (UniqueConstraint("measure_id", "period"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    measure_id: Mapped[str] = mapped_column(ForeignKey("measure.id"))
    period: Mapped[str] = mapped_column(String(20))
    value: Mapped[float]
    size: Mapped[float | None]
    locked_at: Mapped[datetime | None] = mapped_column(Moment)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Baseline(Record):
    """The readings an item is judged against, copied when it was approved; later readings don't touch it."""

    __tablename__ = "baseline"
    __table_args__ = (UniqueConstraint("item_id", "measure_id", "cycle"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    measure_id: Mapped[str] = mapped_column(ForeignKey("measure.id"))
    cycle: Mapped[int]
    frozen_at: Mapped[datetime] = mapped_column(Moment)
    points: Mapped[list[dict[str, Any]]] = mapped_column(JsonText)  # [{period, value, size}]
    mean: Mapped[float | None]
