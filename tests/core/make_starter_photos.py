"""Makes the photos of tests/data/starter: `python -m tests.core.make_starter_photos`.

Plain pictures of eight drawn people whom the starter model has not met, one JPEG each.
"""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from fastface_core.engine.detectors import MtcnnFaces
from fastface_core.models import installed
from tools.starter import dataset, renderer, renderer_scenes
from tools.starter.renderer_people import person

FOLDER = Path(__file__).resolve().parents[1] / "data" / "starter"
PEOPLE = 8
FIRST = dataset.EVALUATION + 600


def main() -> None:
    cv2.setNumThreads(1)
    detector = MtcnnFaces(installed.starter().faces.path, None)
    FOLDER.mkdir(parents=True, exist_ok=True)
    number = FIRST
    for index in range(PEOPLE):
        while True:
            scene = renderer_scenes.plain_scene(np.random.default_rng([31, number]))
            picture = renderer.draw(person(number), scene).image
            number += 1
            # The tests are about the model: a face that the detector misses would tell nothing of it.
            if detector.detect(picture):
                break
        Image.fromarray(picture).save(FOLDER / f"person-{index}.jpg", quality=90)


if __name__ == "__main__":
    main()
