"""The photos of the further people in a picture: inspected like those of the first one."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from fastface_core.errors import PhotoError
from fastface_desktop.state.people.consent import Consents
from fastface_desktop.state.photos import PhotoInspector
from fastface_desktop.state.session import Session
from fastface_desktop.values import PhotoReport


class OtherPhotos(QObject):
    """Follows the session. A person whose photo cannot be used is taken out of it; the reason is shown as for any
    photo."""

    changed = Signal()
    """Something else is known of them."""

    def __init__(
        self, session: Session, inspector: PhotoInspector, consents: Consents, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._inspector, self._consents = session, inspector, consents
        self._reports: dict[Path, PhotoReport] = {}
        session.changed.connect(self._session_changed)
        inspector.inspected.connect(self._inspected)
        self._look()

    def image(self, path: Path) -> QImage:
        """A thumbnail; null until the photo was inspected."""
        report = self._reports.get(path)
        return report.thumbnail if report is not None else QImage()

    def key(self, path: Path, face: int | None) -> str | None:
        """The key of `Consents`; None until the photo was inspected."""
        report = self._reports.get(path)
        if report is None or not report.sha256:
            return None
        return f"{report.sha256}:{face or report.suggested or 1}"

    def _paths(self) -> set[Path]:
        return {photo.path for one in self._session.values.others for photo in one.photos}

    def _session_changed(self, name: str) -> None:
        if name == "others":
            self._look()

    def _look(self) -> None:
        self._inspector.inspect_all(sorted(path for path in self._paths() if path not in self._reports))

    def _inspected(self, path: Path, report: PhotoReport) -> None:
        if path not in self._paths():
            return
        if isinstance(report.error, PhotoError):
            self._session.forget_others("", {path})
            return
        self._reports[path] = report
        if (key := self.key(path, None)) is not None:
            self._consents.seen(path, key)
        self.changed.emit()
