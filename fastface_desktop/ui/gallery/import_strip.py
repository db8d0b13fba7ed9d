"""The import of a folder: which one, how far it is, and what it found."""

from pathlib import Path

from PySide6.QtCore import QLocale, QMimeData, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QProgressBar

from fastface_core.errors import FastFaceError
from fastface_core.library.scanning import Scan
from fastface_desktop.state.gallery.folder_import import FolderImport
from fastface_desktop.state.library import LibraryState
from fastface_desktop.translation import translated
from fastface_desktop.ui.gallery.notice import Notice
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import ElidedLabel, button
from fastface_desktop.ui.widgets.files import pictures_of_the_user
from fastface_desktop.ui.widgets.layout import aligned, column, filling, row


class ImportStrip(QFrame):
    """Shown while a folder is taken in; then a notice says what came of it."""

    failed = Signal(FastFaceError)
    ended = Signal()

    def __init__(self, library: LibraryState, task: FolderImport, notice: Notice, theme: Theme) -> None:
        super().__init__()
        self._library, self._notice = library, notice
        self._folder = Path()
        self.task = task
        self.setProperty("kind", "card")
        self.text = ElidedLabel()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress of the import"))
        self.cancel_button = button(self.tr("Cancel"), self.tr("Stop; what is taken in already stays"))
        self.cancel_button.clicked.connect(self.task.cancel)
        row(
            filling(column(self.text, self.progress, gap=Space.XS)),
            aligned(self.cancel_button, Qt.AlignmentFlag.AlignVCenter),
            margins=(Space.M, Space.S, Space.S, Space.S),
            gap=Space.M,
            of=self,
        )
        task.changed.connect(self._show)
        task.imported.connect(self._imported)
        task.failed.connect(self._failed)
        task.cancelled.connect(self._stopped)
        self._show()

    def choose_folder(self) -> None:
        title = self.tr("A folder with pictures")
        if found := QFileDialog.getExistingDirectory(self, title, pictures_of_the_user()):
            self.start(Path(found))

    def start(self, folder: Path, *, everything: bool = False) -> None:
        """Takes the pictures of a folder in; what the library misses is found again there.

        Those of other programs are taken only with `everything`, as copies.
        """
        if self.task.running or self._library.library is None:
            return
        self._folder = folder
        self._notice.hide()
        self.failed.emit(None)
        self.task.start(folder, everything=everything)

    def _show(self) -> None:
        task = self.task
        self.setVisible(task.running)
        said = self.tr("Stopping") if task.stopping else translated(task.text)
        self.text.setText(said or self.tr("Looking through {folder}").format(folder=self._folder.name or "/"))
        self.progress.setRange(0, 0 if task.fraction is None else 1000)
        if task.fraction is not None:
            self.progress.setValue(round(task.fraction * 1000))
        self.cancel_button.setEnabled(not task.stopping)

    def _stopped(self) -> None:
        self._notice.say(self.tr("The import was stopped. What was taken in stays."))
        self.ended.emit()

    def _failed(self, error: FastFaceError) -> None:
        self.failed.emit(error)
        self.ended.emit()

    def _imported(self, scan: Scan) -> None:
        self._say(scan)
        self.ended.emit()

    def _say(self, scan: Scan) -> None:
        locale = QLocale()
        new, again = len(scan.recorded), len(scan.relinked) + len(scan.found_again)
        said = [self.tr("New: {count}.").format(count=locale.toString(new))]
        if again:
            said.append(self.tr("Found again: {count}.").format(count=locale.toString(again)))
        if scan.problems:
            said.append(self.tr("Unreadable: {count}.").format(count=locale.toString(len(scan.problems))))
        others = len(scan.passed_over)
        if others:
            said.append(self.tr("Not made by FastFace: {count}.").format(count=locale.toString(others)))
            folder = self._folder
            act = (
                self.tr("Copy them too"),
                self.tr("Into the pictures folder, so that the files of others stay as they are"),
                lambda: self.start(folder, everything=True),
            )
            self._notice.say(" ".join(said), act)
        else:
            self._notice.say(" ".join(said), icon="warning" if scan.problems else "info")


def folders_in(dropped: QMimeData) -> list[Path]:
    """The folders among what is dropped."""
    paths = (Path(url.toLocalFile()) for url in dropped.urls() if url.isLocalFile())
    return [path for path in paths if path.is_dir()]
