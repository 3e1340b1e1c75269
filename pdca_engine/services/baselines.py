"""Baselines: the readings an item will be judged against, copied at the moment of approval."""

from __future__ import annotations

from sqlalchemy import select

from pdca_engine.records.measures import Baseline, Reading
from pdca_engine.store.rows import ItemRow
from pdca_engine.unit import Unit


def freeze_baseline(unit: Unit, row: ItemRow, measure: str | None, cycle: int) -> None:
    """Copy the measure's readings as they are now for this item and cycle. A second approval in the same cycle keeps the first."""
    if not measure:
        return
    kept = select(Baseline.id).where(Baseline.item_id == row.id, Baseline.measure_id == measure, Baseline.cycle == cycle)
    if unit.session.scalar(kept) is not None:
        return
    readings = unit.session.scalars(select(Reading).where(Reading.measure_id == measure).order_by(Reading.period)).all()
    points = [{"period": one.period, "value": one.value, "size": one.size} for one in readings]
    mean = sum(one.value for one in readings) / len(readings) if readings else None
    unit.session.add(Baseline(item_id=row.id, measure_id=measure, cycle=cycle, frozen_at=unit.now, points=points, mean=mean))
    unit.session.flush()
