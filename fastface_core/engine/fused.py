"""The identity attention with a transformed map, all at once where a GPU has kernels for it.

`map_kernels` launches three kernels for what `transforms` does in some eighty operators. They are used where they can
be compiled and were seen, on this very device, to give what the reference gives; everything else is the reference's:
transforms in another order, of some tokens only, or that somebody watches.
"""

import importlib.util
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import torch
from torch import Tensor

from fastface_core import paths
from fastface_core.domain.presets import Part, Power, Scale, Softmask, value_at
from fastface_core.engine.transforms import MapTransform, Values
from fastface_core.presets.files import built_in

_MOST_CHANNELS = 2048
"""Of all tokens of a head together, up to which a program has room for them."""
_TRIALS = 2
_TOLERANCES = {torch.float32: 1e-4, torch.float16: 2e-2, torch.bfloat16: 2e-1}
"""What the two forms may differ by, for numbers of up to about 5."""

_OPERATORS = torch.library.Library("fastface", "DEF")
_OPERATORS.define("map_of(Tensor query, Tensor key) -> Tensor")
_OPERATORS.define("rows_of(Tensor map_, float? quantile, bool invert) -> Tensor")
_OPERATORS.define(
    "output_of(Tensor text, Tensor map_, Tensor rows, Tensor value, float strength, int group, float? sharpness,"
    " bool quantile, float threshold, float? exponent, float factor, float maximum, float weight, bool invert)"
    " -> Tensor"
)


@dataclass(frozen=True, slots=True)
class Chain:
    """What is done to a map, in numbers: a softmask, then a power, then a scale; each may be left out.

    Attributes:
        invert: token 0 is turned over before and back after.
        sharpness, quantile, threshold: of the softmask; no sharpness leaves it out.
        exponent: of the power; None leaves it out.
        factor, maximum: of the scale.
        adain: the correction's weight; 0 leaves it out.
        together: the branches of an image are normalised in common.
    """

    invert: bool
    sharpness: float | None
    quantile: float | None
    threshold: float
    exponent: float | None
    factor: float
    maximum: float
    adain: float
    together: bool

    @classmethod
    def of(cls, transform: MapTransform) -> "Chain | None":
        """None for what no kernel was written for."""
        settings = transform.settings
        at: tuple[Part, int, int] = (transform.part, transform.step, transform.steps)
        kinds = [type(one) for one in settings.transforms]
        ordered = [kind for kind in (Softmask, Power, Scale) if kind in kinds]
        if settings.tokens is not None or kinds != ordered:
            return None
        sharpness = quantile = exponent = None
        threshold, factor, maximum = 0.0, 1.0, float("inf")
        for one in settings.transforms:
            match one:
                case Softmask():
                    sharpness, threshold = value_at(one.sharpness, *at), one.threshold
                    quantile = None if one.quantile is None else value_at(one.quantile, *at)
                case Power():
                    exponent = value_at(one.exponent, *at)
                case Scale():
                    factor, maximum = value_at(one.factor, *at), one.maximum
        if (exponent is not None and exponent <= 0) or factor < 0:
            return None  # the order of the numbers would not stay
        together = settings.normalization == "together"
        return cls(
            settings.invert_first_token, sharpness, quantile, threshold, exponent, factor, maximum, settings.adain,
            together,
        )  # fmt: skip

    def fits(self, value: Tensor) -> bool:
        """Whether the kernels have room for these values, (batch, head, token, channel)."""
        tokens, channels = value.shape[-2:]
        return tokens * channels <= _MOST_CHANNELS and (tokens > 1 or self.adain == 0)

    def attend(self, text: Tensor, query: Tensor, key: Tensor, value: Tensor, strength: float, branches: int) -> Tensor:
        """The text's output and, `strength` times, the identity's with the transformed map.

        Args:
            text, query: (batch, head, query, channel), with the channels side by side.
            key: (batch, head, token, channel), float32, divided by the root of the number of channels.
            value: (batch, head, token, channel), float32.
            branches: of each image, side by side in the batch.

        Returns:
            (batch, head, query, channel).
        """
        map_ = torch.ops.fastface.map_of(query, key)
        rows = map_
        if self.invert or self.sharpness is not None:
            rows = torch.ops.fastface.rows_of(map_, self.quantile if self.sharpness is not None else None, self.invert)
        group = key.shape[1] * (branches if self.together else 1)
        return torch.ops.fastface.output_of(
            text, map_, rows, value, strength, group, self.sharpness, self.quantile is not None, self.threshold,
            self.exponent, self.factor, self.maximum, self.adain, self.invert,
        )  # fmt: skip


