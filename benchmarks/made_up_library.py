"""A library of made-up pictures, as large as is asked for: rows with recipes, people, tags and thumbnails, by a fixed
seed. They are put in by the same code that records a finished picture; there are no picture files behind them.
"""

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from fastface_core import paths
from fastface_core.domain.checkpoints import Terms
from fastface_core.domain.request import Recipe
from fastface_core.library.library import Library
from fastface_core.library.metadata import FileContent, Marks, Note
from fastface_core.library.recording import insert
from fastface_core.presets import files as preset_files

_SUBJECTS = [
    "a woman",
    "a man",
    "an old man",
    "a young woman",
    "a girl",
    "a sailor",
    "a chef",
    "a dancer",
    "a knight",
    "an astronaut",
]
_STYLES = [
    "watercolor",
    "oil painting",
    "studio photo",
    "pencil drawing",
    "film still",
    "pop art",
    "pixel art",
    "engraving",
]
_PLACES = [
    "in a forest",
    "at the sea",
    "in a library",
    "on a mountain",
    "in a city at night",
    "in a garden",
    "in the snow",
]
_LIGHT = ["soft light", "hard light", "golden hour", "backlight", "candle light", "neon light", "overcast"]
_DETAILS = [
    "freckles",
    "curly hair",
    "a red scarf",
    "glasses",
    "a straw hat",
    "a leather jacket",
    "pearl earrings",
    "a beard",
    "bokeh",
    "85 mm lens",
    "shallow depth of field",
    "high detail",
    "looking at the camera",
    "smiling",
    "in profile",
    "hands in the pockets",
]
_FIRST = [
    "Ada",
    "Ben",
    "Carla",
    "Dirk",
    "Elif",
    "Finn",
    "Greta",
    "Hugo",
    "Ines",
    "Jakob",
    "Kira",
    "Leon",
    "Mila",
    "Nils",
    "Olga",
    "Paul",
    "Rosa",
    "Sami",
    "Tara",
    "Uwe",
]
_LAST = ["Adler", "Brandt", "Celik", "Diaz", "Engel", "Fuchs", "Graf", "Hahn", "Ivanov", "Jung"]
_CHECKPOINTS = ("hyper-4", "hyper-8", "lightning-4", "lcm-4", "starter")


def make(count: int, *, thumbnails: bool) -> float:
    """Fills the library of FASTFACE_HOME; returns the seconds that it took."""
    start = time.perf_counter()
    chance = random.Random(0)
    with Library() as library:
        names = [f"{first} {last}" for first in _FIRST for last in _LAST]
        if count < len(names) * 10:
            names = ["Ada Adler", "Ben Brandt", "Tara Celik"]
        people = [library.people.add(name).uid for name in names]
        contents = made_up(count, people, chance)
        folder = paths.pictures_folder()
        small = drawn_thumbnails(chance) if thumbnails else []
        done = 0
        while done < count:
            with library.database.change() as connection:
                for path, content in _some(contents, folder, 5000):
                    insert(connection, path, content)
                    if small:
                        _keep(library.thumbnails.folder, content.pixels, chance.choice(small))
                    done += 1
        library.changes.prune()
        library.database.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return time.perf_counter() - start


def made_up(count: int, people: list[str], chance: random.Random) -> Iterator[FileContent]:
    """Pictures as a busy photographer has after five years: some people and tags are frequent, most are rare."""
    presets = list(preset_files.built_in().values())
    tags = [f"client {number:02}" for number in range(40)] + ["best", "print", "web", "favourite"]
    first = datetime(2025, 1, 1, tzinfo=UTC)
    allowed, forbidden = (Terms(commercial_use=use, licences=("Licence",)) for use in (True, False))
    base = Recipe(
        program="FastFace 0.1.0",
        prompt="x",
        negative_prompt="blurred, low quality",
        preset=presets[0],
        checkpoint="starter",
        scheduler="ddim",
        steps=4,
        seed=0,
        width=832,
        height=1216,
        photos=(),
        device="CPU",
        dtype="float32",
        terms=allowed,
    )
    for number in range(count):
        words = [chance.choice(words) for words in (_SUBJECTS, _PLACES, _STYLES, _LIGHT)]
        words += chance.sample(_DETAILS, chance.randrange(2, 7))
        if chance.random() < 0.0005:
            words.append("zeppelin")
        prompt = ", ".join(words)
        checkpoint = chance.choice(_CHECKPOINTS)
        recipe = base.model_copy(
            update={
                "prompt": prompt,
                "preset": chance.choice(presets),
                "checkpoint": checkpoint,
                "seed": chance.randrange(2**32),
                "terms": allowed if checkpoint == "starter" else forbidden,
            }
        )
        likeness = None if chance.random() < 0.05 else min(max(chance.gauss(0.5, 0.12), -1.0), 1.0)
        person = people[min(int(chance.paretovariate(0.7)) - 1, len(people) - 1)]
        note = Note(
            created=first + timedelta(minutes=26 * number, seconds=chance.randrange(1000)),
            likeness=likeness,
            person=person if chance.random() < 0.9 else None,
            seconds=1.5,
        )
        rating = chance.choices(range(6), weights=(60, 5, 8, 12, 10, 5))[0]
        marks = Marks(
            rating=rating,
            rejected=rating == 0 and chance.random() < 0.2,
            tags=tuple(
                sorted(
                    {
                        tags[min(int(chance.paretovariate(0.6)) - 1, len(tags) - 1)]
                        for _ in range(chance.choice((0, 0, 1, 2)))
                    }
                )
            ),
        )
        yield FileContent(832, 1216, recipe, prompt, note, marks, chance.randbytes(32))


def drawn_thumbnails(chance: random.Random) -> list[bytes]:
    """Some small pictures with as many details as photographs have."""
    found: list[bytes] = []
    for _ in range(50):
        coarse = np.random.default_rng(chance.randrange(2**32)).integers(0, 256, (24, 16, 3), dtype=np.uint8)
        buffer = BytesIO()
        Image.fromarray(coarse).resize((219, 320), Image.Resampling.BICUBIC).save(buffer, "WEBP", quality=82)
        found.append(buffer.getvalue())
    return found


def _some(contents: Iterator[FileContent], folder: Path, most: int) -> Iterator[tuple[Path, FileContent]]:
    for _ in range(most):
        content = next(contents, None)
        if content is None:
            return
        assert content.note is not None
        assert content.note.created is not None
        assert content.recipe is not None
        created = content.note.created
        yield folder / f"{created:%Y-%m}" / f"{created:%Y%m%d-%H%M%S}-{content.recipe.seed}.png", content


def _keep(folder: Path, pixels: bytes, data: bytes) -> None:
    name = pixels.hex()
    place = folder / name[:2]
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{name}.webp").write_bytes(data)
