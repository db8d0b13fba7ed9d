"""Runs the rows of a batch that are not done: a failed row is reported and stops nothing."""

import logging
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fastface_core.batch.outcomes import Collector, Journal, Outcome
from fastface_core.batch.planning import Planned, plan
from fastface_core.batch.reading import Written
from fastface_core.batch.rows import Refused
from fastface_core.errors import DeviceLostError, FastFaceError, StorageError
from fastface_core.library.library import Library
from fastface_core.progress import Cancelled, CancelToken
from fastface_core.studio.make import Studio
from fastface_core.studio.orders import Event, Order, OrderFailed

logger = logging.getLogger(__name__)

_ROOM = 64 << 20
"""Bytes: with less on the disk no other row can be kept either."""
TRIES = 3
"""How often a process or a node that makes a row may be lost before the row is said to be the reason."""

Done = Callable[[Outcome], None]


class Crew(Protocol):
    """What makes the rows: this process, several, or a cluster."""

    def run(self, rows: Iterable[Planned], done: Done, cancel: CancelToken) -> None:
        """Makes all rows; `done` is called for each, in this thread, as it ends.

        Raises:
            Cancelled: rows that have not ended go on from where they are the next time.
            DeviceLostError: the device is of no more use.
            StorageError: the disk is full.
        """
        ...


@dataclass(frozen=True, slots=True)
class Looked:
    """The progress of a batch.

    Attributes:
        todo: in the order in which they are made.
        done: earlier, with all their pictures still there.
        refused: what cannot be made.
    """

    todo: tuple[Planned, ...]
    done: tuple[Outcome, ...]
    refused: tuple[Refused, ...]


def looked_at(written: Written, library: Library, out: Path) -> Looked:
    """What there is to do of a batch whose pictures lie in `out`.

    Raises:
        SettingsError: its lists make too many rows.
    """
    rows = plan(written, library, out)
    todo, done = left((row for row in rows if isinstance(row, Planned)), Journal(out))
    return Looked(tuple(todo), tuple(done), tuple(row for row in rows if isinstance(row, Refused)))


def left(rows: Iterable[Planned], journal: Journal) -> tuple[list[Planned], list[Outcome]]:
    """What is still to be made, and what is done."""
    known = journal.read()
    todo: list[Planned] = []
    there: list[Outcome] = []
    for row in rows:
        outcome = known.get(row.key)
        if outcome is not None and journal.holds(outcome):
            there.append(outcome)
        else:
            todo.append(row)
    return todo, there


class Here:
    """Makes rows in this process."""

    def __init__(self, studio: Studio, out: Path, hear: Callable[[Planned, Event], None]) -> None:
        """`hear` gets every event."""
        self._studio = studio
        self._out = out
        self._hear = hear

    def run(self, rows: Iterable[Planned], done: Done, cancel: CancelToken) -> None:
        waiting = iter(rows)
        current: list[tuple[Planned, Collector]] = []

        def orders() -> Iterator[Order]:
            for row in waiting:
                current[:] = [(row, Collector(row, self._out))]
                yield row.order

        def hear(_order: Order, event: Event) -> None:
            row, collector = current[0]
            outcome = collector.hear(event)
            self._hear(row, event)
            if outcome is not None:
                if isinstance(event, OrderFailed) and self._hopeless(event.error):
                    raise event.error
                done(outcome)

        while True:
            try:
                self._studio.make(orders(), hear, cancel)
            except (Cancelled, FastFaceError):
                raise
            except Exception as error:
                # A bug in one row is no reason to lose the night.
                logger.exception("unexpected error in a row of a batch")
                done(current[0][1].outcome(unexpected(error)))
            else:
                return

    def _hopeless(self, error: FastFaceError) -> bool:
        """Whether every other row would meet it too."""
        if isinstance(error, StorageError):
            folder = next(one for one in (self._out, *self._out.absolute().parents) if one.exists())
            return shutil.disk_usage(folder).free < _ROOM
        return isinstance(error, DeviceLostError)


def unexpected(error: Exception) -> FastFaceError:
    """The sentence for a bug."""
    return FastFaceError(
        f"Something unexpected happened: {type(error).__name__}.",
        "Try again; if it recurs, report it with its details.",
    )
