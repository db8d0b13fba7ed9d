"""Operations on a picture's file or recipe: copy, save, show, find, use, vary, repeat."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from fastface_core.domain.request import Recipe
from fastface_core.errors import FastFaceError
from fastface_core.library.gallery import PictureDetails, PictureRow
from fastface_desktop.reading import read_image
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.state.jobs.repeating import Repeating
from fastface_desktop.state.tasks import Tasks
from fastface_desktop.state.undo import Undo
from fastface_desktop.ui.shell.actions import keys_of
from fastface_desktop.ui.widgets.copy_saver import CopySaver
from fastface_desktop.ui.widgets.files import pictures_of_the_user, put_on_clipboard, show_in_folder

_MOST_FILES = 500

Entry = tuple[str, str, Callable[[], object]]
"""An entry of a menu: its text, its keys, and what it does."""


class PictureActs(QObject):
    """Operates on the pictures whose numbers `chosen` returns: of the grid, of the viewer, or of the comparison."""

    said = Signal(str, Undo)
    failed = Signal(FastFaceError)
    recipe_wanted = Signal(Recipe, bool)
    folder_found = Signal(Path)
    """A folder in which to search for a picture."""

    def __init__(
        self,
        owner: QWidget,
        gallery: Gallery,
        repeating: Repeating,
        background: Tasks,
        chosen: Callable[[], Sequence[int]],
    ) -> None:
        super().__init__(owner)
        self._owner, self._gallery, self._background = owner, gallery, background
        self._repeating, self._chosen = repeating, chosen
        self._saver = CopySaver(background, owner)
        self._saver.said.connect(self.said)
        self._saver.failed.connect(self.failed)

    def entries(self) -> tuple[Entry | None, ...]:
        """The entries of a menu for one picture."""
        keys = partial(keys_of, self._owner)
        return (
            (self.tr("Use these settings"), keys("gallery.use_settings"), self.use_settings),
            (self.tr("Vary"), keys("gallery.vary"), self.vary),
            (self.tr("Repeat"), keys("gallery.repeat"), self.repeat),
            (self.tr("Save a copy as…"), keys("gallery.save_as"), self.save_as),
            None,
        )

    # ---- The recipe

    def use_settings(self) -> None:
        self._with_details(lambda details: self._use(details, other_seed=False))

    def vary(self) -> None:
        self._with_details(lambda details: self._use(details, other_seed=True))

    def repeat(self) -> None:
        self._with_details(lambda details: self._repeating.repeat(self, details, self._repeated, self.failed.emit))

    def _use(self, details: PictureDetails, *, other_seed: bool) -> None:
        if details.recipe is None:
            self.said.emit(self.tr("Nothing is known of how this picture was made."), None)
        else:
            self.recipe_wanted.emit(details.recipe, other_seed)

    def _repeated(self, job: str) -> None:
        self.said.emit(self.tr("It is in the queue, with another seed."), None)

    def _with_details(self, then: Callable[[PictureDetails], object]) -> None:
        ids = self._chosen()
        if len(ids) != 1 or self._gallery.library.library is None:
            return
        self.failed.emit(None)
        self._gallery.details(self, ids[0], then, self.failed.emit)

    # ---- The file

    def copy(self) -> None:
        """One picture as pixels and as a file, several as files."""
        rows = self._rows()
        if len(rows) == 1:
            path = rows[0].path
            self._background.run(self, lambda: read_image(path), partial(self._copied, path))
        elif rows:
            content = QMimeData()
            content.setUrls([QUrl.fromLocalFile(str(row.path)) for row in rows])
            QGuiApplication.clipboard().setMimeData(content)
            self.said.emit(self.tr("The pictures are on the clipboard, as files."), None)

    def _copied(self, path: Path, image: QImage) -> None:
        if image.isNull():
            self.said.emit(self.tr("{name} cannot be read.").format(name=path.name), None)
        else:
            put_on_clipboard(path, image)
            self.said.emit(self.tr("The picture is on the clipboard."), None)

    def save_as(self) -> None:
        rows = self._rows()
        if len(rows) == 1:
            self._saver.ask(rows[0].path)

    def save_to(self, target: Path) -> None:
        """Copies the chosen picture, with its recipe."""
        rows = self._rows()
        if len(rows) == 1:
            self._saver.save(rows[0].path, target)

    def show_in_folder(self) -> None:
        if rows := self._rows():
            show_in_folder(rows[0].path)

    def find(self) -> None:
        """Searches for a missing file: a picture is recognised by its pixels, whatever its name."""
        title = self.tr("The folder that it was moved to")
        if found := QFileDialog.getExistingDirectory(self._owner, title, pictures_of_the_user()):
            self.folder_found.emit(Path(found))

    def _rows(self) -> list[PictureRow]:
        rows = (self._gallery.model.row_of(number) for number in self._chosen()[:_MOST_FILES])
        return [row for row in rows if row is not None]


def show_menu(owner: QWidget, point: QPoint, entries: Sequence[Entry | None]) -> QMenu:
    """A menu at a point on the screen; None among the entries is a separator."""
    menu = QMenu(owner)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for entry in entries:
        if entry is None:
            menu.addSeparator()
            continue
        text, keys, act = entry
        action = menu.addAction(text)
        if keys:
            action.setShortcut(keys)
            # Shown here; the page has the shortcut.
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(act)
    menu.popup(point)
    return menu
