"""Contact sheets of a pack, to be looked at: `python -m tools.starter.contact_sheets`.

Four JPEG files in `docs/images`, all made by the app's own engine: unseen people in every style, a real face from the
sample photo that scikit-image brings along (read from the installed package, never learnt from), the presets side by
side with the same seeds, and a hundred seeds in a row, none left out. `--only group --out FOLDER` adds the faces of
insightface's sample photo, which shows people who were not asked.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import cv2
import insightface
import numpy as np
import torch
from PIL import Image
from skimage import data

from fastface_core import preset_files
from fastface_core.engine.engine import Engine
from fastface_core.files import atomic_write
from fastface_core.identity import Identity, PhotoChoice
from fastface_core.models import installed
from fastface_core.presets import Preset
from fastface_core.request import PortraitRequest
from tools.starter import dataset, make, renderer, renderer_scenes
from tools.starter.renderer_people import person

FOLDER = make.ROOT / "docs" / "images"
PRESET = "fastface-scale-power"
LIMIT = 300_000
PROMPTS = (
    "photo of a person, blue background, wearing a blue suit",
    "ink sketch of a person, in a city, smiling",
    "watercolor painting of a person, on a beach",
    "oil painting of a person, in a forest, wearing a black sweater",
    "pixel art of a person, in the mountains",
    "pop art of a person, yellow background",
)
# The first 200 are those that `measure` asks about.
_FIRST = dataset.EVALUATION + 300


class Painter:
    """An engine with the pack, and the people it has met."""

    def __init__(self, pack: Path) -> None:
        self._engine = Engine("cpu")
        self._engine.load(installed.starter(pack))

    def meet(self, photo: np.ndarray, face: int | None = None) -> Identity:
        """Who a photo (h, w, 3) shows; `face` counts from the left, from 1.

        Raises:
            PhotoError: the detector finds no face, or fewer.
        """
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "photo.png"
            Image.fromarray(photo).save(path)
            return self._engine.identify([PhotoChoice(path, face)])

    def __call__(self, who: Identity, prompt: str, seed: int, preset: Preset) -> np.ndarray:
        request = PortraitRequest(prompt=prompt, preset=preset, seed=seed)
        return np.asarray(self._engine.generate(request, who).pictures[0].image)


def drawn_photo(number: int) -> np.ndarray:
    """A plain picture of a person whom nothing was trained on, which the app's detector may still refuse."""
    return renderer.draw(
        person(_FIRST + number), renderer_scenes.plain_scene(np.random.default_rng([23, number]))
    ).image


def unseen(painter: Painter, preset: Preset) -> np.ndarray:
    """A row for each of eight people: the photo, then every prompt."""
    rows = []
    for number in range(8):
        photo = drawn_photo(number)
        who = painter.meet(photo)
        rows.append([photo, *(painter(who, prompt, 100 + number, preset) for prompt in PROMPTS)])
    return _sheet(rows)


def real(painter: Painter, preset: Preset) -> np.ndarray:
    """Two rows of the face in scikit-image's `astronaut`, in the public domain: the face, then every prompt."""
    who = painter.meet(data.astronaut())
    return _sheet([_real_row(painter, preset, who, seed) for seed in (200, 250)])


def group(painter: Painter, preset: Preset) -> np.ndarray:
    """A row for each face in insightface's sample photo, to be looked at and not to be published."""
    photo = cv2.imread(str(Path(insightface.__file__).parent / "data" / "images" / "t1.jpg"))[..., ::-1]
    people = [painter.meet(np.ascontiguousarray(photo), face) for face in range(1, 7)]
    return _sheet([_real_row(painter, preset, who, 201 + number) for number, who in enumerate(people)])


def _real_row(painter: Painter, preset: Preset, who: Identity, seed: int) -> list[np.ndarray]:
    face = cv2.resize(who.crop, (256, 256), interpolation=cv2.INTER_AREA)
    return [face, *(painter(who, prompt, seed, preset) for prompt in PROMPTS)]


def presets(painter: Painter) -> np.ndarray:
    """A row for each of six people and prompts: the photo, then every preset with the same seed."""
    rows = []
    for number, prompt in enumerate(PROMPTS):
        photo = drawn_photo(20 + number)
        who = painter.meet(photo)
        pictures = (painter(who, prompt, 300 + number, preset) for preset in preset_files.built_in().values())
        rows.append([photo, *pictures])
    return _sheet(rows)


def seeds(painter: Painter, preset: Preset) -> np.ndarray:
    """A hundred seeds, each with a person and a prompt of its own, by rows of ten."""
    pictures = []
    for number in range(100):
        who = painter.meet(drawn_photo(40 + number % 10))
        rng = np.random.default_rng([29, number])
        style = renderer_scenes.STYLES[number % len(renderer_scenes.STYLES)]
        prompt = renderer_scenes.prompt(renderer_scenes.scene(rng, style=style), rng)
        pictures.append(painter(who, prompt, 1000 + number, preset))
    return _sheet([pictures[first : first + 10] for first in range(0, 100, 10)])


def write(path: Path, sheet: np.ndarray, width: int) -> None:
    """Write a JPEG of this width, in the best quality that stays below the limit."""
    height = round(sheet.shape[0] * width / sheet.shape[1])
    small = cv2.resize(sheet, (width, height), interpolation=cv2.INTER_AREA)[..., ::-1]
    for quality in range(92, 20, -4):
        _, coded = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if coded.size < LIMIT:
            break
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as file:
        file.write(coded.tobytes())


def _sheet(rows: list[list[np.ndarray]]) -> np.ndarray:
    return np.concatenate([np.concatenate(row, 1) for row in rows])


def main() -> None:
    """Write the sheets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pack", type=Path, default=make.PACK)
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--preset", default=PRESET)
    parser.add_argument("--only", nargs="*", default=["unseen", "real", "presets", "seeds"])
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    painter, preset = Painter(arguments.pack), preset_files.find(arguments.preset)
    sheets = {
        "unseen": (lambda: unseen(painter, preset), 1260),
        "real": (lambda: real(painter, preset), 1260),
        "group": (lambda: group(painter, preset), 1260),
        "presets": (lambda: presets(painter), 1260),
        "seeds": (lambda: seeds(painter, preset), 1400),
    }
    for name in arguments.only:
        draw, width = sheets[name]
        write(arguments.out / f"starter-{name}.jpg", draw(), width)


if __name__ == "__main__":
    main()
