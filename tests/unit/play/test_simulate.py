"""An item in memory: the same answers as `decide`, timers at their moments, and nothing kept."""

from __future__ import annotations

from typing import Any

import pytest

from pdca_engine.definition.checks.check import check_workflow
from pdca_engine.definition.playing.perform import Played, perform
from pdca_engine.services.playing import papers_for, read_script
from tests.unit.definition.deciding import compiled

WORKFLOW = """\
workflow: watched
title: {en: Watched, zh: 观察}
key: WAT
fields:
  cost: {type: number, title: {en: Cost, zh: 成本}}
  resume_on: {type: date, title: {en: Resume on, zh: 恢复日期}}
states:
  open: {phase: plan, initial: true, title: {en: Open, zh: 开放}}
  paused: {phase: none, title: {en: Paused, zh: 暂停}}
  looked: {phase: check, title: {en: Looked at, zh: 已查看}}
  done: {phase: act, final: achieved, title: {en: Done, zh: 完成}}
transitions:
  pause: {from: open, to: paused, by: owner, needs: {fields: [resume_on]}, then: [silence_timers]}
  resume: {from: paused, to: previous, by: [owner, scheduler]}
  look: {from: open, to: looked, by: process_owner, independent_of: [proposer], then: [{fire: close}, {notify: owner}]}
  close: {from: looked, to: done, by: [owner, scheduler], when: "item.cost == null || item.cost < 10.0"}
  supervise: {from: looked, to: done, by: sponsor, when: coverage.clauses >= 100.0}
timers:
  slow: {in: open, due: {after: 5 days}, on_return: resume, ladder: {-1 day: [owner], +1 day: [owner, sms_manager]}}
  back: {in: paused, due: {field: resume_on}, then: [{fire: resume}]}
"""
LINES = compiled(WORKFLOW)


def played(script: str) -> Played:
    """A script's steps played on the little workflow."""
    story, problems = read_script(f"name: a story\n{script}", "story.yaml", LINES.workflow)
    assert story is not None, problems
    return perform(LINES, story, papers_for(LINES.workflow))


def told(play: Played) -> list[list[Any]]:
    """What happened in each step: (day, kind, name, offset)."""
    return [[(f"{one.at.astimezone(play.scene.place.zone):%m-%d}", one.kind, one.name, one.offset) for one in step] for step in play.steps]


def test_every_rung_is_told_at_its_own_moment() -> None:
    play = played("steps: [{at: +10 days, fires: slow}]")
    assert told(play) == [[("03-06", "reminded", "slow", "-1 day"), ("03-08", "reminded", "slow", "+1 day")]]
    assert [one.effects[0]["persons"] for one in play.steps[0]] == [["owner"], ["sms_manager", "owner"]]


def test_a_pause_silences_stops_and_goes_on_with_the_time_that_was_left() -> None:
    play = played(
        "steps: [{at: +2 days}, {by: owner, do: pause, with: {resume_on: +30 days}}, {at: +40 days, fires: [back, slow]}, {at: +1 day}]"
    )
    assert play.surprises == ()
    assert told(play)[2] == [
        ("04-03", "due", "back", ""),
        ("04-03", "moved", "resume", ""),
        ("04-05", "reminded", "slow", "-1 day"),
        ("04-07", "reminded", "slow", "+1 day"),
    ]


def test_what_a_step_fires_follows_in_the_same_moment_where_it_can() -> None:
    assert [one.name for one in played("steps: [{by: process_owner, do: look}]").steps[0]] == ["look", "close"]
    dear = played("steps: [{by: process_owner, do: look, with: {cost: 20}}]")
    assert [(one.kind, one.name) for one in dear.steps[0]] == [("moved", "look"), ("refused", "close")]
    assert dear.scene.state == "looked"


def test_named_facts_come_from_the_story() -> None:
    start = "start: {cost: 20}\nsteps: [{by: process_owner, do: look}, {by: sponsor, do: supervise, refused: GUARD_UNKNOWN}, "
    play = played(
        start + "{by: sponsor, do: supervise, facts: {coverage: {clauses: 99}}, refused: GUARD_FALSE},"
        " {by: sponsor, do: supervise, facts: {coverage: {clauses: 100}}}]\nends: done"
    )
    assert play.surprises == ()


@pytest.mark.parametrize(
    ("script", "step", "words"),
    [
        ("steps: [{by: owner, do: look}]", 1, "NOT_YOUR_ROLE"),
        ("steps: [{by: process_owner, do: look, refused: GUARD_FALSE}]", 1, "was allowed"),
        ("steps: [{by: owner, do: look, refused: GUARD_FALSE}]", 1, "refused with NOT_YOUR_ROLE"),
        ("steps: [{at: +10 days, fires: back}]", 1, "these timers fired: slow"),
        ("steps: [{at: +1 day}]\nends: done", None, "ends in open, not in done"),
        ("start: {cost: dear}\nsteps: []", 0, "not a number"),
        ("steps: [{by: owner, do: pause, with: {resume_on: +1 moon}, refused: NOT_YOUR_ROLE}]", 1, "BAD_VALUE"),
    ],
)
def test_what_comes_out_otherwise_is_told(script: str, step: int | None, words: str) -> None:
    (surprise, *_) = played(script).surprises
    assert surprise.step == step
    assert words in surprise.en
    assert surprise.says("zh") != surprise.en


