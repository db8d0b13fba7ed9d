"""Three people go their ways through a real window on an X server, and it is killed while they do.

    python benchmarks/three_ways.py [--pictures 200] [--kills 12] [--seed 1] [--ways first,photographer,tuner]

Linux, with Xvfb, dbus, at-spi2-core and the system's pyatspi. A mouse and keys of the X server, seen through AT-SPI
(`hands.py`); what they do is in `ways.py`. Each way is gone once undisturbed, then again with kills (SIGKILL) at random
moments of random steps. After a kill the window is opened again: every picture is still there, every step that was done
still is, and what was being made is offered. Prints a line of JSON for each way: actions, seconds, how long the window
let somebody wait, kills; exits with 1 where something was lost or not offered.
"""

import argparse
import json
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:  # they need pyatspi, which only the system's Python has
    from benchmarks.hands import Person
    from benchmarks.ways import Home, Step

INSIDE = "--inside"
_LATEST_KILL = 8.0
"""Seconds after a step's begin."""
_SCREEN = "-screen 0 1600x900x24"
"""Beside the window, which is 1280 wide, there is room for files to drag."""


def session(arguments: Sequence[str]) -> int:
    """This script once more, by the system's Python, in an X server and a session bus of its own."""
    from tests.desktop.shell.readers import launcher, reader

    place, python = launcher(), reader()
    if place is None or python is None or not all(map(shutil.which, ("xvfb-run", "dbus-run-session"))):
        print("Xvfb, dbus, at-spi2-core or pyatspi is missing.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="fastface-ways-") as folder:
        environment = {name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"}
        environment["HOME"] = folder
        run = 'launcher=$1; shift; "$launcher" --launch-immediately & exec "$@"'
        command = ["xvfb-run", "-a", "-s", _SCREEN, "dbus-run-session", "--", "sh", "-c", run, "sh"]
        command += [place, python, "-u", __file__, INSIDE, sys.executable, folder, *arguments]
        return subprocess.run(command, env=environment, check=False).returncode


def walk(name: str, steps: "list[Step]", home: "Home", person: "Person", kills: list[tuple[int, float]]) -> list[str]:
    """Goes a way, prints what it took, and returns what was wrong.

    `kills`: in which step, and how many seconds after its begin, the program is killed.
    """
    from benchmarks.hands import Killed, NotSeen

    wrong: list[str] = []
    done: list[Step] = []
    seconds: dict[str, float] = {}
    killed, began = 0, time.monotonic()
    seconds["the window"] = round(person.start(), 1)
    for place, step in enumerate(steps):
        waiting = [after for at, after in kills if at == place]
        step_began = time.monotonic()
        while True:
            if waiting:
                person.kill_at = time.monotonic() + waiting.pop()
            try:
                if step.done is None or not step.done(home):
                    step.do(person, home)
                break
            except Killed:
                killed += 1
                wrong += after_kill(step.name, done, home, person)
            except NotSeen as missing:
                # What comes after it needs it.
                return told_of(name, person, seconds, killed, [*wrong, f"{step.name}: {missing} did not come"])
        seconds[step.name] = round(time.monotonic() - step_began, 1)
        done.append(step)
    wrong += [f"{step.name} was lost" for step in done if step.done is not None and not step.done(home)]
    seconds["all"] = round(time.monotonic() - began, 1)
    return told_of(name, person, seconds, killed, wrong)


def told_of(name: str, person: "Person", seconds: dict[str, float], killed: int, wrong: list[str]) -> list[str]:
    """Closes the window and prints what the way took."""
    person.kill_at = math.inf
    person.close()
    told = {"way": name, "actions": person.actions, "seconds": seconds, "waited": person.waited()}
    print(json.dumps(told | {"kills": killed, "wrong": wrong}), flush=True)
    return wrong


def after_kill(at: str, done: "list[Step]", home: "Home", person: "Person") -> list[str]:
    """Opens the window again; what was lost, or is not offered."""
    from benchmarks.hands import NotSeen

    pictures, unfinished = home.pictures(), home.unfinished()
    person.start()
    wrong: list[str] = []
    if unfinished:
        try:
            person.click("Create", "radio button")
            text = "1 picture was not finished" if unfinished == 1 else f"{unfinished} pictures were not finished"
            person.wait(text, "label", patience=120)
            person.wait("Continue", "push button", usable=True, patience=120)
        except NotSeen as missing:
            wrong.append(f"killed in {at!r}: {missing} is not offered")
    if lost := pictures - home.pictures():
        wrong.append(f"killed in {at!r}: {len(lost)} pictures are gone")
    wrong += [
        f"killed in {at!r}: {step.name} is gone" for step in done if step.done is not None and not step.done(home)
    ]
    return wrong


def inside(python: Path, folder: Path, options: argparse.Namespace) -> int:
    from benchmarks import ways
    from benchmarks.hands import Person

    every: dict[str, Callable[[], list[Step]]] = {
        "first": ways.first,
        "photographer": lambda: ways.photographer(options.pictures),
        "tuner": ways.tuner,
    }
    chosen = options.ways.split(",")
    chance = random.Random(options.seed)
    wrong = 0
    for name in chosen:
        for kills in [0, options.kills // len(chosen)] if options.kills else [0]:
            steps = every[name]()
            moments = [(chance.randrange(len(steps)), chance.uniform(0.0, _LATEST_KILL)) for _ in range(kills)]
            place = folder / f"{name}-{kills}"
            place.mkdir()
            person = Person(python, place, folder / "window.log")
            wrong += len(walk(name, steps, ways.Home(place), person, moments))
    return 1 if wrong else 0


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=200, help="of the photographer's hour")
    parser.add_argument("--kills", type=int, default=12, help="over all ways")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ways", default="first,photographer,tuner")
    parser.add_argument(INSIDE, nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.inside is None:
        return session(arguments)
    return inside(Path(options.inside[0]), Path(options.inside[1]), options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
