"""An adapter's file, taken apart for one UNet: what it holds, and whether it fits."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor

from fastface_core.domain.checkpoints import AdapterFiles
from fastface_core.domain.presets import Part
from fastface_core.engine.attention import FaceAttention
from fastface_core.engine.lora import Lora, LoraLayer, read_lora
from fastface_core.engine.weights import GET_IT, read_state
from fastface_core.errors import ModelError

_PARTS: tuple[Part, ...] = ("down", "mid", "up")
_LORA_DOWN = re.compile(r"(\d+)\.(to_q|to_k|to_v|to_out)_lora\.down\.weight")

State = dict[str, Tensor]


class AdapterFile:
    """What a face adapter's file holds.

    Attributes:
        unet: the one that it is loaded for.
    """

    def __init__(self, files: AdapterFiles, unet: UNet2DConditionModel) -> None:
        """
        Raises:
            ModelError: the file is missing or damaged.
        """
        self.files = files
        self.unet = unet
        self._state = read_state(files.weights)

    @property
    def path(self) -> Path:
        return self.files.weights

    def below(self, prefix: str) -> State:
        """The tensors whose names begin so, by the rest of their names."""
        return below(self._state, prefix)

    @property
    def image_encoder(self) -> Path:
        """
        Raises:
            ModelError: none was given.
        """
        if self.files.image_encoder is None:
            raise ModelError(f"The face adapter {self.path.name} lacks its image encoder.", GET_IT)
        return self.files.image_encoder

    def another(self, reason: str) -> ModelError:
        return ModelError(
            f"The face adapter {self.path.name} does not fit this checkpoint: {reason}.",
            "Choose an adapter made for SDXL, of the kind that the checkpoint asks for.",
        )

    def another_kind(self) -> ModelError:
        return self.another("it is not an adapter of the kind expected here")

    def incomplete(self) -> ModelError:
        return ModelError(f"The face adapter {self.path.name} is incomplete.", GET_IT)

    def processors(
        self,
        state: State,
        make: Callable[[Tensor, Tensor, Part], FaceAttention],
        names: tuple[str, str] = ("to_k_ip", "to_v_ip"),
        dtype: torch.dtype | None = None,
    ) -> dict[str, FaceAttention]:
        """The adapter's attention by processor name.

        The file numbers the UNet's attention layers in their order, self-attention included; the face's keys stand at
        those of the cross-attention.

        Args:
            make: from the weights of key and value, and the layer's part of the UNet.
            names: what the file calls key and value.
            dtype: of the weights; None takes the UNet's.

        Raises:
            ModelError: layers are missing, too many, or of another size.
        """
        dtype = dtype or self.unet.dtype
        modules = dict(self.unet.named_modules())
        processors: dict[str, FaceAttention] = {}
        for number, name in enumerate(self._layers()):
            if name.endswith("attn1.processor"):
                continue
            key, value = (state.get(f"{number}.{kind}.weight") for kind in names)
            if key is None or value is None:
                raise self.another(f"it has nothing for the attention layer {name.removesuffix('.processor')}")
            expected = cast(torch.nn.Linear, modules[name.removesuffix(".processor") + ".to_k"]).weight.shape
            if key.shape != expected or value.shape != expected:
                raise self.another(f"its layers have the size {tuple(key.shape)} instead of {tuple(expected)}")
            part: Part = next(part for part in _PARTS if name.startswith(part))
            processors[name] = make(key.to(dtype), value.to(dtype), part)
        if len(processors) != sum(key.endswith(f"{names[0]}.weight") for key in state):
            raise self.another("it has more attention layers than the checkpoint")
        return processors

    def lora(self, state: State) -> Lora | None:
        """The adapter's LoRA: from its own file, or from among the adapter's attention keys.

        Raises:
            ModelError: it is incomplete.
        """
        if self.files.lora is not None:
            return read_lora(self.files.lora, self.unet)
        names = self._layers()
        lora: dict[str, LoraLayer] = {}
        for key, down in state.items():
            match = _LORA_DOWN.fullmatch(key)
            if match is None:
                continue
            number, projection = int(match[1]), match[2]
            up = state.get(f"{number}.{projection}_lora.up.weight")
            if up is None or number >= len(names):
                raise self.incomplete()
            place = f"{projection}.0" if projection == "to_out" else projection
            lora[f"{names[number].removesuffix('.processor')}.{place}"] = LoraLayer(down, up)
        if 2 * len(lora) != sum("_lora." in key for key in state):
            raise self.incomplete()
        return lora or None

    def _layers(self) -> list[str]:
        return list(cast(dict[str, Any], self.unet.attn_processors))


def below(state: State, prefix: str) -> State:
    return {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}
