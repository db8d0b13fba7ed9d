"""Kills an evaluation at moments by lot, goes on with it, and compares it with one that was left alone.

    python benchmarks/evaluation_kills.py FOLDER [--kills 10] [--longest SECONDS] [--seed 0] [OPTIONS OF evaluate run]

Both are of the starter's drawn people. Nothing may be lost or made twice: every picture is written once, and both
reports have the same numbers. The exit status is 1 otherwise.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from pathlib import Path


def command(out: Path, more: list[str]) -> list[str]:
    """The evaluation that is killed."""
    words = ["evaluate", "run", "--out", str(out), "--checkpoint", "starter", "--device", "cpu"]
    return [sys.executable, "-m", "fastface_core.cli", *words, *(more or ["--people", "3", "--all-presets"])]


def written(folder: Path) -> dict[str, int]:
    """When each picture was written."""
    return {path.relative_to(folder).as_posix(): path.stat().st_mtime_ns for path in folder.rglob("*.png")}


def main() -> int:
    """Run both, and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--longest", type=float, default=120, help="seconds until a kill at most")
    parser.add_argument("--seed", type=int, default=0)
    arguments, more = parser.parse_known_args()
    lot = random.Random(arguments.seed)
    killed, alone = arguments.folder / "run", arguments.folder / "alone" / "run"
    first: dict[str, int] = {}
    twice = 0
    for number in range(arguments.kills):
        process = subprocess.Popen(command(killed, more), stdout=subprocess.DEVNULL)
        wait = lot.uniform(1, arguments.longest)
        try:
            process.wait(wait)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        now = written(killed)
        twice += sum(name in first and first[name] != stamp for name, stamp in now.items())
        first |= now
        print(f"kill {number + 1} after {wait:.0f} s: {len(now)} files", flush=True)
    start = time.perf_counter()
    subprocess.run(command(killed, more), check=True)
    print(f"gone on with to the end in {time.perf_counter() - start:.0f} s", flush=True)
    now = written(killed)
    lost = len(set(first) - set(now))
    twice += sum(name in first and first[name] != stamp for name, stamp in now.items())
    subprocess.run(command(alone, more), check=True)
    reports = [json.loads((folder / "report" / "report.json").read_bytes()) for folder in (killed, alone)]
    same = reports[0] == reports[1]
    print(f"lost {lost}, made twice {twice}, numbers {'the same' if same else 'DIFFERENT'}")
    return 0 if same and not lost and not twice else 1


if __name__ == "__main__":
    sys.exit(main())
