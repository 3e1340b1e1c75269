"""The same diagram for other programs: Mermaid and Graphviz DOT, with every name escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pdca_engine.definition.drawing.diagram import GUARD, NOTES, PHASES, guarded, role_names
from pdca_engine.definition.paper.words import TO_PREVIOUS, TO_SAME
from pdca_engine.definition.paper.workflow import Transition, Workflow


def diagram_mermaid(workflow: Workflow, language: str = "en") -> str:
    """A Mermaid `stateDiagram-v2` in `language` ("en" or "zh")."""
    lines = ["stateDiagram-v2", "    direction LR"]
    lines += [f"    state {_mermaid_quoted(state.title.get(language))} as s_{state.name}" for state in workflow.states.values()]
    if _goes_back(workflow):
        lines.append(f"    state {_mermaid_quoted(_back(language))} as back")
    lines += [f"    [*] --> s_{state.name}" for state in workflow.states.values() if state.initial]
    for source, target, transition in _steps(workflow):
        lines.append(f"    {source} --> {target} : {_mermaid(_label(transition, language))}")
    lines += [f"    s_{state.name} --> [*]" for state in workflow.states.values() if state.final]
    return "\n".join(lines) + "\n"


def diagram_dot(workflow: Workflow, language: str = "en") -> str:
    """A Graphviz digraph in `language` ("en" or "zh"); phases are clusters, final states have a double border."""
    lines = [f"digraph {_dot(workflow.id)} {{", "    rankdir=LR; compound=true;", "    node [shape=box, style=rounded];"]
    for phase, titles in PHASES.items():
        states = [state for state in workflow.states.values() if state.phase == phase]
        if states:
            lines.append(f"    subgraph cluster_{phase} {{ label={_dot(titles[language == 'zh'])};")
            lines += [f"        s_{one.name} [label={_dot(one.title.get(language))}{_dot_look(one.initial, one.final)}];" for one in states]
            lines.append("    }")
    if _goes_back(workflow):
        lines.append(f'    back [label={_dot(_back(language))}, style="rounded,dashed"];')
    for source, target, transition in _steps(workflow):
        lines.append(f"    {source} -> {target} [label={_dot(_label(transition, language))}];")
    return "\n".join([*lines, "}"]) + "\n"


def _steps(workflow: Workflow) -> Iterator[tuple[str, str, Transition]]:
    """(source, target, transition) for every arrow, as identifiers that are no reserved word."""
    for transition in workflow.transitions.values():
        for source in transition.sources:
            target = "back" if transition.target == TO_PREVIOUS else f"s_{source if transition.target == TO_SAME else transition.target}"
            yield f"s_{source}", target, transition


def _goes_back(workflow: Workflow) -> bool:
    return any(one.target == TO_PREVIOUS for one in workflow.transitions.values())


def _back(language: str) -> str:
    return NOTES["previous"][language == "zh"]


def _label(transition: Transition, language: str) -> str:
    return f"{transition.title.get(language)} ({role_names(transition, language)}){GUARD if guarded(transition) else ''}"


def _mermaid(words: str) -> str:
    """Everything that might mean something to Mermaid as a numbered entity."""
    return re.sub(r"[^\w .,()/◆-]", lambda sign: f"#{ord(sign[0])};", " ".join(words.split()))


def _mermaid_quoted(words: str) -> str:
    return f'"{_mermaid(words)}"'


def _dot(words: str) -> str:
    plain = " ".join(words.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def _dot_look(initial: bool, final: str | None) -> str:
    return ", peripheries=2" if final else ", penwidth=2.5" if initial else ""