def test_people_deputies_and_persons_in_values() -> None:
    play = played(
        "people: {cui: [process_owner]}\ndeputies: {deng: [cui]}\nstart: {owner: ana, proposer: cui}\n"
        "steps: [{by: deng, for: cui, do: look, refused: FOUR_EYES_PROPOSER}, {by: deng, do: look, refused: [FOUR_EYES_PROPOSER]},"
        " {by: ana, do: pause, with: {resume_on: +3 days, checker: deng}}, {by: scheduler, do: resume}]"
    )
    assert play.surprises == ()
    assert play.scene.cast.name(play.scene.facts.item.checker) == "deng"


def test_children_are_added_and_changed_under_their_name() -> None:
    play = played(
        "steps: [{children: [{name: fix, owner: bo, due: +5 days}, {workflow: review}]},"
        " {children: {name: fix, state: done, evidence: 2, fields: {needs_check: true}}}]"
    )
    fix, review = play.scene.facts.children
    assert (fix.workflow, fix.state, fix.final, fix.evidence, fix.fields) == ("action", "done", "achieved", 2, {"needs_check": True})
    assert (fix.due, play.scene.cast.name(fix.owner)) == (play.scene.facts.children[0].due, "bo")
    assert (review.workflow, review.state, review.final) == ("review", "planned", None)


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("steps: [{by: owner, do: puse}]", "UNKNOWN_TRANSITION", 25),
        ("steps: [{by: ownr, do: pause}]", "UNKNOWN_ROLE", 14),
        ("steps: [{by: owner, do: pause, refused: GARD_FALSE}]", "UNKNOWN_VALUE", 41),
        ("steps: [{at: +3 days, fires: [slw]}]", "UNKNOWN_VALUE", 31),
        ("steps: [{by: owner, do: pause, with: {resume: +3 days}}]", "UNKNOWN_FIELD", 39),
        ("{steps: [], ends: dne}", "UNKNOWN_STATE", 19),
        ("{steps: [], start: {cst: 5}}", "UNKNOWN_FIELD", 21),
        ("steps: [{do: pause}]", "MISSING_KEY", 10),
        ("steps: [{at: 3 moons}]", "BAD_DURATION", 14),
        ("steps: [{evidence: {dated: soon}}]", "BAD_DATE", 28),
        ("{}", "MISSING_KEY", 1),
    ],
)
def test_a_script_is_checked_with_line_and_column(line: str, code: str, column: int) -> None:
    text = f"name: a story\n{line}\n" if not line.startswith("{") else line.replace("{", "{name: a story, ", 1) if line != "{}" else line
    story, problems = read_script(text, "story.yaml", LINES.workflow)
    assert story is None
    shift = len("name: a story, ") if line.startswith("{s") else 0
    assert (problems[0].code, problems[0].column) == (code, column + shift)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("steps: [{at: 9999999 years}]", "years"),
        ("steps: [{by: owner, do: pause, with: {resume_on: +9999999 years}}]", "BAD_VALUE"),
        ("steps: [{by: owner, do: pause, with: {owner: [[1], {a: b}], resume_on: 5}}]", "BAD_VALUE"),
        ("start: {owner: {a: b}}\nsteps: []", "no known person"),
    ],
)
def test_nonsense_is_told_and_never_breaks(script: str, words: str) -> None:
    assert words in " ".join(one.en for one in played(script).surprises)


def test_examples_in_a_workflow_are_checked_where_they_stand() -> None:
    text = WORKFLOW + "examples:\n  - name: one\n    facts: {coverage: {claus: 5}}\n    steps:\n      - {by: owner, do: pase}\n"
    _, problems = check_workflow(text, "watched.yaml", lambda name: None)
    line = text.splitlines().index("    facts: {coverage: {claus: 5}}") + 1
    assert [(one.code, one.line, one.column, one.suggestion) for one in problems] == [
        ("UNKNOWN_FIELD", line, 24, "coverage.clauses"),
        ("UNKNOWN_TRANSITION", line + 2, 25, "pause"),
    ]


SPINNING = """\
workflow: spinning
title: {en: Spinning, zh: 空转}
key: SPN
states:
  here: {phase: plan, initial: true}
  there: {phase: do}
  over: {phase: plan, final: ended}
transitions:
  go: {from: here, to: there, by: scheduler}
  again: {from: there, to: here, by: scheduler}
  end: {from: here, to: over, by: owner}
timers:
  one: {in: here, due: {after: 1 minutes}, then: [{fire: go}]}
  two: {in: there, due: {after: 1 minutes}, then: [{fire: again}]}
"""


def test_timers_that_fire_each_other_for_ever_end_the_story() -> None:
    """Whatever the number of its steps: the rest is not played, and that is told."""
    steps = "".join(f"  - {{at: 365 days, fires: [one, two]}}  # {number}\n" for number in range(50))
    story, problems = read_script(f"name: For ever\nsteps:\n{steps}", "story.yaml", compiled(SPINNING).workflow)
    assert story is not None, problems
    told = perform(compiled(SPINNING), story)
    assert len(told.steps) < 5
    assert told.surprises[-1].en == "too much has happened: timers fire each other for ever"
