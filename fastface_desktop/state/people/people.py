"""The people of the library, the lock on them, and one person in whole: everything that takes time is done beside the
window."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from fastface_core.errors import FastFaceError
from fastface_core.library.changes import Changes
from fastface_core.progress import CancelToken, Report
from fastface_desktop.state.corrections import PersonCorrections
from fastface_desktop.state.library import LibraryState
from fastface_desktop.state.people.images import of_photo
from fastface_desktop.state.people.views import (
    DamagedInfo,
    Look,
    PersonDetails,
    PersonInfo,
    PhotoInfo,
    Stamp,
    details,
    look,
    permission_of,
)
from fastface_desktop.state.tasks import Failed, while_alive

if TYPE_CHECKING:  # it brings NumPy, which the window is not to wait for
    from fastface_core.library.library import Library
    from fastface_core.library.people.people import People

__all__ = ["DamagedInfo", "PeopleState", "PersonDetails", "PersonInfo", "PhotoInfo", "permission_of"]

T = TypeVar("T")
Done = Callable[[None], object]
_IMAGES = 400
"""Of photos, in memory."""


class PeopleState(QObject):
    """Everyone on a card, up to date. Changes are made by `run` and reported by `changed`."""

    changed = Signal()
    """Somebody came, went or changed, or the lock did."""
    failed = Signal(FastFaceError)
    """The people cannot be read."""
    locking = Signal()
    """What remembers something of the people drops it now."""
    image_came = Signal(str, str)
    """A uid and a photo's hash: `image` has it now."""

    def __init__(self, library: LibraryState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._look = Look(protected=False, locked=False)
        self._known: dict[str, tuple[Stamp, PersonInfo]] = {}
        self._images: OrderedDict[tuple[str, str, int], QImage] = OrderedDict()
        self._wanted_images: set[tuple[str, str, int]] = set()
        self._epoch = 0
        self._looking = self._again = False
        self.ready = False
        """Whether it is known who there is."""
        self.corrections = PersonCorrections(self.person, self.run, self)
        """What the user said of each one's drawing."""
        self.changed.connect(self.corrections.follow)
        self.locking.connect(self.corrections.forget)
        library.opened.connect(self.look)
        library.changed.connect(self._library_changed)

    # ---- Who there is

    @property
    def people(self) -> tuple[PersonInfo, ...]:
        """By name; nobody while they are locked."""
        return tuple(seen for _, seen in self._look.people)

    @property
    def damaged(self) -> tuple[DamagedInfo, ...]:
        """Those whose file cannot be read; nobody while they are locked."""
        return self._look.damaged

    @property
    def protected(self) -> bool:
        """Whether there is a passphrase."""
        return self._look.protected

    @property
    def locked(self) -> bool:
        return self._look.locked

    def person(self, uid: str | None) -> PersonInfo | None:
        """None where there is nobody of that uid, or the people are locked."""
        found = self._known.get(uid) if uid is not None else None
        return found[1] if found is not None else None

    def damaged_person(self, uid: str | None) -> DamagedInfo | None:
        """None where there is nobody of that uid, or the person's file is intact."""
        return next((one for one in self.damaged if one.uid == uid), None)

    def owner_of(self, photos: frozenset[tuple[str, int]]) -> tuple[PersonInfo, bool] | None:
        """Who has all of these photos (hash and face), and whether these and no others count now."""
        exact = next((seen for seen in self.people if seen.hashes == photos), None)
        if exact is not None:
            return exact, True
        some = next((seen for seen in self.people if photos and seen.hashes >= photos), None)
        return (some, False) if some is not None else None

    def look(self) -> None:
        """Brings everything up to date."""
        if self._library.library is None:
            return
        if self._looking:
            self._again = True
            return
        self._looking = True
        known, epoch = dict(self._known), self._epoch
        self._library.run(
            self, lambda library: look(library, known), partial(self._looked, epoch), partial(self._not_looked, epoch)
        )

    def details(self, owner: QObject, uid: str, done: Callable[[PersonDetails], object], failed: Failed) -> None:
        """Reads all details of a person; callbacks as for `Tasks.run`."""
        self._library.run(owner, lambda library: details(library, uid), done, failed)

    def image(self, uid: str, photo: PhotoInfo) -> QImage:
        """The part of a photo around its face; the aligned face until that is loaded (`image_came`)."""
        key = (uid, photo.sha256, photo.face)
        found = self._images.get(key)
        if found is not None:
            self._images.move_to_end(key)
            return photo.crop if found.isNull() else found
        if key not in self._wanted_images and self._library.library is not None:
            self._wanted_images.add(key)
            sha256, box, epoch = photo.sha256, photo.box, self._epoch
            self._library.run(
                self,
                lambda library: of_photo(library.people.photo_bytes(uid, sha256), box),
                partial(self._image_made, key, epoch),
                lambda error: self._image_made(key, epoch, QImage()),
            )
        return photo.crop

    # ---- What changes them

    def run(self, owner: QObject, work: "Callable[[People], T]", done: Callable[[T], object], failed: Failed) -> None:
        """Changes something; see `LibraryState.change`."""
        self._library.change(owner, lambda library: work(library.people), done, failed)

    def run_long(
        self,
        owner: QObject,
        work: "Callable[[Library, Report, CancelToken], T]",
        done: Callable[[T], object],
        failed: Failed,
    ) -> None:
        """As `run`, for what may take long; see `LibraryState.run_long`."""
        self._library.run_long(owner, work, done, failed)

    # ---- The lock

    def protect(self, owner: QObject, passphrase: str, done: Done, failed: Failed) -> None:
        """Sets a passphrase, and encrypts everything."""
        self._change_lock(owner, lambda people: people.store.protect(passphrase), done, failed)

    def unlock(self, owner: QObject, passphrase: str, done: Done, failed: Failed) -> None:
        self.run(
            self,
            lambda people: people.store.unlock(passphrase),
            self._looking_first(owner, done),
            self._looking_first(owner, failed),
        )

    def lock(self) -> None:
        """Drops the key, and everything that was read with it, at once."""
        if self._library.library is None or not self.protected:
            return
        self._library.library.people.store.lock()
        self._epoch += 1
        self._images.clear()
        self._wanted_images.clear()
        self._take(Look(protected=True, locked=True))
        self.locking.emit()

    def change_passphrase(self, owner: QObject, old: str, new: str, done: Done, failed: Failed) -> None:
        self._change_lock(owner, lambda people: people.store.change_passphrase(old, new), done, failed)

    def remove_passphrase(self, owner: QObject, passphrase: str, done: Done, failed: Failed) -> None:
        """Takes the passphrase away, and decrypts everything."""
        self._change_lock(owner, lambda people: people.store.unprotect(passphrase), done, failed)

    def drop(self, uid: str) -> None:
        """Of somebody who is forgotten, nothing stays in memory, nor on a card."""
        self._epoch += 1
        people = tuple(one for one in self._look.people if one[1].uid != uid)
        self._take(replace(self._look, people=people, damaged=tuple(one for one in self.damaged if one.uid != uid)))
        for key in [key for key in self._images if key[0] == uid]:
            del self._images[key]

    def _change_lock(self, owner: QObject, work: "Callable[[People], None]", done: Done, failed: Failed) -> None:
        self.run_long(
            self,
            lambda library, report, cancel: work(library.people),
            self._looking_first(owner, done),
            self._looking_first(owner, failed),
        )

    def _looking_first(self, owner: QObject, call: Callable[[T], object]) -> Callable[[T], None]:
        guarded = while_alive(owner, call)

        def look_and_call(value: T) -> None:
            self.look()
            guarded(value)

        return look_and_call

    @Slot(Changes)
    def _library_changed(self, changes: Changes) -> None:
        if changes.people:
            self.look()

    def _looked(self, epoch: int, result: Look) -> None:
        if self._is_newest(epoch):
            self._take(result)

    def _not_looked(self, epoch: int, error: FastFaceError) -> None:
        if self._is_newest(epoch):
            self.failed.emit(error)

    def _is_newest(self, epoch: int) -> bool:
        """Whether nothing changed while the people were read; else they are read again."""
        self._looking = False
        if self._again or epoch != self._epoch:
            self._again = False
            self.look()
            return False
        return True

    def _take(self, result: Look) -> None:
        self._look = result
        self._known = {seen.uid: (stamp, seen) for stamp, seen in result.people}
        self.ready = True
        self.changed.emit()

    def _image_made(self, key: tuple[str, str, int], epoch: int, image: QImage) -> None:
        self._wanted_images.discard(key)
        if epoch != self._epoch:
            return
        self._images[key] = image
        if len(self._images) > _IMAGES:
            self._images.popitem(last=False)
        self.image_came.emit(key[0], key[1])
