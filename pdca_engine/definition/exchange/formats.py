"""The formats a workflow is exported to and imported from, each behind one function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from pdca_engine.definition.drawing.export import diagram_mermaid
from pdca_engine.definition.exchange.bpmn_in import read_bpmn
from pdca_engine.definition.exchange.bpmn_out import bpmn_text
from pdca_engine.definition.exchange.carried import carried
from pdca_engine.definition.exchange.drawn import Drawing
from pdca_engine.definition.exchange.markup import Element, read_xml
from pdca_engine.definition.exchange.notes import Note, shortened
from pdca_engine.definition.exchange.plain import Data, Parents, flat_text, short_data, whole_data, yaml_text
from pdca_engine.definition.exchange.scxml_in import read_scxml
from pdca_engine.definition.exchange.scxml_out import scxml_text
from pdca_engine.definition.exchange.settle import settled
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.errors import BadInput

_READERS: Final[Mapping[str, Callable[[Element, str], Drawing]]] = MappingProxyType({"scxml": read_scxml, "bpmn": read_bpmn})
_WRITERS: Final[Mapping[str, Callable[[Workflow, Data, str], tuple[str, list[Note]]]]] = MappingProxyType(
    {"scxml": scxml_text, "bpmn": bpmn_text}
)
_ONLY_DRAWN: Final = Note(
    "ONLY_DRAWN",
    "Mermaid draws states and steps; nothing else is in it, and it can't be imported.",
    "Mermaid 仅绘制状态和步骤，不含其他内容，也无法导入。",
)
_FLAT: Final = Note("COMMENTS", "Flattened: comments are not in it.", "已展开继承：不含注释。")


@dataclass(frozen=True, slots=True)
class Exchanged:
    """The text of the other format (of the YAML file, on import), and what could not be carried over."""

    text: str
    notes: tuple[Note, ...]


def export_workflow(workflow: Workflow, text: str, parents: Parents, shape: str, language: str, *, flat: bool = False) -> Exchanged:
    """A checked workflow as `shape`: scxml, bpmn, mermaid or yaml.

    `text` is its file, `parents` gives what that extends; `flat`: yaml without `extends`.
    BadInput for an abstract workflow without an initial state.
    """
    if shape == "yaml":
        return Exchanged(flat_text(text, parents), (_FLAT,)) if flat else Exchanged(text, ())
    if shape == "mermaid":
        return Exchanged(diagram_mermaid(workflow, language), (_ONLY_DRAWN,))
    if not any(one.initial for one in workflow.states.values()):
        raise BadInput(
            f"{workflow.id} is only there to be extended and has no beginning: export what extends it, or as yaml.",
            f"{workflow.id} 仅供继承，没有初始状态：请导出继承它的工作流，或导出为 yaml。",
            field="format",
        )
    written, notes = _WRITERS[shape](workflow, whole_data(text, parents), language)
    return Exchanged(written, tuple(notes))


def import_workflow(raw: bytes, file: str, shape: str, parents: Parents) -> Exchanged:
    """The YAML file that an SCXML or BPMN file comes to. BadInput, with line and column, where it can't be read."""
    root = read_xml(raw, file)
    data, notes = settled(_READERS[shape](root, file), carried(root, file))
    whole = short_data(data, parents)
    if data.get("extends") and "extends" not in whole:
        missing = data["extends"]
        notes.append(Note("PARENT", f"{missing} is not known here: it was written whole.", f"此处没有 {missing}：已完整写出。"))
    return Exchanged(yaml_text(whole), tuple(shortened(notes)))
