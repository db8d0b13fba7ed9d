"""Forgetting a person in the window: what it keeps beside the library goes first, then the library erases the rest.

Session, queue and consents are the window's own files; they name photos by path or by hash. They go first, so that
after a crash in between the person is still there to be forgotten again.
"""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from fastface_core.errors import FastFaceError
from fastface_core.progress import CancelToken
from fastface_desktop.state.background import Then
from fastface_desktop.state.jobs.queue import JobQueue
from fastface_desktop.state.people.consent import Consents
from fastface_desktop.state.people.intake import PhotoIntake
from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.state.saver import Saver
from fastface_desktop.state.session import Session

if TYPE_CHECKING:  # it brings NumPy, which the window is not to wait for
    from fastface_core.library.library import Library
    from fastface_core.library.people.people import People

PASTED = "pasted"
"""The folder, in the data folder, of pictures that came from the clipboard; `PASTED_PEOPLE` until they are kept."""
PASTED_PEOPLE = "pasted-people"

Found = tuple[frozenset[str], frozenset[Path]]


class Traces(QObject):
    forgetting = Signal(str, object)
    """A uid, and the hashes of the person's photos: whoever keeps something else of the person lets go of it now."""

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

    def forget(self, uid: str, *, pictures: bool, then: Then) -> None:
        """Erases a person; `then` gets how many pictures were erased, or the `FastFaceError` that stopped it.

        Args:
            pictures: erases every picture made of them too.
        """
        self._intake.drop(uid)
        self._intake.when_free(uid, partial(self._search, uid, pictures, then))

    def _search(self, uid: str, pictures: bool, then: Then) -> None:
        named = {photo.path for photo in self._session.values.photos}
        named |= {photo.path for job in self._queue.jobs() for photo in job.order.photos}
        self._people.run(lambda people: _find(people, uid, named), partial(self._clear, uid, pictures, then))

    def _clear(self, uid: str, pictures: bool, then: Then, result: object) -> None:
        if isinstance(result, FastFaceError):
            then(result)
            return
        hashes, files = cast(Found, result)
        if self._session.values.person == uid:
            self._session.choose_person(None)
        for photo in self._session.values.photos:
            if photo.path in files:
                self._session.remove_photo(photo.path)
        self._consents.forget(hashes)
        self.forgetting.emit(uid, hashes)
        running = self._queue.forget(uid, files, hashes, pictures=pictures)
        if running is None:
            self._erase(uid, pictures, hashes, then)
            return

        # The engine may be about to save a picture of the person: first it has to stop.
        def ended(job: str) -> None:
            if job == running:
                self._queue.ended.disconnect(ended)
                self._erase(uid, pictures, hashes, then)

        self._queue.ended.connect(ended)

    def _erase(self, uid: str, pictures: bool, hashes: frozenset[str], then: Then) -> None:
        def work(library: "Library", cancel: CancelToken) -> int:
            from fastface_core.compare import records

            records.forget_person(uid, hashes)
            self._saver.flush()
            # It looks through the window's files and folders, too.
            return library.forget(uid, pictures=pictures)

        def done(result: object) -> None:
            if not isinstance(result, FastFaceError):
                self._people.drop(uid)
            self._people.look()
            then(result)

        self._people.run_long(work, done)


def _find(people: "People", uid: str, named: Iterable[Path]) -> Found:
    """The hashes of a person's photos, and which of the files that the window names hold one of them."""
    from fastface_core.library.recipe_photos import content_hash

    hashes = people.photo_hashes(uid)
    return hashes, frozenset(path for path in named if content_hash(path) in hashes)
