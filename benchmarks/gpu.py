"""Everything that is to be known of a GPU, in one command of at most eight minutes.

    python benchmarks/gpu.py [--device cuda] [--seconds 480] [--json gpu.json] [--tiny]

An SDXL of real size with random weights is made in place; nothing is downloaded. What is worth most comes first, and
what was measured is written after each part, so that nothing is lost where the time ends or a part fails:

    correctness   the parity cases in float32 and half precision; types, devices and overflow of every layer
    presets       seconds of a picture under each preset, at 1024 and 512 pixels
    kernels       the identity attention by its kernels beside operator by operator: the same, and how much faster
    published     the same picture by turns with the published formulation
    plans         a picture under each plan, with the memory that torch may take limited to 12, 8 and 6 GB
    compiled      the UNet as it is, with channels last, and its transformer blocks through `torch.compile`, with and
                  without CUDA graphs
    series        four pictures in one job beside four jobs of one; and eight sampled two at a time, finished beside the
                  sampling of the next two and after it

Prints a table and writes one JSON object. Exits with 1 if a part failed. `--tiny` is a small model, with which the CPU
does it too.
"""

import argparse
import json
import platform
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from diffusers.models.attention import BasicTransformerBlock

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import memory, parity, random_sdxl, speed
from fastface_core import memory_plans
from fastface_core.domain.request import PortraitRequest
from fastface_core.engine import device, fused
from fastface_core.engine.device import Device, Precision
from fastface_core.engine.engine import Engine
from fastface_core.engine.ways import Ways
from fastface_core.errors import FastFaceError
from fastface_core.presets.files import built_in, find

_GIB = 1 << 30
_PACK = Path(__file__).resolve().parents[1] / "tests" / "data" / "parity"
_FLAGSHIP = "fastface-scheduled-softmask"
_COMPARED = ("scale-power", "fastface-scale-power", _FLAGSHIP)
# What half precision may differ by from the golden latents, whose deviation is about 15.
_HALF_TOLERANCE = 0.5

Line = dict[str, Any]


