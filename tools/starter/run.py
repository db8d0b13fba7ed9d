"""What every training stage needs: its folder, atomic checkpoints, a log of losses, and the machine it runs on."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn


class Stage:
    """One stage's folder below the work folder."""

    def __init__(self, work: Path, name: str) -> None:
        self.name = name
        self.folder = work / name
        self.folder.mkdir(parents=True, exist_ok=True)
        self._started = time.perf_counter()

    @property
    def done(self) -> bool:
        """Whether the stage has written its result."""
        return self.result.exists()

    @property
    def result(self) -> Path:
        """Where the stage's result lies once it is done."""
        return self.folder / "result.pt"

    def save(self, state: dict[str, Any], name: str = "checkpoint.pt") -> None:
        """Write a checkpoint that is either whole or not there."""
        part = self.folder / (name + ".part")
        torch.save(state, part)
        part.replace(self.folder / name)

    def load(self, name: str = "checkpoint.pt") -> dict[str, Any] | None:
        """The checkpoint, if there is one."""
        path = self.folder / name
        return torch.load(path, map_location="cpu", weights_only=True) if path.exists() else None

    def load_result(self) -> dict[str, Any]:
        """What the stage made.

        Raises:
            FileNotFoundError: it is not done.
        """
        return torch.load(self.result, map_location="cpu", weights_only=True)

    def log(self, **values: float | int | str) -> None:
        """Append one line to the loss curve."""
        seconds = round(time.perf_counter() - self._started, 1)
        shown = {key: round(value, 5) if isinstance(value, float) else value for key, value in values.items()}
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({"seconds": seconds, **shown}) + "\n")


def device() -> torch.device:
    """The GPU, if there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@contextmanager
def half_precision(on: torch.device) -> Iterator[None]:
    """bfloat16 where the machine is faster with it."""
    with torch.autocast(on.type, torch.bfloat16):
        yield


def cosine(step: int, steps: int, peak: float, warm: int = 100, floor: float = 0.02) -> float:
    """Learning rate: a short rise, then half a cosine."""
    if step < warm:
        return peak * (step + 1) / warm
    part = (step - warm) / max(1, steps - warm)
    return peak * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * min(1.0, part))))


def set_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    """Give every parameter group this learning rate."""
    for group in optimiser.param_groups:
        group["lr"] = rate


class Average:
    """An exponential moving average of the weights: smoother than the last step's."""

    def __init__(self, module: nn.Module, decay: float) -> None:
        self.decay = decay
        self.state = {key: value.detach().clone() for key, value in module.state_dict().items()}
        self.updates = 0

    @torch.no_grad()
    def update(self, module: nn.Module) -> None:
        """Take in the present weights."""
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        for key, value in module.state_dict().items():
            if value.is_floating_point():
                self.state[key].lerp_(value.detach(), 1 - decay)
            else:
                self.state[key].copy_(value)


def open_array(path: Path, shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """A NumPy array in a file, made if it is not there; one that is there may be longer.

    Raises:
        ValueError: what is there is shorter: it was made by another plan.
    """
    if path.exists():
        found = np.lib.format.open_memmap(path, mode="r+")
        if len(found) < shape[0]:
            raise ValueError(f"{path} was made by a smaller plan: take another --work, or remove {path.parent}")
        return found
    # Whole or not there: a run may be killed in between.
    part = path.with_name(path.name + ".part")
    np.lib.format.open_memmap(part, mode="w+", dtype=dtype, shape=shape).flush()
    part.replace(path)
    return np.lib.format.open_memmap(path, mode="r+")
