"""What holds the house together: floors, one door to each dangerous library, time handed in, short files, reasons for ignores."""

from __future__ import annotations

import re
import tokenize
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from io import StringIO
from statistics import median

from tests.house.source import PACKAGE, Source, sources

FLOORS = {
    "": 0,
    **dict.fromkeys(("errors", "clock", "settings", "paths", "records", "i18n"), 1),
    **dict.fromkeys(("cadence", "certification", "statistics", "trail"), 2),
    **dict.fromkeys(("definition", "store"), 3),
    **dict.fromkeys(("library", "directory"), 4),
    "unit": 5,
    **dict.fromkeys(("services", "reports"), 6),
    **dict.fromkeys(("api", "web", "scheduler", "delivery"), 7),
    **dict.fromkeys(("server", "duties"), 8),
    "cli": 9,
}
FLOORS_OF_DEFINITION = {
    "paper": 0,
    **dict.fromkeys(("language", "guards"), 1),
    **dict.fromkeys(("reading", "deciding"), 2),
    **dict.fromkeys(("playing", "changing", "learning"), 3),
    **dict.fromkeys(("checks", "drawing"), 4),
    "exchange": 5,
}
ONLY_IN = {
    "transitions": "pdca_engine/definition/deciding/machine.py",
    "cel_expr_python": "pdca_engine/definition/guards/environment.py",
}
FORBIDDEN_IMPORTS = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "jsonpickle"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "yaml.load", "yaml.unsafe_load", "yaml.full_load"}
NOW = {"now", "utcnow", "today", "fromtimestamp", "utcfromtimestamp"}
CLOCK = "pdca_engine/clock.py"
READER = "pdca_engine/definition/reading/reader.py"
LONGEST_FILE, LONGEST_TEST_FILE, LONGEST_FUNCTION, LONG_FUNCTION, MEDIAN_FUNCTION = 320, 600, 60, 30, 10


def none(wrong: list[str]) -> None:
    """Fail with one line each."""
    assert not wrong, "\n" + "\n".join(wrong)


def program() -> tuple[Source, ...]:
    """The program's own files."""
    return sources(PACKAGE)


def room_of(module: str) -> str | None:
    """The room a module name lies in; None when it isn't ours."""
    first, *rest = module.split(".")
    return None if first != PACKAGE else rest[0] if rest else ""


def imported_rooms(source: Source) -> set[tuple[int, str]]:
    """(line, room) of everything of ours a file imports; `from pdca_engine import errors` names the room in its second half."""
    found = set()
    for line, module, name in source.imports():
        target = f"{module}.{name}" if module == PACKAGE and name in FLOORS else module
        if (room := room_of(target)) is not None:
            found.add((line, room))
    return found


def test_every_room_has_a_floor():
    """A new room is a decision: write it into the table above and into the architecture page."""
    assert {source.room for source in program()} - set(FLOORS) == set()


def test_imports_only_go_down():
    """Type-checking imports too; rooms on one floor don't know each other."""
    wrong = [
        f"{source.path}:{line} {source.room or PACKAGE} (floor {FLOORS[source.room]}) imports {room} (floor {FLOORS[room]})"
        for source in program()
        for line, room in sorted(imported_rooms(source))
        if room != source.room and FLOORS[room] >= FLOORS[source.room]
    ]
    none(wrong)


def test_imports_only_go_down_inside_definition_too():
    """Its rooms have floors of their own; its own folder holds no module."""
    wrong = []
    for source in (one for one in program() if one.room == "definition" and one.module.count(".") > 1):
        mine = source.module.split(".")[2]
        for line, module, _ in source.imports():
            named = module.split(".")[2:3] if module.startswith("pdca_engine.definition.") else []
            wrong += [
                f"{source.path}:{line} definition/{mine} imports definition/{other}"
                for other in named
                if other != mine and FLOORS_OF_DEFINITION[other] >= FLOORS_OF_DEFINITION[mine]
            ]
    none(wrong)


