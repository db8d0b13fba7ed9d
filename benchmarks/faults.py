"""Commands that are killed, whose calls fail, that run at once, and that meet files which are poison; nothing may be
lost, no command may end in a trace.

    python benchmarks/faults.py [--kills 300] [--failures 1000000] [--writes 300] [--rounds 1000] [--poison 1000000]
                                [--seed 1]

Kills and failures: every command that writes is run with a call that kills it, or fails with "no space left", at each
of its calls that open a file for writing, flush, rename, link, remove or make a folder; as many as the numbers allow.
Writes: no file may grow beyond a size by lot, so that writes themselves fail, from any code: plain ones, copies,
and SQLite's own to database, WAL and index. Rounds: two or three commands at once on one library. Poison: files of
every kind under the names that are read in each folder. After each the library is opened by another process, has to be
sound, and to have every picture and person that nobody asked to erase. Prints one line of counts, and what was wrong;
exits with 1 where something was.

Ended from outside (SIGTERM), the counts are of what was done until then. `tests/core/library/test_library_full_disk.py`
fills whole disks.
"""

import argparse
import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.commands_in_forks import COMMANDS, Command, build, command, forked, fresh, known, look, wrong_end
from benchmarks.failing_calls import calls_of, fault_in, writes_in
from benchmarks.poison_files import places, poisoned, poisons

AT_ONCE = tuple(one for one in COMMANDS if not one.before and one.people and "clean" not in one.words)
LARGEST_FILE = 1 << 19
"""Bytes that no file of these commands exceeds."""
_SAID = 4096
"""Bytes of what a command says, which goes into a file too."""


@dataclass
class Counts:
    """What was tried, and what was wrong."""

    tried: dict[str, int] = field(default_factory=dict[str, int])
    wrong: list[str] = field(default_factory=list[str])
    over: bool = False
    """Asked to end."""

    def add(self, kind: str, problems: Sequence[str]) -> None:
        self.tried[kind] = self.tried.get(kind, 0) + 1
        for problem in problems:
            self.wrong.append(f"{kind}: {problem}")
            print(self.wrong[-1], flush=True)
        if self.over:
            raise SystemExit

    def end(self, *_: object) -> None:
        self.over = True


def at_once(chance: random.Random, template: Path, folder: Path, pictures: dict[str, int]) -> list[str]:
    """Two or three commands on one library at the same time."""
    home = fresh(template, folder, COMMANDS[0])
    chosen = [chance.choice(AT_ONCE) for _ in range(chance.choice((2, 2, 3)))]
    children: list[tuple[int, Sequence[str], Path]] = []
    for number, one in enumerate(chosen):
        said = folder / f"said-{number}"
        child = os.fork()
        if child == 0:
            os._exit(forked(lambda one=one: command(one.words, home), said)[0] & 0xFF)
        children.append((child, one.words, said))
    wrong: list[str] = []
    for child, words, said in children:
        _, status = os.waitpid(child, 0)
        wrong += wrong_end(words, os.waitstatus_to_exitcode(status), False, said.read_text(errors="replace"))
    names = " + ".join(" ".join(one.words[:2]) for one in chosen)
    return [f"{names}: {text}" for text in [*wrong, *look(home, COMMANDS[0], pictures)]]


def all_of(
    kills: int,
    failures: int,
    writes: int,
    rounds: int,
    poison: int,
    seed: int,
    folder: Path,
    counts: Counts,
    commands: Sequence[Command] = COMMANDS,
) -> None:
    """As many of each as the numbers allow, chosen by the seed."""
    chance = random.Random(seed)
    # One path for all copies: the library keeps whole paths.
    template, home = folder / "template", folder / "home"
    build(home)
    pictures = known(home)
    shutil.copytree(home, template)
    every = [
        (one, at)
        for one in (commands if kills or failures else ())
        for at in range(1, calls_of(one, template, folder) + 1)
    ]
    for kind, most in (("kills", kills), ("failures", failures)):
        for one, at in chance.sample(every, min(most, len(every))):
            counts.add(kind, fault_in(one, at, kind == "kills", template, folder, pictures))
    for _ in range(writes):
        one, largest = chance.choice(commands), _SAID + int(LARGEST_FILE ** chance.random())
        counts.add("writes", writes_in(one, largest, template, folder, pictures))
    for _ in range(rounds):
        counts.add("rounds", at_once(chance, template, folder, pictures))
    fresh(template, folder, COMMANDS[0])
    pairs = [(place, name, content) for place in places(home) for name, content in [*poisons(), ("pipe", None)]]
    for place, name, content in chance.sample(pairs, min(poison, len(pairs))):
        counts.add("poison", [f"{name} as {text}" for text in poisoned(place, content, home)])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--failures", type=int, default=1_000_000, help="at most so many; each call once")
    parser.add_argument("--writes", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--poison", type=int, default=1_000_000, help="at most so many; each file once in each folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--commands", type=int, help="so many of the commands, chosen by the seed")
    wanted = parser.parse_args()
    chosen = COMMANDS
    if wanted.commands is not None:
        chosen = tuple(random.Random(wanted.seed).sample(COMMANDS, min(wanted.commands, len(COMMANDS))))
    counts = Counts()
    signal.signal(signal.SIGTERM, counts.end)
    with contextlib.suppress(SystemExit), tempfile.TemporaryDirectory(prefix="fastface-faults-") as folder:
        numbers = wanted.kills, wanted.failures, wanted.writes, wanted.rounds, wanted.poison, wanted.seed
        all_of(*numbers, Path(folder), counts, chosen)
    print(", ".join(f"{count} {kind}" for kind, count in counts.tried.items()) + f": {len(counts.wrong)} findings")
    return 1 if counts.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
