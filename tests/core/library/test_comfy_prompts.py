"""Prompts in ComfyUI's graphs and workflows as people build them: others' nodes, graphs within graphs, switches."""

import json
from typing import Any

import pytest

from fastface_core.library.prompts import prompt_of

Nodes = dict[str, tuple[str, dict[str, object]]]


def graph(nodes: Nodes) -> str:
    """In the form that is computed with, with a loader, a negative prompt and a sampler, whose prompt is node 6."""
    whole: Nodes = {
        "4": ("CheckpointLoaderSimple", {"ckpt_name": "x.safetensors"}),
        "7": ("CLIPTextEncode", {"text": "blurry", "clip": ["4", 1]}),
        "3": ("KSampler", {"negative": ["7", 0], "positive": ["6", 0], "model": ["4", 0]}),
        **nodes,
    }
    return prompt_of({"prompt": json.dumps({n: {"class_type": kind, "inputs": i} for n, (kind, i) in whole.items()})})


@pytest.mark.parametrize(
    "nodes",
    [
        {"6": ("ImpactWildcardEncode", {"wildcard_text": "a {cat|dog}", "populated_text": "a cat", "model": ["4", 0]})},
        {
            "8": ("ImpactWildcardProcessor", {"wildcard_text": "a __pet__", "populated_text": "a cat"}),
            "6": ("CLIPTextEncode", {"text": ["8", 0]}),
        },
        {"6": ("ImpactWildcardEncode", {"wildcard_text": "a cat", "populated_text": ""})},
        {
            "8": ("SDXLPromptStyler", {"text_positive": "a cat", "text_negative": "blurry", "style": "base"}),
            "6": ("CLIPTextEncode", {"text": ["8", 0]}),
        },
        {"6": ("CR SDXL Base Prompt Encoder", {"pos_g": "a cat", "pos_l": "a cat", "neg_g": "bad", "neg_l": "bad"})},
    ],
)
def test_nodes_of_other_people(nodes: Nodes) -> None:
    assert graph(nodes) == "a cat"


def node(number: int, kind: str, values: object = (), *, mode: int = 0, **links: int) -> dict[str, Any]:
    inputs = [{"name": name, "link": link} for name, link in links.items()]
    return {"id": number, "type": kind, "widgets_values": values, "inputs": inputs, "mode": mode}


SAMPLER = node(3, "KSampler", [1, "fixed"], positive=4, negative=5)
NEGATIVE = node(7, "CLIPTextEncode", ["blurry"])
LINKS: list[object] = [[4, 6, 0, 3, 1, "CONDITIONING"], [5, 7, 0, 3, 2, "CONDITIONING"]]


def workflow(nodes: list[dict[str, Any]], links: list[object], **more: object) -> str:
    return prompt_of({"workflow": json.dumps({"nodes": nodes, "links": LINKS + links, **more})})


@pytest.mark.parametrize(
    ("nodes", "links"),
    [
        ([node(6, "CLIPTextEncode", {"text": "a cat"})], []),
        # A value that was made an input keeps the text that it had.
        ([node(6, "CLIPTextEncode", ["old"], text=8), node(9, "PrimitiveNode", ["a cat"])], [[8, 9, 0, 6, 0, "S"]]),
        ([node(6, "Efficient Loader", ["a b.safetensors", "None", 1, "a cat", "bad"])], []),
        ([node(6, "ImpactWildcardEncode", ["a {cat|dog}", "a cat", True])], []),
        # Another sampler is switched off.
        (
            [
                node(13, "KSampler", positive=14, mode=2),
                node(16, "CLIPTextEncode", ["muted"], mode=2),
                node(6, "CLIPTextEncode", ["a cat"]),
            ],
            [[14, 16, 0, 13, 1, "C"]],
        ),
        # What is bypassed only leads on.
        (
            [node(6, "CLIPTextEncodeNote", ["off"], mode=4, a=8), node(9, "CLIPTextEncode", ["a cat"])],
            [[8, 9, 0, 6, 0, "C"]],
        ),
        (
            [node(6, "GetNode", ["P"]), node(9, "SetNode", ["P"], C=8), node(10, "CLIPTextEncode", ["a cat"])],
            [[8, 10, 0, 9, 0, "C"]],
        ),
    ],
)
def test_workflows(nodes: list[dict[str, Any]], links: list[object]) -> None:
    assert workflow([NEGATIVE, SAMPLER, *nodes], links) == "a cat"


def link(number: int, origin: int, slot: int, target: int, target_slot: int) -> dict[str, Any]:
    names = ("id", "origin_id", "origin_slot", "target_id", "target_slot")
    return dict(zip(names, (number, origin, slot, target, target_slot), strict=True))


ENCODER = {
    "id": "5f0c",
    "inputs": [{"name": "text", "linkIds": [50]}],
    "nodes": [node(6, "CLIPTextEncode", ["old"], text=50)],
    "links": [link(50, -10, 0, 6, 0), link(51, 6, 0, -20, 0)],
}
WIDGET = {"name": "text", "link": None, "widget": {"name": "text"}}


@pytest.mark.parametrize(
    ("outer", "links"),
    [
        ({"inputs": [{"name": "text", "link": 8}], "widgets_values": []}, [[8, 9, 0, 6, 0, "S"]]),
        ({"inputs": [WIDGET], "widgets_values": ["a cat"]}, []),
    ],
)
def test_a_graph_within_a_graph(outer: dict[str, object], links: list[object]) -> None:
    nodes = [NEGATIVE, SAMPLER, {"id": 6, "type": "5f0c", **outer}, node(9, "PrimitiveStringMultiline", ["a cat"])]
    assert workflow(nodes, links, definitions={"subgraphs": [ENCODER]}) == "a cat"
    # And one level further in.
    shell = {
        "id": "shell",
        "nodes": [{"id": 1, "type": "5f0c", "inputs": [{"name": "text", "link": 60}]}],
        "links": [link(60, -10, 0, 1, 0), link(61, 1, 0, -20, 0)],
    }
    nodes[2] = {"id": 6, "type": "shell", **outer}
    assert workflow(nodes, links, definitions={"subgraphs": [ENCODER, shell]}) == "a cat"


def test_sampler_and_words_within_one() -> None:
    inner = {
        "id": "all",
        "nodes": [NEGATIVE, SAMPLER, node(6, "CLIPTextEncode", ["a cat"])],
        "links": [link(4, 6, 0, 3, 1), link(5, 7, 0, 3, 2)],
    }
    assert workflow([{"id": 1, "type": "all"}], [], definitions={"subgraphs": [inner]}) == "a cat"


def test_graphs_without_an_end_are_bounded() -> None:
    inner = [{"id": "a", "nodes": [{"id": n, "type": "a"} for n in range(100)], "links": []}]
    assert workflow([{"id": 1, "type": "a"}], [], definitions={"subgraphs": inner}) == ""
    for odd in ({"subgraphs": [1]}, [], {"subgraphs": [{"id": "a", "nodes": [[]], "links": [[1, [], {}, None, 0]]}]}):
        assert workflow([{"id": 1, "type": "a"}], [[None], [1, 2]], definitions=odd) == ""
