"""Where a checkpoint's parts are: on the device, or in main memory until they are called."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import torch
from diffusers.models.attention import BasicTransformerBlock
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.resnet import ResnetBlock2D
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor
from torch.utils.hooks import RemovableHandle

from fastface_core.engine.strips import set_strips
from fastface_core.memory_plans import MemoryPlan

_BLOCKS = (BasicTransformerBlock, ResnetBlock2D)
"""What is streamed of a UNet: nearly all of its weights lie in them."""


class Visitors:
    """Modules whose weights are in main memory, and on the device only while they compute.

    With `ahead`, the next one's weights come while one computes: in which order, the first round tells. On an NVIDIA
    GPU they come from pinned memory, in a stream of their own.
    """

    def __init__(
        self, modules: Sequence[torch.nn.Module], device: torch.device, ahead_in: torch.nn.Module | None = None
    ) -> None:
        """
        Args:
            ahead_in: the network that calls them all, one after the other; None where each is called by itself.
        """
        self.modules = tuple(modules)
        self._device = device
        self._stream = torch.cuda.Stream(device) if device.type == "cuda" and ahead_in is not None else None
        self._ahead = ahead_in is not None
        self._here: dict[torch.nn.Module, list[tuple[Tensor, Tensor]]] = {}
        self._next: dict[torch.nn.Module, torch.nn.Module] = {}
        self._last: torch.nn.Module | None = None
        self._left: torch.Event | None = None
        for module in modules:
            moved_to(module, torch.device("cpu"))
            if self._stream is not None:
                for tensor in _tensors(module):
                    tensor.data = _pinned(tensor.data)
        self._hooks: list[RemovableHandle] = []
        for module in modules:
            self._hooks.append(module.register_forward_pre_hook(self._begin, with_kwargs=True))
            self._hooks.append(module.register_forward_hook(self._end, always_call=True))
        if ahead_in is not None:
            self._hooks.append(ahead_in.register_forward_hook(self._all_done, always_call=True))

    def end(self) -> None:
        """From now on they stay where they are, in main memory."""
        for hook in self._hooks:
            hook.remove()

    def _begin(
        self, module: torch.nn.Module, inputs: tuple[Any, ...], options: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        self._bring(module)
        if self._stream is not None:
            computing = torch.cuda.current_stream(self._device)
            computing.wait_stream(self._stream)
            for tensor, _ in self._here[module]:
                tensor.data.record_stream(computing)
        if self._ahead:
            if self._last is not None:
                self._next[self._last] = module
            self._last = module
            if (following := self._next.get(module)) is not None:
                if self._left is not None:
                    # A program is far ahead of its GPU: without waiting here, the weights of all blocks would pile up.
                    self._left.synchronize()
                self._bring(following)
        moved = tuple(self._moved(one) for one in inputs)
        return moved, {name: self._moved(one) for name, one in options.items()}

    def _moved(self, value: object) -> object:
        return value.to(self._device) if isinstance(value, Tensor) else value

    def _end(self, module: torch.nn.Module, _inputs: object, _output: object) -> None:
        self._leave(module)
        if self._stream is not None:
            self._left = torch.cuda.current_stream(self._device).record_event()

    def _all_done(self, _network: torch.nn.Module, _inputs: object, _output: object) -> None:
        """However the network's call ended: what was moved for nothing goes back, and the next call starts again."""
        self._last = None
        for module in list(self._here):
            self._leave(module)

    def _bring(self, module: torch.nn.Module) -> None:
        if module in self._here:
            return
        # Weights that are made in inference mode could not be put in the place of others.
        with torch.inference_mode(False), torch.cuda.stream(self._stream):
            found = self._here[module] = [(tensor, tensor.data) for tensor in _tensors(module)]
            for tensor, home in found:
                if home.device.type == "cpu":
                    tensor.data = home.to(self._device, non_blocking=True, copy=True)

    def _leave(self, module: torch.nn.Module) -> None:
        for tensor, home in self._here.pop(module, ()):
            tensor.data = home


class Residence:
    """The parts of a checkpoint on their device, as a plan says. Between pictures another may follow."""

    def __init__(
        self, device: torch.device, unet: UNet2DConditionModel, vae: AutoencoderKL, encoders: Sequence[torch.nn.Module]
    ) -> None:
        """
        Args:
            encoders: what is needed between pictures alone.
        """
        self._device, self._unet, self._vae, self._encoders = device, unet, vae, tuple(encoders)
        self._visitors: list[Visitors] = []

    def staying(self) -> int:
        """Bytes of the UNet, the decoder and the encoders that are on the device all the time."""
        visiting = {
            id(tensor) for visitors in self._visitors for module in visitors.modules for tensor in _tensors(module)
        }
        modules = self._unet, self._vae, *self._encoders
        return sum(tensor.nbytes for module in modules for tensor in _tensors(module) if id(tensor) not in visiting)

    def follow(self, plan: MemoryPlan) -> None:
        for visitors in self._visitors:
            visitors.end()
        self._visitors = []
        if plan.encoders_stay:
            for encoder in self._encoders:
                moved_to(encoder, self._device)
        else:
            self._visitors += [Visitors([encoder], self._device) for encoder in self._encoders]
        if plan.unet_stays is None:
            moved_to(self._unet, self._device)
        else:
            self._stream(plan.unet_stays)
        set_strips(self._vae, plan.in_strips)

    def _stream(self, stays: int) -> None:
        """Streams what is more than so many bytes, and moves the rest."""
        left = stays
        streamed: list[torch.nn.Module] = []
        for module in self._unet.modules():
            if isinstance(module, _BLOCKS):
                size = sum(tensor.nbytes for tensor in _tensors(module))
                if size <= left:
                    left -= size
                else:
                    streamed.append(module)
        self._visitors.append(Visitors(streamed, self._device, self._unet))
        for tensor in _beside(self._unet, streamed):
            tensor.data = tensor.data.to(self._device)


def moved_to(module: torch.nn.Module, device: torch.device) -> None:
    """Tensor by tensor: `Module.to` is not available for everything that replaces a tensor."""
    for tensor in _tensors(module):
        if tensor.device != device:
            tensor.data = tensor.data.to(device)


def _tensors(module: torch.nn.Module) -> Iterator[Tensor]:
    return chain(module.parameters(), module.buffers())


def _pinned(tensor: Tensor) -> Tensor:
    """In memory that a GPU reads by itself, where the system has some left; elsewhere the copy is slower."""
    try:
        return tensor.pin_memory()
    except RuntimeError:
        return tensor


def _beside(network: torch.nn.Module, modules: Sequence[torch.nn.Module]) -> list[Tensor]:
    """The network's tensors that are in none of these modules."""
    within = {id(tensor) for module in modules for tensor in _tensors(module)}
    return [tensor for tensor in _tensors(network) if id(tensor) not in within]
