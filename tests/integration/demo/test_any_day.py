"""The demo comes out on any day, in other zones, and in an installation that has begun already."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pdca_engine.clock import FrozenClock
from pdca_engine.services.demo import fill_demo
from pdca_engine.services.people import add_person, grant_role
from pdca_engine.services.verify import verify_trail
from pdca_engine.services.workflows import publish_bundled
from pdca_engine.settings import Settings
from pdca_engine.unit import open_app

DAYS = [
    (datetime(2026, 2, 20, 4, 0, tzinfo=UTC), "Asia/Shanghai", "cn"),  # within the Spring Festival
    (datetime(2027, 1, 1, 16, 30, tzinfo=UTC), "Asia/Shanghai", "cn"),  # half past midnight, and keys of two years
    (datetime(2028, 2, 29, 23, 0, tzinfo=UTC), "America/New_York", "de"),
]


@pytest.mark.parametrize(("now", "zone", "calendar"), DAYS)
def test_any_day_will_do(sqlite_url: str, tmp_path: Path, now: datetime, zone: str, calendar: str) -> None:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, timezone=zone, calendar=calendar)
    app = open_app(settings, FrozenClock(now))
    with app.unit(engine=True) as unit:  # as `pdca init` leaves it
        publish_bundled(unit)
        grant_role(unit, add_person(unit, "Gu Wei", "admin"), "admin")
    report = fill_demo(app)
    with app.reader(engine=True) as unit:
        assert verify_trail(unit).ok
        assert unit.directory.by_login("admin").name == "Gu Wei"
        reviews = unit.session.connection().exec_driver_sql("SELECT count(*) FROM item WHERE workflow_id = 'review'").scalar()
    app.close()
    assert report.filled
    assert reviews >= 20
