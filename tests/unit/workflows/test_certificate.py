"""One certificate and its calendar: each test tells what the calendar brings or somebody records, and what the bundled workflow answers."""

from __future__ import annotations

from typing import Any

import pytest

from pdca_engine.definition.deciding.reckoning import timers_entered
from tests.unit.workflows.certifying import Way, begins, made
from tests.unit.workflows.playing import ANA, CUI, DENG, ENGINE, FANG

CALENDAR = {"next_surveillance": "2027-03-15", "recertify_before": "2029-03-15"}
SEEN = {"sampled": "8.6.1, 8.5.1", "never_sampled": "8.7.2"}
NEXT = {
    "new_number": "C-2",
    "new_decided_on": "2029-03-01",
    "new_valid_from": "2029-03-01",
    "new_valid_until": "2032-03-14",
    "majors_verified": True,
}


def certificate(**values: Any) -> Way:
    """The certificate of acceptance scenario 1."""
    facts = {"number": "C-1", "decided_on": "2026-03-15", "valid_from": "2026-03-15", "valid_until": "2029-03-14"} | CALENDAR
    play = Way("certificate", owner=FANG, **facts | values)
    play.on("2026-03-20")
    return play


def due(day: str = "2026-12-15", **values: Any) -> Way:
    play = certificate(**values)
    play.on(day, hour=0)
    play.do("open_surveillance", ENGINE, "surveillance_window")
    return play


def held(first: str, last: str, decided: str, recorded: str, **values: Any) -> Way:
    """A certificate whose surveillance took place on these days."""
    play = due(**values)
    play.on(recorded)
    play.prove()
    days = {"surveillance_from": first, "surveillance_until": last, "maintained_on": decided}
    play.do("record_surveillance", FANG, **days, **SEEN)
    return play


def lapsed(recorded: str = "2029-03-20") -> Way:
    play = certificate()
    play.on("2029-03-15", hour=0)
    play.do("lapse", ENGINE, "last_day")
    play.on(recorded)
    play.prove()
    return play


def timers_of(play: Way) -> dict[str, str]:
    """The timers that run when the item begins in its state, with their instants."""
    started = timers_entered(play.compiled.workflow, play.facts, None, play.item.state, play.now)
    return {one.name: one.due_at.astimezone(play.facts.zone).isoformat() for one in started}


def reminders(play: Way, timer: str) -> list[str]:
    """The days on which a timer with whole-day steps reminds."""
    one = play.compiled.workflow.timers[timer]
    (start,) = (
        begun for begun in timers_entered(play.compiled.workflow, play.facts, None, play.item.state, play.now) if begun.name == timer
    )
    return [type(start.nominal).fromordinal(start.nominal.toordinal() + step.offset.amount).isoformat() for step in one.ladder]


def test_the_calendar_of_scenario_1() -> None:
    midnight = "T00:00:00+08:00"
    assert timers_of(certificate()) == {
        "surveillance_window": f"2026-12-15{midnight}",
        "surveillance": f"2027-03-16{midnight}",  # due until the end of the 15th
        "recertification": f"2028-09-15{midnight}",
        "recertification_audit": f"2028-12-16{midnight}",
        "expiry": f"2029-03-15{midnight}",
        "last_day": f"2029-03-15{midnight}",
        "mark_use": f"2027-03-21{midnight}",
    }
    assert reminders(certificate(), "surveillance")[:4] == ["2026-12-15", "2027-01-14", "2027-02-13", "2027-03-08"]
    assert reminders(certificate(), "expiry")[:5] == ["2028-09-15", "2028-11-14", "2028-12-14", "2029-01-13", "2029-02-12"]


def test_surveillance_is_overdue_the_day_after_its_due_date() -> None:
    started = {one.name: one for one in due().compiled.workflow.timers.values()}
    assert (started["surveillance_missed"].due.field, str(started["surveillance_missed"].due.plus)) == ("next_surveillance", "1 day")
    play = due()
    play.on("2027-03-16", hour=0)
    decision = play.do("overdue", ENGINE, "surveillance_missed")
    assert (decision.target, decision.notices[0].kind) == ("surveillance_overdue", "escalate")


def test_an_opened_surveillance_brings_its_tasks() -> None:
    play = certificate()
    decision = play.do("open_surveillance", ENGINE, "surveillance_window")
    assert [fields["due"] for fields in made(decision, "action")] == ["2027-01-14", "2027-02-13"]
    assert begins(decision)["surveillance_missed"] == "2027-03-16"


