"""How long a picture is likely to take where none was made yet: what it takes, by what the processor does in a second.

The operations of a picture were counted by `benchmarks/picture_work.py`. What a processor does is measured with the
product of two matrices; drawing reaches a part of that, for memory and small steps hold it up.
"""

import time
from dataclasses import dataclass
from typing import Final

_SIDE = 768
_TRIALS = 4


@dataclass(frozen=True, slots=True)
class Work:
    """What one picture takes, in floating point operations.

    Attributes:
        branch: sending one branch through the UNet. decoder: from latents to the picture.
        reached: the part of a processor's speed with matrices that drawing reaches.
    """

    branch: float
    decoder: float
    reached: float

    def seconds(self, speed: float, evaluations: int) -> float:
        """Args:
        speed: operations a second, as `processor_speed` measures them.
        evaluations: how many branches go through the UNet, over all steps.
        """
        return (evaluations * self.branch + self.decoder) / (speed * self.reached)


FULL_SIZE: Final = Work(branch=6.761e12, decoder=10.47e12, reached=0.5)
"""SDXL at 1024 x 1024."""


def full_size_seconds(speed: float, evaluations: int, width: int, height: int) -> float:
    """How long a full-size model is likely to take for a picture, in seconds; arguments as of `Work.seconds`."""
    return FULL_SIZE.seconds(speed, evaluations) * width * height / 1024**2


def processor_speed() -> float:
    """Operations a second of the processor, with single precision: the best of a few products. Takes 0.1 s or so."""
    import numpy as np

    one = np.ones((_SIDE, _SIDE), np.float32)
    best = float("inf")
    for _ in range(_TRIALS):
        start = time.perf_counter()
        np.matmul(one, one)
        best = min(best, time.perf_counter() - start)
    return 2 * _SIDE**3 / best
