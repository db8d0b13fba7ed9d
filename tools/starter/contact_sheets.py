"""Contact sheets of a pack, to be looked at: `python -m tools.starter.contact_sheets`.

JPEG files in `docs/images`, all made by the app's own engine: unseen drawn people in every style, the person in
`examples/portrait.jpg`, the presets side by side with the same seeds, a hundred seeds in a row, none left out, and
twenty people in every style: those of `--photos`, which have to be in the public domain where the sheet is published,
and drawn ones. Photos are never learnt from.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

import cv2
import numpy as np
import torch

from fastface_core.domain.identity import Identity, PhotoChoice
from fastface_core.domain.presets import Preset
from fastface_core.domain.request import PortraitRequest
from fastface_core.domain.twin import Twin
from fastface_core.engine.drawing.picture import draw, reference
from fastface_core.engine.engine import Engine
from fastface_core.engine.photos import read_photo
from fastface_core.errors import PhotoError
from fastface_core.files import atomic_write
from fastface_core.models import installed
from fastface_core.presets import files as preset_files
from tools.starter import dataset, make, measure
from tools.starter.people import person
from tools.starter.scenes import plain_scene, prompt, scene
from tools.starter.vocabulary import OFFERED_STYLES

FOLDER = make.ROOT / "docs" / "images"
PORTRAIT = make.ROOT / "examples" / "portrait.jpg"
PRESET = "fastface-scale-power"
PROMPTS = (
    "photo of a person, blue background, wearing a blue suit",
    "ink sketch of a person, in a city, smiling",
    "watercolor painting of a person, in a garden, smiling",
    "oil painting of a person, in a forest, wearing a black sweater",
    "photo of a person, at the beach, surprised",
    "pop art of a person, yellow background, laughing",
)
PEOPLE = 20
# The first 200 are those that `measure` asks about.
_FIRST = dataset.EVALUATION + 300
_SIDE = 256
_AROUND = 2.3
"""Half the side of what is shown of a photo, in distances from the eyes to the mouth."""


class Painter:
    """An engine with the pack."""

    def __init__(self, pack: Path) -> None:
        self._engine = Engine("cpu")
        self._engine.load(installed.starter(pack))
        self._detector = measure.Pack("starter", pack).detector

    def meet(self, twin: Twin) -> Identity:
        """A drawn person."""
        return measure.identity(self._detector, twin)

    def meet_photo(self, path: Path) -> tuple[Identity, list[np.ndarray]]:
        """The person in a photo; what is shown of it, and their twin.

        Raises:
            PhotoError: the detector finds no face, or it cannot be measured.
        """
        who = self._engine.identify([PhotoChoice(path)])
        twin = self._engine.twin_of(who).twin
        return who, [_around_face(path, who), reference(twin, _SIDE).image]

    def __call__(self, who: Identity, prompt: str, seed: int, preset: Preset) -> np.ndarray:
        request = PortraitRequest(prompt=prompt, preset=preset, seed=seed)
        return np.asarray(self._engine.generate(request, who).pictures[0].image)


def unseen_twin(number: int) -> Twin:
    """Somebody whom nothing was trained on and `measure` does not ask about."""
    return person(_FIRST + number).twin


def unseen(painter: Painter, preset: Preset) -> np.ndarray:
    """A row for each of eight people: their twin, then every prompt."""
    return _sheet(_drawn_row(painter, preset, number)[1:] for number in range(8))


def real(painter: Painter, preset: Preset) -> np.ndarray:
    """Two rows of the person in the example photo: the photo, their twin, then every prompt."""
    who, shown = painter.meet_photo(PORTRAIT)
    return _sheet([*shown, *_styles(painter, preset, who, seed)] for seed in (200, 250))


def people(painter: Painter, preset: Preset, photos: Sequence[Path]) -> np.ndarray:
    """A row for each of twenty people: the example photo, `photos`, drawn ones; photo, twin, then every prompt."""
    rows = []
    for path in (PORTRAIT, *photos):
        try:
            who, shown = painter.meet_photo(path)
        except PhotoError as error:
            print(error)
            continue
        rows.append([*shown, *_styles(painter, preset, who, 200)])
    numbers = range(60, 60 + PEOPLE - len(rows))
    return _sheet([*rows, *(_drawn_row(painter, preset, number) for number in numbers)])


def presets(painter: Painter) -> np.ndarray:
    """A row for each of six people and prompts: their twin, then every preset with the same seed."""
    rows = []
    for number, text in enumerate(PROMPTS):
        twin = unseen_twin(20 + number)
        who = painter.meet(twin)
        pictures = (painter(who, text, 300 + number, preset) for preset in preset_files.built_in().values())
        rows.append([reference(twin, _SIDE).image, *pictures])
    return _sheet(rows)


def seeds(painter: Painter, preset: Preset) -> np.ndarray:
    """A hundred seeds, each with a prompt of its own, of ten people, by rows of ten."""
    known = [painter.meet(unseen_twin(40 + number)) for number in range(10)]
    pictures = []
    for number in range(100):
        rng = np.random.default_rng([29, number])
        text = prompt(scene(rng, style=OFFERED_STYLES[number % len(OFFERED_STYLES)]), rng)
        pictures.append(painter(known[number % 10], text, 1000 + number, preset))
    return _sheet(pictures[first : first + 10] for first in range(0, 100, 10))


def _drawn_row(painter: Painter, preset: Preset, number: int) -> list[np.ndarray]:
    """A plain drawing in the place of a photo, the twin's reference, then every prompt."""
    twin = unseen_twin(number)
    plain = draw(twin, plain_scene(np.random.default_rng([23, number]))).image
    return [plain, reference(twin, _SIDE).image, *_styles(painter, preset, painter.meet(twin), 100 + number)]


