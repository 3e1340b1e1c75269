"""Mutants of the bundled workflows: each a small, wrong change, as a person in a hurry makes it; and who notices.

`python -m tests.faults.mutants` makes them, asks the checker, then plays the stories and looks for paths, and prints how many of each kind
were found by whom. Deterministic: the same seed gives the same mutants.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from pdca_engine.definition.deciding.compiled import compile_workflow
from pdca_engine.definition.guards.types import KINDS
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.definition.playing.cover import cover
from pdca_engine.definition.playing.perform import perform
from pdca_engine.definition.reading.reader import read_yaml
from pdca_engine.services.playing import papers_for
from pdca_engine.services.workflows import bundled_texts, check_text

Data = dict[str, Any]
ISSUE: Final = ("drop a state", "rename a target", "swap a type", "loosen a guard")
SEED: Final = 20260101


@dataclass(frozen=True)
class Mutant:
    """One wrong file: which workflow, what was done to it, and its text (JSON, which is YAML)."""

    workflow: str
    kind: str
    what: str
    text: str


@cache
def _data(name: str) -> Data:
    data, _, _ = read_yaml(bundled_texts()[name], name)
    assert isinstance(data, dict)
    return data


Change = tuple[str, Callable[[Data], None]]  # what is said of it, and the change itself


def _states(data: Data) -> Iterator[Change]:
    for name in data.get("states", {}):
        yield name, lambda new, name=name: new["states"].pop(name)


def _targets(data: Data) -> Iterator[Change]:
    for name, one in _transitions(data):
        at = len(one["to"]) // 2
        wrong = one["to"][:at] + one["to"][at + 1 :]
        yield f"{name}: to {wrong}", lambda new, name=name, wrong=wrong: new["transitions"][name].update(to=wrong)


def _other_targets(data: Data) -> Iterator[Change]:
    states = list(data.get("states", {}))
    for name, one in _transitions(data):
        for other in states:
            if other != one["to"]:
                yield f"{name}: to {other}", lambda new, name=name, other=other: new["transitions"][name].update(to=other)


def _types(data: Data) -> Iterator[Change]:
    for name, one in data.get("fields", {}).items():
        for other in ("text", "number", "boolean", "date", "person"):
            if one and KINDS[other] is not KINDS[one["type"]]:
                yield f"{name}: {other}", lambda new, name=name, other=other: new["fields"][name].update(type=other)


def _guards(data: Data) -> Iterator[Change]:
    """A condition left out; `&&` become `||`; a limit that now holds too."""
    for name, one in _transitions(data):
        conditions = one.get("when", [])
        for number, condition in enumerate(conditions if isinstance(conditions, list) else ()):
            yield f"{name}: without {condition['that']}", lambda new, name=name, number=number: _without(new["transitions"][name], number)
            for looser in dict.fromkeys(_looser(condition["that"])):
                if _at_midnight(looser, data, one):
                    continue
                yield (
                    f"{name}: {looser}",
                    lambda new, name=name, number=number, looser=looser: new["transitions"][name]["when"][number].update(that=looser),
                )


def _looser(that: str) -> Iterator[str]:
    if " && " in that:
        yield that.replace(" && ", " || ", 1)
    for found in re.finditer(r" ([<>]) ", that):
        yield f"{that[: found.start(1)]}{found[1]}={that[found.end(1) :]}"


def _at_midnight(looser: str, data: Data, transition: Data) -> bool:
    """Whether the limit that now holds too is a date at the very moment it begins: no change that anybody could ever see."""
    found = re.search(
        r"(?:plus\()?(?:item|input)\.(\w+)(?:, \"[^\"]+\"\))? [<>]= now\b|\bnow [<>]= (?:plus\()?(?:item|input)\.(\w+)", looser
    )
    declared = transition.get("input", {}) | data.get("fields", {}) if found else {}
    return bool(found and (declared.get(found[1] or found[2]) or {}).get("type") == "date")


def _without(transition: Data, number: int) -> None:
    del transition["when"][number]
    if not transition["when"]:
        del transition["when"]


def _eyes(data: Data) -> Iterator[Change]:
    for name, one in _transitions(data):
        for number in range(len(_listed(one.get("independent_of", [])))):
            yield f"{name}: {number}", lambda new, name=name, number=number: _take(new["transitions"][name], "independent_of", number)


def _needs(data: Data) -> Iterator[Change]:
    for name, one in _transitions(data):
        for key in one.get("needs", {}):
            yield f"{name}: {key}", lambda new, name=name, key=key: new["transitions"][name]["needs"].pop(key)


def _actors(data: Data) -> Iterator[Change]:
    for name, one in _transitions(data):
        if "by" in one and "any_staff" not in _listed(one["by"]):
            yield name, lambda new, name=name, one=one: new["transitions"][name].update(by=[*_listed(one["by"]), "any_staff"])


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _take(entry: Data, key: str, number: int) -> None:
    entry[key] = [one for at, one in enumerate(_listed(entry[key])) if at != number]
    if not entry[key]:
        del entry[key]


def _transitions(data: Data) -> Iterator[tuple[str, Data]]:
    return ((name, one) for name, one in data.get("transitions", {}).items() if one)


KINDS_OF: Final[Mapping[str, Callable[[Data], Iterator[Change]]]] = {
    "drop a state": _states,
    "rename a target": _targets,
    "swap a type": _types,
    "loosen a guard": _guards,
    "another target": _other_targets,
    "drop four eyes": _eyes,
    "drop a need": _needs,
    "let anybody do it": _actors,
}


def all_changes(kind: str) -> list[tuple[str, Change]]:
    """Every change of one kind, with its workflow, in the order of the files."""
    return [(name, one) for name in sorted(bundled_texts()) for one in KINDS_OF[kind](_data(name))]


def some_mutants(kind: str, most: int, seed: int = SEED) -> list[Mutant]:
    """So many mutants of one kind, chosen by `seed`."""
    every = all_changes(kind)
    return [_mutant(kind, name, *change) for name, change in random.Random(f"{seed} {kind}").sample(every, min(most, len(every)))]


def _mutant(kind: str, name: str, what: str, change: Callable[[Data], None]) -> Mutant:
    new = deepcopy(_data(name))
    change(new)
    return Mutant(name, kind, what, json.dumps(new, ensure_ascii=False))


def found_by_checker(mutant: Mutant) -> Workflow | None:
    """The mutant's workflow where the checker says nothing of it; None: it was found."""
    checked = check_text(mutant.text, mutant.workflow)
    return None if checked.problems else checked.workflow


