"""The photos that Create shows: what the engine found in each, which face is meant, and which show somebody else."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from fastface_core.domain.identity import PhotoChoice
from fastface_core.errors import FastFaceError, PhotoError
from fastface_desktop.reading import read_image
from fastface_desktop.state.gallery.close_ups import CloseUps
from fastface_desktop.state.people.consent import Consents
from fastface_desktop.state.photos import PhotoInspector
from fastface_desktop.state.session import Session
from fastface_desktop.state.tasks import Tasks
from fastface_desktop.values import THUMBNAIL, FaceInfo, PhotoReport


class ChosenPhotos(QObject):
    """Follows the photos of the session and has each inspected once.

    Reports are kept when a photo is removed: undoing that need not wait for the engine.
    """

    changed = Signal()
    """Something else is known of the photos."""
    inspected = Signal(Path, PhotoReport)
    """A photo can be used."""
    refused = Signal(Path, PhotoError)
    """A file cannot be used, and is not among the photos any more; the others can be used at once."""
    failed = Signal(Path, FastFaceError)
    """A photo could not be inspected, which is no fault of its file: it stays among the photos."""

    def __init__(
        self,
        session: Session,
        inspector: PhotoInspector,
        consents: Consents,
        background: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._inspector, self._consents, self._background = session, inspector, consents, background
        self._reports: dict[Path, PhotoReport] = {}
        self._quick: dict[Path, QImage] = {}
        """Thumbnails that need no engine, until the report is there."""
        self._compared: list[PhotoChoice] = []
        self._strangers: frozenset[Path] = frozenset()
        self._close_ups = CloseUps(background, self)
        self._close_ups.came.connect(self.changed)
        session.changed.connect(self._session_changed)
        inspector.inspected.connect(self._inspected)
        inspector.strangers_seen.connect(self._set_strangers)
        self._inspect_new()

    # ---- What is known

    @property
    def photos(self) -> tuple[PhotoChoice, ...]:
        return self._session.values.photos

    @property
    def strangers(self) -> frozenset[Path]:
        """Photos that seem to show somebody else than the others."""
        return self._strangers

    def report(self, path: Path) -> PhotoReport | None:
        """None until the photo was inspected."""
        return self._reports.get(path)

    def image(self, path: Path) -> QImage:
        """A thumbnail; null where the photo was not read yet."""
        report = self._reports.get(path)
        if report is not None and not report.thumbnail.isNull():
            return report.thumbnail
        return self._quick.get(path, QImage())

    def close_up(self, report: PhotoReport) -> QImage | None:
        """As `CloseUps.of`; `changed` is sent when it was read."""
        return self._close_ups.of(report)

    def face(self, photo: PhotoChoice) -> int | None:
        """The number of the face that is meant; None until it is known."""
        report = self._reports.get(photo.path)
        return photo.face or (report.suggested if report is not None else None)

    def face_info(self, photo: PhotoChoice) -> FaceInfo | None:
        """What was found of the face that is meant."""
        report, index = self._reports.get(photo.path), self.face(photo)
        return next((face for face in report.faces if face.index == index), None) if report is not None else None

    def contents(self) -> set[tuple[str, int]]:
        """The SHA-256 of each photo's content ("" until it was inspected), and the number of its face or 0."""
        found: set[tuple[str, int]] = set()
        for photo in self.photos:
            report = self._reports.get(photo.path)
            found.add((report.sha256 if report is not None else "", self.face(photo) or 0))
        return found

    def consent_keys(self) -> tuple[str | None, ...]:
        """For each photo the key of `Consents`; None until it was inspected."""
        keys: list[str | None] = []
        for photo in self.photos:
            report = self._reports.get(photo.path)
            keys.append(f"{report.sha256}:{self.face(photo) or 1}" if report is not None and report.sha256 else None)
        return tuple(keys)

    # ---- How it comes to be known

    def remove(self, path: Path) -> None:
        """Takes a photo out of the session; nothing more is said about it."""
        self._inspector.cancel(path)
        self._session.remove_photo(path)

    def _session_changed(self, name: str) -> None:
        if name == "photos":
            self._compare()
            self._inspect_new()
            self.changed.emit()

    def _inspect_new(self) -> None:
        new = [photo.path for photo in self.photos if photo.path not in self._reports]
        for path in (path for path in new if path not in self._quick):
            # The engine may still be starting: the photo itself need not wait for it.
            self._background.run(self, partial(read_image, path, THUMBNAIL), partial(self._read, path))
        self._inspector.inspect_all(new)

    def _read(self, path: Path, image: QImage) -> None:
        if not image.isNull() and path not in self._reports:
            self._quick[path] = image
            self.changed.emit()

    def _inspected(self, path: Path, report: PhotoReport) -> None:
        self._quick.pop(path, None)
        if isinstance(report.error, PhotoError):
            self._session.remove_photo(path)
            self.refused.emit(path, report.error)
            return
        self._reports[path] = report
        self._compare()
        if report.error is not None:
            self.failed.emit(path, report.error)
        photo = next((one for one in self.photos if one.path == path), None)
        if photo is not None and report.sha256:
            self._consents.seen(path, f"{report.sha256}:{self.face(photo) or 1}")
        self.changed.emit()
        if report.error is None:
            self.inspected.emit(path, report)

    def _compare(self) -> None:
        """Once all photos are inspected, has the engine compare whom they show."""
        photos = [PhotoChoice(photo.path, self.face(photo)) for photo in self.photos]
        if photos == self._compared or not all(one.path in self._reports and one.face for one in photos):
            return
        self._compared = photos
        if len(photos) > 1:
            self._inspector.compare(photos)
        else:
            self._set_strangers(frozenset())

    def _set_strangers(self, strangers: frozenset[Path]) -> None:
        if strangers != self._strangers:
            self._strangers = strangers
            self.changed.emit()
