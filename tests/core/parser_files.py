"""Files of a parser of faces, in the form of the published one: torch's older form of pickles."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from benchmarks.adapter_shapes import State, face_parser


def parser_state(shapes: State, seed: int) -> State:
    """Random weights of a parser, of sizes by which the states keep theirs; the same everywhere."""
    random = np.random.default_rng(seed)

    def weights(name: str, like: Tensor) -> Tensor:
        if like.dtype == torch.int64:
            return torch.tensor(0)
        numbers = torch.from_numpy(random.standard_normal(tuple(like.shape), dtype=np.float32))
        if like.ndim == 4:
            return numbers * (2 / like[0].numel()) ** 0.5
        return numbers.abs() * 0.1 + 1 if name.endswith(("running_var", ".weight")) else numbers * 0.1

    return {name: weights(name, like) for name, like in shapes.items()}


def tiny_parser(folder: Path, seed: int = 1) -> Path:
    """One of few channels, as a file."""
    path = folder / "parsing_bisenet.pth"
    state = parser_state(face_parser(widths=(4, 4, 8, 8), width=4), seed)
    torch.save(state, path, _use_new_zipfile_serialization=False)
    return path
