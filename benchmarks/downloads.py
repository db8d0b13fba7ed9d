"""Downloads that are broken off at random bytes, and downloads against curl, from the local hub of the tests.

    python benchmarks/downloads.py [--runs 300] [--size 64] [--speed 100] [--json FILE]
    python benchmarks/downloads.py --throughput [--size 1000] [--speed 100] [--rounds 3] [--json FILE]

Broken off: half of the runs have their connection cut, half have their process killed. Bytes are counted at the hub, as
handed to the connection, so that what was under way and is lost counts as well.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fastface_core.models.catalogue import Component, RemoteFile
from fastface_core.models.hub import offline
from fastface_core.models.hub.client import Network
from fastface_core.models.hub.download import download
from fastface_core.models.store import Store
from tests.hub import Hub, running
from tests.hub_faults import Cut

ROOT = Path(__file__).resolve().parents[1]
REPO, NAME = "org/model", "model.safetensors"
MB = 1_000_000

_CHILD = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from benchmarks.downloads import fetch
fetch(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
"""


@dataclass(frozen=True)
class Run:
    """One file that was broken off once and then finished.

    Attributes:
        how: what broke it off.
        at: the byte that was aimed at.
        resumed: where the last request began; 0 would be a start from nothing.
        again: bytes that the hub sent more often than once.
        right: the hash of the finished file is the one it should be.
    """

    how: Literal["cut", "reset", "killed"]
    at: int
    size: int
    resumed: int
    again: int
    right: bool
    seconds: float


def component(size: int, sha256: str) -> Component:
    return Component(
        name="model",
        title="Model",
        role="base",
        repo=REPO,
        revision="main",
        place=REPO,
        licence="none",
        files=(RemoteFile(path=NAME, size=size, sha256=sha256),),
    )


def fetch(endpoint: str, folder: Path, size: int, sha256: str) -> None:
    """Downloads the file, or goes on with it."""
    offline.put_into_effect(False)
    download([component(size, sha256)], Store(folder), why="Benchmark", network=Network(endpoint=endpoint))


def break_off(hub: Hub, folder: Path, sha256: str, how: Literal["cut", "reset", "killed"], at: int) -> Run:
    """Fetches the hub's file into the empty `folder`, breaking it off once at the byte `at`."""
    size = hub.files[REPO, hub.names[REPO, "main"]][NAME].size
    hub.asked.clear()
    start = time.perf_counter()
    if how == "killed":
        _kill(hub, folder, size, sha256, at)
    else:
        hub.misbehave(Cut(at, hard=how == "reset"), NAME)
    fetch(hub.endpoint, folder, size, sha256)
    seconds = time.perf_counter() - start
    content = folder / REPO / NAME
    return Run(
        how=how,
        at=at,
        size=size,
        resumed=[asked.first for asked in hub.contents() if asked.address == "content"][-1],
        again=hub.sent() - size,
        right=hashlib.sha256(content.read_bytes()).hexdigest() == sha256,
        seconds=seconds,
    )


def _kill(hub: Hub, folder: Path, size: int, sha256: str, at: int) -> None:
    """Starts a process that downloads, and kills it when so many bytes lie on the disk."""
    part = folder / REPO / f"{NAME}.part"
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(ROOT), hub.endpoint, str(folder), str(size), sha256],
        env={key: value for key, value in os.environ.items() if "OFFLINE" not in key},
    )
    try:
        while child.poll() is None:
            try:
                if part.stat().st_size >= at:
                    break
            except OSError:
                pass
            time.sleep(0.0005)
        if child.poll() is not None:
            raise RuntimeError(f"the process ended by itself ({child.returncode}) before byte {at}")
    finally:
        child.kill()
        child.wait()


def broken_off(runs: int, size: int, speed: float | None, seed: int = 1) -> Iterator[Run]:
    """`runs` files of `size` bytes, each broken off at a random byte."""
    chance = random.Random(seed)
    content = chance.randbytes(size)
    sha256 = hashlib.sha256(content).hexdigest()
    with running(speed) as hub, _home():
        hub.add(REPO, {NAME: content})
        for number in range(runs):
            how = "killed" if number % 2 else chance.choice(("cut", "reset"))
            with tempfile.TemporaryDirectory(prefix="fastface-downloads-") as folder:
                # The last bytes are written before anybody could kill the process.
                last = size - 1 if how != "killed" else size - size // 20
                yield break_off(hub, Path(folder), sha256, how, chance.randrange(1, last))


