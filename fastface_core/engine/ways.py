"""What is done when memory runs out although a plan should fit: the next smaller plan is followed."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from fastface_core.engine import lora
from fastface_core.engine.device import Device, free_memory, is_out_of_memory, memory_errors
from fastface_core.engine.loading import Parts
from fastface_core.errors import OutOfMemoryError

_T = TypeVar("_T")


class Ways:
    """A device with each plan that fits a checkpoint, the largest first."""

    def __init__(self, ways: Sequence[Device]) -> None:
        self._ways = tuple(ways)

    @property
    def device(self) -> Device:
        """As it is used now."""
        return self._ways[0]

    @property
    def smaller(self) -> bool:
        """Whether there is a plan that needs less."""
        return len(self._ways) > 1

    def load(self, load: Callable[[Device], Parts]) -> Parts:
        """Loads a checkpoint for the first plan with which memory does not run out.

        Raises:
            DeviceError: it runs out with the last one too, or the device was lost.
        """
        while True:
            try:
                with memory_errors():
                    return load(self.device)
            except OutOfMemoryError:
                if not self.smaller:
                    raise
            self._ways = self._ways[1:]

    def within(self, parts: Parts, make: Callable[[], _T]) -> _T:
        """Makes something; again, with the next smaller plan, where memory runs out."""
        while True:
            try:
                return make()
            except (RuntimeError, MemoryError) as error:
                if not (self.smaller and is_out_of_memory(error)):
                    raise
            self.follow_smaller(parts)

    def follow_smaller(self, parts: Parts) -> None:
        """Not within the handler of an error, which holds the tensors of what failed."""
        self._ways = self._ways[1:]
        # Else their second weights would stay on the device, and the first ones come back to it.
        lora.give_up_room(parts.unet)
        free_memory()
        parts.residence.follow(self.device.plan)
