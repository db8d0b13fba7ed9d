"""Times a series of the starter's pictures that are finished beside the next one's sampling, and one after the other.

    python benchmarks/overlap.py [--count 6] [--pairs 5] [--threads N] [--device cpu] [--checkpoint starter]

Both make the same pictures of the example portrait by turns, in an order that changes, each with its PNG file; what is
compared is the time on the wall. Prints a JSON line: median seconds of both, the median of the pairs' ratios, seconds
of the processor, and whether all pixels were the same. Exits with 1 if they were not.
"""

import argparse
import hashlib
import json
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import torch

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fastface_core.domain.identity import Identity, PhotoChoice
from fastface_core.domain.request import PortraitRequest
from fastface_core.engine.device import Device
from fastface_core.engine.engine import Engine
from fastface_core.library.encoding import plain_png
from fastface_core.models import installed
from fastface_core.presets.files import find

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "portrait.jpg"
_AS_IT_IS = Device.finishes_beside


def series(engine: Engine, person: Identity, request: PortraitRequest, beside: bool) -> tuple[float, float, str]:
    """Seconds on the wall and of the processor, and a sum over the pixels."""
    # What the method answers is replaced for the comparison.
    Device.finishes_beside = _AS_IT_IS if beside else lambda *_: False  # pyright: ignore[reportAttributeAccessIssue]
    wall, cpu = time.perf_counter(), time.process_time()
    pictures = engine.generate(request, person, encode=plain_png).pictures
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    Device.finishes_beside = _AS_IT_IS
    return wall, cpu, hashlib.sha256(b"".join(one.image.tobytes() for one in pictures)).hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=6, help="pictures of a series (default 6)")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--threads", type=int, help="torch's threads (default: its own choice)")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--checkpoint", default="starter")
    parser.add_argument("--preset", default="fastface-scale-power")
    parsed = parser.parse_args(arguments)
    if parsed.threads:
        torch.set_num_threads(parsed.threads)
    engine = Engine(parsed.device)
    engine.load(installed.find(parsed.checkpoint))
    person = engine.identify([PhotoChoice(EXAMPLE)])
    request = PortraitRequest(prompt="a portrait of a person", preset=find(parsed.preset), seed=0, count=parsed.count)
    series(engine, person, request.model_copy(update={"count": 2}), True)  # warms up
    found: dict[bool, list[tuple[float, float, str]]] = {True: [], False: []}
    for pair in range(parsed.pairs):
        for beside in (True, False) if pair % 2 else (False, True):
            found[beside].append(series(engine, person, request, beside))
    same = len({pixels for runs in found.values() for _, _, pixels in runs}) == 1
    ratios = [alone[0] / beside[0] for beside, alone in zip(found[True], found[False], strict=True)]
    line = {
        "device": engine.device.name,
        "threads": torch.get_num_threads(),
        "count": parsed.count,
        "pairs": parsed.pairs,
        "after_s": round(statistics.median(run[0] for run in found[False]), 2),
        "beside_s": round(statistics.median(run[0] for run in found[True]), 2),
        "times": round(statistics.median(ratios), 2),
        "after_cpu_s": round(statistics.median(run[1] for run in found[False]), 2),
        "beside_cpu_s": round(statistics.median(run[1] for run in found[True]), 2),
        "same_pixels": same,
    }
    print(json.dumps(line))
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
