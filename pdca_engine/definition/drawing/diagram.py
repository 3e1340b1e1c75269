"""Draws a workflow as SVG: phases as lanes, states as boxes, transitions as arrows with who may do them.

Own drawing, since nothing at hand escapes names, knows lanes and needs no other program. Readable without colour: what is initial, final
or current is also said in words.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape as escape_html
from typing import Final

from pdca_engine.definition.drawing.layout import lay_out
from pdca_engine.definition.drawing.marks import NO_MARKS, SIGNS, Marks
from pdca_engine.definition.drawing.parts import BOX_HEIGHT, LABEL_HEIGHT, ROLES_SIZE, TITLE_SIZE, Arrow, Drawing, Point, Rect, Words
from pdca_engine.definition.drawing.slots import PREVIOUS
from pdca_engine.definition.drawing.style import STYLE
from pdca_engine.definition.drawing.text import fold, shorten, text_width
from pdca_engine.definition.paper.words import ROLE_TEXTS
from pdca_engine.definition.paper.workflow import State, Transition, Workflow

ROOM: Final = 196.0  # for one line of a label
STATE_SIZE: Final = 13.5
NOTE_SIZE: Final = 10.5
CORNER: Final = 7.0
PHASES: Final = {
    "plan": ("Plan", "策划"),
    "do": ("Do", "实施"),
    "check": ("Check", "检查"),
    "act": ("Act", "处置"),
    "none": ("Outside", "循环之外"),
}
NOTES: Final = {
    "initial": ("● start", "● 开始"),
    "achieved": ("◎ end: achieved", "◎ 结束：达成"),
    "ended": ("⊗ end: given up", "⊗ 结束：终止"),
    "current": ("▶ now here", "▶ 当前"),
    "previous": ("↩ where it came from", "↩ 返回原状态"),
}
GUARD: Final = " ◆"


def diagram_svg(workflow: Workflow, language: str = "en", current: str | None = None, marks: Marks = NO_MARKS) -> str:
    """The workflow as one SVG document in `language` ("en" or "zh"); `current` is the state to be marked, `marks` what else is."""
    titles = {name: fold(state.title.get(language), STATE_SIZE, 148) for name, state in workflow.states.items()}
    notes = [text_width(words[_index(language)], NOTE_SIZE) for words in NOTES.values()]
    widest = max(notes + [text_width(line, STATE_SIZE) * 1.06 for lines in titles.values() for line in lines])
    words = {name: _words(transition, language, marks.sign(name)) for name, transition in workflow.transitions.items()}
    drawing = lay_out(workflow, words, max(110.0, widest + 22))
    return "".join(_document(workflow, drawing, titles, language, current, marks))


def escape(words: str) -> str:
    """Text for XML: markup escaped, and the control characters left out that XML can't hold at all."""
    return escape_html("".join(sign for sign in words if sign >= " " or sign in "\t\n"))


def role_names(transition: Transition, language: str) -> str:
    """Who may do it, in words: "Process owner / Sponsor"."""
    joined = " / ".join(ROLE_TEXTS.get(role, (role, role))[_index(language)] for role in transition.by)
    return transition.approvals.of(joined, language) if transition.approvals else joined


def guarded(transition: Transition) -> bool:
    """Whether there is a condition beyond roles and needed data: it gets a mark."""
    return bool(transition.when or transition.not_before)


def _index(language: str) -> int:
    return 1 if language == "zh" else 0


def _words(transition: Transition, language: str, sign: str) -> Words:
    mark = GUARD if guarded(transition) else ""
    title = sign + shorten(transition.title.get(language), TITLE_SIZE, ROOM - text_width(sign + mark, TITLE_SIZE)) + mark
    return Words(title, shorten(role_names(transition, language), ROLES_SIZE, ROOM))


