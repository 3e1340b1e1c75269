"""Paths that cover every transition, and why one can't be covered."""

from __future__ import annotations

import pytest

from pdca_engine.definition.paper.story import Story
from pdca_engine.definition.paper.workflow import Text
from pdca_engine.definition.playing.attempt import attempts
from pdca_engine.definition.playing.cover import Reach, cover
from pdca_engine.definition.playing.perform import open_scene
from tests.unit.definition.deciding import small
from tests.unit.workflows.playing import compiled

BUNDLED = ("improvement", "action", "nonconformity", "review", "process_cycle", "incident")


def reached(transitions: str, timers: str = "") -> dict[str, Reach]:
    return {one.transition: one for one in cover(small(transitions, timers))}


@pytest.mark.parametrize("name", BUNDLED)
def test_every_transition_of_a_bundled_workflow_is_covered(name: str) -> None:
    assert [one.transition for one in cover(compiled(name)) if not one.covered] == []


@pytest.mark.parametrize(
    "guard",
    [
        "item.cost > 100.0 && item.cost < 101.5",
        'item.grade == "minor"',
        "size(item.team) >= 1",
        "children.done >= 2",
        "children.total == 0 || children.open == 0",
        'now >= plus(item.state_since, "90 days")',
        "item.end > now && item.end <= plus(now, '2 months')",
        "input.sure == true && input.size >= 7",
        '"sponsor" in actor.roles',
        "coverage.clauses >= 100.0 && team.independent == true",
        "check.verdict == 'effective'",
        "times.look >= 2",
        "item.cost == null && item.grade != null",
    ],
)
def test_values_that_make_a_guard_true_are_found(guard: str) -> None:
    ways = f"""
    look: {{from: open, to: same, by: owner}}
    go:
      from: open
      to: doing
      by: [owner, sponsor]
      input: {{sure: {{type: boolean}}, size: {{type: integer, max: 8}}}}
      when: {guard!r}
    stop: {{from: doing, to: dropped, by: owner}}
    """
    assert reached(ways)["go"].covered


def test_needs_are_met_and_waited_for() -> None:
    ways = """
    go:
      from: open
      to: doing
      by: owner
      needs:
        fields: [cost, grade, end, team, due, tags]
        comment: true
        evidence: [{at_least: 2, kind: report, in_state: true}]
        children: {workflow: action, at_least: 2, all_in: [done], each: {evidence: 1, fields: [owner, due]}}
        links: {at_least: 1, kind: caused_by}
      not_before: {entered: open, plus: 30 days}
    back: {from: doing, to: previous, by: scheduler}
    stop: {from: doing, to: dropped, by: process_owner, independent_of: [owner, go]}
    """
    assert {name: one.path for name, one in reached(ways).items()} == {"go": ("go",), "back": ("go", "back"), "stop": ("go", "stop")}


def test_what_can_never_be_is_told_with_the_last_refusals() -> None:
    found = reached(
        """
        go: {from: open, to: doing, by: owner, when: item.cost > 5.0 && item.cost < 2.0}
        stop: {from: open, to: dropped, by: owner}
        check: {from: doing, to: looked, by: owner}
        """
    )
    assert (found["go"].covered, [one.code for one in found["go"].refusals], found["go"].excused) == (False, ["GUARD_FALSE"], False)
    assert (found["check"].path, found["check"].refusals) == ((), ())
    assert found["stop"].path == ("stop",)


def test_what_only_facts_from_elsewhere_keep_away_is_excused() -> None:
    found = reached(
        """
        go:
          from: open
          to: doing
          by: owner
          when: coverage.clauses > 12.0 * coverage.services && coverage.services > 50.0
        stop: {from: open, to: dropped, by: owner}
        check: {from: doing, to: looked, by: owner}
        """
    )
    assert [(one.covered, one.excused) for one in found.values()] == [(False, True), (True, False), (False, True)]


def test_a_value_that_an_earlier_step_fixed_is_gone_back_for() -> None:
    """What a later guard reads can only be given earlier: the second round of the search tries the earlier step with other values."""
    found = reached(
        """
        go: {from: open, to: doing, by: owner, needs: {fields: [grade]}}
        small: {from: doing, to: dropped, by: sponsor, when: item.grade == "minor"}
        big: {from: doing, to: done, by: sponsor, when: item.grade == "major"}
        """
    )
    assert all(one.covered for one in found.values())


def test_an_attempt_is_the_very_decision() -> None:
    paper = compiled("action")
    scene, problems = open_scene(paper, Story(Text("", ""), ()))
    assert problems == []
    (attempt,) = attempts(scene, paper.workflow.transitions["start"])
    assert attempt.refusals == ()
    assert attempt.scene.cast.name(attempt.person) == "owner"
    assert set(attempt.command.values) == {"due"}
