"""What the engine reports while it works, and how it is cancelled."""

import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preview:
    """A small picture of an unfinished image.

    Attributes:
        rgb: height * width * 3 bytes, rows from the top.
    """

    width: int
    height: int
    rgb: bytes


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the work begins, for example "Loading the UNet".

    Attributes:
        fraction: how much of the whole preparation is done, 0 to 1; None where it is unknown.
    """

    text: str
    fraction: float | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should know, though the work goes on: one sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class StepDone:
    """One sampling step of the images `images` (indices into the request) is done.

    Attributes:
        step: 1 to `steps`.
        previews: one for each of `images`, the engine's guess of the final picture; empty where none were asked for.
    """

    images: tuple[int, ...]
    step: int
    steps: int
    previews: tuple[Preview, ...]


Report = Callable[[object], None]
"""Takes the events: `Stage`, `Notice`, `StepDone`, and `request.PictureDone`. Called in the working thread."""


def silent(event: object) -> None:
    """A `Report` that tells nobody."""


class Cancelled(Exception):
    """The work was stopped because its `CancelToken` was set. Not an error."""


class CancelToken:
    """Set from any thread; looked at between steps and between blocks of work."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._children: weakref.WeakSet[CancelToken] = weakref.WeakSet()

    def cancel(self) -> None:
        with self._lock:
            self._event.set()
            children = list(self._children)
        for child in children:
            child.cancel()

    def child(self) -> "CancelToken":
        """A token that is set with this one, and can be set alone."""
        made = CancelToken()
        with self._lock:
            self._children.add(made)
        if self.cancelled:
            made.cancel()
        return made

    @property
    def cancelled(self) -> bool:
        return self._event.is_set()

    def wait(self, seconds: float) -> None:
        """Passes the time; raises `Cancelled` as soon as `cancel` is called."""
        if self._event.wait(seconds):
            raise Cancelled

    def check(self) -> None:
        """Raises `Cancelled` once `cancel` was called."""
        if self._event.is_set():
            raise Cancelled
