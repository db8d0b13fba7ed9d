"""What the user said of the drawings of people in the library, kept with each a moment after it was said."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from fastface_core.domain.twin import Corrections
from fastface_core.errors import FastFaceError
from fastface_desktop.state.debounce import Debounce
from fastface_desktop.state.tasks import Failed, ignore

if TYPE_CHECKING:  # it brings NumPy, which the window is not to wait for
    from fastface_core.library.people.people import People
    from fastface_desktop.state.people.views import PersonInfo

_DEBOUNCE = 250
"""Milliseconds after which a change is written: a slider that is dragged says many."""


class PersonCorrections(QObject):
    """`PeopleState` has one."""

    changed = Signal(str)
    """A uid, whose corrections are other ones, by the user here."""
    failed = Signal(str, FastFaceError)
    """A uid, and why they were not kept."""

    def __init__(
        self,
        person: "Callable[[str | None], PersonInfo | None]",
        run: "Callable[[QObject, Callable[[People], object], Callable[[object], object], Failed], None]",
        parent: QObject,
    ) -> None:
        """
        Args:
            person: who is known of a uid.
            run: see `PeopleState.run`.
        """
        super().__init__(parent)
        self._person, self._run = person, run
        self._said: dict[str, Corrections | None] = {}
        """Until the library says the same."""
        self._unsaved: set[str] = set()
        self._debounce = Debounce(_DEBOUNCE, self.flush, self)

    def of(self, uid: str) -> Corrections | None:
        """None where nothing is corrected, and of somebody who is not known."""
        if uid in self._said:
            return self._said[uid]
        person = self._person(uid)
        return person.corrections if person is not None else None

    def put(self, uid: str, corrections: Corrections | None) -> None:
        """Keeps what was said of a person's drawing."""
        kept = None if corrections is None or corrections.nothing else corrections
        if kept == self.of(uid):
            return
        self._said[uid] = kept
        self._unsaved.add(uid)
        self._debounce.start()
        self.changed.emit(uid)

    def flush(self) -> None:
        """Writes what waits."""
        self._debounce.stop()
        waiting, self._unsaved = self._unsaved, set()
        for uid in waiting:
            kept = self._said.get(uid)
            self._run(self, partial(_keep, uid, kept), ignore, partial(self._not_kept, uid))

    def follow(self) -> None:
        """The people were read again."""
        for uid, said in list(self._said.items()):
            person = self._person(uid)
            if uid not in self._unsaved and person is not None and person.corrections == said:
                del self._said[uid]

    def forget(self) -> None:
        """The people were locked."""
        self._debounce.stop()
        self._said.clear()
        self._unsaved.clear()

    def _not_kept(self, uid: str, error: FastFaceError) -> None:
        if uid not in self._unsaved:
            self._said.pop(uid, None)
            self.failed.emit(uid, error)
            self.changed.emit(uid)


def _keep(uid: str, corrections: Corrections | None, people: "People") -> object:
    return people.set_corrections(uid, corrections)
