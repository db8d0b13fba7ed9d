"""The line to a node: calls go out, events and answers come back. Ray carries them and sees no error of ours.

`Actor` is the end there and knows no Ray; `Line` is the end here.
"""

import itertools
import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, cast

from fastface_core import errors
from fastface_core.cluster.node import Node
from fastface_core.errors import DeviceLostError, FastFaceError
from fastface_core.progress import Cancelled, CancelToken, Report

_LOOK_SECONDS = 0.2
"""How often it is looked whether the work is to stop."""
_END_SECONDS = 10.0
"""How long a node may take to erase what was its own, before it is ended."""


class NodeLostError(DeviceLostError):
    """A node stopped answering."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call came to.

    Attributes:
        error: class, sentence and next step of a known problem. As a value: what Ray takes for an error it keeps.
        stopped: it was cancelled.
        bug: what else was raised, and where; not with which words, for they may be a person's.
    """

    value: object = None
    error: tuple[str, str, str] | None = None
    stopped: bool = False
    bug: str | None = None

    def get(self) -> object:
        """
        Raises:
            FastFaceError: of the class that was raised there.
            Cancelled: it was stopped.
            RuntimeError: it has a bug.
        """
        if self.stopped:
            raise Cancelled
        if self.error is not None:
            kind, message, hint = self.error
            raised: type[FastFaceError] = getattr(errors, kind, FastFaceError)
            raise raised(message, hint)
        if self.bug is not None:
            raise RuntimeError(f"on a node: {self.bug}")
        return self.value


def answered(work: Callable[[], object]) -> Answer:
    """Runs it."""
    try:
        return Answer(work())
    except Cancelled:
        return Answer(stopped=True)
    except FastFaceError as error:
        return Answer(error=(type(error).__name__, error.message, error.hint))
    except Exception as bug:
        where = "".join(traceback.format_tb(bug.__traceback__))
        return Answer(bug=f"{type(bug).__name__}\n{where}")


class Actor:
    """The end of the line on a node."""

    def __init__(self, device: str, silent: bool = False) -> None:
        """
        Args:
            device: as for `Engine`.
            silent: nothing that libraries print or log is kept; Ray keeps it in files.
        """
        if silent:
            sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115  # until the process ends
            logging.disable()
        # The engine has one thread for its whole life, as in the window.
        self._thread = ThreadPoolExecutor(1, "engine")
        self._node = self._thread.submit(Node, device).result()
        self._lock = threading.Lock()
        self._running: tuple[int, CancelToken] | None = None
        self._stopped = -1

    def ask(self, method: str, *arguments: object) -> Answer:
        """A method of `Node` that ends soon."""
        return self._thread.submit(answered, lambda: getattr(self._node, method)(*arguments)).result()

    def work(self, number: int, method: str, *arguments: object) -> Generator[object]:
        """A method of `Node` that reports: its events as they come, and last its `Answer`.

        Args:
            number: larger than those before; `stop` names it.
        """
        events: SimpleQueue[object] = SimpleQueue()
        cancel = self._begin(number)

        def run() -> None:
            events.put(answered(lambda: getattr(self._node, method)(events.put, cancel, *arguments)))

        self._thread.submit(run)
        while True:
            event = events.get()
            yield event
            if isinstance(event, Answer):
                return

    def stop(self, number: int) -> None:
        """Cancels the work of this number, also where it is only about to begin."""
        with self._lock:
            self._stopped = max(self._stopped, number)
            if self._running is not None and self._running[0] <= number:
                self._running[1].cancel()

    def _begin(self, number: int) -> CancelToken:
        cancel = CancelToken()
        with self._lock:
            self._running = number, cancel
            if number <= self._stopped:
                cancel.cancel()
        return cancel


class Line:
    """The end of the line here: an actor of Ray's. Not for several threads at once."""

    def __init__(self, device: str, **room: float) -> None:
        """Asks for an actor, and does not wait for it.

        Args:
            device: as for `Engine`.
            room: what of a node it needs, as `num_gpus`.
        """
        import ray

        self._ray: Any = ray
        made = self._ray.remote(concurrency_groups={"control": 1})(Actor)
        self._actor: Any = made.options(max_restarts=0, max_task_retries=0, **room).remote(device, silent=True)
        self._numbers = itertools.count()

    def ask(self, method: str, *arguments: object, patience: Callable[[], bool] = lambda: True) -> object:
        """What a method of `Node` returns.

        Args:
            patience: looked at from time to time; it waits no longer once that is False.

        Raises:
            FastFaceError: as the method.
            NodeLostError: the node stopped answering, or was waited for long enough.
        """
        answer = self._next([self._actor.ask.remote(method, *arguments)], patience)
        return cast(Answer, answer).get()

    def work(self, method: str, *arguments: object, report: Report, cancel: CancelToken) -> object:
        """What a method of `Node` returns that reports on the way.

        Raises:
            FastFaceError, Cancelled: as the method.
            NodeLostError: the node stopped answering.
        """
        cancel.check()
        number = next(self._numbers)
        stream = self._actor.work.options(num_returns="streaming").remote(number, method, *arguments)
        told = False

        def look() -> bool:
            nonlocal told
            if cancel.cancelled and not told:
                told = True
                self._actor.stop.options(concurrency_group="control").remote(number)
            return True

        while True:
            event = self._next([stream], look)
            if isinstance(event, Answer):
                return event.get()
            report(event)

    def end(self) -> None:
        """Lets the node erase what was its own, and ends it."""
        with suppress(self._ray.exceptions.RayError):  # it is gone, or hangs
            self._ray.get(self._actor.ask.remote("close"), timeout=_END_SECONDS)
        self.kill()

    def kill(self) -> None:
        """Ends it at once."""
        self._ray.kill(self._actor)

    def _next(self, awaited: list[Any], patience: Callable[[], bool]) -> object:
        """What comes next of a call or a stream."""
        ray = self._ray
        try:
            while not ray.wait(awaited, timeout=_LOOK_SECONDS)[0]:
                if not patience():
                    raise NodeLostError("A node does not answer.", "See what the cluster does with: ray status.")
            (one,) = awaited
            return ray.get(next(one) if isinstance(one, ray.ObjectRefGenerator) else one)
        except ray.exceptions.RayTaskError as error:
            raise RuntimeError(f"a node failed: {type(error.cause).__name__}") from error
        except ray.exceptions.RayError as error:
            raise NodeLostError(
                f"A node stopped in the middle: {type(error).__name__}.",
                "There may be too little memory there; see what the cluster does with: ray status.",
            ) from error
