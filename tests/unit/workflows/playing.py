"""A bundled workflow played on paper: decisions made one after another, each written into the facts of the next."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from pdca_engine.cadence.calendars import load_calendar
from pdca_engine.definition.deciding.compiled import Compiled, compile_workflow
from pdca_engine.definition.deciding.decide import decide, next_steps
from pdca_engine.definition.paper.facts import ENGINE_ACTOR, Actor, ChildFacts, Command, Decision, EvidenceFacts, Facts, ItemFacts, Refused
from pdca_engine.definition.playing.written import begun_item, holders_of, written
from pdca_engine.definition.reading.load import Loaded, load_workflow
from pdca_engine.errors import Refusal
from pdca_engine.paths import bundled

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, 09:00 in Shanghai
ANA, BO, CUI, DENG, EVA, FANG, GU, IDA, LI, HE = range(1, 11)
GRANTED = {
    CUI: {"process_owner"},
    EVA: {"auditor"},
    FANG: {"sms_manager"},
    GU: {"sponsor"},
    IDA: {"improvement_manager"},
    LI: {"lead_auditor"},
    HE: {"audit_manager"},
}
ENGINE = 0


def text_of(name: str) -> str | None:
    """The text of the bundled workflow called `name`."""
    places = (bundled("workflows") / f"{name}.yaml", bundled("workflows") / "processes" / f"{name}.yaml")
    return next((place.read_text("utf-8") for place in places if place.exists()), None)


@cache
def loaded(name: str) -> Loaded:
    """The bundled workflow called `name`, read."""
    return load_workflow(text_of(name) or "", f"{name}.yaml", text_of)


@cache
def compiled(name: str) -> Compiled:
    """The bundled workflow called `name`, ready to run."""
    workflow = loaded(name).workflow
    assert workflow is not None
    return compile_workflow(workflow)


class Play:
    """One item of a bundled workflow, its facts kept in step with every decision."""

    def __init__(self, name: str, **values: Any) -> None:
        self.compiled, self.now = compiled(name), START
        workflow = self.compiled.workflow
        columns = {"owner": ANA, "proposer": BO, "process": "incident", "description": "Found it", "source": "idea"} | {
            key: values.pop(key) for key in list(values) if key in ItemFacts._fields
        }
        item = begun_item(workflow, START, {"key": "X-2026-0001", "title": "It is slow", **columns}, values)
        holders = holders_of({person: frozenset(roles) for person, roles in GRANTED.items()})
        self.facts = Facts(item, Actor(ANA), ZoneInfo("Asia/Shanghai"), load_calendar("none"), holders)

    @property
    def item(self) -> ItemFacts:
        """The item as it is now."""
        return self.facts.item

    def ask(self, transition: str, person: int, comment: str | None = None, **values: Any) -> Decision | Refused:
        """What the engine answers."""
        actor = Actor(person, frozenset(GRANTED.get(person, ()))) if person else ENGINE_ACTOR
        return decide(self.compiled, self.facts._replace(actor=actor), Command(transition, values, comment), self.now)

    def do(self, transition: str, person: int, comment: str | None = None, **values: Any) -> Decision:
        """Fire a transition that must be allowed, and write it down."""
        answer = self.ask(transition, person, comment, **values)
        assert isinstance(answer, Decision), f"{transition}: {[str(one) for one in answer.refusals]}"
        self.facts = written(self.facts, answer, self.now)
        self.now += timedelta(minutes=1)
        return answer

    def refusals(self, transition: str, person: int, comment: str | None = None, **values: Any) -> tuple[Refusal, ...]:
        """Why a transition that must be refused is refused."""
        answer = self.ask(transition, person, comment, **values)
        assert isinstance(answer, Refused), f"{transition} was allowed"
        return answer.refusals

    def codes(self, transition: str, person: int, comment: str | None = None, **values: Any) -> list[str]:
        """The codes of `refusals`, with the field where there is one."""
        found = self.refusals(transition, person, comment, **values)
        return [f"{one.code}:{one.field}" if one.code in ("NEEDS_FIELD", "NEEDS_INPUT") else one.code for one in found]

    def offered(self, person: int) -> list[str]:
        """The transitions that somebody may fire from here, as far as role and independence go."""
        facts = self.facts._replace(actor=Actor(person, frozenset(GRANTED.get(person, ()))))
        steps = next_steps(self.compiled, facts, self.now)
        return [step.transition for step in steps if not any(one.code.startswith(("NOT_YOUR", "FOUR_EYES")) for one in step.missing)]

    def write(self, **values: Any) -> None:
        """Change fields as an edit leaves them."""
        self.facts = self.facts._replace(item=self.item._replace(fields={**self.item.fields, **values}))

    def wait(self, days: int) -> None:
        """Let days go by."""
        self.now += timedelta(days=days)

    def day(self, days: int) -> str:
        """The day that many days from now, in Shanghai."""
        return (self.now.astimezone(self.facts.zone) + timedelta(days=days)).date().isoformat()

    def prove(self) -> None:
        """Add a piece of evidence now."""
        self.facts = self.facts._replace(evidence=(*self.facts.evidence, EvidenceFacts(None, self.now.date(), self.now)))
        self.now += timedelta(minutes=1)

    def act(self, state: str = "open", owner: int | None = BO, due: date | None = date(2026, 4, 1), evidence: int = 0) -> None:
        """Set the one action of the item to what is given."""
        final = {"done": "achieved", "dropped": "ended"}.get(state)
        owners = () if owner is None else (owner,)
        self.facts = self.facts._replace(children=(ChildFacts(2, "ACT-2026-0001", "action", state, final, owner, owners, due, evidence),))
