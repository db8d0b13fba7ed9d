"""Small pictures and people for the tests of the library."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fastface_core.domain.checkpoints import Terms
from fastface_core.domain.identity import Face, FaceQuality, PersonPhoto
from fastface_core.domain.request import Picture, Recipe, RecipePhoto
from fastface_core.library.library import Library
from fastface_core.library.people.files import Consent
from fastface_core.library.people.person import Person
from fastface_core.library.recording import Recorded
from fastface_core.presets import files as preset_files

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


def recipe(seed: int = 1, prompt: str = "a person at the sea", **changes: object) -> Recipe:
    fields = {
        "program": "FastFace 0",
        "prompt": prompt,
        "negative_prompt": "hat",
        "preset": preset_files.find("baseline"),
        "checkpoint": "hyper-4",
        "scheduler": "ddim",
        "steps": 4,
        "seed": seed,
        "width": 64,
        "height": 72,
        "photos": (RecipePhoto(sha256="ab" * 32, face=1),),
        "device": "CPU",
        "dtype": "float32",
        "terms": Terms(commercial_use=True, licences=("Apache-2.0",)),
    }
    return Recipe.model_validate({**fields, **changes})


def picture(
    seed: int = 1, prompt: str = "a person at the sea", likeness: float | None = 0.5, **changes: object
) -> Picture:
    pixels = np.random.default_rng(seed).integers(0, 256, (72, 64, 3), dtype=np.uint8)
    reason = None if likeness is not None else "No face was found in the picture."
    return Picture(0, seed, Image.fromarray(pixels), recipe(seed, prompt, **changes), likeness, reason, 1.5)


def saved(library: Library, folder: Path, seed: int = 1, *, person: str | None = None, **changes: object) -> Recorded:
    """A picture that is in the library."""
    return library.recorder.save(picture(seed, **changes), folder, NOW, person=person)  # type: ignore[arg-type]


def pixels_of(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(image)


def photo(folder: Path, seed: int, embedding: NDArray[np.float32], **quality: float) -> PersonPhoto:
    """A photo file, and a face in it as an engine would describe it."""
    folder.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed)
    path = folder / f"photo-{seed}.jpg"
    Image.fromarray(noise.integers(0, 256, (96, 96, 3), dtype=np.uint8)).save(path, quality=95)
    import hashlib

    measures = {"size": 300.0, "sharpness": 200.0, "yaw": 2.0, "pitch": 3.0, "roll": 1.0, "brightness": 0.5, **quality}
    face = Face(
        box=(10.0, 10.0, 80.0, 80.0),
        points=noise.random((5, 2), dtype=np.float32),
        score=0.9,
        embedding=embedding,
        crop=noise.integers(0, 256, (224, 224, 3), dtype=np.uint8),
        quality=FaceQuality(**measures),
    )
    return PersonPhoto(path, hashlib.sha256(path.read_bytes()).hexdigest(), 1, 1, face)


def embedding(person: int, variation: int = 0, share: float = 0.3) -> NDArray[np.float32]:
    """Of one of many people, each nearly orthogonal to the others; `variation` tells their photos apart."""
    base = np.random.default_rng(person).normal(size=512)
    noise = np.random.default_rng(10_000 + 100 * person + variation).normal(size=512)
    mixed = base + (share * noise if variation else 0)
    return (mixed / np.linalg.norm(mixed)).astype(np.float32)


def person(library: Library, folder: Path, name: str = "Ada", number: int = 1, photos: int = 2) -> Person:
    """Somebody with photos."""
    made = library.people.add(name, consent=Consent(text=f"said by {name}", given=NOW.date()))
    for index in range(photos):
        one = photo(folder, 1000 * number + index, embedding(number, index))
        library.people.add_photo(made.uid, one, "tiny:1", 0.2)
    return library.people.get(made.uid)
