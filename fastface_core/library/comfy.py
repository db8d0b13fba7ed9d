"""The prompt in ComfyUI's graph: the words that lead to the positive input of a sampler.

A graph is nodes by their number, each with a `class_type` and `inputs`, which are values or links (the number of a
node, and which of its outputs). Any of it may be of nodes that nobody here knows, so that inputs tell what they are by
their names.
"""

import re
from collections.abc import Iterator
from typing import cast

MOST_STEPS = 2000
"""The most nodes that are visited."""

_WORDS = (
    *("text", "text_g", "text_l", "t5xxl", "clip_l", "clip_g", "prompt", "positive_prompt", "text_positive"),
    *("pos_g", "pos_l", "populated_text", "string", "value"),
)
"""Inputs that hold, or lead to, words."""
_MORE_WORDS = re.compile(r"(text|string|prompt)_?[0-9a-z]")
_PATTERN = "wildcard_text"
"""Of which the words were drawn that stand in `populated_text`."""
_NO_WORDS = frozenset(
    ("negative", "model", "clip", "vae", "latent_image", "samples", "image", "pixels", "mask", "noise")
)

Graph = dict[str, dict[str, object]]


def words_of(said: dict[str, object]) -> str:
    """The prompt in a graph of nodes by their number; "" where none is found."""
    graph: Graph = {}
    for name, node in list(said.items())[:MOST_STEPS]:
        inputs = cast("dict[str, object]", node).get("inputs") if isinstance(node, dict) else None
        if isinstance(inputs, dict):
            graph[name] = cast("dict[str, object]", inputs)
    if not graph:
        return ""
    kinds = {name: str(cast("dict[str, object]", said[name]).get("class_type", "")) for name in graph}
    starts = [name for name in graph if "positive" in graph[name]]
    starts.sort(key=lambda name: "Sampler" not in kinds[name] and "Guider" not in kinds[name])
    for name in starts:
        if found := _followed(graph, graph[name]["positive"]):
            return found
    for name in graph:
        if "Guider" in kinds[name] and (found := _followed(graph, graph[name].get("conditioning"))):
            return found
    away = {str(cast("list[object]", one["negative"])[0]) for one in graph.values() if is_link(one.get("negative"))}
    for name, kind in kinds.items():
        if name not in away and ("TextEncode" in kind or "Prompt" in kind) and (found := _followed(graph, [name, 0])):
            return found
    return ""


def is_link(value: object) -> bool:
    """Whether an input leads to another node."""
    return isinstance(value, list) and len(cast("list[object]", value)) == 2


def _followed(graph: Graph, value: object) -> str:
    """The words at the end of a link; each node is visited once."""
    parts: dict[str, None] = {}
    seen: set[str] = set()
    waiting: list[tuple[object, bool]] = [(value, True)]
    while waiting and len(seen) < MOST_STEPS:
        one, worded = waiting.pop(0)
        if isinstance(one, str):
            if worded and (text := one.strip()):
                parts[text] = None
            continue
        if not is_link(one):
            continue
        name = str(cast("list[object]", one)[0])
        if name in seen or name not in graph:
            continue
        seen.add(name)
        waiting[:0] = list(_leading(graph[name]))
    return ", ".join(parts)


def _leading(inputs: dict[str, object]) -> Iterator[tuple[object, bool]]:
    """Where words may come from in a node: its own first, and otherwise whatever leads to it."""
    own = [inputs[name] for name in _WORDS if name in inputs]
    own += [value for name, value in inputs.items() if _MORE_WORDS.fullmatch(name) and name not in _WORDS]
    for some in (own, [inputs.get(_PATTERN)]):
        if any(one.strip() if isinstance(one, str) else is_link(one) for one in some):
            yield from ((one, True) for one in some)
            return
    if "positive" in inputs:
        yield inputs["positive"], True
        return
    yield from ((one, False) for name, one in inputs.items() if name not in _NO_WORDS and is_link(one))
