"""Contact sheets of drawn people, to look at: `python -m tools.starter.sheets OUT.png`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
import numpy as np

from fastface_core.engine.drawing.picture import draw, reference
from fastface_core.engine.drawing.scene import STYLES
from tools.starter.people import person
from tools.starter.scenes import scene


def sheet(rows: int, first: int) -> np.ndarray:
    """One row a person: the reference, then each style in a scene by lot."""
    rng = np.random.default_rng(first)
    lines: list[np.ndarray] = []
    for number in range(first, first + rows):
        twin = person(number).twin
        scenes = [scene(rng, style=style) for style in STYLES]
        lines.append(np.concatenate([reference(twin).image, *(draw(twin, one).image for one in scenes)], 1))
    return np.concatenate(lines)


def main() -> None:
    """Write a sheet and say how long a picture takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--rows", type=int, default=8)
    parser.add_argument("--first", type=int, default=0)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    started = time.perf_counter()
    made = sheet(arguments.rows, arguments.first)
    each = (time.perf_counter() - started) / (arguments.rows * (1 + len(STYLES)))
    cv2.imwrite(str(arguments.out), made[..., ::-1])
    print(f"{1000 * each:.1f} ms a picture")


if __name__ == "__main__":
    main()