def found_by_playing(workflow: Workflow) -> bool:
    """Whether a story goes otherwise than it tells, or a transition can't be reached any more."""
    if not any(state.initial for state in workflow.states.values()):
        return False
    compiled, papers = compile_workflow(workflow), papers_for(workflow)
    if any(perform(compiled, story, papers).surprises for story in workflow.examples):
        return True
    return not all(one.covered or one.excused for one in cover(compiled, papers))


def main() -> None:
    """Print a table: kind, mutants, found by the checker, found by stories and paths besides, not found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=100, help="mutants of each kind")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--show", action="store_true", help="name those nobody found")
    parser.add_argument("--kind", action="append", choices=tuple(KINDS_OF))
    asked = parser.parse_args()
    for kind in asked.kind or KINDS_OF:
        mutants = some_mutants(kind, asked.most, asked.seed)
        left = [(one, workflow) for one in mutants if (workflow := found_by_checker(one)) is not None]
        missed = [one for one, workflow in left if not found_by_playing(workflow)]
        of = len(all_changes(kind))
        print(f"{kind:20}{of:6}{len(mutants):6}{len(mutants) - len(left):6}{len(left) - len(missed):6}{len(missed):6}", flush=True)
        for one in missed if asked.show else ():
            print(f"    {one.workflow}: {one.what}")


if __name__ == "__main__":
    main()
