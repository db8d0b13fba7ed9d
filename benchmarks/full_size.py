"""Times the presets on an SDXL of real size with random weights: nothing is downloaded, nothing is read.

    python benchmarks/full_size.py [--device cuda] [--precision float16] [--sizes 1024,512] [--tiny] …

Each preset goes through the engine as the app calls it. The first round looks at everything: types, devices, that no
number overflows. The others are timed, preset by preset in turn, so that a machine that grows warm is slow for all of
them. Prints a JSON line for each preset and size, then a table; exits with 1 if any of them failed.
"""

import argparse
import json
import platform
import statistics
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, TextIO, get_args

import torch
from torch.autograd.profiler_util import FunctionEvent

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import random_sdxl
from fastface_core.domain.identity import Identity
from fastface_core.domain.presets import Preset
from fastface_core.domain.request import PortraitRequest
from fastface_core.engine import device
from fastface_core.engine.device import Device, Precision
from fastface_core.engine.engine import Engine
from fastface_core.engine.loading import Parts
from fastface_core.errors import FastFaceError
from fastface_core.presets.files import built_in, find
from fastface_core.progress import StepDone

PROMPT = "a portrait of a person, oil painting, soft light from a window, dark background"
STAGES = ("condition", "sample", "decode")
_GIB = 1 << 30
_STEP, _END = "fastface: step", "fastface: end"


@dataclass
class Case:
    """One preset at one size, and what was seen of it.

    Attributes:
        seconds: by stage, and "total", of each timed round, for all pictures of the job.
        memory: bytes of tensors at the peak, weights included; None where the device does not tell.
        reserved: bytes that torch held at the peak, with the gaps between tensors: what a card has to have.
        at_once: the largest batch of images that the engine sampled together.
        largest: the largest magnitude that came out of any layer in the first round; float16 ends at 65504.
        failure: why it has no numbers.
        kernels: for each step, kernels that were launched (CUDA), or operators that were called (elsewhere).
    """

    preset: Preset
    label: str
    width: int
    height: int
    count: int
    steps: int | None
    seconds: dict[str, list[float]] = field(default_factory=dict)
    memory: int | None = None
    reserved: int | None = None
    at_once: int = 0
    largest: float | None = None
    failure: str | None = None
    kernels: list[int] | None = None

    @property
    def request(self) -> PortraitRequest:
        return PortraitRequest(
            prompt=PROMPT,
            preset=self.preset,
            steps=self.steps,
            seed=0,
            count=self.count,
            width=self.width,
            height=self.height,
        )

    @property
    def settings(self) -> str:
        return f"{self.label}, {self.width} x {self.height}, {self.count} at a time"

    def median(self, stage: str) -> float:
        """Seconds a picture."""
        return statistics.median(self.seconds[stage]) / self.count

    def note(self, stage: str, seconds: float) -> None:
        self.seconds.setdefault(stage, []).append(seconds)


@dataclass(frozen=True)
class Bench:
    """A loaded engine and somebody to draw."""

    engine: Engine
    parts: Parts
    identity: Identity

    @property
    def device(self) -> Device:
        return self.engine.device

    def run(self, case: Case, *, timed: bool) -> None:
        """One job of a case; what goes wrong is noted in it."""
        on = self.device.torch_device
        if on.type == "cuda":
            torch.cuda.reset_peak_memory_stats(on)
        try:
            if timed:
                self._generate(case)
            else:
                with random_sdxl.watched(self.parts) as seen:
                    self._generate(case)
                case.largest = seen.largest
                case.seconds.clear()
        except FastFaceError as error:  # among them: not enough memory, and a decoder that overflows
            case.failure = error.message
        except (AssertionError, RuntimeError) as error:
            traceback.print_exc()
            case.failure = str(error).partition("\n")[0] or type(error).__name__
        if on.type == "cuda":
            case.memory = max(case.memory or 0, torch.cuda.max_memory_allocated(on))
            case.reserved = max(case.reserved or 0, torch.cuda.max_memory_reserved(on))
        if case.failure is not None:
            device.free_memory()

    def _generate(self, case: Case) -> None:
        def report(event: object) -> None:
            if isinstance(event, StepDone):
                case.at_once = max(case.at_once, len(event.images))

        device.synchronize(self.device.torch_device)
        start = time.perf_counter()
        result = self.engine.generate(case.request, self.identity, report)
        case.note("total", time.perf_counter() - start)
        for stage in STAGES:
            case.note(stage, result.timings[stage])
        for picture in result.pictures:
            if picture.image.getcolors(1) is not None:
                raise AssertionError("the picture is a single colour")

    def profile(self, case: Case) -> None:
        """Counts what each step launches, from one UNet call to the next and to the end of sampling."""
        on_gpu = self.device.torch_device.type == "cuda"
        activities = [torch.profiler.ProfilerActivity.CPU]
        if on_gpu:
            activities.append(torch.profiler.ProfilerActivity.CUDA)
        steps = 0

        def mark(name: str) -> None:
            with torch.profiler.record_function(name):
                pass

        def report(event: object) -> None:
            nonlocal steps
            if isinstance(event, StepDone):
                steps += 1
                if event.step == event.steps:
                    mark(_END)

        hook = self.parts.unet.register_forward_pre_hook(lambda _module, _inputs: mark(_STEP))
        request = case.request.model_copy(update={"count": 1})
        try:
            with torch.profiler.profile(activities=activities) as profiler:
                self.engine.generate(request, self.identity, report)
        finally:
            hook.remove()
        events = list(profiler.events() or [])
        borders = sorted(
            event.time_range.start
            for event in events
            if event.name in (_STEP, _END) and event.device_type == torch.autograd.DeviceType.CPU
        )
        launched = [event.time_range.start for event in events if _is_launch(event, on_gpu)]
        case.kernels = [sum(begin <= moment < end for moment in launched) for begin, end in pairwise(borders)]
        assert len(case.kernels) == steps