def test_no_circle_of_imports_inside_a_room():
    """Modules of one room may use each other, but not in a circle."""
    known = {source.module for source in program()}
    graph: dict[str, set[str]] = defaultdict(set)
    for source in program():
        for _, module, name in source.imports():
            target = f"{module}.{name}" if f"{module}.{name}" in known else module
            if target in known and target != source.module:
                graph[source.module].add(target)
    try:
        TopologicalSorter(graph).prepare()
        circle = []
    except CycleError as error:
        circle = error.args[1]
    none(circle)


def test_dangerous_libraries_have_one_door():
    """Machines and guard expressions are reached through one module each."""
    wrong = [
        f"{source.path}:{line} imports {module}"
        for source in program()
        for line, module, _ in source.imports()
        if (door := ONLY_IN.get(module.split(".")[0])) and source.path != door
    ]
    none(wrong)


def test_nothing_evaluates_text_or_unpickles():
    """No expression, file or row can ever become Python or a shell command."""
    wrong = [
        f"{source.path}:{line} imports {module}"
        for source in sources(PACKAGE, "migrations")
        for line, module, _ in source.imports()
        if module.split(".")[0] in FORBIDDEN_IMPORTS
    ]
    wrong += [
        f"{source.path}:{line} calls {name}"
        for source in sources(PACKAGE, "migrations")
        for line, name in source.calls()
        if name in FORBIDDEN_CALLS and not (name == "yaml.load" and source.path == READER)
    ]
    wrong += [f"{source.path} says shell=True" for source in program() if re.search(r"\bshell\s*=\s*True", source.text)]
    none(wrong)


def test_time_is_handed_in():
    """Only the clock asks the machine what time it is."""
    wrong = [
        f"{source.path}:{line} calls {name}"
        for source in program()
        if source.path != CLOCK
        for line, name in source.calls()
        if name in {"time.time", "time.time_ns"}
        or (name.rpartition(".")[2] in NOW and name.rpartition(".")[0].rpartition(".")[2] in {"datetime", "date"})
    ]
    none(wrong)


def test_files_have_one_purpose():
    """A fuller file holds a second thing: give that its own name."""
    wrong = []
    for source in sources():
        lines = source.text.count("\n")
        limit = LONGEST_FILE if source.path.startswith(f"{PACKAGE}/") or "/" not in source.path else LONGEST_TEST_FILE
        if lines > limit and "/versions/" not in source.path:
            wrong.append(f"{source.path}: {lines} lines, at most {limit}")
    none(wrong)


def test_functions_are_short():
    """None over 60 lines, nine in ten under 30, the median at most 10."""
    lengths = {f"{source.path}:{line} {name}": length for source in program() for name, line, length in source.functions()}
    too_long = {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION}
    assert too_long == {}
    assert median(lengths.values()) <= MEDIAN_FUNCTION
    longer = sorted((length, name) for name, length in lengths.items() if length >= LONG_FUNCTION)
    assert len(longer) < len(lengths) / 10, longer


def comments(source: Source) -> list[tuple[int, str]]:
    """(line, text) of each comment."""
    return [
        (token.start[0], token.string)
        for token in tokenize.generate_tokens(StringIO(source.text).readline)
        if token.type == tokenize.COMMENT
    ]


def test_every_ignore_has_its_reason():
    """`# noqa: CODE -- because …`, `# type: ignore[code]  # because …`: a code and a because, on the line itself."""
    marks = re.compile(r"#\s*(noqa|type:\s*ignore|pragma:\s*no cover|pylint:|nosec)", re.IGNORECASE)
    explained = re.compile(r"#\s*(noqa: [A-Z0-9, ]+--|type: ignore\[[a-z, -]+\]\s+#|pragma: no cover\s+(#|--)) because \w+.+")
    wrong = [
        f"{source.path}:{line} {text}"
        for source in sources()
        for line, text in comments(source)
        if marks.search(text) and not explained.search(text)
    ]
    none(wrong)


def test_nothing_is_left_for_later():
    """An unfinished thing is finished, or named in the changelog; it isn't a note in the code."""
    mark = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|NotImplemented" + r"Error)\b|#\s*X" + r"XX\b")
    wrong = [
        f"{source.path}:{number}" for source in sources() for number, line in enumerate(source.text.split("\n"), 1) if mark.search(line)
    ]
    none(wrong)
