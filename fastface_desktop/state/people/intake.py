"""Photos on their way into the library: the engine inspects one after the other, and each usable one is kept."""

from collections import deque
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal, Slot

from fastface_core.errors import FastFaceError, PhotoError
from fastface_desktop.state.library import LibraryState
from fastface_desktop.state.tasks import ignore
from fastface_desktop.values import Measured, PhotoReport
from fastface_desktop.worker import EngineThread

if TYPE_CHECKING:  # they bring NumPy, which the window is not to wait for
    from fastface_core.domain.identity import PersonPhoto
    from fastface_core.library.library import Library

MOST = 100
"""Photos of a person: more only take time, and room in memory."""


@dataclass(frozen=True, slots=True)
class _Task:
    """Attributes:
    kind: "add" a file, "choose" a face of a photo that is there, "show" its faces, or "measure" it again.
    path: of a file; `own` where it is a copy of ours, to be erased afterwards.
    """

    kind: Literal["add", "choose", "show", "measure"]
    uid: str
    path: Path = Path()
    own: bool = False
    sha256: str = ""
    face: int | None = None


@dataclass(frozen=True, slots=True)
class _Stored:
    """The hash of the photo; where another face was chosen, the one that was meant before, if that was known."""

    sha256: str
    before: "PersonPhoto | None" = None


