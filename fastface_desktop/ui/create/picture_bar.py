"""The line under the canvas: how near the picture in view came, its stars, and what can be done with it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QMenu, QWidget

from fastface_core.errors import FastFaceError
from fastface_desktop.state.jobs.queue import SavedPicture
from fastface_desktop.state.tasks import Tasks
from fastface_desktop.state.undo import Undo
from fastface_desktop.ui.shell.actions import bind_action, keys_of
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets import likeness
from fastface_desktop.ui.widgets.basic import ElidedLabel, IconButton, button, label, restyle
from fastface_desktop.ui.widgets.copy_saver import CopySaver
from fastface_desktop.ui.widgets.files import put_on_clipboard, show_in_folder
from fastface_desktop.ui.widgets.layout import filling, row
from fastface_desktop.ui.widgets.quick_look import read_picture
from fastface_desktop.ui.widgets.stars import Stars


class PictureBar(QWidget):
    repeat_wanted = Signal()
    """The same again with another seed."""
    settings_wanted = Signal()
    zoom_wanted = Signal()
    rated = Signal(int)
    reject_wanted = Signal(bool)
    trash_wanted = Signal()
    said = Signal(str, Undo)
    failed = Signal(FastFaceError)
    """A `FastFaceError`, or None before something is tried again."""

    def __init__(self, background: Tasks, theme: Theme) -> None:
        super().__init__()
        self._saver = CopySaver(background, self)
        self._saver.said.connect(self.said)
        self._saver.failed.connect(self.failed)
        self.picture: SavedPicture | None = None
        self._image: Callable[[], QImage] = QImage
        self.badge = label(role="strong")
        self.facts = ElidedLabel(role="secondary")
        self.stars = Stars(theme)
        self.stars.rated.connect(self.rated)
        self.reject_button = IconButton("reject", self.tr("Reject this picture (X)"), theme)
        self.reject_button.setCheckable(True)
        self.reject_button.clicked.connect(self.reject_wanted)
        self.trash_button = IconButton("trash", self.tr("Into the trash (Delete)"), theme)
        self.trash_button.clicked.connect(self.trash_wanted)
        self.zoom_button = IconButton("zoom", self.tr("Fit, or each pixel its own (double click)"), theme)
        self.zoom_button.clicked.connect(self.zoom_wanted)
        self.more_button = IconButton("more", self.tr("What else can be done with this picture"), theme)
        self.more_button.clicked.connect(self._show_more)
        self.repeat_button = button(self.tr("Vary"), self.tr("The same with another seed"))
        icons.bind(self.repeat_button, "vary", theme, size=Size.ICON_TEXT)
        self.save_button = button(self.tr("Export…"), self.tr("Save a copy where you want it"))
        icons.bind(self.save_button, "export", theme, size=Size.ICON_TEXT)
        self.repeat_button.clicked.connect(self.repeat)
        self.save_button.clicked.connect(self.save_as)
        bind_action(self.repeat_button, "create.repeat")
        bind_action(self.save_button, "create.save_as")
        self._for_pictures = (
            self.stars,
            self.reject_button,
            self.trash_button,
            self.more_button,
            self.repeat_button,
            self.save_button,
        )
        line = row(
            filling(None, 1),
            self.badge,
            self.facts,
            Space.M,
            self.stars,
            Space.S,
            self.reject_button,
            self.trash_button,
            self.zoom_button,
            self.more_button,
            Space.S,
            self.repeat_button,
            self.save_button,
            filling(None, 1),
            gap=Space.XS,
            of=self,
        )
        self._row = line
        self._words = ((self.repeat_button, self.tr("Vary")), (self.save_button, self.tr("Export…")))
        for part, words in self._words:
            part.setAccessibleName(words)
        theme.changed.connect(self._fit)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In a narrow window icons stand without their words, and what the menu and the keys do too has no button."""
        for part, words in self._words:
            part.setText(words)
        self.trash_button.show()
        self.save_button.show()
        # The menu saves and throws away as well; a small picture is in need of a closer look.
        for spare in (self._leave_words_out, self.trash_button.hide, self.save_button.hide):
            if self._row.minimumSize().width() <= self.width():
                break
            spare()

    def _leave_words_out(self) -> None:
        for part, _ in self._words:
            part.setText("")

    def copies_from(self, widget: QWidget) -> None:
        """Ctrl+C copies the picture while `widget` has the focus; in a text it copies text."""
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), widget)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(self.copy)

    def show_picture(self, picture: SavedPicture, image: Callable[[], QImage]) -> None:
        """A finished picture; `image` gives it in full size, or a null one where that is not at hand."""
        self._show(picture, "")
        self._image = image
        self.badge.setText(likeness.badge(picture.worth))
        self.badge.setToolTip(likeness.explained(picture.worth))
        restyle(self.badge, "tone", likeness.colour(picture.worth))
        # Of what the starter drew the note below says it.
        self.badge.setVisible(not picture.worth.drawn)
        self._fit()

    def show_words(self, words: str) -> None:
        """What is said of a picture that nothing can be done with."""
        self._show(None, words)
        self.badge.hide()
        self._fit()

    def _show(self, picture: SavedPicture | None, facts: str) -> None:
        same = picture is not None and self.picture is not None and picture.path == self.picture.path
        self.picture = picture
        self.facts.setText(facts)
        self.facts.setVisible(bool(facts))
        for part in self._for_pictures:
            part.setEnabled(picture is not None)
        if not same:
            self.show_marks(0, rejected=False)

    def show_marks(self, stars: int, *, rejected: bool) -> None:
        """What was noted of the picture."""
        self.stars.set_rating(stars)
        self.reject_button.setChecked(rejected)
        self.reject_button.set_icon("reject", "bad" if rejected else "secondary")

    def _show_more(self) -> None:
        self.show_menu(self.more_button.mapToGlobal(self.more_button.rect().bottomLeft()))

    # ---- What can be done with it

    def repeat(self) -> None:
        if self.picture is not None:
            self.repeat_wanted.emit()

    def use_settings(self) -> None:
        if self.picture is not None:
            self.settings_wanted.emit()

    def copy(self) -> None:
        if self.picture is not None:
            image = self._image()
            put_on_clipboard(self.picture.path, image if not image.isNull() else read_picture(self.picture.path))
            self.said.emit(self.tr("The picture is on the clipboard."), None)

    def show_in_folder(self) -> None:
        if self.picture is not None:
            show_in_folder(self.picture.path)

    def save_as(self) -> None:
        if self.picture is not None:
            self._saver.ask(self.picture.path)

    def save_to(self, target: Path) -> None:
        """Copies the picture in view, with its recipe."""
        if self.picture is not None:
            self._saver.save(self.picture.path, target)

    def show_menu(self, point: QPoint) -> None:
        """The same as a menu, at a global point."""
        if self.picture is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, id, act in (
            (self.tr("The same with another seed"), "create.repeat", self.repeat),
            (self.tr("Use these settings"), "create.use_settings", self.use_settings),
            (self.tr("Copy"), "create.copy", self.copy),
            (self.tr("Save a copy as…"), "create.save_as", self.save_as),
            (self.tr("Show in its folder"), "create.show_in_folder", self.show_in_folder),
            (self.tr("Fit, or each pixel its own"), "", self.zoom_wanted.emit),
            (self.tr("Into the trash"), "", self.trash_wanted.emit),
        ):
            action = menu.addAction(text)
            action.setShortcut(keys_of(self, id) if id else "")
            # Shown here; the page has the shortcut.
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(act)
        menu.popup(point)
