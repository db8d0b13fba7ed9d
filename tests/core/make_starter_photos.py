"""Makes the photos of tests/data/starter: `python -m tests.core.make_starter_photos`.

Plain pictures of eight drawn people whom the starter model has not met, one JPEG each.
"""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from fastface_core.engine.blazeface import BlazeFaces
from fastface_core.engine.drawing.picture import draw
from fastface_core.engine.twin.mesh import mesh
from fastface_core.models import installed
from tools.starter import dataset
from tools.starter.people import person
from tools.starter.scenes import plain_scene

FOLDER = Path(__file__).resolve().parents[1] / "data" / "starter"
PEOPLE = 8
FIRST = dataset.EVALUATION + 600
SIZE = 384


def main() -> None:
    cv2.setNumThreads(1)
    detector = BlazeFaces(installed.starter().faces.path, None)
    FOLDER.mkdir(parents=True, exist_ok=True)
    number = FIRST
    for index in range(PEOPLE):
        while True:
            scene = plain_scene(np.random.default_rng([31, number]))
            picture = draw(person(number).twin, scene, SIZE).image
            number += 1
            # The tests are about the model: a face that is not found, or not measured, would tell nothing of it.
            found = detector.detect(picture)
            if found and mesh(picture, found[0].points, found[0].box):
                break
            print(number - 1, "is not found" if not found else "has no mesh")
        Image.fromarray(picture).save(FOLDER / f"person-{index}.jpg", quality=90)


if __name__ == "__main__":
    main()
