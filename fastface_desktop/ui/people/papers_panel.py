"""Documents that belong to a person, as the signed release: a row each, and what can be done with it."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QFrame, QMenu, QWidget

from fastface_core.errors import FastFaceError
from fastface_core.files import atomic_write
from fastface_core.pictures.names import DOCUMENT_SUFFIXES
from fastface_desktop.state.people.people import PeopleState, PersonDetails
from fastface_desktop.state.tasks import ignore
from fastface_desktop.state.undo import Undo
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import ElidedLabel, IconButton, button, label
from fastface_desktop.ui.widgets.files import documents_folder
from fastface_desktop.ui.widgets.inline_error import IconLabel
from fastface_desktop.ui.widgets.layout import aligned, column, filling, row
from fastface_desktop.ui.widgets.sizes import size_text

if TYPE_CHECKING:
    from fastface_core.library.people.files import PaperEntry
    from fastface_core.library.people.papers import RemovedPaper
    from fastface_core.library.people.people import People

_ROW = 44


class PapersPanel(QWidget):
    said = Signal(str, Undo)
    failed = Signal(FastFaceError)

    def __init__(self, people: PeopleState, theme: Theme) -> None:
        super().__init__()
        self._people, self._theme = people, theme
        self._person: PersonDetails | None = None
        self.rows: dict[str, PaperRow] = {}
        self.add_button = button(
            self.tr("Attach the signed paper…"),
            self.tr("A PDF or a picture; it is kept with the person, encrypted as the photos are"),
            "quiet",
        )
        icons.bind(self.add_button, "document", theme, "secondary", size=Size.ICON_BUTTON)
        self.add_button.clicked.connect(self.choose)
        self._column = column(aligned(self.add_button, Qt.AlignmentFlag.AlignLeft), gap=Space.XS, of=self)

    def show_person(self, person: PersonDetails) -> None:
        self._person = person
        entries = {entry.sha256: entry for entry in person.papers}
        for sha256 in [sha256 for sha256 in self.rows if sha256 not in entries]:
            row = self.rows.pop(sha256)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for sha256, entry in entries.items():
            if sha256 not in self.rows:
                row = PaperRow(entry, self._theme)
                row.open_wanted.connect(self._open)
                row.copy_wanted.connect(self._copy)
                row.remove_wanted.connect(self._remove)
                self.rows[sha256] = row
                self._column.insertWidget(len(self.rows) - 1, row)
            self.rows[sha256].set_sealed(self._people.protected)

    def forget(self) -> None:
        """Nobody is shown any more."""
        self._person = None
        for line in self.rows.values():
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.rows = {}

    def choose(self) -> None:
        endings = " ".join(f"*{kind}" for kind in DOCUMENT_SUFFIXES)
        found, _ = QFileDialog.getOpenFileNames(
            self,
            self.tr("The signed paper"),
            documents_folder(),
            self.tr("Documents ({endings})").format(endings=endings),
        )
        self.add([Path(one) for one in found])

    def add(self, files: Iterable[Path], uid: str = "") -> None:
        """Attaches documents to the person in view, or to another one."""
        uid = uid or (self._person.uid if self._person is not None else "")
        for file in files if uid else ():
            self._people.run(self, partial(_add, uid, file), partial(self._added, uid), self.failed.emit)

    def _added(self, uid: str, paper: "PaperEntry") -> None:
        def put_back() -> None:
            self._people.run(self, lambda people: people.papers.remove(uid, paper.sha256), ignore, self.failed.emit)

        self.said.emit(self.tr("{name} is attached.").format(name=paper.name), put_back)

    def _remove(self, sha256: str) -> None:
        if self._person is None:
            return
        uid = self._person.uid

        def removed(paper: "RemovedPaper") -> None:
            def put_back() -> None:
                self._people.run(self, lambda people: people.papers.put_back(uid, paper), ignore, self.failed.emit)

            self.said.emit(self.tr("The document was erased."), put_back)

        self._people.run(self, lambda people: people.papers.remove(uid, sha256), removed, self.failed.emit)

    def _copy(self, sha256: str, name: str) -> None:
        """A copy that anybody can read, where the user wants it."""
        person = self._person
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save a copy"), str(Path(documents_folder()) / name), self.tr("All files (*)")
        )
        if not chosen or person is None:
            return
        target, uid = Path(chosen), person.uid

        def write(people: "People") -> Path:
            with atomic_write(target) as file:
                file.write(people.papers.content(uid, sha256))
            return target

        def written(file: Path) -> None:
            self.said.emit(self.tr("Written to {file}.").format(file=file.name), None)

        self._people.run(self, write, written, self.failed.emit)

    def _open(self, sha256: str) -> None:
        if self._person is None:
            return
        uid = self._person.uid

        def opened(file: Path) -> None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))

        def find(people: "People") -> Path:
            with people.papers.file(uid, sha256) as path:
                return path

        self._people.run(self, find, opened, self.failed.emit)


def _add(uid: str, file: Path, people: "People") -> "PaperEntry":
    return people.papers.add(uid, file)


class PaperRow(QFrame):
    open_wanted = Signal(str)
    copy_wanted = Signal(str, str)
    remove_wanted = Signal(str)
    """Each with the document's hash."""

    def __init__(self, entry: "PaperEntry", theme: Theme) -> None:
        super().__init__()
        self._entry = entry
        self.setProperty("kind", "inset")
        self.name = ElidedLabel(entry.name)
        self.menu_button = IconButton("more", self.tr("{name}: open, save, remove").format(name=entry.name), theme)
        menu = QMenu(self.menu_button)
        self.open = menu.addAction(self.tr("Open"))
        self.copy = menu.addAction(self.tr("Save a copy…"))
        menu.addSeparator()
        self.remove = menu.addAction(self.tr("Remove"))
        menu.setToolTipsVisible(True)
        self.open.triggered.connect(self._open)
        self.copy.triggered.connect(self._copy)
        self.remove.triggered.connect(self._remove)
        self.menu_button.setMenu(menu)
        self.menu_button.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        row(
            IconLabel("document", "secondary", theme, size=Size.ICON_BUTTON),
            filling(self.name),
            label(size_text(entry.size), "caption"),
            self.menu_button,
            margins=(Space.M, 0, Space.XS, 0),
            gap=Space.S,
            of=self,
        )
        self.setMinimumHeight(theme.px(_ROW))

    def set_sealed(self, sealed: bool) -> None:
        """An encrypted document is opened by nobody else: a copy can be saved."""
        self.open.setEnabled(not sealed)
        self.open.setToolTip(self.tr("It is encrypted. Save a copy to open it elsewhere.") if sealed else "")

    def _open(self) -> None:
        self.open_wanted.emit(self._entry.sha256)

    def _copy(self) -> None:
        self.copy_wanted.emit(self._entry.sha256, self._entry.name)

    def _remove(self) -> None:
        self.remove_wanted.emit(self._entry.sha256)
