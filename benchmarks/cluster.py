"""A batch on a Ray cluster of this computer beside the same rows in one process, and what 64 GPUs would come to.

    python benchmarks/cluster.py [--rows 4] [--rounds 5] [--size 128x128] [--steps 2] [--gpu-seconds 1]
                                 [--parts costs turns]

Plain run, one actor and two actors make rows of the starter by turns, with engines that are loaded already; ratios are
of neighbours, so that another program's load meets all three. Then what a picture of 1024 x 1024 costs the computer
that gives the rows out: CPU time to receive it, and to save it with its recipe into the library. From these and the
seconds of a GPU a simulation of many actors that share that computer says how many it keeps busy.

Prints one JSON object.
"""

import argparse
import heapq
import json
import os
import pickle
import random
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
from PIL import Image

from fastface_core.batch.outcomes import Outcome
from fastface_core.batch.planning import Planned, plan
from fastface_core.batch.reading import read_batch
from fastface_core.batch.running import Crew, Here
from fastface_core.cluster.connecting import connected
from fastface_core.cluster.crew import Cluster, Worker
from fastface_core.domain.request import Picture, Recipe, RecipePhoto
from fastface_core.library.library import Library
from fastface_core.presets import files as preset_files
from fastface_core.progress import CancelToken
from fastface_core.studio.make import Studio
from fastface_core.studio.resident import ResidentEngine

PARTS = ["costs", "turns"]
PHOTO = Path(__file__).resolve().parents[1] / "examples" / "portrait.jpg"


@dataclass
class Bench:
    """Rows that are all different, and the library they go into."""

    folder: Path
    library: Library
    rows: int
    size: str
    steps: int
    seed: int = 0
    turn: threading.Lock = field(default_factory=threading.Lock)

    def seconds(self, crew_of: Callable[[Path], Crew], workers: Sequence[Worker] = ()) -> tuple[float, float]:
        """Of the clock, and of CPUs here and in these actors, for new rows."""
        out = self.folder / "out"
        with self.turn:
            planned = self._planned(out, self.rows)
        ended: list[Outcome] = []
        actors = [psutil.Process(worker.process) for worker in workers if worker.process]
        start, before = time.perf_counter(), _cpu(actors)
        crew_of(out).run(planned, ended.append, CancelToken())
        taken = time.perf_counter() - start, _cpu(actors) - before
        assert [len(one.pictures) for one in ended] == [1] * len(planned), ended
        return taken

    def _planned(self, out: Path, rows: int) -> list[Planned]:
        lines = [f"Ada,photo.jpg,a portrait,{self.seed + number}" for number in range(rows)]
        self.seed += rows
        table = self.folder / "rows.csv"
        table.write_text("\n".join(["person,photos,prompt,seed", *lines]) + "\n", encoding="utf-8")
        defaults = {"size": self.size, "steps": self.steps, "preset": "baseline", "checkpoint": "starter"}
        written = replace(read_batch(table), defaults=defaults)
        return [one for one in plan(written, self.library, out) if isinstance(one, Planned)]


def _cpu(actors: Sequence[psutil.Process]) -> float:
    times = [actor.cpu_times() for actor in actors]
    return time.process_time() + sum(one.user + one.system for one in times)


Ways = dict[str, tuple[Callable[[Path], Crew], Sequence[Worker]]]


def by_turns(bench: Bench, ways: Ways, rounds: int) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Seconds of the clock and of CPUs, way by way, round by round; told on stderr as well."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    worked: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, (crew, workers) in ways.items():
            seconds, cpu = bench.seconds(crew, workers)
            taken[name].append(round(seconds, 3))
            worked[name].append(round(cpu, 3))
        print(json.dumps({"seconds": taken, "cpu": worked}), file=sys.stderr)
    return taken, worked


def ratios(above: list[float], below: list[float]) -> list[float]:
    return sorted(one / other for one, other in zip(above, below, strict=True))


def costs(bench: Bench, times: int = 8) -> dict[str, float]:
    """What a picture of full size costs here: bytes on the way, CPU seconds to receive and to keep it."""
    recipe = Recipe(
        program="FastFace",
        prompt="a portrait",
        negative_prompt="",
        preset=preset_files.find("baseline"),
        checkpoint="starter",
        scheduler="ddim",
        steps=4,
        seed=1,
        width=1024,
        height=1024,
        photos=(RecipePhoto(sha256="0" * 64, face=1),),
        device="CPU",
        dtype="float32",
    )
    with Image.open(PHOTO) as photo:
        image = photo.convert("RGB").resize((1024, 1024))
    picture = Picture(0, recipe.seed, image, recipe, 0.5, None, 1.0)
    received: list[float] = []
    kept: list[float] = []
    for _ in range(times):
        sent = pickle.dumps(picture)
        start = time.process_time()
        got: Picture = pickle.loads(sent)
        received.append(time.process_time() - start)
        start = time.process_time()
        bench.library.recorder.save(got, bench.folder / "full", datetime.now().astimezone())
        kept.append(time.process_time() - start)
    return {
        "bytes": len(pickle.dumps(picture)),
        "receive": statistics.median(received),
        "keep": statistics.median(kept),
    }


