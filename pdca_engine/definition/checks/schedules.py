"""Only the `schedules:` of a file, for looking at what they would do on paper; whatever else the file holds is left alone."""

from __future__ import annotations

from collections.abc import Mapping

from pdca_engine.definition.checks.known import Known
from pdca_engine.definition.checks.time import check_time
from pdca_engine.definition.language.grammar import WORKFLOW
from pdca_engine.definition.language.kinds import Anything, Key, Record
from pdca_engine.definition.paper.problems import Place, Problem, in_order
from pdca_engine.definition.paper.report import Report
from pdca_engine.definition.paper.workflow import Schedule
from pdca_engine.definition.reading.build import build_workflow
from pdca_engine.definition.reading.conform import BROKEN, Conform
from pdca_engine.definition.reading.load import Draft
from pdca_engine.definition.reading.reader import read_yaml

_RULES = Record(
    ("a file of rules", "规则文件"),
    {"schedules": Key(WORKFLOW.keys["schedules"].kind, "The rules to look at.", "要查看的规则。", True)},
    rest=Anything(),
)


def load_schedules(text: bytes | str, name: str, calendars: frozenset[str]) -> tuple[Mapping[str, Schedule], tuple[Problem, ...]]:
    """The schedules of the file `name`, and everything that is wrong with them. `calendars` may be named beside the bundled ones."""
    report = Report(name)
    data, positions, problems = read_yaml(text, name)
    report.problems.extend(problems)
    if data is None and not problems:
        report.add("YAML_EMPTY", Place(1, 1))
    clean = Conform(positions, report, inherits=False).value(_RULES, data, ()) if data is not None else BROKEN
    entries = clean.get("schedules") if isinstance(clean, dict) else None
    sound = {key: entry for key, entry in entries.items() if entry is not BROKEN} if isinstance(entries, dict) else {}
    workflow = build_workflow({"schedules": sound}, positions.source())
    check_time(Draft(workflow, {}, positions, report), Known(calendars=calendars))
    return workflow.schedules, in_order(report.problems)
