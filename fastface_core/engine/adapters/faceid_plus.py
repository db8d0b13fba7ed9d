"""IP-Adapter FaceID-Plus-v2 (h94/IP-Adapter-FaceID): 4 tokens from the recogniser's embedding and the aligned face."""

from typing import Any, ClassVar, Self, cast

import torch
from diffusers.models.embeddings import IPAdapterFaceIDPlusImageProjection
from torch import Tensor
from transformers import CLIPVisionModelWithProjection

from fastface_core.domain.checkpoints import AdapterKind
from fastface_core.domain.identity import FaceView
from fastface_core.engine.adapters.clip import ClipAdapter, clip_projection, image_encoder
from fastface_core.engine.adapters.files import AdapterFile
from fastface_core.engine.attention import FaceAttention


class FaceIdPlusV2(ClipAdapter):
    kind: ClassVar[AdapterKind] = "faceid-plus-v2"

    def __init__(
        self,
        projection: IPAdapterFaceIDPlusImageProjection,
        processors: dict[str, FaceAttention],
        encoder: CLIPVisionModelWithProjection,
    ) -> None:
        super().__init__(projection, processors, encoder)
        self._layer = projection
        # v2 adds the projected embedding to the resampled face; the loader cannot see the version in the weights.
        self._layer.shortcut = True

    @classmethod
    def load(cls, file: AdapterFile, encoder_dtype: torch.dtype) -> Self:
        state, attention = file.below("image_proj."), file.below("ip_adapter.")
        if "perceiver_resampler.proj_in.weight" not in state or not attention:
            raise file.another_kind()
        projection = cast(IPAdapterFaceIDPlusImageProjection, clip_projection(file, state))
        tokens = projection.num_tokens
        processors = file.processors(attention, lambda key, value, part: FaceAttention(key, value, tokens, part))
        return cls(projection, processors, image_encoder(file, projection, encoder_dtype))

    @property
    def tokens(self) -> int:
        return self._layer.num_tokens

    def project(self, *views: FaceView) -> Tensor:
        # The published code hands the crop to CLIP in blue-green-red order, and its results were obtained so.
        tokens = [
            self._tokens(torch.from_numpy(view.embedding)[None], self.states(self.pixels(view.crop[..., ::-1])))
            for view in views
        ]
        return torch.cat(tokens, dim=1)

    def nobody(self, photos: int = 1) -> Tensor:
        size = cast(int, self._layer.proj.net[0].proj.in_features)  # type: ignore[reportUnknownMemberType]
        return self._tokens(torch.zeros(1, size), self.states(self.no_pixels())).repeat(1, photos, 1)

    def _tokens(self, embedding: Tensor, states: Tensor) -> Tensor:
        self._layer.clip_embeds = cast(Any, states[:, None])
        try:
            return self._layer(embedding.to(self.device))
        finally:
            self._layer.clip_embeds = None