def simulated(gpus: int, gpu_seconds: float, here_seconds: float, pictures: int = 4000) -> tuple[float, float]:
    """Pictures a second, and how much of their time the GPUs are at work.

    Each GPU makes a picture (its time spread by a tenth), waits until this computer has time for it, and then begins
    the next one: the rows are pulled, so that none waits at a GPU.
    """
    chance = random.Random(1)
    free, busy = 0.0, 0.0
    done: list[float] = [gpu_seconds * chance.random() for _ in range(gpus)]
    heapq.heapify(done)
    at = 0.0
    for _ in range(pictures):
        at = max(heapq.heappop(done), free)
        free = at + here_seconds
        work = gpu_seconds * chance.uniform(0.9, 1.1)
        busy += work
        heapq.heappush(done, free + work)
    return pictures / free, busy / (gpus * free)


def turns(bench: Bench, rounds: int) -> dict[str, Any]:
    """The three ways by turns, with engines that are loaded."""
    studio = Studio(ResidentEngine("cpu"), lambda: bench.library, lambda: False)
    with connected("local", 2):
        workers = [Worker({"num_cpus": 1}, "cpu") for _ in range(2)]

        def of(some: list[Worker]) -> Callable[[Path], Crew]:
            return lambda out: Cluster(some, out, bench.library, lambda: False, print)

        def plain(out: Path) -> Crew:
            return Here(studio, out, lambda _row, _event: None)

        ways: Ways = {
            "plain": (plain, ()),
            "one": (of(workers[:1]), workers[:1]),
            "two": (of(workers), workers),
        }
        # What is loaded once, by all three at the same time.
        with ThreadPoolExecutor(3) as together:
            list(together.map(bench.seconds, [plain, of(workers[:1]), of(workers[1:])]))
        taken, worked = by_turns(bench, ways, rounds)
        for worker in workers:
            worker.end()
    overhead, gain = ratios(taken["one"], taken["plain"]), ratios(taken["one"], taken["two"])
    work = ratios(worked["one"], worked["plain"])
    return {
        "seconds": taken,
        "CPU seconds, without Ray's own processes": worked,
        "one actor / plain": [round(one, 3) for one in overhead],
        "overhead with one actor": round(statistics.median(overhead) - 1, 3),
        "overhead in CPU seconds": round(statistics.median(work) - 1, 3),
        "pictures a second, plain": round(bench.rows / statistics.median(taken["plain"]), 3),
        "pictures a second, one actor": round(bench.rows / statistics.median(taken["one"]), 3),
        "pictures a second, two actors": round(bench.rows / statistics.median(taken["two"]), 3),
        "two actors against one": round(statistics.median(gain), 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="A batch on a Ray cluster beside the plain run.")
    parser.add_argument("--rows", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", default="128x128")
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--gpu-seconds", type=float, default=1.0)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["FASTFACE_HOME"] = str(folder / "home")
        shutil.copy(PHOTO, folder / "photo.jpg")
        said: dict[str, Any] = {"rows": options.rows, "size": options.size, "load": os.getloadavg()[0]}
        with Library() as library:
            bench = Bench(folder, library, options.rows, options.size, options.steps)
            if "costs" in options.parts:
                cost = costs(bench)
                said["a picture of 1024 x 1024 here"] = {key: round(value, 4) for key, value in cost.items()}
                said["simulated"] = dict(simulations(options.gpu_seconds, cost["receive"] + cost["keep"]))
            if "turns" in options.parts:
                said |= turns(bench, options.rounds)
        print(json.dumps(said, indent=1))


def simulations(gpu_seconds: float, here_seconds: float) -> Iterator[tuple[str, str]]:
    for gpus in (1, 2, 4, 8, 16, 32, 64):
        rate, used = simulated(gpus, gpu_seconds, here_seconds)
        yield f"{gpus} GPUs of {gpu_seconds} s", f"{rate:.2f} pictures a second, GPUs at work {used:.0%}"


if __name__ == "__main__":
    main()
