"""A workflow as plain data: what its file says together with what it extends, and the way back to a short file.

The data are those of the YAML reader: mappings, lists, texts, numbers, truths. They are what travels inside an exported file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import yaml

from pdca_engine.definition.language.grammar import SECTIONS
from pdca_engine.definition.reading.load import LONGEST_LINE
from pdca_engine.definition.reading.reader import read_yaml, resolve

Data = dict[str, Any]
Parents = Callable[[str], "str | None"]
INHERITED: Final = ("title", "help", "process")
ORDER: Final = ("workflow", "extends", "abstract", "title", "key", "process", "help", *SECTIONS, "examples")
WIDTH: Final = 140


def whole_data(text: bytes | str, parents: Parents, generations: int = 0) -> Data:
    """The data of a workflow that passed the checks, merged with what it extends; `extends` still names the parent."""
    data = read_yaml(text, "")[0]
    data = dict(data) if isinstance(data, dict) else {}
    above = parents(str(data["extends"])) if "extends" in data and generations < LONGEST_LINE else None
    if above is None:
        return data
    parent = whole_data(above, parents, generations + 1)
    taken = {key: parent[key] for key in INHERITED if key in parent}
    sections = {name: joined for name in SECTIONS if (joined := _joined(parent.get(name), data.get(name)))}
    return taken | data | sections


def _joined(theirs: Mapping[str, Any] | None, own: Mapping[str, Any] | None) -> Data:
    return {name: entry for name, entry in {**(theirs or {}), **(own or {})}.items() if entry is not None}


def short_data(whole: Data, parents: Parents) -> Data:
    """The way back: what has to be written beside `extends`, so that merging gives `whole` again; all of it where the parent is unknown."""
    text = parents(str(whole.get("extends"))) if whole.get("extends") else None
    if text is None:
        return {key: value for key, value in whole.items() if key != "extends"}
    parent = whole_data(text, parents)
    own = {key: value for key, value in whole.items() if not (key in INHERITED and parent.get(key) == value)}
    for name in SECTIONS:
        entries = _own_entries(whole.get(name) or {}, parent.get(name) or {})
        own.pop(name, None)
        if entries:
            own[name] = entries
    return own


def _own_entries(whole: Mapping[str, Any], theirs: Mapping[str, Any]) -> Data:
    removed: Data = {name: None for name in theirs if name not in whole}
    return {name: entry for name, entry in whole.items() if theirs.get(name) != entry} | removed


def flat_text(text: bytes | str, parents: Parents) -> str:
    """The workflow as one file that extends nothing."""
    return yaml_text({key: value for key, value in whole_data(text, parents).items() if key != "extends"})


def yaml_text(data: Data) -> str:
    """The data as a YAML file that reads back to the same; keys in the order the language reference tells them."""
    ordered = {key: data[key] for key in (*ORDER, *data) if key in data}
    return yaml.dump(ordered, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH, default_flow_style=None)


class _Dumper(yaml.SafeDumper):
    """Quotes every text that our reader would take for something else, and repeats instead of pointing."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if isinstance(resolve(text), str) else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