def _is_launch(event: FunctionEvent, on_gpu: bool) -> bool:
    if on_gpu:
        return event.name.startswith(("cudaLaunchKernel", "cuLaunchKernel"))
    return event.name.startswith("aten::") and not event.cpu_children


def cases(arguments: argparse.Namespace) -> Iterator[Case]:
    for width, height in arguments.sizes:
        for name in arguments.presets:
            preset = find(name)
            yield Case(preset, preset.name, width, height, arguments.count, arguments.steps)
            attention = preset.attention
            if arguments.independent and attention is not None and attention.couples_branches():
                attention = attention.model_copy(update={"normalization": "independent"})
                changed = preset.model_copy(update={"attention": attention})
                label = f"{preset.name}, independent"
                yield Case(changed, label, width, height, arguments.count, arguments.steps)


def line_of(case: Case, baseline: Case | None) -> dict[str, object]:
    """What is printed of a case: seconds of one picture, and how many times those of the baseline they are."""
    line: dict[str, object] = {
        "preset": case.label,
        "width": case.width,
        "height": case.height,
        "count": case.count,
        "at_once": case.at_once,
        "passed": case.failure is None,
        "failure": case.failure,
        "memory": case.memory,
        "reserved": case.reserved,
        "largest": case.largest and round(case.largest, 2),
    }
    if case.failure is not None or not case.seconds:
        return line
    line |= {"rounds": len(case.seconds["total"])}
    line |= {stage: round(case.median(stage), 4) for stage in (*STAGES, "total")}
    if baseline is not None and baseline.failure is None:
        line |= {
            f"{stage}_ratio": round(case.median(stage) / baseline.median(stage), 3) for stage in ("sample", "total")
        }
    if case.kernels is not None:
        line["kernels"] = case.kernels
    return line


def table(lines: Sequence[dict[str, Any]], unit: str) -> str:
    """The lines for people."""
    head = ("preset", "size", "condition", "sample", "decode", "total", "sampling ratio", "memory", unit)
    rows: list[tuple[str, ...]] = [head]
    for line in lines:
        start = str(line["preset"]), f"{line['width']} x {line['height']}"
        if line["failure"] is not None:
            rows.append((*start, f"failed: {line['failure']}"))
            continue
        seconds = (f"{line[stage]:.3f} s" if stage in line else "" for stage in (*STAGES, "total"))
        ratio = f"{line['sample_ratio']:.2f}" if "sample_ratio" in line else ""
        memory = f"{line['memory'] / _GIB:.2f} GiB" if line["memory"] is not None else ""
        rows.append((*start, *seconds, ratio, memory, " ".join(map(str, line.get("kernels", [])))))
    # A failure's sentence may be as long as it likes.
    widths = [max(len(row[column]) for row in rows if len(row) == len(head)) for column in range(len(head))]
    widths[:2] = [max(len(row[column]) for row in rows) for column in range(2)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in rows
    )


