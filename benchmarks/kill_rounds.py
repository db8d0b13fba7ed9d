"""Rounds of work that is killed, and what came of each, counted into a file: a run that was broken off goes on.

What a benchmark brings is a setting: it prepares what its rounds share, and hands out what makes one.
"""

import argparse
import json
import os
import random
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from fastface_core.models.hub import offline

Round = Callable[[int, random.Random], Iterable[str]]
"""Makes the round of a number, from 1 on, and says what came of it, as words to be counted. Raises `Lost`."""

Setting = Callable[[Path, int], AbstractContextManager[Round]]
"""Takes an empty folder and how many rounds were made before; the home of the program lies in it, as `home`."""


class Lost(Exception):
    """What was lost, in a sentence."""


@contextmanager
def served(*command: str) -> Generator[str]:
    """The address that a server prints when it is ready; its process ends with its input.

    It is no thread, since a fork has only the thread that forks.
    """
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        yield server.stdout.readline().strip()
    finally:
        server.communicate()


def main(about: str, noun: str, usual: int, setting: Setting) -> int:
    """Reads the command line, makes the rounds and prints the counts; 1 where something was lost.

    Args:
        about: what the benchmark does; the first line is shown.
        noun: what the rounds are, in the plural.
        usual: how many are made where nothing else is said.
    """
    parser = argparse.ArgumentParser(description=about.partition("\n")[0])
    parser.add_argument("--count", type=int, default=usual)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--into", type=Path, metavar="FILE", help="keep the counts there, and go on from them")
    options = parser.parse_args()
    offline.put_into_effect(False)
    started = time.monotonic()
    found, done, seconds = _read(options.into)
    with tempfile.TemporaryDirectory(prefix="fastface-kills-") as name:
        os.environ["FASTFACE_HOME"] = str(Path(name) / "home")
        try:
            with setting(Path(name), done) as make:
                for number in range(done + 1, options.count + 1):
                    # Of each number its own: which round is made does not depend on those before.
                    found.update(make(number, random.Random(f"{options.seed} {number}")))
                    done = number
                    _write(options.into, found, done, seconds + time.monotonic() - started)
        except Lost as lost:
            print(f"LOST, in round {done + 1}: {lost}")
            return 1
    for what, times in sorted(found.items()):
        print(f"{times:5} {what}")
    print(f"{done} {noun} in {seconds + time.monotonic() - started:.0f} s, nothing lost")
    return 0


def _read(file: Path | None) -> tuple[Counter[str], int, float]:
    if file is None or not file.exists():
        return Counter(), 0, 0.0
    kept = json.loads(file.read_text(encoding="utf-8"))
    return Counter(kept["found"]), kept["done"], kept["seconds"]


def _write(file: Path | None, found: Counter[str], done: int, seconds: float) -> None:
    if file is not None:
        half = file.with_name(f"{file.name}.part")
        half.write_text(json.dumps({"found": found, "done": done, "seconds": seconds}), encoding="utf-8")
        half.replace(file)