def test_lateness_is_judged_by_the_fact_not_by_the_recording() -> None:
    play = due()
    play.on("2027-03-16", hour=0)
    play.do("overdue", ENGINE, "surveillance_missed")
    play.on("2027-03-20")
    play.prove()
    days = {"surveillance_from": "2027-03-09", "surveillance_until": "2027-03-10", "maintained_on": "2027-03-18"}
    play.do("record_surveillance", FANG, **days, **SEEN)
    assert play.item.fields["surveillance_late"] is False
    assert play.item.fields["surveillance_recorded"].startswith("2027-03-20")
    late = held("2027-03-15", "2027-03-16", "2027-03-20", "2027-04-01")
    assert late.item.fields["surveillance_late"] is True


@pytest.mark.parametrize(
    ("last", "recorded", "profile", "following"),
    [
        ("2027-03-10", "2027-03-20", "iso_17021_1", "2028-12-31"),  # scenario 1
        ("2026-12-10", "2026-12-20", "iso_17021_1", "2027-12-31"),  # scenario 2: an early one does not pay for the next year
        ("2026-12-10", "2026-12-20", "cn_cnca", "2027-12-10"),
        ("2027-01-01", "2027-01-20", "iso_17021_1", "2028-12-31"),  # its year in Shanghai, not in UTC
        ("2028-12-31", "2029-01-10", "iso_17021_1", None),  # 2029 is the year of recertification
        ("2028-06-01", "2028-06-10", "cn_cnca", None),
    ],
)
def test_the_next_surveillance(last: str, recorded: str, profile: str, following: str | None) -> None:
    play = held(last, last, last, recorded, profile=profile)
    assert play.item.fields["next_surveillance"] == following


def test_after_an_early_surveillance_three_are_held_in_the_cycle() -> None:
    play = held("2026-12-10", "2026-12-10", "2026-12-15", "2026-12-20")
    limits = [play.item.fields["next_surveillance"]]
    for year in (2027, 2028):
        play.do("open_surveillance", ENGINE, "surveillance_window")
        assert play.item.fields["surveillance_until"] is None
        play.on(f"{year}-11-20")
        play.prove()
        day = f"{year}-11-10"
        play.do("record_surveillance", FANG, surveillance_from=day, surveillance_until=day, maintained_on=day, **SEEN)
        limits.append(play.item.fields["next_surveillance"])
    assert limits == ["2027-12-31", "2028-12-31", None]


def test_a_surveillance_is_recorded_with_its_report_and_in_order() -> None:
    play = due()
    play.on("2027-03-12")
    days = {"surveillance_from": "2027-03-09", "surveillance_until": "2027-03-10", "maintained_on": "2027-03-11"}
    assert play.codes("record_surveillance", CUI, **days, **SEEN) == ["NOT_YOUR_ROLE", "NEEDS_EVIDENCE"]
    play.prove()
    for wrong in ({"surveillance_until": "2027-03-08"}, {"maintained_on": "2027-03-09"}, {"maintained_on": "2027-03-13"}):
        assert play.codes("record_surveillance", FANG, **days | wrong, **SEEN) == ["GUARD_FALSE"]
    assert play.do("record_surveillance", FANG, **days, **SEEN).target == "active"


def test_findings_of_a_surveillance_become_nonconformities_with_the_bodys_limits() -> None:
    play = due()
    play.on("2027-03-12")
    play.prove()
    days = {"surveillance_from": "2027-03-09", "surveillance_until": "2027-03-10", "maintained_on": "2027-03-11"}
    rows = {"majors": [{"title": "No audit"}], "minors": [{"title": "A record"}, {"title": "Another"}]}
    found = made(play.do("record_surveillance", FANG, **days, **SEEN, **rows), "nonconformity")
    assert [(one["grade"], one["cb_plan_due"], one["cb_deadline"]) for one in found] == [
        ("major", "2027-04-09", "2027-06-08"),
        ("minor", "2027-04-09", "2028-03-10"),
        ("minor", "2027-04-09", "2028-03-10"),
    ]


