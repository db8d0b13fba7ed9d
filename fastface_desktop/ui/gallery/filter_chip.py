"""A chip that filters: it says by what, its cross takes that away, and open it offers the other values."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QPushButton

from fastface_core.library.labels import LABELS
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.label_dots import dot

_ANY = "any"

Options = Sequence[tuple[str, object]]
"""Texts and the values that they stand for."""


class FilterChip(QPushButton):
    """With a value it is shown and says which; without one its menu is a part of the button Filter's."""

    chosen = Signal(object)
    """The value; None for any."""

    def __init__(self, word: str, tooltip: str, options: Callable[[], Options], any_text: str, theme: Theme) -> None:
        super().__init__(word)
        self._word, self._options, self._any = word, options, any_text
        self.value: object = None
        self.setProperty("kind", "chip")
        self.setCheckable(True)
        self.setToolTip(tooltip)
        self.setProperty("arrow", True)
        self._theme = theme
        self.offered = True
        """Whether there is anything to be filtered by."""
        self.clicked.connect(self.open_menu)
        self.show_value(None)

    @property
    def word(self) -> str:
        """By what it filters."""
        return self._word

    def show_value(self, value: object) -> None:
        self.value = value
        self.setVisible(value is not None)
        text = next((text for text, one in self._options() if one == value), None) if value is not None else None
        self.setText(text if text is not None else self._word)
        self.setAccessibleName(self._word if text is None else f"{self._word}: {text}")
        self.setChecked(value is not None)

    def paintEvent(self, event: QPaintEvent, /) -> None:
        super().paintEvent(event)
        side = self._theme.px(Size.ICON_SMALL)
        colour = self._theme.colour("text" if self.isChecked() else "secondary").name()
        arrow = icons.pixmap("close", colour, side, self.devicePixelRatioF())
        QPainter(self).drawPixmap(self.width() - Space.M - side, (self.height() - side) // 2, arrow)

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        cross = self.width() - self._theme.px(Size.ICON_SMALL) - 2 * Space.M + Space.XS
        if event.button() == Qt.MouseButton.LeftButton and self.value is not None and event.position().x() > cross:
            self.chosen.emit(None)
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.chosen.emit(None)
        else:
            super().keyPressEvent(event)

    def menu_of_values(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill(menu)
        return menu

    def fill(self, menu: QMenu) -> None:
        """Adds the values to a menu."""
        group = QActionGroup(menu)
        for text, value in [(self._any, None), *self._options()]:
            action = menu.addAction(text.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(value == self.value)
            action.setData(_ANY if value is None else value)
            group.addAction(action)
            for label in LABELS:
                if label == value:
                    action.setIcon(dot(self._theme, label, self.devicePixelRatioF()))
        group.triggered.connect(self._choose)

    def open_menu(self) -> None:
        self.setChecked(self.value is not None)  # the click is not what checks it
        self.menu_of_values().popup(self.mapToGlobal(QPoint(0, self.height() + Space.XS)))

    def _choose(self, action: QAction) -> None:
        value = action.data()
        self.chosen.emit(None if value == _ANY else value)
