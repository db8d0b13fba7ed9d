"""How long a fault is put up with: when it is tried again, and when it is said."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from fastface_core.models.hub.errors import TransientError
from fastface_core.progress import CancelToken


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """When a download tries again, and when it gives up. Seconds.

    Attributes:
        connect: for a connection to come about.
        read: without a byte, until another connection is tried.
        silence: without a byte, over all tries, until it gives up.
        tries: in a row that have brought nothing new.
        first_wait, longest_wait: between two tries; each is twice as long as the one before.
        max_retry_after: the longest that the hub may ask for and is waited for.
    """

    connect: float = 10
    read: float = 10
    silence: float = 30
    tries: int = 6
    first_wait: float = 1
    longest_wait: float = 8
    max_retry_after: float = 330


class RetryState:
    """The tries of one thing that is fetched."""

    def __init__(self, patience: RetryPolicy, cancel: CancelToken, notice: Callable[[str], None]) -> None:
        self._patience, self._cancel, self._notice = patience, cancel, notice
        self._failures = 0
        self._last_byte = time.monotonic()

    def arrived(self, new: bool) -> None:
        """Bytes came; `new` ones, or such as were there already."""
        self._last_byte = time.monotonic()
        if new:
            self._failures = 0

    @property
    def silence(self) -> float:
        """Seconds without a byte."""
        return time.monotonic() - self._last_byte

    @property
    def left(self) -> float:
        """Seconds of silence that are still put up with; never nothing, so that a try is one."""
        return max(0.1, self._patience.silence - self.silence)

    def wait_after(self, fault: TransientError) -> None:
        """Passes the time until the next try.

        Raises:
            FastFaceError: the fault's own, when it is not to be tried again.
            Cancelled: at once.
        """
        self._cancel.check()
        patience = self._patience
        self._failures += 1
        if self._failures >= patience.tries:
            raise fault.error
        if fault.wait is not None and fault.wait > patience.longest_wait:
            if fault.wait > patience.max_retry_after:
                raise fault.error
            self._notice(f"{fault.error.message} It goes on in {max(2, round(fault.wait))} seconds.")
            self._cancel.wait(fault.wait)
            # It was asked for: no silence of theirs.
            self._last_byte = time.monotonic()
            return
        wait = fault.wait or min(patience.longest_wait, patience.first_wait * 2 ** (self._failures - 1))
        if self.silence + wait >= patience.silence:
            raise fault.error
        self._cancel.wait(wait)