def test_a_date_that_the_body_confirms_beats_the_computed_one() -> None:
    play = due()
    play.on("2027-01-10")
    assert play.codes("confirm_date", FANG, confirmed_date="2027-05-31") == ["NEEDS_EVIDENCE"]
    play.prove()
    assert play.codes("confirm_date", FANG, confirmed_date="2029-05-31") == ["GUARD_FALSE"]
    started = begins(play.do("confirm_date", FANG, confirmed_date="2027-05-31"))
    assert (started["surveillance"], started["surveillance_missed"]) == ("2027-05-31", "2027-06-01")
    assert play.item.fields["next_surveillance_source"] == "confirmed"
    play.on("2027-05-20")
    play.prove()
    day = "2027-05-18"
    days = {"surveillance_from": day, "surveillance_until": day, "maintained_on": day}
    play.do("record_surveillance", FANG, **days, **SEEN, next_due="2028-05-31")
    assert (play.item.fields["next_surveillance"], play.item.fields["next_surveillance_source"]) == ("2028-05-31", "confirmed")


def test_a_certification_deadline_cannot_be_shifted() -> None:
    play = certificate()
    names = ("valid_until", "next_surveillance", "recertify_before", "decided_on", "suspension_limit", "restoration_until")
    for name in names:
        assert play.edit(FANG, **{name: "2030-01-01"}) == ["READ_ONLY_FIELD"]
    transitions = play.compiled.workflow.transitions.values()
    assert not [one.name for one in transitions if one.target == "previous" or one.input("shift")]
    assert play.codes("confirm_date", FANG, confirmed_date="2027-05-31", valid_until="2030-01-01") == ["READ_ONLY_FIELD", "NEEDS_EVIDENCE"]


def test_a_certificate_entered_by_hand_gets_its_calendar_once() -> None:
    play = certificate(next_surveillance=None, recertify_before=None)
    assert set(timers_of(play)) == {"expiry", "last_day", "mark_use"}
    started = begins(play.do("compute_calendar", FANG))
    assert (started["surveillance"], started["recertification"]) == ("2027-03-15", "2028-09-15")
    assert play.codes("compute_calendar", FANG) == ["GUARD_FALSE"]


def test_a_suspension_is_recorded_with_its_letter_and_stops_the_mark() -> None:
    play = certificate()
    given = {"suspension_date": "2026-03-18", "limit": "2026-09-18"}
    assert play.codes("record_suspension", FANG, **given) == ["NEEDS_COMMENT", "NEEDS_EVIDENCE"]
    play.prove()
    assert play.codes("record_suspension", FANG, "Fees", **given | {"limit": "2026-03-01"}) == ["GUARD_FALSE"]
    decision = play.do("record_suspension", FANG, "Surveillance not allowed", **given)
    assert begins(decision)["suspension"] == "2026-09-18"
    assert [new.title.en if new.title else "" for new in decision.creates] == [
        "Stop using the mark, and check where it was used",
        "Tell customers where a contract requires it",
        "List the contracts that require the certificate",
    ]
    assert (play.item.fields["suspended_on"], play.item.fields["suspension_recorded"][:10]) == ("2026-03-18", "2026-03-20")


def test_the_engine_never_suspends_restores_or_withdraws() -> None:
    recorded = [one for one in certificate().compiled.workflow.transitions.values() if one.name.startswith("record_")]
    assert len(recorded) == 7
    assert all(one.by == ("sms_manager",) and one.needs.evidence for one in recorded)


def test_a_restoration_comes_before_the_limit_of_the_suspension() -> None:
    play = certificate()
    play.prove()
    play.do("record_suspension", FANG, "Fees", suspension_date="2026-03-18", limit="2026-09-18")
    play.on("2026-09-25")
    play.prove()
    assert play.codes("record_restoration", FANG, restoration_date="2026-09-19") == ["RESTORATION_WINDOW_OVER"]
    decision = play.do("record_restoration", FANG, restoration_date="2026-09-18")  # decided in time, recorded later
    assert (decision.target, begins(decision)["surveillance_window"]) == ("active", "2026-12-15")


def test_a_withdrawal_ends_it() -> None:
    play = certificate()
    play.prove()
    decision = play.do("record_withdrawal", FANG, "Given up", withdrawal_date="2026-03-19")
    assert (decision.final, [new.child for new in decision.creates]) == ("ended", [False])


def test_the_recertification_starts_on_the_programme() -> None:
    play = certificate(never_sampled="8.7.2")
    play.on("2028-09-15", hour=0)
    decision = play.do("open_recertification", ENGINE, "recertification")
    assert [(one.on, one.transition, one.workflow) for one in decision.follows] == [
        ("parent", "start_recertification", "certification_programme")
    ]
    assert decision.target == "active"
    assert made(decision, "action")[0]["description"] == "8.7.2"


