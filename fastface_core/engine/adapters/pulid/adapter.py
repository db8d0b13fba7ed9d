"""PuLID: the adapters."""

from collections.abc import Sequence
from typing import ClassVar, Self

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from fastface_core.domain.checkpoints import AdapterKind
from fastface_core.domain.identity import FaceView
from fastface_core.domain.presets import Preset
from fastface_core.engine.adapters.eva_clip import EvaTower, tower_pixels
from fastface_core.engine.adapters.files import AdapterFile
from fastface_core.engine.adapters.interface import FaceAdapter
from fastface_core.engine.adapters.projecting import raw_of
from fastface_core.engine.adapters.pulid.encoders import LEVELS, IdEncoder, IdFormer, encoder_of
from fastface_core.engine.adapters.pulid.joining import Orthogonal, Projection
from fastface_core.engine.attention import FaceAttention
from fastface_core.engine.cut_out import grey_face
from fastface_core.engine.joining import Joining


class Pulid(FaceAdapter):
    """What both versions share. Tower, encoder and the attention's weights compute in float32, as published."""

    usual: ClassVar[tuple[int, Projection]]
    """Zero tokens and projection of presets that say nothing of them."""

    def __init__(self, encoder: IdEncoder | IdFormer, processors: dict[str, FaceAttention], tower: EvaTower) -> None:
        self.processors = processors
        self._encoder = encoder
        self._tower = tower

    @classmethod
    def load(cls, file: AdapterFile, encoder_dtype: torch.dtype) -> Self:
        state, attention = file.below("id_adapter."), file.below("id_adapter_attn_layers.")
        if not state or not attention or ("latents" in state) != (cls is PulidV11):
            raise file.another_kind()
        try:
            encoder = encoder_of(state)
        except KeyError as error:
            raise file.incomplete() from error
        except (RuntimeError, ValueError) as error:
            raise file.another("its encoder is not of the form expected") from error
        processors = file.processors(
            attention,
            lambda key, value, part: FaceAttention(key, value, encoder.tokens, part),
            ("id_to_k", "id_to_v"),
            torch.float32,
        )
        tower = EvaTower.load(file.image_encoder)
        pooled = tower.head.out_features
        if tower.norm.normalized_shape[0] != encoder.width or encoder.taken <= pooled:
            raise file.another(f"{file.image_encoder.name} is another image encoder than it expects")
        return cls(encoder, processors, tower)

    @property
    def tokens(self) -> int:
        return self._encoder.tokens

    @property
    def encoders(self) -> tuple[torch.nn.Module, ...]:
        return (self._tower, self._encoder)

    def to(self, device: torch.device) -> None:
        for processor in self.processors.values():
            processor.to(device)

    def project(self, *views: FaceView) -> Tensor:
        return self.encode(*self._seen(views))

    def _seen(self, views: Sequence[FaceView]) -> tuple[Tensor, Tensor, Tensor]:
        """What `encode` takes of these photos."""
        raws = torch.from_numpy(np.stack([raw_of(view) for view in views]))
        seen = [self._tower(self.pixels(view)) for view in views]
        return raws, torch.cat([pooled for pooled, _ in seen]), torch.stack([states for _, states in seen])

    def encode(self, raws: Tensor, pooled: Tensor, hidden: Tensor, weights: Tensor | None = None) -> Tensor:
        """
        Args:
            raws: the recogniser's outputs, (photo, 512).
            pooled: the tower's, (photo, size), not normalised.
            hidden: its hidden states, (photo, 5, 1 + patches, width).
            weights: as of `IdFormer`; v1 has none.

        Returns:
            (1, tokens, cross-attention size), float32.
        """
        device = next(self._encoder.parameters()).device
        embeddings = torch.cat([raws.to(device), F.normalize(pooled.to(device), dim=-1)], dim=-1)
        if weights is None:
            return self._encoder(embeddings, hidden.to(device))
        return self._encoder(embeddings, hidden.to(device), weights.to(device))

    def nobody(self, photos: int = 1) -> Tensor:
        device = next(self._encoder.parameters()).device
        rows = 1 if self.traits.several == "fused" else photos
        embeddings = torch.zeros(rows, self._encoder.taken, device=device)
        hidden = torch.zeros(rows, LEVELS, 1 + self._tower.grid**2, self._encoder.width, device=device)
        return self._encoder(embeddings, hidden)

    def pixels(self, view: FaceView) -> Tensor:
        """(1, 3, side, side) for the tower: the cut-out face, grey on white."""
        cut_out = view.cut_out
        if cut_out is None:
            # Somebody who was given as numbers has no cut-out: all of the aligned face counts as one.
            cut_out = np.dstack([view.crop, np.full(view.crop.shape[:2], 255, np.uint8)])
        picture = grey_face(cut_out[..., :3], cut_out[..., 3] > 0)
        return tower_pixels(torch.from_numpy(picture), self._tower.side).to(self._tower.cls_token.device)

    def joining(self, preset: Preset) -> Joining:
        zeros, projection = self.usual
        own = preset.joining
        if own is not None:
            zeros = zeros if own.zero_tokens is None else own.zero_tokens
            projection = own.projection or projection
        return Orthogonal(zeros, projection)


class PulidV1(Pulid):
    """10 tokens a photo."""

    kind: ClassVar[AdapterKind] = "pulid-v1"
    usual: ClassVar[tuple[int, Projection]] = (8, "v2")


class PulidV11(Pulid):
    """32 tokens of all photos."""

    kind: ClassVar[AdapterKind] = "pulid-v1.1"
    usual: ClassVar[tuple[int, Projection]] = (20, "v2")

    def fused(self, views: Sequence[FaceView], shares: Sequence[float]) -> Tensor:
        # Of equal photos as published, bit by bit.
        weights = torch.tensor(shares) * len(shares) if len(set(shares)) > 1 else None
        return self.encode(*self._seen(views), weights)
