"""Installs GPU runtimes that are killed, and counts what is left: the one before or the new one, never none.

    .venv/bin/python -m benchmarks.runtime_kills [--count 200] [--seed 0]

A local server has two lanes of small made-up wheels, which replace one another. Half of the installations are killed
before one of their changes of files, half in the middle of a download. After each kill the runtime that is in effect
has to be whole and compute; then the same installation goes on to its end, and has to leave nothing else behind.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.killing import bytes_in, changes, killed, killed_when
from fastface_core import overlay
from fastface_core.models.hub import offline
from fastface_core.models.hub.client import Network
from fastface_core.progress import CancelToken
from fastface_core.runtime.folder import RuntimeFolder
from fastface_core.runtime.install import Installer
from fastface_core.runtime.sources import FromNetwork
from tests.core.tiny_lanes import lanes, try_tiny, wheels


class Broken(Exception):
    """What was lost."""


def installer(root: Path, seed: int, address: str) -> Installer:
    found = lanes(wheels(seed), address)
    lane = found.lanes[0]
    source = FromNetwork(network=Network(endpoint=address))
    return Installer(found, lane, lane.builds[0], RuntimeFolder(root), source, try_tiny)


def check(root: Path, allowed: set[str]) -> str:
    """The name of the runtime in effect, which has to be whole and compute."""
    state = overlay.look(root)
    if state is None or state.problem or state.record is None:
        raise Broken(f"no runtime is in effect: {state}")
    if state.folder.name not in allowed:
        raise Broken(f"another runtime is in effect: {state.folder.name}")
    try_tiny(state.folder, state.record, CancelToken())
    return state.folder.name


def check_clean(root: Path, name: str) -> None:
    left = {path.name for path in root.iterdir()} - {"lock", "chosen.json", name}
    if left:
        raise Broken(f"something was left behind: {sorted(left)}")


def run(count: int, seed: int, folder: Path, addresses: tuple[str, str]) -> Counter[str]:
    """`count` killed installations; the counts of what came of them."""
    generator = random.Random(seed)
    root = folder / "runtime"
    both = [installer(root, index + 1, address) for index, address in enumerate(addresses)]
    total = changes(both[0].install, root)
    size = sum(both[0].build.wheels[index].size for index in range(2))
    found: Counter[str] = Counter()
    for number in range(count):
        old, new = both[number % 2], both[1 - number % 2]
        if number % 2:
            enough = generator.randrange(1, size)
            was_killed = killed_when(new.install, lambda enough=enough: bytes_in(root / "wheels") >= enough)
            found["killed in a download"] += was_killed
        else:
            was_killed = killed(new.install, root, generator.randrange(1, total + 1))
            found["killed at a change of files"] += was_killed
        name = check(root, {old.name, new.name})
        found["the runtime before is in effect" if name == old.name else "the new one is in effect"] += was_killed
        found["ended before the kill"] += not was_killed
        new.install()
        if check(root, {new.name}) != new.name:
            raise Broken("the installation did not end")
        if new.verify():
            raise Broken("files are damaged")
        check_clean(root, new.name)
        found["went on to the end"] += 1
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Kills installations of GPU runtimes.")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    offline.put_into_effect(False)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fastface-kills-") as name:
        folder = Path(name)
        os.environ["FASTFACE_HOME"] = str(folder / "home")
        for seed in (1, 2):
            place = folder / "served" / "lanes" / f"tiny{seed}"
            place.mkdir(parents=True)
            for wheel, content in wheels(seed).items():
                (place / wheel).write_bytes(content)
        # A process of its own: a fork has only the thread that forks.
        command = [sys.executable, "-m", "tests.hub", str(folder / "served"), "--speed", "20000000"]
        server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        endpoint = server.stdout.readline().strip()
        try:
            addresses = tuple(f"{endpoint}/lanes/tiny{seed}/resolve/main" for seed in (1, 2))
            found = run(options.count, options.seed, folder, (addresses[0], addresses[1]))
        except Broken as broken:
            print(f"BROKEN: {broken}")
            return 1
        finally:
            server.communicate()
    for what, number in sorted(found.items()):
        print(f"{number:5} {what}")
    print(f"{options.count} installations in {time.monotonic() - started:.0f} s, nothing lost")
    return 0


if __name__ == "__main__":
    sys.exit(main())
