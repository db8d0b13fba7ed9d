"""What adapters share whose tokens come out of one projection."""

import numpy as np
import torch
from numpy.typing import NDArray

from fastface_core.domain.identity import FaceView
from fastface_core.engine.adapters.files import AdapterFile, State
from fastface_core.engine.adapters.interface import FaceAdapter
from fastface_core.engine.attention import FaceAttention

_USUAL_LENGTH = 22.0
"""Of a recogniser's output before it is normalised, for somebody who was kept without: ArcFace's are from 20 to 25."""


class ProjectingAdapter(FaceAdapter):
    """An adapter with a projection."""

    def __init__(self, projection: torch.nn.Module, processors: dict[str, FaceAttention]) -> None:
        self.processors = processors
        self._projection = projection.eval().requires_grad_(False)

    @property
    def encoders(self) -> tuple[torch.nn.Module, ...]:
        return ()

    @property
    def before_pictures(self) -> tuple[torch.nn.Module, ...]:
        return (*self.encoders, self._projection)

    def to(self, device: torch.device) -> None:
        self._projection.to(device)
        for processor in self.processors.values():
            processor.to(device)

    @property
    def dtype(self) -> torch.dtype:
        return next(self._projection.parameters()).dtype

    @property
    def device(self) -> torch.device:
        # The projection may wait in main memory, the attention does not.
        return next(next(iter(self.processors.values())).parameters()).device


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


def filled(file: AdapterFile, module: torch.nn.Module, state: State, dtype: torch.dtype) -> None:
    """Puts a file's weights in the place of a module's empty ones.

    Raises:
        ModelError: they are not all there, or of other sizes.
    """
    try:
        module.load_state_dict({name: value.to(dtype) for name, value in state.items()}, assign=True)
    except RuntimeError as error:
        raise file.another("its projection is not of the form expected") from error


def raw_of(view: FaceView) -> NDArray[np.float32]:
    """(512,) the recogniser's output as it was, or of the usual length where that was not kept."""
    return view.raw if view.raw is not None else view.embedding * np.float32(_USUAL_LENGTH)
