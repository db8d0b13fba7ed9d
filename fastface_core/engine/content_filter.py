"""The classifier of pictures that are not safe for work, and what it decides.

It is a vision transformer, transformers' `ViTForImageClassification`: `config.json` names the classes, and
`preprocessor_config.json` the size and the normalisation of what it looks at.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from transformers import ViTForImageClassification

from fastface_core.engine.device import Device
from fastface_core.engine.libraries import quieten
from fastface_core.engine.weights import load_model, read_json
from fastface_core.errors import ModelError
from fastface_core.progress import Preview

UNSAFE = "nsfw"
"""What the class is called."""
MOST = 0.5
"""A picture whose probability of that class is above this is withheld."""
_GREY = b"\x80"


class ContentFilter:
    """A loaded classifier."""

    def __init__(self, folder: Path, device: Device) -> None:
        """
        Raises:
            ModelError: a file is missing, damaged, or of another form.
        """
        quieten()
        try:
            self._model = load_model(ViTForImageClassification, folder, "model", device.dtype)
            seen_as = read_json(folder / "preprocessor_config.json")
            names = dict(self._model.config.id2label or {})
            self._unsafe = next(int(number) for number, name in names.items() if str(name).lower() == UNSAFE)
            size: Any = seen_as["size"]
            self._size = (int(size["width"]), int(size["height"]))
            self._mean, self._deviation = (
                torch.tensor([float(value) for value in seen_as[name]]).view(3, 1, 1)
                for name in ("image_mean", "image_std")
            )
        except ModelError as error:
            raise ModelError(error.message, _HINT) from error
        except (StopIteration, LookupError, TypeError, ValueError, RuntimeError) as error:
            raise ModelError("The content filter is damaged or of another form.", _HINT) from error
        torch.nn.Module.to(self._model, device.torch_device)
        self._target, self._dtype = device.torch_device, device.dtype

    @torch.inference_mode()
    def probability(self, pictures: Sequence[Image.Image]) -> list[float]:
        """How probably each picture, RGB, is not safe for work, 0 to 1."""
        batch = torch.stack([self._pixels(picture) for picture in pictures]).to(self._target, self._dtype)
        logits = self._model(pixel_values=batch).logits.float()
        return logits.softmax(dim=-1)[:, self._unsafe].tolist()

    def withholds(self, picture: Image.Image) -> bool:
        """Whether a finished picture is not to be shown or saved."""
        # A number that overflowed says nothing, and then nothing is shown.
        return not self.probability([picture])[0] <= MOST

    def covered(self, previews: tuple[Preview, ...]) -> tuple[Preview, ...]:
        """The same previews, those that are not to be shown all grey."""
        if not previews:
            return ()
        pictures = [Image.frombytes("RGB", (one.width, one.height), one.rgb) for one in previews]
        return tuple(
            one if value <= MOST else Preview(one.width, one.height, _GREY * len(one.rgb))
            for one, value in zip(previews, self.probability(pictures), strict=True)
        )

    def _pixels(self, picture: Image.Image) -> torch.Tensor:
        small = picture.convert("RGB").resize(self._size, Image.Resampling.BILINEAR)
        pixels = torch.from_numpy(np.asarray(small, dtype=np.float32).copy()).permute(2, 0, 1) / 255
        return (pixels - self._mean) / self._deviation


_HINT = "Repair it on the page Models or with: fastface models repair. Without it: --no-content-filter, or Settings."
