"""The form for a new person: a name, and the photos that will be added."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from fastface_core.errors import FastFaceError
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Size, Space
from fastface_desktop.ui.widgets.basic import Card, button, label
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import REST, row
from fastface_desktop.ui.widgets.samples import rounded

_SIDE, _NAME = 96, 240
"""Pixels of a photo's side, and of the name's field."""


class NewPerson(Card):
    wanted = Signal(str)
    """A name."""
    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(margin=Space.L)
        self.title = label(self.tr("New person"), "strong")
        self.words = label(role="secondary", wrap=True)
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("Name"))
        self.name.setAccessibleName(self.tr("Name of the new person"))
        self.name.setToolTip(self.tr("How you call the person. It is in no file's name"))
        self.name.setMaxLength(100)
        self.name.returnPressed.connect(self._answer)
        self.yes = button(self.tr("Add"), self.tr("Add this person (Enter)"))
        self.yes.clicked.connect(self._answer)
        self.no = button(self.tr("Cancel"), self.tr("Add nobody"), "quiet")
        self.no.clicked.connect(self.close_panel)
        self.error = InlineError(theme)
        self.photos = flexible(QWidget())
        self._flow = FlowLayout(self.photos, Space.S)
        self.tiles: list[QLabel] = []
        for part in (self.title, self.words, self.photos):
            self.column.addWidget(part)
        self.column.addWidget(self.name, 0, Qt.AlignmentFlag.AlignLeft)
        self._theme = theme
        theme.changed.connect(self._fit)
        self._fit()
        self.column.addLayout(row(self.yes, self.no, REST, gap=Space.S))
        self.column.addWidget(self.error)
        self.hide()

    def ask(self, photos: int, remark: str = "") -> None:
        """Args:
        photos: how many will be added; 0 for none.
        remark: a sentence on the dropped files.
        """
        self.error.clear()
        self.yes.setEnabled(True)
        if photos == 0:
            text = self.tr("Photos can be added afterwards.")
        elif photos == 1:
            text = self.tr("1 photo will be added.")
        else:
            text = self.tr("{count} photos will be added.").format(count=photos)
        self.show_photos(())
        self.words.setText(" ".join(filter(None, [remark, text])))
        self.show()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_photos(self, images: Sequence[QImage], more: int = 0) -> None:
        """The photos that will be added; a null image is a file that cannot be read.

        Args:
            more: how many others there are.
        """
        for tile in self.tiles:
            self._flow.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        self.tiles = []
        side = self._theme.px(_SIDE)
        for image in images:
            tile = QLabel()
            if image.isNull():
                tile.setPixmap(icons.pixmap("photo", self._theme.colour("secondary").name(), Size.ICON, 1.0))
                tile.setAlignment(Qt.AlignmentFlag.AlignCenter)
                tile.setToolTip(self.tr("This file is no photo that can be read; it is said once it is looked at"))
            else:
                least = min(image.width(), image.height())
                square = image.copy((image.width() - least) // 2, (image.height() - least) // 4, least, least)
                tile.setPixmap(rounded(square, side, Radius.CONTROL, self.devicePixelRatioF()))
            tile.setFixedSize(side, side)
            self.tiles.append(tile)
        if more:
            words = QLabel(self.tr("{count} more").format(count=more))
            words.setProperty("role", "caption")
            self.tiles.append(words)
        for tile in self.tiles:
            self._flow.addWidget(tile)
            tile.show()
        self.photos.setVisible(bool(self.tiles))

    def _fit(self) -> None:
        self.name.setFixedWidth(self._theme.px(_NAME))

    def close_panel(self) -> None:
        self.hide()
        self.name.clear()
        self.error.clear()
        self.closed.emit()

    def show_error(self, error: FastFaceError) -> None:
        self.yes.setEnabled(True)
        self.error.show_error(error, copyable=False)
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.selectAll()

    def _answer(self) -> None:
        if self.yes.isEnabled():
            self.error.clear()
            self.yes.setEnabled(False)
            self.wanted.emit(self.name.text())