class PhotoIntake(QObject):
    """All methods return at once. Files of several people wait in the order in which they came."""

    progressed = Signal(str)
    """`left` or `done` of a person is another."""
    refused = Signal(str, Path, FastFaceError)
    """A uid, a file's path, and why it is not kept."""
    stopped = Signal(str, FastFaceError)
    """A uid, and why nothing more can be done now."""
    finished = Signal(str, tuple)
    """A uid, and the hashes of the photos that were kept of those that waited."""
    shown = Signal(str, str, PhotoReport)
    """A uid, a photo's hash, and what is in it."""
    face_chosen = Signal(str, object)
    """A uid, and the `PersonPhoto` that was meant before; None where that was not known."""

    def __init__(self, thread: EngineThread, library: LibraryState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread, self._library = thread, library
        self._waiting: deque[_Task] = deque()
        self._numbers = count(1)
        self._now: tuple[int, _Task] | None = None
        self._storing = False
        self._done: dict[str, int] = {}
        self._kept: dict[str, list[str]] = {}
        self._free: dict[str, list[Callable[[], None]]] = {}
        thread.photo_measured.connect(self._measured)

    def left(self, uid: str) -> int:
        """How many files of a person are not inspected yet."""
        now = self._now is not None and self._now[1].uid == uid and self._now[1].kind == "add"
        return sum(task.uid == uid and task.kind == "add" for task in self._waiting) + now

    def done(self, uid: str) -> int:
        """How many were inspected since the first waiting one was added."""
        return self._done.get(uid, 0)

    def add(self, uid: str, paths: Iterable[Path], *, own: bool = False) -> None:
        """Keeps photos of a person.

        Args:
            own: the files are copies that the program made, and are erased once they are kept or refused.
        """
        waiting = {task.path for task in self._waiting if task.uid == uid and task.kind == "add"}
        for path in dict.fromkeys(paths):
            if path not in waiting:
                self._waiting.append(_Task("add", uid, path, own))
        self.progressed.emit(uid)
        self._go_on()

    def add_chosen(self, uid: str, photos: Iterable[tuple[Path, int | None]]) -> None:
        """Keeps photos in which a face was chosen before."""
        self._waiting.extend(_Task("add", uid, path, face=face) for path, face in photos)
        self.progressed.emit(uid)
        self._go_on()

    def show(self, uid: str, sha256: str, face: int) -> None:
        """Finds all faces in a photo that is there; `shown` brings them."""
        self._first(_Task("show", uid, sha256=sha256, face=face))

    def choose(self, uid: str, sha256: str, face: int) -> None:
        """Chooses another face in a photo; `face_chosen` is emitted when that is stored."""
        self._first(_Task("choose", uid, sha256=sha256, face=face))

    def measure(self, uid: str, photos: Iterable[tuple[str, int]]) -> None:
        """Looks again at photos of which nothing is known, as after a damage: hash and face of each."""
        self._waiting.extend(_Task("measure", uid, sha256=sha256, face=face) for sha256, face in photos)
        self._go_on()

    def drop(self, uid: str) -> None:
        """Drops the waiting files of a person."""
        gone = [task for task in self._waiting if task.uid == uid]
        self._waiting = deque(task for task in self._waiting if task.uid != uid)
        if self._now is not None and self._now[1].uid == uid and not self._storing:
            gone.append(self._now[1])
            self._now = None
        for task in gone:
            self._erase_own(task)
        self._tell_end(uid)
        self._go_on()

    def when_free(self, uid: str, then: Callable[[], None]) -> None:
        """Calls `then` as soon as nothing of a person is being written; at once where nothing is."""
        if self._storing and self._now is not None and self._now[1].uid == uid:
            self._free.setdefault(uid, []).append(then)
        else:
            then()

    def _first(self, task: _Task) -> None:
        # Somebody looks at it; hundreds of dropped files do not come before.
        self._waiting.appendleft(task)
        self._go_on()

    def _go_on(self) -> None:
        if self._now is not None or not self._waiting:
            return
        task = self._waiting.popleft()
        self._now = (next(self._numbers), task)
        library = self._library.library
        if task.kind == "add" or library is None:
            self._thread.measure(self._now[0], lambda: nullcontext(task.path), task.face)
        else:
            self._thread.measure(self._now[0], lambda: library.people.photo_file(task.uid, task.sha256), task.face)

    @Slot(int, object)
    def _measured(self, number: int, measured: Measured) -> None:
        if self._now is None or self._now[0] != number:
            return  # dropped meanwhile
        task = self._now[1]
        photo = measured.photo
        if photo is None:
            assert measured.error is not None
            if task.kind == "show":
                self.shown.emit(task.uid, task.sha256, PhotoReport(task.path, measured.report.thumbnail))
            gone = isinstance(measured.error, PhotoError) and task.kind != "add"
            self._ended(task, _unreadable() if gone else measured.error)
            return
        if task.kind == "show":
            self.shown.emit(task.uid, task.sha256, measured.report)
            self._ended(task, None)
            return
        self._storing = True
        self._library.change(
            self, lambda library: _store(library, task, photo, measured), self._stored, self._not_stored
        )

    def _stored(self, stored: "_Stored") -> None:
        assert self._now is not None
        task = self._now[1]
        if task.kind == "choose":
            self.face_chosen.emit(task.uid, stored.before)
        elif task.kind == "add":
            self._kept.setdefault(task.uid, []).append(stored.sha256)
        self._free_again(task, None)

    def _not_stored(self, error: FastFaceError) -> None:
        assert self._now is not None
        self._free_again(self._now[1], error)

    def _free_again(self, task: _Task, error: FastFaceError | None) -> None:
        self._storing = False
        self._ended(task, error)
        for then in self._free.pop(task.uid, []):
            then()

    def _ended(self, task: _Task, error: FastFaceError | None) -> None:
        self._now = None
        if task.kind == "add":
            self._done[task.uid] = self._done.get(task.uid, 0) + 1
            self._erase_own(task)
        if isinstance(error, PhotoError):
            self.refused.emit(task.uid, task.path, error)
        elif error is not None:
            self.stopped.emit(task.uid, error)
            self.drop(task.uid)
        self._tell_end(task.uid)
        self._go_on()

    def _erase_own(self, task: _Task) -> None:
        if task.own and self._library.library is not None:
            # What could not be erased is found by its content when the person is forgotten.
            self._library.change(self, lambda library: _erase(task.path), ignore, ignore)

    def _tell_end(self, uid: str) -> None:
        self.progressed.emit(uid)
        if uid in self._done and not self.left(uid):
            del self._done[uid]
            self.finished.emit(uid, tuple(self._kept.pop(uid, ())))


def _store(library: "Library", task: _Task, photo: "PersonPhoto", measured: Measured) -> _Stored:
    """Keeps what was measured."""
    people = library.people
    if task.kind == "choose":
        before = people.choose_face(task.uid, photo, measured.model, measured.same_person)
        return _Stored(photo.sha256, next((one.measured for one in before.photos if one.sha256 == task.sha256), None))
    if task.kind == "measure":
        people.put_faces(task.uid, [photo], measured.model, measured.same_person)
        return _Stored(photo.sha256)
    there = people.get(task.uid).photos
    if any(one.sha256 == photo.sha256 for one in there):
        raise PhotoError(f"{task.path.name} is there already.", "Choose another photo.")
    if len(there) >= MOST:
        raise PhotoError(f"A person has {MOST} photos at most.", "Remove some that do not count.")
    return _Stored(people.add_photo(task.uid, photo, measured.model, measured.same_person).sha256)


def _erase(path: Path) -> None:
    from fastface_core.erasing import erase

    erase(path)


def _unreadable() -> PhotoError:
    return PhotoError("This photo cannot be read any more.", "Remove it, and add it again.")
