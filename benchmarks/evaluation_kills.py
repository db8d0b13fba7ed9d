"""Kills an evaluation at moments by lot, goes on with it, and compares it with one that was left alone.

    python benchmarks/evaluation_kills.py FOLDER [--kills 10] [--longest SECONDS] [--seed 0] [OPTIONS OF evaluate run]

Both are of the starter's drawn people. Nothing may be lost or made twice: every picture is written once, and both
reports have the same numbers. The exit status is 1 otherwise. The same command goes on where it was ended itself, with
the kills that are left; `kills.json` in the folder has what was seen.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fastface_core.files import atomic_write


@dataclass
class Seen:
    """What the kills have shown so far.

    Attributes:
        stamps: when each picture was first seen written.
        twice: pictures that were written again.
        made: pictures of each run that was watched, and its seconds, starting included.
    """

    kills: int = 0
    twice: int = 0
    stamps: dict[str, int] = field(default_factory=dict[str, int])
    made: list[tuple[int, float]] = field(default_factory=list[tuple[int, float]])

    def look(self, folder: Path, seconds: float) -> None:
        """Takes in what lies there after a run of so many seconds."""
        now = written(folder)
        self.twice += sum(name in self.stamps and self.stamps[name] != stamp for name, stamp in now.items())
        self.made.append((len(set(now) - set(self.stamps)), seconds))
        self.stamps |= now

    def keep(self, file: Path) -> None:
        with atomic_write(file) as out:
            out.write(json.dumps(asdict(self)).encode())


def command(out: Path, more: list[str]) -> list[str]:
    """The evaluation that is killed."""
    words = ["evaluate", "run", "--out", str(out), "--checkpoint", "starter", "--device", "cpu"]
    return [sys.executable, "-m", "fastface_core.cli", *words, *(more or ["--people", "3", "--all-presets"])]


def written(folder: Path) -> dict[str, int]:
    """When each picture was written."""
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mtime_ns for path in (folder / "pictures").rglob("*.png")
    }


def killed_after(words: list[str], wait: float) -> float:
    """Runs a command for so long at most, and gives back how long it ran."""
    start = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    try:
        process.wait(wait)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    return time.perf_counter() - start


def main() -> int:
    """Run both, and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--longest", type=float, default=120, help="seconds until a kill at most")
    parser.add_argument("--seed", type=int, default=0)
    arguments, more = parser.parse_known_args()
    killed, alone = arguments.folder / "run", arguments.folder / "alone" / "run"
    file = arguments.folder / "kills.json"
    seen = Seen(**json.loads(file.read_bytes())) if file.exists() else Seen()
    lot = random.Random(f"{arguments.seed}/{seen.kills}")
    while seen.kills < arguments.kills:
        seconds = killed_after(command(killed, more), lot.uniform(1, arguments.longest))
        seen.look(killed, seconds)
        seen.kills += 1
        seen.keep(file)
        print(f"kill {seen.kills} after {seconds:.0f} s: {len(seen.stamps)} pictures", flush=True)
    lost = 0
    for folder in (killed, alone):
        start, before = time.perf_counter(), len(written(folder))
        subprocess.run(command(folder, more), check=True, stdout=subprocess.DEVNULL)
        seconds, there = time.perf_counter() - start, len(written(folder))
        each = f", {seconds / (there - before):.1f} s each" if there > before else ""
        print(
            f"{'killed' if folder is killed else 'alone'}: gone on to {there} pictures in {seconds:.0f} s{each}",
            flush=True,
        )
        if folder is killed:
            lost = len(set(seen.stamps) - set(written(killed)))
            seen.look(killed, seconds)
            seen.keep(file)
    reports = [json.loads((folder / "report" / "report.json").read_bytes()) for folder in (killed, alone)]
    same = reports[0] == reports[1]
    print(f"kills {seen.kills}, lost {lost}, made twice {seen.twice}, numbers {'the same' if same else 'DIFFERENT'}")
    return 0 if same and not lost and not seen.twice else 1


if __name__ == "__main__":
    sys.exit(main())
