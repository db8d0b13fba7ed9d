"""Commands of the command line that write, the library that they work on, and what is wrong with it afterwards.

They run in forks of this process, so that none waits for imports.
"""

import contextlib
import json
import os
import random
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.library_crashes import made
from benchmarks.library_crashes import person as add_person
from fastface_core import paths
from fastface_core.cli.main import app
from fastface_core.library.encoding import encoded
from fastface_core.library.library import Library
from fastface_core.library.metadata import Marks
from fastface_core.library.queries import Query

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
LONGEST = 600.0
"""Seconds after which a command counts as one that hangs."""
PASSPHRASE = {"FASTFACE_PASSPHRASE": "a passphrase", "FASTFACE_PASSPHRASE_NEW": "a passphrase"}


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
    return wrong_end(words, code, hung, said.read_text(errors="replace"))


def wrong_end(words: Sequence[str], code: int, hung: bool, said: str) -> list[str]:
    name = " ".join(words)
    if hung:
        return [f"{name} hangs"]
    if code not in (0, 1) or "Traceback" in said:
        return [f"{name} ends with {code}: {said.strip().splitlines()[-1:]}"]
    return []


def fresh(template: Path, folder: Path, one: Command) -> Path:
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
