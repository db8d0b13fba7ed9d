"""OpenAI's CLIP as a judge: how well a picture fits a text.

Through transformers, from folders of the hub's form: openai/clip-vit-base-patch32 and openai/clip-vit-large-patch14
hold the weights of the `clip` package's ViT-B/32 and ViT-L/14. Preprocessing as published with CLIP: the shorter side
to the model's size (bicubic), the middle square, the mean and deviation of its training pictures.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional
from transformers import CLIPModel, CLIPTokenizer

from fastface_core.engine.device import Device
from fastface_core.engine.judging.views import Memory, View
from fastface_core.engine.libraries import quieten
from fastface_core.engine.weights import load_model
from fastface_core.errors import ModelError

MEAN = (0.48145466, 0.4578275, 0.40821073)
DEVIATION = (0.26862954, 0.26130258, 0.27577711)
TEXT_LENGTH = 77
"""Tokens of the longest text that is read; what follows is cut off."""

_HINT = "Download it again with `fastface models download`."


class Clip:
    """A loaded CLIP."""

    def __init__(self, folder: Path, device: Device) -> None:
        """
        Raises:
            ModelError: a file is missing, damaged, or of another form.
        """
        quieten()
        try:
            self._model: Any = load_model(CLIPModel, folder, "model", device.dtype)
            self._tokenizer: Any = CLIPTokenizer.from_pretrained(folder, local_files_only=True)
        except ModelError as error:
            raise ModelError(error.message, _HINT) from error
        except (OSError, ValueError, TypeError, LookupError) as error:
            raise ModelError(f"The tokenizer in {folder.name} is missing or damaged.", _HINT) from error
        self._model.to(device.torch_device).eval()
        self._device, self._dtype = device.torch_device, device.dtype
        self.size = int(self._model.config.vision_config.image_size)
        self.image = Memory(self._image)
        self._texts: dict[str, NDArray[np.float32]] = {}

    def _image(self, view: View) -> NDArray[np.float32]:
        return self.features(prepared(view.pixels, self.size))

    @torch.inference_mode()
    def features(self, pixels: Tensor) -> NDArray[np.float32]:
        """(features,) float32, L2-normalised, of one prepared picture, (3, size, size)."""
        batch = normalised(pixels)[None].to(self._device, self._dtype)
        return _unit(self._model.get_image_features(pixel_values=batch))

    @torch.inference_mode()
    def text(self, text: str) -> NDArray[np.float32]:
        """(features,) float32, L2-normalised."""
        if text not in self._texts:
            found = self._tokenizer([text], truncation=True, max_length=TEXT_LENGTH, return_tensors="pt")
            tokens = {name: values.to(self._device) for name, values in found.items()}
            self._texts[text] = _unit(self._model.get_text_features(**tokens))
        return self._texts[text]

    def fit(self, view: View, text: str) -> float:
        """Cosine similarity, -1 to 1, of picture and text."""
        return float(np.dot(self.image(view), self.text(text)))


def _unit(answer: Any) -> NDArray[np.float32]:
    # transformers gives the projected features alone, or, since its version 5, among others.
    values: Tensor = answer if isinstance(answer, Tensor) else answer.pooler_output
    return functional.normalize(values[0].float(), dim=0).cpu().numpy()


def prepared(pixels: NDArray[np.uint8], size: int) -> Tensor:
    """(3, size, size) float32 in 0..1: resized and cut as CLIP's own preprocessing does."""
    image = Image.fromarray(pixels)
    scale = size / min(image.size)
    width, height = (max(size, int(side * scale)) for side in image.size)
    image = image.resize((width, height), Image.Resampling.BICUBIC)
    left, top = round((width - size) / 2), round((height - size) / 2)
    image = image.crop((left, top, left + size, top + size))
    return torch.from_numpy(np.asarray(image).copy()).permute(2, 0, 1).float() / 255


def normalised(pixels: Tensor) -> Tensor:
    """By the mean and deviation of CLIP's training pictures."""
    mean, deviation = (torch.tensor(values).view(3, 1, 1) for values in (MEAN, DEVIATION))
    return (pixels - mean) / deviation
