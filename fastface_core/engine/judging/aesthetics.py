"""LAION's aesthetic head: how people would rate a picture, from CLIP ViT-L/14's features.

Layers and weights: christophschuhmann/improved-aesthetic-predictor, `ava+logos-l14-linearMSE.pth`; five linear layers
with dropout between them and no activations, so that the whole is one affine map.
"""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from fastface_core.engine.weights import read_state
from fastface_core.errors import ModelError

SIZES = (768, 1024, 128, 64, 16, 1)
_KEYS = (0, 2, 4, 6, 7)
"""Where the linear layers stand among the dropouts."""


class AestheticHead:
    """The loaded head."""

    def __init__(self, file: Path) -> None:
        """
        Raises:
            ModelError: the file is missing, damaged, or of another form.
        """
        state = read_state(file)
        layers: list[nn.Linear] = []
        try:
            for key, width, out in zip(_KEYS, SIZES[:-1], SIZES[1:], strict=True):
                layer = nn.Linear(width, out)
                layer.load_state_dict({name: state[f"layers.{key}.{name}"].float() for name in ("weight", "bias")})
                layers.append(layer)
        except (LookupError, RuntimeError, AttributeError) as error:
            raise ModelError(
                f"The file {file.name} is no aesthetic head for CLIP ViT-L/14.", "Take ava+logos-l14-linearMSE.pth."
            ) from error
        self._layers = nn.Sequential(*layers).eval()

    @torch.inference_mode()
    def score(self, features: NDArray[np.float32]) -> float:
        """The rating, about 1 to 10, of a picture with these L2-normalised features, (768,)."""
        return float(self._layers(torch.from_numpy(features)[None]))
