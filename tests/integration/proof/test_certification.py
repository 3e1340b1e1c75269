"""A certificate through its three years on both databases: what the calendar does by itself, what people record, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime

from pdca_engine.services.creation import create_item
from pdca_engine.services.due import raise_due
from pdca_engine.services.verify import verify_trail
from tests.support.company import Company

DATES = {
    "number": "C-1",
    "decided_on": "2026-03-15",
    "valid_from": "2026-03-15",
    "valid_until": "2029-03-14",
    "next_surveillance": "2027-03-15",
    "recertify_before": "2029-03-15",
}
HELD = {
    "surveillance_from": "2027-03-09",
    "surveillance_until": "2027-03-10",
    "maintained_on": "2027-03-18",
    "sampled": "8.6.1",
    "never_sampled": "8.7.2",
    "majors": [{"title": "No audit of the night shift", "requirements": "9.2.1"}],
    "minors": [{"title": "A record is missing"}, {"title": "Another one, too"}],
}
NEXT = {
    "new_number": "C-2",
    "new_decided_on": "2029-03-12",
    "new_valid_from": "2029-03-12",
    "new_valid_until": "2032-03-14",
    "majors_verified": True,
}


def set_aside(company: Company) -> list[tuple[str, str]]:
    """The timers of certificates that could not be done, each with its error."""
    with company.app.reader() as unit:
        query = "SELECT name, error FROM schedule WHERE error IS NOT NULL AND workflow_id = 'certificate'"
        return [(row[0], row[1]) for row in unit.session.connection().exec_driver_sql(query)]


def go_to(company: Company, day: str, hour: int = 0) -> None:
    """Let it be that hour of that day in Shanghai, and the engine do what is due."""
    company.clock.at = datetime.fromisoformat(f"{day}T{hour:02}:00:00+08:00").astimezone(UTC)
    raise_due(company.app)
    assert set_aside(company) == []


def certificate(company: Company) -> tuple[str, str]:
    """A certificate of a programme, at the end of the day it was decided on; the keys of both."""
    go_to(company, "2026-03-20")
    with company.app.unit(company.fang) as unit:
        programme = create_item(unit, "certification_programme", "Certification", {"owner": company.fang}).key
        return create_item(unit, "certificate", "ISO/IEC 20000-1", {"owner": company.fang, **DATES}, parent=programme).key, programme


def test_a_surveillance_in_time_is_recorded_late_and_its_findings_become_items(company: Company) -> None:
    key, _ = certificate(company)
    go_to(company, "2026-12-14", hour=23)
    assert company.item(key).state == "active"
    go_to(company, "2026-12-15")
    assert company.item(key).state == "surveillance_due"
    go_to(company, "2027-03-15", hour=23)
    assert company.item(key).state == "surveillance_due"
    go_to(company, "2027-03-16")
    assert company.item(key).state == "surveillance_overdue"
    go_to(company, "2027-03-20", hour=10)
    assert company.refusals(company.fang, key, "record_surveillance", given=HELD) == ["NEEDS_EVIDENCE"]
    company.show(key)
    done = company.do(company.fang, key, "record_surveillance", given=HELD)
    found = [company.item(one) for one in done.created]
    assert [(one.title, one.fields["grade"], one.fields["cb_plan_due"], one.requirements) for one in found] == [
        ("No audit of the night shift", "major", "2027-04-09", ["9.2.1"]),
        ("A record is missing", "minor", "2027-04-09", []),
        ("Another one, too", "minor", "2027-04-09", []),
    ]
    now = company.item(key)
    assert (now.state, now.fields["next_surveillance"], now.fields["surveillance_late"]) == ("active", "2028-12-31", False)
    go_to(company, "2028-10-02")
    assert company.item(key).state == "surveillance_due"


def test_it_lapses_by_itself_and_a_decision_in_time_is_entered_late(company: Company) -> None:
    key, programme = certificate(company)
    company.edit(company.fang, key, description="Managed services")
    assert company.refusals(company.fang, key, "change_notice", given={"valid_until": "2030-01-01"})[0] == "READ_ONLY_FIELD"
    go_to(company, "2028-09-15")
    titles = [company.item(child["key"]).title for child in company.item(key).children]
    assert "Tell the certification body what was never sampled in this cycle" in titles
    assert company.item(programme).state == "prepare"  # a programme in another phase is left alone
    go_to(company, "2029-03-14", hour=23)
    assert company.item(key).state == "surveillance_overdue"
    go_to(company, "2029-03-15")
    assert (company.item(key).state, company.item(key).fields["restoration_until"]) == ("lapsed", "2029-09-14")
    go_to(company, "2029-03-20", hour=10)
    company.show(key)
    done = company.do(company.fang, key, "record_late_entry", given=NEXT)
    old, new = company.item(key), company.item(done.created[0])
    assert (old.state, old.fields["recording_delay"], old.fields["lapsed_on"]) == ("replaced", True, "2029-03-15")
    assert (new.state, new.fields["valid_until"], new.fields["next_surveillance"]) == ("active", "2032-03-14", "2030-12-31")
    with company.app.reader() as unit:
        assert verify_trail(unit).ok
