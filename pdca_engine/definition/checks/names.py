"""Names: everything a workflow refers to exists, is of the right type, and no name means two things."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pdca_engine.definition.checks.known import Known
from pdca_engine.definition.checks.references import Reference, References
from pdca_engine.definition.paper import words
from pdca_engine.definition.paper.positions import Path
from pdca_engine.definition.paper.report import Both
from pdca_engine.definition.paper.walk import by_place, effects_of
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.definition.reading.load import Draft

# What CEL can't read after a dot, so that no guard could say `item.in`.
_CEL: Final = ("in", "null", "true", "false")
_LANGUAGE: Final[Both] = ("the workflow language", "工作流语言")
_GUARDS: Final[Both] = ("the language of guards", "条件语言")


def check_names(draft: Draft, known: Known) -> None:
    """Note every unknown, mistaken or ambiguous name."""
    for reference in References(draft, known).all():
        _check_reference(draft, reference)
    _check_relations(draft)
    _check_taken(draft)
    _check_reserved(draft)


def _check_reference(draft: Draft, one: Reference) -> None:
    if one.word not in one.options:
        if one.key:
            draft.add_key(one.code, one.path, word=one.word, options=one.options, **one.params)
        else:
            draft.add_word(one.code, one.path, one.word, options=one.options, **one.params)
    elif one.types and (field := draft.workflow.fields.get(one.word)) and field.type not in one.types:
        draft.add_word("WRONG_FIELD_TYPE", one.path, one.word, type=field.type, wanted=" / ".join(one.types))


def _check_relations(draft: Draft) -> None:
    """Relations that are no columns of every item need a field of that name that holds a person."""
    for path, names in _relations(draft.workflow):
        for name in names:
            if name in words.FIELD_RELATIONS and name not in words.GRANTED_ROLES:
                field = draft.workflow.fields.get(name)
                if field is None and name not in draft.declared["fields"]:
                    draft.add_word("RELATION_WITHOUT_FIELD", path, name)
                elif field and field.type not in ("person", "persons"):
                    draft.add_word("WRONG_FIELD_TYPE", path, name, type=field.type, wanted="person")


def _relations(workflow: Workflow) -> Iterator[tuple[Path, Iterable[str]]]:
    for one in workflow.transitions.values():
        yield by_place(one), one.by
        yield ("transitions", one.name, "independent_of"), one.independent_of
    for path, effect, _ in effects_of(workflow):
        if effect.kind in ("notify", "escalate"):
            yield path, effect.args["who"]
        elif effect.kind == "assign":
            yield path, effect.args
    for timer in workflow.timers.values():
        for step in timer.ladder:
            yield ("timers", timer.name, "ladder"), step.who


def _check_taken(draft: Draft) -> None:
    """A field is no column and a transition no role: `item.due` and `independent_of: [owner]` must mean one thing."""
    for name in draft.workflow.fields:
        if name in words.COMMON_COLUMNS:
            draft.add_key("NAME_TAKEN", ("fields", name), word=name, noun=("a column of every item", "每个事项的通用列"))
    for name in draft.workflow.transitions:
        if name in words.ROLES:
            draft.add_key("NAME_TAKEN", ("transitions", name), word=name, noun=("a role", "角色"))


def _check_reserved(draft: Draft) -> None:
    for name in draft.workflow.states:
        if name in (words.TO_SAME, words.TO_PREVIOUS):
            draft.add_key("RESERVED_NAME", ("states", name), word=name, noun=_LANGUAGE)
    named: list[Path] = [("fields", name) for name in draft.workflow.fields]
    for one in draft.workflow.transitions.values():
        # a transition may be called `return`, as some are in the field: only a guard that counts it (`times.return`) is then no CEL
        named += [("transitions", one.name, "input", given.name) for given in one.inputs]
    for path in named:
        if path[-1] in _CEL:
            draft.add_key("RESERVED_NAME", path, word=path[-1], noun=_GUARDS)