@dataclass
class Gpu:
    """The device under test, and what was found out so far.

    Attributes:
        ends: when the time is over, of `time.monotonic`.
    """

    on: Device
    tiny: bool
    ends: float
    output: Path | None
    lines: dict[str, list[Line]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    @property
    def size(self) -> random_sdxl.Size:
        return random_sdxl.TINY if self.tiny else random_sdxl.REAL

    @property
    def sides(self) -> tuple[int, ...]:
        return (128, 64) if self.tiny else (1024, 512)

    @property
    def left(self) -> float:
        return self.ends - time.monotonic()

    def note(self, part: str, **line: Any) -> None:
        self.lines.setdefault(part, []).append(line)
        print(json.dumps({"part": part, **line}), flush=True)
        self.save()

    def save(self) -> None:
        if self.output is not None:
            self.output.write_text(json.dumps({"lines": self.lines, "failed": self.failed}, indent=1), encoding="utf-8")

    def clock(self) -> float:
        device.synchronize(self.on.torch_device)
        return time.perf_counter()

    def engine(self, on: Device | None = None) -> Engine:
        found = Engine(str(self.on.torch_device))
        found._ways = Ways((on or self.on,))
        found._parts = random_sdxl.build(self.size, found.device)
        return found

    def seconds(self, engine: Engine, preset: str, side: int, count: int = 1) -> float:
        request = PortraitRequest(
            prompt=speed.PROMPT, preset=find(preset), seed=0, count=count, width=side, height=side
        )
        start = self.clock()
        engine.generate(request, random_sdxl.somebody())
        return self.clock() - start

    @contextmanager
    def at_most(self, gigabytes: float | None) -> Iterator[None]:
        """Torch may take no more of the GPU's memory within the block."""
        if self.on.torch_device.type != "cuda" or gigabytes is None:
            yield
            return
        total = torch.cuda.get_device_properties(self.on.torch_device).total_memory
        torch.cuda.set_per_process_memory_fraction(min(1.0, gigabytes * _GIB / total), self.on.torch_device)
        try:
            yield
        finally:
            torch.cuda.set_per_process_memory_fraction(1.0, self.on.torch_device)

    def peak(self) -> float | None:
        """GiB that torch held at most since the last call."""
        if self.on.torch_device.type != "cuda":
            return None
        found = torch.cuda.max_memory_reserved(self.on.torch_device) / _GIB
        torch.cuda.reset_peak_memory_stats(self.on.torch_device)
        return round(found, 2)


def correctness(gpu: Gpu) -> None:
    cases = sorted((_PACK / "cases").glob("*.safetensors"))
    dtypes = (torch.float32, torch.float16 if gpu.on.torch_device.type != "cpu" else torch.bfloat16)
    for dtype in dtypes:
        parts = parity.load_pack(_PACK / "models", on=replace(gpu.on, dtype=dtype))
        worst, name = 0.0, ""
        for file in cases[:4] if gpu.tiny else cases:
            found = parity.read_case(file)
            if found is None or "adapter" in found[0]:
                continue
            _, latents = parity.run_case(parts, *found)
            difference = parity.largest_difference(latents, found[1]["latents"])
            if not difference <= worst:  # also a NaN
                worst, name = difference, file.stem
        limit = parity.TOLERANCE if dtype == torch.float32 else _HALF_TOLERANCE
        passed = worst <= limit
        gpu.note("correctness", precision=str(dtype), worst=worst, case=name, passed=passed)
        if not passed:
            raise AssertionError(f"parity in {dtype}: {worst} in {name}")
    engine = gpu.engine()
    assert engine._parts is not None
    random_sdxl.check_weights(engine._parts)
    for name in ("baseline", _FLAGSHIP):
        with random_sdxl.watched(engine._parts) as seen:
            gpu.seconds(engine, name, gpu.sides[-1])
        gpu.note("correctness", preset=name, side=gpu.sides[-1], largest=seen.largest, passed=True)


def presets(gpu: Gpu) -> None:
    engine = gpu.engine()
    gpu.peak()
    for side in gpu.sides:
        for name in built_in():
            gpu.seconds(engine, name, side)
            rounds = sorted(gpu.seconds(engine, name, side) for _ in range(1 if gpu.tiny else 3))
            gpu.note("presets", preset=name, side=side, seconds=round(rounds[len(rounds) // 2], 4), gib=gpu.peak())


def kernels(gpu: Gpu) -> None:
    on, there = gpu.on.torch_device, fused.available(gpu.on.torch_device)
    gpu.note("kernels", there=there)
    if not there:
        return
    for dtype in (torch.float32, torch.bfloat16, torch.float16):
        for heads, queries in ((10, 4096), (20, 1024), (10, 9216)):
            size = {"heads": heads, "queries": queries, "channels": 64}
            passed = fused.agrees(on, dtype, **size)
            gpu.note("kernels", precision=str(dtype), **size, passed=passed)
            if not passed:
                raise AssertionError(f"kernels differ in {dtype} with {queries} queries")
    for heads, queries in ((10, 4096), (20, 1024)):
        for name, *forms in fused.both_forms(on, torch.float16, heads=heads, queries=queries, channels=64):
            milliseconds: list[float] = []
            for form in forms:
                form()
                start = gpu.clock()
                for _ in range(50):
                    form()
                milliseconds.append(round((gpu.clock() - start) * 20, 3))
            gpu.note("kernels", preset=name, queries=queries, reference_ms=milliseconds[0], kernels_ms=milliseconds[1])


def published(gpu: Gpu) -> None:
    engine = gpu.engine()
    assert engine._parts is not None
    bench = speed.Bench(engine._parts, random_sdxl.somebody(), gpu.sides[0], gpu.clock)
    for name in _COMPARED[-1:] if gpu.tiny else _COMPARED:
        gpu.note("published", **speed.compared(bench, find(name), 1 if gpu.tiny else 3))


def plans(gpu: Gpu) -> None:
    size = memory.size_of(random_sdxl.build(gpu.size, gpu.on), gpu.sides[0])
    item = gpu.on.dtype.itemsize
    device.free_memory()
    for gigabytes, smaller in ((12.0, 1), (8.0, 2), (6.0, 4)):
        # A context of CUDA and a desktop take their part of a card of this size.
        room = round((gigabytes - 0.7) * _GIB)
        # A small model fits everywhere: there each plan is taken at its word.
        best = memory_plans.plans(size, item, room)[smaller] if gpu.tiny else memory_plans.fitting(size, item, room)[0]
        with gpu.at_most(gigabytes - 0.7):
            # Made with nothing on the device but what the plan puts there.
            engine = gpu.engine(replace(gpu.on, plan=best))
            gpu.peak()
            first = gpu.seconds(engine, _FLAGSHIP, gpu.sides[0])
            second = gpu.seconds(engine, _FLAGSHIP, gpu.sides[0])
        used = engine.device.plan.name
        gpu.note(
            "plans", card=gigabytes, plan=best.name, used=used, promised=round(best.needed / _GIB, 2), gib=gpu.peak(),
            first=round(first, 3), seconds=round(second, 3),
        )  # fmt: skip
        del engine
        device.free_memory()


def compiled(gpu: Gpu) -> None:
    side = gpu.sides[0]
    for mode in ("as it is", "channels last", "default", "reduce-overhead"):
        engine = gpu.engine()
        assert engine._parts is not None
        if mode == "channels last":
            engine._parts.unet.to(memory_format=torch.channels_last)  # type: ignore[reportCallIssue]
        for module in engine._parts.unet.modules():
            if isinstance(module, BasicTransformerBlock) and mode in ("default", "reduce-overhead"):
                module.compile(mode=mode, dynamic=False)
        for name in ("baseline", _FLAGSHIP):
            first = gpu.seconds(engine, name, side)
            again = gpu.seconds(engine, name, side)
            gpu.note("compiled", mode=mode, preset=name, side=side, first=round(first, 2), seconds=round(again, 4))
        del engine
        device.free_memory()


def series(gpu: Gpu) -> None:
    engine = gpu.engine()
    for name in ("baseline", _FLAGSHIP):
        gpu.seconds(engine, name, gpu.sides[0], 4)
        together = gpu.seconds(engine, name, gpu.sides[0], 4) / 4
        alone = sum(gpu.seconds(engine, name, gpu.sides[0]) for _ in range(4)) / 4
        gpu.note("series", preset=name, together=round(together, 4), alone=round(alone, 4))
        with _instead("images_at_once", 2):
            beside = gpu.seconds(engine, name, gpu.sides[0], 8) / 8
            with _instead("finishes_beside", False):
                after = gpu.seconds(engine, name, gpu.sides[0], 8) / 8
        gpu.note("series", preset=name, beside=round(beside, 4), after=round(after, 4), times=round(after / beside, 2))


@contextmanager
def _instead(method: str, answer: object) -> Iterator[None]:
    """A method of every device answers this within the block."""
    before = getattr(Device, method)
    setattr(Device, method, lambda *_: answer)
    try:
        yield
    finally:
        setattr(Device, method, before)


PARTS: dict[str, tuple[Callable[[Gpu], None], float]] = {
    "correctness": (correctness, 40),
    "presets": (presets, 60),
    "kernels": (kernels, 30),
    "published": (published, 40),
    "plans": (plans, 60),
    "compiled": (compiled, 90),
    "series": (series, 30),
}
"""What is done, in this order, and the seconds that it should have left to begin."""


def about(on: Device) -> Line:
    line: Line = {"device": on.name, "precision": on.precision}
    line |= {"torch": torch.__version__, "python": platform.python_version()}
    if on.torch_device.type == "cuda":
        free, total = torch.cuda.mem_get_info(on.torch_device)
        capability = ".".join(map(str, torch.cuda.get_device_capability(on.torch_device)))
        line |= {"free": round(free / _GIB, 2), "total": round(total / _GIB, 2), "capability": capability}
    return line


def measured(gpu: Gpu, wanted: Sequence[str]) -> None:
    gpu.note("about", **about(gpu.on))
    for name in wanted:
        part, needs = PARTS[name]
        if not gpu.tiny and gpu.left < needs:
            gpu.note("left out", what=name, reason=f"{gpu.left:.0f} s were left")
            continue
        start = time.monotonic()
        try:
            with device.memory_errors():
                part(gpu)
        except (FastFaceError, AssertionError, RuntimeError) as error:
            # The other parts may well go on.
            traceback.print_exc()
            gpu.failed.append(f"{name}: {str(error).partition(chr(10))[0]}")
        device.free_memory()
        gpu.note("time", what=name, seconds=round(time.monotonic() - start, 1))


def table(gpu: Gpu) -> str:
    rows = [
        f"{part:12}  " + "  ".join(f"{name} {value}" for name, value in line.items())
        for part, lines in gpu.lines.items()
        for line in lines
    ]
    return "\n".join([*rows, *(f"FAILED        {failure}" for failure in gpu.failed)])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--device", default="auto", help="auto, cuda, cuda:1, mps or cpu")
    parser.add_argument("--precision", choices=Precision.__args__, help="default: what the app takes on the device")
    parser.add_argument("--seconds", type=float, default=480, help="for everything (default 480)")
    parser.add_argument("--parts", default=",".join(PARTS), help="some of them, separated by commas")
    parser.add_argument("--json", type=Path, help="file for all lines in one object, kept up to date on the way")
    parser.add_argument("--tiny", action="store_true", help="a small model, to try the form of it anywhere")
    parsed = parser.parse_args(arguments)
    try:
        on = device.choose(parsed.device, parsed.precision)
    except FastFaceError as error:
        print(f"{error.message} {error.hint}", file=sys.stderr)
        return 1
    gpu = Gpu(on, parsed.tiny, time.monotonic() + parsed.seconds, parsed.json)
    measured(gpu, parsed.parts.split(","))
    print(f"\n{table(gpu)}")
    return 1 if gpu.failed else 0


if __name__ == "__main__":
    sys.exit(main())
