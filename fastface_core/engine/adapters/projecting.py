"""What adapters share whose tokens come out of one projection."""

import torch

from fastface_core.engine.adapters.files import AdapterFile, State
from fastface_core.engine.adapters.interface import FaceAdapter
from fastface_core.engine.attention import FaceAttention


class ProjectingAdapter(FaceAdapter):
    """An adapter with a projection that stays where the UNet is."""

    def __init__(self, projection: torch.nn.Module, processors: dict[str, FaceAttention]) -> None:
        self.processors = processors
        self._projection = projection.eval().requires_grad_(False)

    @property
    def encoders(self) -> tuple[torch.nn.Module, ...]:
        return ()

    def to(self, device: torch.device) -> None:
        self._projection.to(device)
        for processor in self.processors.values():
            processor.to(device)

    @property
    def dtype(self) -> torch.dtype:
        return next(self._projection.parameters()).dtype

    @property
    def device(self) -> torch.device:
        return next(self._projection.parameters()).device


def taken_wholly(file: AdapterFile, projection: torch.nn.Module, state: State) -> None:
    """
    Raises:
        ModelError: the projection lacks some of its weights, or left some of the file's.
    """
    if any(parameter.is_meta for parameter in projection.parameters()):
        raise file.incomplete()
    # Libraries pass over what they do not know, such as more layers than the adapters have.
    taken = sum(parameter.numel() for parameter in projection.parameters())
    if taken != sum(value.numel() for value in state.values()):
        raise file.another("its projection is not of the form expected")