def _document(
    workflow: Workflow, drawing: Drawing, titles: dict[str, tuple[str, ...]], language: str, current: str | None, marks: Marks
) -> Iterator[str]:
    foot = 34.0
    size = f"{drawing.width:.0f} {drawing.height + foot:.0f}"
    lang = "zh-Hans" if language == "zh" else "en"
    yield f'<svg xmlns="http://www.w3.org/2000/svg" class="pdca-diagram" viewBox="0 0 {size}" role="img" lang="{lang}" fill="none">'
    yield f"<title>{escape(workflow.title.get(language))}</title><desc>{escape(_description(workflow, language))}</desc>"
    yield f"<style>{STYLE}</style>"
    yield f'<rect class="paper" width="{drawing.width:.0f}" height="{drawing.height + foot:.0f}"/>'
    for phase, lane in drawing.lanes:
        yield _lane(phase, lane, language)
    for arrow in drawing.arrows:
        yield _arrow(arrow, language, marks)
    for name, box in drawing.boxes.items():
        if name == PREVIOUS:
            yield _previous(box, language)
        else:
            yield _state(workflow.states[name], box, titles[name], language, name == current, marks.states.get(name))
    for arrow in drawing.arrows:
        yield _label(arrow, marks)
    yield _text(14, drawing.height + 22, NOTE_SIZE + 0.5, marks.legend[_index(language)] or _legend(language), "note", "start")
    yield "</svg>"


def _legend(language: str) -> str:
    if language == "zh":
        return "◆ 另有条件（指向箭头可查看）。箭头下方为可执行该步骤的角色。"
    return "◆ has a further condition (point at the arrow to read it). Below each arrow: who may take the step."


def _description(workflow: Workflow, language: str) -> str:
    """The diagram in words, for who can't see it."""
    names = {name: state.title.get(language) for name, state in workflow.states.items()}
    names |= {"same": NOTES["previous"][0], "previous": NOTES["previous"][_index(language)].removeprefix("↩ ")}
    steps = []
    for one in workflow.transitions.values():
        sources = ", ".join(names[source] for source in one.sources)
        target = sources if one.target == "same" else names[one.target]
        steps.append(f"{one.title.get(language)}: {sources} → {target} ({role_names(one, language)}).")
    return " ".join(steps)


def _text(x: float, y: float, size: float, words: str, style: str, anchor: str = "middle") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"'
    return f'<text class="{style}" {place} fill="currentColor">{escape(words)}</text>'


def _lane(phase: str, lane: Rect, language: str) -> str:
    name = PHASES[phase][_index(language)]
    middle = lane.y + lane.height / 2
    band = f'<rect class="lane {phase}" x="{lane.x:.1f}" y="{lane.y:.1f}" width="{lane.width:.1f}" height="{lane.height:.1f}"/>'
    bar = f'<rect class="{phase}" x="0" y="{lane.y:.1f}" width="5" height="{lane.height:.1f}"/>'
    return band + bar + _text(16, middle + 6, 17 if language == "en" or phase != "none" else 15, name, f"lane-name {phase}", "start")


def _state(state: State, box: Rect, lines: tuple[str, ...], language: str, current: bool, mark: str | None) -> str:
    notes = [SIGNS[mark][_index(language)]] if mark else []
    notes += [NOTES[kind][_index(language)] for kind in (state.final, "initial" if state.initial else None) if kind]
    notes += [NOTES["current"][_index(language)]] if current else []
    help_ = f"<title>{escape(state.help.get(language))}</title>" if state.help else ""
    middle = box.x + box.width / 2
    rows = [(line, STATE_SIZE, "title") for line in lines] + ([("  ".join(notes), NOTE_SIZE, "note")] if notes else [])
    pitch = 16.0
    y = box.y + BOX_HEIGHT / 2 - pitch * (len(rows) - 1) / 2 + 4.5
    texts = "".join(_text(middle, y + pitch * number, size, words, style) for number, (words, size, style) in enumerate(rows))
    inner = _rounded(box, 4, f"box inner {state.phase}") if state.final else ""
    style = f"state{' current' if current else ''}{f' {mark}' if mark else ''}"
    return f'<g class="{style}">{help_}{_rounded(box, 0, f"box {state.phase}")}{inner}{texts}</g>'


