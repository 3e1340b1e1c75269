"""What an item is judged against is copied when it is approved, and stays (domain 3.1, acceptance 18)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from pdca_engine.errors import Refused
from pdca_engine.records.measures import Baseline, Measure, Reading
from pdca_engine.unit import Unit
from tests.support.company import APPROVAL, Company

WEEKS = (9.8, 11.2, 10.4, 8.9, 12.1, 10.7, 9.5, 11.8, 10.1, 9.2, 10.9, 11.5, 8.7, 10.3, 12.4, 9.9, 10.6, 11.1, 9.4, 10.5)


def measured(company: Company) -> None:
    """Twenty weeks of mean time to restore."""
    with company.app.unit(company.fang) as unit:
        unit.session.add(Measure(id="mttr", title_en="Mean time to restore", title_zh="平均恢复时间", unit="h", better="down"))
        unit.session.flush()
        for week, value in enumerate(WEEKS, 1):
            reading(company, unit, f"2026-W{week:02d}", value)


def reading(company: Company, unit: Unit, period: str, value: float) -> None:
    unit.session.add(Reading(measure_id="mttr", period=period, value=value, recorded_at=company.clock.now(), recorded_by=company.fang))


def test_approval_freezes_the_readings_and_later_ones_do_not_touch_them(company: Company) -> None:
    measured(company)
    key = company.propose()
    company.do(company.ana, key, "submit")
    company.do(company.cui, key, "approve", given={**APPROVAL, "owner": company.ana, "measure": "mttr"})
    with company.app.unit(company.fang) as unit:
        reading(company, unit, "2026-W21", 99.0)
    with company.app.reader() as unit:
        (kept,) = unit.session.scalars(select(Baseline)).all()
    assert (len(kept.points), kept.cycle, kept.measure_id) == (20, 1, "mttr")
    assert kept.mean is not None and round(kept.mean, 10) == 10.45
    assert kept.points[0] == {"period": "2026-W01", "value": 9.8, "size": None}


def test_an_unknown_measure_is_told_with_everything_else(company: Company) -> None:
    key = company.propose()
    company.do(company.ana, key, "submit")
    try:
        company.do(company.cui, key, "approve", given={"measure": "speed", "risk": "low"})
    except Refused as no:
        codes = {(one.field, one.code) for one in no.refusals()}
    assert ("measure", "BAD_VALUE") in codes and ("owner", "NEEDS_FIELD") in codes


@pytest.mark.parametrize("name", ["\x00", "half \ud83d pair", " ", "x" * 3000])
def test_a_name_no_database_can_read_is_an_unknown_measure(company: Company, name: str) -> None:
    key = company.propose()
    company.do(company.ana, key, "submit")
    assert "BAD_VALUE" in company.refusals(company.cui, key, "approve", given={**APPROVAL, "owner": company.ana, "measure": name})
