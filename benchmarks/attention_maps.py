"""What the possibility of asking for attention maps costs those who do not ask, and what asking costs.

    python benchmarks/attention_maps.py [--pairs 20] [--size 256] [--presets baseline,fastface-scheduled-softmask]

Three runs of the same picture on the starter model are timed in turn, in an order that changes: `bare`, with an
attention that has no place for anybody who watches; `none`, the engine's own, which nobody asks for maps; `maps`, which
hands them out. The first pair is not counted. Prints, for each preset, the median of the pairs' ratios with its 95 %
interval (from 10,000 resamplings of the pairs), of the sampling's time on the wall and of the processor's time for the
whole picture, which other programs disturb less; and whether all three made the same pixels. Exits with 1 if they did
not, or if an interval of none/bare leaves out 1 by more than 2 %.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fastface_core.domain.identity import Identity, PhotoChoice
from fastface_core.domain.request import PortraitRequest
from fastface_core.engine.attention import FaceAttention
from fastface_core.engine.engine import Engine
from fastface_core.engine.transforms import Values
from fastface_core.models import installed
from fastface_core.presets.files import find

PORTRAIT = Path(__file__).resolve().parents[1] / "examples" / "portrait.jpg"
RESAMPLINGS = 10_000
ALLOWED = 0.02


def _split(states: Tensor, heads: int) -> Tensor:
    return states.unflatten(-1, (heads, -1)).transpose(1, 2)


def _bare(
    self: FaceAttention,
    attn: Any,
    hidden_states: Tensor,
    encoder_hidden_states: tuple[Tensor, list[Tensor]],
    attention_mask: Tensor | None = None,
    temb: Tensor | None = None,
) -> Tensor:
    """`FaceAttention` without a place for anybody who watches."""
    text, (tokens,) = encoder_hidden_states
    heads = attn.heads
    query = _split(attn.to_q(hidden_states), heads)
    output = F.scaled_dot_product_attention(query, _split(attn.to_k(text), heads), _split(attn.to_v(text), heads))
    strength: Any = self.scale[0]
    if strength != 0:
        key, value = _split(self.to_k_ip[0](tokens), heads), _split(self.to_v_ip[0](tokens), heads)
        if self.transform is None:
            identity = F.scaled_dot_product_attention(query, key, value)
        else:
            logits = query.float() @ key.float().transpose(-2, -1) / query.shape[-1] ** 0.5
            by_image = (-1, self.branches)
            attention = logits.softmax(-1).unflatten(0, by_image)
            identity = self.transform.attend(attention, Values(value.float().unflatten(0, by_image)))
            identity = identity.flatten(0, 1).to(query.dtype)
        output = output + strength * identity
    output = output.transpose(1, 2).flatten(2)
    return attn.to_out[1](attn.to_out[0](output))


@contextmanager
def bare() -> Generator[None]:
    own = FaceAttention.__call__
    FaceAttention.__call__ = _bare
    try:
        yield
    finally:
        FaceAttention.__call__ = own


class Runs:
    """One picture, made in three ways."""

    def __init__(self, engine: Engine, person: Identity, request: PortraitRequest) -> None:
        self._engine = engine
        self._person = person
        self._request = request
        self.seconds: dict[str, list[float]] = {"bare": [], "none": [], "maps": []}
        self.processor: dict[str, list[float]] = {"bare": [], "none": [], "maps": []}
        self.pixels: list[NDArray[np.uint8]] = []

    def round(self, number: int) -> None:
        names = list(self.seconds)
        for name in names[number % 3 :] + names[: number % 3]:
            if name == "bare":
                with bare():
                    seconds, processor = self._time(asking=False)
            else:
                seconds, processor = self._time(asking=name == "maps")
            if number:
                self.seconds[name].append(seconds)
                self.processor[name].append(processor)

    def _time(self, asking: bool) -> tuple[float, float]:
        start = time.process_time()
        result = self._engine.generate(self._request, self._person, attention_maps=asking)
        self.pixels.append(np.asarray(result.pictures[0].image))
        return result.timings["sample"], time.process_time() - start

    def same_pixels(self) -> bool:
        return all(np.array_equal(one, self.pixels[0]) for one in self.pixels)


def ratio(over: Sequence[float], under: Sequence[float]) -> tuple[float, float, float]:
    """The median of the pairs' ratios, and its 95 % interval."""
    ratios = np.array(over) / np.array(under)
    draws = np.random.default_rng(0).integers(len(ratios), size=(RESAMPLINGS, len(ratios)))
    low, high = np.percentile(np.median(ratios[draws], axis=1), [2.5, 97.5])
    return float(np.median(ratios)), float(low), float(high)


def measure(pairs: int, size: int, presets: Sequence[str], say: Callable[[str], object] = print) -> bool:
    """Whether nobody pays for what he did not ask for."""
    engine = Engine("cpu")
    engine.load(installed.starter())
    person = engine.identify([PhotoChoice(PORTRAIT)])
    good = True
    say(json.dumps({"device": engine.device.name, "torch": torch.__version__, "threads": torch.get_num_threads()}))
    for name in presets:
        request = PortraitRequest(prompt="portrait of a person", preset=find(name), seed=1, width=size, height=size)
        runs = Runs(engine, person, request)
        start = time.perf_counter()
        for number in range(pairs + 1):
            runs.round(number)
        seconds = runs.seconds
        none, maps = ratio(seconds["none"], seconds["bare"]), ratio(seconds["maps"], seconds["none"])
        busy = ratio(runs.processor["none"], runs.processor["bare"])
        line = {
            "preset": name,
            "size": size,
            "pairs": pairs,
            "median_seconds": {one: round(float(np.median(values)), 4) for one, values in seconds.items()},
            "none_over_bare": [round(value, 4) for value in none],
            "none_over_bare_processor": [round(value, 4) for value in busy],
            "maps_over_none": [round(value, 4) for value in maps],
            "same_pixels": runs.same_pixels(),
            "took": round(time.perf_counter() - start, 1),
        }
        say(json.dumps(line))
        good = (
            good and runs.same_pixels() and all(one[1] <= 1 + ALLOWED and one[2] >= 1 - ALLOWED for one in (none, busy))
        )
    return good


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--presets", default="baseline,fastface-scheduled-softmask")
    options = parser.parse_args(arguments)
    return 0 if measure(options.pairs, options.size, options.presets.split(",")) else 1


if __name__ == "__main__":
    sys.exit(main())
