"""Ctrl-C, for what ends by itself at the next good moment."""

import signal
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

from fastface_core.cli.output import say
from fastface_core.progress import CancelToken


@contextmanager
def stopping(cancel: CancelToken) -> Generator[None]:
    """The first Ctrl-C stops after the current step; a second one, at once."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        cancel.cancel()
        signal.signal(signal.SIGINT, before)
        say("Stopping after this step.")

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
