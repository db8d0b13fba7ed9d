"""Forgetting a person in the window: what it keeps beside the library goes first, then the library erases the rest.

Session, queue and consents are the window's own files; they name photos by path or by hash. They go first, so that
after a crash in between the person is still there to be forgotten again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from fastface_core.errors import FastFaceError
from fastface_core.progress import CancelToken, Report
from fastface_desktop.state.jobs.queue import JobQueue
from fastface_desktop.state.people.consent import Consents
from fastface_desktop.state.people.intake import PhotoIntake
from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.state.saver import Saver
from fastface_desktop.state.session import Session
from fastface_desktop.state.tasks import Failed, while_alive

if TYPE_CHECKING:  # it brings NumPy, which the window is not to wait for
    from fastface_core.library.library import Library
    from fastface_core.library.people.people import People

PASTED = "pasted"
"""The folder, in the data folder, of pictures that came from the clipboard; `PASTED_PEOPLE` until they are kept."""
PASTED_PEOPLE = "pasted-people"

Found = tuple[frozenset[str], frozenset[Path]]


@dataclass(frozen=True, slots=True)
class _Wish:
    """Whom to forget, and the callbacks of `PersonEraser.forget`."""

    uid: str
    pictures: bool
    done: Callable[[int], object]
    failed: Failed


class PersonEraser(QObject):
    forgetting = Signal(str, frozenset)
    """A uid, and the hashes of the person's photos: what keeps something else of the person drops it now."""

    def __init__(
        self,
        *,
        people: PeopleState,
        intake: PhotoIntake,
        session: Session,
        queue: JobQueue,
        consents: Consents,
        saver: Saver,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._people, self._intake, self._session = people, intake, session
        self._queue, self._consents, self._saver = queue, consents, saver

    def forget(
        self, owner: QObject, uid: str, *, pictures: bool, done: Callable[[int], object], failed: Failed
    ) -> None:
        """Erases a person.

        Args:
            owner: as for `Tasks.run`.
            pictures: erases every picture made of them too.
            done: gets how many pictures were erased.
            failed: gets the error that stopped it.
        """
        wish = _Wish(uid, pictures, while_alive(owner, done), while_alive(owner, failed))
        self._intake.drop(uid)
        self._intake.when_free(uid, partial(self._search, wish))

    def _search(self, wish: _Wish) -> None:
        named = set(self._session.values.files)
        named |= {path for job in self._queue.jobs() for path in job.order.files}
        self._people.run(self, lambda people: _find(people, wish.uid, named), partial(self._clear, wish), wish.failed)

    def _clear(self, wish: _Wish, found: Found) -> None:
        hashes, files = found
        if self._session.values.person == wish.uid:
            self._session.choose_person(None)
        for photo in self._session.values.photos:
            if photo.path in files:
                self._session.remove_photo(photo.path)
        self._session.forget_others(wish.uid, files)
        self._consents.forget(hashes)
        self.forgetting.emit(wish.uid, hashes)
        running = self._queue.forget(wish.uid, files, hashes, pictures=wish.pictures)
        if running is None:
            self._erase(wish, hashes)
            return

        # The engine may be about to save a picture of the person: first it has to stop.
        def ended(job: str) -> None:
            if job == running:
                self._queue.ended.disconnect(ended)
                self._erase(wish, hashes)

        self._queue.ended.connect(ended)

    def _erase(self, wish: _Wish, hashes: frozenset[str]) -> None:
        def work(library: "Library", report: Report, cancel: CancelToken) -> int:
            from fastface_core.compare import records

            records.forget_person(wish.uid, hashes)
            self._saver.flush()
            # It looks through the window's files and folders, too.
            return library.forget(wish.uid, pictures=wish.pictures)

        def done(pictures: int) -> None:
            self._people.drop(wish.uid)
            self._people.look()
            wish.done(pictures)

        def failed(error: FastFaceError) -> None:
            self._people.look()
            wish.failed(error)

        self._people.run_long(self, work, done, failed)


def _find(people: "People", uid: str, named: Iterable[Path]) -> Found:
    """The hashes of a person's photos, and which of the files that the window names hold one of them."""
    from fastface_core.library.recipe_photos import content_hash

    hashes = people.photo_hashes(uid)
    return hashes, frozenset(path for path in named if content_hash(path) in hashes)
