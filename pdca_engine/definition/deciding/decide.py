"""DECISION: a pure function of paper and memory. It reads nothing and writes nothing.

Every face, the scheduler, the simulator and the list of next steps call `decide`; a service loads the facts and writes down the answer.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pdca_engine.definition.deciding.approvals import Round, Voice, decline, round_of, speak
from pdca_engine.definition.deciding.authority import Authority, authorise, may_edit
from pdca_engine.definition.deciding.compiled import Compiled
from pdca_engine.definition.deciding.effects import Setting, work_out
from pdca_engine.definition.deciding.given import Given, is_empty, read_given, with_given
from pdca_engine.definition.deciding.refusals import name_text, refusal, titles
from pdca_engine.definition.deciding.requirements import missing
from pdca_engine.definition.deciding.settle import Agreed, settle
from pdca_engine.definition.paper.facts import Command, Decision, Facts, Refused, Step
from pdca_engine.definition.paper.workflow import Transition
from pdca_engine.errors import Refusal


def decide(compiled: Compiled, facts: Facts, command: Command, now: datetime) -> Decision | Refused:
    """Whether `command` may happen to the item at `now`, and all that then is to be written; or every reason why not."""
    workflow = compiled.workflow
    transition = workflow.transitions.get(command.transition)
    if transition is None or facts.item.state not in transition.sources:
        return Refused((_impossible(compiled, facts, command.transition, transition),))
    target = compiled.steps.target(transition, facts.item.state, facts.item.recall.previous)
    if target is None:
        return Refused((_impossible(compiled, facts, command.transition, transition),))
    given = read_given(workflow, transition, command.values, facts)
    after = with_given(facts, given)
    apart = _apart(compiled, transition, after, given, now)
    authority = authorise(workflow, transition, facts, after, command.acting_for, apart)
    after = _as_deputy(after, authority)
    if command.decline and isinstance(authority, Authority):
        return decline(after, Voice(transition, workflow.states[facts.item.state], authority, command.comment))
    refusals = [*(() if isinstance(authority, Authority) else authority), *given.problems]
    if given.columns or given.fields:
        refusals += _not_asked(compiled, transition, facts, given)
    refusals += missing(compiled, transition, after, given, command.comment, now)
    if refusals or not isinstance(authority, Authority):
        return Refused(tuple(refusals))
    voice = Voice(transition, workflow.states[facts.item.state], authority, command.comment)
    if transition.approvals and (answer := speak(workflow, after, voice, given, apart)):
        return answer
    outcome = work_out(transition.then, Setting(compiled, after, given.inputs, now, transition.name))
    if outcome.problems:
        return Refused(tuple(outcome.problems))
    return settle(compiled, facts, command, Agreed(transition, workflow.states[target], authority, given, outcome, now))


def _apart(compiled: Compiled, transition: Transition, facts: Facts, given: Given, now: datetime) -> tuple[str, ...]:
    """Whom the transition must be independent of; where a condition can't be judged, independence is asked for."""
    if not transition.independence:
        return ()
    conditions = zip(transition.independence, compiled.apart[transition.name], strict=True)
    return tuple(rule.name for rule, guard in conditions if guard is None or guard.holds(facts, given.inputs, now) is not False)


def _not_asked(compiled: Compiled, transition: Transition, facts: Facts, given: Given) -> list[Refusal]:
    """Values that neither the step asks for nor the actor could change without it: no step is a side door to other people's fields."""
    if may_edit(facts):
        return []
    read = {name.removeprefix("item.") for guard in compiled.guards.get(transition.name, ()) for name in guard.names}
    asked = {*transition.needs.fields, *(name for name in read if is_empty(facts.item, name))}
    named = [(name, name_text(compiled.workflow, name)) for name in (*given.columns, *given.fields) if name not in asked]
    return [refusal("NOT_ASKED", name, title=text.en, title_zh=text.zh) for name, text in named]


def _as_deputy(facts: Facts, authority: Authority | tuple[Refusal, ...]) -> Facts:
    """What guards see of a deputy who acts for somebody: the lent roles beside their own."""
    if not isinstance(authority, Authority) or authority.acting_for is None:
        return facts
    actor = facts.actor
    return facts._replace(actor=actor._replace(roles=actor.roles | actor.stands_in[authority.acting_for]))


def _impossible(compiled: Compiled, facts: Facts, name: str, transition: Transition | None) -> Refusal:
    workflow = compiled.workflow
    joined = titles([one.title for one in workflow.leaving(facts.item.state)])
    possible = {"possible": joined["titles"] or "–", "possible_zh": joined["titles_zh"] or "–"}
    if transition is None:
        return refusal("NOT_FROM_THIS_STATE", sentence="UNKNOWN_TRANSITION", transition=name, **possible)
    state = name_text(workflow, facts.item.state)
    here = {"state_title": state.en, "state_title_zh": state.zh, "state": facts.item.state}
    named = {"transition_title": transition.title.en, "transition_title_zh": transition.title.zh, "transition": name}
    return refusal("NOT_FROM_THIS_STATE", **here, **named, **possible)


def next_steps(compiled: Compiled, facts: Facts, now: datetime) -> tuple[Step, ...]:
    """What could come next from here, and what each step still lacks: the very decision, asked with nothing given."""
    return tuple(_step(compiled, facts, transition, now) for transition in compiled.workflow.leaving(facts.item.state))


def standing(compiled: Compiled, facts: Facts, transition: Transition, now: datetime) -> Round | None:
    """How far a round of yeses to `transition` has come; None where one person takes the step."""
    return round_of(transition, facts, _apart(compiled, transition, facts, Given(), now)) if transition.approvals else None


def _step(compiled: Compiled, facts: Facts, transition: Transition, now: datetime) -> Step:
    answer = decide(compiled, facts, Command(transition.name), now)
    lacking = answer.refusals if isinstance(answer, Refused) else ()
    return Step(transition.name, transition.target, lacking)


def decide_edit(compiled: Compiled, facts: Facts, values: dict[str, Any], cycle: int | None = None) -> Given | Refused:
    """Whether the actor may change columns and fields without a transition, and what then is written."""
    given = read_given(compiled.workflow, None, values, facts)
    refusals = list(given.problems)
    if cycle is not None and cycle != facts.item.cycle:
        refusals.append(refusal("READ_ONLY_CYCLE", cycle=cycle))
    if facts.item.closed_at is not None:
        refusals.append(refusal("READ_ONLY_CLOSED"))
    if not may_edit(facts):
        roles = titles([name_text(compiled.workflow, "owner"), name_text(compiled.workflow, "proposer")])
        refusals.append(refusal("NOT_YOUR_ROLE", roles=f"{roles['titles']}, process owner", roles_zh=f"{roles['titles_zh']}、流程负责人"))
    if "title" in given.columns and given.columns["title"] is None:
        refusals.append(refusal("NEEDS_FIELD", "title", title="Title", title_zh="标题"))
    return Refused(tuple(refusals)) if refusals else given
