"""Reading YAML: what words mean, where things stand, and that no file, however strange, does more than be told its problem."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pdca_engine.definition.checks.check import check_workflow
from pdca_engine.definition.paper.problems import as_text
from pdca_engine.definition.reading.load import load_workflow
from pdca_engine.definition.reading.reader import MOST_BYTES, MOST_LINES, read_yaml
from tests.unit.definition.corpus import TINY, broken_files, parent


def read(text: bytes | str):
    data, _, problems = read_yaml(text, "file.yaml")
    return data, [(one.code, one.line, one.column) for one in problems]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *((word, word) for word in ("on", "off", "yes", "no", "On", "NO", "y", "n", "tRue", "09:00", "2026-01-31", "1_000", "0x1F", "012")),
        *((word, word) for word in (".inf", "-.INF", ".nan", "1e999", "10 working days", "= item.cost", "1.2.3")),
        *((word, None) for word in ("null", "Null", "NULL", "~", "")),
        *((word, True) for word in ("true", "True", "TRUE")),
        *((word, False) for word in ("false", "False", "FALSE")),
        *(("0", 0), ("-12", -12), ("+7", 7), ("1.5", 1.5), ("-.5", -0.5), ("1e3", 1000.0), ("1234567890123456789", "1234567890123456789")),
        *(('"5"', "5"), ("'null'", "null"), ('"true"', "true"), ("|\n  5\n", "5\n")),
    ],
)
def test_words_stay_words(written: str, meant: object):
    data, problems = read(f"key: {written}\n")
    assert (problems, data["key"]) == ([], meant)
    assert type(data["key"]) is type(meant)


def test_keys_are_always_words():
    assert read("on: 1\nyes: 2\n5: 3\nnull: 4\n2026-01-31: 5\n")[0] == {"on": 1, "yes": 2, "5": 3, "null": 4, "2026-01-31": 5}


def test_places_of_keys_and_values():
    text = "\ufeffone:\n  two: three\n  list: [a, 'b', \"c d\"]\n五:\n  - 六\n"
    _, positions, problems = read_yaml(text, "file.yaml")
    assert problems == ()
    assert positions.of_key(("one", "two")) == (2, 3, 3)
    assert positions.of(("one", "two")) == (2, 8, 5)
    assert positions.of(("one",)) == (1, 1, 3)
    assert positions.of(("one", "list", "1")) == (3, 14, 1)
    assert positions.of(("one", "list", "2")) == (3, 19, 3)
    assert positions.of_word(("one", "list"), "c d") == (3, 19, 3)
    assert positions.of(("五", "0")) == (5, 5, 1)
    assert positions.of(("one", "nothing", "there")) == (1, 1, 3)
    assert positions.source()[("one", "two")] == (2, 8)


@pytest.mark.parametrize(
    ("written", "line", "column"),
    [
        ("key: item.a < item.b\n", 1, 15),
        ("key: 'item.a < item.b'\n", 1, 16),
        ('key: "item.a <\\x20item.b"\n', 1, 19),
        ('key: "\\"x\\" == item.a || item.b"\n', 1, 26),
        ("key: item.a <\n     item.b\n", 2, 6),
        ("key: >-\n  item.a <\n    item.b\n", 3, 5),
        ("key: |\n  item.a <\n\n  item.b\n", 4, 3),
        ("key: item.a <\r\n  item.b\r\n", 2, 3),
    ],
)
def test_places_inside_a_text_however_it_is_written(written: str, line: int, column: int):
    data, positions, _ = read_yaml(written, "file.yaml")
    before, _, _ = data["key"].partition("item.b")
    offset_line, offset_column = before.count("\n"), len(before) - (before.rfind("\n") + 1)
    assert positions.inside(("key",), offset_line, offset_column, 6) == (line, column, 6)


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join(['*' + old] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
CHAIN = "a0: &a0 {x: 1}\n" + "".join(f"a{number}: &a{number} {{y: *a{number - 1}}}\n" for number in range(1, 100))
STRANGERS: dict[str, tuple[bytes | str, tuple[str, int, int]]] = {
    "brackets": ("[" * 50_000, ("YAML_TOO_DEEP", 1, 33)),
    "braces": ("{a: " * 50_000, ("YAML_TOO_DEEP", 1, 129)),
    "dashes": ("- " * 50_000, ("YAML_TOO_DEEP", 1, 65)),
    "billion laughs": (BOMB, ("YAML_TOO_LARGE", 5, 8)),
    "anchor chain": (CHAIN, ("YAML_TOO_DEEP", 31, 15)),
    "anchor to itself": ("a: &a [*a]", ("YAML_ALIAS", 1, 8)),
    "merge bomb": ("a: &a {x: 1}\nb:\n  <<: [" + "*a," * 30 + "]\n", ("YAML_MERGE", 3, 3)),
    "ten megabytes": (b"a: x\n" * 2_000_000, ("YAML_TOO_LARGE", 1, 1)),
    "one byte too many": (b"a" * (MOST_BYTES + 1), ("YAML_TOO_LARGE", 1, 1)),
    "bytes count, not letters": ("中" * (MOST_BYTES // 3 + 1), ("YAML_TOO_LARGE", 1, 1)),
    "too many lines": ("\n" * (MOST_LINES + 1), ("YAML_TOO_LARGE", MOST_LINES + 1, 1)),
    "too many entries": ("a: [" + "x," * 25_000 + "]", ("YAML_TOO_LARGE", 1, 23999)),
    "utf-16": ("workflow: a".encode("utf-16"), ("YAML_ENCODING", 1, 1)),
    "utf-16 unmarked": ("workflow: a".encode("utf-16-be"), ("YAML_ENCODING", 1, 1)),
    "latin 1": ("a: b\ntitle: é".encode("latin-1"), ("YAML_ENCODING", 2, 8)),
    "nul": ("a: b\nc: \0", ("YAML_CHARACTER", 2, 4)),
    "escape sequence": ("a: \x1b[31m", ("YAML_CHARACTER", 1, 4)),
    "lone surrogate": ("a: \ud800", ("YAML_CHARACTER", 1, 4)),
    "tab": ("a:\n\tb: c\n", ("YAML_TAB", 2, 1)),
    "empty": ("", ("YAML_EMPTY", 1, 1)),
    "only comments": ("# nothing\n", ("YAML_EMPTY", 1, 1)),
    "two documents": ("a: 1\n---\nb: 2\n", ("YAML_DOCUMENTS", 2, 1)),
    "directive": ("%TAG ! tag:x\n---\na: 1\n", ("YAML_SYNTAX", 1, 1)),
    "python object": ('a: !!python/object/apply:os.system ["true"]', ("YAML_TAG", 1, 4)),
    "key of a list": ("{[a]: b}", ("YAML_KEY", 1, 2)),
    "same key twice": ("a: 1\nb: 2\na: 3\n", ("YAML_DUPLICATE_KEY", 3, 1)),
    "quote left open": ("a: 'b\nc: d\n", ("YAML_SYNTAX", 1, 4)),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_strangers_are_told_their_problem(name: str):
    text, problem = STRANGERS[name]
    assert read(text)[1] == [problem]


@pytest.mark.parametrize("name", STRANGERS)
def test_strangers_cost_little_memory(name: str):
    text = STRANGERS[name][0]
    tracemalloc.start()
    load_workflow(text, "stranger.yaml", parent)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000_000


def test_reading_goes_on_after_what_can_be_passed_over():
    data, problems = read("a: 1\na: 2\n<<: {b: 3}\nc: !!str 4\nd: 5\n")
    assert [code for code, *_ in problems] == ["YAML_DUPLICATE_KEY", "YAML_MERGE", "YAML_TAG"]
    assert data == {"a": 1, "c": "4", "d": 5}


def test_aliases_stand_for_what_they_point_to():
    data, problems = read("a: &choices {x: 1}\nb: *choices\n")
    assert (data, problems) == ({"a": {"x": 1}, "b": {"x": 1}}, [])


ANY_TEXT = st.one_of(
    st.text(),
    st.text(alphabet="abn:-[]{}&*!|>'\"%@`,?#\n \t<"),
    st.binary(),
    st.lists(st.sampled_from([*TINY.read_text(encoding="utf-8").splitlines(), "- ", "? x", "a: &a", "  *a"]), max_size=40).map("\n".join),
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=ANY_TEXT)
def test_any_text_is_loaded_or_told(text: bytes | str):
    loaded = load_workflow(text, "any.yaml", parent)
    assert loaded.workflow is not None or loaded.problems
    assert all(one.line >= 1 and one.column >= 1 and one.length >= 1 for one in loaded.problems)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_change_of_one_line_is_checked_or_told(data: st.DataObject):
    lines = TINY.read_text(encoding="utf-8").splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    others = [*lines, *(line for file in broken_files() for line in file.text.splitlines())]
    lines[number] = data.draw(st.one_of(st.sampled_from(others), st.text(max_size=40).map(lambda text: "    " + text)))
    text = "\n".join(lines)
    workflow, problems = check_workflow(text, "changed.yaml", parent)
    assert workflow is not None or problems
    assert as_text(problems, {"changed.yaml": text}).count("changed.yaml:") >= len(problems)


STRANGE = (*"{}[]:,#&*!|>'\"%@`?- \n\t~é🙂", ": ", "- ", "\n  ", "---\n", "? ", "|\n", ">-\n", "<<: ", "\u2028", "&a ", "*a", "# c\n", " :")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([TINY.read_text(encoding="utf-8"), *(one.text for one in broken_files())]),
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from(STRANGE), st.integers(0, 2)), min_size=1, max_size=5),
)
def test_both_parsers_read_alike(text: str, changes: list[tuple[float, str, int]]):
    """What the parser in C takes, the one in Python takes as the same; the rest is the latter's to tell."""
    for place, sign, cut in changes:
        at = round(place * len(text))
        text = text[:at] + sign + text[at + cut :]
    fast, slow = read_yaml(text, "file.yaml"), read_yaml_slowly(text)
    assert (fast[0], fast[1].source(), fast[2]) == (slow[0], slow[1].source(), slow[2])


def read_yaml_slowly(text: str):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("yaml.__with_libyaml__", False)
        return read_yaml(text, "file.yaml")
