"""Pictures that are finished in other threads while the next one is sampled, and reported in their order."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Self, cast

import torch

from fastface_core.progress import CancelToken, Report

Work = Callable[[CancelToken], object]
"""Makes an event; ends with `Cancelled` soon after the token was set."""


class InTurn:
    """Reports events in the order in which they were given, and those of work in other threads when it is done.

    Everything is told in the thread that samples, and what it samples meanwhile only after what was before. So a step
    is told of while nothing is done beside, and what hears of it may use all that belongs to the engine.

    As a context it ends with nothing under way. After an error in the sampling, what was sampled before is finished
    and told; after one in the work or in whoever hears of it, nothing more is.
    """

    def __init__(self, tell: Report, cancel: CancelToken, beside: torch.device | None) -> None:
        """
        Args:
            beside: what other threads compute on; None does one thing after the other.
        """
        self._tell = tell
        self._cancel = cancel.child()
        self._beside = None if beside is None else _Beside(beside)
        self._waiting: deque[object | Future[object]] = deque()
        self._broken = False

    def tell(self, event: object) -> None:
        """Reports an event once everything before it was reported.

        Raises what was raised in work before it, as do `do` and `pass_on`.
        """
        self._waiting.append(event)
        self.pass_on()

    def do(self, work: Work) -> None:
        """Does some work, and reports its event."""
        if self._beside is None:
            self.tell(work(self._cancel))
        else:
            self._waiting.append(self._beside.begin(lambda: work(self._cancel)))

    def pass_on(self, *, all_of_it: bool = False) -> None:
        """Reports what can be reported by now; with `all_of_it` everything, once it is done."""
        try:
            while self._waiting:
                event = self._waiting[0]
                if isinstance(event, Future):
                    if not (all_of_it or event.done()):
                        return
                    event = cast("Future[object]", event).result()
                self._waiting.popleft()
                self._tell(event)
        except BaseException:
            self._broken = True
            raise

    def settle(self, *, alone: bool) -> None:
        """After memory ran out: finishes and reports what is under way, up to the first that fails too; what is behind
        that is forgotten.

        Args:
            alone: from now on one thing is done after the other.
        """
        wait([cast("Future[object]", one) for one in self._waiting if isinstance(one, Future)])
        told: list[object] = []
        last = 0
        for one in self._waiting:
            if isinstance(one, Future):
                if cast("Future[object]", one).exception() is not None:
                    break
                last = len(told) + 1
            told.append(one)
        self._waiting = deque(told[:last])
        self._broken = False
        self.pass_on(all_of_it=True)
        if alone and self._beside is not None:
            self._beside.end()
            self._beside = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: TracebackType | None) -> None:
        try:
            if isinstance(error, Exception) and not self._broken:
                self.settle(alone=False)
        finally:
            self._cancel.cancel()
            self._waiting.clear()
            if self._beside is not None:
                self._beside.end()


class _Beside:
    """Two threads that compute on the same device, on an NVIDIA GPU in another stream: of pictures that were sampled
    together, one can be decoded while the one before is scored."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._stream = torch.cuda.Stream(device) if device.type == "cuda" else None
        # As many of torch's threads as there are here: on a CPU, sums are split among them.
        self._threads = torch.get_num_threads()
        self._pool = ThreadPoolExecutor(2, "finishing")

    def begin(self, work: Callable[[], object]) -> Future[object]:
        """What the device was given so far is done before it."""
        before = None if self._stream is None else torch.cuda.current_stream(self._device).record_event()
        return self._pool.submit(self._do, work, before)

    def _do(self, work: Callable[[], object], before: torch.Event | None) -> object:
        torch.set_num_threads(self._threads)
        with torch.cuda.stream(self._stream):
            if self._stream is not None and before is not None:
                self._stream.wait_event(before)
            return work()

    def end(self) -> None:
        self._pool.shutdown(wait=True)
