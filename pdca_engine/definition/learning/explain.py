"""Any word of the language, explained: what it is, an example, where it may stand. Made from the tables the checker itself uses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from pdca_engine.definition.deciding import refusals
from pdca_engine.definition.language.grammar import WORKFLOW
from pdca_engine.definition.language.kinds import Anything, Either, Key, Kind, Record, Scalar, Several, Table, Word
from pdca_engine.definition.language.scalars import (
    CODE,
    DATE,
    DURATION,
    FLAG,
    INTEGER,
    ITEM_KEY,
    NAME,
    NUMBER,
    OFFSET,
    POSITIVE,
    TIME,
    WHOLE,
)
from pdca_engine.definition.language.story import DAY, FEW
from pdca_engine.definition.learning import meanings
from pdca_engine.definition.learning.lessons import lessons
from pdca_engine.definition.paper import sentences, words
from pdca_engine.definition.paper.named_facts import NAMED_FACTS
from pdca_engine.definition.paper.report import Both
from pdca_engine.definition.paper.suggest import nearest

_SCALARS: Final = (
    (NAME, "a_name"),
    (ITEM_KEY, "IMP"),
    (CODE, "MAX_CYCLES"),
    (DURATION, "10 working days"),
    (OFFSET, "-2 days"),
    (DATE, "2026-01-31"),
    (TIME, "09:00"),
    (FLAG, True),
    (NUMBER, 5),
    (INTEGER, 5),
    (WHOLE, 1),
    (POSITIVE, 1),
    (FEW, 1),
    (DAY, "+10 days"),
)
_RELATION: Final[Both] = ("A relation to one item", "与单个事项的关系")
_GRANTED: Final[Both] = ("A role that is granted to people, for a process or the organisation", "授予人员的角色，针对某流程或整个组织")
_BOTH: Final[Both] = ("A relation to one item, and a role that can be granted", "既是与单个事项的关系，也可作为角色授予")
_STANDS: Final[Both] = ("`by`, `independent_of`, `notify`, `ladder`", "`by`、`independent_of`、`notify`、`ladder`")


@dataclass(frozen=True, slots=True)
class Meaning:
    """One meaning of a word: what sort of word it is, what it says, an example in YAML (or CEL), where it may stand.

    A problem's code also tells `why` it matters, with a bad example that has it and the good one.
    """

    word: str
    sort: Both
    text: Both
    example: str
    where: Both
    why: Both = ("", "")
    bad: str = ""
    good: str = ""


def explain(word: str) -> tuple[Meaning, ...]:
    """Every meaning of `word`; none where there is no such word. A code may be one of the many FOUR_EYES_…."""
    found = _all().get(word) or _all().get(word.lower()) or _all().get(word.upper()) or ()
    return found or tuple(_four_eyes(word.upper()))


def nearest_word(word: str) -> str | None:
    """The word that was probably meant."""
    return nearest(word, _all())


def every_word() -> tuple[str, ...]:
    """All words that can be explained."""
    return tuple(_all())


@cache
def _all() -> Mapping[str, tuple[Meaning, ...]]:
    found: dict[str, list[Meaning]] = {}
    for one in (*_keys(WORKFLOW, {}), *_effects_alone(), *_types(), *_values(), *_roles(), *_columns(), *_facts(), *_codes()):
        if one not in found.setdefault(one.word, []):
            found[one.word].append(one)
    return {word: tuple(several) for word, several in found.items()}


def _keys(kind: Kind, seen: dict[int, Kind]) -> Iterator[Meaning]:
    """Every key of every record, from the top down."""
    if id(kind) in seen:
        return
    seen[id(kind)] = kind
    match kind:
        case Several():
            yield from _keys(kind.of, seen)
        case Table():
            yield from _keys(kind.value, seen)
        case Either():
            for one in (kind.scalar, kind.mapping, kind.items):
                yield from _keys(one, seen) if one else ()
        case Record():
            yield from (_key(kind, name, key) for name, key in kind.keys.items())
            for key in kind.keys.values():
                yield from _keys(key.kind, seen)


def _key(record: Record, name: str, key: Key) -> Meaning:
    effect = record.single
    sort = ("effect", "效果") if effect else ("key", "键")
    needed = (" Required.", "必填。") if key.required and not effect else ("", "")
    example = f"then: [{{{name}: {_flow(sample(key.kind))}}}]" if effect else f"{name}: {_flow(example_of_key(record, name, key))}"
    where = ("`then` of a transition, timer or schedule", "流转、定时器或日程的 `then`") if effect else record.place
    return Meaning(name, sort, (key.en + needed[0], key.zh + needed[1]), example, where)


def example_of_key(record: Record, name: str, key: Key) -> Any:
    """A value for a key: the one written for it, else the plainest its kind allows."""
    place = record.place[0].removeprefix("a ").split(" ")[0]
    written = meanings.PLACES.get(f"{place}.{name}", meanings.EXAMPLES.get(name))
    return written if written is not None and fits(key.kind, written) else sample(key.kind)


def fits(kind: Kind, value: Any) -> bool:
    """Whether a value could stand there, as far as its shape goes."""
    match kind:
        case Scalar():
            return kind.fits(value)
        case Word():
            return value in kind.values
        case Several():
            return all(fits(kind.of, one) for one in value) if isinstance(value, list) else kind.alone and fits(kind.of, value)
        case Either():
            below = kind.mapping if isinstance(value, Mapping) else kind.items if isinstance(value, list) else kind.scalar
            return below is not None and fits(below, value)
        case Record():
            return isinstance(value, Mapping) and set(kind.required) <= set(value) <= set(kind.keys)
        case Anything():
            return True
    return isinstance(value, Mapping)


def sample(kind: Kind) -> Any:
    """The plainest value of a kind."""
    match kind:
        case Scalar():
            return next((value for scalar, value in _SCALARS if scalar is kind), "some words")
        case Word():
            return kind.values[0]
        case Anything():
            return "a value"
        case Several():
            return sample(kind.of) if kind.alone else [sample(kind.of)]
        case Either():
            return sample(next(one for one in (kind.scalar, kind.mapping, kind.items) if one is not None))
        case Table():
            return {sample(kind.name): sample(kind.value)}
        case Record():
            return _sample_record(kind)


def _sample_record(kind: Record) -> dict[str, Any]:
    wanted = list(kind.required)
    if kind.single or kind.one_of or not wanted:
        wanted += list((kind.one_of or tuple(kind.keys))[:1])
    rest = {"major": sample(kind.rest)} if kind.rest else {}
    return {name: example_of_key(kind, name, kind.keys[name]) for name in wanted} | rest


def _flow(value: Any) -> str:
    """A value as YAML in one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_flow(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str):
        plain = re.fullmatch(r"[\w+-][\w .+-]*", value) and not re.fullmatch(r"[\d.:-]+", value)
        return value if plain or DATE.fits(value) else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)


