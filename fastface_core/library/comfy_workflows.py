"""The form in which ComfyUI saves what is on the screen, as a graph of the form that it computes with (`comfy`).

Here a node's values stand in a list without names, links are told apart, some nodes only lead from one to another
place, some are switched off, and some stand for a whole graph of their own (`definitions.subgraphs`), whose inputs
come from the node numbered -10 and whose outputs go to that numbered -20.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from fastface_core.library.comfy import MOST_STEPS

_DEEPEST, _MOST_GRAPHS = 8, 100
_INPUTS, _OUTPUTS = "-10", "-20"
_MUTED, _BYPASSED = 2, 4
_WORDED = re.compile("Text|Prompt|String|Primitive|Encode|Wildcard")
_FILE = re.compile(r"\.(?:safetensors|ckpt|pt|pth|bin|gguf|yaml)$", re.IGNORECASE)

Node = dict[str, object]


def graph_of(said: Mapping[str, object]) -> dict[str, object]:
    """Of a workflow, nodes by their number; those in the graph of another one have numbers like "75:6"."""
    subgraphs: dict[str, Mapping[str, object]] = {}
    for one in map(_fields, _listed(_fields(said.get("definitions")).get("subgraphs"))):
        subgraphs[str(one.get("id"))] = one
    flat = _Flat(subgraphs, {}, [_MOST_GRAPHS])
    flat.take(said, "", {}, 0)
    return flat.graph


@dataclass(frozen=True, slots=True)
class _Flat:
    """All graphs in one.

    Attributes:
        subgraphs: by the type of the nodes that stand for them.
        room: how many graphs may still be taken in.
    """

    subgraphs: Mapping[str, Mapping[str, object]]
    graph: dict[str, object]
    room: list[int]

    def take(
        self, said: Mapping[str, object], within: str, given: Mapping[int, object], depth: int
    ) -> dict[int, object]:
        """Takes in the nodes of one graph.

        Args:
            within: goes before their numbers.
            given: what comes in, by slot: links and values.

        Returns:
            What goes out, by slot.
        """
        self.room[0] -= 1
        if self.room[0] < 0:
            return {}
        links = dict(_links(said.get("links")))
        nodes = [_fields(node) for node in _listed(said.get("nodes"))]
        outputs: dict[tuple[str, int], object] = {}
        named: dict[str, object] = {}

        def source(link: object) -> object:
            """Where a link comes from, as an input of the other form has it."""
            found = links.get(link) if isinstance(link, int) else None
            if found is None:
                return None
            number, slot, *_ = found
            if number == _INPUTS:
                return given.get(slot)
            return outputs.get((number, slot), [within + number, slot])

        for node in nodes:
            if node.get("type") == "SetNode" and (slots := _slots(node)):
                named[_first_text(node)] = slots[0].get("link")
        for node in nodes:
            if (inner := self.subgraphs.get(str(node.get("type")))) is not None and depth < _DEEPEST and not _off(node):
                came = {place: value for place, (_, value) in enumerate(_values(node, source))}
                number = str(node.get("id"))
                for slot, value in self.take(inner, f"{within}{number}:", came, depth + 1).items():
                    outputs[number, slot] = value
        for node in nodes:
            if len(self.graph) >= MOST_STEPS:
                break
            inputs: dict[str, object] = {}
            kind = str(node.get("type", ""))
            if not _off(node):
                inputs |= _own_words(node, kind)
            if kind == "GetNode":
                inputs["from"] = source(named.get(_first_text(node)))
            inputs |= {name: value for name, value in _values(node, source) if value is not None}
            if node.get("mode") != _MUTED and kind not in self.subgraphs:
                # What is bypassed only leads on.
                self.graph[within + str(node.get("id"))] = {
                    "class_type": "" if _off(node) else kind,
                    "inputs": inputs,
                }
        return {slot: source(number) for number, (_, _, target, slot) in links.items() if target == _OUTPUTS}


def _links(said: object) -> Iterator[tuple[int, tuple[str, int, str, int]]]:
    """By number: where a link begins (node and slot) and ends."""
    names = ("id", "origin_id", "origin_slot", "target_id", "target_slot")
    for link in _listed(said):
        said_by_name = _fields(link)
        parts = [said_by_name.get(name) for name in names] if said_by_name else _listed(link)[:5]
        parts += [0] * (5 - len(parts))
        number, origin, slot, target, target_slot = parts
        if isinstance(number, int) and isinstance(slot, int) and isinstance(target_slot, int):
            yield number, (str(origin), slot, str(target), target_slot)


def _values(node: Node, source: Callable[[object], object]) -> Iterator[tuple[str, object]]:
    """The named inputs of a node: a link's other end, or a value."""
    values = iter(_listed(node.get("widgets_values")))
    for slot in _slots(node):
        value = next(values, None) if "widget" in slot else None
        found = source(slot.get("link"))
        yield str(slot.get("name")), value if found is None and isinstance(value, str) else found


def _own_words(node: Node, kind: str) -> dict[str, object]:
    values = node.get("widgets_values")
    if isinstance(values, dict):
        return {name: one for name, one in cast("dict[str, object]", values).items() if isinstance(one, str)}
    words = [one for one in _listed(values) if isinstance(one, str)]
    if kind.startswith("ImpactWildcard") and len(words) > 1 and words[1].strip():
        return {"text": words[1]}
    if _WORDED.search(kind):
        return {"text": words[0]} if words else {}
    if "oader" in kind:
        # Those of other people hold prompts as well, beside names of files and of choices.
        return {"text": next((one for one in words if " " in one.strip() and not _FILE.search(one)), "")}
    return {}


def _off(node: Node) -> bool:
    return node.get("mode") in (_MUTED, _BYPASSED)


def _first_text(node: Node) -> str:
    return next((one for one in _listed(node.get("widgets_values")) if isinstance(one, str)), "")


def _slots(node: Node) -> list[dict[str, object]]:
    return [_fields(slot) for slot in _listed(node.get("inputs"))]


def _listed(value: object) -> list[object]:
    return cast("list[object]", value)[:MOST_STEPS] if isinstance(value, list) else []


def _fields(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