def _styles(painter: Painter, preset: Preset, who: Identity, seed: int) -> list[np.ndarray]:
    return [painter(who, text, seed, preset) for text in PROMPTS]


def _around_face(path: Path, who: Identity) -> np.ndarray:
    """Head and shoulders in a photo, as a square."""
    pixels = read_photo(path).pixels
    points = who.photos[0].face.points
    middle = points.mean(0)
    half = _AROUND * float(np.hypot(*(points[3:].mean(0) - points[:2].mean(0))))
    left, top = (int(max(0, value - half)) for value in middle)
    part = pixels[top : int(middle[1] + half), left : int(middle[0] + half)]
    side = min(part.shape[:2])
    across = (part.shape[1] - side) // 2
    return cv2.resize(part[:side, across : across + side], (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)


def write(path: Path, sheet: np.ndarray, width: int, limit: int = 300_000) -> None:
    """Write a JPEG of this width, in the best quality that stays below so many bytes."""
    height = round(sheet.shape[0] * width / sheet.shape[1])
    small = cv2.resize(sheet, (width, height), interpolation=cv2.INTER_AREA)[..., ::-1]
    quality = 92
    while (coded := cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]).size >= limit and quality > 24:
        quality -= 4
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as file:
        file.write(coded.tobytes())


def _sheet(rows: Iterable[list[np.ndarray]]) -> np.ndarray:
    return np.concatenate([np.concatenate(row, 1) for row in rows])


def main() -> None:
    """Write the sheets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pack", type=Path, default=make.PACK)
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--preset", default=PRESET)
    parser.add_argument("--photos", type=Path, nargs="*", default=[], help="photos for the sheet of twenty people")
    parser.add_argument("--only", nargs="*", default=["unseen", "real", "presets", "seeds", "people"])
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    painter, preset = Painter(arguments.pack), preset_files.find(arguments.preset)
    sheets = {
        "unseen": (lambda: unseen(painter, preset), 1260, 300_000),
        "real": (lambda: real(painter, preset), 1280, 300_000),
        "presets": (lambda: presets(painter), 1260, 300_000),
        "seeds": (lambda: seeds(painter, preset), 1400, 300_000),
        "people": (lambda: people(painter, preset, arguments.photos), 1280, 600_000),
    }
    for name in arguments.only:
        made, width, limit = sheets[name]
        write(arguments.out / f"starter-{name}.jpg", made(), width, limit)


if __name__ == "__main__":
    main()
