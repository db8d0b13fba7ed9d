"""The line under the canvas: what is known of the picture in view, and what can be done with it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from fastface_desktop.state.background import Background
from fastface_desktop.state.jobs import SavedPicture
from fastface_desktop.ui.actions import keys_of, stands_for
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets import likeness
from fastface_desktop.ui.widgets.basic import ElidedLabel, IconButton, label, restyle
from fastface_desktop.ui.widgets.copy_saver import CopySaver
from fastface_desktop.ui.widgets.files import put_on_clipboard, show_in_folder
from fastface_desktop.ui.widgets.quick_look import read_picture


class PictureBar(QWidget):
    repeat_wanted = Signal()
    """The same again with another seed."""
    settings_wanted = Signal()
    zoom_wanted = Signal()
    said = Signal(str, object)
    failed = Signal(object)
    """A `FastFaceError`, or None before something is tried again."""

    def __init__(self, background: Background, theme: Theme) -> None:
        super().__init__()
        self._saver = CopySaver(background, self)
        self._saver.said.connect(self.said)
        self._saver.failed.connect(self.failed)
        self.picture: SavedPicture | None = None
        self._image: Callable[[], QImage] = QImage
        self.badge = label(role="strong")
        self.facts = ElidedLabel(role="secondary")
        self.repeat_button = IconButton("retry", self.tr("The same with another seed"), theme)
        self.settings_button = IconButton("presets", self.tr("Use the settings of this picture"), theme)
        self.copy_button = IconButton("copy", self.tr("Copy the picture"), theme)
        self.save_button = IconButton("save", self.tr("Save a copy as …"), theme)
        self.folder_button = IconButton("folder", self.tr("Show in its folder"), theme)
        self.zoom_button = IconButton("zoom", self.tr("Fit, or each pixel its own (double click)"), theme)
        self._actions = {
            self.repeat_button: self.repeat,
            self.settings_button: self.use_settings,
            self.copy_button: self.copy,
            self.save_button: self.save_as,
            self.folder_button: self.show_in_folder,
        }
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        # Its distance goes when it goes.
        self.badge.setContentsMargins(0, 0, Space.S, 0)
        row.addWidget(self.badge)
        row.addWidget(self.facts, 1)
        for button, act in self._actions.items():
            button.clicked.connect(act)
            row.addWidget(button)
        self.zoom_button.clicked.connect(self.zoom_wanted)
        row.addWidget(self.zoom_button)
        for button, action in (
            (self.repeat_button, "create.repeat"),
            (self.settings_button, "create.use_settings"),
            (self.copy_button, "create.copy"),
            (self.save_button, "create.save_as"),
            (self.folder_button, "create.show_in_folder"),
        ):
            stands_for(button, action)

    def copies_from(self, widget: QWidget) -> None:
        """Ctrl+C copies the picture while `widget` has the focus; in a text it copies text."""
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), widget)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(self.copy)

    def show_picture(self, picture: SavedPicture, image: Callable[[], QImage]) -> None:
        """A finished picture; `image` gives it in full size, or a null one where that is not at hand."""
        size = f"{picture.width} × {picture.height}"  # noqa: RUF001
        seed = self.tr("Seed {seed}").format(seed=picture.seed)
        self._show(picture, f"{seed}   {size}")
        self._image = image
        self.badge.setText(likeness.badge(picture.worth))
        self.badge.setToolTip(likeness.explained(picture.worth))
        restyle(self.badge, "tone", likeness.colour(picture.worth))
        # Of what the starter drew the note below says it.
        self.badge.setVisible(not picture.worth.drawn)

    def show_words(self, words: str) -> None:
        """What is said of a picture that nothing can be done with."""
        self._show(None, words)
        self.badge.hide()

    def _show(self, picture: SavedPicture | None, facts: str) -> None:
        self.picture = picture
        self.facts.setText(facts)
        for button in self._actions:
            button.setEnabled(picture is not None)

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
        for text, button, act in (
            (self.tr("The same with another seed"), self.repeat_button, self.repeat),
            (self.tr("Use these settings"), self.settings_button, self.use_settings),
            (self.tr("Copy"), self.copy_button, self.copy),
            (self.tr("Save a copy as …"), self.save_button, self.save_as),
            (self.tr("Show in its folder"), self.folder_button, self.show_in_folder),
        ):
            action = menu.addAction(text)
            action.setShortcut(keys_of(button))
            # Shown here; the page has the shortcut.
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(act)
        menu.popup(point)
