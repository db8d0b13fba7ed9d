"""An engine that is made when it is first needed and then stays."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from fastface_core.settings import Memory

if TYPE_CHECKING:
    from fastface_core.engine.engine import Engine

PrecisionName = Literal["float32", "float16", "bfloat16"]


def nothing() -> None:
    """Nothing to do before."""


class ResidentEngine:
    """Brings the engine for a `Studio` that nobody shares it with."""

    def __init__(
        self,
        device: str = "auto",
        precision: PrecisionName | None = None,
        memory: Memory = "automatic",
        *,
        before: Callable[[], None] = nothing,
    ) -> None:
        """
        Args:
            device, precision, memory: as for `Engine`.
            before: done before the libraries are imported, which takes seconds; what it raises is raised.
        """
        self._made_with = device, precision, memory
        self._before = before
        self._engine: Engine | None = None

    def __call__(self) -> "Engine":
        """Raises:
        DeviceError: the device is not there or cannot be used.
        """
        if self._engine is None:
            self._before()
            from fastface_core.engine.engine import Engine

            self._engine = Engine(*self._made_with)
        return self._engine
