"""A comparison of 5 x 5 on the starter model, killed again and again: is anything made twice, is the grid the same?

    python benchmarks/comparison.py [--kills 4] [--size 256] [--seed 0]

Runs `fastface compare` undisturbed, then once more into another folder, where it is killed with SIGKILL at random
moments, also in the middle of a picture, and started again each time. Prints one JSON line: seconds of both, how many
pictures each of the runs made, how many were made twice, and whether both grids have the same pixels and likenesses.
Exits with 1 if a picture was made twice or differs.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
AXES = ("--columns", "identity_weight=1..2/5", "--rows", "adapter_strength=0.2..1/5")
PICTURES = 25


def command(out: Path, size: int) -> list[str]:
    photo = str(ROOT / "examples" / "portrait.jpg")
    words = ["compare", "--photo", photo, "--prompt", "portrait of a person", "--size", f"{size}x{size}"]
    return [sys.executable, "-m", "fastface_core.cli", *words, *AXES, "--out", str(out), "--json"]


def whole(out: Path, size: int) -> tuple[dict[str, Any], float]:
    start = time.perf_counter()
    done = subprocess.run(command(out, size), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return json.loads(done.stdout), time.perf_counter() - start


def written(out: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in out.glob("*.png") if path.name != "grid.png"}


def killed(out: Path, size: int, pictures: int, after: float) -> float:
    """Runs until so many pictures more are there, and some seconds longer; the seconds that it ran."""
    start, before = time.perf_counter(), len(written(out))
    process = subprocess.Popen(command(out, size), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(written(out)) < before + pictures and process.poll() is None:
        time.sleep(0.01)
    time.sleep(after)
    process.kill()
    process.wait()
    return time.perf_counter() - start


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    def pixels(path: str) -> Any:
        with Image.open(path) as image:
            return np.asarray(image)

    return all(
        np.array_equal(pixels(first["path"]), pixels(second["path"])) and first["likeness"] == second["likeness"]
        for first, second in zip(one["cells"], other["cells"], strict=True)
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FASTFACE_HOME"] = folder
        undisturbed, seconds = whole(Path(folder) / "undisturbed", options.size)
        out = Path(folder) / "killed"
        made, spent, first = [], 0.0, {}
        for _ in range(options.kills):
            before = written(out)
            share = PICTURES // (options.kills + 2)
            spent += killed(out, options.size, chance.randint(1, share), chance.uniform(0, 0.5))
            first |= {name: moment for name, moment in written(out).items() if name not in first}
            made.append(len(written(out)) - len(before))
        last, rest = whole(out, options.size)
        there = written(out)
        twice = sum(there.get(name) != moment for name, moment in first.items()) + max(len(there) - PICTURES, 0)
        good = twice == 0 and same(undisturbed, last)
        line = {
            "pictures": PICTURES,
            "size": options.size,
            "seconds_undisturbed": round(seconds, 1),
            "seconds_killed": round(spent + rest, 1),
            "kills": options.kills,
            "made_by_each_run": [*made, last["made"]],
            "made_twice": twice,
            "same_grid": same(undisturbed, last),
        }
        print(json.dumps(line))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
