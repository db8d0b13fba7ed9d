"""Draws the aligned faces of many people, and the references by which they are told, once, for all that read faces."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from multiprocessing import Pool
from pathlib import Path

import cv2
import numpy as np

from fastface_core.engine.drawing.picture import reference
from tools.starter import dataset, run
from tools.starter.people import person

_PIECE = 600


def make(work: Path, name: str, people: int, start: int, workers: int = 1) -> np.ndarray:
    """The crops of `people` people in all their views, (people * VIEWS, 112, 112, 3), drawn where they are missing."""
    return _drawn(work, name, people * dataset.VIEWS, dataset.CROP, partial(_crop, start), workers)


def references(work: Path, people: int, workers: int = 1) -> np.ndarray:
    """The references of the first `people` people of the training, (people, 224, 224, 3)."""
    return _drawn(work, f"references_{people}", people, dataset.REFERENCE, dataset.reference_of, workers)


def reference_crop(number: int) -> np.ndarray:
    """The aligned face of a person's reference, as the recogniser gets it, (112, 112, 3)."""
    return dataset.crop(reference(person(number).twin))


def _crop(start: int, number: int) -> np.ndarray:
    return dataset.crop(dataset.sample(number, start).picture, np.random.default_rng([13, start, number]))


def _drawn(work: Path, name: str, count: int, side: int, draw: Callable[[int], np.ndarray], workers: int) -> np.ndarray:
    stage = run.Stage(work, name)
    path = stage.folder / "crops.npy"
    run.open_array(path, (count, side, side, 3), np.uint8)
    saved = stage.load("drawn.pt")
    drawn: list[int] = saved["drawn"] if saved else []
    tasks = [(path, first, draw) for first in range(0, count, _PIECE) if first not in drawn]
    if tasks:
        with Pool(workers) as pool:
            for first in pool.imap(_draw_piece, tasks):
                drawn.append(first)
                stage.save({"drawn": drawn}, "drawn.pt")
                stage.log(drawn=len(drawn) * _PIECE)
    return np.load(path, mmap_mode="r")


def _draw_piece(task: tuple[Path, int, Callable[[int], np.ndarray]]) -> int:
    cv2.setNumThreads(1)
    path, first, draw = task
    pictures = np.lib.format.open_memmap(path, mode="r+")
    for number in range(first, min(first + _PIECE, len(pictures))):
        pictures[number] = draw(number)
    pictures.flush()
    return first
