"""Takes orders, makes them one after the other in a thread of its own, and remembers how far each is."""

import logging
import threading
import uuid
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from fastface_core.batch.outcomes import Kept, Outcome
from fastface_core.batch.planning import Planned, plan
from fastface_core.batch.reading import Written
from fastface_core.batch.rows import Entry, Refused
from fastface_core.batch.running import Here
from fastface_core.errors import FastFaceError, SettingsError
from fastface_core.library.library import Library
from fastface_core.progress import Cancelled, CancelToken, Stage, StepDone
from fastface_core.studio.make import Studio
from fastface_core.studio.orders import Event, PictureFound, PictureMade

logger = logging.getLogger(__name__)

MOST_WAITING = 1000
"""Orders; another one is refused until some are made."""
_KEPT = 1000
"""Ended orders that are remembered."""
_PING_SECONDS = 15.0

Status = Literal["waiting", "running", "done", "failed", "cancelled"]


class State(BaseModel):
    """How far an order is.

    Attributes:
        stage: what is being done; empty while nothing is.
        step, steps: of the picture that is being made.
        error, hint: why it failed, and the next step.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    status: Status = "waiting"
    stage: str = ""
    picture: int = 0
    step: int = 0
    steps: int = 0
    pictures: tuple[Kept, ...] = ()
    withheld: int = 0
    error: str | None = None
    hint: str | None = None

    @property
    def ended(self) -> bool:
        return self.status in ("done", "failed", "cancelled")


class FullError(SettingsError):
    """Too many orders wait."""


class Desk:
    """Its methods may be called from any thread."""

    def __init__(self, studio: Studio, library: Library, out: Path) -> None:
        """`out`: the folder below which pictures go."""
        self._here = Here(studio, out, self._hear)
        self._library = library
        self.out = out
        self._changed = threading.Condition()
        self._waiting: deque[tuple[str, Planned]] = deque()
        self._states: dict[str, State] = {}
        self._tokens: dict[str, CancelToken] = {}
        self._current = ""
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="orders")
        self._thread.start()

    def put(self, values: Mapping[str, object]) -> State:
        """Takes an order; its fields are those of a batch's row, each with one value.

        Raises:
            SettingsError: a field is not allowed or missing.
            FullError: too many orders wait.
            FastFaceError: there is no such person, photo, preset or checkpoint, or no permission that holds.
        """
        (first, *others) = plan(Written("", (Entry(1, values, self.out),), {}), self._library, self.out)
        if isinstance(first, Refused):
            raise first.error
        if others:
            raise SettingsError("An order has one person, prompt, preset and seed.", "Send an order for each.")
        with self._changed:
            if len(self._waiting) >= MOST_WAITING or self._closed:
                raise FullError(f"{len(self._waiting)} orders wait already.", "Try again later.")
            state = State(id=uuid.uuid4().hex)
            self._states[state.id], self._tokens[state.id] = state, CancelToken()
            self._waiting.append((state.id, first))
            for old in [one.id for one in self._states.values() if one.ended][:-_KEPT]:
                del self._states[old]
            self._changed.notify_all()
        return state

    def states(self) -> tuple[State, ...]:
        """All orders that are remembered, the oldest first."""
        with self._changed:
            return tuple(self._states.values())

    def state(self, order: str) -> State | None:
        """None where there is no such order."""
        with self._changed:
            return self._states.get(order)

    def cancel(self, order: str) -> State | None:
        """Stops an order after its step; what is made stays."""
        with self._changed:
            if (token := self._tokens.get(order)) is not None:
                token.cancel()
            if any(one == order for one, _ in self._waiting):
                self._waiting = deque(one for one in self._waiting if one[0] != order)
                self._set(order, status="cancelled")
            return self._states.get(order)

    def follow(self, order: str) -> Iterator[State | None]:
        """The state now and after each change, up to its end; None now and then while nothing changes."""
        seen: State | None = None
        while True:
            with self._changed:
                state = self._states.get(order)
                if state is seen and not self._closed:
                    self._changed.wait(_PING_SECONDS)
                    state = self._states.get(order)
                if state is None or (self._closed and state is seen):
                    return
            yield None if state is seen else state
            seen = state
            if state.ended:
                return

    def close(self) -> None:
        """Stops what is being made after its step, and waits for that."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            for token in self._tokens.values():
                token.cancel()
            self._changed.notify_all()
        self._thread.join()

    def _work(self) -> None:
        while True:
            with self._changed:
                while not (self._waiting or self._closed):
                    self._changed.wait()
                if self._closed:
                    return
                order, row = self._waiting.popleft()
                token = self._tokens[order]
                self._current = order
                self._set(order, status="running")
            try:
                self._here.run([row], self._done, token)
            except Cancelled:
                self._change(status="cancelled", stage="")
            except FastFaceError as error:  # the device, or the disk: the server's user should see it too
                logger.error("%s %s", error.message, error.hint)
                self._change(status="failed", stage="", error=error.message, hint=error.hint)
            with self._changed:
                del self._tokens[order]

    def _hear(self, row: Planned, event: Event) -> None:
        match event:
            case Stage(text):
                self._change(stage=text)
            case StepDone():
                self._change(stage="", picture=event.images[0] + 1, step=event.step, steps=event.steps)
            case PictureMade() | PictureFound():
                self._change(step=0)
            case _:
                pass

    def _done(self, outcome: Outcome) -> None:
        self._change(
            status="failed" if outcome.error else "done",
            stage="",
            pictures=outcome.pictures,
            withheld=outcome.withheld,
            error=outcome.error,
            hint=outcome.hint,
        )

    def _change(self, **values: object) -> None:
        with self._changed:
            self._set(self._current, **values)

    def _set(self, order: str, **values: object) -> None:
        """With the lock held."""
        self._states[order] = self._states[order].model_copy(update=values)
        self._changed.notify_all()
