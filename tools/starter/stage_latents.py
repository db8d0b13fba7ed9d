"""Draws the training pictures once more and keeps their latents, at full size and at half of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import torch

from tools.starter import architecture, coding, dataset, run, stage_vae

_PIECE = 240
_BATCH = 24


def _encode(task: tuple[Path, Path, int, int]) -> int:
    """Encode one piece; in a process of its own with one thread, which two cores share best."""
    work, path, size, first = task
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    on = run.device()
    vae = coding.placed(stage_vae.load(work), on)
    latents = np.lib.format.open_memmap(path, mode="r+")
    for start in range(first, min(first + _PIECE, len(latents)), _BATCH):
        pictures = []
        for number in range(start, min(start + _BATCH, len(latents))):
            image = dataset.sample(number).picture.image
            pictures.append(
                image if size == architecture.SIZE else cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA)
            )
        batch = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float().to(on) / 127.5 - 1
        with torch.no_grad():
            coded = coding.encoded(vae, batch).mean * vae.config["scaling_factor"]
        latents[start : start + len(batch)] = coded.cpu().half().numpy()
    latents.flush()
    return first


@contextmanager
def _mapping(workers: int) -> Iterator[Callable[..., Iterable[int]]]:
    """`map`, in several processes where there are to be several."""
    if workers == 1:
        yield map
        return
    # Forking after CUDA has started would break it.
    with get_context("spawn").Pool(workers) as pool:
        yield pool.imap


def make(work: Path, size: int, count: int, workers: int) -> np.ndarray:
    """Latents of the first `count` samples at `size` pixels, (count, 8, size / 8, size / 8), of unit variance."""
    stage = run.Stage(work, f"latents_{size}")
    path = stage.folder / f"latents_{count}.npy"
    latents = run.open_array(path, (count, architecture.LATENTS, size // 8, size // 8), np.float16)
    saved = stage.load(f"drawn_{count}.pt")
    drawn: list[int] = saved["drawn"] if saved else []
    tasks = [(work, path, size, first) for first in range(0, count, _PIECE) if first not in drawn]
    if tasks:
        with _mapping(workers) as each:
            for first in each(_encode, tasks):
                drawn.append(first)
                stage.save({"drawn": drawn}, f"drawn_{count}.pt")
                stage.log(drawn=len(drawn) * _PIECE)
    del latents
    return np.load(path, mmap_mode="r")
