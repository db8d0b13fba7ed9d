"""What the method needs of a face adapter: the one interface behind which all of them stand."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self, cast

import torch
from diffusers.models.controlnets.controlnet import ControlNetModel
from torch import Tensor

from fastface_core.domain.adapter_traits import TRAITS, AdapterTraits
from fastface_core.domain.checkpoints import AdapterKind
from fastface_core.domain.identity import FaceView
from fastface_core.domain.places import Place
from fastface_core.domain.presets import Preset
from fastface_core.engine.adapters.files import AdapterFile
from fastface_core.engine.attention import FaceAttention
from fastface_core.engine.joining import PLAIN, Joining


@dataclass(frozen=True, eq=False, slots=True)
class Control:
    """A control network, and the picture that it follows.

    Attributes:
        picture: (1, 3, height, width) in pixels of the wanted picture, 0 to 1, on the network's device and dtype.
        strength: factor of its residuals.
    """

    network: ControlNetModel
    picture: Tensor
    strength: float

    def residuals(
        self, latents: Tensor, timestep: Tensor, tokens: Tensor, added: dict[str, Tensor]
    ) -> tuple[list[Tensor], Tensor]:
        """What is added to the UNet's states in one evaluation: of the way down, and in the middle.

        The network attends to the identity's tokens in place of a text.

        Args:
            latents: (batch, channel, height, width), as the UNet gets them.
            tokens: (batch, token, size).
            added: pooled text and time ids, as the UNet gets them.
        """
        return cast(
            tuple[list[Tensor], Tensor],
            self.network(
                latents,
                timestep,
                encoder_hidden_states=tokens,
                controlnet_cond=self.picture.expand(latents.shape[0], -1, -1, -1),
                conditioning_scale=self.strength,
                added_cond_kwargs=added,
                return_dict=False,
            ),
        )


class FaceAdapter(ABC):
    """A face adapter, loaded for one UNet.

    Its tokens are those of one or several photos of a person; `nobody` gives as many for no face at all, since
    branches with and without the face go through the UNet side by side.

    Attributes:
        kind: its name in `TRAITS`.
        processors: its attention, by the UNet's name of the processor it replaces.
        has_lora: whether it brought a LoRA, which is then in the UNet under the name `FACE_LORA`.
        encoders: its image modules, which may wait in main memory while the UNet works.
        control: its control network, which is needed in every step; None for adapters without.
    """

    kind: ClassVar[AdapterKind]
    processors: dict[str, FaceAttention]
    has_lora: bool = False
    control: ControlNetModel | None = None

    @classmethod
    @abstractmethod
    def load(cls, file: AdapterFile, encoder_dtype: torch.dtype) -> Self:
        """Takes its weights from the file; the UNet is left as it is.

        Raises:
            ModelError: the file is of another kind, incomplete, or made for another architecture.
        """

    @property
    @abstractmethod
    def tokens(self) -> int:
        """How many identity tokens it makes of one photo."""

    @property
    @abstractmethod
    def encoders(self) -> tuple[torch.nn.Module, ...]: ...

    @property
    def before_pictures(self) -> tuple[torch.nn.Module, ...]:
        """All modules that are needed for the tokens alone: they need not be where the UNet is while it works."""
        return self.encoders

    @abstractmethod
    def project(self, *views: FaceView) -> Tensor:
        """The tokens of one person in one or several photos, (1, tokens, cross-attention size)."""

    def fused(self, views: Sequence[FaceView], shares: Sequence[float]) -> Tensor:
        """As `project`, for an adapter that makes one set of tokens of all photos.

        Args:
            shares: how much each photo counts, in all 1.
        """
        return self.project(*views)

    @abstractmethod
    def nobody(self, photos: int = 1) -> Tensor:
        """The tokens of no face, of the shape that `project` gives for so many photos."""

    @abstractmethod
    def to(self, device: torch.device) -> None:
        """Moves everything but the encoders."""

    @property
    def traits(self) -> AdapterTraits:
        return TRAITS[self.kind]

    def joining(self, preset: Preset) -> Joining:
        """How the output of the identity attention joins the text's under a preset."""
        return PLAIN

    def controlled(
        self, views: Sequence[FaceView], preset: Preset, width: int, height: int, place: Place | None = None
    ) -> Control | None:
        """What the control network follows in a picture of this size, in pixels; None without one.

        Args:
            place: where in the picture the person is; None for everywhere.
        """
        return None