@contextmanager
def _home() -> Iterator[None]:
    """The list of requests is not the user's."""
    before = os.environ.get("FASTFACE_HOME")
    with tempfile.TemporaryDirectory(prefix="fastface-home-") as folder:
        os.environ["FASTFACE_HOME"] = folder
        try:
            yield
        finally:
            os.environ.pop("FASTFACE_HOME")
            if before is not None:
                os.environ["FASTFACE_HOME"] = before


def summary(runs: list[Run]) -> dict[str, Any]:
    """What counts of many runs; shares are of the file's size."""
    shares = [run.again / run.size for run in runs]
    kinds = {run.how for run in runs}
    return {
        "runs": len(runs),
        "size": runs[0].size,
        "right": sum(run.right for run in runs),
        "from_zero": sum(run.resumed == 0 for run in runs),
        "again_mean": round(statistics.mean(shares), 5),
        "again_largest": round(max(shares), 5),
        "again_mean_by": {
            kind: round(statistics.mean(run.again / run.size for run in runs if run.how == kind), 5)
            for kind in sorted(kinds)
        },
        "seconds": round(sum(run.seconds for run in runs), 1),
    }


def throughput(size: int, speed: float, rounds: int) -> dict[str, Any]:
    """The time of a file with curl and with this program, in turn, from a hub in a process of its own."""
    curl = shutil.which("curl")
    if curl is None:
        raise SystemExit("curl is needed for this.")
    times: dict[str, list[float]] = {"curl": [], "fastface": []}
    with tempfile.TemporaryDirectory(prefix="fastface-downloads-") as name, _home():
        folder = Path(name)
        source = folder / "hub" / REPO / NAME
        source.parent.mkdir(parents=True)
        digest, chance = hashlib.sha256(), random.Random(2)
        with source.open("wb") as file:
            for first in range(0, size, MB):
                piece = chance.randbytes(min(MB, size - first))
                digest.update(piece)
                file.write(piece)
        command = [sys.executable, "-m", "tests.hub", str(folder / "hub"), "--speed", str(speed)]
        hub = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert hub.stdin is not None
        assert hub.stdout is not None
        try:
            endpoint = hub.stdout.readline().strip()
            for _ in range(rounds):
                target = folder / "curl.out"
                start = time.perf_counter()
                url = f"{endpoint}/{REPO}/resolve/main/{NAME}"
                subprocess.run([curl, "--silent", "--fail", "--location", "--output", str(target), url], check=True)
                times["curl"].append(time.perf_counter() - start)
                target.unlink()
                start = time.perf_counter()
                fetch(endpoint, folder / "models", size, digest.hexdigest())
                times["fastface"].append(time.perf_counter() - start)
                shutil.rmtree(folder / "models")
        finally:
            hub.stdin.close()
            hub.wait()
            hub.stdout.close()
    best = {who: statistics.median(found) for who, found in times.items()}
    return {
        "size": size,
        "speed_limit": speed,
        "rounds": rounds,
        "curl_mb_s": round(size / best["curl"] / MB, 1),
        "fastface_mb_s": round(size / best["fastface"] / MB, 1),
        "share": round(best["curl"] / best["fastface"], 3),
        "seconds": {who: [round(one, 2) for one in found] for who, found in times.items()},
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="Downloads that are broken off, and downloads against curl.")
    parser.add_argument("--runs", type=int, default=300, help="files that are broken off")
    parser.add_argument("--throughput", action="store_true", help="compare with curl instead")
    parser.add_argument("--rounds", type=int, default=3, help="of the comparison")
    parser.add_argument("--size", type=float, help="of a file in MB; 64, and 1000 for the comparison")
    parser.add_argument("--speed", type=float, default=100, help="of the hub in MB a second")
    parser.add_argument("--json", type=Path, help="file for the JSON lines, beside the output")
    options = parser.parse_args()
    if options.throughput:
        result = throughput(int((options.size or 1000) * MB), options.speed * MB, options.rounds)
        lines, passed = [result], result["share"] >= 0.9
    else:
        runs: list[Run] = []
        for run in broken_off(options.runs, int((options.size or 64) * MB), options.speed * MB):
            runs.append(run)
            print(json.dumps(asdict(run)), flush=True)
        result = summary(runs)
        passed = result["right"] == len(runs) and result["from_zero"] == 0 and result["again_mean"] < 0.02
        lines = [*(asdict(run) for run in runs), result]
    print(json.dumps(result | {"passed": passed}), flush=True)
    if options.json:
        lines[-1] = result | {"passed": passed}
        options.json.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
