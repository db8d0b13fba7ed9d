"""What the adapters share that look at faces with a CLIP vision model."""

from typing import Any, cast

import numpy as np
import torch
from diffusers.models.embeddings import IPAdapterFaceIDPlusImageProjection, IPAdapterPlusImageProjection
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from transformers import CLIPVisionModelWithProjection

from fastface_core.engine.adapters.files import AdapterFile, State
from fastface_core.engine.adapters.projecting import ProjectingAdapter, taken_wholly
from fastface_core.engine.attention import FaceAttention
from fastface_core.engine.weights import load_model

MEAN = (0.48145466, 0.4578275, 0.40821073)
DEVIATION = (0.26862954, 0.26130258, 0.27577711)
"""OpenAI's CLIP preprocessing, for red, green and blue from 0 to 1."""


class ClipAdapter(ProjectingAdapter):
    """An adapter with an image encoder, whose penultimate states it projects.

    Attributes:
        encoder: the image encoder.
    """

    def __init__(
        self,
        projection: torch.nn.Module,
        processors: dict[str, FaceAttention],
        encoder: CLIPVisionModelWithProjection,
    ) -> None:
        super().__init__(projection, processors)
        self.encoder = encoder

    @property
    def encoders(self) -> tuple[torch.nn.Module, ...]:
        return (self.encoder,)

    def states(self, pixels: Tensor) -> Tensor:
        """Penultimate hidden states, (1, tokens, size), of preprocessed pixels (1, 3, side, side)."""
        pixels = pixels.to(self.encoder.device, self.encoder.dtype)
        output = self.encoder(pixels, output_hidden_states=True)
        return cast(Tensor, output.hidden_states[-2]).to(self.device, self.dtype)

    def no_pixels(self) -> Tensor:
        # Zero after preprocessing, which is a mid grey and not a black photo: so the adapters were trained.
        side = cast(int, self.encoder.config.image_size)
        return torch.zeros(1, 3, side, side)

    def pixels(self, crop: NDArray[np.uint8]) -> Tensor:
        """(1, 3, side, side) for CLIP, from (height, width, 3)."""
        side = cast(int, self.encoder.config.image_size)
        if crop.shape[:2] != (side, side):
            crop = np.asarray(Image.fromarray(crop).resize((side, side), Image.Resampling.BICUBIC))
        pixels = torch.from_numpy(np.array(crop, dtype=np.float32)) / 255
        pixels = (pixels - torch.tensor(MEAN)) / torch.tensor(DEVIATION)
        return pixels.permute(2, 0, 1)[None]


def clip_projection(
    file: AdapterFile, state: State
) -> IPAdapterFaceIDPlusImageProjection | IPAdapterPlusImageProjection:
    """diffusers' projection of an adapter's CLIP states, in the UNet's dtype.

    Raises:
        ModelError: the file has another one, or not all of it.
    """
    try:
        projection = cast(
            "IPAdapterFaceIDPlusImageProjection | IPAdapterPlusImageProjection",
            file.unet._convert_ip_adapter_image_proj_to_diffusers(cast(Any, state)),  # type: ignore[reportPrivateUsage]
        )
    except (KeyError, ValueError, RuntimeError) as error:
        raise file.another("its projection is not of the form expected") from error
    taken_wholly(file, projection, state)
    return projection.to(file.unet.dtype)


def image_encoder(
    file: AdapterFile,
    projection: IPAdapterFaceIDPlusImageProjection | IPAdapterPlusImageProjection,
    dtype: torch.dtype,
) -> CLIPVisionModelWithProjection:
    """The image encoder beside an adapter's file.

    Raises:
        ModelError: it is missing, damaged, or not the one that the projection was made for.
    """
    encoder = load_model(CLIPVisionModelWithProjection, file.image_encoder, "model", dtype)
    expected = projection.proj_in.in_features
    if encoder.config.hidden_size != expected:
        raise file.another(
            f"it expects an image encoder of size {expected}, and {file.image_encoder.name} has"
            f" {encoder.config.hidden_size}"
        )
    return encoder
