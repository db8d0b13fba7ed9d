"""Commands that are killed, whose calls fail, that run at once, and that meet files which are poison; nothing may be
lost, no command may end in a trace.

    python benchmarks/faults.py [--kills 300] [--failures 1000000] [--writes 300] [--rounds 1000] [--poison 1000000]
                                [--seed 1]

Kills and failures: every command that writes is run with a call that kills it, or fails with "no space left", at each
of its calls that open a file for writing, flush, rename, link, remove or make a folder; as many as the numbers allow.
Writes: no file may grow beyond a size by lot, so that writes themselves fail, whoever makes them: plain ones, copies,
and SQLite's own to database, WAL and index. Rounds: two or three commands at once on one library. Poison: files of
every kind under the names that are read in each folder. After each the library is opened by another process, has to be
sound, and to have every picture and person that nobody asked to erase. Prints one line of counts, and what was wrong;
exits with 1 where something was.

Commands run in forks of this process, so that none waits for imports. `tests/core/library/test_library_full_disk.py`
fills whole disks.
"""

import argparse
import contextlib
import errno
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.library_crashes import made
from benchmarks.library_crashes import person as add_person
from fastface_core import paths
from fastface_core.cli.main import app
from fastface_core.library.library import Library
from fastface_core.library.metadata import Marks, encoded
from fastface_core.library.queries import Query

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
LONGEST = 600.0
"""Seconds after which a command counts as one that hangs."""
PASSPHRASE = {"FASTFACE_PASSPHRASE": "a passphrase", "FASTFACE_PASSPHRASE_NEW": "a passphrase"}
LARGEST_FILE = 1 << 19
"""Bytes that no file of these commands exceeds."""
_SAID = 4096
"""Bytes of what a command says, which goes into a file too."""
_EVENTS = {"os.rename", "os.remove", "os.link", "os.mkdir", "os.rmdir", "shutil.move"}
_WRITES = os.O_WRONLY | os.O_RDWR


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the command line that writes.

    Attributes:
        words: HOME stands for the folder that the test works in.
        before: what is run first, without a fault.
        erases: numbers of pictures that it may erase; None for all.
        people: whether the person stays.
    """

    words: Sequence[str]
    before: Sequence[Sequence[str]] = ()
    erases: Sequence[int] | None = ()
    people: bool = True


COMMANDS = (
    Command(("gallery", "rate", "4", "1", "2")),
    Command(("gallery", "tag", "1", "--add", "sea")),
    Command(("gallery", "reject", "2")),
    Command(("gallery", "trash", "1", "3")),
    Command(("gallery", "restore", "1"), before=(("gallery", "trash", "1"),)),
    Command(("gallery", "empty-trash", "--yes"), before=(("gallery", "trash", "1"),), erases=(1,)),
    Command(("gallery", "import", "HOME/others", "--all")),
    Command(("gallery", "export", "1", "2", "--out", "HOME/out")),
    Command(("library", "rebuild")),
    Command(("library", "clean")),
    Command(("library", "backup", "HOME/backup.zip", "--pictures")),
    Command(("library", "restore", "HOME/backup.zip", "--replace"), before=(("library", "backup", "HOME/backup.zip"),)),
    Command(("people", "change", "Ada", "--notes", "x")),
    Command(("people", "protect")),
    Command(("people", "passphrase"), before=(("people", "protect"),)),
    Command(("people", "unprotect"), before=(("people", "protect"),)),
    Command(("people", "forget", "Ada", "--yes", "--pictures"), erases=None, people=False),
    Command(("presets", "import", "HOME/preset.json", "--name", "mine")),
)
AT_ONCE = tuple(one for one in COMMANDS if not one.before and one.people and "clean" not in one.words)
READING = (
    ("gallery", "list", "--json"),
    ("library", "check", "--json"),
    ("library", "rebuild", "--json"),
    ("people", "list", "--json"),
    ("presets", "list", "--json"),
    ("models", "list", "--json"),
)


@dataclass
class Counts:
    """What was tried, and what was wrong."""

    tried: dict[str, int] = field(default_factory=dict[str, int])
    wrong: list[str] = field(default_factory=list[str])

    def add(self, kind: str, problems: Sequence[str]) -> None:
        self.tried[kind] = self.tried.get(kind, 0) + 1
        for problem in problems:
            self.wrong.append(f"{kind}: {problem}")
            print(self.wrong[-1], flush=True)


# A library to begin from


def build(home: Path) -> None:
    """Four pictures, a person of whom two of them are, and what the commands name."""
    os.environ["FASTFACE_HOME"] = str(home)
    chance = random.Random(1)
    with Library() as library:
        add_person(library, chance, home)
        (uid,) = library.people.names()
        library.people.rename(uid, "Ada")
        for number in range(4):
            library.recorder.save(made(chance), home / "pictures" / "2030-01", NOW, person=uid if number < 2 else None)
    (home / "others").mkdir()
    pixels = np.random.default_rng(9).integers(0, 256, (24, 24, 3), dtype=np.uint8)
    (home / "others" / "other.png").write_bytes(encoded(Image.fromarray(pixels), "png", None, None, Marks()))
    shutil.copy(paths.resource("presets", "baseline.json"), home / "preset.json")


def known(home: Path) -> dict[str, int]:
    """Of the library that was built: numbers by the hash of the pixels."""
    os.environ["FASTFACE_HOME"] = str(home)
    with Library() as library:
        rows = library.gallery.rows(library.gallery.ids(Query()))
        return {row.pixels.hex(): row.id for row in rows}


# Forks


def forked(work: Callable[[], int], say: Path) -> tuple[int, bool]:
    """Runs `work` in a fork, with what it says in a file.

    Returns:
        Its exit code, or minus the signal that ended it; and whether it hung.
    """
    child = os.fork()
    if child == 0:
        code = 70
        try:
            number = os.open(say, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(number, 1)
            os.dup2(number, 2)
            code = work()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        except BaseException:
            os.write(2, traceback.format_exc().encode(errors="replace"))
        finally:
            with contextlib.suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status), False
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -signal.SIGKILL, True


def command(words: Sequence[str], home: Path) -> int:
    os.environ["FASTFACE_HOME"] = str(home)
    os.environ.update(PASSPHRASE)
    app([word.replace("HOME", str(home)) for word in words], prog_name="fastface")
    return 0


def run(words: Sequence[str], home: Path) -> list[str]:
    """Runs a command to its end; what is wrong with the way it ended."""
    said = home.parent / f"{home.name}.said"
    code, hung = forked(lambda: command(words, home), said)
    return _wrong_end(words, code, hung, said.read_text(errors="replace"))


def _wrong_end(words: Sequence[str], code: int, hung: bool, said: str) -> list[str]:
    name = " ".join(words)
    if hung:
        return [f"{name} hangs"]
    if code not in (0, 1) or "Traceback" in said:
        return [f"{name} ends with {code}: {said.strip().splitlines()[-1:]}"]
    return []


# Faults


class _Fault:
    """Ends this process, or fails, at the call of a number; without one it counts them."""

    def __init__(self, at: int | None, kill: bool) -> None:
        self.seen, self._at, self._kill = 0, at, kill

    def happens(self) -> None:
        self.seen += 1
        if self.seen == self._at:
            if self._kill:
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def watch(self) -> None:
        """From now on, for the rest of this process."""
        flush = os.fsync

        def failing(number: int) -> None:
            self.happens()
            flush(number)

        os.fsync = failing  # type: ignore[assignment]
        sys.addaudithook(self._hear)

    def _hear(self, event: str, about: tuple[Any, ...]) -> None:
        written = event == "open" and isinstance(about[2], int) and bool(about[2] & _WRITES)
        if event in _EVENTS or (written and isinstance(about[0], str)):
            self.happens()


def calls_of(one: Command, template: Path, folder: Path) -> int:
    """How many calls of a command can fail."""
    home = _fresh(template, folder, one)
    count = folder / "count"

    def work() -> int:
        fault = _Fault(None, kill=False)
        fault.watch()
        try:
            return command(one.words, home)
        finally:
            seen = fault.seen
            os.write(os.open(count, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), str(seen).encode())

    forked(work, folder / "said")
    return int(count.read_text() or 0)


def fault_in(one: Command, at: int, kill: bool, template: Path, folder: Path, pictures: dict[str, int]) -> list[str]:
    """Runs a command with one fault; what is wrong then, in sentences."""
    home = _fresh(template, folder, one)

    def work() -> int:
        _Fault(at, kill).watch()
        return command(one.words, home)

    said = folder / "said"
    code, hung = forked(work, said)
    wrong = [] if kill else _wrong_end(one.words, code, hung, said.read_text(errors="replace"))
    wrong += look(home, one, pictures)
    return [f"{' '.join(one.words)}, {'killed' if kill else 'failing'} at call {at}: {text}" for text in wrong]


def writes_in(one: Command, largest: int, template: Path, folder: Path, pictures: dict[str, int]) -> list[str]:
    """Runs a command while no file may grow beyond `largest` bytes; what is wrong then, in sentences."""
    home = _fresh(template, folder, one)

    def work() -> int:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write fails then, instead of ending the process
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
        try:
            return command(one.words, home)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    said = folder / "said"
    code, hung = forked(work, said)
    wrong = _wrong_end(one.words, code, hung, said.read_text(errors="replace"))
    wrong += look(home, one, pictures)
    return [f"{' '.join(one.words)}, files of at most {largest} bytes: {text}" for text in wrong]


def _fresh(template: Path, folder: Path, one: Command) -> Path:
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(template, home)
    for words in one.before:
        assert not run(words, home), words
    return home


def look(home: Path, one: Command, pictures: dict[str, int]) -> list[str]:
    """What is wrong with a library: by another process, as it would be opened next."""
    told = home.parent / "look"

    def work() -> int:
        os.environ["FASTFACE_HOME"] = str(home)
        wrong: list[str] = []
        with Library() as library:
            wrong += [f"database: {problem}" for problem in library.check().database]
            found = {
                row.pixels.hex()
                for trashed in (False, True)
                for row in library.gallery.rows(library.gallery.ids(Query(trashed=trashed)))
                if row.path.is_file()
            }
            if one.erases is not None:
                lost = {number for pixels, number in pictures.items() if pixels not in found} - set(one.erases)
                wrong += [f"picture {number} is lost" for number in sorted(lost)]
            if library.people.store.locked:
                library.people.store.unlock(PASSPHRASE["FASTFACE_PASSPHRASE"])
            names = {person.name for person in library.people.all()}
            if one.people and names != {"Ada"}:
                wrong.append(f"the people are {sorted(names)}")
            wrong += [f"{person.uid[:8]} is damaged" for person in library.people.damaged()]
        told.write_text(json.dumps(wrong))
        return 0

    code, hung = forked(work, home.parent / "said")
    if code or hung:
        return [f"the library does not open: {(home.parent / 'said').read_text(errors='replace').strip()[-300:]}"]
    return list(json.loads(told.read_text()))


# At once, and poison


def at_once(chance: random.Random, template: Path, folder: Path, pictures: dict[str, int]) -> list[str]:
    """Two or three commands on one library at the same time."""
    home = _fresh(template, folder, COMMANDS[0])
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
        wrong += _wrong_end(words, os.waitstatus_to_exitcode(status), False, said.read_text(errors="replace"))
    names = " + ".join(" ".join(one.words[:2]) for one in chosen)
    return [f"{names}: {text}" for text in [*wrong, *look(home, COMMANDS[0], pictures)]]


def poisons() -> Iterator[tuple[str, bytes]]:
    """Contents of every kind: those of the tests, and some that no format allows."""
    data = Path(__file__).resolve().parents[1] / "tests" / "data"
    for file in sorted((data / "pictures").iterdir()):
        yield file.name, file.read_bytes()
    for file in sorted((data / "forms").glob("*.safetensors"))[:3]:
        yield file.name, file.read_bytes()
    yield "empty", b""
    yield "zeros", bytes(5000)
    yield "deep.json", b"[" * 100_000
    yield "deeper.json", b'{"a":' * 100_000
    yield "numbers.json", b'{"version": 1e999, "uid": ' + b"9" * 5000 + b"}"
    yield "dates.json", b'{"created": "0001-01-01T00:00:00+23:59", "since": "9999-12-31T23:59:59-23:59"}'
    yield "letters.json", b'{"name": "\\ud800", "folder": "/\\u0000"}'
    yield "text.json", b"\xff\xfe\x00{"
    yield "deep.xml", b"<a>" * 50_000


def places(home: Path) -> list[Path]:
    """Names that are read in each folder of the program."""
    data = home / "data"
    (uid,) = [entry.name for entry in (data / "people").iterdir() if len(entry.name) == 32]
    return [
        *(home / "pictures" / "2030-01" / name for name in ("x.png", "x.jpg", "x.webp")),
        *(data / "people" / uid / name for name in ("faces-x.npz", "notes.txt", "photos/x.jpg")),
        data / "people" / ("0" * 32) / "person.json",
        data / "people" / "loose.json",
        *(data / "library" / name for name in ("folders.json", "open/1-x", "library.db-journal")),
        *(data / name for name in ("settings.json", "licences.json", "pictures-folder.json", "models-folder.json")),
        data / "presets" / "x.json",
        data / "comparisons" / "x.json",
        data / "models" / "own" / "x.json",
        data / "network" / "requests.jsonl",
    ]


def poisoned(place: Path, content: bytes | None, home: Path) -> list[str]:
    """All commands that read, with one file that is poison (or a pipe); what is wrong."""
    before = place.read_bytes() if place.is_file() else None
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    os.mkfifo(place) if content is None else place.write_bytes(content)
    wrong: list[str] = []
    try:
        for words in READING:
            said = home.parent / "said"
            start = time.monotonic()
            code, hung = forked(lambda words=words: command(words, home), said)
            text = said.read_text(errors="replace")
            wrong += _wrong_end(words, code, hung, text)
            if words[:2] == ("gallery", "list") and "pictures-folder" not in place.name and text.count('"pixels"') < 4:
                wrong.append("the other pictures are not listed")
            if time.monotonic() - start > LONGEST / 2:
                wrong.append(f"{' '.join(words)} takes {time.monotonic() - start:.0f} s")
    finally:
        place.unlink(missing_ok=True)
        if before is not None:
            place.write_bytes(before)
    return [f"{place.relative_to(home)}: {text}" for text in wrong]


def all_of(
    kills: int,
    failures: int,
    writes: int,
    rounds: int,
    poison: int,
    seed: int,
    folder: Path,
    commands: Sequence[Command] = COMMANDS,
) -> Counts:
    """As many of each as the numbers allow, chosen by the seed."""
    counts, chance = Counts(), random.Random(seed)
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
    _fresh(template, folder, COMMANDS[0])
    pairs = [(place, name, content) for place in places(home) for name, content in [*poisons(), ("pipe", None)]]
    for place, name, content in chance.sample(pairs, min(poison, len(pairs))):
        counts.add("poison", [f"{name} as {text}" for text in poisoned(place, content, home)])
    return counts


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
    with tempfile.TemporaryDirectory(prefix="fastface-faults-") as folder:
        numbers = wanted.kills, wanted.failures, wanted.writes, wanted.rounds, wanted.poison, wanted.seed
        counts = all_of(*numbers, Path(folder), chosen)
    print(", ".join(f"{count} {kind}" for kind, count in counts.tried.items()) + f": {len(counts.wrong)} findings")
    return 1 if counts.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
