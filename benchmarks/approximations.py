"""What each way to be quicker costs: pixels, likeness and time, beside the same pictures made exactly.

    python benchmarks/approximations.py [--pictures 12] [--presets NAMES] [--checkpoint starter] [--photo FILE]

Each picture is made of the example portrait by the checkpoint's own steps, then with each approximation and with half
as many steps, from the same noise. Prints a JSON line for each preset and way: seconds of the processor of one thread a
picture (the median), how far the pixels are from the exact ones (mean of 255, and the peak signal-to-noise ratio in
dB), and the mean likeness, or the match with the drawing, with that of the exact pictures and the 95 % interval of
the difference between them.
"""

import argparse
import json
import math
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fastface_core.domain.approximations import APPROXIMATIONS, Approximation
from fastface_core.domain.identity import Identity, PhotoChoice
from fastface_core.domain.request import PortraitRequest
from fastface_core.engine.engine import Engine
from fastface_core.models import installed
from fastface_core.presets.files import find

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "portrait.jpg"
PROMPTS = (
    "a portrait photo of a person, smiling",
    "a watercolor portrait of a person in a garden",
    "an oil painting of a person, soft light from a window",
)


class Made(NamedTuple):
    pixels: NDArray[np.float64]
    score: float | None
    seconds: float


class Way(NamedTuple):
    name: str
    approximations: tuple[Approximation, ...] = ()
    fewer: int = 1
    """The steps are divided by it."""


WAYS = (
    *(Way(one, (one,)) for one in APPROXIMATIONS),
    Way("both", APPROXIMATIONS),
    Way("half the steps", fewer=2),
)


def made(engine: Engine, person: Identity, preset: str, number: int, way: Way) -> Made:
    assert engine.checkpoint is not None
    request = PortraitRequest(
        prompt=PROMPTS[number % len(PROMPTS)],
        preset=find(preset),
        seed=number,
        steps=engine.checkpoint.sampling.steps // way.fewer,
    )
    start = time.process_time()
    (picture,) = engine.generate(request, person, approximations=way.approximations).pictures
    seconds = time.process_time() - start
    return Made(np.asarray(picture.image, np.float64), picture.score, seconds)


def compared(exact: Sequence[Made], found: Sequence[Made]) -> dict[str, object]:
    squares = [float(np.square(one.pixels - other.pixels).mean()) for one, other in zip(exact, found, strict=True)]
    apart = [float(np.abs(one.pixels - other.pixels).mean()) for one, other in zip(exact, found, strict=True)]
    both = [
        (one.score, other.score)
        for one, other in zip(exact, found, strict=True)
        if one.score is not None and other.score is not None
    ]
    changes = [after - before for before, after in both]
    line: dict[str, object] = {
        "seconds": round(statistics.median(one.seconds for one in found), 3),
        "exact_seconds": round(statistics.median(one.seconds for one in exact), 3),
        "times": round(statistics.median(a.seconds / b.seconds for a, b in zip(exact, found, strict=True)), 2),
        "pixels_apart": round(statistics.mean(apart), 2),
        "psnr": round(statistics.mean(10 * math.log10(255**2 / max(one, 1e-9)) for one in squares), 1),
    }
    if len(both) > 1:
        half = 1.96 * statistics.stdev(changes) / math.sqrt(len(changes))
        mean = statistics.mean(changes)
        line |= {
            "exact_score": round(statistics.mean(before for before, _ in both), 3),
            "score": round(statistics.mean(after for _, after in both), 3),
            "change": [round(mean - half, 3), round(mean + half, 3)],
        }
    return line


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pictures", type=int, default=12)
    parser.add_argument("--presets", default="fastface-scale-power,fastface-scheduled-softmask")
    parser.add_argument("--checkpoint", default="starter")
    parser.add_argument("--photo", type=Path, default=EXAMPLE)
    parsed = parser.parse_args(arguments)
    torch.set_num_threads(1)
    engine = Engine("cpu")
    engine.load(installed.find(parsed.checkpoint))
    person = engine.identify([PhotoChoice(parsed.photo)])
    for preset in parsed.presets.split(","):
        made(engine, person, preset, 0, Way("exact"))  # warms up
        exact: list[Made] = []
        found: dict[str, list[Made]] = {way.name: [] for way in WAYS}
        for number in range(parsed.pictures):
            exact.append(made(engine, person, preset, number, Way("exact")))
            for way in WAYS:
                found[way.name].append(made(engine, person, preset, number, way))
        for way in WAYS:
            line = {"preset": preset, "way": way.name, "pictures": parsed.pictures}
            print(json.dumps(line | compared(exact, found[way.name])), flush=True)


if __name__ == "__main__":
    main()
