"""A long batch of the starter's smallest pictures: killed at random, with its memory, alone and with two processes.

    python benchmarks/batch.py [--rows 1000] [--kills 20] [--processes 2] [--seed 1] [--folder FOLDER]
                               [--parts alone killed together]

Prints one JSON object: rows, kills, whether every row has its picture once, the resident memory after a tenth of the
rows and at the end of an undisturbed run, seconds with one process and with several, and whether their pixels agree.
With a folder everything is kept there, and the same command goes on from the last part that ended, or the last kill.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
PHOTO = ROOT / "examples" / "portrait.jpg"
PARTS = ["alone", "killed", "together"]


class Bench:
    """A table of rows, each of one picture, and a home of its own."""

    def __init__(self, folder: Path, rows: int) -> None:
        self.folder, self.rows = folder, rows
        shutil.copy(PHOTO, folder / "photo.jpg")
        lines = [f"P{number % 50},photo.jpg,portrait {number},{number}" for number in range(rows)]
        self.table = folder / "rows.csv"
        self.table.write_text("\n".join(["person,photos,prompt,seed", *lines]) + "\n", encoding="utf-8")

    def start(self, out: str, processes: int) -> "subprocess.Popen[str]":
        words = ["batch", str(self.table), "--preset", "baseline", "--size", "64x64", "--steps", "1", "--device", "cpu"]
        words += ["--out", str(self.folder / out), "--processes", str(processes)]
        return subprocess.Popen(
            [sys.executable, "-m", "fastface_core.cli", *words],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "FASTFACE_HOME": str(self.folder / f"home-{out}"), "OMP_NUM_THREADS": "1"},
        )

    def pixels(self, out: str) -> dict[str, str]:
        """Hashes by the pictures' names."""
        found: dict[str, str] = {}
        for path in sorted((self.folder / out).rglob("*.png")):
            with Image.open(path) as image:
                pixels = np.asarray(image).tobytes()
            found[path.relative_to(self.folder / out).as_posix()] = hashlib.sha256(pixels).hexdigest()
        return found


def killed(bench: Bench, kills: int, chance: random.Random) -> int:
    """Runs to the end with `kills` sudden deaths on the way; returns how many there were."""
    count = bench.folder / "kills"
    while True:
        done = int(count.read_text()) if count.exists() else 0
        process = bench.start("killed", 1)
        assert process.stderr is not None
        after = chance.randint(1, max(2 * bench.rows // (kills + 1) - 1, 1)) if done < kills else None
        for line in process.stderr:
            if after is not None and line.startswith("Row "):
                after -= 1
                if after <= 0:
                    time.sleep(chance.random() * 0.2)
                    process.kill()
                    break
        process.communicate()
        if process.returncode == 0:
            return done
        count.write_text(str(done + 1))


def undisturbed(bench: Bench, out: str, processes: int) -> tuple[float, list[int]]:
    """Seconds from the first row to the last, and the resident bytes at each row."""
    process = bench.start(out, processes)
    assert process.stderr is not None
    memory: list[int] = []
    begun = 0.0
    for line in process.stderr:
        if line.startswith("Row "):
            begun = begun or time.perf_counter()
            memory.append(psutil.Process(process.pid).memory_info().rss)
    seconds = time.perf_counter() - begun
    process.communicate()
    assert process.returncode == 0
    return seconds, memory


class Results:
    """What each part has come to, kept in a file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}

    def of(self, part: str, work: Callable[[], Any]) -> Any:
        if part not in self._known:
            self._known[part] = work()
            self._file.write_text(json.dumps(self._known))
        return self._known[part]


def main() -> None:
    parser = argparse.ArgumentParser(description="Kills a long batch, and compares pictures and memory.")
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    options = parser.parse_args()
    if options.folder:
        options.folder.mkdir(parents=True, exist_ok=True)
    with nullcontext(options.folder) if options.folder else tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), options.rows)
        results = Results(bench.folder / "results.json")
        said: dict[str, Any] = {"rows": options.rows}
        alone, memory = results.of("alone", lambda: undisturbed(bench, "alone", 1))
        expected = bench.pixels("alone")
        early, late = memory[len(memory) // 10], memory[-1]
        said |= {
            "pictures": len(expected),
            "MB after a tenth": round(early / 2**20),
            "MB at the end": round(late / 2**20),
            "growth": round(late / early - 1, 3),
            "seconds with 1 process": round(alone, 1),
        }
        if "killed" in options.parts:
            chance = random.Random(options.seed)
            said["kills"] = results.of("killed", lambda: killed(bench, options.kills, chance))
            said["every row once after the kills"] = bench.pixels("killed") == expected
        if "together" in options.parts:
            seconds, _ = results.of("together", lambda: undisturbed(bench, "together", options.processes))
            said[f"seconds with {options.processes} processes"] = round(seconds, 1)
            said["same pixels with several processes"] = bench.pixels("together") == expected
        print(json.dumps(said, indent=1))


if __name__ == "__main__":
    main()
