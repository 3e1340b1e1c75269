"""The life of a workflow from the terminal: compare, migrate, go back, retire, and look who did what."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdca_engine.services.creation import create_item
from pdca_engine.services.workflows import bundled_texts, publish_bundled, publish_workflow
from tests.support.jobs import JOB, JOB_2, NAMES
from tests.support.office import Office
from tests.support.terminal import Terminal


@pytest.fixture
def jobs(office: Office) -> Office:
    """Two versions of a workflow, and two items in one state that the second lacks."""
    publish(office, JOB, "The beginning")
    for _ in range(2):
        with office.app.unit(office.li) as unit:
            key = create_item(unit, "job", "A job", {"gone": "away"}).key
        office.advance(key, "start", office.li)
    publish(office, JOB_2, "Better words")
    return office


def publish(office: Office, text: str, reason: str) -> None:
    with office.app.unit(office.gu) as unit:
        publish_workflow(unit, text, "job.yaml", reason)


def test_diff_names_what_changed_and_whom_it_strands(jobs: Office, pdca: Terminal, tmp_path: Path) -> None:
    told = pdca.json("workflows", "diff", "job", "1", "2")
    assert {"kind": "added", "part": "state", "name": "working"}.items() <= next(
        one for one in told["changes"] if one["name"] == "working"
    ).items()
    assert told["stranded"] == [{"state": "doing", "title": "Being done", "count": 2, "keys": ["JOB-2026-0001", "JOB-2026-0002"]}]
    said = pdca("workflows", "diff", "job", "1", "2").out
    assert "- state doing (Being done) is gone" in said and "doing (Being done): 2 · JOB-2026-0001, JOB-2026-0002" in said
    chinese = pdca("workflows", "diff", "job", "1", "2", "--lang", "zh").out
    assert "- 移除状态 doing（进行中）" in chinese and "状态将消失的进行中事项：" in chinese
    file = tmp_path / "job.yaml"
    file.write_text(JOB_2, encoding="utf-8")
    assert pdca.json("workflows", "diff", "job", "1", str(file))["changes"] == told["changes"]
    assert "Both say the same." in pdca("workflows", "diff", "job", "2", str(file)).out
    assert pdca("workflows", "diff", "job", "1", "9").code == 4
    assert pdca("workflows", "diff", "review", "1", str(file)).code == 1


def test_migrate_plans_applies_and_takes_back(jobs: Office, pdca: Terminal, tmp_path: Path) -> None:
    names = tmp_path / "names.yaml"
    names.write_text(NAMES, encoding="utf-8")
    way = ("workflows", "migrate", "job", "--from", "1", "--to", "2")
    stuck = pdca.json(*way, code=1)
    assert (stuck["total"], stuck["refused"], stuck["with_losses"]) == (2, 2, 0)
    assert {one["refused"][0]["code"] for one in stuck["items"]} == {"NO_PLACE"}
    assert "JOB-2026-0001: the new version has no state doing" in pdca(*way).out
    planned = pdca(*way, "--map", str(names))
    assert planned.code == 0 and "loses gone = away" in planned.out and "Nothing was changed." in planned.out
    assert pdca(*way, "--map", str(names), "--apply").code == 1, "a reason is needed"
    assert pdca.json(*way, "--map", str(names), "--apply", "--reason", "Better words")["items"] == 2
    assert pdca.json("items", "show", "JOB-2026-0001", "--as", "li")["state"] == "working"
    assert pdca.json("workflows", "migrate", "job", "--revert")["total"] == 2
    back = pdca("workflows", "migrate", "job", "--revert", "--apply", "--reason", "Not yet")
    assert "2 item(s) of job went from version 2 to version 1." in back.out
    assert pdca.json("trail", "verify")["ok"]
    assert pdca("workflows", "migrate", "job").code == 1 and pdca(*way, "--as", "li").code == 5


def test_going_back_to_an_earlier_version(jobs: Office, pdca: Terminal) -> None:
    """New items use it; a bundled text that was left does not come back by an upgrade."""
    assert pdca.json("workflows", "use", "job", "1", "--reason", "It was better") == {"workflow": "job", "version": 1, "before": 2}
    with jobs.app.unit(jobs.li) as unit:
        key = create_item(unit, "job", "On the first").key
    jobs.advance(key, "start", jobs.li)
    again = pdca("workflows", "use", "job", "1", "--reason", "It was better")
    assert again.code == 1 and "uses version 1 already" in again.err
    assert pdca("workflows", "use", "job", "7", "--reason", "x").code == 4
    assert pdca("workflows", "use", "job", "2", "--reason", " ").code == 1
    assert pdca("workflows", "use", "job", "2", "--reason", "x", "--as", "li").code == 5
    events = pdca.json("workflows", "versions", "job")["events"]
    assert [(one["kind"], one["version"], one["reason"], one["who"]) for one in events] == [
        ("used", 1, "It was better", "the engine"),
        ("published", 2, "Better words", "Gu Wei"),
        ("published", 1, "The beginning", "Gu Wei"),
    ]


def test_an_upgrade_brings_back_nothing_somebody_left(jobs: Office, pdca: Terminal, tmp_path: Path) -> None:
    assert pdca.json("workflows", "show", "review")["shown"] == 1
    file = tmp_path / "review.yaml"
    file.write_text(bundled_texts()["review"].replace("title: {en: Review,", "title: {en: Our review,"), encoding="utf-8")
    pdca.json("workflows", "publish", str(file), "--reason", "Our name")
    with jobs.app.unit(engine=True) as unit:
        assert not [one for one in publish_bundled(unit) if one.new]
    assert pdca.json("workflows", "show", "review")["shown"] == 2


def test_retiring_and_restoring(jobs: Office, pdca: Terminal) -> None:
    """No new items, no schedule; running items go on, with the children they bring about."""
    assert pdca.json("workflows", "retire", "job", "--reason", "Nobody does this") == {"workflow": "job", "retired": True, "version": 2}
    refused = pdca.json("items", "new", "job", "A job", "--as", "li", code=1)
    assert [one["code"] for one in refused["errors"]] == ["RETIRED"]
    jobs.advance("JOB-2026-0001", "look", jobs.li)
    assert "job" not in {one["id"] for one in pdca.json("workflows", "list")["workflows"]}
    assert "job" in {one["id"] for one in pdca.json("workflows", "list", "--retired")["workflows"] if one["retired_at"]}
    assert pdca("workflows", "use", "job", "1", "--reason", "x").code == 1
    assert pdca("workflows", "retire", "job", "--reason", "again").code == 1
    assert "Retired: it takes no new items." in pdca("workflows", "versions", "job").out
    assert "已停用：不接受新事项。" in pdca("workflows", "versions", "job", "--lang", "zh").out
    assert pdca.json("workflows", "retire", "job", "--restore", "--reason", "They do")["retired"] is False
    assert pdca("workflows", "retire", "job", "--restore", "--reason", "They do").code == 1
    assert pdca("items", "new", "job", "A job", "--as", "li").code == 0


def test_publishing_tells_what_it_brings_back(jobs: Office, pdca: Terminal, tmp_path: Path) -> None:
    """A text that was a version before is used again, a retired workflow is restored: both stand in its history."""
    file = tmp_path / "job.yaml"
    file.write_text(JOB, encoding="utf-8")
    pdca.json("workflows", "retire", "job", "--reason", "x")
    assert pdca.json("workflows", "publish", str(file), "--reason", "As before") == {"workflow": "job", "version": 1, "new": True}
    events = pdca.json("workflows", "versions", "job")["events"]
    assert {(one["kind"], one["version"], one["reason"]) for one in events} >= {("used", 1, "As before"), ("restored", 1, "As before")}


def test_what_running_items_bring_about_is_not_stopped(office: Office, pdca: Terminal) -> None:
    """A retired workflow takes nobody's new item, but a running item's step still opens its child."""
    with office.app.unit(office.gu) as unit:
        publish_workflow(unit, JOB.replace("workflow: job", "workflow: part").replace("key: JOB", "key: PRT"), "part.yaml", "x")
        parent = JOB.replace("look: {", "look: {then: [{create: {workflow: part, title: Part}}], ")
        publish_workflow(unit, parent, "job.yaml", "x")
    with office.app.unit(office.li) as unit:
        key = create_item(unit, "job", "Running").key
    office.advance(key, "start", office.li)
    pdca.json("workflows", "retire", "part", "--reason", "x")
    office.advance(key, "look", office.li)
    assert pdca.json("items", "show", "PRT-2026-0001", "--as", "li")["state"] == "open"


def schedules(pdca: Terminal, workflow: str) -> set[str]:
    """The names of a workflow's schedules that wait for something."""
    return {one["name"] for one in pdca.json("schedules", "list")["schedules"] if one["workflow"] == workflow and one["next_nominal"]}


def test_schedules_follow(office: Office, pdca: Terminal) -> None:
    """The version in use says what is scheduled; a retired workflow opens nothing."""
    plain = JOB.replace("timers:", 'schedules:\n  daily: {cron: "0 9 * * *", then: [{create: {workflow: job, title: Daily}}]}\ntimers:')
    publish(office, plain, "x")
    publish(office, plain.replace("  daily:", "  nightly:"), "x")
    assert schedules(pdca, "job") == {"nightly"}
    pdca.json("workflows", "use", "job", "1", "--reason", "x")
    assert schedules(pdca, "job") == {"daily"}
    pdca.json("workflows", "retire", "job", "--reason", "x")
    assert schedules(pdca, "job") == set()
    pdca.json("workflows", "retire", "job", "--restore", "--reason", "x")
    assert schedules(pdca, "job") == {"daily"}
