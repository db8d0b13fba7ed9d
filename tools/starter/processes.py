"""Runs one training stage in several processes that share what they learn, each with one thread.

On two cores two such processes are faster than one with two threads; on a GPU there is one process.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import torch
import torch.distributed as dist
import torch.multiprocessing as multiprocessing

Train = Callable[[Path, Any, int, int], None]


def _enter(rank: int, train: Train, work: Path, settings: Any, processes: int, meeting: str) -> None:
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=processes)
    try:
        train(work, settings, rank, processes)
    finally:
        dist.destroy_process_group()


def launch(train: Train, work: Path, settings: Any, processes: int) -> None:
    """Call `train(work, settings, rank, processes)` in every process and wait for all."""
    if processes == 1:
        train(work, settings, 0, 1)
        return
    with tempfile.TemporaryDirectory() as folder:
        arguments = (train, work, settings, processes, str(Path(folder) / "meeting"))
        multiprocessing.spawn(_enter, arguments, nprocs=processes, join=True)