def _rounded(box: Rect, inset: float, style: str) -> str:
    place = f'x="{box.x + inset:.1f}" y="{box.y + inset:.1f}" width="{box.width - 2 * inset:.1f}" height="{box.height - 2 * inset:.1f}"'
    return f'<rect class="{style}" {place} rx="{10 - inset:.0f}" stroke="currentColor"/>'


def _previous(box: Rect, language: str) -> str:
    words = _text(box.x + box.width / 2, box.y + BOX_HEIGHT / 2 + 4, NOTE_SIZE + 1, NOTES["previous"][_index(language)], "note")
    return f'<g class="state">{_rounded(box, 0, "box none dashed")}{words}</g>'


def _arrow(arrow: Arrow, language: str, marks: Marks) -> str:
    lines = "".join(f'<path class="casing" d="{_curve(line)}"/>' for line in arrow.lines)
    lines += "".join(f'<path class="line" stroke="currentColor" d="{_curve(line)}"/>' for line in arrow.lines)
    joints = "".join(f'<circle class="joint" cx="{x:.1f}" cy="{y:.1f}" r="3" fill="currentColor"/>' for x, y in arrow.joints)
    style, told = marks.style("arrow", arrow.net.transition.name), escape(_tooltip(arrow.net.transition, language))
    return f'<g class="{style}"><title>{told}</title>{lines}{joints}{_head(arrow.lines[-1])}</g>'


def _tooltip(transition: Transition, language: str) -> str:
    said = [f"{transition.title.get(language)} ({role_names(transition, language)})"]
    said += [condition.otherwise.get(language) if condition.otherwise else condition.that for condition in transition.when]
    return "\n".join(said)


def _curve(line: tuple[Point, ...]) -> str:
    """The corners of the line, rounded."""
    corners = [point for number, point in enumerate(line) if number == 0 or point != line[number - 1]]
    path = [f"M{corners[0][0]:.1f} {corners[0][1]:.1f}"]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        (x1, y1), (x2, y2) = _towards(corner, before), _towards(corner, after)
        path.append(f"L{x1:.1f} {y1:.1f}Q{corner[0]:.1f} {corner[1]:.1f} {x2:.1f} {y2:.1f}")
    return "".join([*path, f"L{corners[-1][0]:.1f} {corners[-1][1]:.1f}"])


def _towards(corner: Point, other: Point) -> Point:
    """The point from which the corner is rounded: half way at most."""
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    length = abs(dx) + abs(dy)
    share = min(CORNER, length / 2) / length
    return corner[0] + dx * share, corner[1] + dy * share


def _head(line: tuple[Point, ...]) -> str:
    (x0, y0), (x, y) = line[-2:]
    along = ((x > x0) - (x < x0), (y > y0) - (y < y0))
    back = (x - 9 * along[0], y - 9 * along[1])
    wings = [(back[0] + 4.5 * along[1] * side, back[1] + 4.5 * along[0] * side) for side in (1, -1)]
    corners = " ".join(f"{px:.1f},{py:.1f}" for px, py in [(x, y), *wings])
    return f'<polygon class="head" points="{corners}" fill="currentColor"/>'


def _label(arrow: Arrow, marks: Marks) -> str:
    x, y = arrow.label.x + arrow.label.width / 2, arrow.label.y
    title = _text(x, y + LABEL_HEIGHT / 2 - 4, TITLE_SIZE, arrow.words.title, "title")
    style = marks.style("label", arrow.net.transition.name)
    return f'<g class="{style}">{title}{_text(x, y + LABEL_HEIGHT - 4, ROLES_SIZE, arrow.words.roles, "roles")}</g>'
