"""Kills a program that works on the library at random moments, and looks at what it left.

    python benchmarks/library_crashes.py [--rounds 200] [--seed 0]

A second process makes, rates, trashes, restores, imports and erases pictures, and adds and forgets people, as fast as
it can, and says what is done. It is killed with SIGKILL. Then the library is opened: it has to be clean, to know every
finished picture, to have a file for every row and a row for every file, and to say of every rating what was last said.
Prints how many rounds were good; exits with 1 where one was not.
"""

import argparse
import contextlib
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
from PIL import Image

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fastface_core.domain.identity import Face, FaceQuality, PersonPhoto
from fastface_core.domain.request import Picture, Recipe
from fastface_core.library.encoding import encoded
from fastface_core.library.importing import import_pictures
from fastface_core.library.library import Library
from fastface_core.library.metadata import Marks, read
from fastface_core.library.pixels import pixel_hash
from fastface_core.library.queries import Query
from fastface_core.presets import files as preset_files

LONGEST = 0.4
"""Seconds of work before the kill, at most; an operation takes some milliseconds."""


@dataclass
class Said:
    """What the killed program had said, over all rounds.

    Attributes:
        saved: pixel hashes of finished pictures.
        erasing: those that it was told to erase, whether it came to that or not.
        ratings: by pixel hash, the rating that is durable and the one that it was about to give.
        forgetting: uids of people to be forgotten.
    """

    saved: set[str] = field(default_factory=set)
    erasing: set[str] = field(default_factory=set)
    ratings: dict[str, tuple[int, int]] = field(default_factory=dict)
    forgetting: set[str] = field(default_factory=set)

    def hear(self, line: str) -> None:
        word, *rest = line.split()
        match word:
            case "saved":
                self.saved.add(rest[0])
            case "erasing":
                self.erasing.add(rest[0])
            case "rating":
                self.ratings[rest[0]] = (self.ratings.get(rest[0], (0, 0))[0], int(rest[1]))
            case "rated":
                self.ratings[rest[0]] = (int(rest[1]), int(rest[1]))
            case "forgetting":
                self.forgetting.add(rest[0])
            case _:
                raise ValueError(line)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--work", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work is not None:
        work(random.Random(options.work))
        return 0
    with tempfile.TemporaryDirectory(prefix="fastface-crashes-") as folder:
        problems, operations = rounds(Path(folder), options.rounds, options.seed)
    for problem in problems:
        print(problem)
    print(
        f"{options.rounds} kills after {operations} finished operations: {options.rounds - len(problems)} rounds good."
    )
    return 1 if problems else 0


def rounds(home: Path, count: int, seed: int) -> tuple[list[str], int]:
    """Kills `count` times; returns what was wrong, a sentence a round, and how much had been done."""
    chance = random.Random(seed)
    os.environ["FASTFACE_HOME"] = str(home)
    said, problems, operations = Said(), [], 0
    for number in range(count):
        operations += kill(home, chance, number + 1000 * seed, said, at_work=number % 2 == 1)
        wrong = look(said)
        if wrong:
            problems.append(f"Round {number}: {'; '.join(wrong)}")
    return problems, operations


