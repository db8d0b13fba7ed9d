"""LAION's aesthetic head: how people would rate a picture, from CLIP ViT-L/14's features.

Layers and weights: christophschuhmann/improved-aesthetic-predictor, `ava+logos-l14-linearMSE.pth`; five linear layers
with dropout between them and no activations, so that the whole is one affine map.
"""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from fastface_core.engine.weights import read_state
from fastface_core.errors import ModelError

SIZES = (768, 1024, 128, 64, 16, 1)
_KEYS = (0, 2, 4, 6, 7)
"""Where the linear layers stand among the dropouts."""


def rating_layers(state: dict[str, Tensor], prefix: str, width: int) -> nn.Sequential:
    """The head's layers, in 32 bits; ImageReward ends in the same ones.

    Args:
        prefix: of the names, before `layers.`.
        width: of what they are given.

    Raises:
        LookupError, RuntimeError, AttributeError: a layer is missing or of another shape.
    """
    layers: list[nn.Linear] = []
    widths = (width, *SIZES[1:])
    for key, into, out in zip(_KEYS, widths[:-1], widths[1:], strict=True):
        layer = nn.Linear(into, out)
        names = ("weight", "bias")
        layer.load_state_dict({name: state[f"{prefix}layers.{key}.{name}"].float() for name in names})
        layers.append(layer)
    return nn.Sequential(*layers).eval()


class AestheticHead:
    """The loaded head."""

    def __init__(self, file: Path) -> None:
        """
        Raises:
            ModelError: the file is missing, damaged, or of another form.
        """
        state = read_state(file)
        try:
            self._layers = rating_layers(state, "", SIZES[0])
        except (LookupError, RuntimeError, AttributeError) as error:
            raise ModelError(
                f"The file {file.name} is no aesthetic head for CLIP ViT-L/14.", "Take ava+logos-l14-linearMSE.pth."
            ) from error

    @torch.inference_mode()
    def score(self, features: NDArray[np.float32]) -> float:
        """The rating, about 1 to 10, of a picture with these L2-normalised features, (768,)."""
        return float(self._layers(torch.from_numpy(features)[None]))
