"""Installs GPU runtimes that are killed, and counts what is left: the one before or the new one, never none.

    .venv/bin/python -m benchmarks.runtime_kills [--count 200] [--seed 0] [--into FILE]

A local server has two lanes of small made-up wheels, which replace one another. Half of the installations are killed
before one of their changes of files, half in the middle of a download. After each kill the runtime that is in effect
has to be whole and compute; then the same installation goes on to its end, and has to leave nothing else behind.
"""

import random
import shutil
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import kill_rounds
from benchmarks.kill_rounds import Lost, Round, served
from benchmarks.killing import bytes_in, changes, killed, killed_when
from fastface_core import overlay
from fastface_core.models.hub.client import Network
from fastface_core.progress import CancelToken
from fastface_core.runtime.folder import RuntimeFolder
from fastface_core.runtime.install import Installer
from fastface_core.runtime.sources import FromNetwork
from tests.core.tiny_lanes import lanes, try_tiny, wheels


def installer(root: Path, seed: int, address: str) -> Installer:
    found = lanes(wheels(seed), address)
    lane = found.lanes[0]
    source = FromNetwork(network=Network(endpoint=address))
    return Installer(found, lane, lane.builds[0], RuntimeFolder(root), source, try_tiny)


def check(root: Path, allowed: set[str]) -> str:
    """The name of the runtime in effect, which has to be whole and compute."""
    state = overlay.look(root)
    if state is None or state.problem or state.record is None:
        raise Lost(f"no runtime is in effect: {state}")
    if state.folder.name not in allowed:
        raise Lost(f"another runtime is in effect: {state.folder.name}")
    try_tiny(state.folder, state.record, CancelToken())
    return state.folder.name


def check_clean(root: Path, name: str) -> None:
    left = {path.name for path in root.iterdir()} - {"lock", "chosen.json", name}
    if left:
        raise Lost(f"something was left behind: {sorted(left)}")


@contextmanager
def setting(folder: Path, done: int) -> Generator[Round]:
    """Two lanes, of which the one is installed that the round before the next has left."""
    for seed in (1, 2):
        place = folder / "served" / "lanes" / f"tiny{seed}"
        place.mkdir(parents=True)
        for wheel, content in wheels(seed).items():
            (place / wheel).write_bytes(content)
    root, counted = folder / "runtime", folder / "counted"
    with served(sys.executable, "-m", "tests.hub", str(folder / "served"), "--speed", "20000000") as endpoint:
        addresses = [f"{endpoint}/lanes/tiny{seed}/resolve/main" for seed in (1, 2)]
        both = [installer(root, seed, address) for seed, address in enumerate(addresses, 1)]
        both[done % 2].install()
        installer(counted, 1, addresses[0]).install()
        total = changes(installer(counted, 2, addresses[1]).install, counted)
        shutil.rmtree(counted)
        size = both[0].build.size

        def make(number: int, generator: random.Random) -> list[str]:
            old, new = both[(number - 1) % 2], both[number % 2]
            if number % 2:
                how = "killed at a change of files"
                was_killed = killed(new.install, root, generator.randrange(1, total + 1))
            else:
                how, enough = "killed in a download", generator.randrange(1, size)
                was_killed = killed_when(new.install, lambda: bytes_in(root / "wheels") >= enough)
            name = check(root, {old.name, new.name})
            state = "the runtime before is in effect" if name == old.name else "the new one is in effect"
            new.install()
            if check(root, {new.name}) != new.name:
                raise Lost("the installation did not end")
            if new.verify():
                raise Lost("files are damaged")
            check_clean(root, new.name)
            return [*((how, state) if was_killed else ("ended before the kill",)), "went on to the end"]

        yield make


if __name__ == "__main__":
    sys.exit(kill_rounds.main(__doc__ or "", "installations", 200, setting))