def kill(home: Path, chance: random.Random, seed: int, said: Said, *, at_work: bool) -> int:
    """One run of the worker, until it is killed; returns the number of things it said.

    Args:
        at_work: not before it has said one, however slow the machine is.
    """
    command = [sys.executable, str(Path(__file__).resolve()), "--work", str(seed)]
    environment = {**os.environ, "FASTFACE_HOME": str(home)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        heard = [process.stdout.readline()] if at_work else []
        time.sleep(chance.random() ** 2 * LONGEST)
        process.send_signal(signal.SIGKILL)
        heard += [line for line in process.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    for line in heard:
        said.hear(line)
    return len(heard)


def look(said: Said) -> list[str]:
    """What is wrong with the library that the killed program left."""
    wrong: list[str] = []
    with Library() as library:
        condition = library.check()
        wrong += [f"database: {problem}" for problem in condition.database]
        wrong += [f"no file for {path.name}" for path in condition.without_file]
        wrong += [f"no row for {path.name}" for path in condition.without_row]
        if condition.pending:
            wrong.append(f"{condition.pending} files were not brought up to date")
        rows = {
            row.id: row
            for trashed in (False, True)
            for row in library.gallery.rows(library.gallery.ids(Query(trashed=trashed)))
        }
        by_pixels = {row.pixels.hex(): row for row in rows.values()}
        wrong += [f"lost {name[:8]}" for name in said.saved - said.erasing - set(by_pixels)]
        for name, allowed in said.ratings.items():
            if name in by_pixels and by_pixels[name].rating not in allowed:
                wrong.append(f"{name[:8]} has rating {by_pixels[name].rating}, not {allowed}")
        for row in rows.values():
            if row.path.exists() and read(row.path).pixels != row.pixels:
                wrong.append(f"{row.path.name} holds other pixels")
        people = {person.uid for person in library.people.all()}
        left = {path.name for path in library.people.store.folder.glob("*")} if people or said.forgetting else set()
        wrong += [f"{uid[:8]} is half forgotten" for uid in left - people]
    # What the program was about to say when it died is settled now.
    known = {name: by_pixels[name].rating for name in said.ratings if name in by_pixels}
    said.ratings = {name: (rating, rating) for name, rating in known.items()}
    said.saved = set(by_pixels)
    said.erasing.clear()
    return wrong


def work(chance: random.Random) -> None:
    """Works on the library until it is killed."""
    home = Path(os.environ["FASTFACE_HOME"])
    with Library() as library:
        say("ready")
        doing: list[Callable[[], None]] = [
            lambda: save(library, chance, home),
            lambda: save(library, chance, home),
            lambda: rate(library, chance),
            lambda: rate(library, chance),
            lambda: trash(library, chance),
            lambda: restore(library, chance),
            lambda: empty(library, chance),
            lambda: bring(library, chance, home),
            lambda: person(library, chance, home),
        ]
        while True:
            chance.choice(doing)()


def say(*words: object) -> None:
    print(*words, flush=True)


def made(chance: random.Random) -> Picture:
    pixels = np.frombuffer(chance.randbytes(24 * 24 * 3), np.uint8).reshape(24, 24, 3)
    recipe = Recipe(
        program="FastFace 0",
        prompt=f"picture {chance.random()}",
        negative_prompt="",
        preset=preset_files.find("baseline"),
        checkpoint="starter",
        scheduler="ddim",
        steps=4,
        seed=chance.randrange(1000),
        width=64,
        height=64,
        photos=(),
        device="CPU",
        dtype="float32",
    )
    return Picture(0, recipe.seed, Image.fromarray(pixels), recipe, 0.5, None, 1.0)


def save(library: Library, chance: random.Random, home: Path) -> None:
    picture = made(chance)
    people = list(library.people.names())
    folder = home / chance.choice(["pictures/2030-01", "elsewhere/a"])
    uid = chance.choice([*people, None])
    library.recorder.save(picture, folder, datetime.now(), person=uid)
    say("saved", pixel_hash(picture.image).hex())


def some(library: Library, chance: random.Random, *, trashed: bool) -> list[int]:
    ids = library.gallery.ids(Query(trashed=trashed))
    return chance.sample(ids, min(len(ids), chance.randrange(1, 4)))


def rate(library: Library, chance: random.Random) -> None:
    ids, rating = some(library, chance, trashed=False), chance.randrange(6)
    names = [row.pixels.hex() for row in library.gallery.rows(ids)]
    for name in names:
        say("rating", name, rating)
    library.marks.rate(ids, rating)
    for name in names:
        say("rated", name, rating)
    library.marks.write_pending()


def trash(library: Library, chance: random.Random) -> None:
    library.trash.put(some(library, chance, trashed=False))


def restore(library: Library, chance: random.Random) -> None:
    library.trash.restore(some(library, chance, trashed=True))


def empty(library: Library, chance: random.Random) -> None:
    ids = some(library, chance, trashed=True)[:1]
    for row in library.gallery.rows(ids):
        say("erasing", row.pixels.hex())
    library.trash.erase(ids)


def bring(library: Library, chance: random.Random, home: Path) -> None:
    """A folder with pictures of this program, made elsewhere."""
    folder = home / "brought" / str(chance.randrange(3))
    folder.mkdir(parents=True, exist_ok=True)
    for _ in range(2):
        picture = made(chance)
        data = encoded(picture.image, chance.choice(["png", "webp"]), picture.recipe, None, Marks(), lossless=True)
        with contextlib.suppress(FileExistsError), (folder / f"{chance.randrange(10**9)}.png").open("xb") as file:
            file.write(data)
    import_pictures(library, folder)


def person(library: Library, chance: random.Random, home: Path) -> None:
    known = list(library.people.names())
    if len(known) > 2:
        uid = chance.choice(known)
        pictures = chance.random() < 0.5
        if pictures:
            for trashed in (False, True):
                for row in library.gallery.rows(library.gallery.ids(Query(person=uid, trashed=trashed))):
                    say("erasing", row.pixels.hex())
        say("forgetting", uid)
        library.forget(uid, pictures=pictures)
        return
    added = library.people.add(f"Person {chance.randrange(10**9)}")
    noise = np.random.default_rng(chance.randrange(2**32))
    path = home / "photo.jpg"
    Image.fromarray(noise.integers(0, 256, (32, 32, 3), dtype=np.uint8)).save(path)
    vector = noise.normal(size=512).astype(np.float32)
    face = Face(
        box=(1.0, 1.0, 30.0, 30.0),
        points=noise.random((5, 2), dtype=np.float32),
        score=0.9,
        embedding=(vector / np.linalg.norm(vector)).astype(np.float32),
        crop=noise.integers(0, 256, (224, 224, 3), dtype=np.uint8),
        quality=FaceQuality(200.0, 100.0, 0.0, 0.0, 0.0),
    )
    photo = PersonPhoto(path, hashlib.sha256(path.read_bytes()).hexdigest(), 1, 1, face)
    library.people.add_photo(added.uid, photo, "model", 0.2)


if __name__ == "__main__":
    sys.exit(main())
