"""IP-Adapter FaceID and FaceID-Portrait (h94/IP-Adapter-FaceID): tokens from the recogniser's embedding alone."""

from typing import ClassVar, Self

import torch
from accelerate import init_empty_weights
from diffusers.models.embeddings import IPAdapterFaceIDImageProjection
from torch import Tensor

from fastface_core.domain.checkpoints import AdapterKind
from fastface_core.domain.identity import FaceView
from fastface_core.engine.adapters.files import AdapterFile, State
from fastface_core.engine.adapters.projecting import ProjectingAdapter, filled
from fastface_core.engine.attention import FaceAttention

_NAMES = {"proj.0": "ff.net.0.proj", "proj.2": "ff.net.2", "norm": "norm"}


class FaceId(ProjectingAdapter):
    """4 tokens, and a LoRA in the same file."""

    kind: ClassVar[AdapterKind] = "faceid"
    _projection: IPAdapterFaceIDImageProjection

    @classmethod
    def load(cls, file: AdapterFile, encoder_dtype: torch.dtype) -> Self:
        state, attention = file.below("image_proj."), file.below("ip_adapter.")
        # FaceID-Plus has the same names, and a resampler besides; of the two here, only one brings a LoRA.
        of_portrait = not any("_lora." in key for key in attention) and file.files.lora is None
        other = cls.kind == "faceid-portrait"
        sizes = [state.get(name) for name in ("proj.0.weight", "proj.2.weight", "norm.weight")]
        if not attention or any(key.startswith("perceiver") for key in state) or of_portrait != other:
            raise file.another_kind()
        inner, outer, norm = sizes
        if inner is None or outer is None or norm is None or len(state) != 6:
            raise file.another("its projection is not of the form expected")
        hidden, taken = inner.shape
        size = norm.shape[0]
        tokens = outer.shape[0] // size
        with init_empty_weights():
            projection = IPAdapterFaceIDImageProjection(taken, size, hidden // taken, tokens)
        renamed: State = {}
        for key, value in state.items():
            layer, _, kind = key.rpartition(".")
            renamed[f"{_NAMES.get(layer, layer)}.{kind}"] = value
        filled(file, projection, renamed, file.unet.dtype)
        processors = file.processors(attention, lambda key, value, part: FaceAttention(key, value, tokens, part))
        return cls(projection, processors)

    @property
    def tokens(self) -> int:
        return self._projection.num_tokens

    def project(self, *views: FaceView) -> Tensor:
        return torch.cat([self._tokens(torch.from_numpy(view.embedding)[None]) for view in views], dim=1)

    def nobody(self, photos: int = 1) -> Tensor:
        size = self._projection.ff.net[0].proj.in_features  # type: ignore[reportUnknownMemberType]
        return self._tokens(torch.zeros(1, int(size))).repeat(1, photos, 1)  # type: ignore[reportArgumentType]

    def _tokens(self, embedding: Tensor) -> Tensor:
        return self._projection(embedding.to(self.device, self.dtype))


class FaceIdPortrait(FaceId):
    """16 tokens of each of several photos, without a LoRA."""

    kind: ClassVar[AdapterKind] = "faceid-portrait"
