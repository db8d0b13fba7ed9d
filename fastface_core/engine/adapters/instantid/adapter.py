"""InstantID: the adapter."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Self, cast

import torch
from accelerate import init_empty_weights
from diffusers.models.controlnets.controlnet import ControlNetModel
from torch import Tensor

from fastface_core.domain.checkpoints import AdapterKind
from fastface_core.domain.identity import FaceView
from fastface_core.domain.places import Place
from fastface_core.domain.presets import Preset
from fastface_core.engine.adapters.files import AdapterFile, State
from fastface_core.engine.adapters.instantid.keypoints import drawn, placed, usual, within
from fastface_core.engine.adapters.interface import Control
from fastface_core.engine.adapters.projecting import ProjectingAdapter, filled, raw_of
from fastface_core.engine.adapters.resampler import perceiver_layers
from fastface_core.engine.attention import FaceAttention
from fastface_core.engine.recogniser import EMBEDDING_SIZE
from fastface_core.engine.weights import GET_IT, load_model
from fastface_core.errors import ModelError


class Resampler(torch.nn.Module):
    """One row of 512 numbers to the tokens; the names of its weights are the file's."""

    def __init__(self, state: State) -> None:
        """Empty, with the sizes of a file's `image_proj.*`. KeyError where a part is missing."""
        super().__init__()
        size, taken = state["proj_in.weight"].shape
        out = state["proj_out.weight"].shape[0]
        self.latents = torch.nn.Parameter(torch.zeros(state["latents"].shape))
        self.proj_in = torch.nn.Linear(taken, size)
        self.layers = perceiver_layers(state)
        self.proj_out = torch.nn.Linear(size, out)
        self.norm_out = torch.nn.LayerNorm(out)

    def forward(self, embedding: Tensor) -> Tensor:
        """(1, tokens, size) of an embedding (1, 512)."""
        seen, latents = self.proj_in(embedding)[:, None], self.latents
        for layer in self.layers:
            attention, feed_forward = cast(torch.nn.ModuleList, layer)
            latents = feed_forward(attention(seen, latents))
        return self.norm_out(self.proj_out(latents))


class InstantId(ProjectingAdapter):
    """Takes the recogniser's output as it is, not normalised: biases would make other tokens of it."""

    kind: ClassVar[AdapterKind] = "instantid"
    _projection: Resampler

    def __init__(self, projection: Resampler, processors: dict[str, FaceAttention], control: ControlNetModel) -> None:
        super().__init__(projection, processors)
        self.control = self._control = control

    @classmethod
    def load(cls, file: AdapterFile, encoder_dtype: torch.dtype) -> Self:
        state, attention = file.below("image_proj."), file.below("ip_adapter.")
        # Plus-Face's projection has the same names, and takes an image encoder's states.
        takes = state.get("proj_in.weight")
        if "latents" not in state or not attention or (takes is not None and takes.shape[1] != EMBEDDING_SIZE):
            raise file.another_kind()
        try:
            with init_empty_weights():
                projection = Resampler(state)
        except KeyError as error:
            raise file.incomplete() from error
        filled(file, projection, state, file.unet.dtype)
        tokens = projection.latents.shape[1]
        processors = file.processors(attention, lambda key, value, part: FaceAttention(key, value, tokens, part))
        if file.files.control is None:
            raise ModelError(f"The face adapter {file.path.name} lacks its control network.", GET_IT)
        return cls(projection, processors, _control(file, file.files.control, projection))

    @property
    def tokens(self) -> int:
        return self._projection.latents.shape[1]

    def project(self, *views: FaceView) -> Tensor:
        return torch.cat([self._tokens(torch.from_numpy(raw_of(view))[None]) for view in views], dim=1)

    def nobody(self, photos: int = 1) -> Tensor:
        return self._tokens(torch.zeros(1, self._projection.proj_in.in_features)).repeat(1, photos, 1)

    def to(self, device: torch.device) -> None:
        super().to(device)
        torch.nn.Module.to(self._control, device)

    def controlled(
        self, views: Sequence[FaceView], preset: Preset, width: int, height: int, place: Place | None = None
    ) -> Control | None:
        if preset.control_strength == 0:
            return None
        view = views[0]
        if place is None:
            points = usual(width, height)
            if view.points is not None:
                points = placed(view.points, view.frame or (width, height), width, height)
        else:
            points = within(usual(width, height) if view.points is None else view.points, place, width, height)
        picture = torch.from_numpy(drawn(points, width, height)).permute(2, 0, 1)[None] / 255
        return Control(self._control, picture.to(self._control.device, self._control.dtype), preset.control_strength)

    def _tokens(self, embedding: Tensor) -> Tensor:
        return self._projection(embedding.to(self.device, self.dtype))


def _control(file: AdapterFile, folder: Path, projection: Resampler) -> ControlNetModel:
    control = load_model(ControlNetModel, folder, "diffusion_pytorch_model", file.unet.dtype)
    own, unet = _plan(control.config), _plan(file.unet.config)
    if own != unet or cast(Any, control.config).cross_attention_dim != projection.proj_out.out_features:
        raise file.another("its control network was made for another one")
    return control


def _plan(config: object) -> list[Any]:
    """What of a network's configuration its residuals go by."""
    plan = [getattr(config, name) for name in ("in_channels", "block_out_channels", "down_block_types")]
    return [plan[0], *(list(one) for one in plan[1:])]
