"""Importing the heavy libraries, which takes seconds, so that it can be stopped at every module."""

import gc
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType


class ImportStopped(BaseException):
    """Not an `Exception`: libraries catch those around what they can do without."""


class _Watch:
    """Asked first about every module that is imported in its thread; knows none of them."""

    def __init__(self, thread: int, on_module: Callable[[], None]) -> None:
        self._thread = thread
        self._on_module = on_module

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        from threading import get_ident

        if get_ident() == self._thread:
            self._on_module()
        return None


@contextmanager
def watched(on_module: Callable[[], None]) -> Generator[None]:
    """Within the block, `on_module` is called in this thread before each module that is imported here.

    It may raise `ImportStopped`, which ends the import. The garbage collector rests meanwhile.
    """
    from threading import get_ident

    watch = _Watch(get_ident(), on_module)
    sys.meta_path.insert(0, watch)
    collecting = gc.isenabled()
    # Over and over it would look through all that is imported, and hold up every thread meanwhile.
    gc.disable()
    try:
        yield
    finally:
        sys.meta_path.remove(watch)
        # What was imported stays: the collector need not look at it again.
        gc.freeze()
        if collecting:
            gc.enable()