def _effects_alone() -> Iterator[Meaning]:
    where = ("`then` of a transition, timer or schedule", "流转、定时器或日程的 `then`")
    for name, text in meanings.ALONE.items():
        yield Meaning(name, ("effect", "效果"), text, f"then: [{name}]", where)


def _types() -> Iterator[Meaning]:
    more = {"choice": ", of: [low, high]", "choices": ", of: [low, high]", "table": ", columns: {name: {type: text}}"}
    for name, text in meanings.FIELD_TYPES.items():
        example = f"fields: {{x: {{type: {name}{more.get(name, '')}}}}}"
        yield Meaning(name, ("field type", "字段类型"), text, example, ("`type` of a field or input", "字段或输入的 `type`"))


def _values() -> Iterator[Meaning]:
    for key, values in meanings.VALUES.items():
        for name, text in values.items():
            yield Meaning(name, (f"value of `{key}`", f"`{key}` 的值"), text, f"{key}: {name}", (f"`{key}`", f"`{key}`"))


def _roles() -> Iterator[Meaning]:
    for name, (en, zh) in words.ROLE_TEXTS.items():
        granted, relation = name in words.GRANTED_ROLES, name in words.RELATIONS
        sort = _BOTH if granted and relation else _GRANTED if granted else _RELATION if relation else ("A role", "角色")
        text = (f"{en}. {sort[0]}.", f"{zh}。{sort[1]}。")
        tells = name == words.LINE_MANAGER
        example = f"notify: {name}" if tells else f"by: [{name}]"
        yield Meaning(name, ("role", "角色"), text, example, ("`notify`, `ladder`", "`notify`、`ladder`") if tells else _STANDS)


def _columns() -> Iterator[Meaning]:
    for name, (en, zh) in words.COLUMN_TEXTS.items():
        edited = name in words.EDITABLE_COLUMNS
        text = (f"{en}: every item has it.", f"{zh}：每个事项都有。")
        where = ("`needs: {fields}`, `set` and guards", "`needs: {fields}`、`set` 和条件") if edited else ("guards", "条件")
        example = f"needs: {{fields: [{name}]}}" if edited else f"item.{name}"
        yield Meaning(name, ("column of every item", "每个事项的通用列"), text, example, where)


def _facts() -> Iterator[Meaning]:
    for name, fact in NAMED_FACTS.items():
        more = ("Unknown until another part of the program supplies it.", "在程序其他部分提供之前为未知。")
        text = (f"{fact.title.en}. {more[0]}", f"{fact.title.zh}。{more[1]}")
        yield Meaning(name, ("named fact", "具名事实"), text, f"{name} != null", ("guards", "条件"))


def _codes() -> Iterator[Meaning]:
    checks = ("`pdca workflows check`", "`pdca workflows check`")
    for name, lesson in lessons().items():
        said = sentences.SENTENCES.get(name)  # guards have theirs from what is wrong with them
        text = _filled(said) if said and said[0] != "{why}" else lesson.why
        why = lesson.why if text != lesson.why else ("", "")
        yield Meaning(name, ("problem code", "问题代码"), text, "", checks, why, lesson.bad, lesson.good)
    for name, both in refusals.SENTENCES.items():
        yield Meaning(name, ("refusal code", "拒绝代码"), _filled(both), "", ("the answer to a transition", "对流转的答复"))


def _four_eyes(code: str) -> Iterator[Meaning]:
    """FOUR_EYES_OWNER, FOUR_EYES_OWNER_HISTORY, FOUR_EYES_APPROVE …: one for each name under `independent_of`."""
    found = re.fullmatch("FOUR_EYES_([A-Z0-9_]+?)(_HISTORY)?", code)
    if found:
        both = refusals.SENTENCES["FOUR_EYES_HISTORY" if found[2] else "FOUR_EYES"]
        relation = words.ROLE_TEXTS.get(found[1].lower(), (found[1].lower(),) * 2)
        text = (both[0].format(relation=relation[0].lower()), both[1].format(relation=relation[1]))
        where = ("the answer to a transition with `independent_of`", "对带 `independent_of` 的流转的答复")
        yield Meaning(code, ("refusal code", "拒绝代码"), text, f"independent_of: [{found[1].lower()}]", where)


def _filled(both: tuple[str, ...]) -> Both:
    """A sentence whose blanks are shown as such."""
    en, zh = (re.sub(r"\{\w*\}", "…", text) for text in both[:2])
    return en, zh