@cache
def available(device: torch.device) -> bool:
    """Whether the kernels can be used on a device. The first time they are compiled, which takes some seconds."""
    if device.type != "cuda" or importlib.util.find_spec("triton") is None:
        return False
    folder = paths.cache_folder() / "kernels"
    os.environ.setdefault("TRITON_CACHE_DIR", str(folder))
    return tried(lambda: agrees(device, torch.float16, heads=10, queries=4096, channels=64), folder)


def tried(check: Callable[[], bool], folder: Path) -> bool:
    """What `check` says of the kernels; no, where it fails, or was twice the end of the process or of the GPU.

    Args:
        folder: where a trial is written down until it has ended.
    """
    mark = folder / f"on-trial-{torch.__version__}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        before = len(mark.read_bytes()) if mark.exists() else 0
        if before >= _TRIALS:
            return False
        mark.write_bytes(b"." * (before + 1))
        found = check()
    except torch.AcceleratorError:
        return False  # nothing can be computed on the GPU any more: the mark stays
    except Exception:  # a compiler fails in ways of its own, and is not needed
        found = False
    with suppress(OSError):
        mark.unlink()
    return found


@torch.inference_mode()
def agrees(device: torch.device, dtype: torch.dtype, *, heads: int, queries: int, channels: int) -> bool:
    """Whether the kernels give what the reference gives, for the maps of every preset that comes with the program."""
    return all(
        torch.allclose(kernels().float(), reference().float(), rtol=0, atol=_TOLERANCES[dtype])
        for _, reference, kernels in both_forms(device, dtype, heads=heads, queries=queries, channels=channels)
    )


def both_forms(
    device: torch.device, dtype: torch.dtype, *, heads: int, queries: int, channels: int
) -> Iterator[tuple[str, Callable[[], Tensor], Callable[[], Tensor]]]:
    """For each preset that transforms maps its name, and a layer's output with random numbers: as the reference makes
    it, and as the kernels do."""
    generator = torch.Generator().manual_seed(0)
    branches, tokens, strength = 3, 4, 0.8

    def some(length: int) -> Tensor:
        states = torch.randn((branches, length, heads, channels), generator=generator)
        return states.to(device, dtype).transpose(1, 2)

    text, query, key, value = some(queries), some(queries), some(tokens), some(tokens).float().contiguous()
    key = (key.float() / channels**0.5).contiguous()
    values = Values(value[None])

    def reference(transform: MapTransform) -> Tensor:
        plain = (key @ query.float().transpose(-2, -1)).softmax(-2).transpose(-2, -1)
        identity = transform.attend(plain[None], values)[0].to(dtype)
        return torch.add(text, identity, alpha=strength)

    for name, preset in built_in().items():
        transform = None if preset.attention is None else MapTransform(preset.attention, "up", 1, 4)
        chain = None if transform is None else Chain.of(transform)
        if transform is not None and chain is not None:
            kernels = partial(chain.attend, text, query, key, value, strength, branches)
            yield name, partial(reference, transform), kernels


def _map_of(query: Tensor, key: Tensor) -> Tensor:
    from fastface_core.engine import map_kernels

    with torch.cuda.device_of(query):
        return map_kernels.map_of(query, key)


def _rows_of(map_: Tensor, quantile: float | None, invert: bool) -> Tensor:
    from fastface_core.engine import map_kernels

    with torch.cuda.device_of(map_):
        return map_kernels.rows_of(map_, quantile, invert)


def _output_of(text: Tensor, *given: object) -> Tensor:
    from fastface_core.engine import map_kernels

    text = text if text.stride(-1) == 1 else text.contiguous()
    with torch.cuda.device_of(text):
        return map_kernels.output_of(text, *given)  # type: ignore[reportArgumentType]


def _fake_map(query: Tensor, key: Tensor) -> Tensor:
    return key.new_empty((*key.shape[:3], query.shape[2]))


def _fake_rows(map_: Tensor, quantile: float | None, invert: bool) -> Tensor:
    return map_.new_empty((*map_.shape[:3], 3))


def _fake_output(text: Tensor, *given: object) -> Tensor:
    return torch.empty_like(text.transpose(1, 2), memory_format=torch.contiguous_format).transpose(1, 2)


for _name, _work, _fake in (
    ("map_of", _map_of, _fake_map),
    ("rows_of", _rows_of, _fake_rows),
    ("output_of", _output_of, _fake_output),
):
    _OPERATORS.impl(_name, _work, "CompositeExplicitAutograd")
    torch.library.register_fake(f"fastface::{_name}", _fake, lib=_OPERATORS)