def test_a_recertification_in_time_creates_the_next_certificate() -> None:
    play = certificate(next_surveillance=None)
    play.on("2029-03-10")
    play.prove()
    assert play.codes("record_recertification", FANG, **NEXT | {"majors_verified": False}) == ["OPEN_MAJOR"]
    assert play.codes("record_recertification", FANG, **NEXT | {"new_valid_from": "2029-02-28"}) == ["GUARD_FALSE"]
    assert play.codes("record_recertification", FANG, **NEXT | {"new_valid_until": "2032-03-15"}) == ["GUARD_FALSE"]
    decision = play.do("record_recertification", FANG, **NEXT)
    (fields,) = made(decision, "certificate")
    assert (decision.final, fields["valid_until"], fields["recertify_before"]) == ("achieved", "2032-03-14", "2032-03-15")
    assert fields["next_surveillance"] == "2030-12-31"  # calendar years only, after a recertification
    assert (fields["number"], fields["owner"], fields["decided_on"]) == ("C-2", FANG, "2029-03-01")


def test_in_china_the_twelve_months_count_again_after_a_recertification() -> None:
    play = certificate(next_surveillance=None, profile="cn_cnca")
    play.on("2029-03-10")
    play.prove()
    assert made(play.do("record_recertification", FANG, **NEXT), "certificate")[0]["next_surveillance"] == "2030-03-01"


def test_it_lapses_the_day_after_its_last_valid_day() -> None:
    play = certificate()
    play.on("2029-03-15", hour=0)
    decision = play.do("lapse", ENGINE, "last_day")
    assert (play.item.fields["lapsed_on"], play.item.fields["restoration_until"]) == ("2029-03-15", "2029-09-14")
    assert begins(decision) == {"restoration": "2029-09-14"}


def test_a_decision_in_time_that_was_recorded_late_leaves_no_gap() -> None:
    play = lapsed()
    assert play.codes("record_late_entry", FANG, **NEXT | {"new_decided_on": "2029-03-15", "new_valid_from": "2029-03-15"}) == [
        "GUARD_FALSE"
    ]
    play.do("record_late_entry", FANG, **NEXT)
    assert (play.item.fields["recording_delay"], play.item.fields.get("gap_from")) == (True, None)
    assert play.item.fields["lapsed_on"] == "2029-03-15"  # the entry is kept


def test_a_restoration_after_lapse_stores_the_gap_and_has_six_months() -> None:
    given = NEXT | {"new_decided_on": "2029-05-10", "new_valid_from": "2029-05-12", "finished_on": "2029-05-01"}
    given.pop("majors_verified")
    play = lapsed("2029-06-01")
    assert play.codes("record_restored_after_lapse", FANG, **given | {"new_decided_on": "2029-03-01", "finished_on": "2029-02-01"}) == [
        "GUARD_FALSE"
    ]
    play.do("record_restored_after_lapse", FANG, **given)
    assert (play.item.fields["gap_from"], play.item.fields["gap_until"]) == ("2029-03-15", "2029-05-11")
    late = lapsed("2029-10-20")
    given |= {"finished_on": "2029-09-15", "new_decided_on": "2029-10-01", "new_valid_from": "2029-10-01"}
    assert late.codes("record_restored_after_lapse", FANG, **given) == ["RESTORATION_WINDOW_OVER"]
    assert late.do("record_restored_after_lapse", FANG, **given | {"finished_on": "2029-09-14"}).final == "achieved"


def test_a_significant_change_is_told_to_the_body_first() -> None:
    play = certificate()
    given = {"kind": "sites", "what": "A second site", "change_date": "2026-03-10", "told_date": "2026-03-25"}
    assert play.codes("change_notice", FANG, **given) == ["GUARD_FALSE"]
    play.do("change_notice", FANG, **given | {"told_date": "2026-03-18"})
    assert (play.item.state, play.item.fields["told_on"], play.item.fields["change_recorded"][:10]) == (
        "active",
        "2026-03-18",
        "2026-03-20",
    )
    assert play.codes("change_notice", DENG, **given) == ["NOT_YOUR_ROLE", "GUARD_FALSE"]
    assert play.codes("change_notice", ANA, **given) == ["NOT_YOUR_ROLE", "GUARD_FALSE"]
