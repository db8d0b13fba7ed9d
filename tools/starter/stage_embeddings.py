"""What the recogniser says of every person's reference, once: it stays as it is while the generator learns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from tools.starter import augment, run, stage_crops
from tools.starter import stage_recogniser as reader

_BATCH = 100


def make(work: Path, people: int) -> np.ndarray:
    """(people, 512) float32 of length 1, of the first people of the training."""
    stage = run.Stage(work, "embeddings")
    path = stage.folder / f"embeddings_{people}.npy"
    if not path.exists():
        model = reader.load(work, "recogniser")
        parts = []
        for first in range(0, people, _BATCH):
            crops = np.stack([stage_crops.reference_crop(n) for n in range(first, min(first + _BATCH, people))])
            seen = torch.from_numpy(crops).permute(0, 3, 1, 2).float() / 255
            with torch.no_grad():
                parts.append(functional.normalize(model(augment.for_recogniser(seen))).numpy())
        part = path.with_suffix(".part.npy")
        np.save(part, np.concatenate(parts))
        part.replace(path)
    return np.load(path)