def describe(bench: Bench, build_seconds: float) -> dict[str, object]:
    on = bench.device.torch_device
    return {
        "device": bench.device.name,
        "precision": bench.device.precision,
        "torch": torch.__version__,
        "python": platform.python_version(),
        "threads": torch.get_num_threads() if on.type == "cpu" else None,
        "build_seconds": round(build_seconds, 1),
        "weights_bytes": torch.cuda.memory_allocated(on) if on.type == "cuda" else None,
        "parameters": random_sdxl.parameters(bench.parts),
        "plan": bench.device.plan.name,
    }


def size_of(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    return int(width), int(height or width)


def read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--device", default="auto", help="auto, cuda, mps or cpu")
    parser.add_argument("--precision", choices=get_args(Precision), help="default: what the app takes on the device")
    parser.add_argument("--sizes", help="pixels, for example 1024,512 or 832x1216 (default 1024,512; tiny: 128,64)")
    parser.add_argument("--presets", default=",".join(built_in()), help="names or JSON files (default: all built in)")
    parser.add_argument("--independent", action="store_true", help="softmask presets in their independent form as well")
    parser.add_argument("--steps", type=int, help="default: the preset's own")
    parser.add_argument("--count", type=int, default=1, help="pictures of one job (default 1)")
    parser.add_argument("--repeats", type=int, default=3, help="timed rounds after the first (default 3)")
    parser.add_argument("--tiny", action="store_true", help="a small model, to try the form of it anywhere")
    parser.add_argument(
        "--profile", action="store_true", help="count kernels (elsewhere than on CUDA: operators) a step"
    )
    parser.add_argument("--json", type=Path, help="file for the JSON lines")
    parsed = parser.parse_args(arguments)
    try:
        sizes = parsed.sizes or ("128,64" if parsed.tiny else "1024,512")
        parsed.sizes = [size_of(size) for size in sizes.split(",")]
        parsed.presets = parsed.presets.split(",")
        for case in cases(parsed):
            _ = case.request  # the ranges of sizes, steps and counts are those of any request
    except (ValueError, FastFaceError) as error:
        parser.error(str(error))
    if parsed.repeats < 0:
        parser.error("--repeats is 0 or more")
    return parsed


def prepare(arguments: argparse.Namespace) -> tuple[Bench, float]:
    engine = Engine(arguments.device, arguments.precision)
    start = time.perf_counter()
    with device.memory_errors():
        parts = random_sdxl.build(random_sdxl.TINY if arguments.tiny else random_sdxl.REAL, engine.device)
    device.synchronize(engine.device.torch_device)
    random_sdxl.check_weights(parts)
    engine._parts = parts  # what load() would have made of files
    return Bench(engine, parts, random_sdxl.somebody()), time.perf_counter() - start


def measure(bench: Bench, arguments: argparse.Namespace, output: TextIO | None) -> list[dict[str, Any]]:
    def say(line: dict[str, object]) -> None:
        for to in (sys.stdout, output):
            if to is not None:
                print(json.dumps(line), file=to, flush=True)

    lines: list[dict[str, Any]] = []
    everything = list(cases(arguments))
    for size in arguments.sizes:
        ours = [case for case in everything if (case.width, case.height) == size]
        for turn in range(arguments.repeats + 1):
            for case in ours:
                if case.failure is None:
                    print(f"round {turn} of {arguments.repeats}: {case.settings}", file=sys.stderr, flush=True)
                    bench.run(case, timed=turn > 0)
        for case in ours:
            if arguments.profile and case.failure is None:
                bench.profile(case)
        baseline = next((case for case in ours if case.label == "baseline"), None)
        for case in ours:
            lines.append(line_of(case, baseline))
            say(lines[-1])
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    parsed = read_arguments(arguments)
    try:
        bench, build_seconds = prepare(parsed)
    except (FastFaceError, AssertionError) as error:
        print(f"The model could not be made: {error}", file=sys.stderr)
        return 1
    about = describe(bench, build_seconds)
    output = parsed.json.open("w", encoding="utf-8") if parsed.json else None
    try:
        for to in (sys.stdout, output):
            if to is not None:
                print(json.dumps(about), file=to, flush=True)
        lines = measure(bench, parsed, output)
    finally:
        if output is not None:
            output.close()
    unit = "kernels a step" if bench.device.torch_device.type == "cuda" else "operators a step"
    print(f"\n{about['device']}, {about['precision']}, torch {about['torch']}; seconds of one picture")
    print(table(lines, unit if parsed.profile else ""))
    return 0 if lines and all(line["passed"] for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
