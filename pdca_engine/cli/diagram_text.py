"""A workflow's diagram for other tools: Mermaid and Graphviz."""

from __future__ import annotations

from collections.abc import Iterator

from pdca_engine.definition.paper.words import TO_PREVIOUS, TO_SAME
from pdca_engine.definition.paper.workflow import Workflow

PHASES = {
    "plan": ("Plan", "策划"),
    "do": ("Do", "实施"),
    "check": ("Check", "检查"),
    "act": ("Act", "处置"),
    "none": ("Outside", "循环之外"),
}
PREVIOUS = ("where it came from", "返回原状态")


def as_mermaid(workflow: Workflow, language: str) -> str:
    """A Mermaid state diagram: phases are composite states."""
    lines = ["stateDiagram-v2", "  direction LR"]
    for phase, names in _by_phase(workflow):
        lines.append(f'  state "{_phase(phase, language)}" as phase_{phase} {{')
        lines += [f'    state "{_quiet(workflow.states[name].title.get(language))}" as {name}' for name in names]
        lines.append("  }")
    lines += [f"  [*] --> {name}" for name, state in workflow.states.items() if state.initial]
    lines += [f"  {source} --> {target} : {_quiet(label).replace(':', ' ')}" for source, target, label in _arrows(workflow, language)]
    lines += [f"  {name} --> [*]" for name, state in workflow.states.items() if state.final]
    return "\n".join(lines) + "\n"


def as_dot(workflow: Workflow, language: str) -> str:
    """A Graphviz digraph: phases are clusters."""
    lines = [f"digraph {workflow.id} {{", "  rankdir=LR;", "  node [shape=box, style=rounded];"]
    for phase, names in _by_phase(workflow):
        lines.append(f'  subgraph cluster_{phase} {{ label="{_phase(phase, language)}";')
        for name in names:
            state = workflow.states[name]
            shape = ", peripheries=2" if state.final else ", penwidth=2" if state.initial else ""
            lines.append(f'    {name} [label="{_quiet(state.title.get(language))}"{shape}];')
        lines.append("  }")
    lines += [f'  {source} -> {target} [label="{_quiet(label)}"];' for source, target, label in _arrows(workflow, language)]
    return "\n".join([*lines, "}"]) + "\n"


def _by_phase(workflow: Workflow) -> Iterator[tuple[str, list[str]]]:
    for phase in PHASES:
        names = [name for name, state in workflow.states.items() if state.phase == phase]
        if names:
            yield phase, names


def _arrows(workflow: Workflow, language: str) -> Iterator[tuple[str, str, str]]:
    """(from, to, label); a way back to where an item came from loops at its own state and says so."""
    zh = language == "zh"
    for one in workflow.transitions.values():
        title = one.title.get(language)
        for source in one.sources:
            if one.target == TO_PREVIOUS:
                yield source, source, f"{title} ({PREVIOUS[zh]})"
            else:
                yield source, source if one.target == TO_SAME else one.target, title


def _phase(phase: str, language: str) -> str:
    return PHASES[phase][language == "zh"]


def _quiet(text: str) -> str:
    """Text that can't end a quoted label."""
    return " ".join(text.replace("\\", "/").replace('"', "'").split())
