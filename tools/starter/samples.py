"""Makes the pictures that the program shows before somebody has any: `python -m tools.starter.samples`.

The starter draws them from the public-domain example photo and from drawn people, through the app's own engine, with
fixed seeds; they are written to `resources/samples`.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from PIL import Image

from fastface_core.domain import styles
from fastface_core.domain.identity import Identity, PhotoChoice
from fastface_core.domain.request import PortraitRequest
from fastface_core.engine.drawing.picture import draw
from fastface_core.engine.drawing.scene import Scene
from fastface_core.engine.engine import Engine
from fastface_core.models import installed
from fastface_core.presets import files as preset_files
from tools.starter import dataset, make
from tools.starter.people import person

FOLDER = make.ROOT / "resources" / "samples"
EXAMPLE = make.ROOT / "examples" / "portrait.jpg"
_QUALITY = 86


@dataclass(frozen=True)
class Sample:
    """One picture: of the example, or of a drawn person; `number` counts from the first of the evaluation's."""

    name: str
    number: int | None
    prompt: str
    preset: str
    seed: int = 7
    side: int = 256


def samples() -> list[Sample]:
    """All pictures that are made."""
    default = preset_files.default_name()
    made = [Sample("portrait", None, "oil painting of a person, laughing, in a garden", default, seed=3)]
    for style in styles.for_checkpoint(plain=True):
        said, _ = style.apply("a person, laughing", "", plain=True)
        made.append(Sample(f"style-{style.name}", None, said, default, side=128))
    scenes = (
        "pop art of a person, laughing, yellow background",
        "oil painting of a person, in the mountains, wearing a blue turtleneck",
        "ink sketch of a person, smiling, in a city",
        "watercolor of a person, at the beach by the sea, wearing a red dress",
        "photo of a person, surprised, at night, wearing a purple hoodie",
        "photo of a person, laughing, in a forest",
    )
    made += [Sample(f"gallery-{k}", 40 + k, text, default) for k, text in enumerate(scenes, start=1)]
    for preset in preset_files.built_in().values():
        made.append(
            Sample(f"preset-{preset.name}", None, "oil painting of a person, laughing, in a garden", preset.name)
        )
    return made


def _drawn(engine: Engine, number: int, folder: Path) -> Identity:
    """A drawn person, as the app sees them in a photo."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{number}.png"
    picture = draw(person(dataset.EVALUATION + number).twin, Scene(background="blue"), 512).image
    Image.fromarray(picture).save(path)
    return engine.identify([PhotoChoice(path)])


def main() -> None:
    """Make them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--work", type=Path, default=make.WORK / "samples", help="folder of the drawn people's photos")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    engine = Engine("cpu")
    engine.load(installed.starter())
    arguments.folder.mkdir(parents=True, exist_ok=True)
    example = engine.identify([PhotoChoice(EXAMPLE)])
    for one in samples():
        who = example if one.number is None else _drawn(engine, one.number, arguments.work)
        request = PortraitRequest(prompt=one.prompt, preset=preset_files.find(one.preset), seed=one.seed)
        (picture,) = engine.generate(request, who).pictures
        image = picture.image.convert("RGB")
        if one.side != image.width:
            image = image.resize((one.side, one.side), Image.Resampling.LANCZOS)
        image.save(arguments.folder / f"{one.name}.jpg", quality=_QUALITY)
    photo = Image.fromarray(_face(example, np.asarray(Image.open(EXAMPLE).convert("RGB"))))
    photo.save(arguments.folder / "photo.jpg", quality=_QUALITY)


def _face(who: Identity, photo: np.ndarray) -> np.ndarray:
    """The example's head and shoulders, 256 px."""
    left, right = who.photos[0].face.points[:2]
    middle, scale = (left + right) / 2, 46 / float(np.hypot(*(right - left)))
    move = np.array([[scale, 0, 128 - scale * middle[0]], [0, scale, 121 - scale * middle[1]]])
    return cv2.warpAffine(photo, move, (256, 256), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)


if __name__ == "__main__":
    main()
