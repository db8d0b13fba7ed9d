"""Single steps of the face adapters' published code, compared with the engine's: tokens, pictures, alignment, joining.

Files with the metadata key `unit`, as `benchmarks/parity.py` finds them among its cases.
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from fastface_core.domain.checkpoints import AdapterKind
from fastface_core.domain.identity import FaceView
from fastface_core.engine.adapters import FaceAdapter
from fastface_core.engine.adapters.eva_clip import tower_pixels
from fastface_core.engine.adapters.instantid.keypoints import drawn
from fastface_core.engine.adapters.interface import Control
from fastface_core.engine.adapters.pulid import Pulid
from fastface_core.engine.adapters.pulid.joining import Orthogonal, Projection
from fastface_core.engine.conditioning import FaceTokens, condition
from fastface_core.engine.cut_out import aligned_face, grey_face, kept, matrix
from fastface_core.engine.loading import Parts

_TOKENS = 1e-4
PartsOf = Callable[[AdapterKind], Parts]
Found = dict[str, float]
"""Differences by what they are of; those whose names begin with "picture" have to be zero."""


@torch.inference_mode()
def compared(unit: Mapping[str, Any], tensors: Mapping[str, Tensor], parts_of: PartsOf) -> dict[str, Any]:
    """A file's line: the differences, and whether they are small enough.

    Raises:
        ModelError: an adapter's file is missing or damaged.
    """
    name = unit["unit"]
    of_unit = {
        "faceid": _faceid,
        "instantid": _instantid,
        "pulid tokens": _pulid_tokens,
        "pulid alignment": _pulid_alignment,
        "pulid attention": _pulid_attention,
    }
    found: Found = of_unit[name](unit, tensors, parts_of)
    passed = all(value <= _limit(what) for what, value in found.items())
    return {**{what: round(value, 9) for what, value in found.items()}, "passed": passed}


def _limit(what: str) -> float:
    if what.startswith("picture"):
        return 0
    # Warping by another processor's arithmetic may round a grey level the other way.
    return 1 if what.startswith("crop") else _TOKENS


def _largest(ours: Tensor, theirs: Tensor) -> float:
    if ours.shape != theirs.shape:
        return float("inf")
    return float((ours.double() - theirs.double()).abs().max())


def _views(embeddings: Tensor) -> list[FaceView]:
    crop = np.zeros((224, 224, 3), np.uint8)
    return [FaceView(one, crop, raw=one) for one in embeddings.reshape(-1, embeddings.shape[-1]).numpy()]


def _tokens(adapter: FaceAdapter, embeddings: Tensor) -> Tensor:
    return adapter.project(*_views(embeddings))[0]


def _faceid(_unit: Mapping[str, Any], tensors: Mapping[str, Tensor], parts_of: PartsOf) -> Found:
    found: Found = {}
    for kind in ("faceid", "faceid-portrait"):
        adapter = parts_of(kind).adapter
        found[f"{kind} tokens"] = _largest(_tokens(adapter, tensors[f"{kind}.embeddings"]), tensors[f"{kind}.tokens"])
        found[f"{kind} nobody"] = _largest(adapter.nobody()[0], tensors[f"{kind}.nobody_tokens"])
    return found


def _instantid(unit: Mapping[str, Any], tensors: Mapping[str, Tensor], parts_of: PartsOf) -> Found:
    parts = parts_of("instantid")
    found: Found = {}
    for name in ("frontal", "cut_off"):
        expected = tensors[f"picture.{name}"]
        height, width, _ = expected.shape
        picture = torch.from_numpy(drawn(tensors[f"keypoints.{name}"].numpy(), width, height))
        found[f"picture {name}"] = _largest(picture, expected)
    large = torch.from_numpy(drawn(tensors["keypoints.large"].numpy(), 1024, 1024))
    left, top, right, bottom = tensors["picture.large.box"].tolist()
    found["picture large"] = _largest(large[top:bottom:2, left:right:2], tensors["picture.large.half"])
    large[top:bottom, left:right] = 0
    found["picture large outside"] = float(large.max())
    for name in ("0", "1"):
        found[f"tokens {name}"] = _largest(
            _tokens(parts.adapter, tensors[f"embedding.{name}"]), tensors[f"tokens.{name}"]
        )
    found["nobody"] = _largest(parts.adapter.nobody()[0], tensors["tokens.zeros"])
    return {**found, **_controlled(unit["controlnet"], tensors, parts)}


def _controlled(about: Mapping[str, Any], tensors: Mapping[str, Tensor], parts: Parts) -> Found:
    network = parts.adapter.control
    assert network is not None
    tokens = tensors["controlnet.tokens"]
    nothing = FaceTokens(tokens[:1], tokens[:1])
    found: Found = {
        "pooled": _largest(condition(parts, about["prompt"], "", nothing)["t"].pooled, tensors["controlnet.pooled"])
    }
    picture = tensors["controlnet.picture"].permute(2, 0, 1)[None].float() / 255
    control = Control(network, picture, about["scale"])
    time_ids = torch.tensor([[about["height"], about["width"], 0, 0, about["height"], about["width"]]]).float()
    down, middle = control.residuals(
        tensors["controlnet.latents"].repeat(2, 1, 1, 1),
        torch.tensor(about["timestep"]),
        tokens,
        {"text_embeds": tensors["controlnet.pooled"].repeat(2, 1), "time_ids": time_ids.repeat(2, 1)},
    )
    found["control middle"] = _largest(middle, tensors["controlnet.mid"])
    found["control last"] = _largest(down[-1], tensors["controlnet.down_last"])
    means = torch.stack([residual.abs().mean((1, 2, 3)) for residual in down])
    found["control means"] = _largest(means, tensors["controlnet.down_means"])
    return found


def _pulid_tokens(_unit: Mapping[str, Any], tensors: Mapping[str, Tensor], parts_of: PartsOf) -> Found:
    face = kept(tensors["labels"].numpy())
    picture = torch.from_numpy(grey_face(tensors["aligned_face"].numpy(), face))
    found: Found = {}
    first = [tensors[name] for name in ("embedding", "eva_pooled", "eva_hidden")]
    second = [tensors[f"second.{name}"] for name in ("embedding", "eva_pooled", "eva_hidden")]
    for version in ("v1", "v1.1"):
        adapter = cast(Pulid, parts_of(cast(AdapterKind, f"pulid-{version}")).adapter)
        tower = adapter.encoders[0]
        pixels = tower_pixels(picture, cast(int, tower.side))
        found["pixels"] = _largest(pixels[0], tensors["eva_pixels.published"])
        pooled, hidden = tower(pixels)
        found["pooled"] = _largest(pooled[0], tensors["eva_pooled"])
        found["normalised"] = _largest(F.normalize(pooled, dim=-1)[0], tensors["eva_pooled_normalised"])
        found["hidden"] = _largest(hidden, tensors["eva_hidden"])
        one = adapter.encode(*(values[None] for values in first))
        found[f"{version} tokens"] = _largest(one[0], tensors[f"{version}.tokens"])
        own = adapter.encode(first[0][None], pooled, hidden[None])
        found[f"{version} tokens of the picture"] = _largest(own[0], tensors[f"{version}.tokens"])
        both = adapter.encode(*(torch.stack(pair) for pair in zip(first, second, strict=True)))
        found[f"{version} two photos"] = _largest(both[0], tensors[f"{version}.tokens_two_photos"])
        found[f"{version} nobody"] = _largest(adapter.nobody()[0], tensors[f"{version}.nobody_tokens"])
    return found


def _pulid_alignment(_unit: Mapping[str, Any], tensors: Mapping[str, Tensor], _parts_of: PartsOf) -> Found:
    found: Found = {}
    image = tensors["image"].numpy()
    for name in [key.removeprefix("points.") for key in tensors if key.startswith("points.")]:
        points = tensors[f"points.{name}"].numpy()
        ours, square = matrix(points), aligned_face(image, points)
        assert ours is not None
        assert square is not None
        found[f"matrix {name}"] = _largest(torch.from_numpy(ours), tensors[f"matrix.{name}"])
        crop = torch.from_numpy(square)
        found[f"crop {name}"] = max(
            _largest(crop[4::8, 4::8], tensors[f"crop8.{name}"]),
            _largest(crop[224:288, 224:288], tensors[f"window.{name}"]),
        )
    return found


def _pulid_attention(unit: Mapping[str, Any], tensors: Mapping[str, Tensor], _parts_of: PartsOf) -> Found:
    found: Found = {}
    for name, expected in tensors.items():
        group, kind, *rest = name.split(".")
        if kind != "combined":
            continue
        mode, zeros = cast(Projection, rest[0]), int(rest[1].removeprefix("zero"))
        query, key, value = (tensors[f"{group}.{part}"] for part in ("query", "id_key", "id_value"))
        key, value = (F.pad(states, (0, 0, 0, zeros)) for states in (key, value))
        identity = F.scaled_dot_product_attention(query, key, value)
        text = tensors[f"{group}.text_output"].unflatten(-1, (query.shape[1], -1)).transpose(1, 2)
        joined = Orthogonal(zeros, mode).combine(text, identity, unit["identity_scale"], query, key)
        found[name] = _largest(joined.transpose(1, 2).flatten(2), expected)
    return found
