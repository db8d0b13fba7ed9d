"""IP-Adapter Plus-Face (h94/IP-Adapter): 16 tokens from the CLIP states of the head alone."""

from typing import ClassVar, Self, cast

import torch
from diffusers.models.embeddings import IPAdapterPlusImageProjection
from torch import Tensor

from fastface_core.domain.checkpoints import AdapterKind
from fastface_core.domain.identity import FaceView
from fastface_core.engine.adapters.clip import ClipAdapter, clip_projection, image_encoder
from fastface_core.engine.adapters.files import AdapterFile
from fastface_core.engine.attention import FaceAttention


class PlusFace(ClipAdapter):
    kind: ClassVar[AdapterKind] = "plus-face"

    @classmethod
    def load(cls, file: AdapterFile, encoder_dtype: torch.dtype) -> Self:
        state, attention = file.below("image_proj."), file.below("ip_adapter.")
        if "latents" not in state or not attention:
            raise file.another_kind()
        projection = cast(IPAdapterPlusImageProjection, clip_projection(file, state))
        tokens = projection.latents.shape[1]
        processors = file.processors(attention, lambda key, value, part: FaceAttention(key, value, tokens, part))
        return cls(projection, processors, image_encoder(file, projection, encoder_dtype))

    @property
    def tokens(self) -> int:
        return cast(IPAdapterPlusImageProjection, self._projection).latents.shape[1]

    def project(self, *views: FaceView) -> Tensor:
        # Somebody who was given as numbers, or kept before heads were, has the aligned face alone.
        pictures = (view.crop if view.head is None else view.head for view in views)
        return torch.cat([self._projection(self.states(self.pixels(picture))) for picture in pictures], dim=1)

    def nobody(self, photos: int = 1) -> Tensor:
        return self._projection(self.states(self.no_pixels())).repeat(1, photos, 1)
