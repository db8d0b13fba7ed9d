"""What of a photo's light makes its colours doubtful."""

import numpy as np
from numpy.typing import NDArray

from fastface_core.engine.twin.features import Skin
from fastface_core.engine.twin.frame import Frame


def notes(frame: Frame, skin: Skin, person: NDArray[np.float32]) -> tuple[str, ...]:
    """One sentence for each thing, with what to do about it."""
    return ()
