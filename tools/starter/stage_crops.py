"""Draws the aligned faces of many people once, for the stages that read faces."""

from __future__ import annotations

from multiprocessing import Pool
from pathlib import Path

import cv2
import numpy as np

from tools.starter import dataset, run

_PIECE = 600


def _draw(task: tuple[Path, int, int]) -> int:
    cv2.setNumThreads(1)
    path, first, start = task
    crops = np.lib.format.open_memmap(path, mode="r+")
    for number in range(first, min(first + _PIECE, len(crops))):
        rng = np.random.default_rng([13, start, number])
        crops[number] = dataset.crop(dataset.sample(number, start).picture, rng)
    crops.flush()
    return first


def make(work: Path, name: str, people: int, start: int, workers: int = 1) -> np.ndarray:
    """The crops of `people` people in all their views, (people * VIEWS, 112, 112, 3), drawn where they are missing."""
    stage = run.Stage(work, name)
    path = stage.folder / "crops.npy"
    crops = run.open_array(path, (people * dataset.VIEWS, dataset.CROP, dataset.CROP, 3), np.uint8)
    saved = stage.load("drawn.pt")
    drawn: list[int] = saved["drawn"] if saved else []
    tasks = [(path, first, start) for first in range(0, len(crops), _PIECE) if first not in drawn]
    if tasks:
        with Pool(workers) as pool:
            for first in pool.imap(_draw, tasks):
                drawn.append(first)
                stage.save({"drawn": drawn}, "drawn.pt")
                stage.log(drawn=len(drawn) * _PIECE)
    return np.load(path, mmap_mode="r")
